"""What the gateway reads of its callers, and its own key and memory of calls."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q

from tongban.catalogue.api import get_resources
from tongban.exchange.answering.call import REPLAYED, CallRefused, not_known
from tongban.exchange.answering.values import BUCKETS, Caller
from tongban.exchange.models import Binding, Grant, Subsystem, SubsystemKey
from tongban.exchange.ports import FeedSource, source_of
from tongban.kernel import clock
from tongban.keys.api import custody, ensure_key

#: The key that signs the gateway's answers.
GATEWAY_KEY = "exchange.gateway"
#: The key that signs answers from invented rows, so that nobody takes one for a real one.
SANDBOX_KEY = "exchange.sandbox"
KEYS_KEPT = 10_000
#: How far the clocks of our processes may be apart, in seconds.
CLOCKS_APART_S = 25


@dataclass(frozen=True)
class Interface:
    """A resource that can be called: at which agency, how, and whether this caller may.

    `forms` are those of the caller's grants in force; `fed` says whether there are pages of it (`batch`, `changes`).
    """

    resource: str
    name: str
    agency: str
    mode: str
    items: tuple[tuple[str, str, str], ...]
    allowed: bool
    forms: frozenset[str] = frozenset()
    fed: bool = False


def find_key(key: str) -> tuple[str, bytes]:
    """Suite and public bytes of a key; two empty ones for a key nobody registered. Whether it may sign is not said."""
    suite, public, _owner = _key(key)
    return suite, public


def owner_of(key: str) -> str:
    """The subsystem that a key, token or address was given to; empty for one that nobody registered."""
    return _key(key)[2]


def _key(key: str) -> tuple[str, bytes, str]:
    if key in _keys:
        return _keys[key]
    row = SubsystemKey.objects.filter(pk=key).values_list("suite", "public", "subsystem_id").first()
    if row is None:
        return "", b"", ""
    if len(_keys) >= KEYS_KEPT:
        _keys.clear()
    return _keys.setdefault(key, (row[0], bytes(row[1]), row[2]))


#: Keys are never replaced under their id, nor given to another, so what was read once stays true.
_keys: dict[str, tuple[str, bytes, str]] = {}


def is_known(caller: Caller) -> bool:
    """Whether the key stands for the subsystem now. The answering statement asks this by itself."""
    now = clock.real_now()
    rows = SubsystemKey.objects.filter(
        pk=caller.key,
        subsystem=caller.client,
        revoked_at=None,
        valid_from__lte=now,
        subsystem__stopped_at=None,
    )
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=now)).exists()


def admit(caller: Caller) -> None:
    """Take a message that writes: its key stands for the subsystem, and it came once. Part of the caller's transaction.

    Raises:
        CallRefused: the key does not stand for it now, or the message came before.
    """
    if not is_known(caller):
        raise not_known(caller)
    take_nonce(caller)


def take_nonce(caller: Caller) -> None:
    """Note the number of the caller's message, if it has one, so that it cannot come again.

    Raises:
        CallRefused: it came before.
    """
    if not caller.nonce:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into exchange_nonce (bucket, key, nonce) values (%s, %s, %s) on conflict do nothing",
            [caller.created // 60 % BUCKETS, caller.key, caller.nonce],
        )
        if cursor.rowcount != 1:
            raise CallRefused(*REPLAYED)


def ensure_gateway_key() -> None:
    """Make the keys that sign answers, the real ones' and the sandbox's, and journal their public halves."""
    for key in (GATEWAY_KEY, SANDBOX_KEY):
        ensure_key(key, "ES256")


def sign_as_gateway(data: bytes, *, key: str = GATEWAY_KEY) -> bytes:
    """Sign an answer: 64 bytes, r and s."""
    return custody().sign(key, data)


def passed_bucket(now: float) -> int | None:
    """The bucket whose minute nobody can replay any more: the one two minutes ahead, and so two behind.

    None in the first part of a minute: a process whose clock is that much behind still takes calls of that bucket.
    """
    return None if now % 60 < CLOCKS_APART_S else (int(now) // 60 + 2) % BUCKETS


def forget_passed_nonces() -> None:
    """Empty the bucket that has passed, if there is one just now; not if it takes so long that it may serve again."""
    bucket = passed_bucket(clock.real_now().timestamp())
    if bucket is None:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '5s'")
        cursor.execute(f"truncate exchange_nonce_{bucket:d}")


def list_subsystems() -> list[tuple[str, str]]:
    """Code and title of each subsystem that is not stopped, by code."""
    return list(Subsystem.objects.filter(stopped_at=None).order_by("code").values_list("code", "title"))


def list_subsystems_of(agency: str) -> list[tuple[str, str]]:
    """Code and title of each of an agency's subsystems that is not stopped, by code."""
    rows = Subsystem.objects.filter(agency=agency, stopped_at=None)
    return list(rows.order_by("code").values_list("code", "title"))


def interfaces_of(
    agency: str, *, resources: Sequence[str] | None = None, caller: str = ""
) -> list[Interface]:
    """The interfaces at an agency, by resource; `allowed` says whether `caller` holds a grant in force. Three queries."""
    today = clock.today()
    rows = Binding.objects.order_by("resource")
    held = {row.resource: row for row in (rows.filter(resource__in=resources) if resources else rows)}
    granted: dict[str, set[str]] = {}
    grants = Grant.objects.filter(subsystem=caller, resource__in=held, stopped_at=None, valid_from__lte=today)
    for row in grants if caller else grants.none():
        if row.valid_to is None or row.valid_to >= today:
            granted.setdefault(row.resource, set()).update(row.forms)
    return [
        Interface(
            code,
            resource.name,
            resource.agency,
            held[code].mode,
            tuple((item.code, item.name, item.type) for item in resource.items if item.sharing != "refused"),
            code in granted,
            frozenset(granted.get(code, ())),
            held[code].mode == "query" and isinstance(source_of(held[code].adapter), FeedSource),
        )
        for code, resource in sorted(get_resources(held).items())
        if resource.agency == agency
    ]
