"""What pages show of registers: their schemas, what was gathered into them, what waits to be mended. Never a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say
from tongban.registers.history import Version, versions_of
from tongban.registers.loads.models import Load
from tongban.registers.loads.queries import waiting_errors
from tongban.registers.models import Register
from tongban.registers.schema import table_of


@dataclass(frozen=True)
class RegisterView:
    """A register as its agency sees it. `rows` is the database's estimate; `waiting` rows were sent back and not mended."""

    name: str
    title: str
    agency: str
    key: str
    fields: Sequence[Mapping[str, Any]]
    checks: Sequence[Mapping[str, Any]]
    paused: bool
    rows: int
    waiting: int
    gathered_at: datetime | None
    at_work: bool


@dataclass(frozen=True)
class Lineage:
    """A version of a row: since when and until when it stood here, from which batch, checked by which rules."""

    version: Version
    load: Load | None


def registers_of(agency: str) -> list[RegisterView]:
    """The registers of an agency by their titles. Four queries."""
    return _views(list(Register.objects.filter(agency=agency).order_by("title", "name")), agency)


def get_register(name: str, *, agency: str) -> RegisterView:
    """One register of an agency. Four queries.

    Raises:
        NotFound: there is none, or it is another agency's.
    """
    found = _views(list(Register.objects.filter(pk=name, agency=agency)), agency)
    if not found:
        raise NotFound(say("没有登记簿「{name}」，或者它不归本部门。", name=name))
    return found[0]


def lineage_of(register: RegisterView, value: str) -> list[Lineage]:
    """Where the row with this key came from, the newest version first; never what it says. Two queries."""
    versions = versions_of(register.name, register.key, value)
    ids = {one.source.removeprefix("load:") for one in versions if one.source.startswith("load:")}
    loads = {f"load:{one.pk}": one for one in Load.objects.filter(pk__in=ids)}
    return [Lineage(one, loads.get(one.source)) for one in versions]


def _views(rows: Sequence[Register], agency: str) -> list[RegisterView]:
    names = [row.name for row in rows]
    waiting = waiting_errors(agency) if rows else {}
    newest: dict[str, datetime] = {}
    at_work = set()
    ended = (
        Load.objects.filter(register__in=names, agency=agency)
        .order_by("register", "-id")
        .distinct("register")
    )
    for load in ended:
        if load.ended_at:
            newest[load.register] = load.ended_at
        at_work |= {load.register} if load.state in {"ordered", "reading", "landing"} else set()
    sizes = sizes_of(names)
    return [
        RegisterView(
            row.name,
            row.title,
            row.agency,
            row.key,
            row.fields,
            row.checks,
            row.paused,
            sizes.get(row.name, (0, 0))[0],
            waiting.get(row.name, 0),
            newest.get(row.name),
            row.name in at_work,
        )
        for row in rows
    ]


def sizes_of(names: Sequence[str]) -> dict[str, tuple[int, int]]:
    """How many rows each register has, as the database estimates it, and how many bytes they and their indexes take."""
    tables = [table_of(name).as_string(connection.connection) for name in names]
    with connection.cursor() as cursor:
        cursor.execute(
            "select name, coalesce(nullif(reltuples, -1), pg_stat_get_live_tuples(pg_class.oid))::bigint,"
            " pg_total_relation_size(pg_class.oid) from unnest(%s::text[], %s::text[]) as given (name, stands)"
            " join pg_class on pg_class.oid = to_regclass(stands)",
            [list(names), tables],
        )
        return {name: (int(rows), int(size)) for name, rows, size in cursor.fetchall()}
