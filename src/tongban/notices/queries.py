"""A person's notices."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.journal.api import title_of
from tongban.notices.models import Notice


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
