"""File drops: files that arrive in a folder, each with a manifest of its row count and SHA-256.

`in` is where they arrive, the manifest last; `done` holds what was taken with what is wrong with its rows; `aside` what
cannot be taken, with the reason in a file beside it. Dying in between, we find the batch landed and only move it.
"""

import csv
import hashlib
import io
import json
import os
import re
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from pydantic import Field, ValidationError

from tongban.kernel import clock
from tongban.kernel.files import sync_folder, write_durably
from tongban.packs.ports import Model, Text
from tongban.registers.drops.landing import ALONE, ROWS_MAX, Arrived, Row, land, refuse_file, wait
from tongban.registers.drops.models import Batch, Drop
from tongban.registers.drops.settings import FileDrop

FILE_MAX, MANIFEST_MAX = 64 * 1024**2, 16 * 1024
#: A file that does not fit its manifest may still be on its way for so long.
STILL_COMING_S = 60
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}\.(csv|ndjson)")
_MANIFEST = ".manifest.json"


class Manifest(Model):
    """What a manifest says: the batch's number, the file beside it, its rows and SHA-256 in hex."""

    batch: Text = Field(max_length=100)
    file: Text
    rows: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-fA-F]{64}$")


class BadFile(Exception):  # noqa: N818 - the sentence stands beside the file
    """A file that cannot be taken."""


class _Coming(Exception):  # noqa: N818 - not an error
    """It may still be on its way."""


def folder_of(said: FileDrop) -> Path:
    """Where the drop's folders lie."""
    return Path(settings.HOME) / "drops" / said.folder


