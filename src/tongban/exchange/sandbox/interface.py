"""What an interface is to a developer: its keys, items and sample rows. Only what the catalogue shows to everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongban.catalogue.api import ResourceView, get_public, get_resources
from tongban.exchange.answering.plan import Bound
from tongban.exchange.models import Binding
from tongban.exchange.ports import DescribedSource, RelationSource, RemoteSource, source_of
from tongban.exchange.sandbox.rows import SampleField, rows_of
from tongban.kernel.canonical import Json
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say

#: Types of the catalogue in words of Table Schema.
_TYPES = {"number": "number", "date": "date", "yes-no": "boolean"}


@dataclass(frozen=True)
class Described:
    """An interface with what finds a record (`key`, the usual one), its columns, and the items that can be granted."""

    resource: ResourceView
    mode: str
    key: str
    fields: tuple[SampleField, ...]
    granted: tuple[str, ...]
    bound: Bound

    @property
    def rows(self) -> list[dict[str, Json]]:
        """Its invented rows."""
        return rows_of(self.resource.code, self.fields)

    def field(self, code: str) -> SampleField:
        """The column of that code."""
        return next(one for one in self.fields if one.code == code)


def describe(resource: str) -> Described:
    """An interface that everybody may know of.

    Raises:
        NotFound: the catalogue shows no such resource, or nothing answers for it.
    """
    view = get_public(resource)
    row = Binding.objects.filter(pk=resource).first()
    if row is None:
        raise NotFound(say("「{name}」还没有接口。可以在目录里看它，或者按目录申请共享。", name=view.name))
    key, fields = _columns(row, view)
    held = {field.code for field in fields}
    granted = tuple(one.code for one in view.items if one.sharing != "refused" and one.code in held)
    source = _source(row)
    inside = source.relation(row.target) if isinstance(source, RelationSource) else None
    keys = source.reach(row.target).keys if isinstance(source, RemoteSource) else held
    bound = Bound(view, row.mode, row.subject_key, row.version, row.adapter, row.target, inside, keys, held)
    return Described(view, row.mode, key, fields, granted, bound)


def list_described(
    *, after: str = "", among: Sequence[str] | None = None, limit: int = 50
) -> list[ResourceView]:
    """The resources with an interface that everybody may know of, by code; three queries.

    `among` narrows; `after` is the last code seen. One page may hold fewer than `limit`, then it is the last one.
    """
    found: list[ResourceView] = []
    while len(found) < limit:
        rows = Binding.objects.filter(resource__gt=after).order_by("resource")
        codes = list(
            (rows if among is None else rows.filter(resource__in=among)).values_list("pk", flat=True)[:200]
        )
        shown = get_resources(codes)
        found += [
            shown[code] for code in codes if code in shown and shown[code].public and shown[code].offered
        ]
        if len(codes) < 200:
            break
        after = codes[-1]
    return found[:limit]


def _source(row: Binding) -> object:
    """What the binding names; None where it is not plugged in."""
    try:
        return source_of(row.adapter)
    except KeyError:
        return None


def _columns(row: Binding, view: ResourceView) -> tuple[str, tuple[SampleField, ...]]:
    """The usual key, and the columns: as the source describes them, else as it has them, else as the catalogue says."""
    source = _source(row)
    lengths = {item.code: item.length for item in view.items}
    names = {item.code: item.name for item in view.items}
    if isinstance(source, DescribedSource):
        key, described = source.describe(row.target)
        return key, tuple(_field(one, lengths) for one in described)
    if isinstance(source, RelationSource):
        columns = source.relation(row.target).columns
        fields = [SampleField(code, names.get(code, code), one.type) for code, one in columns.items()]
    else:
        reached = source.reach(row.target).keys if isinstance(source, RemoteSource) else frozenset()
        fields = [
            SampleField(code, names.get(code, code), "string") for code in sorted(reached - names.keys())
        ]
        fields += [SampleField(one.code, one.name, _TYPES.get(one.type, "string")) for one in view.items]
    known = [one.code for one in fields]
    usual = ("id_number", "uscc", "holder_number")
    return next((code for code in usual if code in known), known[0] if known else ""), tuple(fields)


def _field(one: Mapping[str, Json], lengths: Mapping[str, int | None]) -> SampleField:
    enum = one.get("enum")
    return SampleField(
        code=str(one["name"]),
        title=str(one["title"]),
        type=str(one["type"]),
        pattern=str(one.get("pattern") or ""),
        enum=tuple(map(str, enum)) if isinstance(enum, list | tuple) else (),
        length=lengths.get(str(one["name"])),
    )
