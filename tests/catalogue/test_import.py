"""A sheet as agencies return it: good rows become drafts, bad ones come back with the reason in the row."""

import csv
import io
from collections.abc import Sequence

import pytest
from openpyxl import Workbook, load_workbook

from tongban.catalogue.api import (
    COLUMNS,
    Content,
    Vocabulary,
    contents_of,
    get_desk,
    import_resources,
    sheet_rows,
    start_resource,
    write_csv,
    write_xlsx,
)
from tongban.identity.api import find_actor, get_agency
from tongban.journal.api import Actor
from tongban.kernel.errors import BadInput, NotAllowed

pytestmark = pytest.mark.django_db
HEADS = [*COLUMNS.values()]


@pytest.fixture
def rows(whole: Content, words: Vocabulary) -> list[dict[str, str]]:
    return sheet_rows(whole, get_agency("lanchuan.housing"), words, published_on="")


def xlsx(table: Sequence[Sequence[object]], *merges: str) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet
    for row in table:
        sheet.append(list(row))
    for area in merges:
        sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(rows: list[dict[str, str]]) -> bytes:
    return write_csv(rows, COLUMNS)


def errors(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_what_was_exported_comes_back_the_same_in_every_encoding(
    rows: list[dict[str, str]], owner: Actor, whole: Content, words: Vocabulary, encoding: str
) -> None:
    data = as_csv(rows).decode("utf-8-sig").encode(encoding)
    made = import_resources(name="目录.csv", data=data, by=owner)
    assert made.bad == []
    ((code, name, items),) = made.drafts
    assert (name, items) == (whole.name, 3)
    assert get_desk(code, words, by=owner).content == whole


def test_a_half_valid_sheet_keeps_its_good_rows_and_returns_the_others_with_reasons(
    rows: list[dict[str, str]], owner: Actor, words: Vocabulary
) -> None:
    rows[1]["item_type"] = "字符串"
    rows.append({**rows[2], "item_name": "另一项", "item_length": "30字", "item_code": "more"})
    data = write_xlsx(rows, COLUMNS, title="目录")
    made = import_resources(name="目录.XLSX", data=data, by=owner)
    ((code, _name, items),) = made.drafts
    assert items == 2
    assert [item.code for item in get_desk(code, words, by=owner).content.items] == ["report_no", "grade"]
    told = errors(made.as_file(xlsx=False))
    assert "数据类型「字符串」不在清单里" in told[0]["错误原因"]
    assert "长度只写数字，现在是「30字」" in told[1]["错误原因"]
    assert told[0]["信息资源名称"] == rows[0]["name"]
    book = load_workbook(io.BytesIO(made.as_file(xlsx=True)))
    assert book.worksheets[0].cell(1, 1).value == "错误原因"
    mended = [{**row, "数据类型": "字符型C", "数据长度": "30"} for row in told]
    again = write_csv(mended, {head: head for head in ["错误原因", *HEADS]})
    second = import_resources(name="更正.csv", data=again, by=owner)
    assert second.bad == []
    assert second.drafts[0][0] == code
    assert len(get_desk(code, words, by=owner).content.items) == 4


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": "房屋鉴定平台"}, "像是系统的名字"),
        ({"provider": "澜川市公安局"}, "不是本部门"),
        ({"provider_code": "1199"}, "统一社会信用代码"),
        ({"format_type": "pdf"}, "不属于「数据库」"),
        ({"records": "1200条"}, "不写单位"),
        ({"summary": ""}, "摘要没有填"),
        ({"sharing": "不予共享", "ground": ""}, "不予共享要选法律依据"),
        ({"ground": ""}, "有条件共享要选条件"),
        ({"ground": "领导批准"}, "只能从有法条的里面选"),
        ({"update_cycle": "每纳秒"}, "代码表里没有「每纳秒」"),
    ],
)
def test_what_is_wrong_with_a_resource_returns_all_its_rows(
    rows: list[dict[str, str]], owner: Actor, change: dict[str, str], reason: str
) -> None:
    made = import_resources(name="a.csv", data=as_csv([{**row, **change} for row in rows]), by=owner)
    assert made.drafts == []
    assert len(made.bad) == 3
    assert all(reason in one.reason for one in made.bad), made.bad[0].reason


def test_provider_codes_that_a_drag_counted_up_are_told(rows: list[dict[str, str]], owner: Actor) -> None:
    for n, row in enumerate(rows):
        row["provider_code"] = f"1199010000990{n}"
    made = import_resources(name="a.csv", data=as_csv(rows), by=owner)
    assert "拖拽填充" in made.bad[0].reason


def test_resources_that_a_drag_counted_on_come_back_but_the_first(
    rows: list[dict[str, str]], owner: Actor, whole: Content
) -> None:
    dragged = [{**rows[0], "name": f"{whole.name}{n}", "number": ""} for n in (1, 2, 3)]
    real = {
        **rows[0],
        "name": f"{whole.name}4",
        "number": "",
        "summary": "另一家鉴定机构出具的报告，2022 年起。",
    }
    made = import_resources(name="a.csv", data=as_csv([*dragged, real]), by=owner)
    assert [name for _code, name, _items in made.drafts] == [f"{whole.name}1", f"{whole.name}4"]
    assert [one.row.line for one in made.bad] == [3, 4]
    assert all("拖拽填充" in one.reason for one in made.bad)


