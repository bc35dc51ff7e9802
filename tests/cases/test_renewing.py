"""Renewals (行政许可法 50): asked for in time and not decided before the end, a renewal counts as granted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest

from tests.cases.conftest import Who
from tongban.cases.api import (
    CaseView,
    accept_case,
    acknowledge_notice,
    agree,
    decide,
    examine,
    find_gaps,
    get_application,
    prepare_application,
    save_answers,
    settle_due,
    submit_application,
    tell_hearing,
    withdraw_case,
)
from tongban.certificates.api import (
    CertificateView,
    Holder,
    Term,
    certificates_of,
    change_certificate,
    enter_certificate,
)
from tongban.clocks.api import due_before
from tongban.journal.api import Actor, EntryView, timeline
from tongban.kernel import clock
from tongban.kernel.errors import Conflict

ITEM = "drainage-renewal"
NUMBER = "澜排许字2021第0042号"


@contextmanager
def on(day: date) -> Iterator[None]:
    with clock.fixed(datetime.combine(day, clock.local(clock.now()).timetz())):
        yield


@pytest.fixture
def approver(who: Who) -> Actor:
    return who("housing-approver")


def holding(by: Actor, approver: Actor, *, days: int) -> CertificateView:
    """Her drainage permit that ends in so many days."""
    ends = clock.today() + timedelta(days=days)
    begun = ends - timedelta(days=5 * 365)
    assert by.person
    enter_certificate(
        type_code="drainage-permit",
        number=NUMBER,
        holder=Holder("青石区林夏小馆", "92990102MA00000000", by.person),
        content={
            "name": "青石区林夏小馆",
            "uscc": "92990102MA00000000",
            "operator": "林夏",
            "address": "青石路 9 号",
            "grease_trap": "有",
        },
        term=Term(begun, begun, ends),
        by=approver,
    )
    return newest(by)


def newest(by: Actor) -> CertificateView:
    assert by.person
    return next(one for one in certificates_of(by.person) if one.type == "drainage-permit")


def asked(by: Actor, *, number: str = NUMBER) -> str:
    """Her application, filled in and not yet submitted."""
    application = prepare_application(bundle=ITEM, by=by)
    answers = {"held-permit-number": number, "grease-trap": "是", "contact-phone": "13800000001"}
    save_answers(number=application, answers=answers, by=by)
    acknowledge_notice(number=application, by_hand=(), by=by)
    agree(number=application, materials=["drain-promise"], by=by)
    return application


def case_of(application: str, by: Actor) -> CaseView:
    return get_application(application, by=by).case(ITEM)


@pytest.fixture
def running(linxia: Actor, clerk: Actor, approver: Actor) -> str:
    """The number of an accepted renewal, asked for forty days before the end."""
    holding(linxia, approver, days=40)
    application = asked(linxia)
    submit_application(number=application, seen=None, by=linxia)
    number = case_of(application, linxia).number
    accept_case(number=number, seen=None, by=clerk)
    return number


def deemed(number: str) -> list[EntryView]:
    return timeline(case_numbers=[number], kinds=["case.deemed-renewed.v1"])


def test_the_worker_renews_what_nobody_decided_before_the_end(running: str, linxia: Actor) -> None:
    old = newest(linxia)
    assert old.valid_to
    with on(old.valid_to):
        settle_due()
        assert not deemed(running)
        assert case_of(running.rpartition("-")[0], linxia).renewal_due_on == old.valid_to
    with on(old.valid_to + timedelta(days=3)):
        settle_due()
        settle_due()
        case, new = case_of(running.rpartition("-")[0], linxia), newest(linxia)
    (entry,) = deemed(running)
    assert clock.local(entry.occurred_at).date() == old.valid_to
    assert entry.basis == "《行政许可法》第五十条"
    assert (case.state, case.decided_on) == ("granted", old.valid_to)
    assert case.decision
    assert "视为准予延续" in case.decision.words
    assert (new.number, new.status, new.case_number) == (NUMBER, "valid", running)
    assert (new.valid_from, new.previous) == (old.valid_to + timedelta(days=1), (old.id, old.identifier))
    assert {one.code for one in case.formalities} == {"deliver", "publish"}


def test_a_late_decision_finds_the_renewal_already_granted_by_law(
    running: str, linxia: Actor, approver: Actor, who: Who
) -> None:
    examine(number=running, proposes="refused", words="不合格", seen=None, by=who("housing-examiner"))
    ends = newest(linxia).valid_to
    assert ends
    with (
        on(ends + timedelta(days=1)),
        pytest.raises(Conflict, match="办件现在是「已办结：准予许可」，不能再做「不予许可」"),
    ):
        decide(number=running, result="refused", words="不合格", seen=None, by=approver)
    assert len(deemed(running)) == 1


def test_a_renewal_decided_in_time_begins_on_the_day_of_its_decision(
    running: str, linxia: Actor, approver: Actor, who: Who
) -> None:
    old = newest(linxia)
    examine(number=running, proposes="granted", words="合格", seen=None, by=who("housing-examiner"))
    decide(number=running, result="granted", words="准予延续", seen=None, by=approver)
    new = newest(linxia)
    assert (new.number, new.valid_from, new.previous) == (NUMBER, clock.today(), (old.id, old.identifier))
    assert not due_before(date.max, what=["renew"])


def test_refused_or_withdrawn_nothing_is_renewed(running: str, linxia: Actor) -> None:
    old = newest(linxia)
    withdraw_case(number=running, seen=None, by=linxia)
    assert old.valid_to
    with on(old.valid_to + timedelta(days=1)):
        settle_due()
    assert not deemed(running)
    assert newest(linxia).id == old.id


def test_asked_less_than_thirty_days_before_the_end_silence_renews_nothing(
    linxia: Actor, approver: Actor, clerk: Actor
) -> None:
    held = holding(linxia, approver, days=29)
    application = asked(linxia)
    submit_application(number=application, seen=None, by=linxia)
    case = case_of(application, linxia)
    assert case.renewal_due_on is None
    accept_case(number=case.number, seen=None, by=clerk)
    assert held.valid_to
    with on(held.valid_to + timedelta(days=1)):
        settle_due()
        assert case_of(application, linxia).state == "accepted"


def test_a_suspended_permit_is_not_renewed_by_silence(running: str, linxia: Actor, approver: Actor) -> None:
    held = newest(linxia)
    change_certificate(
        certificate=held.id, change="suspend", ground="suspend-penalty", words="处罚", seen=None, by=approver
    )
    assert held.valid_to
    with on(held.valid_to + timedelta(days=1)):
        settle_due()
        assert case_of(running.rpartition("-")[0], linxia).state == "accepted"
    assert not due_before(date.max, what=["renew"])


@pytest.mark.parametrize(
    ("number", "days", "sentence"),
    [
        ("没有这个号", 40, "您名下没有这个编号的「城镇污水排入排水管网许可证」，请照证上的编号填写。"),
        (NUMBER, -1, "您的「城镇污水排入排水管网许可证」现在是「已过期」，不能延续；要继续的请重新申请。"),
    ],
)
def test_what_is_renewed_is_a_valid_permit_of_hers(
    linxia: Actor, approver: Actor, number: str, days: int, sentence: str
) -> None:
    holding(linxia, approver, days=days)
    application = asked(linxia, number=number)
    assert find_gaps(application, by=linxia) == {"held-permit-number": sentence}


def test_a_permit_of_somebody_else_is_told_as_if_there_were_none(
    linxia: Actor, approver: Actor, who: Who
) -> None:
    holding(who("gunian"), approver, days=40)
    assert "您名下没有这个编号" in find_gaps(asked(linxia), by=linxia)["held-permit-number"]


def test_the_worker_lets_a_hearing_lapse_that_nobody_asked_for(permit: str, who: Who) -> None:
    tell_hearing(number=permit, words="拟不予许可", seen=None, by=who("food-examiner"))
    with on(clock.today() + timedelta(days=12)):
        settle_due()
        settle_due()
    (waived,) = timeline(case_numbers=[permit], kinds=["case.hearing-waived.v1"])
    assert waived.actor == "system:settle"
