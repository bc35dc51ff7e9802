"""Leads: strangers, numbers one after another, far more calls than ever; found once, told once, forgotten in an hour."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from tests.exchange.test_gateway import CLIENT, caller, linxia, person, refusal
from tongban.exchange.answering.call import answer
from tongban.exchange.answering.values import Caller
from tongban.exchange.api import (
    ANSWERED,
    LIMITED,
    REFUSED,
    UNKNOWN,
    count,
    find_lead,
    find_leads,
    known_callers,
    list_leads,
    see_lead,
    set_slowing,
    unknown_callers,
    write_down,
)
from tongban.exchange.metering.models import Tally, Tried
from tongban.exchange.models import Subsystem
from tongban.identity.models import Person
from tongban.journal.api import Actor, find_entries, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed

__all__ = ["caller", "linxia"]
pytestmark = pytest.mark.django_db
OFFICER = Actor(kind="officer", key="LC-SJ-001", agency="lanchuan.data", roles=frozenset({"data-officer"}))
AUDITOR = Actor(kind="officer", key="LC-SJ-005", agency="lanchuan.data", roles=frozenset({"auditor"}))
Calling = Callable[..., Caller]


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    write_down()
    yield
    write_down()


def try_number(caller: Calling, number: str) -> None:
    assert "不是这个事项的当事人" in str(refusal(person(number, name="无名"), caller()))


def run_of(caller: Calling, length: int, *, start: int = 100) -> None:
    """Numbers of one area and birthday, one after another; the check digit is not looked at."""
    for n in range(start, start + length):
        try_number(caller, f"99011119900101{n:03}X")


def strangers(caller: Calling, many: int) -> None:
    """Numbers that have nothing in common."""
    for n in range(many):
        try_number(caller, f"9901111{n:07}{n * 37 % 1000:03}X")


def hours(*calls: int, who: str = CLIENT, what: str = ANSWERED) -> None:
    """Calls of this hour and of those before, the newest first."""
    now = clock.real_now().replace(minute=0, second=0, microsecond=0)
    for back, many in enumerate(calls):
        Tally.objects.create(hour=now - timedelta(hours=back), what=what, who=who, calls=many)


def patterns() -> dict[str, int]:
    return {row.pattern: row.calls for row in list_leads()}


def test_numbers_one_after_another_are_a_lead_with_the_refusals_behind_it(caller: Calling) -> None:
    run_of(caller, 4)
    assert find_leads() == 1
    (row,) = list_leads()
    assert (row.pattern, row.subsystem, row.title, row.agency) == (
        "sequence",
        CLIENT,
        "消防检查系统",
        "lanchuan.fire",
    )
    assert (row.calls, row.against, len(row.evidence)) == (4, 4, 4)
    behind = find_entries(row.evidence)
    assert {one.kind for one in behind} == {"exchange.refused.v1"}
    assert {one.actor for one in behind} == {f"subsystem:{CLIENT}"}
    assert row.since <= row.until <= clock.real_now()


def test_three_neighbours_in_different_decades_are_one_run_and_two_are_none(caller: Calling) -> None:
    run_of(caller, 3)
    assert find_leads() == 0
    try_number(caller, "99011119900102500X")
    try_number(caller, "99011119900102501X")
    assert find_leads() == 1
    assert patterns() == {"sequence": 5}


def test_a_number_asked_for_again_and_again_is_no_run_and_no_crowd(caller: Calling) -> None:
    for _call in range(25):
        try_number(caller, "99011119900101100X")
    assert find_leads() == 0


def test_many_different_strangers_are_a_lead(caller: Calling) -> None:
    strangers(caller, 19)
    assert find_leads() == 0
    strangers(caller, 20)
    assert find_leads() == 1
    (row,) = list_leads()
    assert (row.pattern, row.calls, row.against) == ("strangers", 39, 20)


def test_who_reads_about_the_parties_of_its_cases_is_never_a_lead(caller: Calling, linxia: Person) -> None:
    for _call in range(30):
        answer(person(linxia.id_number, name="林夏"), caller())
    assert find_leads() == 0
    assert not Tried.objects.exists()


def test_a_pattern_is_told_once_while_nobody_looked_and_grows(caller: Calling) -> None:
    run_of(caller, 4)
    find_leads()
    run_of(caller, 6, start=200)
    assert find_leads() == 0
    (row,) = list_leads()
    assert (row.calls, len(row.evidence)) == (10, 10)
    told = timeline(objects=[f"lead:{row.id}"])
    assert [one.kind for one in told] == ["exchange.anomaly.v1"]
    assert told[0].content == {"subsystem": CLIENT, "pattern": "sequence", "calls": 4, "against": 4}
    assert (told[0].actor, told[0].agency) == ("system:leads", "lanchuan.fire")


def test_what_was_looked_at_is_over_and_only_what_comes_later_makes_a_new_one(caller: Calling) -> None:
    run_of(caller, 4)
    find_leads()
    (row,) = list_leads()
    see_lead(lead=row.id, words="系统测试，已电话核实", seen=row.version, by=AUDITOR)
    assert find_leads() == 0
    run_of(caller, 4, start=300)
    assert find_leads() == 1
    told = timeline(objects=[f"lead:{row.id}"])
    assert [one.kind for one in told] == ["exchange.anomaly.v1", "exchange.anomaly-seen.v1"]
    assert told[1].content["words"] == "系统测试，已电话核实"
    waiting, seen = list_leads()
    assert (waiting.seen_at, seen.words) == (None, "系统测试，已电话核实")


def test_only_who_watches_looks_and_says_what_it_was_and_once(caller: Calling) -> None:
    run_of(caller, 4)
    find_leads()
    (row,) = list_leads()
    with pytest.raises(NotAllowed, match="监督员"):
        see_lead(lead=row.id, words="x", seen=1, by=OFFICER)
    with pytest.raises(BadInput, match="写明理由"):
        see_lead(lead=row.id, words=" ", seen=1, by=AUDITOR)
    see_lead(lead=row.id, words="x", seen=1, by=AUDITOR)
    with pytest.raises(Conflict):
        see_lead(lead=row.id, words="y", seen=2, by=AUDITOR)


def test_numbers_are_kept_as_digests_that_say_nothing_and_for_an_hour(caller: Calling) -> None:
    run_of(caller, 2)
    with connection.cursor() as cursor:
        cursor.execute("select tried::text from exchange_tried tried")
        kept = "".join(row[0] for row in cursor.fetchall())
    for piece in ("99011119900101", b"99011119900101".hex()):
        assert piece not in kept
    find_leads()
    assert Tried.objects.count() == 2
    Tried.objects.update(tried_at=clock.real_now() - timedelta(hours=1, seconds=1))
    find_leads()
    assert not Tried.objects.exists()


def test_what_was_tried_longer_than_ten_minutes_ago_is_no_run(caller: Calling) -> None:
    run_of(caller, 6)
    Tried.objects.update(tried_at=clock.real_now() - timedelta(minutes=11))
    assert find_leads() == 0


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        ((500, 90, 100, 80), True),
        ((499, 90, 100, 80), False),
        ((200, 1, 1, 1), True),
        ((199, 1, 1, 1), False),
        ((5000, 100, 100), False),
    ],
)
def test_an_hour_with_five_times_the_calls_of_the_busiest_before_is_a_lead(
    caller: Calling, calls: tuple[int, ...], *, found: bool
) -> None:
    hours(*calls)
    assert find_leads() == int(found)
    assert patterns() == ({"rate": calls[0]} if found else {})
    if found:
        (row,) = list_leads()
        assert (row.against, row.evidence) == (max(calls[1:]), ())
        assert find_leads() == 0


def test_calls_over_the_share_count_as_calls_and_unknown_callers_do_not(caller: Calling) -> None:
    hours(100, 20, 20, 20)
    hours(100, what=LIMITED)
    hours(900, 1, 1, 1, what=UNKNOWN, who="Client.Unauthorized")
    assert find_leads() == 1
    assert patterns() == {"rate": 200}
    (row,) = list_leads()
    see_lead(lead=row.id, words="年度核查", seen=1, by=AUDITOR)
    assert find_leads() == 0


def test_where_an_officer_decided_so_a_lead_slows_the_system_down_by_itself(caller: Calling) -> None:
    set_slowing(subsystem=CLIENT, by_itself=True, by=OFFICER)
    run_of(caller, 4)
    find_leads()
    assert Subsystem.objects.get(pk=CLIENT).pace == 1
    (told,) = timeline(objects=[f"subsystem:{CLIENT}"], kinds=["subsystem.paced.v1"])
    assert (told.actor, told.content["pace"]) == ("system:leads", 1)
    shown = find_lead(list_leads()[0].id)
    assert shown
    assert (shown.pace, shown.slows_itself) == (1, True)


def test_without_such_a_decision_a_lead_slows_nobody(caller: Calling) -> None:
    run_of(caller, 4)
    find_leads()
    assert Subsystem.objects.get(pk=CLIENT).pace is None


def test_finding_asks_a_fixed_number_of_questions(
    caller: Calling, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    run_of(caller, 12)
    strangers(caller, 20)
    find_leads()
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined]
        find_leads()


def test_of_those_that_nobody_knows_only_how_many_is_kept() -> None:
    for _call in range(3):
        count(UNKNOWN, "Client.Unauthorized")
    count(UNKNOWN, "Client.BadSignature")
    count(REFUSED, CLIENT)
    count(LIMITED, CLIENT)
    count(ANSWERED, CLIENT)
    write_down()
    write_down()
    assert [(row.who, row.calls) for row in unknown_callers()] == [
        ("Client.Unauthorized", 3),
        ("Client.BadSignature", 1),
    ]
    assert {(row.what, row.who, row.calls) for row in known_callers()} == {
        ("refused", CLIENT, 1),
        ("limited", CLIENT, 1),
    }
    Tally.objects.update(hour=clock.real_now() - timedelta(days=2))
    assert unknown_callers() == []
    Tally.objects.update(hour=clock.real_now() - timedelta(days=93))
    find_leads()
    assert not Tally.objects.exists()


def test_one_worker_at_a_time_looks(caller: Calling) -> None:
    run_of(caller, 4)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(hashtext('exchange leads'))")
            assert find_leads() == 0
            cursor.execute("select pg_advisory_unlock(hashtext('exchange leads'))")
    finally:
        other.close()
    assert find_leads() == 1


def test_a_lead_that_nobody_made_is_none() -> None:
    assert find_lead(UUID(int=7)) is None
