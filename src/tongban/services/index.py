"""The tables that search reads, written anew from the rows they are made of, in the transaction that changed those."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from tongban.identity.api import AgencyView, get_agencies
from tongban.kernel.grams import entry_grams, fold
from tongban.kernel.sentences import say
from tongban.services.models import Bundle, Item, ListedItem, SearchEntry, Synonym

#: The city's own bundles stand before its items, and those before what others publish, when words fit equally.
FAVOUR = {"bundle": 125, "item": 115, "listed": 100}
#: What lists write where an item has no item above it; nobody looks for that.
_NO_MAIN_ITEM = {"", "未分类"}
_LOCK = 7_402_611
_BATCH = 2000


@dataclass(frozen=True)
class _Text:
    entry: SearchEntry
    names: tuple[str, ...]
    others: tuple[str, ...]


def index_bundles() -> None:
    """Write the entries of all bundles anew."""
    rows = list(Bundle.objects.order_by("code", "-version"))
    agencies = get_agencies(row.lead for row in rows)
    texts: list[_Text] = []
    later: dict[str, date] = {}
    for row in rows:
        agency = agencies.get(row.lead)
        entry = _entry("bundle", row, row.summary, agency, later.get(row.code))
        later[row.code] = row.valid_from
        texts.append(_Text(entry, (row.title, *row.aliases), (row.summary, *_names(agency))))
    _rewrite("bundle", texts)


def index_items() -> None:
    """Write the entries of all items of packs anew."""
    rows = list(Item.objects.order_by("code", "-version"))
    agencies = get_agencies(row.deciding for row in rows)
    texts: list[_Text] = []
    later: dict[str, date] = {}
    for row in rows:
        agency = agencies.get(row.deciding)
        entry = _entry("item", row, row.terms["summary"], agency, _until(row, later.get(row.code)))
        later[row.code] = row.valid_from
        names = (row.title, *row.terms.get("aliases", ()))
        texts.append(_Text(entry, names, (entry.summary, row.kind, *_names(agency))))
    _rewrite("item", texts)


def index_all_listed() -> None:
    """Write the entries of all listed items anew."""
    _rewrite("listed", [_listed(row) for row in ListedItem.objects.filter(current=True).order_by("id")])


def index_listed(rows: Iterable[ListedItem], *, former: Iterable[ListedItem]) -> None:
    """Write the entries of listed items that are new, in place of their former versions."""
    _hold()
    codes = [str(row.id) for row in former]
    _drop(SearchEntry.objects.filter(kind="listed", code__in=codes).values_list("id", flat=True))
    _add([_listed(row) for row in rows])


def _listed(row: ListedItem) -> _Text:
    title = row.name.strip() or row.item_code.strip() or say("第 {line} 行", line=row.line)
    main_item = row.main_item if row.main_item.strip() not in _NO_MAIN_ITEM else ""
    entry = SearchEntry(
        kind="listed",
        code=str(row.id),
        version=row.version,
        title=title,
        summary=main_item,
        agency=row.department,
        area=row.area_code,
        favour=FAVOUR["listed"],
    )
    return _Text(entry, (title,), (main_item, row.department, row.item_code))


def _entry(
    kind: str, row: Bundle | Item, summary: str, agency: AgencyView | None, until: date | None
) -> SearchEntry:
    return SearchEntry(
        kind=kind,
        code=row.code,
        version=row.version,
        title=row.title,
        summary=summary,
        valid_from=row.valid_from,
        valid_to=until,
        agency=agency.name if agency else "",
        area=agency.area if agency else "",
        favour=FAVOUR[kind],
    )


def _until(row: Item, replaced_on: date | None) -> date | None:
    """The first day on which this version is not in force any more."""
    days = [replaced_on, row.valid_to + timedelta(days=1) if row.valid_to else None]
    return min((day for day in days if day), default=None)


def _names(agency: AgencyView | None) -> tuple[str, ...]:
    return (agency.name, agency.short_name) if agency else ()


def _rewrite(kind: str, texts: Sequence[_Text]) -> None:
    _hold()
    _drop(SearchEntry.objects.filter(kind=kind).values_list("id", flat=True))
    _add(texts)


def _hold() -> None:
    """One writer at a time: two would count the same grams."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])


def _drop(entries: Iterable[int]) -> None:
    gone = list(entries)
    with connection.cursor() as cursor:
        cursor.execute("delete from services_posting where entry_id = any(%s)", [gone])
        cursor.execute("delete from services_search_entry where id = any(%s)", [gone])


def _add(texts: Sequence[_Text]) -> None:
    synonyms = [(row.word, row.means) for row in Synonym.objects.order_by("word")]
    SearchEntry.objects.bulk_create((text.entry for text in texts), batch_size=_BATCH)
    with connection.cursor() as cursor:
        with cursor.copy("copy services_posting (gram, entry_id, weight) from stdin") as copy:
            for text in texts:
                said = _also_called(text.names, synonyms)
                for gram, weight in entry_grams((*text.names, *said), text.others).items():
                    copy.write_row((gram, text.entry.id, weight))
        cursor.execute("delete from services_gram")
        cursor.execute(
            "insert into services_gram (gram, entries)"
            " select gram, count(*) from services_posting group by gram"
            " union all select '', count(*) from services_search_entry"
        )


def _also_called(names: Iterable[str], synonyms: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """What people call something whose names hold words of a title."""
    folded = [fold(name) for name in names]
    return [
        word for word, means in synonyms if any(fold(meaning) in name for meaning in means for name in folded)
    ]
