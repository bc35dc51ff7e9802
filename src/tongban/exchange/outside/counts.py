"""What a supervisor sees of outside cases: how many each system registered, was refused, and holds open."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Max, Sum

from tongban.exchange.models import CaseRef, Subsystem
from tongban.exchange.outside.models import CaseDay
from tongban.kernel import clock

#: Days that the counts look back.
LATELY_DAYS = 30


@dataclass(frozen=True)
class CaseCount:
    """One system's numbers; `lately` is the last thirty days."""

    subsystem: str
    title: str
    agency: str
    today: int
    refused_today: int
    lately: int
    refused_lately: int
    open: int
    busiest: int
    limit: int

    @property
    def is_at_limit(self) -> bool:
        """Whether it may register no more today."""
        return self.today + self.refused_today >= self.limit


def count_outside_cases(*, after: str = "", limit: int = 100) -> list[CaseCount]:
    """The systems that registered or tried to lately, by code; `after` is the last one seen. Four queries."""
    today = clock.today()
    since = today - timedelta(days=LATELY_DAYS)
    rows = list(
        CaseDay.objects.filter(day__gte=since, subsystem__gt=after)
        .values("subsystem")
        .annotate(lately=Sum("registered"), refused=Sum("refused"), busiest=Max("registered"))
        .order_by("subsystem")[:limit]
    )
    codes = [row["subsystem"] for row in rows]
    now = {
        code: (registered, refused)
        for code, registered, refused in CaseDay.objects.filter(day=today, subsystem__in=codes).values_list(
            "subsystem", "registered", "refused"
        )
    }
    held = dict(
        CaseRef.objects.filter(owner__in=codes, state="open", until__gte=today)
        .values_list("owner")
        .annotate(n=Count("pk"))
    )
    titles = {row.code: row for row in Subsystem.objects.filter(pk__in=codes)}
    return [
        CaseCount(
            subsystem=code,
            title=titles[code].title if code in titles else code,
            agency=titles[code].agency if code in titles else "",
            today=now.get(code, (0, 0))[0],
            refused_today=now.get(code, (0, 0))[1],
            lately=row["lately"],
            refused_lately=row["refused"],
            open=held.get(code, 0),
            busiest=row["busiest"],
            limit=settings.TONGBAN_OUTSIDE_CASES_A_DAY,
        )
        for code, row in zip(codes, rows, strict=True)
    ]
