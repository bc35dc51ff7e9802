"""Taking over the items that another system publishes."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.grams import kept_words
from tongban.services.index import index_listed
from tongban.services.kinds import ItemsImported
from tongban.services.listing import COLUMNS, ListedRow, ListingFile, read_listing
from tongban.services.models import ListedItem, Listing

#: Five digits or more, however they are grouped, and the X that an identity number may end with.
UNANSWERED_MAX = 10_000
_BATCH = 2000
_LOCK = 7_402_612


@dataclass(frozen=True)
class Flagged:
    """A value of `dept_code` that is no known code: how many rows have it, of which departments, and why."""

    value: str
    rows: int
    departments: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Imported:
    """What an import did. `kinds` counts rows and different values by kind of department code."""

    file: ListingFile
    new: int
    changed: int

    @property
    def unchanged(self) -> int:
        """Rows that stand here already as they are in the file."""
        return len(self.file.rows) - self.new - self.changed

    @property
    def kinds(self) -> dict[str, tuple[int, int]]:
        """Rows and different values, by kind of department code."""
        rows = Counter(row.code.kind for row in self.file.rows)
        values = Counter(
            kind for kind, _ in {(row.code.kind, row.values["dept_code"]) for row in self.file.rows}
        )
        return {kind: (count, values[kind]) for kind, count in rows.items()}

    @property
    def flagged_codes(self) -> list[Flagged]:
        """The values that are no known code, the most frequent first."""
        found: dict[str, list[ListedRow]] = {}
        for row in self.file.rows:
            if row.code.reason:
                found.setdefault(row.values["dept_code"], []).append(row)
        listed = [
            Flagged(
                value,
                len(rows),
                tuple(dict.fromkeys(row.values["department"] for row in rows)),
                rows[0].code.reason,
            )
            for value, rows in found.items()
        ]
        return sorted(listed, key=lambda one: (-one.rows, one.value))

    @property
    def other_flags(self) -> list[tuple[int, str]]:
        """Line and reason of what else stands out."""
        return [
            (row.line, flag)
            for row in self.file.rows
            for flag in row.flags
            if not (row.code.reason and flag.endswith(row.code.reason))
        ]


def import_items(*, path: Path, by: Actor) -> Imported:
    """Take over a file of published items: every row lands, each as a new version where its values changed.

    Standing `mirror`, handling `linked`. Rows are told apart by item code, area code and their occurrence in the file;
    rows that another file brought and this one lacks stay. The same file again writes nothing and journals nothing.

    Raises:
        BadInput: the file is absent, unreadable or malformed; nothing was imported.
    """
    file = read_listing(path)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        held = {
            (row.item_code, row.area_code, row.occurrence): row
            for row in ListedItem.objects.filter(current=True).defer("flags").iterator()
        }
        differing = [row for row in file.rows if not _same(held.get(row.key), row)]
        former = [held[row.key] for row in differing if row.key in held]
        done = Imported(file, len(differing) - len(former), len(former))
        if differing:
            _write(file, differing, former, done, by)
    return done


def _write(
    file: ListingFile, rows: list[ListedRow], former: list[ListedItem], done: Imported, by: Actor
) -> None:
    listing = Listing.objects.create(
        file_name=file.name,
        sha256=file.sha256,
        rows=len(file.rows),
        written=len(rows),
        imported_at=clock.now(),
    )
    versions = {(row.item_code, row.area_code, row.occurrence): row.version for row in former}
    ListedItem.objects.filter(id__in=[row.id for row in former]).update(current=False)
    made = ListedItem.objects.bulk_create(
        (_item(row, listing, versions.get(row.key, 0) + 1) for row in rows), batch_size=_BATCH
    )
    index_listed(made, former=former)
    act = ItemsImported(
        file_name=file.name,
        sha256=file.sha256,
        rows=len(file.rows),
        new=done.new,
        changed=done.changed,
        flagged=sum(bool(row.flags) for row in file.rows),
    )
    record(act, on=Subject("listing", str(listing.id), 1), by=by)


def _item(row: ListedRow, listing: Listing, version: int) -> ListedItem:
    return ListedItem(
        **row.values,
        others=row.others,
        listing=listing,
        line=row.line,
        version=version,
        occurrence=row.occurrence,
        dept_code_kind=row.code.kind,
        dept_code_reads=row.code.reads,
        flags=row.flags,
        source=f"file:{listing.file_name}@{listing.sha256[:12]}",
    )


def _same(held: ListedItem | None, row: ListedRow) -> bool:
    """Whether the row stands here already, word for word."""
    return (
        held is not None
        and held.others == row.others
        and all(getattr(held, name) == row.values[name] for name in COLUMNS)
    )


def note_unanswered(query: str) -> None:
    """Count words that found nothing. Kept: the words and the days of their first and last time, of nobody who asked.

    Long runs of digits (identity numbers, telephones, codes) and mail addresses are cut out before anything is kept;
    what is longer than words for a service is left out, and so is a new line once the list is full.
    Nobody waits for the disk: a count lost in a power cut is no loss.
    """
    words = kept_words(query)
    if not words:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "with unhurried as (select set_config('synchronous_commit', 'off', true))"
            " insert into services_unanswered as held (words, times, first_on, last_on)"
            " select %(words)s, 1, %(today)s, %(today)s from unhurried"
            " where (select count(*) from services_unanswered) < %(most)s"
            " or exists (select from services_unanswered where words = %(words)s)"
            " on conflict (words) do update set times = held.times + 1, last_on = excluded.last_on",
            {"words": words, "today": clock.today(), "most": UNANSWERED_MAX},
        )
