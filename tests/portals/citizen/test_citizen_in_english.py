"""林夏's pages in English, from the first question to the receipt; what she and the law wrote stays Chinese."""

import io
from collections.abc import Callable

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.cases.test_review import ON_SITE
from tests.portals.design.reading import Heard
from tests.portals.public.test_public_pages import text
from tongban.cases.api import inspect, tell_once
from tongban.certificates.api import certificates_of
from tongban.identity.api import find_actor
from tongban.journal.api import Actor

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def her(sign_in: SignIn) -> Client:
    client = sign_in("linxia")
    client.cookies["tb-looks"] = "md.auto.en"
    return client


def check_english(client: Client, address: str) -> str:
    page = text(client.get(address, follow=True))
    assert Heard(page).language == "en"
    assert not Heard(page).unmarked, address
    return page


def test_the_form_is_filled_in_in_english(her: Client, fetched: str) -> None:
    form = f"/my/applications/{fetched}/form/"
    for name in ("place", "business", "kitchen", "signboard", "contact"):
        check_english(her, f"{form}pages/{name}/")
    assert "Number of the lease filing" in check_english(her, f"{form}pages/place/")
    for name in ("notice", "fetched", "papers", "check"):
        check_english(her, f"{form}{name}/")


def test_a_wrong_answer_is_explained_in_english(her: Client, begun: str) -> None:
    page = text(her.post(f"/my/applications/{begun}/form/pages/place/", {"premises-area": "很大"}))
    assert not Heard(page).unmarked
    assert "Please fill in “Number of the real estate certificate”." in page
    assert "Please give “Leased area” in digits only" in page


def test_receipt_case_and_summary_are_in_english(her: Client, submitted: str) -> None:
    address = f"/my/applications/{submitted}/"
    assert "We have received your application: Open a restaurant" in check_english(her, f"{address}receipt/")
    for name in ("", "summary/", "ledger/"):
        check_english(her, address + name)
    for name in ("", "footprint/", "erasure/", "notices/"):
        check_english(her, f"/my/{name}")


def test_what_the_window_wrote_stays_as_it_wrote_it(her: Client, submitted: str, clerk: Actor) -> None:
    tell_once(number=submitted, reasons={"floor-plan": "请标出库房"}, seen=None, by=clerk)
    page = check_english(her, f"/my/applications/{submitted}/supplement/")
    assert '<span lang="zh-Hans">请标出库房' in page
    assert "Floor plan and work flow" in page


def test_certificates_are_in_english(her: Client, permit: str, linxia: Actor) -> None:
    assert linxia.person
    (certificate,) = certificates_of(linxia.person)
    check_english(her, "/my/certificates/")
    check_english(her, f"/my/certificates/{certificate.id}/")
    check_english(her, "/my/footprint/")
    page = check_english(her, f"/my/applications/{application_of(permit)}/")
    assert "Closed: registered" in page


def test_a_written_paper_is_chinese_whoever_reads_it(her: Client, submitted: str) -> None:
    english = her.get(f"/my/applications/{submitted}/receipt.pdf")
    her.cookies["tb-looks"] = "md.auto.zh-hans"
    chinese = her.get(f"/my/applications/{submitted}/receipt.pdf")
    assert words_of(english.content) == words_of(chinese.content)


@pytest.mark.parametrize("post", ["clerk1", "food-examiner"])
def test_the_work_pages_are_in_english(sign_in: SignIn, permit: str, post: str) -> None:
    client = sign_in(post)
    client.cookies["tb-looks"] = "md.auto.en"
    inspect(
        number=permit,
        officers=ON_SITE,
        finding="已看",
        seen=None,
        by=find_actor("food-examiner"),
    )
    places = {
        "clerk1": ("/counter/intake/", f"/counter/intake/{application_of(permit)}/"),
        "food-examiner": ("/counter/queue/", f"/counter/cases/{permit}/", "/counter/objections/"),
    }
    for place in places[post]:
        check_english(client, place)


def application_of(case: str) -> str:
    return case.rpartition("-")[0]


def words_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
