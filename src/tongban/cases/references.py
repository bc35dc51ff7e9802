"""An application as the exchange knows it: for whom data may be read, and for which kinds of cases."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tongban.cases.models import Application
from tongban.exchange.api import write_case_ref
from tongban.identity.api import find_holder, find_unnumbered


def subjects_of(row: Application) -> list[UUID]:
    """Whom an application concerns: the applicant, the child it is about once it has a number, and the firm once there is one."""
    firm = find_holder(row.firm) if row.firm else None
    child = find_unnumbered(row.about) if row.about else None
    return [
        row.applicant,
        *([child.id] if child and child.id_number else []),
        *([firm.subject] if firm else []),
    ]


def note_reference(row: Application, *, kinds: Sequence[str], state: str, until: date | None = None) -> None:
    """Make the application known to the exchange, or tell it the new state (`preparing`, `open`, `closed`)."""
    write_case_ref(number=row.number, kinds=kinds, subjects=subjects_of(row), state=state, until=until)
