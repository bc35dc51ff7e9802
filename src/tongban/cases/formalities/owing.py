"""What a decision leaves to be done: the acts that the law dates from it are opened with it, each with its clock."""

from tongban.cases.entries import note_formality
from tongban.cases.formalities.kinds import HandedOver
from tongban.cases.formalities.rows import open_row
from tongban.cases.models import Case
from tongban.cases.terms import item_of
from tongban.journal.api import Actor
from tongban.services.api import RegimeTable


def open_owed(case: Case, regime: RegimeTable, *, state: str, by: Actor) -> None:
    """Open what the regime owes once a case is in `state`; part of the act that decided it.

    A hand-over is opened only where another agency supervises than the one that decided.
    """
    stages = regime.stages_of(state)
    for step in regime.formalities:
        if not step.owed or stages.isdisjoint(step.stages):
            continue
        if step.code != "hand-over":
            open_row(case, step, by=by, agency=case.agency)
            continue
        supervising = item_of(case).supervising
        if supervising != case.agency:
            row = open_row(case, step, by=by, agency=supervising)
            due_on = row.due_on.isoformat() if row.due_on else ""
            note_formality(
                HandedOver(agency=supervising, due_on=due_on), row, version=1, by=by, basis=str(step.cite)
            )
