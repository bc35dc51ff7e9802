"""The trust policy that a checker holds: which logs and witnesses it believes, and how many (C2SP tlog-policy)."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from tongban.kernel.errors import BadInput
from tongban.ledger.note import COSIGNATURE, COSIGNATURE_ML_DSA, ED25519, BadNote, Verifier, read_vkey

NONE = "none"
#: At least 32 of each must be taken; more than these is no policy that anybody wrote by hand.
LINES_MAX = 1_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SPACE = re.compile(r"[ \t]+")
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Group:
    """Has witnessed a checkpoint if at least `least` of its members have."""

    least: int
    members: Sequence[str]


@dataclass(frozen=True)
class Policy:
    """What a checker trusts.

    `logs` are by name and key id; `witnesses` and `groups` by their names in the policy, in the order of its lines;
    `addresses` are the submission prefixes of witnesses that the policy gives; `quorum` is a name or `none`;
    `digest` is the SHA-256 of the policy's bytes, in hexadecimal, for a person to compare. `revoked` are log keys
    that somebody else may hold since a moment: what they signed holds only if the quorum cosigned it before.
    """

    logs: Mapping[tuple[str, bytes], Verifier] = field(default_factory=dict)
    witnesses: Mapping[str, Verifier] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    quorum: str = NONE
    digest: str = ""
    revoked: Mapping[tuple[str, bytes], datetime] = field(default_factory=dict)

    @property
    def trusted(self) -> dict[tuple[str, bytes], Verifier]:
        """Every key whose signature this policy can check, by name and key id."""
        return {**self.logs, **{(key.name, key.key_id): key for key in self.witnesses.values()}}

    def is_met(self, cosigners: Iterable[Verifier]) -> bool:
        """Whether cosignatures by these witnesses make the quorum."""
        if self.quorum == NONE:
            return True
        held = set(cosigners)
        witnessed = {name for name, key in self.witnesses.items() if key in held}
        for name, group in self.groups.items():
            if sum(member in witnessed for member in group.members) >= group.least:
                witnessed.add(name)
        return self.quorum in witnessed

    def names_of(self, keys: Iterable[Verifier]) -> list[str]:
        """How the policy calls these witnesses, in its own order."""
        held = set(keys)
        return [name for name, key in self.witnesses.items() if key in held]


def policy_text(logs: Iterable[Verifier], witnesses: str = "quorum none\n") -> str:
    """The text of a policy that trusts `logs`; `witnesses` are its further lines, the quorum among them."""
    return "".join(f"log {log}\n" for log in logs) + witnesses


def read_policy(text: str | bytes) -> Policy:
    """Read a trust policy; names are opaque bytes, so it is best given as bytes.

    Raises:
        BadInput: a line that is not in the grammar of tlog-policy, by its number; nothing is trusted then.
    """
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    if lines.pop():
        raise BadInput(f"Line {len(lines) + 1} of the trust policy does not end: the file was cut off.")
    if len(lines) > LINES_MAX:
        raise BadInput(f"The trust policy has more than {LINES_MAX} lines.")
    reading = _Reading()
    for number, line in enumerate(lines, 1):
        words = [word for word in _SPACE.split(line) if word]
        try:
            if control := _CONTROL.search(line):
                raise ValueError(f"holds the control character {control[0]!r}")
            if words and not words[0].startswith("#"):
                reading.take(words)
        except ValueError as error:
            raise BadInput(f"Line {number} of the trust policy {error}: {line!r}.") from error
    if reading.quorum is None:
        raise BadInput("The trust policy has no quorum line; write `quorum none` if no witness is asked for.")
    return Policy(
        reading.logs,
        reading.witnesses,
        reading.groups,
        reading.addresses,
        reading.quorum,
        hashlib.sha256(data).hexdigest(),
    )


def revoked_text(keys: Iterable[tuple[Verifier, datetime]]) -> str:
    """The file that names revoked log keys, each with the moment since which it is not to be believed."""
    return "".join(f"log {key} {since.astimezone(UTC):{_MOMENT}}\n" for key, since in keys)


def with_revoked(policy: Policy, text: str) -> Policy:
    """`policy`, believing also what these revoked keys signed while they were ours, as far as it was witnessed.

    The keys stand in a file of their own because tlog-policy has no word for them: other tools do not believe them.

    Raises:
        BadInput: a line is not `log VKEY MOMENT`.
    """
    logs, revoked = dict(policy.logs), {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        try:
            if len(words) != 3 or words[0] != "log":
                raise ValueError("is not `log VKEY MOMENT`")
            key = _key(words[1], ED25519)
            since = datetime.strptime(words[2], _MOMENT).replace(tzinfo=UTC)
        except ValueError as error:
            raise BadInput(f"Line {number} of the revoked keys {error}: {line!r}.") from error
        logs[key.name, key.key_id] = key
        revoked[key.name, key.key_id] = since
    return replace(policy, logs=logs, revoked=revoked)


class _Reading:
    """What the lines so far have defined; a line that does not fit raises ValueError with the end of a sentence."""

    def __init__(self) -> None:
        self.logs: dict[tuple[str, bytes], Verifier] = {}
        self.witnesses: dict[str, Verifier] = {}
        self.groups: dict[str, Group] = {}
        self.addresses: dict[str, str] = {}
        self.quorum: str | None = None
        self._members: set[str] = set()

    def take(self, words: list[str]) -> None:
        """One line that is neither empty nor a comment."""
        takers: dict[str, Callable[[list[str]], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        if words[0] not in takers:
            raise ValueError("begins with none of log, witness, group, quorum")
        takers[words[0]](words[1:])

    def _log(self, words: list[str]) -> None:
        if len(words) not in (1, 2):
            raise ValueError("is not `log VKEY [URL]`")
        key = _key(words[0], ED25519)
        if any(key.public == other.public for other in self.logs.values()):
            raise ValueError("names the key of an earlier log again")
        self.logs[key.name, key.key_id] = key

    def _witness(self, words: list[str]) -> None:
        if len(words) not in (2, 3):
            raise ValueError("is not `witness NAME VKEY [URL]`")
        name, key = self._new(words[0]), _key(words[1], COSIGNATURE, COSIGNATURE_ML_DSA)
        if any(key.public == other.public for other in self.witnesses.values()):
            raise ValueError("names the key of an earlier witness again")
        self.witnesses[name] = key
        if len(words) == 3:
            self.addresses[name] = words[2]

    def _group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise ValueError("is not `group NAME all|any|K NAME...`, with at least one member")
        name, rule, *members = words
        self._new(name)
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                raise ValueError(f"names {member!r}, which no line before it defines")
            if member in self._members:
                raise ValueError(f"names {member!r}, which is a member already; each may be one once")
            self._members.add(member)
        least = {"all": len(members), "any": 1}.get(rule)
        if least is None:
            if not re.fullmatch(r"[1-9][0-9]{0,5}", rule) or int(rule) > len(members):
                raise ValueError(
                    f"asks for {rule!r} of {len(members)} members, not all, any or a number of them"
                )
            least = int(rule)
        self.groups[name] = Group(least, tuple(members))

    def _quorum(self, words: list[str]) -> None:
        if len(words) != 1:
            raise ValueError("is not `quorum NAME`")
        if self.quorum is not None:
            raise ValueError("is a second quorum; there is exactly one")
        if words[0] != NONE and words[0] not in self.witnesses and words[0] not in self.groups:
            raise ValueError(f"names {words[0]!r}, which no line before it defines")
        self.quorum = words[0]

    def _new(self, name: str) -> str:
        if name == NONE:
            raise ValueError("defines `none`, which has its meaning already")
        if name in self.witnesses or name in self.groups:
            raise ValueError(f"defines {name!r} a second time")
        return name


def _key(vkey: str, *suites: int) -> Verifier:
    try:
        key = read_vkey(vkey)
    except BadNote as error:
        raise ValueError(f"has a bad key ({error})") from error
    if key.suite not in suites:
        raise ValueError("has a key of the other kind: a log signs, a witness cosigns")
    return key
