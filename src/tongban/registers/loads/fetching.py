"""Batches that are fetched: rows of a table of another database, and what a gathering brought from another node's feed.

Each becomes a file of texts, and goes the way of files. A source that goes away half-way leaves nothing.
"""

import csv
import io
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from django.db import connection
from psycopg import sql

from tongban.kernel.errors import BadInput, Misconfigured, NotFound, Unavailable
from tongban.kernel.sentences import say
from tongban.registers.models import Gathering

_VARIABLE = re.compile(r"TONGBAN_UPSTREAM_SECRET_[A-Z0-9_]{1,60}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_CONNECT_S, _ROWS = 10, 5000


def table_pieces(variable: str, table: str, *, since: tuple[str, str] | None = None) -> Iterator[bytes]:
    """The rows of a table as CSV, from the database whose address stands in an environment variable.

    `postgresql://`, `mysql://` and words of libpq are known. `since`: only rows whose column holds at least this value.

    Raises:
        BadInput: a name is none.
        Misconfigured: the variable is not set, or names a database that is not known.
        Unavailable: the database does not answer, or goes away half-way.
    """
    names = table.split(".")
    if not _VARIABLE.fullmatch(variable):
        raise BadInput(
            "数据库地址放在名字以 TONGBAN_UPSTREAM_SECRET_ 开头的环境变量里，这里只写变量名。", field="table"
        )
    if len(names) > 2 or not all(map(_NAME.fullmatch, [*names, *([since[0]] if since else [])])):
        raise BadInput("表名写成「表」或者「模式.表」，列名用字母、数字和下划线。", field="table")
    address = os.environ.get(variable, "")
    match urlsplit(address).scheme:
        case "postgresql" | "postgres" | "" if address:
            return _of_postgres(address, names, since, variable)
        case "mysql" | "mariadb":
            return _of_mysql(address, names, since, variable)
        case _:
            raise Misconfigured(
                f"Set {variable} to postgresql://… or mysql://…, the address of the database."
            )


def feed_pieces(name: str) -> Iterator[bytes]:
    """The records that a gathering holds, as JSON lines.

    Raises:
        NotFound: there is no such gathering.
        Unavailable: it has not brought a whole snapshot yet.
    """
    row = Gathering.objects.filter(pk=name).first()
    if row is None:
        raise NotFound(say("没有叫 {name} 的汇集。先用 tongban feed pull 建立它。", name=name))
    if row.form != "changes":
        raise Unavailable(say("汇集 {name} 还没有取完第一份快照。请先运行 tongban feed pull。", name=name))
    return _of_feed(name)


def feed_position(name: str) -> str:
    """What names the state of a gathering: how often it began, and the newest position it holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select g.round, g.rows, coalesce(max(l.position), 0) from registers_gathering g"
            " left join registers_landed l on l.gathering = g.name where g.name = %s group by 1, 2",
            [name],
        )
        return "-".join(str(one) for one in cursor.fetchone() or (0, 0, 0))


def _of_feed(name: str) -> Iterator[bytes]:
    with connection.cursor() as cursor:
        copy = sql.SQL(
            "copy (select items::text from registers_landed where gathering = {} order by record) to stdout"
        ).format(sql.Literal(name))
        with cursor.copy(copy) as rows:
            for (items,) in rows.rows():
                yield json.dumps(json.loads(items), ensure_ascii=False).encode() + b"\n"


def _of_postgres(
    address: str, names: Sequence[str], since: tuple[str, str] | None, variable: str
) -> Iterator[bytes]:
    where: sql.Composable = sql.SQL("true")
    if since:
        where = sql.SQL("{} >= {}").format(sql.Identifier(since[0]), sql.Literal(since[1]))
    copy = sql.SQL("copy (select * from {} where {}) to stdout (format csv, header)").format(
        sql.Identifier(*names), where
    )
    try:
        with (
            psycopg.connect(
                address,
                connect_timeout=_CONNECT_S,
                options="-c datestyle=ISO -c default_transaction_read_only=on",
                application_name="tongban",
            ) as link,
            link.cursor().copy(copy) as rows,
        ):
            for block in rows:
                yield bytes(block)
    except psycopg.errors.UndefinedTable as error:
        raise BadInput(say("来源里没有 {table} 这张表。", table=".".join(names)), field="table") from error
    except psycopg.Error as error:
        raise _gone(variable) from error


def _of_mysql(
    address: str, names: Sequence[str], since: tuple[str, str] | None, variable: str
) -> Iterator[bytes]:
    try:
        import pymysql  # noqa: PLC0415 - only who gathers from MySQL pays for it
        from pymysql import cursors  # noqa: PLC0415
    except ImportError as missing:
        raise Misconfigured("MySQL needs the package PyMySQL (requirements/bulk.txt).") from missing
    place = urlsplit(address)
    table = ".".join(f"`{name}`" for name in names)
    where, values = (f" where `{since[0]}` >= %s", [since[1]]) if since else ("", [])
    try:
        with (
            closing(
                pymysql.connect(
                    host=place.hostname or "localhost",
                    port=place.port or 3306,
                    user=unquote(place.username or ""),
                    password=unquote(place.password or ""),
                    database=unquote(place.path.lstrip("/")) or None,
                    charset="utf8mb4",
                    connect_timeout=_CONNECT_S,
                    cursorclass=cursors.SSCursor,
                )
            ) as link,
            link.cursor() as cursor,
        ):
            cursor.execute(f"select * from {table}{where}", values)  # noqa: S608 - names that were checked
            yield _line([column[0] for column in cursor.description or ()])
            while rows := cursor.fetchmany(_ROWS):
                yield b"".join(_line(row) for row in rows)
    except pymysql.err.ProgrammingError as error:
        raise BadInput(say("来源里没有 {table} 这张表。", table=".".join(names)), field="table") from error
    except (pymysql.err.MySQLError, OSError) as error:
        raise _gone(variable) from error


def _gone(variable: str) -> Unavailable:
    return Unavailable(
        say("来源 {name} 中途断开了，什么都没有入库。等它恢复以后，用同一个批次号再来一次。", name=variable)
    )


def _line(values: Sequence[Any]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow("" if one is None else one for one in values)
    return text.getvalue().encode()
