"""The three rates of the hotline by agency: answered in time, solved, pleased; each with what it was counted from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from tongban.kernel import clock
from tongban.participation.terms import sampling

DAYS = 365
#: GB/T 39046 A.8: who is pleased says 1 to 3.
PLEASED_UPTO = 3
_RATES = """
with heard as (
    select orders.agency, orders.state, orders.due_on, (orders.answered_at at time zone %(zone)s)::date as answered,
        coalesce(called.solved, orders.solved, case when orders.reopened > 0 then false end) as solved, called.level
    from participation_order orders left join participation_call_back called on called.order_id = orders.id
    where orders.agency <> '' and orders.dispatched_at >= %(since)s
)
select agency, count(*),
    count(*) filter (where state <> 'dispatched' and answered <= due_on),
    count(*) filter (where state <> 'dispatched' and answered is not null or state = 'dispatched' and due_on < %(today)s),
    count(*) filter (where solved), count(*) filter (where solved is not null),
    count(*) filter (where level <= %(pleased)s), count(*) filter (where level is not null)
from heard group by agency order by agency
"""


@dataclass(frozen=True)
class Rate:
    """A quotient of two counts; `hidden` where too few were counted to be shown."""

    above: int
    below: int
    hidden: bool

    @property
    def value(self) -> float | None:
        """The quotient; None where nothing may be shown."""
        return None if self.hidden else self.above / self.below


@dataclass(frozen=True)
class AgencyRates:
    """An agency's orders of a year with the three rates: answered in time, solved, pleased."""

    agency: str
    orders: int
    answered: Rate
    solved: Rate
    pleased: Rate

    @property
    def hidden(self) -> bool:
        """Whether there are too few orders to show any of it."""
        return self.answered.hidden and self.solved.hidden and self.pleased.hidden


def hotline_rates() -> tuple[int, Sequence[AgencyRates]]:
    """From how many on a rate is shown, and every agency that had orders this year, by code; two statements."""
    least, today = sampling().least, clock.today()
    since = clock.now() - timedelta(days=DAYS)
    with connection.cursor() as cursor:
        cursor.execute(
            _RATES, {"since": since, "today": today, "pleased": PLEASED_UPTO, "zone": str(clock.CITY_ZONE)}
        )
        rows = cursor.fetchall()

    def rate(above: int, below: int) -> Rate:
        return Rate(above, below, below < least)

    return least, [
        AgencyRates(row[0], row[1], rate(*row[2:4]), rate(*row[4:6]), rate(*row[6:8])) for row in rows
    ]
