"""Who may open what, and that openings and refusals are on record."""

from collections.abc import Callable

import pytest

from tests.cases.conftest import Who, view_of
from tongban.cases.api import accept_case, get_application, intake_list, my_applications, queue, withdraw_case
from tongban.cases.queries import queueing
from tongban.demo.history import play_history
from tongban.journal.api import Actor, timeline
from tongban.kernel.errors import NotAllowed, NotFound


def opened(number: str) -> list[str]:
    entries = timeline(case_numbers=[number], kinds=["application.viewed.v1", "application.view-refused.v1"])
    return [f"{entry.kind.split('.')[1]} {entry.actor}" for entry in entries]


def test_an_officers_opening_is_on_record_once_an_hour(submitted: str, clerk: Actor, who: Who) -> None:
    for _ in range(3):
        get_application(submitted, by=clerk)
    get_application(submitted, by=who("food-examiner"))
    assert opened(submitted) == ["viewed officer:LC-ZX-001", "viewed officer:LC-SP-003"]


def test_an_officer_of_an_agency_without_a_part_is_refused_and_that_is_on_record(
    submitted: str, who: Who
) -> None:
    for name in ("police-owner", "clerk3", "operator"):
        with pytest.raises(NotAllowed, match="贵部门不参与办理"):
            get_application(submitted, by=who(name))
    assert [line.split()[0] for line in opened(submitted)] == ["view-refused"] * 3


def test_a_draft_is_nobody_elses_business(filled: str, clerk: Actor) -> None:
    with pytest.raises(NotFound, match="没有这个编号"):
        get_application(filled, by=clerk)
    assert intake_list(clerk) == []


def test_a_person_sees_only_her_own(submitted: str, linxia: Actor, who: Who) -> None:
    assert [row.number for row in my_applications(linxia)] == [submitted]
    assert my_applications(who("xunian")) == []
    with pytest.raises(NotFound, match="不属于您"):
        get_application(submitted, by=who("xunian"))
    assert opened(submitted) == []


def test_the_intake_list_is_the_windows_own(submitted: str, clerk: Actor, who: Who) -> None:
    assert [row.number for row in intake_list(clerk)] == [submitted]
    assert intake_list(who("clerk3")) == []


def test_the_queue_is_the_agencys_own_and_says_who_is_next(permit: str, who: Who) -> None:
    assert [row.number for row in queue(who("food-examiner"))] == [permit]
    assert queue(who("food-examiner"))[0].waits_for == "examiner"
    assert queue(who("fire-examiner")) == []


def test_the_intake_list_holds_only_what_the_window_has_to_do(
    submitted: str, linxia: Actor, clerk: Actor
) -> None:
    first, *others = view_of(submitted, linxia).cases
    accept_case(number=first.number, seen=None, by=clerk)
    assert [row.number for row in intake_list(clerk)] == [submitted]
    for case in others:
        withdraw_case(number=case.number, seen=None, by=linxia)
    assert intake_list(clerk) == []


def test_the_queue_goes_on_after_the_last_case_seen_in_the_order_of_due_days(
    who: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(play_history("open-restaurant"))
    officer = who("housing-examiner")
    whole = queue(officer)
    assert len(whole) == 2
    monkeypatch.setattr(queueing, "PAGE", 1)
    (first,) = queue(officer)
    assert first.due_on
    (second,) = queue(officer, after=(first.due_on, first.number))
    assert [first.number, second.number] == [row.number for row in whole]
    assert second.due_on
    assert queue(officer, after=(second.due_on, second.number)) == []


def test_an_application_page_takes_a_fixed_number_of_queries(
    permit: str, linxia: Actor, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    with django_assert_max_num_queries(23):  # type: ignore[attr-defined]
        view_of(permit, linxia)
