"""The core call: no reading without a grant in force and an open case whose subject it concerns."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest

from tests.cases.conftest import *  # noqa: F403 - somebody with an application
from tests.cases.conftest import Who
from tongban.exchange.api import Question, evidence_of, read_evidence, write_case_ref
from tongban.exchange.models import Grant
from tongban.exchange.policy import OpenCase, Terms, check_reading
from tongban.exchange.ports import agrees
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed, NotFound

SUBJECT, OTHER = uuid4(), uuid4()
TODAY = date(2026, 11, 24)
NOON = datetime.combine(TODAY, time(12), clock.CITY_ZONE)
GRANT = Terms(
    "g", ("owner", "area"), ("business-licence",), TODAY - timedelta(days=9), TODAY + timedelta(days=9)
)
CASE = OpenCase("open", ("business-licence",), (SUBJECT,), None)


def test_the_grant_that_covers_items_and_case_is_found() -> None:
    assert check_reading([GRANT], CASE, items=["area"], subject=SUBJECT, at=NOON) is GRANT


@pytest.mark.parametrize(
    ("grants", "case", "items", "subject", "sentence"),
    [
        ([GRANT], None, ["area"], SUBJECT, "没有对应的在办事项"),
        ([GRANT], OpenCase("closed", CASE.kinds, CASE.subjects, None), ["area"], SUBJECT, "没有对应的在办事项"),
        ([GRANT], OpenCase("open", CASE.kinds, CASE.subjects, TODAY - timedelta(days=1)), ["area"], SUBJECT, "没有对应"),
        ([GRANT], CASE, ["area"], OTHER, "不属于本事项的当事人"),
        ([], CASE, ["area"], SUBJECT, "没有读取这项信息资源的授权"),
        ([Terms("g", ("area",), CASE.kinds, TODAY + timedelta(days=1), None)], CASE, ["area"], SUBJECT, "没有读取"),
        ([Terms("g", ("area",), CASE.kinds, date(2020, 1, 1), TODAY - timedelta(days=1))], CASE, ["area"], SUBJECT, "没有读取"),
        ([GRANT], CASE, ["area", "mortgaged"], SUBJECT, "不包含这些信息项：mortgaged"),
        ([GRANT], OpenCase("open", ("pension",), (SUBJECT,), None), ["area"], SUBJECT, "不适用于这类事项"),
    ],
)  # fmt: skip
def test_a_reading_without_ground_is_refused_with_what_is_missing(
    grants: list[Terms], case: OpenCase | None, items: list[str], subject: object, sentence: str
) -> None:
    with pytest.raises(NotAllowed, match=sentence):
        check_reading(grants, case, items=items, subject=subject, at=NOON)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("held", "claimed", "same"),
    [
        ("92.50", "92.5", True),
        ("92.50", "96", False),
        (" 林夏", "林夏 ", True),
        (None, "", True),
        (None, "x", False),
        ("NaN", "NaN", True),
    ],
)
def test_numbers_agree_by_value_and_text_without_outer_spaces(
    held: str | None, claimed: str, same: bool
) -> None:
    assert agrees(held, claimed) is same


def ask(number: str, by: Actor, **more: object) -> None:
    question = Question("real-estate", {"certificate_no": "x"}, ["area"])
    given = {
        "consumer": "lanchuan.approval",
        "case_number": number,
        "subject": by.person,
        "purpose": "试",
        **more,
    }
    read_evidence(question, by=by, **given)  # type: ignore[arg-type]


def test_a_refusal_is_in_the_journal_and_leaves_no_evidence(begun: str, linxia: Actor) -> None:
    with pytest.raises(NotAllowed):
        ask(begun, linxia, consumer="lanchuan.health")
    (entry,) = timeline(case_numbers=[begun], kinds=["exchange.refused.v1"])
    assert entry.agency == "lanchuan.health"
    assert "没有读取这项信息资源的授权" in str(entry.content["reason"])
    assert evidence_of(begun) == []


def test_a_grant_that_is_withdrawn_stops_the_next_reading(begun: str, linxia: Actor) -> None:
    ask(begun, linxia)
    Grant.objects.filter(resource="real-estate").update(valid_to=clock.today() - timedelta(days=1))
    with pytest.raises(NotAllowed):
        ask(begun, linxia)


def test_a_closed_case_is_no_ground_any_more(begun: str, linxia: Actor) -> None:
    assert linxia.person
    write_case_ref(number=begun, kinds=["business-licence"], subjects=[linxia.person], state="closed")
    with pytest.raises(NotAllowed, match="没有对应的在办事项"):
        ask(begun, linxia)


def test_another_persons_data_cannot_be_read_for_this_case(begun: str, linxia: Actor, who: Who) -> None:
    with pytest.raises(NotAllowed, match="不属于本事项的当事人"):
        ask(begun, linxia, subject=who("xunian").person)


def test_a_resource_that_nobody_catalogued_is_one_sentence(begun: str, linxia: Actor) -> None:
    with pytest.raises(NotFound, match="目录里没有"):
        read_evidence(
            Question("dreams", {}, []),
            consumer="x",
            case_number=begun,
            subject=uuid4(),
            purpose="",
            by=linxia,
        )
