"""A person's notices, and an agency's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.journal.api import title_of
from tongban.notices.models import AgencyNotice, Notice


@dataclass(frozen=True)
class NoticeView:
    """One notice with its Chinese title."""

    id: int
    title: str
    case_number: str
    happened_at: datetime
    is_new: bool


def notices_of(person: UUID, *, before: int | None = None, limit: int = 30) -> list[NoticeView]:
    """A person's notices, newest first; `before` is the last id seen."""
    rows = Notice.objects.filter(person=person)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [
        NoticeView(row.id, title_of(row.kind), row.case_number, row.happened_at, row.read_at is None)
        for row in rows.order_by("-id")[:limit]
    ]


def count_new(person: UUID) -> int:
    """How many notices a person has not read."""
    return Notice.objects.filter(person=person, read_at=None).count()


@dataclass(frozen=True)
class AgencyNoticeView:
    """One notice of an agency; `object` is what the act was about, as `request:12`."""

    id: int
    title: str
    kind: str
    object: str
    happened_at: datetime
    is_new: bool


def notices_of_agency(agency: str, *, before: int | None = None, limit: int = 30) -> list[AgencyNoticeView]:
    """An agency's notices, newest first; `before` is the last id seen."""
    rows = AgencyNotice.objects.filter(agency=agency)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [
        AgencyNoticeView(
            row.id, title_of(row.kind), row.kind, row.object, row.happened_at, row.seen_at is None
        )
        for row in rows.order_by("-id")[:limit]
    ]
