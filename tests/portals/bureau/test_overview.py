"""The data officer's morning page and what opens from it; the owner's view of how his data are used."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.exchange.test_flows import Work, read, work  # noqa: F401 - a fixture
from tongban.exchange.kinds import Answered
from tongban.exchange.models import Grant
from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
OVERVIEW, FLOWS = "/bureau/overview/", "/bureau/flows/"


def text(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def words(page: str) -> str:
    """What a reader sees of it."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.fixture
def moved(work: Work) -> None:  # noqa: F811
    """Readings across and between levels; one pair is small."""
    for consumer, count in (
        ("lanchuan.fire", 12),
        ("lanchuan.health", 6),
        ("qingshi.civil", 8),
        ("lanchuan.urban", 2),
    ):
        for _one in range(count):
            read(consumer)
    read("lanchuan.fire", outcome="silent")
    work()


def test_an_empty_period_says_what_will_stand_there(sign_in: SignIn) -> None:
    page = text(sign_in("data-officer").get(OVERVIEW, {"by": "day", "on": "2020-01-01"}))
    assert "这段时间没有数据流动" in page
    assert "tb-bands__svg" not in page


def test_the_picture_says_what_its_table_says(sign_in: SignIn, moved: None) -> None:
    page = text(sign_in("data-officer").get(OVERVIEW))
    labels = set(re.findall(r'aria-label="([^"]+次[^"]*)"', page))
    assert any("：13 次，已答 12，拒绝 0，无应答 1" in one for one in labels)
    for label in labels:
        total = re.search(r"：(\d+) 次", label)
        assert total
        assert f'data-label="合计">{total[1]}</td>' in page
    assert page.count("<svg") >= 2
    assert page.count('role="group" aria-labelledby="bands-') == 2
    assert "tb-bands__failed" in page


def test_every_ribbon_opens_its_rows_and_the_sum_is_the_same(sign_in: SignIn, moved: None) -> None:
    client = sign_in("data-officer")
    page = text(client.get(OVERVIEW))
    ribbons = re.findall(
        r'class="tb-bands__ribbon" data-band="\w+" href="([^"]+)" aria-label="[^"]*?：(\d+) 次', page
    )
    assert len(ribbons) >= 4
    for href, total in ribbons:
        if "from=" not in href:
            continue
        behind = text(client.get(unescape(href)))
        sums = [int(one) for one in re.findall(r'data-label="合计">([\d,]+)</td>', behind)]
        assert sum(sums) == int(total)


def test_a_small_number_is_shown_nowhere_and_cannot_be_asked_for(sign_in: SignIn, moved: None) -> None:
    client = sign_in("data-officer")
    page = text(client.get(OVERVIEW))
    assert "市城管局" not in page
    rows = text(client.get(FLOWS, {"band": "across", "from": "lanchuan.land", "to": "lanchuan.urban"}))
    assert "没有这样的流动" in rows
    assert "市城管局" not in rows
    file = client.get(f"{FLOWS}file/").content.decode("utf-8-sig")
    assert "市城管局" not in file


def test_the_file_holds_the_rows_of_the_page(sign_in: SignIn, moved: None) -> None:
    client = sign_in("data-officer")
    answer = client.get(f"{FLOWS}file/", {"band": "levels"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["到"], row["已答"]) for row in rows] == [("青石区民政局", "8")]
    assert rows[0]["起"] == clock.today().replace(day=1).isoformat()
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "asked",
    [
        {"by": "month", "on": "0001-01-01"},
        {"by": "week", "on": "9999-12-31"},
        {"by": "x", "on": "y", "band": "z", "after": "-1", "from": "'", "to": "<"},
    ],
)
def test_an_address_that_says_nonsense_is_answered(sign_in: SignIn, asked: dict[str, str]) -> None:
    client = sign_in("data-officer")
    for address in (OVERVIEW, FLOWS, f"{FLOWS}file/"):
        assert client.get(address, asked).status_code == 200


def test_a_period_that_has_not_begun_is_not_offered(sign_in: SignIn, moved: None) -> None:
    client = sign_in("data-officer")
    assert "后一段" not in text(client.get(FLOWS))
    before = (clock.today().replace(day=1) - timedelta(days=1)).isoformat()
    page = text(client.get(FLOWS, {"on": before, "by": "month"}))
    assert "后一段" in page
    assert "换一段时间" in page


def test_what_was_recorded_late_is_told_beside_the_number(sign_in: SignIn, work: Work) -> None:  # noqa: F811
    for _one in range(6):
        read("lanchuan.fire", days_ago=2)
    work()
    day = (clock.today() - timedelta(days=2)).isoformat()
    page = text(sign_in("data-officer").get(FLOWS, {"by": "day", "on": day}))
    assert 'data-label="其中迟录">6</td>' in page


def test_more_flows_cost_no_more_queries(sign_in: SignIn, moved: None, work: Work) -> None:  # noqa: F811
    client = sign_in("data-officer")
    counts = []
    for consumer in ("lanchuan.fire", "lanchuan.police"):
        client.get(OVERVIEW)
        with CaptureQueriesContext(connection) as asked:
            client.get(OVERVIEW)
        counts.append(len(asked))
        for _one in range(9):
            read(consumer)
        work()
    assert counts[0] == counts[1]
    assert not [one for one in asked if "journal_entry" in one["sql"]]


