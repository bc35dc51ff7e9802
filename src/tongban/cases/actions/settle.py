"""What the law does by itself: deemed acceptance, journalled before anything else, dated to the due moment."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import cache

from django.db import transaction

from tongban.cases.access import application_of
from tongban.cases.entries import note_application, note_case
from tongban.cases.kinds import DeemedAccepted, Dropped, Lapsed
from tongban.cases.models import Application, Case
from tongban.cases.references import note_reference
from tongban.cases.terms import due_days, item_of
from tongban.clocks.api import clear_due, due_before, due_day, limit_of, set_due
from tongban.exchange.api import erase_evidence
from tongban.journal.api import Actor, bump, system
from tongban.kernel import clock
from tongban.kernel.errors import Conflict
from tongban.services.api import RegimeTable, get_regimes

#: The last moment of a day: a limit in days ends with it.
_END_OF_DAY = time(23, 59, 59)


def settle_application(number: str) -> None:
    """Journal every effect of the law that is already due for the application's cases."""
    row = Application.objects.filter(pk=number, state__in=["preparing", "submitted"]).first()
    if row is None:
        return
    if row.state == "preparing":
        if row.lapses_on and clock.today() > row.lapses_on:
            end_draft(row, Lapsed, by=system("settle"))
        return
    cases = list(row.cases.order_by("ordinal"))
    regimes = get_regimes({case.regime for case in cases})
    for case, due_on, complete_on in _waiting(row, cases, regimes):
        if clock.today() > due_on:
            _deem_accepted(case, regimes[case.regime], due_on=due_on, complete_on=complete_on)


def settle_due() -> int:
    """Settle every application with something due before today; the worker's part. Returns how many."""
    numbers = {
        application_of(on.partition(":")[2])
        for on, _, _ in due_before(clock.today(), what=("accept", "lapse"))
    }
    for number in sorted(numbers):
        settle_application(number)
    return len(numbers)


def end_draft(row: Application, act: type[Dropped | Lapsed], *, by: Actor) -> None:
    """End a draft: its case closes, and what was read or stated for it is erased; the entries of the readings stay."""
    with transaction.atomic():
        version = bump(Application, row.number)
        row.refresh_from_db()
        if row.state != "preparing":
            raise Conflict("申请已经提交，不能再放弃草稿；不想办了可以撤回办件。")
        Application.objects.filter(pk=row.number).update(state="withdrawn", answers={}, closed_at=clock.now())
        row.co_applicants.all().delete()
        clear_due(on=f"application:{row.number}")
        kinds = list(row.item_versions)
        note_reference(row, kinds=kinds, state="closed")
        erased = erase_evidence(row.number)
        lapsed_on = row.lapses_on if act is Lapsed else None
        note_application(
            act(erased=erased),
            row,
            version=version,
            by=by,
            said={"title": row.title},
            occurred_at=datetime.combine(lapsed_on, _END_OF_DAY, clock.CITY_ZONE) if lapsed_on else None,
        )


def note_acceptance_due(row: Application, cases: Sequence[Case]) -> None:
    """Note the day by which somebody has to speak about each case that waits for nothing else."""
    regimes = get_regimes({case.regime for case in cases})
    for case, due_on, _ in _waiting(row, cases, regimes):
        set_due(on=f"case:{case.number}", what="accept", day=due_on)


def acceptance_dues(
    row: Application, cases: Sequence[Case], regimes: Mapping[str, RegimeTable]
) -> dict[str, date]:
    """By case number the day by which somebody has to speak; nothing where the law sets none."""
    return {case.number: due_on for case, due_on, _ in _waiting(row, cases, regimes)}


def _waiting(
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


def _deem_accepted(case: Case, regime: RegimeTable, *, due_on: date, complete_on: date) -> None:
    with transaction.atomic():
        version = bump(Case, case.number)
        row = Case.objects.select_related("application").get(pk=case.number)
        if row.state != "submitted":
            return
        legal, promised = due_days(item_of(row), complete_on)
        Case.objects.filter(pk=row.pk).update(
            state="accepted",
            accepted_on=complete_on,
            legal_due_on=legal,
            promised_due_on=promised,
            deemed_on=due_on,
        )
        clear_due(on=f"case:{row.number}", what="accept")
        set_due(on=f"case:{row.number}", what="decide", day=legal or promised)
        note_case(
            DeemedAccepted(item=row.item, legal_due_on=(legal or promised).isoformat()),
            row,
            version=version,
            by=system("settle"),
            basis=str(regime.deemed_acceptance),
            occurred_at=datetime.combine(due_on, _END_OF_DAY, clock.CITY_ZONE),
            effective_on=complete_on,
        )
