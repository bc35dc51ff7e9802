"""The guide's sheet: one row for each information item, XLSX or CSV. Read with its merged cells, written harmless.

A cell that a spreadsheet would run as a formula gets an apostrophe in front; reading takes it away again.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.catalogue.checks import plain_name
from tongban.kernel.errors import BadInput
from tongban.kernel.sentences import say

BYTES_MAX, UNPACKED_MAX, ROWS_MAX, COLUMNS_MAX = 5_000_000, 60_000_000, 5_000, 100
REASON = "错误原因"
#: Columns of the resource, then of the item, in the guide's order; behind them what cities add.
RESOURCE_COLUMNS = {
    "category": "信息资源分类",
    "name": "信息资源名称",
    "number": "信息资源代码",
    "provider": "信息资源提供方",
    "provider_code": "信息资源提供方代码",
    "summary": "信息资源摘要",
    "format_class": "信息资源格式分类",
    "format_type": "信息资源格式类型",
    "sharing": "共享类型",
    "ground": "共享条件",
    "method_class": "共享方式分类",
    "method_type": "共享方式类型",
    "open": "开放类型",
    "open_ground": "开放条件",
    "update_cycle": "更新周期",
    "related": "关联资源代码",
    "basis": "采集依据",
    "produced_by": "产生事项",
    "needed_by": "需要事项",
    "unlinked_reason": "未关联原因",
    "grade": "数据分级",
    "systems": "来源系统",
    "standing": "记录地位",
    "storage_gb": "数据存储总量GB",
    "records": "结构化记录总数",
    "shared_gb": "已共享存储量GB",
    "shared_records": "已共享记录数",
    "opened_gb": "已开放存储量GB",
    "opened_records": "已开放记录数",
    "public": "目录条目向社会公开",
    "published_on": "发布日期",
}
ITEM_COLUMNS = {
    "item_name": "信息项名称",
    "item_code": "信息项代码",
    "item_type": "数据类型",
    "item_length": "数据长度",
    "item_code_set": "信息项代码集",
    "item_sharing": "信息项共享类型",
    "item_ground": "信息项共享条件",
    "item_open": "信息项开放类型",
    "item_open_ground": "信息项开放条件",
    "item_grade": "信息项分级",
}
COLUMNS = {**RESOURCE_COLUMNS, **ITEM_COLUMNS}
#: Other heads that returned sheets use, among them those under a group head.
_ALIASES = {
    "提供方": "provider",
    "提供方代码": "provider_code",
    "摘要": "summary",
    "格式分类": "format_class",
    "格式类型": "format_type",
    "信息项信息名称": "item_name",
    "信息项信息数据类型": "item_type",
    "信息项信息数据长度": "item_length",
    "信息项信息长度": "item_length",
    "长度": "item_length",
    "共享属性类型": "sharing",
    "共享属性共享类型": "sharing",
    "共享属性条件": "ground",
    "共享属性共享条件": "ground",
    "共享属性共享方式分类": "method_class",
    "共享属性共享方式类型": "method_type",
    "开放属性开放类型": "open",
    "开放属性开放条件": "open_ground",
    "是否向社会开放": "open",
    "开放属性是否向社会开放": "open",
}
_BY_HEAD = {plain_name(head): name for name, head in COLUMNS.items()} | {
    plain_name(head): name for head, name in _ALIASES.items()
}
MUST = ("name", "item_name", "item_type")
_RUNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class SheetRow:
    """A row: its line in the file, its cells by column; columns that a merged cell spreads over several rows."""

    line: int
    cells: Mapping[str, str]
    merged: frozenset[str] = frozenset()


def read_sheet(name: str, data: bytes) -> list[SheetRow]:
    """The rows of a sheet; the head may stand in one of the first five lines, in one line or under group heads.

    Raises:
        BadInput: too large, neither XLSX nor CSV, not readable, or without the columns that must be there.
    """
    if len(data) > BYTES_MAX:
        raise BadInput(say("文件超过 {n} MB，请分成几个文件。", n=BYTES_MAX // 1_000_000), field="file")
    if name.lower().endswith(".xlsx"):
        table, merges = _xlsx(data)
    elif name.lower().endswith(".csv"):
        table, merges = _csv(data), {}
    else:
        raise BadInput("请选择 XLSX 或者 CSV 文件；XLS、ET 文件请先另存为 XLSX。", field="file")
    at, columns = _head(table)
    if len(table) - at > ROWS_MAX:
        raise BadInput(say("超过 {n} 行，请分成几个文件。", n=ROWS_MAX), field="file")
    rows = []
    for n in range(at, len(table)):
        cells = {column: _plain(table[n][k]) for k, column in columns.items() if k < len(table[n])}
        if any(cells.values()):
            spread = frozenset(columns[k] for k in columns if (n, k) in merges)
            rows.append(SheetRow(n + 1, cells, spread))
    if not rows:
        raise BadInput("文件里只有表头，没有内容。", field="file")
    return rows


def write_csv(rows: Iterable[Mapping[str, str]], columns: Mapping[str, str]) -> bytes:
    """A CSV with the heads of `columns`, as UTF-8 with its mark, so that office programs read it right."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns.values())
    writer.writerows([harmless(row.get(name, "")) for name in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(rows: Iterable[Mapping[str, str]], columns: Mapping[str, str], *, title: str) -> bytes:
    """An XLSX with one sheet; every cell is text."""
    from openpyxl import Workbook  # noqa: PLC0415 - only files need it

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.append(list(columns.values()))
    for row in rows:
        sheet.append([harmless(row.get(name, "")) for name in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet runs; control characters, which XLSX cannot hold, are dropped."""
    kept = "".join(char for char in text if char >= " " or char in "\n\t\r")
    return f"'{kept}" if kept.startswith(_RUNS) else kept


def _plain(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_RUNS) else text


def _xlsx(data: bytes) -> tuple[list[list[str]], dict[tuple[int, int], str]]:
    """The first sheet as text, merged cells filled; and the cells that a merge over several rows filled."""
    from openpyxl import load_workbook  # noqa: PLC0415

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED_MAX:
                raise BadInput("文件展开以后太大，请分成几个文件。", field="file")
        book = load_workbook(io.BytesIO(data), data_only=True)
    except BadInput:
        raise
    except Exception as broken:  # whatever a broken file makes the reader raise
        raise BadInput("这个 XLSX 读不出来，可能已损坏或者有密码，请重新保存。", field="file") from broken
    sheet: Any = book.worksheets[0]
    if sheet.max_row > ROWS_MAX + 10 or sheet.max_column > COLUMNS_MAX:
        raise BadInput(
            say("请控制在 {rows} 行、{columns} 列以内，并删掉空行空列。", rows=ROWS_MAX, columns=COLUMNS_MAX),
            field="file",
        )
    table = [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    merges: dict[tuple[int, int], str] = {}
    for area in sheet.merged_cells.ranges:
        first = table[area.min_row - 1][area.min_col - 1]
        for n in range(area.min_row - 1, area.max_row):
            for k in range(area.min_col - 1, area.max_col):
                table[n][k] = first
                if area.max_row > area.min_row:
                    merges[n, k] = first
    return table, merges


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _csv(data: bytes) -> list[list[str]]:
    """UTF-8 with or without its mark, else GB18030; the wrong one of the two is nearly never readable."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return [row[:COLUMNS_MAX] for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
        except csv.Error as broken:
            raise BadInput(
                say("这个 CSV 读不出来：{why}。请重新保存。", why=str(broken)), field="file"
            ) from broken
    raise BadInput("看不出这个 CSV 的编码，请另存为 UTF-8 或者 GB18030。", field="file")


def _head(table: Sequence[Sequence[str]]) -> tuple[int, dict[int, str]]:
    """Where the rows begin, and which column of the file is which of ours."""
    missing: list[str] = [*MUST]
    for n in range(min(5, len(table))):
        above = table[n - 1] if n else []
        columns: dict[int, str] = {}
        for k, cell in enumerate(table[n]):
            group = above[k] if k < len(above) else ""
            name = _BY_HEAD.get(plain_name(group + cell)) or _BY_HEAD.get(plain_name(cell))
            if name and name not in columns.values():
                columns[k] = name
        lacking = [name for name in MUST if name not in columns.values()]
        if not lacking:
            return n + 1, columns
        missing = min(missing, lacking, key=len)
    heads = "、".join(f"「{COLUMNS[name]}」" for name in missing)
    raise BadInput(say("表头里没有{heads}，请用本页的空白表，不要改表头。", heads=heads), field="file")
