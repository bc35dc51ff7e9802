"""Her own record and what is taken of it; the same for who keeps golden records; who read wrong; data as an asset."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cases.conftest import *  # noqa: F403 - somebody with an application
from tests.exchange.test_flows import Work, work  # noqa: F401 - a fixture
from tests.portals.public.test_public_pages import text
from tongban.exchange.api import answer_correction, corrections_of, evidence_of
from tongban.identity.api import find_actor

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
LINXIA = "990102199106185241"
UNIT = "/my/record/pension-contribution/"


@pytest.fixture(autouse=True)
def _home(own_home: Path) -> None:
    """Documents and keys of this test alone."""


def test_she_sees_what_is_taken_what_lost_and_questions_it(sign_in: SignIn) -> None:
    her = sign_in("linxia")
    assert "/my/record/" in text(her.get("/my/"))
    page = text(her.get("/my/record/"))
    assert "澜川云锦有限公司（示例）" in page
    assert "按次序排在「职工基本养老保险缴费信息」之后" in page
    assert "《户口登记条例》第六条" in re.sub(r"<[^>]+>|\s", "", page)
    assert "未核对" in page
    assert f"{UNIT}?item=unit#dispute" in page
    page = text(her.get(UNIT, {"item": "unit"}))
    assert re.search(r'value="unit"[^>]*checked', page)
    response = her.post(UNIT, {"items": ["unit"], "reason": ""})
    assert response.status_code == 422
    assert "请写明理由" in text(response)
    page = text(her.post(UNIT, {"items": ["unit"], "reason": "早就离职了", "right-unit": "无"}, follow=True))
    assert "校核中" in page
    assert "未核对" in page
    assert "问部门为什么看我的数据" not in page
    assert her.post(UNIT, {"items": ["unit"], "reason": "换个说法"}).status_code == 409
    assert her.get("/my/record/driver/").status_code == 404
    assert her.get("/my/record/", {"firm": "91990100MA99000287"}).status_code == 404
    person = find_actor("linxia").person
    assert person
    (asked,) = corrections_of(person)
    desk = text(sign_in("insurance-owner").get(f"/counter/corrections/{asked.evidence}/"))
    assert "早就离职了" in desk
    assert "没有办件，不是办事时读的" in desk


def test_a_firm_is_seen_by_who_represents_it(sign_in: SignIn) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select account.username, firm.uscc, firm.name from identity_firm firm"
            " join identity_account account on account.person_id = firm.representative_id"
            " join register.market_entity entity using (uscc) order by 2 limit 1"
        )
        username, uscc, name = cursor.fetchone() or ("", "", "")
    owner = sign_in(username)
    assert f"?firm={uscc}" in text(owner.get("/my/record/"))
    page = text(owner.get("/my/record/", {"firm": uscc}))
    assert f"登记簿里的{name}" in page
    assert "《市场主体登记管理条例》第八条" in re.sub(r"<[^>]+>|\s", "", page)
    address = re.search(r'href="(/my/record/market-entity/\?[^"]+)#dispute"', page)
    assert address
    where = unescape(address[1])
    assert name in text(owner.get(where))
    assert "请写明理由" in text(owner.post(where, {"items": ["name"], "reason": ""}))
    asked = text(owner.post(where, {"items": ["name"], "reason": "名称里少一个字"}, follow=True))
    assert "校核中" in asked
    assert sign_in("linxia").get(where).status_code == 404


def test_own_records_take_the_same_queries_however_many_registers_there_are(sign_in: SignIn) -> None:
    her = sign_in("linxia")
    her.get("/my/record/")
    with CaptureQueriesContext(connection) as first:
        her.get("/my/record/")
    with connection.cursor() as cursor:
        cursor.execute("update registers_register set paused = true where name <> 'population'")
    her.get("/my/record/")
    with CaptureQueriesContext(connection) as few:
        her.get("/my/record/")
    assert len(first) == len(few)


def test_the_data_officer_looks_with_a_purpose_and_has_a_value_checked(sign_in: SignIn) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update register.population set address = '旧址' where id_number = %s", [LINXIA])
    officer = sign_in("data-officer")
    assert "看谁的" in text(officer.get("/bureau/golden/"))
    question = {"code": "natural-person", "number": LINXIA, "purpose": ""}
    response = officer.post("/bureau/golden/", question)
    assert response.status_code == 422
    assert "请写明为什么要看" in text(response)
    page = text(officer.post("/bureau/golden/", question | {"purpose": "核对地址"}))
    assert "旧址" in page
    assert "按次序排在「常住户口登记信息」之后" in page
    assert "没有成批读取它的授权，没有读" in page
    ask = {"number": LINXIA, "field": "address", "register": "population"}
    assert "已请来源部门校核" in text(officer.post("/bureau/golden/natural-person/ask/", ask, follow=True))
    assert officer.post("/bureau/golden/natural-person/ask/", ask | {"field": "sex"}).status_code == 404
    (asked,) = [
        one
        for one in corrections_of(find_actor("linxia").person)
        if one.asked_by == "linkage"  # type: ignore[arg-type]
    ]
    desk = text(sign_in("police-owner").get(f"/counter/corrections/{asked.evidence}/"))
    assert "数据专员比对时发现与别的登记簿不一致" in desk
    officer = sign_in("data-officer")
    unknown = {"code": "firm", "number": "91990100MA00000000", "purpose": "查"}
    assert "能读的登记簿里都没有这个号码" in text(officer.post("/bureau/golden/", unknown))
    assert sign_in("police-owner").get("/bureau/golden/").status_code == 403


def test_who_read_wrong_finds_it_among_its_messages_and_she_knows_who_was_told(
    submitted: str,
    sign_in: SignIn,
    work: Work,  # noqa: F811
) -> None:
    lease = next(one for one in evidence_of(submitted) if one.resource == "lease-filing")
    answer_correction(
        evidence=lease.id,
        outcome="corrected",
        words="备案时录错",
        values={"area": "96"},
        seen=None,
        by=find_actor("housing-owner"),
    )
    work()
    work()
    address = f"/bureau/corrected/{lease.id}/"
    reader = sign_in("approval-owner")
    messages = text(reader.get("/bureau/messages/"))
    assert "读过的记录已更正" in messages
    assert address in messages
    page = text(reader.get(address))
    assert submitted in page
    assert "92.50" in page
    assert ">96<" not in page
    assert sign_in("police-owner").get(address).status_code == 404
    assert "系统已经告诉它们记录更正了：澜川市行政审批局" in text(
        sign_in("linxia").get(f"/my/corrections/{lease.id}/")
    )


def test_assets_are_ranked_by_what_they_save_and_given_as_files(
    submitted: str,
    sign_in: SignIn,
    work: Work,  # noqa: F811
) -> None:
    work()
    officer = sign_in("data-officer")
    page = text(officer.get("/bureau/assets/"))
    first = re.search(r'<td role="cell" class="tb-num" data-label="名次">1</td>.*?</tr>', page, re.DOTALL)
    assert first
    assert 'data-label="免交材料的办件">1<' in first[0]
    by_rows = text(officer.get("/bureau/assets/", {"rank": "rows"}))
    assert "按“约有（行）”从多到少" in by_rows
    assert "没有核对过" in by_rows
    assert "tb-no-print" in page
    given = officer.get("/bureau/assets/file/csv/", {"rank": "cases"})
    rows = list(csv.DictReader(io.StringIO(given.content.decode("utf-8-sig"))))
    assert rows[0]["名次"] == "1"
    assert int(rows[0]["免交材料的办件"]) >= int(rows[1]["免交材料的办件"])
    assert len(rows) > 50
    from openpyxl import load_workbook

    sheet = load_workbook(BytesIO(officer.get("/bureau/assets/file/xlsx/").content)).worksheets[0]
    assert sheet["B1"].value == "信息资源"
    assert officer.get("/bureau/assets/file/pdf/").status_code == 404
    assert sign_in("police-owner").get("/bureau/assets/").status_code == 403
    with CaptureQueriesContext(connection) as asked:
        officer.get("/bureau/assets/")
    assert len(asked) <= 22
