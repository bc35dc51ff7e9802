"""How a log signs: with its key, and while a new one takes over with both, so that no checker is left behind."""

import itertools
from collections.abc import Iterable
from datetime import datetime

from tongban.kernel.errors import Misconfigured
from tongban.keys.api import KeyGeneration, custody, key_generations, signing_keys
from tongban.ledger.note import Checkpoint, Verifier, signature_line


def sign_note(checkpoint: Checkpoint, *, key: str) -> str:
    """The note of `checkpoint`, signed by every key that signs under the name `key` now.

    Raises:
        Misconfigured: there is none.
    """
    text = str(checkpoint)
    lines = [
        signature_line(one.name, one.key_id, custody().sign(held.held_as, text.encode()))
        for held, one in _verifiers(signing_keys(key), checkpoint.origin)
    ]
    if not lines:
        raise Misconfigured(
            f"The journal names no key {key} that signs now: this database is not the one that the keys belong to."
        )
    return f"{text}\n{''.join(lines)}"


def log_verifiers(*, key: str, name: str) -> list[Verifier]:
    """Every key that a log signed with and that is not revoked, oldest first: old receipts stay good."""
    return [one for held, one in _verifiers(key_generations(key), name) if held.revoked is None]


def every_verifier(*, key: str, name: str) -> dict[tuple[str, bytes], Verifier]:
    """Every key that a log ever signed with, by name and key id: for reading our own heads.

    Also those that only custody knows: a database restored from before a hand-over must not call later heads altered.
    """
    known = key_generations(key)
    found = [one for _, one in _verifiers(known, name)]
    for number in itertools.count(len(known) + 1):
        held = f"{key}@{number}"
        if not custody().has(held):
            break
        found.append(Verifier(name, custody().public(held)))
    return {(one.name, one.key_id): one for one in found}


def revoked_verifiers(*, key: str, name: str) -> list[tuple[Verifier, datetime]]:
    """The log's keys that others may hold, each with the moment since which."""
    return [(one, held.revoked) for held, one in _verifiers(key_generations(key), name) if held.revoked]


def _verifiers(keys: Iterable[KeyGeneration], name: str) -> list[tuple[KeyGeneration, Verifier]]:
    return [(key, Verifier(name, key.public)) for key in keys]
