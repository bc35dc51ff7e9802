"""What batches look like when they come from real offices: each fault is named, and nothing that is wrong lands."""

import io
import resource
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from django.db import connection

from tests.conftest import Speaking
from tests.registers.gathering import HEADS, card, cards, csv_of, gather, hand_in, number, sentences, view
from tongban.identity.api import find_actor
from tongban.kernel.errors import Unavailable
from tongban.packs.models import CodeValue
from tongban.registers.api import run_load, take_bad_rows
from tongban.registers.loads import fetching
from tongban.registers.loads.models import Load
from tongban.registers.loads.ordering import folder_of
from tongban.registers.models import Register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _worker(own_home: Path, speaking_as: Speaking) -> Iterator[None]:
    with speaking_as("sequencer"):  # type: ignore[attr-defined]
        yield


TWO = csv_of([card(1), card(2)])


@pytest.mark.parametrize(
    "data",
    [
        TWO.decode().encode("gb18030"),
        TWO.decode().encode("utf-16"),
        b"\xfe\xff" + TWO.decode().encode("utf-16-be"),
        b"\xef\xbb\xbf" + TWO,
        TWO.replace(b"\n", b"\r\n"),
        TWO.replace(b",", b"\t"),
        TWO.replace("云试1".encode(), "\u3000云试1 ".encode()),
    ],
    ids=["gb18030", "utf-16", "utf-16-be", "bom", "crlf", "tabs", "blanks around"],
)
def test_encodings_marks_and_blanks_make_no_difference(data: bytes) -> None:
    load = gather(data)
    assert (load.inserted, load.bad) == (2, 0)
    assert cards()[number(1)][0] == "云试1"


def test_a_rare_character_of_gb18030_keeps_its_shape() -> None:
    gather(csv_of([card(1, name="云𬭎")]).decode().encode("gb18030"))
    assert cards()[number(1)][0] == "云𬭎"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x81\xff\xff\xff,a\n1,2\n", "读不出文字"),
        (b"a,a\n1,2\n", "表头「a」出现了两次"),
        ("姓名,状态\n云,正常\n".encode(), "文件缺少这些列：公民身份号码、社会保障卡号、发卡日期"),
        (b"\n\n", "文件里没有表头"),
        (csv_of([]), "一行数据也没有"),
        (TWO[:-1].rsplit("，".encode(), 1)[0][:-30], "断开了，像是没有传完"),
        (TWO[:-2], "文件在一个字中间断开了，像是没有传完"),
        (TWO[:-1].rsplit("，".encode(), 1)[0] + b',"half', "文件在第 3 行断开了"),
    ],
)
def test_what_is_no_table_goes_back_whole(data: bytes, sentence: str) -> None:
    load = gather(data)
    assert load.state == "refused"
    assert sentence in load.reason
    assert cards() == {}
    assert not folder_of(load.id).exists()


def test_a_refused_number_may_be_used_again() -> None:
    gather(TWO[:-2])
    assert gather(TWO).inserted == 2


def test_fewer_or_more_rows_than_declared_is_a_file_that_did_not_arrive() -> None:
    load = gather(TWO, declared=3)
    assert (load.state, load.reason) == (
        "refused",
        "声明 3 行，实际 2 行：文件没有传完，或者数错了。请核对后再交。",
    )


def test_ragged_rows_go_back_and_the_others_keep_their_places() -> None:
    lines = csv_of([card(1), card(2), card(3), card(4, status="好")]).decode().splitlines()
    lines[2] = lines[2].rsplit(",", 1)[0]
    lines[3] += ",多一格"
    load = gather(("\n".join(lines) + "\n").encode())
    assert load.inserted == 1
    assert sentences(load) == [
        (2, "这一行的格数比表头少。"),
        (3, "这一行的格数比表头多，多半是内容里的逗号没有加引号。"),
        (4, "「状态」只能是正常、挂失、注销。"),
    ]


def test_quotes_commas_and_newlines_inside_cells_are_kept_and_rows_are_counted_as_a_spreadsheet_does() -> (
    None
):
    named = card(1, name='"云,""试""\n一"')
    load = gather(csv_of([named, card(2, status="好")]))
    assert cards()[number(1)][0] == '云,"试"\n一'
    assert sentences(load) == [(2, "「状态」只能是正常、挂失、注销。")]


