"""Registers asked first: what they hold is known with its source, what they do not is asked; drafts end by themselves."""

from datetime import date, timedelta

import pytest

from tests.cases.conftest import Who
from tongban.cases.api import (
    DraftFacts,
    acknowledge_notice,
    drop_draft,
    find_draft,
    get_application,
    look_up,
    looked_up,
    prepare_application,
    save_answers,
    settle_due,
)
from tongban.cases.models import Application
from tongban.cases.registers import read_fact
from tongban.clocks.api import due_before, move_clock
from tongban.exchange.api import answer_correction, evidence_of, request_correction
from tongban.exchange.models import CaseRef, Evidence, Grant
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadAnswers, BadInput, Conflict, NotAllowed, NotFound
from tongban.registers.api import pause_register
from tongban.services.api import Fact, Reads, get_guide

BUNDLE = "open-restaurant"
PREMISES = {"premises-certificate-number": "云(2016)澜川市不动产权第0001237号"}


def found(by: Actor) -> DraftFacts:
    facts = looked_up(get_guide(BUNDLE), by=by)
    assert facts
    return facts


def test_what_registers_hold_is_known_with_source_and_day(linxia: Actor) -> None:
    number = look_up(bundle=BUNDLE, answers=PREMISES, by=linxia)
    facts = found(linxia).facts
    assert {code: one.value for code, one in facts.items()} == {
        "applicant.banned": False,
        "premises.building": "商住综合楼",
        "premises.next-to-dwelling": False,
        "premises.flue": None,
    }
    assert facts["premises.building"].resource_name == "餐饮场所油烟条件"
    assert clock.local(facts["premises.building"].read_at).date() == clock.today()
    assert {one.resource for one in evidence_of(number)} == {"credit-list", "catering-premises"}


def test_each_reading_is_journalled_under_its_grant_and_bound_to_the_draft(linxia: Actor) -> None:
    number = look_up(bundle=BUNDLE, answers=PREMISES, by=linxia)
    entries = timeline(case_numbers=[number])
    kinds = [entry.kind for entry in entries]
    assert kinds[:2] == ["application.prepared.v1", "application.looked-up.v1"]
    grants = {str(entry.content["grant"]) for entry in entries if entry.kind == "exchange.answered.v1"}
    assert grants == {"approval-credit", "approval-catering-premises"}
    assert CaseRef.objects.get(pk=number).state == "preparing"


def test_asking_again_reads_nothing_twice_and_the_application_goes_on_from_there(
    linxia: Actor, answers: dict[str, str]
) -> None:
    number = look_up(bundle=BUNDLE, answers=PREMISES, by=linxia)
    assert look_up(bundle=BUNDLE, answers=PREMISES, by=linxia) == number
    assert len(evidence_of(number)) == 2
    assert prepare_application(bundle=BUNDLE, by=linxia) == number
    view = get_application(number, by=linxia)
    assert view.told_at is None
    assert view.answers == PREMISES
    assert view.material("credit").evidence is not None
    save_answers(number=number, answers=answers, by=linxia)
    acknowledge_notice(number=number, by_hand=(), by=linxia)
    resources = [one.resource for one in evidence_of(number)]
    assert len(resources) == len(set(resources)) > 2


def test_another_number_is_another_reading_and_the_old_one_says_nothing(linxia: Actor) -> None:
    other = {"premises-certificate-number": "云(2018)澜川市不动产权第0001311号"}
    number = look_up(bundle=BUNDLE, answers=PREMISES, by=linxia)
    save_answers(number=number, answers=other, by=linxia)
    assert set(found(linxia).facts) == {"applicant.banned"}
    look_up(bundle=BUNDLE, answers=other, by=linxia)
    assert found(linxia).facts["premises.building"].value == "独立商业楼"
    assert [one.resource for one in evidence_of(number)].count("catering-premises") == 2
    assert [one.resource for one in evidence_of(number)].count("credit-list") == 1


def test_a_silent_register_leaves_its_fact_open(linxia: Actor, who: Who) -> None:
    pause_register(name="credit-list", reason="维护", by=who("market-owner"))
    look_up(bundle=BUNDLE, answers=PREMISES, by=linxia)
    banned = found(linxia).facts["applicant.banned"]
    assert (banned.value, banned.outcome) == (None, "silent")


def test_what_nobody_may_read_is_not_read_and_is_asked(linxia: Actor) -> None:
    Grant.objects.filter(code="approval-catering-premises").delete()
    look_up(bundle=BUNDLE, answers={}, by=linxia)
    assert set(found(linxia).facts) == {"applicant.banned"}


def test_without_the_number_that_finds_the_record_nothing_begins(linxia: Actor) -> None:
    with pytest.raises(BadAnswers) as caught:
        look_up(bundle=BUNDLE, answers={}, by=linxia)
    assert set(caught.value.problems) == set(PREMISES)
    assert find_draft(bundle=BUNDLE, by=linxia) == ""


def test_an_officer_asks_nothing_for_himself_and_some_checks_have_no_register(
    clerk: Actor, linxia: Actor
) -> None:
    with pytest.raises(NotAllowed):
        look_up(bundle=BUNDLE, answers=PREMISES, by=clerk)
    with pytest.raises(BadInput, match="没有可以先查的登记"):
        look_up(bundle="legal-aid", answers={}, by=linxia)


