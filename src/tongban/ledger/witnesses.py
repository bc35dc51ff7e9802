"""Which witnesses this installation asks, what its checkers demand of them, and how each of them stands."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from tongban.journal.api import ORIGINS
from tongban.kernel.errors import Misconfigured
from tongban.kernel.files import write_durably
from tongban.ledger.note import Verifier
from tongban.ledger.policy import NONE, Policy, read_policy
from tongban.ledger.sequencer import log_folder

#: The group of a policy that names the witnesses run by others; whoever is not in it is ours.
OUTSIDE = "outside"
NO_WITNESS = "quorum none\n"


@dataclass(frozen=True)
class WitnessState:
    """How a witness of the log `origin` stands. `outside`: somebody else runs it.

    `size` and `cosigned_at` are of its last cosignature, 0 and None before the first; `trouble` says in words why
    the last try failed, empty if it did not.
    """

    origin: str
    name: str
    vkey: str
    outside: bool
    size: int
    cosigned_at: datetime | None
    trouble: str
    tried_at: datetime | None


def witness_lines() -> str:
    """The operator's lines on witnesses, in the grammar of tlog-policy, quorum among them."""
    lines = settings.TONGBAN_WITNESSES.replace("\\n", "\n").strip()
    path = Path(settings.HOME) / "witnesses.txt"
    if not lines and path.exists():
        lines = path.read_text("utf-8").strip()
    return f"{lines}\n" if lines else NO_WITNESS


def lines_for_checkers() -> str:
    """The same lines for a policy that others keep: without remarks, and without addresses, which only we ask at."""
    kept = []
    for line in witness_lines().splitlines():
        words = line.split()
        if words and not words[0].startswith("#"):
            kept.append(" ".join(words[:3] if words[0] == "witness" else words))
    return "".join(f"{line}\n" for line in kept)


def witness_policy() -> Policy:
    """The witnesses to ask, with their addresses, and the quorum.

    Raises:
        BadInput: a line is not in the grammar of tlog-policy.
        Misconfigured: a witness has no address, or a log is named.
    """
    policy = read_policy(witness_lines())
    if policy.logs:
        raise Misconfigured("TONGBAN_WITNESSES names a log; it only says who watches ours.")
    for name in policy.witnesses:
        if not policy.addresses.get(name, "").startswith(("http://", "https://")):
            raise Misconfigured(
                f"The witness {name} has no address; write `witness NAME VKEY https://…` in TONGBAN_WITNESSES."
            )
    return policy


def served_head(origin: str) -> bytes:
    """The checkpoint to serve and to prove against (decision 14): the witnessed one; without a quorum else the published one.

    Empty before the first: a receipt under a head that lacks the quorum would be refused by every checker, for ever.
    """
    folder = log_folder(origin)
    if note := folder.witnessed():
        return note
    return folder.published() if read_policy(witness_lines()).quorum == NONE else b""


def outside_witnesses(policy: Policy) -> set[str]:
    """The names of the witnesses that others run: the members of the group `outside`, and of groups in it."""
    found: set[str] = set()
    waiting = [OUTSIDE]
    while waiting:
        name = waiting.pop()
        if name in policy.groups:
            waiting += policy.groups[name].members
        elif name in policy.witnesses:
            found.add(name)
    return found


def needs_an_outside_witness(policy: Policy) -> bool:
    """Whether no quorum is met by our own witnesses alone; only then can nobody here rewrite the log unseen."""
    outside = outside_witnesses(policy)
    own = [key for name, key in policy.witnesses.items() if name not in outside]
    return policy.quorum != NONE and not policy.is_met(own)


def witness_states() -> list[WitnessState]:
    """How every configured witness stands, by log and in the order of the policy."""
    policy = witness_policy()
    outside = outside_witnesses(policy)
    states = []
    for origin in ORIGINS:
        for name, key in policy.witnesses.items():
            kept = read_state(origin, key)
            states.append(
                WitnessState(
                    origin,
                    name,
                    str(key),
                    name in outside,
                    int(kept.get("size", 0)),
                    _moment(kept.get("cosigned_at")),
                    str(kept.get("trouble", "")),
                    _moment(kept.get("tried_at")),
                )
            )
    return states


def read_state(origin: str, key: Verifier) -> Mapping[str, str | int]:
    """What was kept of a witness; empty if nothing was, or if the file does not say it."""
    try:
        said = json.loads(_state_path(origin, key).read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def keep_state(origin: str, key: Verifier, state: Mapping[str, str | int]) -> None:
    """Keep how a witness stands, for pages and for the next start."""
    write_durably(_state_path(origin, key), json.dumps(state, ensure_ascii=False).encode())


def _state_path(origin: str, key: Verifier) -> Path:
    return (
        log_folder(origin).folder / "witnesses" / f"{hashlib.sha256(str(key).encode()).hexdigest()[:32]}.json"
    )


def _moment(seconds: str | int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
