"""From content to rows: what an edition makes of the resource, its items and its entry in the search."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from tongban.catalogue.checks import find_problems, score
from tongban.catalogue.content import SURVEY, Content, ItemContent
from tongban.catalogue.models import OFFERED, Entry, Item, Resource
from tongban.catalogue.vocabulary import Vocabulary
from tongban.identity.api import get_agencies
from tongban.kernel.grams import entry_grams

_PLAIN = [
    "name",
    "agency",
    "summary",
    "category",
    "sharing",
    "update_cycle",
    "number",
    "format_class",
    "format_type",
    "ground",
    "method_class",
    "method_type",
    "open",
    "open_ground",
    "unlinked_reason",
    "grade",
    "standing",
    "public",
]
_LOCK = 7_402_612
_BATCH = 1000


def resource_columns(content: Content, words: Vocabulary, *, published_on: date) -> dict[str, Any]:
    """The columns of a published resource."""
    return {
        **{name: getattr(content, name) for name in _PLAIN},
        **{name: Decimal(number) if (number := getattr(content, name)) else None for name in SURVEY},
        "related": list(content.related),
        "produced_by": list(content.produced_by),
        "needed_by": list(content.needed_by),
        "basis": list(content.basis),
        "systems": [system.model_dump() for system in content.systems],
        "score": score(content, find_problems(content, words)).points,
        "published_on": published_on,
    }


def item_rows(code: str, content: Content, words: Vocabulary) -> list[dict[str, Any]]:
    """The rows of its items, with words and law of their grounds."""
    return [
        {"resource_id": code, "ordinal": n, **_item_columns(content.terms_of(item), words)}
        for n, item in enumerate(content.items)
    ]


def _item_columns(item: ItemContent, words: Vocabulary) -> dict[str, Any]:
    ground, open_ground = words.grounds.get(item.ground), words.grounds.get(item.open_ground)
    return {
        "code": item.code,
        "name": item.name,
        "type": item.type,
        "length": int(item.length) if item.length else None,
        "code_set": item.code_set,
        "sharing": item.sharing,
        "ground": item.ground,
        "condition": ground.words if ground else "",
        "cite": ground.cite.model_dump(mode="json") if ground else None,
        "open": item.open,
        "open_condition": open_ground.words if open_ground else "",
        "open_cite": open_ground.cite.model_dump(mode="json") if open_ground else None,
        "grade": int(item.grade) if item.grade else None,
    }


def replace_items(code: str, content: Content, words: Vocabulary, *, source: str) -> None:
    """Write the items of a resource anew."""
    Item.objects.filter(resource=code).delete()
    Item.objects.bulk_create(Item(**row, source=source) for row in item_rows(code, content, words))


def lock_catalogue() -> None:
    """One writer of the search index and of serial numbers at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])


def reindex(codes: Iterable[str] | None = None) -> None:
    """Write what search reads of some resources (of all: None) anew, in the transaction that changed them."""
    rows = Resource.objects.filter(edition__gt=0, state__in=OFFERED).prefetch_related("items")
    former = Entry.objects.all()
    if codes is not None:
        wanted = list(codes)
        rows, former = rows.filter(code__in=wanted), former.filter(resource__in=wanted)
    lock_catalogue()
    with connection.cursor() as cursor:
        gone = list(former.values_list("id", flat=True))
        _count(gone, -1)
        cursor.execute("delete from catalogue_posting where entry_id = any(%s)", [gone])
        cursor.execute("delete from catalogue_entry where id = any(%s)", [gone])
        _add(list(rows.order_by("code")))


def _add(rows: Sequence[Resource]) -> None:
    agencies = get_agencies({row.agency for row in rows})
    entries = {row.code: _entry(row, agencies) for row in rows}
    Entry.objects.bulk_create(entries.values(), batch_size=_BATCH)
    with connection.cursor() as cursor:
        with cursor.copy("copy catalogue_posting (gram, entry_id, weight) from stdin") as copy:
            for row in rows:
                agency = agencies.get(row.agency)
                others = [row.summary, *(item.name for item in row.items.all())]
                others += [agency.name, agency.short_name] if agency else []
                for gram, weight in entry_grams((row.name,), others).items():
                    copy.write_row((gram, entries[row.code].id, weight))
        _count([entry.id for entry in entries.values()], 1)


def _count(entries: list[int], by: int) -> None:
    """Keep in how many entries each gram stands; the empty gram counts entries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into catalogue_gram as held (gram, entries)"
            " select gram, count(*) from catalogue_posting where entry_id = any(%(entries)s) group by gram"
            " union all select '', %(many)s"
            " on conflict (gram) do update set entries = held.entries + %(by)s * excluded.entries",
            {"by": by, "entries": entries, "many": len(entries)},
        )
        if by < 0:
            cursor.execute("delete from catalogue_gram where entries = 0")


def _entry(row: Resource, agencies: Mapping[str, Any]) -> Entry:
    agency = agencies.get(row.agency)
    return Entry(
        resource_id=row.code,
        title=row.name,
        summary=row.summary,
        agency=row.agency,
        agency_name=agency.name if agency else "",
        category=row.category,
        sharings=sorted({item.sharing for item in row.items.all()}),
        public=row.public,
    )
