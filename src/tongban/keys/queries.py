"""Which keys there are under a name: the journal tells, custody holds them."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tongban.journal.api import EntryView, timeline
from tongban.kernel import clock
from tongban.kernel.canonical import Json, canonical
from tongban.keys.kinds import KeyCreated, KeyRevoked, KeyRotated

MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_DOMAIN = b"tongban/key-rotation/v1\n"


@dataclass(frozen=True)
class KeyGeneration:
    """A key under a name that is for ever: the first is held as `name`, the second as `name@2`, and so on.

    `until` is when it stops signing, None for the newest; `revoked` since when it is not to be believed. Real time.
    """

    name: str
    number: int
    suite: str
    public: bytes
    until: datetime | None = None
    revoked: datetime | None = None

    @property
    def held_as(self) -> str:
        """Its name in custody, and the key id of what it signs."""
        return self.name if self.number == 1 else f"{self.name}@{self.number}"

    def signs(self, now: datetime) -> bool:
        """Whether it signs at `now`."""
        return self.revoked is None and (self.until is None or now < self.until)


def key_generations(name: str) -> list[KeyGeneration]:
    """Every key that the journal names under `name`, oldest first; none if there was never one."""
    return keys_by_name([name])[name]


def keys_by_name(names: Sequence[str]) -> dict[str, list[KeyGeneration]]:
    """The generations of each of these keys, oldest first, in one query."""
    found: dict[str, list[KeyGeneration]] = {name: [] for name in names}
    kinds = [KeyCreated.kind, KeyRotated.kind, KeyRevoked.kind]
    acts = timeline(objects=[f"key:{name}" for name in found], kinds=kinds)
    for act in sorted(acts, key=lambda one: one.object_version):
        _take(found[act.object.removeprefix("key:")], act)
    return found


def _take(found: list[KeyGeneration], act: EntryView) -> None:
    said = act.content
    if act.kind == KeyRevoked.kind:
        place = int(str(said["number"])) - 1
        found[place] = replace(found[place], revoked=_moment(said["since"]))
        return
    if act.kind == KeyRotated.kind:
        found[-1] = replace(found[-1], until=_moment(said["until"]))
    public = b64decode(str(said["public"]))
    found.append(KeyGeneration(str(said["name"]), len(found) + 1, str(said["suite"]), public))


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