def test_a_resource_that_stands_twice_and_items_that_stand_twice_are_told(
    rows: list[dict[str, str]], owner: Actor, whole: Content
) -> None:
    other = {**rows[0], "name": "别的鉴定结论信息", "number": ""}
    again = {**rows[1], "name": f"{whole.name} 。", "item_name": "又一项", "item_code": "again"}
    twice = {**rows[1], "item_name": "房屋 所有权人"}
    made = import_resources(name="a.csv", data=as_csv([*rows, twice, other, again]), by=owner)
    assert [items for _code, _name, items in made.drafts] == [3, 1]
    reasons = " ".join(one.reason for one in made.bad)
    assert "和第 2 个的名称一样" in reasons
    assert "重名" in reasons


def test_merged_cells_of_the_resource_are_filled_and_those_of_items_refused(
    rows: list[dict[str, str]], owner: Actor
) -> None:
    table: list[list[str]] = [HEADS, *([row.get(name, "") for name in COLUMNS] for row in rows)]
    for row in table[2:]:
        row[1] = ""
    made = import_resources(name="a.xlsx", data=xlsx(table, "B2:B4"), by=owner)
    assert (made.bad, made.drafts[0][2]) == ([], 3)
    column = HEADS.index("信息项名称")
    letter = xlsx_letter(column)
    made = import_resources(name="a.xlsx", data=xlsx(table, "B2:B4", f"{letter}3:{letter}4"), by=owner)
    assert ["合并单元格" in one.reason for one in made.bad] == [True, True]
    assert made.drafts[0][2] == 1


def xlsx_letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(column + 1)


def test_heads_under_groups_are_read(owner: Actor, rows: list[dict[str, str]]) -> None:
    heads = {
        "信息项信息": ["名称", "数据类型", "数据长度"],
        "共享属性": ["共享类型", "共享条件"],
    }
    plain = ["category", "name", "summary", "format_class", "format_type", "method_class", "method_type"]
    plain += ["open", "open_ground", "update_cycle"]
    top = [COLUMNS[name] for name in plain] + [group for group, subs in heads.items() for _ in subs]
    low = ["" for _ in plain] + [sub for subs in heads.values() for sub in subs]
    names = [*plain, "item_name", "item_type", "item_length", "sharing", "ground"]
    body = [[row[name] for name in names] for row in rows]
    merges = [f"{xlsx_letter(n)}1:{xlsx_letter(n)}2" for n in range(len(plain))]
    merges += [f"{xlsx_letter(10)}1:{xlsx_letter(12)}1", f"{xlsx_letter(13)}1:{xlsx_letter(14)}1"]
    made = import_resources(name="a.xlsx", data=xlsx([top, low, *body], *merges), by=owner)
    assert made.bad == []
    assert made.drafts[0][2] == 3


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.csv", "名字,类型\n甲,乙\n".encode(), "表头里没有"),
        ("a.csv", ",".join(HEADS).encode(), "只有表头"),
        ("a.csv", b"\xff\xff\xff\xff", "看不出这个 CSV 的编码"),
        ("a.csv", b"", "表头里没有"),
        ("a.xlsx", b"PK\x03\x04 broken", "读不出来"),
        ("a.xls", b"x", "请选择 XLSX 或者 CSV"),
        ("a.csv", b"x" * 5_000_001, "超过 5 MB"),
    ],
)
def test_a_file_that_is_no_sheet_is_one_sentence(owner: Actor, name: str, data: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence) as caught:
        import_resources(name=name, data=data, by=owner)
    assert caught.value.field == "file"


def test_only_owners_import(rows: list[dict[str, str]]) -> None:
    with pytest.raises(NotAllowed):
        import_resources(name="a.csv", data=as_csv(rows), by=find_actor("food-examiner"))


def test_a_resource_under_review_comes_back_with_that_reason(
    rows: list[dict[str, str]], owner: Actor, whole: Content
) -> None:
    from tongban.catalogue.api import submit_resource

    code = start_resource(content=whole, by=owner)
    submit_resource(code=code, seen=None, by=owner)
    made = import_resources(name="a.csv", data=as_csv(rows), by=owner)
    assert made.drafts == []
    assert "待审核" in made.bad[0].reason


def test_no_cell_of_an_export_is_a_formula(whole: Content, words: Vocabulary, owner: Actor) -> None:
    evil = whole.model_copy(
        update={"name": "=HYPERLINK(1)", "summary": "@SUM(A1:A9) 十个字以上的摘要写在这里"}
    )
    rows = sheet_rows(evil, get_agency("lanchuan.housing"), words, published_on="")
    text = as_csv(rows).decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert "'@SUM" in text
    sheet = load_workbook(io.BytesIO(write_xlsx(rows, COLUMNS, title="x"))).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert sheet["B2"].value == "'=HYPERLINK(1)"
    made = import_resources(name="a.csv", data=as_csv(rows), by=owner)
    assert get_desk(made.drafts[0][0], words, by=owner).content.name == "=HYPERLINK(1)"


def test_every_resource_of_the_city_survives_export_and_import(words: Vocabulary, owner: Actor) -> None:
    agency = get_agency(owner.agency)
    contents = contents_of(owner.agency)
    rows = [row for _code, one, day in contents for row in sheet_rows(one, agency, words, published_on=day)]
    made = import_resources(name="a.xlsx", data=write_xlsx(rows, COLUMNS, title="x"), by=owner)
    assert made.bad == []
    back = {code: content for code, content, _day in contents_of(owner.agency)}
    assert len(back) == len(contents)
    for code, content, _day in contents:
        assert back[code] == content  # also who verified its basis, which no sheet says