def test_letting_go_closes_the_draft_and_erases_what_was_read(linxia: Actor) -> None:
    number = look_up(bundle=BUNDLE, answers=PREMISES, by=linxia)
    drop_draft(number=number, by=linxia)
    drop_draft(number=number, by=linxia)
    assert looked_up(get_guide(BUNDLE), by=linxia) is None
    for one in Evidence.objects.filter(case_number=number):
        assert (one.values, one.keys, one.claims) == ({}, {}, {})
    assert Application.objects.get(pk=number).answers == {}
    assert CaseRef.objects.get(pk=number).state == "closed"
    last = timeline(case_numbers=[number])[-1]
    assert (last.kind, last.content["erased"]) == ("application.dropped.v1", 2)
    assert prepare_application(bundle=BUNDLE, by=linxia) != number


def test_what_a_correction_is_about_is_kept_until_it_is_answered(linxia: Actor, who: Who) -> None:
    number = look_up(bundle=BUNDLE, answers=PREMISES, by=linxia)
    premises = next(one for one in evidence_of(number) if one.resource == "catering-premises")
    request_correction(evidence=premises.id, items=["building"], stated={}, reason="是独立商业楼", by=linxia)
    drop_draft(number=number, by=linxia)
    assert Evidence.objects.get(pk=premises.id).values["building"] == "商住综合楼"
    assert not Evidence.objects.get(case_number=number, resource="credit-list").values
    answer_correction(
        evidence=premises.id, outcome="kept", words="没有错", values={}, seen=None, by=who("ecology-owner")
    )
    assert not Evidence.objects.get(pk=premises.id).values


def test_a_draft_that_nobody_submits_ends_by_itself(linxia: Actor) -> None:
    number = look_up(bundle=BUNDLE, answers=PREMISES, by=linxia)
    lapses_on = found(linxia).lapses_on
    assert lapses_on
    assert lapses_on >= clock.today() + timedelta(days=30)
    assert (f"application:{number}", "lapse", lapses_on) in due_before(lapses_on + timedelta(days=1))
    move_clock(working_days=30, by=linxia)
    settle_due()
    last = timeline(case_numbers=[number])[-1]
    assert last.kind == "application.lapsed.v1"
    assert clock.local(last.occurred_at).date() == lapses_on
    assert Application.objects.get(pk=number).state == "withdrawn"
    assert prepare_application(bundle=BUNDLE, by=linxia) != number


def test_nobody_else_sees_a_draft_not_even_when_it_has_ended(linxia: Actor, clerk: Actor, who: Who) -> None:
    number = look_up(bundle=BUNDLE, answers=PREMISES, by=linxia)
    with pytest.raises(NotFound):
        drop_draft(number=number, by=who("xunian"))
    drop_draft(number=number, by=linxia)
    with pytest.raises(NotFound):
        get_application(number, by=clerk)


def test_a_submitted_application_is_no_draft_any_more(submitted: str, linxia: Actor) -> None:
    with pytest.raises(Conflict, match="已经提交"):
        drop_draft(number=submitted, by=linxia)
    assert not [on for on, what, _day in due_before(date(2099, 1, 1)) if what == "lapse"]


READ_ON = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("kind", "reads", "outcome", "values", "answer"),
    [
        ("number", {"item": "months"}, "fetched", {"months": 30}, 30),
        ("yes-no", {"item": "sealed"}, "fetched", {"sealed": "否"}, False),
        ("yes-no", {"item": "sealed"}, "fetched", {"sealed": None}, None),
        ("yes-no", {"item": "s", "equals": "有效"}, "fetched", {"s": "注销"}, False),
        ("yes-no", {"item": "s", "starts_with": "9901"}, "fetched", {"s": "990102"}, True),
        ("yes-no", {"item": "m", "more_than": 4500}, "fetched", {"m": "4500.00"}, False),
        ("yes-no", {"item": "m", "more_than": 4500}, "fetched", {"m": 4501}, True),
        ("number", {"item": "d", "measure": "months"}, "fetched", {"d": "2026-06-26"}, 4),
        ("number", {"item": "d", "measure": "months"}, "fetched", {"d": "2026-06-25"}, 5),
        ("number", {"item": "d", "measure": "years"}, "fetched", {"d": "2008-11-26"}, 17),
        ("yes-no", {"item": "p", "present": True, "absent": False}, "none", {}, False),
        ("yes-no", {"item": "p", "present": True}, "none", {}, None),
        ("yes-no", {"item": "p", "present": True, "valid_to": "t"}, "fetched", {"p": "x", "t": "2026-11-24"}, None),
        ("yes-no", {"item": "p", "present": True, "valid_to": "t"}, "fetched", {"p": "x", "t": "2026-11-25"}, True),
        ("yes-no", {"item": "p", "present": True, "absent": False}, "silent", {}, None),
    ],
)  # fmt: skip
def test_a_record_answers_only_what_it_says(
    kind: str, reads: dict, outcome: str, values: dict, answer: object
) -> None:
    fact = Fact.model_validate(
        {"code": "f", "title": "f", "question": "f", "kind": kind, "find_out": "f", "reads": Reads(**reads)}
    )
    value = read_fact(fact, outcome, values, on=READ_ON)
    assert (value, type(value)) == (answer, type(answer))
