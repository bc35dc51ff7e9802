"""Systems outside and drops: what the data officer sees of them, and the rows behind each number."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import Speaking
from tests.exchange.outside import Province, bind, province  # noqa: F401 - a fixture
from tests.exchange.test_gateway import caller, linxia, place, refusal  # noqa: F401 - fixtures
from tests.portals.bureau.test_overview import OVERVIEW, SignIn, text, words
from tests.registers.dropping import COLUMNS, make_drop, somebody
from tests.registers.test_file_drop import csv_of, look, put
from tongban.exchange.answering.call import answer
from tongban.exchange.answering.values import Caller
from tongban.exchange.upstream import gate
from tongban.exchange.upstream.models import AnswerTime, Inquiry
from tongban.kernel import clock

# ruff: noqa: F811 - fixtures come from the modules beside
pytestmark = pytest.mark.django_db
Calling = Callable[..., Caller]
HEALTH = "/bureau/health/"


def system_page(client: Client, province: Province, **asked: str) -> str:
    origin = province.address.removesuffix("/share")
    return text(client.get(f"{HEALTH}system/", {"at": origin, **asked}))


def test_a_system_that_answers_is_well_and_opens_into_its_questions_with_their_seconds(
    sign_in: SignIn, province: Province, caller: Calling
) -> None:
    bind(province.address)
    answer(place(), caller())
    client = sign_in("data-officer")
    for address in (HEALTH, OVERVIEW):
        page = text(client.get(address))
        assert "省数据共享平台" in page
        assert re.search(r"一半在 0\.\d\d 秒内，95% 在 0\.\d\d 秒内", page)
    links = re.findall(r'href="(/bureau/health/system/[^"]+)"', page)
    (row,) = re.findall(r"不动产登记信息.*?已答复\s+([\d.]+)", words(text(client.get(unescape(links[0])))))
    assert float(row) < 1


def test_a_broken_system_says_until_when_it_is_not_asked_and_why(
    sign_in: SignIn, province: Province, caller: Calling
) -> None:
    bind(province.address)
    province.behave = lambda asked: asked.say(b"{}", status=500)
    for _ in range(gate.FAILURES_TO_OPEN):
        refusal(place(), caller())
    client = sign_in("data-officer")
    assert "暂停查询" in words(text(client.get(HEALTH)))
    page = words(system_page(client, province))
    assert f"连续失败 {gate.FAILURES_TO_OPEN} 次，到" in page
    assert (
        f"最近 {gate.FAILURES_TO_OPEN} 次（最多数 1,000 次），其中 {gate.FAILURES_TO_OPEN} 次没有放出答复"
        in page
    )
    assert page.count("报告自身出错") == gate.FAILURES_TO_OPEN + 1
    assert "还没有答复过" in page


def test_questions_that_nobody_knows_the_end_of_are_listed_by_their_moment(
    sign_in: SignIn, province: Province
) -> None:
    bind(province.address)
    now = clock.real_now()
    for minutes in (1, 9):
        Inquiry.objects.create(
            id=uuid4(),
            entry=uuid4(),
            resource="real-estate",
            system=province.address.removesuffix("/share"),
            consumer="lanchuan.fire",
            case_number="9901990001",
            asked_at=now - timedelta(minutes=minutes),
            given_up_at=now - timedelta(minutes=minutes - 1),
        )
    page = words(system_page(sign_in("data-officer"), province))
    assert page.count("不知道有没有答复") == 2
    assert "9901990001" not in page


def test_a_long_list_of_questions_is_paged_by_key_and_costs_the_same(
    sign_in: SignIn, province: Province
) -> None:
    bind(province.address)
    client, now = sign_in("data-officer"), clock.real_now()

    def ended(count: int) -> None:
        AnswerTime.objects.bulk_create(
            AnswerTime(
                id=uuid4(),
                system=province.address.removesuffix("/share"),
                resource="real-estate",
                consumer="lanchuan.fire",
                asked_at=now - timedelta(seconds=1),
                ended_at=now,
            )
            for _ in range(count)
        )

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            system_page(client, province)
        return len(queries)

    ended(1)
    cost()  # what the first page remembers
    few = cost()
    ended(69)
    assert cost() == few
    first = system_page(client, province)
    (following,) = re.findall(r"before=([^\"&]+)", first)
    second = text(
        client.get(f"{HEALTH}system/?at={quote(province.address.removesuffix('/share'))}&before={following}")
    )
    assert (first.count("已答复"), second.count("已答复")) == (50, 20)
    for nonsense in ("x", "2026-01-01_x", f"2026-01-01T00:00:00_{uuid4()}"):
        assert system_page(client, province, before=nonsense).count("已答复") == 50


def test_an_unknown_system_or_drop_is_not_found_and_both_are_the_data_officers(
    sign_in: SignIn, province: Province
) -> None:
    bind(province.address)
    client = sign_in("data-officer")
    assert client.get(f"{HEALTH}system/", {"at": "http://10.0.0.1:80"}).status_code == 404
    assert client.get(f"{HEALTH}drops/nowhere/").status_code == 404
    for who in ("land-owner", "linxia"):
        other = sign_in(who)
        assert other.get(f"{HEALTH}drops/social-card-files/").status_code in {302, 403}
        assert other.get(f"{HEALTH}system/").status_code in {302, 403}


@pytest.fixture
def folder(own_home: Path, speaking_as: Speaking) -> Path:
    with speaking_as("owner"):  # type: ignore[attr-defined]
        make_drop(file={"folder": "cards", "columns": COLUMNS})
    with speaking_as("sequencer"):  # type: ignore[attr-defined]
        look()
        folder = own_home / "drops" / "cards"
        put(folder, "a.csv", csv_of([somebody(1), somebody(2, zt="未知")]), batch="b1")
        put(folder, "b.csv", csv_of([somebody(3)]), batch="b2", rows=2)
        put(folder, "c.csv", csv_of([somebody(4)]).replace(b"xm", b"name"), batch="b3")
        (folder / "in" / "d.csv").write_bytes(b"half")
        look()
        look()
    return folder


def test_a_drop_opens_into_batches_that_wait_were_sent_back_or_landed_with_reasons(
    sign_in: SignIn, folder: Path
) -> None:
    client = sign_in("data-officer")
    page = text(client.get(HEALTH))
    (line,) = re.findall(r"<tr[^>]*><th[^>]*><a href=\"/bureau/health/drops/cards/\".*?</tr>", page)
    assert "有没到齐的批次" in line
    whole = words(text(client.get(f"{HEALTH}drops/cards/")))
    for sentence in (
        "1 行没有入库",
        "第 2 行：",
        "「状态」的值不合要求。",
        "声明 2 行，实际 1 行",
        "第 1 行缺这些列：xm。",
        "文件已到，等它的清单",
    ):
        assert sentence in whole
    waiting = words(text(client.get(f"{HEALTH}drops/cards/", {"state": "waiting"})))
    assert "d.csv" in waiting
    assert "b1" not in waiting
    sent_back = words(text(client.get(f"{HEALTH}drops/cards/", {"state": "refused"})))
    assert "c.csv" in sent_back
    assert "b2" in sent_back
    assert "d.csv" not in sent_back
    for nonsense in ("x", "2026-01-01_b", "2026-01-01T00:00:00+00:00_\0"):
        assert client.get(f"{HEALTH}drops/cards/", {"before": nonsense, "state": "x"}).status_code == 200
