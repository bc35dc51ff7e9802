"""An agency that read a certificate for a case makes an annotated copy of it; the holder sees the reading and the copy."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cases.conftest import *  # noqa: F403 - somebody with a licence
from tests.cases.conftest import Who
from tests.conftest import Speaking
from tests.portals.public.test_public_pages import text
from tongban.certificates.api import certificates_of, uses_of
from tongban.exchange.api import EvidenceView, evidence_of
from tongban.journal.api import Actor, drain

SignIn = Callable[[str], Client]


@pytest.fixture
def read(permit: str, licensed: str) -> EvidenceView:
    """The licence as the food authority read it for its case."""
    return next(one for one in evidence_of(licensed) if one.resource == "e-business-licence")


def test_the_copy_shows_what_was_read_with_its_cause(
    sign_in: SignIn, permit: str, read: EvidenceView
) -> None:
    examiner = sign_in("food-examiner")
    address = f"/counter/evidence/{read.id}/copy/"
    assert address in text(examiner.get(f"/counter/cases/{permit}/"))
    assert examiner.post(address, {"cause": ""}).status_code == 422
    made = examiner.post(address, {"cause": "归档"})["Location"]
    page = text(examiner.get(made))
    assert "归档" in page
    assert read.case_number in page
    assert str(read.values["number"]) in page
    assert "经营范围" not in page
    assert sign_in("fire-examiner").get(address).status_code == 404
    assert sign_in("linxia").get(address).status_code == 403


def test_the_holder_sees_reading_and_copy(
    sign_in: SignIn, read: EvidenceView, linxia: Actor, speaking_as: Speaking, who: Who
) -> None:
    assert who
    sign_in("food-examiner").post(f"/counter/evidence/{read.id}/copy/", {"cause": "归档"})
    with speaking_as("sequencer"):
        drain()
    assert linxia.person
    licence = next(one for one in certificates_of(linxia.person) if one.type == "business-licence")
    _view, uses = uses_of(licence.id, by=linxia)
    assert {"copied", "read"} <= {one.way for one in uses}
    page = text(sign_in("linxia").get(f"/my/certificates/{licence.id}/uses/"))
    assert "为办件制作加注件" in page
    assert "通过数据交换读取" in page