def look_at_folder(drop: Drop, said: FileDrop) -> int:
    """Take the whole files that wait; returns how many were taken or set aside."""
    folder = folder_of(said)
    for name in ("in", "done", "aside"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    names = sorted(path.name for path in (folder / "in").iterdir())
    manifests = [name for name in names if name.endswith(_MANIFEST)]
    named = set()
    ended = 0
    for name in manifests:
        file = _file_of(folder / "in" / name)
        named.add(file)
        ended += _take(drop, said, folder, name, file)
    alone = [
        name
        for name in names
        if name not in named and not name.endswith(_MANIFEST) and not name.startswith(".")
    ]
    for name in alone:
        reason = "文件已到，等它的清单（.manifest.json）。"
        wait(drop, number=_alone(name), declared=None, arrived=0, reason=reason)
    gone = Batch.objects.filter(drop=drop, number__startswith=ALONE, state="waiting")
    gone.exclude(number__in=[_alone(name) for name in alone]).delete()
    return ended


def _alone(name: str) -> str:
    """The number under which a file without a manifest is shown."""
    return f"{ALONE}{name[:100]}"


def _file_of(path: Path) -> str:
    """The file that a manifest names, as far as it can be read."""
    try:
        return _manifest(path).file
    except BadFile:
        return ""


def _take(drop: Drop, said: FileDrop, folder: Path, name: str, file: str) -> bool:
    files = [name, *([file] if _NAME.fullmatch(file) else [])]
    try:
        manifest = _manifest(folder / "in" / name)
        data = _data(folder / "in" / manifest.file, manifest)
        rows = _rows(said, manifest.file, _text(said, data))
    except _Coming:
        reason = "清单已到，等文件传完。"
        wait(drop, number=manifest.batch, declared=manifest.rows, arrived=0, reason=reason)
        return False
    except BadFile as bad:
        refuse_file(drop, name=name.removesuffix(_MANIFEST), reason=str(bad))
        _set_aside(folder, files, str(bad))
        return True
    batch = land(drop, Arrived(manifest.batch, manifest.rows, rows))
    if batch.state == "refused":
        _set_aside(folder, files, batch.reason)
    else:
        _finish(folder, files, batch)
    return True


def _manifest(path: Path) -> Manifest:
    try:
        return Manifest.model_validate_json(_read(path, MANIFEST_MAX))
    except ValidationError as wrong:
        raise BadFile(
            "清单应写明 batch、file、rows 和 sha256，例如 "
            '{"batch": "20261125-01", "file": "a.csv", "rows": 2, "sha256": "…"}。'
        ) from wrong


def _data(path: Path, manifest: Manifest) -> bytes:
    if not _NAME.fullmatch(manifest.file):
        raise BadFile("清单里的 file 应为同一文件夹里的 .csv 或 .ndjson 文件名。")
    try:
        data = _read(path, FILE_MAX)
        changed = path.stat().st_mtime
    except FileNotFoundError:
        raise _Coming from None
    if hashlib.sha256(data).hexdigest() == manifest.sha256.lower():
        return data
    if clock.real_now().timestamp() - changed < STILL_COMING_S:
        raise _Coming
    raise BadFile("文件与清单的 sha256 不符：没有传完，或者传输中改变了。请重新传送文件和清单。")


def _read(path: Path, most: int) -> bytes:
    """The bytes of an ordinary file; a link, a pipe or a device is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise BadFile("这不是普通文件，或者不能读取。") from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise BadFile("这不是普通文件，或者不能读取。")
        data = file.read(most + 1)
    if len(data) > most:
        raise BadFile(f"文件超过 {most // 1024} KB，请拆成几批。")
    return data


def _text(said: FileDrop, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig" if said.encoding == "utf-8" else said.encoding)
    except UnicodeDecodeError as error:
        raise BadFile(
            f"文件编码应为 {said.encoding.upper()}，从第 {error.start + 1} 个字节起不是。"
        ) from error
    if "\0" in text:
        raise BadFile("文件里有空字符，不是文本文件。")
    return text


def _rows(said: FileDrop, name: str, text: str) -> list[Row]:
    found = _of_csv(text) if name.endswith(".csv") else _of_lines(text)
    wanted = {*said.columns.values(), *([said.operation] if said.operation else [])}
    known = {word: verb for verb, word in said.operations.model_dump().items()}
    rows = []
    for number, values in enumerate(found, 1):
        if missing := wanted - values.keys():
            raise BadFile(f"第 {number} 行缺这些列：{'、'.join(sorted(missing))}。")
        word = values[said.operation] if said.operation else said.operations.insert
        told = {column: values[theirs] for column, theirs in said.columns.items()}
        rows.append(Row(number, known.get(word or "", str(word)), told))
    return rows


def _of_csv(text: str) -> list[Mapping[str, str | None]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, restkey="\0")
    try:
        if not reader.fieldnames or len(set(reader.fieldnames)) != len(reader.fieldnames):
            raise BadFile("第一行应为列名，不能重复。")
        rows: list[Mapping[str, str | None]] = []
        for row in reader:
            if "\0" in row or None in row.values():
                raise BadFile(f"第 {reader.line_num} 行的列数与第一行不同。")
            if len(rows) == ROWS_MAX:
                raise BadFile(f"一批最多 {ROWS_MAX} 行，请拆成几批。")
            rows.append(row)
    except csv.Error as error:
        raise BadFile(f"CSV 在第 {reader.line_num} 行读不下去：引号没有成对，或者一格过长。") from error
    return rows


def _of_lines(text: str) -> list[Mapping[str, str | None]]:
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > ROWS_MAX:
        raise BadFile(f"一批最多 {ROWS_MAX} 行，请拆成几批。")
    rows: list[Mapping[str, str | None]] = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line, parse_float=str, parse_int=str)
        except (ValueError, RecursionError) as error:
            raise BadFile(f"第 {number} 行不是 JSON。") from error
        if not isinstance(row, dict) or any(isinstance(value, dict | list) for value in row.values()):
            raise BadFile(f"第 {number} 行应为一个 JSON 对象，每一项是一个值。")
        rows.append({name: _plain(value) for name, value in row.items()})
    return rows


def _plain(value: Any) -> str | None:
    if isinstance(value, bool):
        return "是" if value else "否"
    return None if value is None else str(value)


def _finish(folder: Path, files: Sequence[str], batch: Batch) -> None:
    said = {
        "batch": batch.number,
        "rows": batch.arrived,
        "landed": batch.landed,
        "errors": [{"row": row, "message": sentence} for row, sentence in batch.errors],
    }
    text = json.dumps(said, ensure_ascii=False, indent=1)
    write_durably(folder / "done" / f"{files[0].removesuffix(_MANIFEST)}.result.json", text.encode())
    _move(folder, files, "done")


def _set_aside(folder: Path, files: Sequence[str], reason: str) -> None:
    write_durably(folder / "aside" / f"{files[0].removesuffix(_MANIFEST)}.reason.txt", f"{reason}\n".encode())
    _move(folder, files, "aside")


def _move(folder: Path, files: Sequence[str], to: str) -> None:
    """The data first: a manifest that is left finds its batch landed, and waits for nothing."""
    for name in reversed(files):
        if os.path.lexists(folder / "in" / name):
            (folder / "in" / name).rename(folder / to / name)
    sync_folder(folder / "in")
    sync_folder(folder / to)
