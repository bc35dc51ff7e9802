"""How a whole batch lands: once, in one transaction with its entry, its good rows in their order."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from psycopg import DataError, sql

from tongban.journal.api import Subject, bump, record, system
from tongban.kernel import clock
from tongban.kernel.canonical import Json, canonical
from tongban.registers.drops.models import Batch, Drop
from tongban.registers.history import tell_deleting
from tongban.registers.kinds import BatchLanded, BatchRefused
from tongban.registers.models import Register
from tongban.registers.schema import table_of, typed

#: More would hold a transaction for longer than five seconds.
ROWS_MAX = 20_000
#: So many sentences are kept with a batch; each row that did not land has its own where it came from.
ERRORS_KEPT = 1_000
#: Before the name of a file that waits for its manifest, and of one that was set aside: they have no number.
ALONE, ASIDE = "file:", "aside:"
_BIGINT = 2**63


@dataclass(frozen=True)
class Row:
    """A row as it came: its number in the batch, what to do (`insert`, `update`, `delete`, or a word nobody knows)."""

    number: int
    operation: str
    values: Mapping[str, str | None]


@dataclass(frozen=True)
class Arrived:
    """What arrived under a number: its rows, how many it should have, or why it cannot be read as a batch."""

    number: str
    declared: int
    rows: Sequence[Row]
    fault: str = ""

    @property
    def digest(self) -> bytes:
        """SHA-256 of the rows, 32 bytes."""
        said: list[Json] = [[row.number, row.operation, dict(row.values)] for row in self.rows]
        return hashlib.sha256(canonical([self.declared, self.fault, said])).digest()


def land(drop: Drop, arrived: Arrived) -> Batch:
    """Land a whole batch, or say why not; the same one again changes nothing.

    Its `errors` are those of the rows that did not land. A batch that landed before under its number with another
    content is returned as refused, and what landed stays.
    """
    with transaction.atomic():
        # One at a time for each drop: who comes second finds what the first one wrote.
        Drop.objects.select_for_update().get(pk=drop.pk)
        held = Batch.objects.filter(drop=drop, number=arrived.number).first()
        if held and held.state != "waiting":
            if bytes(held.digest) == arrived.digest:
                return held
            said = f"批次号 {arrived.number} 已经用过，内容与上次不同。请换一个批次号重新发送。"
            return _batch(drop, arrived, "refused", reason=said)
        if fault := arrived.fault or _fault(arrived):
            return _refuse(drop, arrived, fault)
        try:
            with transaction.atomic():
                return _land(drop, arrived)
        except DataError:
            return _refuse(drop, arrived, "有的值数据库不能保存，整批没有入库。请检查数值范围和特殊字符。")


def wait(drop: Drop, *, number: str, declared: int | None, arrived: int, reason: str) -> None:
    """Show that a batch is not whole yet."""
    held = Batch.objects.filter(drop=drop, number=number).first()
    if held is None:
        Batch.objects.create(
            drop=drop,
            number=number,
            state="waiting",
            declared=declared,
            arrived=arrived,
            reason=reason,
            seen_at=clock.now(),
        )
    elif held.state == "waiting":
        Batch.objects.filter(drop=drop, number=number).update(
            declared=declared, arrived=arrived, reason=reason
        )


def refuse_file(drop: Drop, *, name: str, reason: str) -> None:
    """Show and journal that a file was set aside unread; the same file for the same reason again changes nothing."""
    number = f"{ASIDE}{name[:100]}"
    with transaction.atomic():
        Drop.objects.select_for_update().get(pk=drop.pk)
        if not Batch.objects.filter(drop=drop, number=number, reason=reason).exists():
            _refuse(drop, Arrived(number, 0, []), reason)


def _fault(arrived: Arrived) -> str:
    if len(arrived.rows) > ROWS_MAX:
        return f"一批最多 {ROWS_MAX} 行，这一批有 {len(arrived.rows)} 行。请拆成几批。"
    if len(arrived.rows) != arrived.declared:
        return f"声明 {arrived.declared} 行，实际 {len(arrived.rows)} 行。请核对后换一个批次号重发。"
    if len({row.number for row in arrived.rows}) != len(arrived.rows):
        return "行号有重复而内容不同。请核对后换一个批次号重发。"
    return ""


def _land(drop: Drop, arrived: Arrived) -> Batch:
    register = Register.objects.get(pk=drop.register)
    fields = {field["name"]: field for field in register.fields}
    present = _present(register, fields, arrived.rows)
    errors: list[tuple[int, str]] = []
    steps: list[tuple[str, list[Any]]] = []
    for row in sorted(arrived.rows, key=lambda one: one.number):
        try:
            values = _values(register, fields, row)
            key = values[register.key]
            if row.operation == "update" and key not in present:
                raise ValueError(f"没有「{fields[register.key]['title']}」是这个号码的记录，不能更新。")
        except ValueError as wrong:
            errors.append((row.number, str(wrong)))
            continue
        if row.operation == "delete":
            present.discard(key)
            steps.append(("delete", [key]))
        else:
            present.add(key)
            steps.append(("write", list(values.values())))
    _apply(register, list(fields), steps, origin=f"drop:{drop.code}:{arrived.number}")
    version = bump(Register, register.name)
    act = BatchLanded(
        register=register.name,
        drop=drop.code,
        batch=arrived.number,
        rows=len(steps),
        refused=len(errors),
        digest=arrived.digest.hex(),
    )
    record(act, on=Subject("register", register.name, version), by=system("drops"), agency=register.agency)
    return _kept(_batch(drop, arrived, "landed", landed=len(steps), errors=errors))


def _refuse(drop: Drop, arrived: Arrived, reason: str) -> Batch:
    register = Register.objects.get(pk=drop.register)
    version = bump(Register, register.name)
    act = BatchRefused(register=register.name, drop=drop.code, batch=arrived.number, reason=reason)
    record(act, on=Subject("register", register.name, version), by=system("drops"), agency=register.agency)
    return _kept(_batch(drop, arrived, "refused", reason=reason))


def _batch(drop: Drop, arrived: Arrived, state: str, **more: Any) -> Batch:
    now = clock.now()
    return Batch(
        drop=drop,
        number=arrived.number,
        state=state,
        digest=arrived.digest,
        declared=arrived.declared,
        arrived=len(arrived.rows),
        seen_at=now,
        ended_at=now,
        **more,
    )


def _kept(batch: Batch) -> Batch:
    """Write it; the batch at hand keeps all its errors, the table the first ones."""
    changes = {
        name: getattr(batch, name)
        for name in ("state", "digest", "declared", "arrived", "landed", "reason", "ended_at")
    }
    Batch.objects.update_or_create(
        drop=batch.drop,
        number=batch.number,
        defaults={**changes, "errors": batch.errors[:ERRORS_KEPT]},
        create_defaults={**changes, "errors": batch.errors[:ERRORS_KEPT], "seen_at": batch.seen_at},
    )
    return batch


def _values(register: Register, fields: Mapping[str, Mapping[str, Any]], row: Row) -> dict[str, Any]:
    """The typed values of a row, in the order of the fields; of one that is deleted, the key."""
    if row.operation not in {"insert", "update", "delete"}:
        raise ValueError(f"不认识的操作「{row.operation}」。")
    names = [register.key] if row.operation == "delete" else list(fields)
    return {name: _typed(fields[name], row.values.get(name)) for name in names}


def _typed(field: Mapping[str, Any], text: str | None) -> Any:
    try:
        value = typed(field, text)
    except ValueError:
        missing = text in {None, ""}
        raise ValueError(f"「{field['title']}」{'不能为空' if missing else '的值不合要求'}。") from None
    if (isinstance(value, str) and "\0" in value) or (isinstance(value, int) and abs(value) >= _BIGINT):
        raise ValueError(f"「{field['title']}」的值不合要求。")
    return value


def _present(register: Register, fields: Mapping[str, Mapping[str, Any]], rows: Sequence[Row]) -> set[Any]:
    """Which of the batch's keys the register holds."""
    keys = []
    for row in rows:
        try:
            keys.append(_typed(fields[register.key], row.values.get(register.key)))
        except ValueError:
            continue
    statement = sql.SQL("select {key} from {table} where {key} = any(%s)").format(
        key=sql.Identifier(register.key), table=table_of(register.name)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [keys])
        return {row[0] for row in cursor.fetchall()}


def _apply(
    register: Register, columns: Sequence[str], steps: Sequence[tuple[str, list[Any]]], *, origin: str
) -> None:
    """Write and delete rows in their order; runs of the same sort go together."""
    now, table, key = clock.now(), table_of(register.name), sql.Identifier(register.key)
    names = [*columns, "row_source", "recorded_at"]
    write = sql.SQL("insert into {} ({}) values ({}) on conflict ({}) do update set {}").format(
        table,
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join([sql.Placeholder()] * len(names)),
        key,
        sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name))
            for name in names
            if name != register.key
        ),
    )
    delete = sql.SQL("delete from {} where {} = %s").format(table, key)
    with connection.cursor() as cursor:
        tell_deleting(cursor, at=now, by=origin)
        run: list[list[Any]] = []
        for n, (verb, values) in enumerate(steps):
            run.append([*values, origin, now] if verb == "write" else values)
            if n + 1 == len(steps) or steps[n + 1][0] != verb:
                cursor.executemany(write if verb == "write" else delete, run)
                run = []
