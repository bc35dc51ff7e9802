"""The site in English as each role walks it, link by link: all Chinese is marked, nothing is escaped twice."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import Resolver404, resolve

from tests.catalogue.conftest import owner, whole, words  # noqa: F401 - fixtures
from tests.portals.design.reading import Heard
from tongban.catalogue.api import Content, announce_withdrawal, start_resource, submit_resource
from tongban.journal.api import Actor

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]

PUBLIC = [
    "/",
    "/topics/",
    "/agencies/",
    "/catalogue/",
    "/catalogue/?q=婚姻",
    "/verify/",
    "/trust/",
    "/search/?q=饭",
]
WALKERS = {
    "": PUBLIC,
    "linxia": ["/my/", "/my/mandates/", "/my/mandates/new/", "/my/corrections/", "/my/erasure/", "/account/"],
    "clerk1": ["/counter/"],
    "food-examiner": ["/counter/queue/?all=1"],
    "housing-owner": ["/bureau/resources/"],
    "data-officer": ["/bureau/overview/", "/bureau/reviews/"],
    "auditor": ["/audit/"],
    "security-officer": ["/counter/erasures/"],
    "operator": ["/counter/parked/"],
}
#: Pages of one name that a walk opens.
ALIKE = 4
TWICE = re.compile(r"&amp;(?:lt|gt|amp|quot|#)|&lt;/?span")
LINK = re.compile(r'<a\s[^>]*href="([^"#]+)')


def walked(client: Client, starts: list[str]) -> Iterator[tuple[str, str]]:
    """The pages that are reached from `starts`: address and what it says."""
    ahead, seen, met = deque(starts), set(starts), Counter[str]()
    while ahead:
        address = ahead.popleft()
        name = _name(address)
        if not name or (met[name] >= ALIKE and address not in starts):
            continue
        met[name] += 1
        response = client.get(address, follow=True)
        if not response.headers["Content-Type"].startswith("text/html"):
            continue
        page = response.content.decode()
        yield address, page
        for found in LINK.findall(page):
            link = _absolute(found.replace("&amp;", "&"), response.request["PATH_INFO"])
            if link and link not in seen:
                seen.add(link)
                ahead.append(link)


def _absolute(link: str, place: str) -> str:
    if link.startswith("?"):
        return place + link
    return link if link.startswith("/") and not link.startswith("//") else ""


def _name(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


@pytest.mark.parametrize("reader", WALKERS)
def test_whoever_reads_english_meets_no_unmarked_chinese(
    client: Client,
    sign_in: SignIn,
    permit: str,
    whole: Content,  # noqa: F811 - a fixture
    owner: Actor,  # noqa: F811 - a fixture
    reader: str,
) -> None:
    cache.clear()
    code = start_resource(content=whole, by=owner)
    submit_resource(code=code, seen=None, by=owner)
    announce_withdrawal(code="lease-filing", words="并入房屋登记", seen=None, by=owner)
    client.cookies["tb-looks"] = "md.auto.en"
    if reader:
        sign_in(reader)
    client.cookies["tb-looks"] = "md.auto.en"
    wrong, pages = [], 0
    for address, page in walked(client, WALKERS[reader]):
        pages += 1
        heard = Heard(page)
        assert heard.language == "en", address
        wrong += [(address, one) for one in heard.unmarked]
        wrong += [
            (address, page[max(0, found.start() - 60) : found.end() + 40]) for found in TWICE.finditer(page)
        ]
    assert pages
    assert not wrong
