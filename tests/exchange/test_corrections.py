"""校核: asked by the person or by the agency that read, answered by the owner in time, written into the register."""

from datetime import date
from uuid import UUID

import pytest
from django.db import connection

from tests.cases.conftest import *  # noqa: F403 - somebody with an application
from tests.cases.conftest import Who, view_of
from tongban.clocks.api import due_before, due_day, limit_of
from tongban.exchange.api import (
    EvidenceView,
    Question,
    answer_correction,
    answered_corrections,
    corrections_of,
    evidence_of,
    get_evidence,
    open_corrections,
    open_request,
    read_evidence,
    request_correction,
)
from tongban.journal.api import Actor, StaleObject, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound

YEARS_ON = date(2099, 1, 1)
LEASE_KEYS = {"filing_no": "990102-2026-00318", "lessee_number": "990102199106185241"}


def reading(number: str, resource: str) -> EvidenceView:
    return next(one for one in evidence_of(number) if one.resource == resource)


def held(column: str, filing: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {column}::text from register.lease_filing where filing_no = %s",  # noqa: S608 - our own names
            [filing],
        )
        row = cursor.fetchone()
    assert row
    return str(row[0])


@pytest.fixture
def lease(submitted: str) -> EvidenceView:
    """The reading that differs from what she stated: 96 and 92.50 square metres."""
    return reading(submitted, "lease-filing")


@pytest.fixture
def title(submitted: str) -> EvidenceView:
    """A reading that nobody has questioned yet."""
    return reading(submitted, "real-estate")


def ask(evidence: UUID, by: Actor, *, items: tuple[str, ...] = ("area",), reason: str = "面积录错了") -> None:
    request_correction(evidence=evidence, items=items, stated={"area": "96"}, reason=reason, by=by)


def test_a_difference_is_asked_about_by_itself_and_she_adds_her_words(
    lease: EvidenceView, linxia: Actor, who: Who
) -> None:
    (waiting,) = open_corrections(who("housing-owner"))
    assert (waiting.asked_by, waiting.state, waiting.verified) == ("comparison", "waiting", False)
    assert [line[0] for line in waiting.lines] == ["area"]
    ask(lease.id, linxia, items=("area", "ends_on"), reason="合同上是 96")
    ask(lease.id, linxia, items=("area", "ends_on"), reason="合同上是 96")
    (told,) = corrections_of(lease.subject)
    assert (told.asked_by, told.reason, told.due_on) == ("person", "合同上是 96", waiting.due_on)
    assert {line[0]: line[3] for line in told.lines} == {"area": "96", "ends_on": ""}
    kinds = [entry.kind for entry in timeline(objects=[f"evidence:{lease.id}"])]
    assert kinds.count("correction.asked.v1") == 2
    with pytest.raises(Conflict, match="前答复"):
        ask(lease.id, linxia, reason="还有别的")


def test_the_limit_is_the_cited_one_and_is_due_until_it_is_answered(
    title: EvidenceView, linxia: Actor
) -> None:
    ask(title.id, linxia)
    limit = limit_of("correction-answer", on=clock.today())
    (one,) = corrections_of(title.subject, evidence=title.id)
    assert (one.due_on, one.basis) == (due_day(limit, clock.today()), limit.cite)
    assert (f"evidence:{title.id}", "correct", one.due_on) in due_before(YEARS_ON)


def test_the_agency_that_read_may_ask_and_others_may_not(title: EvidenceView, who: Who) -> None:
    for stranger in ("fire-examiner", "xunian"):
        with pytest.raises(NotFound, match="与您无关"):
            ask(title.id, who(stranger))
        with pytest.raises(NotFound, match="与您无关"):
            get_evidence(title.id, by=who(stranger))
    ask(title.id, who("food-examiner"))
    (one,) = corrections_of(title.subject, evidence=title.id)
    assert one.asked_by == "officer:LC-SP-003"
    assert get_evidence(title.id, by=who("food-examiner")).correction is not None


