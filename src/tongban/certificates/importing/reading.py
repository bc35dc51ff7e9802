"""Reading a file of old certificates: CSV (UTF-8 or GB 18030) or Parquet, by the titles of its columns."""

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tongban.kernel.errors import BadInput, Misconfigured
from tongban.kernel.sentences import say

#: Our names of what every certificate has, with the titles that files use (GB/T 36903 and what registers print).
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("证照编号", "编号", "许可证编号"),
    "holder_number": ("持证主体代码", "统一社会信用代码", "公民身份号码", "证件号码"),
    "issued_on": ("证照颁发日期", "颁发日期", "签发日期", "发证日期"),
    "valid_from": ("证照有效期起始日期", "有效期起"),
    "valid_to": ("证照有效期截止日期", "有效期止", "有效期至"),
}
#: May be missing: valid from the day of issue; without end.
OPTIONAL = frozenset({"valid_from", "valid_to"})
_PARQUET = b"PAR1"
_BATCH = 8192

Raw = dict[str, str]


def digest_of_file(path: Path) -> bytes:
    """SHA-256 of the file (32 bytes).

    Raises:
        BadInput: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except FileNotFoundError as error:
        raise BadInput(say("没有文件 {path}，请核对路径。", path=str(path))) from error
    except OSError as error:
        raise BadInput(say("文件 {path} 读不了，请核对权限，并确认它不是文件夹。", path=str(path))) from error


def read_rows(path: Path, fields: Sequence[tuple[str, str]]) -> Iterator[tuple[int, Raw]]:
    """The rows as text by our names, each with its line (the head is line 1).

    `fields` are those of the type: name, title. A title of the type that is also one of ours (统一社会信用代码) fills both.

    Raises:
        BadInput: the file cannot be read, or a column is missing; the sentence names it.
        Misconfigured: Parquet without its library.
    """
    with path.open("rb") as file:
        is_parquet = file.read(len(_PARQUET)) == _PARQUET
    heads, rows = _parquet(path) if is_parquet else _csv(path)
    places = _places(heads, fields, path.name)
    for line, values in enumerate(rows, 2):
        yield line, {name: values[at].strip() if at < len(values) else "" for name, at in places.items()}


def _places(heads: Sequence[str], fields: Sequence[tuple[str, str]], file: str) -> dict[str, int]:
    """Where in a row each of our names stands."""
    known = {head.strip().lstrip("\ufeff"): at for at, head in reversed(list(enumerate(heads)))}
    places: dict[str, int] = {}
    missing: list[str] = []
    wanted = {**{name: (name, *titles) for name, titles in COLUMNS.items()}}
    wanted |= {f"content.{name}": (title, name) for name, title in fields}
    for name, titles in wanted.items():
        found = next((known[title] for title in titles if title in known), None)
        if found is not None:
            places[name] = found
        elif name not in OPTIONAL:
            missing.append(titles[1] if name in COLUMNS else titles[0])
    if missing:
        raise BadInput(say("{file} 缺少这些列：{columns}。", file=file, columns="、".join(missing)))
    return places


def _csv(path: Path) -> tuple[list[str], Iterator[list[str]]]:
    encoding = "utf-8-sig"
    try:
        with path.open(encoding=encoding, newline="") as file:
            for _line in file:
                pass
    except UnicodeDecodeError:
        encoding = "gb18030"

    def rows() -> Iterator[list[str]]:
        try:
            with path.open(encoding=encoding, newline="") as file:
                yield from csv.reader(file, strict=True)
        except (UnicodeDecodeError, csv.Error) as error:
            raise BadInput(say("{name} 不是完整的 CSV 文件：{why}。", name=path.name, why=error)) from error

    every = rows()
    heads = next(every, None)
    if heads is None:
        raise BadInput(say("{name} 是空的。", name=path.name))
    return heads, every


def _parquet(path: Path) -> tuple[list[str], Iterator[list[str]]]:
    try:
        from pyarrow import ArrowInvalid, parquet  # noqa: PLC0415 - only Parquet files pay for it
    except ImportError as error:
        raise Misconfigured(
            "Parquet files need the package pyarrow (requirements/bulk.txt); or hand in the rows as CSV."
        ) from error
    try:
        held = parquet.ParquetFile(path)
    except (ArrowInvalid, OSError) as error:
        raise BadInput(say("{name} 不是完整的 Parquet 文件。", name=path.name)) from error

    def rows() -> Iterator[list[str]]:
        for batch in held.iter_batches(_BATCH):
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield [_text(value) for value in values]

    return list(held.schema_arrow.names), rows()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else str(value)
