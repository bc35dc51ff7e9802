"""Until when somebody has to speak about a case before the law accepts it (行政许可法 32)."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from tongban.cases.models import Application, Case
from tongban.clocks.api import due_day, limit_of, set_due
from tongban.kernel import clock
from tongban.services.api import RegimeTable, get_regimes


def note_acceptance_due(row: Application, cases: Sequence[Case]) -> None:
    """Note the day by which somebody has to speak about each case that waits for nothing else."""
    regimes = get_regimes({case.regime for case in cases})
    for case, due_on, _ in waiting_for_acceptance(row, cases, regimes):
        set_due(on=f"case:{case.number}", what="accept", day=due_on)


def acceptance_dues(
    row: Application, cases: Sequence[Case], regimes: Mapping[str, RegimeTable]
) -> dict[str, date]:
    """By case number the day by which somebody has to speak; nothing where the law sets none."""
    return {case.number: due_on for case, due_on, _ in waiting_for_acceptance(row, cases, regimes)}


def waiting_for_acceptance(
    row: Application, cases: Sequence[Case], regimes: Mapping[str, RegimeTable]
) -> list[tuple[Case, date, date]]:
    """Cases that wait for acceptance under a deemed-acceptance rule: case, due day, day its material was complete."""
    by_item = {case.item: case for case in cases}
    limit_on = cache(lambda code, day: limit_of(code, on=day))
    found = []
    for case in cases:
        regime = regimes.get(case.regime)
        before = [by_item[item] for item in case.after if item in by_item]
        if case.state != "submitted" or regime is None or regime.deemed_acceptance is None:
            continue
        if row.completed_at is None or not regime.acceptance or any(one.state != "granted" for one in before):
            continue
        days = [clock.local(row.completed_at).date(), *(one.decided_on for one in before if one.decided_on)]
        complete_on = max(days)
        found.append((case, due_day(limit_on(regime.acceptance, complete_on), complete_on), complete_on))
    return found
