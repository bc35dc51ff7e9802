"""What everybody may read of published grants (行政许可法 40): never more than the decision's face, people masked."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from tongban.cases.models import FormalityRow
from tongban.cases.written import published_name
from tongban.identity.api import get_agencies
from tongban.services.api import get_regimes

PAGE = 50


@dataclass(frozen=True)
class PublishedView:
    """A published grant; `state_title` says whether it still holds."""

    id: UUID
    paper: str
    title: str
    holder: str
    agency: str
    agency_name: str
    decided_on: date
    published_on: date
    state: str
    state_title: str


def published_grants(*, agency: str = "", after: UUID | None = None) -> list[PublishedView]:
    """Published grants, the newest first, of all agencies or of one; a page by key. Four queries at most."""
    rows = FormalityRow.objects.filter(code="publish", state="done")
    if agency:
        rows = rows.filter(case__agency=agency)
    last = FormalityRow.objects.filter(pk=after).values_list("answered_on", "id").first() if after else None
    if last:
        rows = rows.filter(Q(answered_on__lt=last[0]) | Q(answered_on=last[0], id__lt=last[1]))
    found = list(
        rows.select_related("case__application", "case__decision").order_by("-answered_on", "-id")[:PAGE]
    )
    names = {code: one.name for code, one in get_agencies({row.case.agency for row in found}).items()}
    regimes = get_regimes({row.case.regime for row in found}) if found else {}
    words = {(regime.code, state.code): state.title for regime in regimes.values() for state in regime.states}
    return [
        PublishedView(
            row.id,
            row.case.decision.paper,
            row.case.title,
            published_name(row.case.application.firm_name, row.case.application.applicant_name),
            row.case.agency,
            names[row.case.agency],
            row.case.decision.decided_on,
            row.answered_on or row.opened_on,
            row.case.state,
            words[row.case.regime, row.case.state],
        )
        for row in found
    ]