@pytest.mark.parametrize(
    ("items", "reason", "field"), [((), "x", "items"), (("owner",), "x", "items"), (("area",), " ", "reason")]
)
def test_what_is_missing_is_said(
    title: EvidenceView, linxia: Actor, items: tuple[str, ...], reason: str, field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        ask(title.id, linxia, items=items, reason=reason)
    assert caught.value.field == field
    assert corrections_of(title.subject, evidence=title.id) == []


def test_the_owner_puts_the_record_right_and_the_next_reading_says_so(
    lease: EvidenceView, submitted: str, linxia: Actor, who: Who
) -> None:
    owner = who("housing-owner")
    view, record = open_request(lease.id, by=owner)
    assert record == {"area": "92.50"}
    answer_correction(
        evidence=lease.id,
        outcome="corrected",
        words="备案时录错，已按合同更正",
        values={"area": "96"},
        seen=view.version,
        by=owner,
    )
    assert held("area", "990102-2026-00318") == "96"
    assert held("row_source", "990102-2026-00318") == f"correction:{lease.id}"
    assert open_corrections(owner) == []
    (answered,) = answered_corrections(owner)
    assert (answered.state, answered.corrected) == ("corrected", ("area",))
    assert not [on for on, what, _day in due_before(YEARS_ON) if what == "correct"]
    again = read_evidence(
        Question("lease-filing", keys=LEASE_KEYS, items=["area"], claims={"area": "96"}),
        consumer="lanchuan.approval",
        case_number=submitted,
        subject=lease.subject,
        purpose="再读一次",
        by=linxia,
    )
    assert again.outcome == "fetched"
    assert view_of(submitted, linxia).state == "submitted"
    assert "register.corrected.v1" in [entry.kind for entry in timeline(objects=["register:lease-filing"])]


def test_a_record_that_is_right_stays_and_the_reason_is_told(
    lease: EvidenceView, linxia: Actor, who: Who
) -> None:
    owner = who("housing-owner")
    answer_correction(
        evidence=lease.id, outcome="kept", words="按合同就是 92.5", values={"area": "96"}, seen=None, by=owner
    )
    assert held("area", "990102-2026-00318") == "92.50"
    (told,) = corrections_of(lease.subject)
    assert (told.state, told.answer) == ("kept", "按合同就是 92.5")
    with pytest.raises(Conflict, match="已经答复过"):
        answer_correction(evidence=lease.id, outcome="kept", words="x", values={}, seen=None, by=owner)
    with pytest.raises(Conflict, match="已经答复过"):
        ask(lease.id, linxia)


@pytest.mark.parametrize(
    ("name", "outcome", "values", "sentence"),
    [
        ("land-owner", "kept", {}, "不属于那个部门"),
        ("housing-examiner", "kept", {}, "没有这个岗位"),
        ("housing-owner", "", {}, "改不改"),
        ("housing-owner", "corrected", {}, "改成对的"),
        ("housing-owner", "corrected", {"area": "92.5"}, "改成对的"),
        ("housing-owner", "corrected", {"area": "很大"}, "租赁面积"),
    ],
)
def test_who_may_not_answer_and_what_does_not_fit_changes_nothing(
    lease: EvidenceView, who: Who, name: str, outcome: str, values: dict[str, str], sentence: str
) -> None:
    with pytest.raises((NotAllowed, BadInput), match=sentence):
        answer_correction(
            evidence=lease.id, outcome=outcome, words="因为", values=values, seen=None, by=who(name)
        )
    assert held("area", "990102-2026-00318") == "92.50"
    assert len(open_corrections(who("housing-owner"))) == 1


def test_an_answer_from_a_stale_page_changes_nothing(lease: EvidenceView, who: Who) -> None:
    with pytest.raises(StaleObject):
        answer_correction(
            evidence=lease.id, outcome="kept", words="x", values={}, seen=9, by=who("housing-owner")
        )


def test_opening_a_request_is_journalled_once_an_hour_and_only_for_the_owner(
    lease: EvidenceView, who: Who
) -> None:
    for _twice in range(2):
        open_request(lease.id, by=who("housing-owner"))
    kinds = [entry.kind for entry in timeline(objects=[f"evidence:{lease.id}"])]
    assert kinds.count("correction.viewed.v1") == 1
    with pytest.raises(NotFound):
        open_request(lease.id, by=who("land-owner"))
