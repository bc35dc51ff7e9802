"""When a resource is to be looked over again: a limit of the packs after it was published or confirmed."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from tongban.catalogue.models import OFFERED, Resource
from tongban.clocks.api import Limit, due_day, limit_of
from tongban.kernel import clock
from tongban.kernel.errors import NotFound

LIMIT = "catalogue-review"


@dataclass(frozen=True)
class Review:
    """When a resource was looked over last, by which day it is again, and what says so (`verified`: somebody read it)."""

    last_on: date
    due_on: date
    cite: str
    verified: bool

    @property
    def late(self) -> bool:
        """Whether the day is over."""
        return self.due_on < clock.today()


def review_limit() -> Limit | None:
    """The limit that holds today; None where no pack gives one: then nothing is asked."""
    try:
        return limit_of(LIMIT, on=clock.today())
    except NotFound:
        return None


def review_of(row: Resource, limit: Limit | None) -> Review | None:
    """The review of a published resource; None where none is asked."""
    last = row.reviewed_on or row.published_on
    if limit is None or last is None or row.state not in OFFERED:
        return None
    return Review(last, due_day(limit, last), limit.cite, limit.verified)


def late_reviews() -> "QuerySet[Resource]":
    """The resources whose review is late today."""
    limit = review_limit()
    rows = Resource.objects.filter(state__in=OFFERED, edition__gt=0)
    if limit is None:
        return rows.none()
    rows = rows.annotate(last=Coalesce(F("reviewed_on"), F("published_on")))
    return rows.filter(Q(last__lte=_late_since(limit, clock.today())))


def _late_since(limit: Limit, today: date) -> date:
    """The latest day from which the limit is over today."""
    few, many = 0, 2 * limit.amount + 60
    while few < many:
        middle = (few + many) // 2
        if due_day(limit, today - timedelta(days=middle)) < today:
            many = middle
        else:
            few = middle + 1
    return today - timedelta(days=few)
