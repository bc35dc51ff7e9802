"""Deemed renewal (行政许可法 50): asked for in time and not decided before the end, a renewal counts as granted."""

from datetime import date, timedelta

from django.db import transaction

from tongban.cases.actions.close import close_if_all_decided
from tongban.cases.entries import end_of, note_case
from tongban.cases.formalities.owing import open_owed
from tongban.cases.granting import bring_about
from tongban.cases.kinds import DeemedRenewed
from tongban.cases.models import Case
from tongban.cases.renewing import RENEWAL
from tongban.cases.terms import item_of
from tongban.cases.written import Ruling, write_decision
from tongban.certificates.api import renewable
from tongban.clocks.api import clear_due
from tongban.identity.api import get_agency
from tongban.journal.api import bump, system
from tongban.services.api import RegimeTable

_WORDS = "申请人在有效期届满前依法申请延续，届满前没有作出是否准予延续的决定，依法视为准予延续。"


def deem_renewed(case: Case, regime: RegimeTable, *, due_on: date) -> None:
    """Renew by law what nobody decided, dated to the last day of the old term.

    A case that was never accepted, or whose certificate was suspended or revoked meanwhile, is left to an officer.
    """
    with transaction.atomic():
        version = bump(Case, case.number)
        row = Case.objects.select_related("application").get(pk=case.number)
        running = regime.stages_of(row.state) == {"running"}
        if not running or not row.renews or not renewable(row.renews):
            Case.objects.filter(pk=row.pk).update(renewal_due_on=None)
            clear_due(on=f"case:{row.number}", what=RENEWAL)
            return
        verb = next(one for one in regime.verbs if one.code == "deem-renewed")
        basis = str(regime.deemed_renewal)
        agency = get_agency(row.agency)
        ruling = Ruling(
            row, agency, "granted", _WORDS, basis, "", decided_on=due_on, begins_on=due_on + timedelta(days=1)
        )
        Case.objects.filter(pk=row.pk).update(state=verb.leads, decided_on=due_on)
        clear_due(on=f"case:{row.number}")
        by = system("settle")
        entry = note_case(
            DeemedRenewed(item=row.item, paper=ruling.paper),
            row,
            version=version,
            by=by,
            said={"words": _WORDS},
            basis=basis,
            occurred_at=end_of(due_on),
            effective_on=ruling.begins_on,
        )
        certificate = bring_about(ruling, item_of(row), entry=entry, by=by)
        write_decision(ruling, entry=entry, certificate=certificate)
        open_owed(row, regime, state=verb.leads, by=by)
        close_if_all_decided(row.application_id)