def test_a_ragged_row_below_a_cell_of_two_lines_has_its_place() -> None:
    lines = csv_of([card(1, name='"云\n一"'), card(2), card(3, status="好")]).decode()
    load = gather(lines.replace("SC000002,", "").encode())
    assert [row for row, _ in sentences(load)] == [2, 3]


def test_days_of_spreadsheets_are_read_and_numbers_they_spoiled_are_named() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(HEADS.values()))
    for row in (card(1), card(2), card(3), card(4)):
        sheet.append([row[name] for name in HEADS])
    sheet["E2"] = datetime(2026, 1, 2)  # noqa: DTZ001 - a sheet knows no zone
    sheet["E2"].number_format = "yyyy/m/d"
    sheet["E3"] = 46024
    sheet["A4"] = 990199199001010000
    sheet["C5"] = 4
    out = io.BytesIO()
    book.save(out)
    load = gather(out.getvalue(), name="cards.xlsx")
    assert load.inserted == 2
    assert cards()[number(1)][1] == date(2026, 1, 2)
    assert sentences(load) == [
        (2, "「发卡日期」像是电子表格里日期的序号，请把这一列设成日期，写成 2026-01-31 这样。"),
        (3, "「公民身份号码」被电子表格改成了科学计数法，后几位已经丢了，请设成文本以后重新填写。"),
        (3, "「公民身份号码」应为 18 位公民身份号码；15 位的旧号码请换成 18 位。"),
    ]


def test_half_a_spreadsheet_and_a_wrong_name_go_back_whole() -> None:
    book = openpyxl.Workbook()
    out = io.BytesIO()
    book.save(out)
    load = gather(out.getvalue()[:-200], name="cards.xlsx")
    assert load.reason == "这不是完整的 XLSX 文件，可能没有传完。请重新导出、上传。"
    assert gather(TWO, name="cards.parquet", batch="b2").reason.startswith("这不是完整的 Parquet 文件")
    assert gather(b"[1]\n", name="cards.ndjson", batch="b3").reason.startswith("这不是 JSON 行文件")


def _declare(**columns: dict[str, object]) -> None:
    """Have the register of social cards say more of its columns."""
    row = Register.objects.get(pk="social-card")
    fields = [{**field, **columns.get(field["name"], {})} for field in row.fields]
    Register.objects.filter(pk="social-card").update(fields=fields)


def test_lost_leading_zeros_are_named(speaking_as: Speaking) -> None:
    _declare(card_no={"pattern": r"\d{6}"})
    load = gather(csv_of([card(1, card_no="000123"), card(2, card_no="123"), card(3, card_no="1.2E+11")]))
    assert sentences(load) == [
        (2, "「社会保障卡号」像是丢了开头的 0，请把这一列设成文本以后重新填写。"),
        (3, "「社会保障卡号」被电子表格改成了科学计数法，后几位已经丢了，请设成文本以后重新填写。"),
    ]


def test_an_area_that_was_abolished_and_one_that_never_was_are_told_apart() -> None:
    CodeValue.objects.create(
        code_set="area",
        code="990104",
        title="旧城区",
        ordinal=999,
        until=date(2021, 3, 11),
        cite={},
        source="test",
    )
    _declare(bank={"domain": "area"})
    codes = ["990102", "990102001000", "990104", "990199", "770101", "99010"]
    load = gather(csv_of([card(n, bank=code) for n, code in enumerate(codes, 1)]))
    assert load.inserted == 2
    assert sentences(load) == [
        (3, "「合作银行」这个区划已经撤销，请换成现在的区划代码。"),
        (4, "没有「合作银行」这个区划代码，请核对。"),
        (5, "没有「合作银行」这个区划代码，请核对。"),
        (6, "「合作银行」应为 6 位或者 12 位区划代码。"),
    ]


