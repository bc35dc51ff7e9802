"""Items that the catalogue shares more narrowly are refused at the next reading; the others are read on."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest

from tests.cases.conftest import *  # noqa: F403 - somebody with an application
from tests.cases.conftest import Who
from tongban.catalogue.api import announce_withdrawal
from tongban.exchange.api import Grants, Question, read_evidence
from tongban.exchange.models import Grant
from tongban.exchange.policy import OpenCase, Terms, check_reading
from tongban.identity.api import find_actor
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed

SUBJECT = uuid4()
TODAY = date(2026, 11, 24)
NOON = datetime.combine(TODAY, time(12), clock.CITY_ZONE)
GRANT = Terms("g", ("owner", "area"), ("business-licence",), date(2026, 1, 1), None, ("area",))
CASE = OpenCase("open", ("business-licence",), (SUBJECT,), None)


def test_a_suspended_item_is_refused_and_the_rest_of_the_grant_stands() -> None:
    with pytest.raises(NotAllowed, match="已暂停：area"):
        check_reading([GRANT], CASE, items=["owner", "area"], subject=SUBJECT, at=NOON)
    assert check_reading([GRANT], CASE, items=["owner"], subject=SUBJECT, at=NOON) is GRANT
    other = replace(GRANT, code="h", suspended=())
    assert check_reading([GRANT, other], CASE, items=["area"], subject=SUBJECT, at=NOON) is other


@pytest.mark.django_db(transaction=False)
def test_suspending_twice_journals_once_and_resuming_gives_back() -> None:
    by, grants = find_actor("data-officer"), Grants()
    (lost, *_rest) = grants.suspend("lease-filing", ["area", "nothing"], why="试", by=by)
    assert lost.items == ("area",)
    assert grants.suspend("lease-filing", ["area"], why="试", by=by) == []
    grants.resume("lease-filing", ["area"], by=by)
    assert Grant.objects.get(code=lost.grant).suspended == []
    kinds = [entry.kind for entry in timeline(objects=[f"grant:{lost.grant}"])]
    assert kinds == ["grant.suspended.v1", "grant.resumed.v1"]


def test_what_was_withdrawn_is_read_no_more(begun: str, linxia: Actor, who: Who) -> None:
    assert linxia.person
    question = Question("lease-filing", {"filing_no": "none", "lessee_number": "none"}, ["address"])
    announce_withdrawal(code="lease-filing", words="并入不动产", seen=None, by=who("housing-owner"))
    asked = {
        "consumer": "lanchuan.approval",
        "case_number": begun,
        "subject": linxia.person,
        "purpose": "核对经营场所使用权",
        "by": linxia,
    }
    assert read_evidence(question, **asked).outcome == "none"  # type: ignore[arg-type]
    with clock.fixed(clock.now() + timedelta(days=40)), pytest.raises(NotAllowed, match="已从目录中撤下"):
        read_evidence(question, **asked)  # type: ignore[arg-type]
