"""The terms a case is decided by: its pinned item, its limits, its clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tongban.cases.models import Case, CasePause
from tongban.clocks.api import Limit, Pause, Reading, due_day, read_clock
from tongban.kernel import clock
from tongban.services.api import ServiceItem, get_items


@dataclass(frozen=True)
class Clocks:
    """The two clocks of a case: what the law allows (if it sets a limit), and what the agency promised."""

    legal: Reading | None
    promised: Reading


def items_of(cases: Sequence[Case]) -> dict[str, ServiceItem]:
    """The pinned items of cases, by case number. One query for all cases with the same pins."""
    versions = {case.item: case.item_version for case in cases}
    found = get_items(versions, versions=versions)
    return {case.number: found[case.item] for case in cases}


def item_of(case: Case) -> ServiceItem:
    """The pinned item of one case."""
    return items_of([case])[case.number]


def legal_limit(item: ServiceItem) -> Limit | None:
    """What the law allows; None where it sets no limit."""
    if item.legal is None:
        return None
    cite = item.legal.cite
    return Limit(item.legal.amount, item.legal.unit, str(cite), bool(cite.verified_by))


def promised_limit(item: ServiceItem) -> Limit:
    """What the agency promised."""
    return Limit(item.promised.amount, item.promised.unit, "部门承诺")


def due_days(item: ServiceItem, start: date, pauses: Sequence[Pause] = ()) -> tuple[date | None, date]:
    """The last days of the legal (None: no limit) and of the promised limit of a case accepted on `start`."""
    limit = legal_limit(item)
    return due_day(limit, start, pauses) if limit else None, due_day(promised_limit(item), start, pauses)


def extended(item: ServiceItem, days: int) -> ServiceItem:
    """The item with its legal limit longer by so many days of its unit: what a case was extended by."""
    if not days or item.legal is None:
        return item
    return item.model_copy(
        update={"legal": item.legal.model_copy(update={"amount": item.legal.amount + days})}
    )


def stretches_of(pauses: Sequence[CasePause]) -> list[Pause]:
    """The pauses of a case as clocks count them."""
    return [Pause(one.begins_on, one.ends_on, one.ground, one.cite) for one in pauses]


def clocks_of(case: Case, item: ServiceItem, pauses: Sequence[CasePause]) -> Clocks | None:
    """The clocks of a case today, extended as it was; None before it is accepted."""
    start = case.accepted_on
    if start is None:
        return None
    stretches = stretches_of(pauses)
    today = clock.today()

    def read(limit: Limit) -> Reading:
        return read_clock(limit, start, as_of=today, pauses=stretches, stopped_on=case.decided_on)

    limit = legal_limit(extended(item, case.extended_days))
    return Clocks(read(limit) if limit else None, read(promised_limit(item)))
