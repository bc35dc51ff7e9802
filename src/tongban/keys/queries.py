"""Which keys there are under a name: the journal tells, custody holds them."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from tongban.journal.api import EntryView, timeline
from tongban.kernel import clock
from tongban.kernel.canonical import Json, canonical
from tongban.kernel.ids import moment_of
from tongban.keys.generation import KeyGeneration
from tongban.keys.kinds import KeyCreated, KeyRevoked, KeyRotated
from tongban.keys.models import KeyName

MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_DOMAIN = b"tongban/key-rotation/v1\n"
_KINDS = (KeyCreated.kind, KeyRotated.kind, KeyRevoked.kind)

#: By name: the entry of the last act on the key, and its generations as the journal told them then.
_told: dict[str, tuple[UUID, tuple[KeyGeneration, ...]]] = {}


def key_generations(name: str) -> list[KeyGeneration]:
    """Every key that the journal names under `name`, oldest first; none if there was never one."""
    return keys_by_name([name])[name]


def keys_by_name(names: Sequence[str]) -> dict[str, list[KeyGeneration]]:
    """The generations of each of these keys, oldest first; the journal is read again only after an act on one of them."""
    return _generations(names, dict(KeyName.objects.filter(name__in=names).values_list("name", "last")))


def every_key(prefix: str = "") -> dict[str, list[KeyGeneration]]:
    """Every key whose name begins so, by name."""
    last = dict(KeyName.objects.filter(name__startswith=prefix).order_by("name").values_list("name", "last"))
    return _generations(list(last), last)


def _generations(names: Sequence[str], last: Mapping[str, UUID]) -> dict[str, list[KeyGeneration]]:
    unread = [name for name, entry in last.items() if name not in _told or _told[name][0] != entry]
    if unread:
        found: dict[str, list[KeyGeneration]] = {name: [] for name in unread}
        acts = timeline(objects=[f"key:{name}" for name in unread], kinds=_KINDS)
        for act in sorted(acts, key=lambda one: one.object_version):
            _take(found[act.object.removeprefix("key:")], act)
        _told.update({name: (last[name], tuple(keys)) for name, keys in found.items()})
    return {name: list(_told[name][1]) if name in last else [] for name in names}


def _take(found: list[KeyGeneration], act: EntryView) -> None:
    said = act.content
    if act.kind == KeyRevoked.kind:
        place = int(str(said["number"])) - 1
        found[place] = replace(found[place], revoked=_moment(said["since"]), reason=str(said["reason"]))
        return
    if act.kind == KeyRotated.kind:
        found[-1] = replace(found[-1], until=_moment(said["until"]))
    public, since = b64decode(str(said["public"])), moment_of(act.id)
    new = KeyGeneration(str(said["name"]), len(found) + 1, str(said["suite"]), public)
    found.append(replace(new, since=since, entry=act.id))


def current_key(name: str) -> str:
    """The newest key under `name`, as custody holds it."""
    known = key_generations(name)
    return known[-1].held_as if known else name


def signing_keys(name: str) -> list[KeyGeneration]:
    """The keys that sign under `name` now, oldest first: while one takes over from another, both."""
    now = clock.real_now()
    return [key for key in key_generations(name) if key.signs(now)]


def rotation_statement(
    *, name: str, suite: str, number: int, previous: str, public: str, until: str
) -> bytes:
    """What both keys sign when one takes over from the other; keys in base64, the moment in UTC."""
    said: Mapping[str, Json] = {
        "name": name,
        "suite": suite,
        "number": number,
        "previous": previous,
        "public": public,
        "until": until,
    }
    return _DOMAIN + canonical(said)


def _moment(text: Json) -> datetime:
    return datetime.strptime(str(text), MOMENT).replace(tzinfo=UTC)