def test_days_ahead_lunar_days_and_days_that_are_none_are_named() -> None:
    _declare(issued_on={"domain": "birthday"})
    days = [
        "2099-01-01",
        "1849-12-31",
        "农历五月初五",
        "1990-02-30",
        "1990-13-01",
        "20260102",
        "2026年1月2日",
        "2026/1/2",
    ]
    load = gather(csv_of([card(n, issued_on=day) for n, day in enumerate(days, 1)]))
    assert load.inserted == 3
    assert sentences(load) == [
        (1, "「发卡日期」晚于今天，请核对。"),
        (2, "「发卡日期」早于 1850 年，请核对。"),
        (3, "「发卡日期」像是农历日期，请换算成公历。"),
        (4, "「发卡日期」像是农历日期，请换算成公历。"),
        (5, "「发卡日期」不是公历日期，请写成 2026-01-31 这样。"),
    ]


def test_two_hundred_columns_are_read_and_those_that_nobody_asked_for_are_told() -> None:
    heads = ",".join([*HEADS.values(), *(f"多出{n}" for n in range(200))])
    cells = ",".join([*card(1).values(), *("x" for _ in range(200))])
    load = gather(f"{heads}\n{cells}\n".encode())
    assert (load.inserted, len(load.more)) == (1, 100)


def test_a_key_twice_in_a_batch_lands_once_if_all_is_the_same_and_not_at_all_if_it_differs() -> None:
    load = gather(csv_of([card(1), card(1), card(2), card(2, name="别名")]))
    assert (load.inserted, load.twice, load.bad) == (1, 1, 2)
    said = "同一个号码在这一批里出现了不止一次，内容不同。请只留对的一行。"
    assert sentences(load) == [(3, said), (4, said)]


def test_a_source_that_goes_away_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def half() -> Iterator[bytes]:
        yield TWO[:50]
        raise fetching._gone("TONGBAN_UPSTREAM_SECRET_X")

    from tongban.registers.api import Handed, order_load

    handed = Handed(register="social-card", batch="b1", file_name="t.csv", source="table:x:t")
    with pytest.raises(Unavailable, match="中途断开了，什么都没有入库"):
        order_load(handed, half(), by=find_actor("yunling-hrss-owner"))
    assert Load.objects.count() == 0


def test_a_full_disk_is_told_and_nothing_is_left(own_home: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20, hard))
        with pytest.raises(Unavailable, match="磁盘满了，这一批没有收下"):
            hand_in(TWO)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert list((own_home / "loads").iterdir()) == []
    assert gather(TWO).inserted == 2


def test_a_disk_that_fills_while_a_batch_is_read_is_told_and_nothing_lands() -> None:
    import signal

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    load = hand_in(csv_of([card(n, name=f"云{n}" * 40) for n in range(1, 4000)]))
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        run_load(load, tell=lambda _load: None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    refused = view(load)
    assert refused.state == "refused"
    assert refused.reason == "磁盘空间不够，读不下这一批，什么都没有入库。请系统管理员清出空间以后再交。"
    assert cards() == {}


def test_a_row_goes_back_with_what_it_was_and_formulas_are_told_by_who_writes_the_file() -> None:
    load = gather(csv_of([card(1, name="=cmd|' /C calc'!A0", status="好")]))
    columns, rows = take_bad_rows(load.id, by=find_actor("yunling-hrss-owner"))
    (row,) = rows
    assert columns[0] == ("id_number", "公民身份号码")
    assert (row["row"], row["name"]) == ("1", "=cmd|' /C calc'!A0")
    assert row["reason"] == "「状态」只能是正常、挂失、注销。"


def test_nul_and_numbers_beyond_the_database_do_not_land() -> None:
    load = gather(csv_of([card(1, name="云\0")]))
    assert sentences(load) == [(1, "「姓名」里有不能保存的字符。")]
    with connection.cursor() as cursor:
        cursor.execute("select 1")


def test_two_batches_of_one_register_land_one_after_the_other() -> None:
    from tongban.registers.api import run_loads

    first, second = hand_in(csv_of([card(1)])), hand_in(csv_of([card(1, name="云改")]), batch="b2")
    assert run_loads() == 2
    assert (view(first).inserted, view(second).updated, cards()[number(1)][0]) == (1, 1, "云改")
    run_load(first, tell=lambda _load: None)
    assert cards()[number(1)][0] == "云改"
