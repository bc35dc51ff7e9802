"""Closing an application when its last case has ended; until then, noting who has to speak next."""

from datetime import date, timedelta

from tongban.cases.acceptance import note_acceptance_due
from tongban.cases.entries import note_application
from tongban.cases.kinds import Closed
from tongban.cases.models import Application, Case
from tongban.cases.references import note_reference
from tongban.clocks.api import working_day
from tongban.journal.api import bump, system
from tongban.kernel import clock

FINAL_STATES = (
    *("granted", "refused", "not-accepted", "withdrawn", "advised"),
    *("revoked", "called-back", "annulled"),
)


def close_if_all_decided(number: str) -> None:
    """Close the application if no case is open; part of the act that ended a case."""
    cases = list(Case.objects.filter(application=number))
    row = Application.objects.get(pk=number)
    if any(case.state not in FINAL_STATES for case in cases):
        note_acceptance_due(row, cases)
        return
    version = bump(Application, number)
    Application.objects.filter(pk=number).update(state="closed", closed_at=clock.now())
    kinds = [case.item for case in cases]
    note_reference(row, kinds=kinds, state="closed")
    act = Closed(days_used=days_used(row, clock.today()))
    note_application(act, row, version=version, by=system("cases"), said={"title": row.title})


def days_used(row: Application, until: date) -> int:
    """Working days from the submission (not counted) to a day."""
    if row.submitted_at is None:
        return 0
    start = clock.local(row.submitted_at).date()
    return sum(working_day(start + timedelta(days=n))[0] for n in range(1, (until - start).days + 1))
