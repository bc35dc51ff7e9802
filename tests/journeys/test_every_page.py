"""Every page that somebody can reach: each role follows every link it meets, and every named page is looked at.

The walk itself is quick and belongs to every run; each page in all its looks under axe is for `make test-slow`.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import HEIGHT, SIDEWAYS, Visitor

NOWHERE = "/no/such/page/"
#: Who walks, and where each begins besides the front page; `{mine}` is the address of their own application.
WALKERS = {
    "": [
        *("/search/?q=开饭店", "/search/?q=没有这样的事", "/trust/", "/sign-in/passkey/", NOWHERE),
        *("/bundles/open-restaurant/", "/items/house-transfer/check/"),
    ],
    "林夏": [
        *(
            "/my/",
            "{mine}receipt/",
            "/account/",
            "/account/totp/",
            "/account/passkeys/",
            "/clock/",
            "/my/entitled/",
            "/my/orders/",
        ),
        "/bundles/lose-job/check/registers/",
    ],
    "石拓": ["/my/", "{mine}supplement/"],
    "陆沛": ["/my/"],
    "叶旻": [
        "/my/",
        "{mine}form/",
        *(f"{{mine}}form/{stop}/" for stop in ("notice", "fetched", "papers", "check")),
    ],
    "苏棠": ["/counter/"],
    "韩笛": ["/counter/queue/"],
    "葛岩": ["/counter/queue/?all=1"],
    "席慎": ["/counter/"],
    "邵原": [
        "/counter/",
        "/bureau/resources/new/",
        "/bureau/requests/new/real-estate/",
        "/bureau/grants/of/lanchuan-housing-real-estate/widen/",
    ],
    "阮岑": ["/counter/", "/counter/erasures/"],
    "涂野": ["/counter/"],
    "尚听澜": ["/counter/hotline/"],
    "简直言": ["/supervision/", "/scoreboard/"],
}
#: Of the public pages, those that are another one for whoever is signed in.
PERSONAL = {
    "public:trust",
    "public:account",
    "public:account-totp",
    "public:account-passkey-new",
    "public:clock",
    "public:registers-first",
}
#: Width, colours, size of type.
LOOKS = ((360, "light", "md"), (1280, "dark", "md"), (360, "light", "lg"), (1280, "light", "md"))
#: Pages of one name that a walk opens: a guide is like the next, but not quite.
ALIKE = 2
#: Addresses that take a form, give a file, or lead on: they have no page of their own.
PAGELESS = {
    "public:stay", "public:sign-out", "public:sign-in-as", "public:sign-in-outside", "public:sign-in-outside-back",
    "public:appearance", "public:account-totp-remove", "public:account-codes", "public:account-passkey-remove",
    "public:issuer-metadata", "public:type-metadata", "public:status-list", "public:status-edition",
    "public:trust-policy", "public:trust-issuers", "public:proof", "public:trust-verifiers",
    "public:presentation-request", "public:presentation-response",
    "public:wallet-issuer", "public:wallet-issuer-agency", "public:wallet-server", "public:wallet-offered",
    "public:wallet-token", "public:wallet-nonce", "public:wallet-credential", "public:wallet-deferred",
    "public:wallet-notification", "citizen:wallet-withdraw",
    "citizen:begin", "citizen:withdraw", "citizen:proof", "citizen:document", "citizen:sd-jwt",
    "citizen:receipt-pdf", "citizen:notice-pdf", "citizen:acceptance-pdf", "citizen:decision-pdf",
    "citizen:certificate-pdf", "counter:receipt-pdf", "counter:notice-pdf", "counter:acceptance-pdf",
    "counter:decision-pdf", "counter:letter-pdf", "counter:review-file", "citizen:letter-pdf", "counter:fetch", "counter:accept", "counter:document",
    "public:datasets", "public:dataset", "public:resource-schema", "public:ledger-file", "public:let-go",
    "bureau:act", "bureau:item-act", "bureau:export", "bureau:list-file", "bureau:schema-file", "supervisor:pack", "supervisor:delay", "bureau:home",
    "developer:try", "developer:forget", "developer:openapi",
    "bureau:flows-file", "bureau:use-proof", "bureau:bad-rows", "bureau:assets-file", "bureau:golden-ask",
    "bureau:request-paper", "bureau:difference",
    "citizen:footprint-file", "citizen:original-slip", "counter:original-slip", "counter:drop", "counter:serial-sheet",
    "citizen:share-revoke", "citizen:copy-pdf", "counter:copy-pdf", "public:shared-copy-pdf", "public:trust-seals",
    "counter:import-refused",
    "citizen:mandate-act", "citizen:mandate-answer", "citizen:mandate-end", "citizen:stop-acting",
}  # fmt: skip
#: Seen in journeys of their own, which make what they show.
ELSEWHERE = {
    "citizen:present",  # tests/certificates/presenting/test_presenting_pages.py: a material that a wallet may show
    "citizen:presentation",
    "counter:present",
    "counter:presentation",
    "counter:filling",  # tests/portals/counter/test_filling: somebody stands at the window
    "counter:serial-block",  # tests/portals/counter/test_serials: the window gets a block of numbers
    "counter:shift",  # tests/portals/counter/test_shifts: one clerk hands over to another
    "counter:original",  # tests/portals/counter/test_originals: the window keeps a paper
    "counter:bundle",  # tests/portals/counter/test_bundles.py: the lead agency looks at one
    "counter:delivery",  # tests/portals/counter/test_deliveries.py: a decision waits for its receiver
    "citizen:pickup",  # the same: she takes a code
    "counter:review",  # tests/portals/counter/test_formality_pages: one agency asks another
    "counter:hand-over",  # the same: what was granted goes to its supervisors
    "citizen:interest",  # tests/portals/citizen/test_interests.py: a neighbour is told
    "citizen:sign",  # tests/portals/citizen/test_signing_pages.py
    "citizen:changes",
    "public:sign-in-code",  # test_signing_in: the pages of the app
    "public:account-passkey",  # test_signing_in: he names it anew
    "counter:erasure",  # test_ledger: she asks, two officers decide
    "citizen:mandate",  # test_front: one offers, the other accepts
    "counter:sample",  # tests/participation/test_sampling: the lot fell on an order
    "counter:objection",  # test_open_a_restaurant: a colleague answers
    "bureau:caller",  # test_developers: a data officer registers one
    "public:listed",  # test_search: what a county published
    "public:verify-code",  # test_open_a_restaurant: a stranger checks
    "citizen:share",  # test_certificates: she gives a code
    "citizen:wallet-offer",  # test_certificates: she puts one into a wallet
    "citizen:wallet-code",  # test_certificates: the same
    "citizen:wallet-copy",  # tests/certificates/test_wallet_pages.py: a wallet fetched it
    "citizen:copy",  # test_certificates: somebody opened it
    "public:shared-copy",  # test_certificates: a stranger opens it
    "counter:copy",  # tests/certificates/test_sharing: the window opens one
    "counter:copy-of",  # tests/certificates/test_copies_of_evidence
    "counter:import",  # tests/certificates/test_importing: the city imported no file
    "public:sign-in",  # where strangers are sent
    "counter:rating",  # tests/portals/counter/test_ratings: nobody of the city has rated badly
    "citizen:resume",  # leads to what is open
    "counter:home",  # leads to the queue or the window
    "supervision:card",  # tests/portals/supervisor/test_cards_pages: a limit passed
    "supervision:lead",  # the same: a pause after expiry
    "citizen:order",  # tests/portals/test_order_pages: she says what is wrong
    "counter:order",  # the same: the desk sends it on
    "counter:screening",  # tests/portals/counter/test_screening_pages: the worker runs one
    "supervisor:lead",  # test_anomalies: a system tries numbers over HTTP
    "bureau:removal",  # tests/portals/bureau/test_removal_pages: nobody of the city has proposed one
    "bureau:removal-new",  # the same: a data officer comes to it from a paper
    "bureau:upward-row",  # tests/portals/bureau/test_above_pages: a row came back
    "bureau:dispute",  # leads to the request it is about
    "bureau:corrected",  # tests/portals/test_golden_pages.py: a record that it had read was put right
    "bureau:load",  # tests/portals/bureau/test_registers_pages: the city gathered nothing
    "bureau:load-errors",
    "bureau:issues",
    "bureau:linkage-review",  # tests/portals/bureau/test_linkage_pages: the worker found a doubtful pair
    "bureau:health-system",  # tests/portals/bureau/test_outside_pages: the city asks no system outside
}
TITLE = re.compile(r"^(错误：)?\S.* - 通办$")


@dataclass
class Walk:
    """One role's walk: the addresses it found pages at, by the name of the page, with their titles."""

    visitor: Visitor
    pages: dict[str, list[str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def name_of(path: str) -> str:
    try:
        return str(resolve(urlsplit(path).path).view_name)
    except Resolver404:
        return "404"


def mine(visitor: Visitor) -> str:
    """The address of the walker's newest application; empty for whoever has none."""
    visitor.open("/my/")
    own = visitor.page.locator("main table a")
    number = visitor.page.locator("main table .tb-code").first.inner_text() if own.count() else ""
    return f"/my/applications/{number}/"


def names(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """The names of all addresses."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from names(one, one.namespace or space)
        elif isinstance(one, URLPattern):
            yield f"{space}:{one.name}"


def links(visitor: Visitor) -> list[str]:
    """Where this page leads, within the site; files to keep are left out."""
    hrefs = (  # links inside a picture have no path of their own
        "all => all.filter(a => !a.download).map(a => new URL(a.getAttribute('href'), location))"
        ".map(url => url.pathname + url.search)"
    )
    return list(visitor.page.eval_on_selector_all("a[href^='/'], a[href^='?']", hrefs))


def meet(walk: Walk, path: str) -> None:
    """Open one page and hold it against what every page owes."""
    visitor = walk.visitor
    answer = visitor.open(path)
    if answer.status >= 400 and path != NOWHERE:
        walk.faults.append(f"{path} answers {answer.status}")
        return
    title, html = visitor.page.title(), visitor.page.locator("html")
    where = urlsplit(visitor.path).path
    checks = {
        "has one h1": visitor.page.locator("h1").count() == 1,
        "is titled 页面 - 通办": bool(TITLE.match(title)),
        "says its language": html.get_attribute("lang") == "zh-Hans",
        "does not scroll sideways": not visitor.page.evaluate(SIDEWAYS),
        "has a title of its own": walk.titles.setdefault(title, where) == where,
    }
    walk.faults += [f"{where}: not so: it {check}" for check, holds in checks.items() if not holds]


Walking = Callable[[str], Walk]


@pytest.fixture(scope="module")
def walking(come: Arrive) -> Walking:
    """The walk of a role by its name, done once."""
    return cache(lambda name: walk_as(name, come))


@pytest.fixture(params=list(WALKERS), ids=lambda name: name or "a stranger")
def walk(request: pytest.FixtureRequest, walking: Walking) -> Walk:
    """The walk of each role in turn."""
    return walking(request.param)


def walk_as(walker: str, come: Arrive) -> Walk:
    """Everything this role reaches by links from where it begins."""
    visitor = come()
    visitor.page.set_viewport_size({"width": LOOKS[0][0], "height": HEIGHT})
    if walker:
        visitor.open("/sign-in/")
        visitor.page.get_by_role("button", name=f"登录 {walker}", exact=True).click()
    walk = Walk(visitor)
    places = WALKERS[walker]
    own = mine(visitor) if any("{mine}" in place for place in places) else ""
    begin = ["/", *(place.format(mine=own) for place in places)]
    ahead, met = deque(begin), set()
    while ahead:
        path = ahead.popleft()
        name = name_of(path)
        known_already = name.startswith(("public:", "developer:")) and walker and name not in PERSONAL
        if path in met or len(walk.pages.get(name, ())) >= ALIKE or name in PAGELESS or known_already:
            continue
        met.add(path)
        meet(walk, path)
        walk.pages.setdefault(name_of(visitor.path), []).append(path)
        ahead += links(visitor)
    visitor.complaints[:] = [one for one in visitor.complaints if "404" not in one]
    return walk


def test_every_page_on_the_way_is_whole_and_no_link_leads_nowhere(walk: Walk) -> None:
    assert not walk.faults, "\n".join(walk.faults)
    assert walk.visitor.complaints == []
    assert len(walk.pages) > 3


@pytest.mark.slow
def test_every_page_on_the_way_holds_in_every_look(walk: Walk) -> None:
    page = walk.visitor.page
    found = []
    for width, scheme, size in LOOKS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.context.add_cookies([{"name": "tb-looks", "value": f"{size}.auto", "url": walk.visitor.address}])
        for path in (paths[0] for name, paths in walk.pages.items() if name not in PAGELESS and paths):
            walk.visitor.open(path)
            where = f"{walk.visitor.path} at {width} px, {scheme}, {size}"
            if page.evaluate(SIDEWAYS):
                found.append(f"{where} scrolls sideways")
            found += [f"{where}: {one}" for one in walk.visitor.axe()]
    walk.visitor.complaints[:] = [one for one in walk.visitor.complaints if "404" not in one]
    assert found == []


def test_every_named_page_was_met_by_somebody(walking: Walking) -> None:
    reached = {name for walker in WALKERS for name in walking(walker).pages}
    unseen = sorted(set(names()) - reached - PAGELESS - ELSEWHERE)
    assert not unseen, " ".join(unseen)
