"""Registering a new firm: what a business licence brings into being."""

from datetime import date
from uuid import UUID

from tongban.identity.models import Firm
from tongban.identity.numbers import new_credit_code
from tongban.identity.queries import FirmView


def register_firm(
    *, name: str, kind: str, representative: UUID, area: str, address: str, on: date, entry: UUID
) -> FirmView:
    """Register a firm under a new credit code; `entry` is the journal entry of the decision that grants it."""
    row = Firm.objects.create(
        uscc=new_credit_code(area),
        name=name,
        kind=kind,
        representative_id=representative,
        address=address,
        registered_on=on,
        source=f"edit:{entry}",
    )
    return FirmView(
        row.uscc, row.name, row.kind, row.representative_id, row.address, row.registered_on, row.subject
    )
