"""Telling people, and taking note that they read it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from tongban.journal.api import EntryView
from tongban.kernel import clock
from tongban.notices.models import AgencyNotice, Notice
from tongban.notices.sending import plan_sendings


def tell(entry: EntryView, people: Mapping[int, UUID]) -> None:
    """Tell people of an act, each by the number of the part about her; whom it was told is not told again.

    Who wants to be told elsewhere too is sent it by the worker.
    """
    Notice.objects.bulk_create(
        (
            Notice(
                person=person,
                entry=entry.id,
                ordinal=ordinal,
                kind=entry.kind,
                case_number=entry.case_number,
                happened_at=entry.occurred_at,
            )
            for ordinal, person in people.items()
        ),
        ignore_conflicts=True,
    )
    plan_sendings(entry.id)


def forget(parts: Sequence[tuple[UUID, int]]) -> None:
    """Drop what people were told of parts, (entry, ordinal), that were erased; two statements."""
    gone = set(parts)
    rows = Notice.objects.filter(entry__in={entry for entry, _ in gone}).values_list("pk", "entry", "ordinal")
    Notice.objects.filter(pk__in=[key for key, entry, ordinal in rows if (entry, ordinal) in gone]).delete()


def mark_read(person: UUID, *, firms: Collection[UUID] = (), until: int) -> None:
    """Take a person's notices, and those of the firms she represents, up to the id `until` as read."""
    rows = Notice.objects.filter(person__in=[person, *firms], id__lte=until, read_at=None)
    rows.update(read_at=clock.now())


def tell_agencies(entry: EntryView, agencies: Iterable[str]) -> None:
    """Tell agencies of an act, each once however often it is delivered."""
    AgencyNotice.objects.bulk_create(
        (
            AgencyNotice(
                agency=agency,
                entry=entry.id,
                kind=entry.kind,
                object=entry.object,
                happened_at=entry.occurred_at,
            )
            for agency in dict.fromkeys(agencies)
        ),
        ignore_conflicts=True,
    )


def mark_seen(agency: str, *, until: int, by: str) -> None:
    """Take an agency's notices up to the id `until` as known there, said by the officer with the number `by`."""
    rows = AgencyNotice.objects.filter(agency=agency, id__lte=until, seen_at=None)
    rows.update(seen_at=clock.now(), seen_by=by)