def test_sources_and_late_things_have_pages_of_their_own(sign_in: SignIn, moved: None) -> None:
    client = sign_in("data-officer")
    health = text(client.get("/bureau/health/"))
    assert "最近一次没有应答" in health
    assert "不动产登记信息" in health
    assert "没有晚了的事" in text(client.get("/bureau/late/"))
    with clock.fixed(clock.now() + timedelta(days=50)):
        late = text(sign_in("data-officer").get("/bureau/late/"))
    assert "数据没有按更新周期更新" in late
    days = [int(one) for one in re.findall(r"超 (\d+) 天", late)]
    assert days == sorted(days, reverse=True)
    assert len(days) == 50


def test_the_overview_is_the_data_officers_alone(sign_in: SignIn) -> None:
    for name in ("housing-owner", "clerk1"):
        client = sign_in(name)
        for address in (OVERVIEW, FLOWS, f"{FLOWS}file/", "/bureau/health/", "/bureau/late/"):
            assert client.get(address).status_code == 403


@pytest.fixture
def used(work: Work) -> str:  # noqa: F811
    """The code of a grant on real estate with readings of two of its items on three days."""
    grant = Grant.objects.filter(resource="real-estate", consumer="lanchuan.approval").first()
    assert grant
    for days_ago, outcome in ((0, "fetched"), (0, "mismatch"), (1, "fetched"), (2, "silent")):
        act = Answered(
            resource="real-estate",
            resource_version=1,
            provider="lanchuan.land",
            items=list(grant.items)[:1],
            grant=grant.code,
            mode="query",
            outcome=outcome,
        )
        with transaction.atomic():
            record(
                act,
                on=Subject("query", f"{days_ago}{outcome}", 1),
                by=Actor("subsystem", "GOV/lanchuan.approval/portal"),
                agency="lanchuan.approval",
                purpose="核对场所",
                case_number="9901990001",
                occurred_at=clock.now() - timedelta(days=days_ago),
                disclose_after=clock.now() + timedelta(days=9) if days_ago == 2 else None,
            )
    work()
    return grant.code


def test_an_owner_sees_who_used_what_for_which_cases_and_what_nobody_used(sign_in: SignIn, used: str) -> None:
    client = sign_in("land-owner")
    span = {"by": "week", "on": clock.today().isoformat()}
    listed = text(client.get("/bureau/use/", {"by": "month"}))
    assert "/bureau/use/real-estate/" in listed
    page = text(client.get("/bureau/use/real-estate/", span))
    said = words(page)
    assert "没有用到的项" in said
    assert "不一致 1 次" in said or re.search(r"不一致 1（", said)
    assert "<rect" in page
    assert "行政审批局" in said


def test_rows_are_paged_by_key_with_case_and_entry_and_without_values(sign_in: SignIn, used: str) -> None:
    client = sign_in("land-owner")
    address = "/bureau/use/real-estate/rows/"
    page = text(client.get(address))
    assert page.count("/trust/entries/") == 4
    assert page.count("9901990001") == 3
    assert "依法暂不告知本人" in page
    assert "GOV/lanchuan.approval/portal" in page
    today = text(client.get(address, {"day": clock.today().isoformat(), "grant": used}))
    assert today.count("/trust/entries/") == 2
    assert text(client.get(address, {"outcome": "mismatch"})).count("/trust/entries/") == 1
    assert "没有这样的读取" in text(client.get(address, {"grant": "none", "before": "x"}))


def test_a_long_list_of_rows_leaves_nothing_out_and_shows_nothing_twice(
    sign_in: SignIn,
    work: Work,  # noqa: F811
) -> None:
    for number in range(110):
        read("lanchuan.fire", days_ago=number % 3)
    work()
    client, address, seen = sign_in("land-owner"), "/bureau/use/real-estate/rows/", []
    following = ""
    while True:
        page = text(client.get(address + following))
        seen += re.findall(r"/trust/entries/([0-9a-f-]{36})/", page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        if not found:
            break
        following = unescape(found[1])
    assert len(seen) == len(set(seen)) == 110


def test_anothers_use_is_closed_even_to_the_data_officer(sign_in: SignIn, used: str) -> None:
    stranger = sign_in("housing-owner")
    for address in ("/bureau/use/real-estate/", "/bureau/use/real-estate/rows/"):
        assert stranger.get(address).status_code == 403
    officer = sign_in("data-officer")
    for address in ("/bureau/use/", "/bureau/use/real-estate/", "/bureau/use/real-estate/rows/"):
        assert officer.get(address).status_code == 403
    owner = sign_in("land-owner")
    assert owner.get("/bureau/use/no-such/").status_code == 404


def test_the_least_complete_agencies_stand_first_and_all_of_them_when_asked_for(sign_in: SignIn) -> None:
    client = sign_in("data-officer")
    first, whole = (
        re.findall(r'<a href="/bureau/catalogue/\?agency=([^"]+)"', text(client.get(OVERVIEW, asked)))
        for asked in ({}, {"agencies": "all"})
    )
    assert len(first) == 8
    assert whole[:8] == first
    assert len(whole) > len(first)
    assert f"看全部 {len(whole)} 个部门" in words(text(client.get(OVERVIEW)))
