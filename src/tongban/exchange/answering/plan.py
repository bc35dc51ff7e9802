"""What one statement answers: a resource, the items read or verified, the keys that find the record.

A plan is made from the catalogue, the binding and the source's relation, and is kept while the binding has its
version; the statement itself refuses to work for another one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from psycopg import sql

from tongban.catalogue.api import ResourceView, get_resource
from tongban.exchange.answering.statement import agreement, equals, numbered, shown, whole
from tongban.exchange.kinds import Answered
from tongban.exchange.models import Binding
from tongban.exchange.ports import Column, Relation, RelationSource, RemoteSource, source_of
from tongban.kernel.canonical import canonical
from tongban.kernel.errors import NotFound

#: Plans kept for each process; each is a prepared statement of a connection.
KEPT = 512


@dataclass(frozen=True)
class Bound:
    """A resource and what answers for it, as of a version of the binding."""

    resource: ResourceView
    mode: str
    subject_key: str
    version: int
    adapter: str
    target: str
    #: Where our own database holds it; None: the source lies outside and has to be asked.
    inside: Relation | None
    keys: Collection[str]
    items: Collection[str]

    @property
    def relation(self) -> Relation:
        """Where our own database holds it; asked only of what is inside."""
        assert self.inside is not None
        return self.inside

    @property
    def own_keys(self) -> frozenset[str]:
        """The keys that anybody with a grant may search by; others only where the grant gives them as items."""
        held = self.keys if self.inside is None else self.inside.keys
        return frozenset({*held, self.subject_key} - {""})

    @property
    def own_items(self) -> tuple[str, ...]:
        """The items that the source has, in the catalogue's order."""
        return tuple(item.code for item in self.resource.items if item.code in self.items)


@dataclass(frozen=True)
class Plan:
    """The statement that answers one kind of question."""

    bound: Bound
    #: The items that it reads or verifies.
    wanted: tuple[str, ...]
    statement: bytes
    #: The names of the parameters `$1`, `$2` ...; a statement this long would be parsed anew by the driver at every call.
    parameters: tuple[str, ...]


def bound(resource: str, version: int | None = None) -> Bound:
    """What answers for a resource; a `version` other than the one held makes it anew.

    Raises:
        NotFound: no such resource, or no interface behind it that the gateway can reach.
    """
    held = _bound(resource)
    if version is not None and held.version != version:
        _bound.cache_clear()
        plan.cache_clear()
        held = _bound(resource)
    return held


def version_of(resource: str) -> int | None:
    """The version of the binding in force; None if there is none."""
    return Binding.objects.filter(pk=resource).values_list("version", flat=True).first()


@lru_cache(KEPT)
def _bound(resource: str) -> Bound:
    row = Binding.objects.filter(pk=resource).first()
    source = source_of(row.adapter) if row else None
    if row is not None and isinstance(source, RelationSource):
        relation = source.relation(row.target)
        return _made(row, relation, relation.columns, relation.columns)
    if row is not None and isinstance(source, RemoteSource):
        reach = source.reach(row.target)
        return _made(row, None, reach.keys, reach.items)
    raise NotFound(f"「{resource}」没有可供调用的接口。")


def _made(row: Binding, relation: Relation | None, keys: Collection[str], items: Collection[str]) -> Bound:
    resource = get_resource(row.resource)
    return Bound(
        resource, row.mode, row.subject_key, row.version, row.adapter, row.target, relation, keys, items
    )


@lru_cache(KEPT)
def plan(resource: str, version: int, items: tuple[str, ...], keys: tuple[str, ...]) -> Plan:
    """The plan of reading (or verifying) `items` of the record that `keys` find. Names must be of the relation."""
    held = bound(resource, version)
    columns = held.relation.columns
    verifying = held.mode == "verify"
    found = _verifying(columns, items) if verifying else reading(columns, items)
    conditions = [equals(columns[key], sql.Identifier("call", f"key_{n}")) for n, key in enumerate(keys)]
    claims = [f"claim_{n}" for n in range(len(items))] if verifying else []
    text = whole(
        held.relation,
        found,
        conditions,
        asked=[*(f"key_{n}" for n in range(len(keys))), *claims],
        resource=held.resource,
        items=items,
        kind=Answered.kind,
        mode=held.mode,
        by_number=bool(held.subject_key),
    )
    return Plan(held, items, *numbered(text.as_string(None)))


def reading(columns: Mapping[str, Column], items: Sequence[str]) -> sql.Composable:
    """The canonical JSON of the record's items, as text."""
    return _object({item: shown(columns[item]) for item in items})


def _verifying(columns: Mapping[str, Column], items: Sequence[str]) -> sql.Composable:
    """The canonical JSON of whether each claim is so; the values never leave the database."""
    return _object(
        {
            item: sql.SQL("case when {} then 'true' else 'false' end").format(
                agreement(columns[item], sql.Identifier("call", f"claim_{n}"))
            )
            for n, item in enumerate(items)
        }
    )


def _object(members: Mapping[str, sql.Composable]) -> sql.Composable:
    """A JSON object; RFC 8785 orders names by their UTF-16 code units.

    `format` takes JSON as it is; casting each value to text first cost a quarter more.
    """
    names = sorted(members, key=lambda one: one.encode("utf-16-be"))
    said = ",".join(f"{canonical(name).decode().replace('%', '%%')}:%s" for name in names)
    values = [sql.Literal(f"{{{said}}}"), *(members[name] for name in names)]
    return sql.SQL("format({})").format(sql.SQL(", ").join(values))
