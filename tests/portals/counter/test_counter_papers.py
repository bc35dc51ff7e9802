"""The officers who handle a case take the same sealed papers as the applicant; she sees that they did."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cases.conftest import view_of
from tests.documents.examples import text_of
from tests.portals.public.test_public_pages import text
from tongban.cases.api import tell_once
from tongban.cases.kinds import Viewed
from tongban.journal.api import Actor, timeline

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def test_the_clerk_takes_receipt_notice_and_decision_from_the_intake_page(
    sign_in: SignIn, licensed: str, linxia: Actor
) -> None:
    clerk = sign_in("clerk1")
    page = text(clerk.get(f"/counter/intake/{licensed}/"))
    for address in (
        f"/counter/applications/{licensed}/receipt.pdf",
        f"/counter/cases/{licensed}-01/acceptance.pdf",
        f"/counter/cases/{licensed}-01/decision.pdf",
    ):
        assert f'href="{address}" download' in page
        answer = clerk.get(address)
        assert answer.status_code == 200
        assert b"/ETSI.CAdES.detached" in answer.content
        assert answer.headers["Cache-Control"] == "no-store"
    assert "notice.pdf" not in page
    assert clerk.get(f"/counter/applications/{licensed}/notice.pdf").status_code == 404


def test_the_notice_says_what_was_told(sign_in: SignIn, submitted: str, clerk: Actor) -> None:
    tell_once(number=submitted, reasons={"floor-plan": "请标出消毒间"}, seen=None, by=clerk)
    office = sign_in("clerk1")
    address = f"/counter/applications/{submitted}/notice.pdf"
    assert address in text(office.get(f"/counter/intake/{submitted}/"))
    assert "请标出消毒间" in text_of(office.get(address).content)


def test_the_deciding_agency_takes_its_own_decision_and_another_one_does_not(
    sign_in: SignIn, licensed: str, linxia: Actor
) -> None:
    approver = sign_in("registration-approver")
    assert f"/counter/cases/{licensed}-01/decision.pdf" in text(
        approver.get(f"/counter/cases/{licensed}-01/")
    )
    hers = sign_in("linxia").get(f"/my/cases/{licensed}-01/decision.pdf")
    assert text_of(
        sign_in("registration-approver").get(f"/counter/cases/{licensed}-01/decision.pdf").content
    ) == text_of(hers.content)
    refused = sign_in("fire-examiner").get(f"/counter/cases/{licensed}-01/decision.pdf")
    assert refused.status_code == 403
    assert "由澜川市行政审批局办理" in text(refused)
    case = view_of(licensed, linxia).case("fire-check").number
    assert f"{licensed}-01/decision.pdf" not in text(sign_in("fire-examiner").get(f"/counter/cases/{case}/"))


def test_an_officer_without_a_part_in_it_takes_nothing(sign_in: SignIn, licensed: str) -> None:
    for address in (f"applications/{licensed}/receipt.pdf", f"cases/{licensed}-01/decision.pdf"):
        assert sign_in("market-inspector").get(f"/counter/{address}").status_code == 403
        assert sign_in("auditor").get(f"/counter/{address}").status_code == 403


def test_taking_a_paper_is_on_record_as_an_opening(sign_in: SignIn, submitted: str) -> None:
    sign_in("clerk2").get(f"/counter/applications/{submitted}/receipt.pdf")
    seen = [one for one in timeline(objects=[f"application:{submitted}"]) if one.kind == Viewed.kind]
    assert [one.actor for one in seen] == ["officer:LC-ZX-002"]
