"""Runs of re-sealing as pages show them, and what became of a text that was signed anew."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.certificates.resealing.models import Resealed, Resealing


@dataclass(frozen=True)
class ResealingView:
    """A run: how many certificates it has looked at, of how many, and how many it signed anew. Real time: `since`."""

    id: UUID
    issuer: str
    number: int
    since: datetime
    began_at: datetime
    ended_at: datetime | None
    total: int
    seen: int
    signed: int


def resealings(issuer: str) -> list[ResealingView]:
    """The runs of an issuer, newest first."""
    return [
        ResealingView(
            row.id,
            row.issuer,
            row.number,
            row.since,
            row.began_at,
            row.ended_at,
            row.total,
            row.seen,
            row.signed,
        )
        for row in Resealing.objects.filter(issuer=issuer).order_by("-id")
    ]


def entry_of_older_text(certificate: UUID, token_sha256: str) -> UUID | None:
    """The entry that journalled a text of a certificate which was signed anew since; None if there was no such text."""
    rows = Resealed.objects.filter(certificate=certificate, previous_sha256=bytes.fromhex(token_sha256))
    return rows.values_list("previous_entry", flat=True).first()
