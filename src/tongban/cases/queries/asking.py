"""What registers said for a check, as long as the draft it was read for lasts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tongban.cases.actions.prepare import find_draft
from tongban.cases.models import Application
from tongban.cases.registers import FactFound, facts_found
from tongban.journal.api import Actor
from tongban.services.api import Guide


@dataclass(frozen=True)
class DraftFacts:
    """A draft for which registers were asked: its number, when it ends by itself, what was found by fact."""

    number: str
    lapses_on: date | None
    facts: Mapping[str, FactFound]


def looked_up(guide: Guide, *, by: Actor) -> DraftFacts | None:
    """What registers said to this person for this check; None if they were not asked, or the draft has ended."""
    number = find_draft(bundle=guide.bundle.code, by=by)
    row = Application.objects.filter(pk=number, looked_up_at__isnull=False).first() if number else None
    return DraftFacts(row.number, row.lapses_on, facts_found(guide, row)) if row else None
