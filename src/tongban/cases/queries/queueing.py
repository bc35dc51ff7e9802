"""An officer's queue: the running cases of the agency by how soon they are due, a page by key, however many there are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from tongban.cases.models import Case, Defect
from tongban.cases.policy import next_role
from tongban.cases.queries.lists import PAGE
from tongban.cases.queries.views import QueueRow
from tongban.clocks.api import add_working_days, working_day
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.services.api import RegimeTable, all_regimes, get_items

SOON_DAYS = 3
GROUPS = ("overdue", "today", "soon", "later")
#: More than so many are shown as so many and more: nobody waits for a count of everything.
COUNT_MAX = 999


#: Steps from one item to the next in the partial index: as many looks as there are items, however many cases run.
_ITEMS = """
with recursive found (item) as (
    (select item from cases_case where agency = %(agency)s and accepted_on is not null and decided_on is null
    order by item limit 1)
    union all
    select (select item from cases_case where agency = %(agency)s and accepted_on is not null and decided_on is null
        and item > found.item order by item limit 1)
    from found where found.item is not null
)
select item from found where item is not null
"""


@dataclass(frozen=True)
class Wanted:
    """What of the queue is wanted: those that wait for `roles` (empty: everybody's), of an item, of a group."""

    roles: frozenset[str] = frozenset()
    item: str = ""
    group: str = ""


def queue(
    by: Actor, wanted: Wanted | None = None, *, after: tuple[date, str] | None = None
) -> list[QueueRow]:
    """The running cases that an officer's agency decides, the most urgent first. Three queries at most.

    `after` is the due day and the number of the last case seen.
    """
    regimes = all_regimes()
    rows = _wanted(by, wanted or Wanted(), regimes).select_related("application")
    rows = rows.order_by("promised_due_on", "number")
    if after:
        due_on, number = after
        rows = rows.filter(promised_due_on__gte=due_on).filter(
            Q(promised_due_on__gt=due_on) | Q(promised_due_on=due_on, number__gt=number)
        )
    cases = list(rows[:PAGE])
    unmended = _unmended([case for case in cases if case.state == "rectifying"])
    return [_row(case, regimes[case.regime], unmended) for case in cases]


def count_groups(by: Actor, wanted: Wanted) -> dict[str, int]:
    """How many wait in each group, up to `COUNT_MAX` and one. A query for each group."""
    regimes = all_regimes()
    found = {}
    for group in GROUPS:
        rows = _wanted(by, Wanted(wanted.roles, wanted.item, group), regimes)
        found[group] = rows.order_by()[: COUNT_MAX + 1].count()
    return found


def items_in_queue(by: Actor) -> dict[str, str]:
    """The items of which cases run at the officer's agency, by code with their titles."""
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, {"agency": by.agency})
        running = {item for (item,) in cursor.fetchall()}
    found = get_items(running)
    return {code: found[code].title for code in sorted(found, key=lambda code: found[code].title)}


def _running(by: Actor) -> QuerySet[Case]:
    """As the partial index has them."""
    return Case.objects.filter(agency=by.agency, accepted_on__isnull=False, decided_on=None)


def _wanted(by: Actor, wanted: Wanted, regimes: dict[str, RegimeTable]) -> QuerySet[Case]:
    rows = _running(by)
    if wanted.item:
        rows = rows.filter(item=wanted.item)
    if wanted.roles:
        rows = rows.filter(_waiting_for(wanted.roles, regimes.values()))
    today = clock.today()
    soon = add_working_days(today, SOON_DAYS)
    match wanted.group:
        case "overdue":
            return rows.filter(promised_due_on__lt=today)
        case "today":
            return rows.filter(promised_due_on=today)
        case "soon":
            return rows.filter(promised_due_on__gt=today, promised_due_on__lte=soon)
        case "later":
            return rows.filter(promised_due_on__gt=soon)
    return rows


def _waiting_for(roles: Collection[str], regimes: Collection[RegimeTable]) -> Q:
    """Cases in a state in which one of the roles has to act next."""
    found = Q(pk=None)
    for regime in regimes:
        states = [one.code for one in regime.states if next_role(regime, one.code) in roles]
        if states:
            found |= Q(regime=regime.code, state__in=states)
    return found


def _unmended(cases: Collection[Case]) -> set[str]:
    """Of cases with defects those in which the person has still to put something right."""
    if not cases:
        return set()
    rows = Defect.objects.filter(case__in=cases, rectified_on=None)
    return set(rows.values_list("case", flat=True))


def _row(case: Case, regime: RegimeTable, unmended: Collection[str]) -> QueueRow:
    titles = {state.code: state.title for state in regime.states}
    left = _days_left(case.promised_due_on)
    return QueueRow(
        number=case.number,
        title=case.title,
        applicant_name=case.application.firm_name or case.application.applicant_name,
        state=case.state,
        state_title=titles[case.state],
        accepted_on=case.accepted_on,
        due_on=case.promised_due_on,
        days_left=left,
        group=group_of(case.promised_due_on),
        waits_for="applicant" if case.number in unmended else next_role(regime, case.state),
    )


def group_of(due_on: date | None) -> str:
    """The group of a due day: overdue, today, soon, later."""
    today = clock.today()
    if due_on is None or due_on > add_working_days(today, SOON_DAYS):
        return "later"
    if due_on < today:
        return "overdue"
    return "today" if due_on == today else "soon"


def _days_left(due_on: date | None) -> int | None:
    if due_on is None:
        return None
    today = clock.today()
    step = 1 if due_on >= today else -1
    first, last = min(today, due_on), max(today, due_on)
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return step * sum(working_day(day)[0] for day in days)
