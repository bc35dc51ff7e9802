"""The trust policy that a checker holds: which logs it believes (C2SP tlog-policy)."""

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.kernel.errors import BadInput
from tongban.ledger.note import BadNote, Verifier, read_vkey


@dataclass(frozen=True)
class Policy:
    """The trusted logs, by name and key id."""

    logs: dict[tuple[str, bytes], Verifier]


def policy_text(logs: Iterable[Verifier]) -> str:
    """The text of a policy that trusts `logs` and asks for no witness."""
    return "".join(f"log {log}\n" for log in logs) + "quorum none\n"


def read_policy(text: str) -> Policy:
    """Read a trust policy.

    Raises:
        BadInput: a line that this program cannot check; nothing is trusted then.
    """
    logs = {}
    for number, line in enumerate(text.split("\n"), 1):
        words = line.split()
        if not words or words[0].startswith("#") or words == ["quorum", "none"]:
            continue
        if words[0] != "log" or len(words) not in (2, 3):
            raise BadInput(f"Line {number} of the trust policy cannot be checked by this program: {line!r}.")
        try:
            verifier = read_vkey(words[1])
        except BadNote as error:
            raise BadInput(f"Line {number} of the trust policy: {error}.") from error
        logs[verifier.name, verifier.key_id] = verifier
    if not logs:
        raise BadInput("The trust policy names no log.")
    return Policy(logs)
