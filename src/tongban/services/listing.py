"""A file of items as a county publishes them: CSV in UTF-8 with named columns, read whole and changed in nothing."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from tongban.kernel.errors import BadInput
from tongban.services.codes import ReadCode, read_department_code

COLUMNS = ("department", "main_item", "name", "item_code", "task_type", "dept_code", "area_code")


@dataclass(frozen=True)
class ListedRow:
    """A row: its line in the file, its values, which one it is of those with its code and area, what stands out."""

    line: int
    values: dict[str, str]
    occurrence: int
    code: ReadCode
    others: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, int]:
        """What a later version of the same row has in common with it."""
        return (self.values["item_code"], self.values["area_code"], self.occurrence)

    @property
    def flags(self) -> list[str]:
        """Why somebody should look at it, in words."""
        found = [f"部门代码：{self.code.reason}"] if self.code.reason else []
        if not self.values["name"].strip():
            found.append("没有填写事项名称")
        if not self.values["item_code"].strip():
            found.append("没有填写事项编码")
        elif self.occurrence > 1:
            found.append(f"同一编码在文件中第 {self.occurrence} 次出现")
        return found


@dataclass(frozen=True)
class ListingFile:
    """A file with its SHA-256 and its rows."""

    name: str
    sha256: str
    rows: tuple[ListedRow, ...]


def read_listing(path: Path) -> ListingFile:
    """Read a file of items.

    Raises:
        BadInput: it is absent, unreadable, empty, not UTF-8, not CSV, or lacks a column.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}. Nothing was imported.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}. Nothing was imported.") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{path} is not UTF-8 (byte {error.start}). Save it as UTF-8 and import it again."
        ) from None
    return ListingFile(path.name, sha256(content).hexdigest(), tuple(_rows(text, path)))


def _rows(text: str, path: Path) -> list[ListedRow]:
    if "\0" in text:
        raise BadInput(f"{path} holds zero bytes: it is no text file. Nothing was imported.")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = next(reader, None)
        if head is None:
            raise BadInput(f"{path} is empty. Nothing was imported.")
        _check_head(head, path)
        found, seen = [], Counter[tuple[str, str]]()
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(head):
                raise BadInput(
                    f"{path}:{reader.line_num}: {len(cells)} values under {len(head)} columns. "
                    "Nothing was imported; check the quotes and commas of this line."
                )
            found.append(_row(dict(zip(head, cells, strict=True)), reader.line_num, seen))
    except csv.Error as error:
        raise BadInput(
            f"{path}:{reader.line_num}: this is not CSV ({error}). Nothing was imported."
        ) from None
    if not found:
        raise BadInput(f"{path} has column names and no rows. Nothing was imported.")
    return found


def _check_head(head: list[str], path: Path) -> None:
    if missing := [name for name in COLUMNS if name not in head]:
        raise BadInput(
            f"{path} lacks the column(s) {', '.join(missing)}; it needs {', '.join(COLUMNS)}. Nothing was imported."
        )
    if twice := [name for name, times in Counter(head).items() if times > 1]:
        raise BadInput(f"{path} names the column(s) {', '.join(twice)} twice. Nothing was imported.")


def _row(cells: dict[str, str], line: int, seen: Counter[tuple[str, str]]) -> ListedRow:
    values = {name: cells.pop(name) for name in COLUMNS}
    same = (values["item_code"], values["area_code"])
    seen[same] += 1
    code = read_department_code(values["dept_code"], area=values["area_code"])
    return ListedRow(line, values, seen[same], code, cells)
