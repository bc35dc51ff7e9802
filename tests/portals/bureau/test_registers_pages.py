"""The pages of registers: hand in, watch, look at what went back, mend it, and see how good the register is."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import Speaking
from tests.portals.bureau.test_overview import SignIn, text
from tests.registers.gathering import card, cards, csv_of, number
from tongban.registers.api import run_loads, run_measurements

pytestmark = pytest.mark.django_db
REGISTER = "/bureau/registers/social-card/"


@pytest.fixture
def owner(sign_in: SignIn, own_home: Path) -> Client:
    return sign_in("yunling-hrss-owner")


@pytest.fixture
def worked(speaking_as: Speaking) -> Iterator[object]:
    def act() -> None:
        with speaking_as("sequencer"):  # type: ignore[attr-defined]
            run_loads()
            run_measurements()

    return act  # type: ignore[return-value]


def hand_in(client: Client, data: bytes, query: str = "", **more: str) -> str:
    said = {"batch": "b1", "mode": "incremental", **more, "file": SimpleUploadedFile("cards.csv", data)}
    answer = client.post(f"{REGISTER}new/{query}", said)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


BAD = csv_of([card(1), card(2, status="好"), card(3, name="=cmd|' /C calc'!A0", issued_on="2099-01-01")])


def test_a_batch_goes_from_the_form_to_its_result(owner: Client, worked: object) -> None:
    page = hand_in(owner, BAD)
    waiting = owner.get(page)
    assert "还没有开始入库" in text(waiting)
    assert waiting["Refresh"] == "3"
    worked()  # type: ignore[operator]
    done = owner.get(page)
    assert "Refresh" not in done
    assert "办完，有退回的行" in text(done)
    assert "「状态」只能是正常、挂失、注销。" in text(done)
    assert list(cards()) == [number(1)]
    listed = text(owner.get(REGISTER))
    assert "b1" in listed
    assert "社会保障卡持有信息" in text(owner.get("/bureau/registers/"))


def test_bad_rows_are_shown_taken_as_a_file_without_formulas_mended_and_sent_back(
    owner: Client, worked: object
) -> None:
    page = hand_in(owner, BAD)
    worked()  # type: ignore[operator]
    errors = text(owner.get(f"{page}errors/"))
    assert "等改" in errors
    assert number(2) not in errors
    assert "好" in text(owner.get(f"{page}errors/?check=status.enum"))
    file = owner.post(f"{page}rows/csv/").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert [row["行号"] for row in rows] == ["2", "3"]
    assert rows[1]["姓名"] == "'=cmd|' /C calc'!A0"
    rows[0]["状态"], rows[1]["发卡日期"] = "正常", "2026-01-02"
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    load = page.rstrip("/").rsplit("/", 1)[1]
    mended = hand_in(owner, out.getvalue().encode(), f"?mends={load}", batch="b1-2")
    worked()  # type: ignore[operator]
    assert "退回行所在的那一批" in text(owner.get(mended))
    assert list(cards()) == [number(n) for n in (1, 2, 3)]
    assert cards()[number(3)][0] == "=cmd|' /C calc'!A0"
    assert "等改" not in text(owner.get(f"{page}errors/"))
    assert owner.post(f"{page}rows/xlsx/").status_code == 200
    assert owner.post(f"{page}rows/pdf/").status_code == 404


@pytest.mark.parametrize(
    ("more", "status", "sentence"),
    [
        ({"batch": "a b"}, 422, "批次号用汉字"),
        ({"as_of": "昨天"}, 422, "数据截止日写成"),
        ({"rows": "三"}, 422, "声明的行数是整数"),
        ({"mode": ""}, 422, "请选择全量还是增量"),
    ],
)
def test_a_form_that_cannot_be_taken_says_so_at_its_field(
    owner: Client, more: dict[str, str], status: int, sentence: str
) -> None:
    said = {"batch": "b1", "mode": "incremental", "file": SimpleUploadedFile("a.csv", BAD), **more}
    answer = owner.post(f"{REGISTER}new/", said)
    assert answer.status_code == status
    assert sentence in answer.content.decode()


def test_no_file_another_content_and_a_wrong_form_are_told(owner: Client) -> None:
    answer = owner.post(f"{REGISTER}new/", {"batch": "b1", "mode": "full"})
    assert "请先选择文件" in answer.content.decode()
    hand_in(owner, BAD)
    again = owner.post(
        f"{REGISTER}new/",
        {"batch": "b1", "mode": "incremental", "file": SimpleUploadedFile("a.csv", b"other")},
    )
    assert again.status_code == 409
    assert "已经用过，内容与上次不同" in again.content.decode()
    wrong = owner.post(
        f"{REGISTER}new/", {"batch": "b2", "mode": "full", "file": SimpleUploadedFile("a.pdf", b"x")}
    )
    assert "只收 CSV、XLSX、Parquet" in wrong.content.decode()


def test_another_agencys_registers_loads_and_issues_are_not_found(
    owner: Client, sign_in: SignIn, worked: object
) -> None:
    page = hand_in(owner, BAD)
    other = sign_in("police-owner")
    for address in (REGISTER, f"{REGISTER}new/", page, f"{page}errors/", f"{REGISTER}quality/"):
        assert other.get(address).status_code == 404
    assert other.post(f"{page}rows/csv/").status_code == 404


def test_where_a_row_came_from_is_told_without_what_it_says(owner: Client, worked: object) -> None:
    hand_in(owner, csv_of([card(1, name="云甲")]))
    worked()  # type: ignore[operator]
    hand_in(owner, csv_of([card(1, name="云乙")]), batch="b2")
    worked()  # type: ignore[operator]
    page = text(owner.get(REGISTER, {"key": number(1)}))
    assert len(re.findall("归集批次 <a", page)) == 2
    assert "云甲" not in page
    assert "云乙" not in page
    assert "以前也没有过" in text(owner.get(REGISTER, {"key": "nobody"}))


def test_quality_is_scored_drawn_and_opens_into_rows(
    owner: Client, worked: object, speaking_as: Speaking
) -> None:
    quality = f"{REGISTER}quality/"
    assert "还没有核对过" in text(owner.get(quality))
    hand_in(owner, csv_of([card(1), card(2)]))
    worked()  # type: ignore[operator]
    with connection.cursor() as cursor:
        cursor.execute(
            "update register.social_card set issued_on = '2099-01-01' where id_number = %s", [number(1)]
        )
    assert owner.post(quality).status_code == 302
    assert owner.get(quality)["Refresh"] == "3"
    worked()  # type: ignore[operator]
    page = text(owner.get(quality))
    assert "至少两天都核对过" in page
    (link,) = re.findall(r'href="([^"]+quality/rows/\?check=issued_on.future)"', page)
    rows = text(owner.get(link))
    assert "2099-01-01" in rows
    assert number(1) not in rows
    assert "没有要改的记录" in text(owner.get(f"{quality}rows/?dimension=validity"))
    with connection.cursor() as cursor, speaking_as("sequencer"):  # type: ignore[attr-defined]
        cursor.execute(
            "update registers_measurement set day = '2026-11-01' where id = (select min(id) from registers_measurement)"
        )
    drawn = text(owner.get(quality))
    assert drawn.count("<polyline") == 4
    assert "准确性：从 100 到" in drawn


def test_pages_ask_the_database_a_fixed_number_of_times(owner: Client, worked: object) -> None:
    for n in range(3):
        hand_in(owner, csv_of([card(n, status="好")]), batch=f"b{n}")
    worked()  # type: ignore[operator]
    owner.get(REGISTER)
    with CaptureQueriesContext(
        connection,
    ) as few:
        owner.get(REGISTER)
    for n in range(3, 8):
        hand_in(owner, csv_of([card(n, status="好")]), batch=f"b{n}")
    worked()  # type: ignore[operator]
    with CaptureQueriesContext(connection) as many:
        owner.get(REGISTER)
    assert len(many) == len(few)
