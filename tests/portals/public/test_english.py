"""English pages: no Chinese that is not marked as Chinese, the same page in the other language, dates as words."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.portals.design.reading import Heard
from tests.portals.public.test_public_pages import text
from tongban.certificates.api import certificates_of
from tongban.journal.api import Actor
from tongban.services.api import Imported, get_guide, list_bundles

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]

PLACES = [
    "/",
    "/search/?q=开饭店",
    "/search/?q=xyzzy",
    "/verify/",
    "/trust/",
    "/trust/entries/",
    "/sign-in/",
    "/sign-in/passkey/",
    "/nowhere/",
]
WITH_ERRORS = [
    ("/verify/", {"code": "AAAA-BBBB-CCCC-DDDD"}),
    ("/verify/", {"code": "not~a~credential"}),
    ("/sign-in/", {"username": "林夏", "password": "x"}),
    ("/bundles/open-restaurant/check/", {"asked": "applicant.age", "applicant.age": "很大"}),
]
#: All that is asked of a restaurant before it opens, as somebody of 17 answers it.
ELIGIBILITY = {
    "applicant.age": "17",
    "applicant.own-income": "false",
    "applicant.banned": "unknown",
    "premises.building": "商住综合楼",
    "premises.flue": "true",
    "premises.next-to-dwelling": "false",
}


@pytest.fixture
def english(client: Client) -> Client:
    """Somebody whose browser asks for English."""
    cache.clear()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en-GB,en;q=0.9,zh;q=0.2"
    return client


def check_english(page: str) -> None:
    heard = Heard(page)
    assert heard.language == "en"
    assert not heard.unmarked
    assert "Not a page" not in page


@pytest.mark.parametrize("place", PLACES)
def test_a_public_page_marks_all_chinese_in_it(english: Client, place: str) -> None:
    check_english(text(english.get(place)))


def test_every_guide_marks_all_chinese_in_it(english: Client) -> None:
    for bundle in list_bundles():
        check_english(text(english.get(f"/bundles/{bundle.code}/")))
        for item in get_guide(bundle.code).items:
            check_english(text(english.get(f"/items/{item.code}/")))


def test_the_restaurant_s_guide_is_english_but_for_the_law(english: Client) -> None:
    for place in ("/bundles/open-restaurant/", "/bundles/open-restaurant/before-after/"):
        page = text(english.get(place))
        check_english(page)
        assert "Open a restaurant" in page
    assert "Food permit" in page
    assert "Legal texts are in Chinese only" in page
    guide = text(english.get("/bundles/open-restaurant/"))
    assert '<span lang="zh-Hans">《食品安全法》' in guide
    assert "Lanchuan Fire and Rescue Brigade" in guide


@pytest.mark.parametrize("answers", [{}, ELIGIBILITY])
def test_asking_whether_one_may_is_in_english(english: Client, answers: dict[str, str]) -> None:
    page = text(english.post("/bundles/open-restaurant/check/", answers))
    check_english(page)
    assert ("Next question" in page) == (not answers)
    assert ("What is known already" in page) == bool(answers)


@pytest.mark.parametrize(("place", "form"), WITH_ERRORS)
def test_what_is_wrong_is_said_in_english(english: Client, place: str, form: dict[str, str]) -> None:
    check_english(text(english.post(place, form)))


def test_a_published_item_stays_chinese_and_is_marked(english: Client, published: Imported) -> None:
    found = text(english.get("/search/?q=公积金"))
    check_english(found)
    listed = next(part for part in found.split('"') if part.startswith("/listed/"))
    check_english(text(english.get(listed)))


def test_an_account_is_kept_in_english(english: Client, sign_in: SignIn) -> None:
    sign_in("linxia")
    for name in ("account", "account-totp", "account-passkey-new", "clock"):
        check_english(text(english.get(reverse(f"public:{name}"), follow=True)))


def test_a_certificate_is_checked_in_english(english: Client, permit: str, linxia: Actor) -> None:
    assert linxia.person
    (certificate,) = certificates_of(linxia.person)
    page = text(english.post("/verify/", {"code": certificate.check_code}))
    check_english(page)
    assert "Business licence" in page


def test_the_switch_keeps_the_page_and_is_named_in_the_other_language(client: Client) -> None:
    address = "/search/?q=fire"
    chinese = text(client.get(address))
    assert 'value="en" lang="en">English</button>' in chinese
    assert 'name="next" value="/search/?q=fire"' in chinese
    back = client.post("/appearance/", {"language": "en", "next": address})
    assert back.headers["Location"] == address
    english = text(client.get(address))
    assert '<html lang="en"' in english
    assert 'value="zh-hans" lang="zh-Hans">简体中文</button>' in english
    client.post("/appearance/", {"language": "zh-hans", "next": address})
    assert '<html lang="zh-Hans"' in text(client.get(address))


def test_the_chosen_language_wins_over_the_browser_s_and_survives_signing_in(
    english: Client, sign_in: SignIn
) -> None:
    english.post("/appearance/", {"language": "zh-hans"})
    sign_in("linxia")
    assert Heard(text(english.get("/my/"))).language == "zh-Hans"


def test_other_looks_do_not_change_the_language(client: Client) -> None:
    client.post("/appearance/", {"language": "en"})
    client.post("/appearance/", {"size": "lg"})
    page = text(client.get("/"))
    assert 'data-size="lg"' in page
    assert Heard(page).language == "en"


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "zh-Hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("zh-TW,en;q=0.9", "zh-Hans"),
        ("de-DE,de;q=0.9,en;q=0.5", "en"),
        ("fr", "zh-Hans"),
        ("*;q=x,,;;", "zh-Hans"),
    ],
)
def test_a_browser_gets_the_first_of_our_languages_that_it_asks_for(
    client: Client, asked: str, language: str
) -> None:
    response = client.get("/", headers={"Accept-Language": asked})
    assert Heard(text(response)).language == response.headers["Content-Language"] == language
    assert {"Cookie", "Accept-Language"} <= set(response.headers["Vary"].split(", "))


def test_a_day_reads_as_english_readers_write_it(english: Client) -> None:
    page = text(english.get("/"))
    day = page.partition("City time <time")[2].partition(">")[2].partition("<")[0]
    assert day.split()[1].isalpha()
    assert day.split()[2].isdigit()
