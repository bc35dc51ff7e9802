"""The keystore of this process, and the acts on it."""

from base64 import b64encode

from django.conf import settings
from django.db import transaction

from tongban.journal.api import Subject, record, system, timeline
from tongban.keys.filestore import FileCustody
from tongban.keys.kinds import KeyCreated
from tongban.keys.ports import Custody

SEAL_KEY = "journal.seal"

_custody: Custody | None = None


def custody() -> Custody:
    """The keystore in use."""
    global _custody  # noqa: PLW0603 - opened once
    if _custody is None:
        _custody = FileCustody(settings.HOME / "keys")
    return _custody


def ensure_key(name: str, suite: str) -> None:
    """Create the key `name` (suite Ed25519 or ES256) and journal its public half; what stands already stays."""
    if not custody().has(name):
        custody().create(name, suite)
    on = Subject("key", name, 1)
    if timeline(objects=[str(on)], kinds=[KeyCreated.kind]):
        return
    public = b64encode(custody().public(name)).decode()
    with transaction.atomic():
        record(KeyCreated(name=name, suite=suite, public=public), on=on, by=system("keys"))


def ensure_seal_key() -> None:
    """Create the key of the journal's seal; part of setting up, before any process writes."""
    if not custody().has(SEAL_KEY):
        custody().create(SEAL_KEY, "HS256")


def seal(data: bytes) -> bytes:
    """Seal a journal entry: HMAC-SHA-256 under a key that is not in the database (32 bytes)."""
    return custody().sign(SEAL_KEY, data)
