"""A person's notices, and an agency's."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tongban.journal.api import title_of
from tongban.notices.models import AgencyNotice, Notice


@dataclass(frozen=True)
class NoticeView:
    """One notice with its Chinese title; `told` is the person or the firm that it is for."""

    id: int
    told: UUID
    kind: str
    title: str
    case_number: str
    happened_at: datetime
    is_new: bool


def _told(person: UUID, firms: Collection[UUID]) -> QuerySet[Notice]:
    """A person's notices and those of the firms she represents; of an act that was told to both, her own."""
    if not firms:
        return Notice.objects.filter(person=person)
    hers = Notice.objects.filter(person=person, entry=OuterRef("entry"))
    return Notice.objects.filter(Q(person=person) | (Q(person__in=firms) & ~Exists(hers)))


def notices_of(
    person: UUID, *, firms: Collection[UUID] = (), before: int | None = None, limit: int = 30
) -> list[NoticeView]:
    """A person's notices and her firms', newest first; `before` is the last id seen."""
    rows = _told(person, firms)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [
        NoticeView(
            row.id,
            row.person,
            row.kind,
            title_of(row.kind),
            row.case_number,
            row.happened_at,
            row.read_at is None,
        )
        for row in rows.order_by("-id")[:limit]
    ]


def count_new(person: UUID, *, firms: Collection[UUID] = ()) -> int:
    """How many notices a person, and the firms she represents, have not read."""
    return _told(person, firms).filter(read_at=None).count()


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
