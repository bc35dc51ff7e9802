"""The keystore of this process, and the acts on it."""

from base64 import b64encode

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from tongban.journal.api import Act, Actor, Subject, record, system
from tongban.kernel.errors import Misconfigured
from tongban.keys.kinds import KeyCreated
from tongban.keys.models import KeyName
from tongban.keys.ports import Custody

SEAL_KEY = "journal.seal"
#: Keys that no signature needs: what is stored encrypted, and digests of codes that people hold.
STORAGE_KEY, DIGEST_KEY = "storage.secrets", "storage.digests"

_custody: Custody | None = None


def custody() -> Custody:
    """The keystore in use."""
    global _custody  # noqa: PLW0603 - opened once
    if _custody is None:
        _custody = open_custody(settings.TONGBAN_CUSTODY)
    return _custody


def open_custody(name: str) -> Custody:
    """The keystore of a class named as `package.module.Class`.

    Raises:
        Misconfigured: there is no such class.
    """
    try:
        opened: Custody = import_string(name)(settings.HOME / "keys")
    except ImportError as error:
        raise Misconfigured(f"TONGBAN_CUSTODY is {name}, which is no class that can be imported.") from error
    return opened


def ensure_key(name: str, suite: str) -> None:
    """Create the key `name` (suite Ed25519 or ES256) and journal its public half; what stands already stays."""
    if not custody().has(name):
        custody().create(name, suite)
    if KeyName.objects.filter(pk=name).exists():
        return
    public = b64encode(custody().public(name)).decode()
    with transaction.atomic():
        note_act(KeyCreated(name=name, suite=suite, public=public), name=name, version=1)


def note_act(act: Act, *, name: str, version: int, by: Actor | None = None, basis: str = "") -> None:
    """Journal an act on a key, and let every process read the key anew."""
    entry = record(act, on=Subject("key", name, version), by=by or system("keys"), basis=basis)
    KeyName.objects.update_or_create(name=name, defaults={"last": entry})


def ensure_secret_keys() -> None:
    """Create the key of the journal's seal and those of stored secrets; part of setting up, before any process writes."""
    for name, suite in ((SEAL_KEY, "HS256"), (STORAGE_KEY, "A256GCM"), (DIGEST_KEY, "HS256")):
        if not custody().has(name):
            custody().create(name, suite)


def seal(data: bytes) -> bytes:
    """Seal a journal entry: HMAC-SHA-256 under a key that is not in the database (32 bytes)."""
    return custody().sign(SEAL_KEY, data)


def conceal(data: bytes, *, bound_to: str) -> bytes:
    """Encrypt what is stored; it opens only with this installation's key and the same `bound_to`."""
    return custody().encrypt(STORAGE_KEY, data, bound_to=bound_to.encode())


def reveal(data: bytes, *, bound_to: str) -> bytes:
    """What `conceal` was given.

    Raises:
        Misconfigured: it was made with another key or for another place.
    """
    return custody().decrypt(STORAGE_KEY, data, bound_to=bound_to.encode())


def keyed_digest(data: bytes) -> bytes:
    """A digest that nobody can search through without the key (HMAC-SHA-256, 32 bytes)."""
    return custody().sign(DIGEST_KEY, data)
