"""Table drops: rows of a table on a front-end machine, taken batch by batch, with a return code for each row.

First their rows are read, then the batch lands here, then the codes are written there. Dying between, we find the batch
landed and write the codes the next time.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from tongban.registers.drops.landing import ROWS_MAX, Arrived, Row, land, wait
from tongban.registers.drops.models import Batch, Drop
from tongban.registers.drops.settings import TableDrop

CONNECT_S, STATEMENT_S = 5, 20
BATCHES_AT_A_TIME = 200
#: Return codes: the row landed; it has a fault of its own; its whole batch was refused.
OK, WRONG_ROW, WRONG_BATCH = "0", "1", "2"


class DropClosed(Exception):  # noqa: N818 - a state, told on the health page
    """The drop cannot be looked at now; the sentence says why."""


def look_at_table(drop: Drop, said: TableDrop) -> int:
    """Take the whole batches that wait; returns how many.

    Raises:
        DropClosed: the front-end machine is not reached, or its table is not as agreed.
    """
    with _linked(said) as link:
        numbers = link.execute(_waiting(said), [said.waiting, BATCHES_AT_A_TIME]).fetchall()
        link.rollback()
        if len(numbers) < BATCHES_AT_A_TIME:
            # What is not there any more was taken back.
            gone = Batch.objects.filter(drop=drop, state="waiting")
            gone.exclude(number__in=[str(number) for (number,) in numbers]).delete()
        return sum(_take(link, drop, said, str(number)) for (number,) in numbers)


@contextmanager
def _linked(said: TableDrop) -> Iterator[psycopg.Connection[Any]]:
    address = os.environ.get(said.address, "")
    if not address:
        raise DropClosed(f"还没有配置 {said.address}。")
    try:
        with psycopg.connect(
            address,
            connect_timeout=CONNECT_S,
            options=f"-c statement_timeout={STATEMENT_S}s -c lock_timeout=5s -c datestyle=ISO",
            application_name="tongban",
        ) as link:
            yield link
    except psycopg.errors.UndefinedTable as error:
        raise DropClosed("前置机上没有约定的表。") from error
    except psycopg.errors.UndefinedColumn as error:
        raise DropClosed("前置机上的表缺约定的列。") from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise DropClosed("前置机不允许读写约定的表。") from error
    except psycopg.Error as error:
        raise DropClosed("前置机连接不上，或者没有在时限内答复。") from error


def _take(link: psycopg.Connection[Any], drop: Drop, said: TableDrop, number: str) -> bool:
    rows = link.execute(_rows(said), [number, said.waiting, 2 * ROWS_MAX + 1]).fetchall()
    link.rollback()
    try:
        (whole,) = {int(row[0]) for row in rows}
        # A row that stands twice, the same both times, is one row.
        once = dict.fromkeys(_once(said, row) for row in rows)
    except (TypeError, ValueError):
        fault = "各行声明的行数不一致，或者行数、行号不是整数。请核对后换一个批次号重发。"
        return _end(link, said, number, land(drop, Arrived(number, 0, [], fault)))
    taken = [Row(n, operation, dict(values)) for n, operation, values in once]
    if len({row.number for row in taken}) < whole:
        reason = f"声明 {whole} 行，到了 {len(taken)} 行，等其余的行。"
        wait(drop, number=number, declared=whole, arrived=len(taken), reason=reason)
        return False
    return _end(link, said, number, land(drop, Arrived(number, whole, taken)))


def _once(said: TableDrop, row: tuple[Any, ...]) -> tuple[int, str, tuple[tuple[str, str | None], ...]]:
    _declared, number, operation, *values = row
    words = said.operations.model_dump()
    known = {word: name for name, word in words.items()}
    return int(number), known.get(operation, str(operation)), tuple(zip(said.columns, values, strict=True))


def _end(link: psycopg.Connection[Any], said: TableDrop, number: str, batch: Batch) -> bool:
    """Write the return codes, in one transaction over there."""
    update = sql.SQL("update {} set {} = %s, {} = %s, {} = %s where {} = %s and {} = %s").format(
        sql.Identifier(*said.table),
        *map(sql.Identifier, (said.status, said.code, said.message, said.batch, said.status)),
    )
    with link.transaction(), link.cursor() as cursor:
        if batch.state == "refused":
            cursor.execute(update, [said.failed, WRONG_BATCH, batch.reason, number, said.waiting])
            return True
        of_row = update + sql.SQL(" and {} = %s").format(sql.Identifier(said.number))
        cursor.executemany(
            of_row,
            [[said.failed, WRONG_ROW, sentence, number, said.waiting, row] for row, sentence in batch.errors],
        )
        cursor.execute(update, [said.taken, OK, "", number, said.waiting])
    return True


def _waiting(said: TableDrop) -> sql.Composed:
    return sql.SQL(
        "select {0}::text from {1} where {2} = %s and {0} is not null group by 1 order by 1 limit %s"
    ).format(sql.Identifier(said.batch), sql.Identifier(*said.table), sql.Identifier(said.status))


def _rows(said: TableDrop) -> sql.Composed:
    return sql.SQL("select {}, {} from {} where {} = %s and {} = %s order by {} limit %s").format(
        sql.SQL(", ").join(sql.Identifier(name) for name in (said.declared, said.number, said.operation)),
        sql.SQL(", ").join(
            sql.SQL("{}::text").format(sql.Identifier(name)) for name in said.columns.values()
        ),
        sql.Identifier(*said.table),
        sql.Identifier(said.batch),
        sql.Identifier(said.status),
        sql.Identifier(said.number),
    )
