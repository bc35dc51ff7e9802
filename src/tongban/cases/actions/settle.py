"""What the law does by itself, journalled before anything else, dated to the due moment.

Deemed acceptance, deemed renewal, drafts that end, hearings that nobody asked for.
"""

from datetime import date

from django.db import transaction

from tongban.cases.acceptance import waiting_for_acceptance
from tongban.cases.access import application_of
from tongban.cases.actions.deem import deem_renewed
from tongban.cases.entries import end_of, note_application, note_case
from tongban.cases.formalities.lapsing import HEARING, INTERESTED, cases_of, settle_hearings
from tongban.cases.kinds import DeemedAccepted, Dropped, Lapsed
from tongban.cases.models import Application, Case
from tongban.cases.references import note_reference
from tongban.cases.renewing import RENEWAL
from tongban.cases.terms import due_days, item_of
from tongban.clocks.api import clear_due, due_before, set_due
from tongban.exchange.api import erase_evidence
from tongban.journal.api import Actor, bump, system
from tongban.kernel import clock
from tongban.kernel.errors import Conflict
from tongban.services.api import RegimeTable, get_regimes

_OF_APPLICATIONS = ("accept", "lapse", RENEWAL)


def settle_application(number: str) -> None:
    """Journal every effect of the law that is already due for the application's cases."""
    row = Application.objects.filter(pk=number, state__in=["preparing", "submitted"]).first()
    if row is None:
        return
    if row.state == "preparing":
        if row.lapses_on and clock.today() > row.lapses_on:
            end_draft(row, Lapsed, by=system("settle"))
        return
    settle_cases(number)


def settle_cases(application: str) -> None:
    """As `settle_application`, for one that is no draft: one query where nothing is due."""
    rows = Case.objects.filter(application=application, application__state="submitted")
    cases = list(rows.select_related("application").order_by("ordinal"))
    if not cases:
        return
    row = cases[0].application
    regimes = get_regimes({case.regime for case in cases})
    for case, due_on, complete_on in waiting_for_acceptance(row, cases, regimes):
        if clock.today() > due_on:
            _deem_accepted(case, regimes[case.regime], due_on=due_on, complete_on=complete_on)
    for case in cases:
        if case.renewal_due_on and case.decided_on is None and clock.today() > case.renewal_due_on:
            deem_renewed(case, regimes[case.regime], due_on=case.renewal_due_on)


def settle_due() -> int:
    """Settle every application and hearing with something due before today; the worker's part. Returns how many."""
    numbers = {
        application_of(on.partition(":")[2]) for on, _, _ in due_before(clock.today(), what=_OF_APPLICATIONS)
    }
    for number in sorted(numbers):
        settle_application(number)
    passed = cases_of(on for on, _, _ in due_before(clock.today(), what=(HEARING, INTERESTED)))
    for number in passed:
        settle_hearings(number)
    return len(numbers) + len(passed)


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
            occurred_at=end_of(lapsed_on) if lapsed_on else None,
        )


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
        set_due(on=f"case:{row.number}", what="decide", day=legal or promised, instead_of="accept")
        note_case(
            DeemedAccepted(item=row.item, legal_due_on=(legal or promised).isoformat()),
            row,
            version=version,
            by=system("settle"),
            basis=str(regime.deemed_acceptance),
            occurred_at=end_of(due_on),
            effective_on=complete_on,
        )
