"""Files that acts name by their SHA-256: from the file back to the act."""

from uuid import UUID

from tongban.journal.models import Digest
from tongban.journal.subscribers import Delivery

#: Fields of acts that hold the SHA-256 of a whole file, in hexadecimal.
FIELDS = ("token_sha256", "sha256")


def note_digests(delivery: Delivery) -> None:
    """The effect of a subscriber: keep which files an act names."""
    said = delivery.entry.content
    Digest.objects.bulk_create(
        (
            Digest(digest=bytes.fromhex(str(said[field])), entry=delivery.entry.id)
            for field in FIELDS
            if field in said
        ),
        ignore_conflicts=True,
    )


def find_by_digest(digest: bytes) -> list[UUID]:
    """The acts that name a file with this SHA-256, oldest first."""
    found = Digest.objects.filter(digest=digest).order_by("entry")
    return list(found.values_list("entry", flat=True)[:20])
