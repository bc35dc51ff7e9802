"""What agencies outside drop: files with their manifests, rows in a table of a front-end machine. All of it is invented.

Some batches are as such batches are: one row wrong, or half of the batch now and the rest a round later.
"""

import csv
import hashlib
import io
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
from stdnum.cn import ric, uscc

#: So many batches a run at most: a demonstration that is left alone does not grow for ever.
BATCHES_MAX = 30
#: Each fourth batch has a wrong row, each fifth comes in two halves.
_WRONG, _HALF = 4, 5
_ROWS = 6
_HEAD = ("公民身份号码", "姓名", "社会保障卡号", "合作银行", "发卡日期", "状态", "操作")
_TABLE = """
create schema if not exists out;
create table if not exists out.wage_arrears (mdbh text, tyshxydm text, dwmc text, lrrq date, ycrq date, zt text,
    batch_id text, batch_rows int, row_no int, operation text, status char(1) not null default '0',
    return_code text, return_message text)
"""
_INSERT = """
insert into out.wage_arrears (batch_id, batch_rows, row_no, operation, mdbh, tyshxydm, dwmc, lrrq, ycrq, zt)
values (%s, %s, %s, 'insert', %s, %s, %s, '2026-10-12', '2027-10-11', '在列')
"""
_LAST = "select coalesce(max(batch_id::int), 0) from out.wage_arrears"


def keep_sending(drops: Path | None, front: str, every: float) -> None:
    """Send a batch to each that is named, wait, and again."""
    senders = [_files(drops / "social-card" / "in")] if drops else []
    if front:
        senders.append(_rows(front))
    for _ in range(BATCHES_MAX):
        for sender in senders:
            next(sender)
        time.sleep(every)


def _files(folder: Path) -> Iterator[None]:
    """A file a round, after those that came before; its manifest comes last."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {path.name[:12] for path in folder.parent.glob("*/cards-*.csv*")}
    number = len(known)
    while True:
        number += 1
        name = f"cards-{number:06}.csv"
        data = _cards(number)
        (folder / name).write_bytes(data)
        if number % _HALF == 0:
            yield
        said = {
            "batch": f"{number:06}",
            "file": name,
            "rows": _ROWS,
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        beside = folder / f"{name}.manifest.part"
        beside.write_text(json.dumps(said), "utf-8")
        beside.rename(folder / f"{name}.manifest.json")
        yield


def _cards(number: int) -> bytes:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(_HEAD)
    for row in range(_ROWS):
        person = f"9901211970{1 + number % 12:02}{1 + number % 28:02}{900 + row}"
        state = "待定" if number % _WRONG == 0 and row == 0 else "正常"
        card = f"YL{number:05}{row:02}"
        lines.writerow(
            (person + ric.calc_check_digit(person), f"云试{number}", card, "", "2026-01-02", state, "新增")
        )
    return text.getvalue().encode()


def _rows(front: str) -> Iterator[None]:
    """A batch a round in the front-end machine's table, after those that came before."""
    with psycopg.connect(front, autocommit=True) as link:
        link.execute(_TABLE)
        (number,) = link.execute(_LAST).fetchone() or (0,)
    while True:
        number += 1
        rows = _listed(number)
        half = _ROWS // 2 if number % _HALF == 0 else _ROWS
        _insert(front, rows[:half])
        if half < _ROWS:
            yield
            _insert(front, rows[half:])
        yield


def _listed(number: int) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for row in range(_ROWS):
        firm = f"91990200MA98{number * _ROWS + row:05}"
        name = "" if number % _WRONG == 0 and row == 0 else f"雾汀市示例劳务有限公司 {number}-{row + 1}"
        key = f"YL-QX-2026-{number:05}{row:02}"
        rows.append((f"{number:06}", _ROWS, row + 1, key, firm + uscc.calc_check_digit(firm), name or None))
    return rows


def _insert(front: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with psycopg.connect(front) as link, link.cursor() as cursor:
        cursor.executemany(_INSERT, rows)
