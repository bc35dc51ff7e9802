"""How good rows come into the register: part by part, each a transaction with its entry and the place it reached.

Rows whose keys are new are copied into the table; rows that are there already change where they differ; of a full batch,
what it does not bring any more is taken away, and kept with what rows were before.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import islice
from pathlib import Path

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, F, OuterRef
from psycopg import sql

from tongban.journal.api import Subject, bump, record, system
from tongban.kernel import clock
from tongban.registers.checking.compiling import Check
from tongban.registers.history import tell_deleting
from tongban.registers.kinds import PartLanded
from tongban.registers.loads.models import BadRow, Load, RowError
from tongban.registers.loads.ordering import folder_of
from tongban.registers.models import Register
from tongban.registers.schema import table_of

#: People are in rows that nobody mended: they are kept for so long after their load.
KEPT = timedelta(days=180)
#: Rows of a part: about a second of work, far from the five that a bulk job may hold a transaction.
PART = 50_000
_LANDING = sql.Identifier("landing_rows")
#: What comes behind the columns of the file in each row.
_STAMP = ("row_source", "recorded_at", "valid_from")
#: What a failure is that is no check of the schema: sifting numbers them from below.
ODD_CHECKS = {-1: "key-twice", -2: "cells-missing", -3: "cells-more", -4: "not-a-row"}


def land_parts(load: Load, register: Register, tell: Callable[[Load], None]) -> None:
    """Land what has not landed yet of a load that was sifted."""
    names = ["new", "known", *(["gone"] if load.mode == "full" else [])]
    for name in names:
        for lines, reached in _parts(folder_of(load.pk) / f"{name}.csv", load.reached.get(name, 0)):
            with transaction.atomic():
                _land_part(load, register, name, lines, reached)
            tell(load)


def mark_mended(load: Load) -> None:
    """The rows that this load brings back wait no more where they were sent back from."""
    if load.mends_id is None:
        return
    for lines, _reached in _parts(folder_of(load.pk) / "marked.csv", 0):
        rows = [int(one) for (one, *_) in _cells(lines) if one.isascii() and one.isdigit() and len(one) < 18]
        RowError.objects.filter(load_id=load.mends_id, row__in=rows).update(mended_by=load)


def forget_bad_rows() -> int:
    """Drop the cells and texts of rows that were sent back half a year ago or are mended; returns how many rows.

    What was counted stays with the load: which check, how often.
    """
    old = Load.objects.filter(ended_at__lt=clock.now() - KEPT)
    gone = RowError.objects.filter(load__in=old).delete()[0]
    mended = RowError.objects.filter(mended_by__isnull=False).values("load_id", "row")
    waiting = RowError.objects.filter(mended_by=None, load=OuterRef("load"), row=OuterRef("row"))
    BadRow.objects.filter(load__in=old).delete()
    BadRow.objects.filter(~Exists(waiting), load__in=mended.values("load_id")).delete()
    return gone


def write_bad_rows(load: Load, checks: Sequence[Check]) -> None:
    """Write the rows that go back, and each check that each failed; what an earlier try wrote is dropped first."""
    RowError.objects.filter(load=load).delete()
    BadRow.objects.filter(load=load).delete()
    known = {str(n): (one.code, one.column) for n, one in enumerate(checks)}
    known |= {str(n): (code, "") for n, code in ODD_CHECKS.items()}
    bad = sql.SQL('copy registers_row_error (load_id, row, check_code, "column", value, agency) from stdin')
    cells = sql.SQL("copy registers_bad_row (load_id, row, cells) from stdin")
    for lines, _reached in _parts(folder_of(load.pk) / "bad.csv", 0):
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(bad) as target:
            for row, _key, failure, text in _cells(lines):
                target.write_row((load.pk, row, *known[failure], text.replace("\0", "\ufffd"), load.agency))
    for lines, _reached in _parts(folder_of(load.pk) / "cells.csv", 0):
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(cells) as target:
            for row, said in _cells(lines):
                target.write_row((load.pk, row, said.replace("\\u0000", "\ufffd")))


def _cells(lines: bytes) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(lines.decode(), newline=""))


def _parts(path: Path, start: int) -> Iterator[tuple[bytes, int]]:
    """Whole records of a CSV file, some at a time, and the byte after them."""
    with path.open("rb") as file:
        file.seek(start)
        while lines := b"".join(islice(file, PART)):
            quotes = lines.count(b'"')
            # An odd number of quotes: the record goes on in the next line.
            while quotes % 2 and (line := file.readline()):
                lines += line
                quotes += line.count(b'"')
            start += len(lines)
            yield lines, start


def _land_part(load: Load, register: Register, name: str, lines: bytes, reached: int) -> None:
    version = bump(Register, register.name)
    with connection.cursor() as cursor:
        # Triggers look at all rows of a part: they stay in memory.
        cursor.execute("set local work_mem = '64MB'")
        counts = _landed(cursor, load, register, name, lines)
    load.reached = {**load.reached, name: reached}
    Load.objects.filter(pk=load.pk).update(
        reached=load.reached, **{word: F(word) + count for word, count in counts.items()}
    )
    for word, count in counts.items():
        setattr(load, word, getattr(load, word) + count)
    changed = {word: counts.get(word, 0) for word in ("inserted", "updated", "deleted")}
    if any(changed.values()):
        act = PartLanded(register=register.name, load=str(load.pk), **changed)
        record(
            act, on=Subject("register", register.name, version), by=system("loads"), agency=register.agency
        )


def _landed(cursor: CursorWrapper, load: Load, register: Register, name: str, lines: bytes) -> dict[str, int]:
    """Land the lines of a part; how many rows came of it, by what became of them."""
    if name == "gone":
        return {"deleted": _take_away(cursor, load, register, lines)}
    if name == "new" and (copied := _copied(cursor, load, register, lines)) is not None:
        return {"inserted": copied}
    return _merge(cursor, load, register, lines)


def _start(load: Load) -> datetime:
    """From when on a correction is newer than the batch: its own day counts, since nobody knows the hour of the rows."""
    return datetime.combine(load.as_of, time(), clock.CITY_ZONE)


def _copied(cursor: CursorWrapper, load: Load, register: Register, lines: bytes) -> int | None:
    """Copy rows straight into the register; None, and nothing done, if a key came in meanwhile."""
    names = sql.SQL(", ").join(map(sql.Identifier, [*load.columns, *_STAMP]))
    copy = sql.SQL("copy {} ({}) from stdin (format csv)").format(table_of(register.name), names)
    try:
        with transaction.atomic(), cursor.copy(copy) as target:
            target.write(lines)
    except IntegrityError:
        return None
    return int(cursor.rowcount)


def _merge(cursor: CursorWrapper, load: Load, register: Register, lines: bytes) -> dict[str, int]:
    """Insert, or change where a row differs; how many were inserted, changed, left as newer than the batch, or the same."""
    table, key = table_of(register.name), sql.Identifier(register.key)
    columns = [name for name in load.columns if name != register.key] or [register.key]
    names = sql.SQL(", ").join(map(sql.Identifier, [*load.columns, *_STAMP]))
    words = {
        "table": table,
        "landing": _LANDING,
        "key": key,
        "names": names,
        "present": sql.SQL(", ").join([sql.Identifier("present", name) for name in columns]),
        "given": sql.SQL(", ").join([sql.Identifier("given", name) for name in columns]),
        "changes": sql.SQL(", ").join(
            sql.SQL("{0} = given.{0}").format(sql.Identifier(name)) for name in [*columns, *_STAMP]
        ),
        "newer": sql.SQL(
            "(coalesce(present.valid_from > given.valid_from, false)"
            " or present.row_source like 'correction:%%' and present.recorded_at >= %(from)s)"
        ),
    }
    start = _start(load)
    cursor.execute(
        sql.SQL("create temp table if not exists {landing} (like {table}) on commit drop").format(**words)
    )
    with cursor.copy(sql.SQL("copy {landing} ({names}) from stdin (format csv)").format(**words)) as target:
        target.write(lines)
    total = int(cursor.rowcount)
    cursor.execute(
        sql.SQL(
            "select count(*) from {landing} given join {table} present using ({key}) where {newer}"
        ).format(**words),
        {"from": start},
    )
    older = int((cursor.fetchone() or [0])[0])
    cursor.execute(
        sql.SQL(
            "update {table} present set {changes} from {landing} given where present.{key} = given.{key}"
            " and ({present}) is distinct from ({given}) and not {newer}"
        ).format(**words),
        {"from": start},
    )
    updated = int(cursor.rowcount)
    cursor.execute(
        sql.SQL(
            "insert into {table} ({names}) select {names} from {landing} given"
            " where not exists (select 1 from {table} present where present.{key} = given.{key})"
        ).format(**words)
    )
    inserted = int(cursor.rowcount)
    cursor.execute(sql.SQL("drop table {landing}").format(**words))
    same = total - inserted - updated - older
    return {"inserted": inserted, "updated": updated, "older": older, "same": same}


def _take_away(cursor: CursorWrapper, load: Load, register: Register, lines: bytes) -> int:
    """Delete the rows that a full batch does not bring any more, but none that is newer than it."""
    keys = [one[0] for one in _cells(lines)]
    tell_deleting(cursor, at=clock.now(), by=f"load:{load.pk}")
    cursor.execute(
        sql.SQL(
            "delete from {} where {}::text = any(%s) and not coalesce(valid_from > %s, false)"
            " and not (row_source like 'correction:%%' and recorded_at >= %s)"
        ).format(table_of(register.name), sql.Identifier(register.key)),
        [keys, load.as_of, _start(load)],
    )
    return int(cursor.rowcount)
