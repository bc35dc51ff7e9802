"""Whether a checkpoint may be believed: signed by a trusted log, witnessed by the quorum, fresh enough. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from tongban.kernel import clock
from tongban.ledger.note import BadNote, Checkpoint, Signature, Verifier, open_signed, read_checkpoint
from tongban.ledger.policy import NONE, Policy

#: A witness's clock may run ahead of ours by so much.
CLOCKS_DIFFER = timedelta(minutes=5)


class Refused(ValueError):  # noqa: N818 - the verdict is the word
    """What was checked does not hold.

    `what` is one of: unreadable, altered, not in the log, unknown log, witness missing, stale, log forked, incomplete.
    """

    def __init__(self, what: str, sentence: str) -> None:
        super().__init__(sentence)
        self.what = what


@dataclass(frozen=True)
class Witnessed:
    """A trusted witness, as the policy calls it, and when it cosigned."""

    name: str
    at: datetime


@dataclass(frozen=True)
class TrustedHead:
    """A checkpoint that the policy accepts, and the witnesses that the policy knows among its signers."""

    checkpoint: Checkpoint
    witnessed: Sequence[Witnessed]


def trusted_head(note: bytes, policy: Policy, *, max_age: timedelta | None = None) -> TrustedHead:
    """The checkpoint in `note`, if the policy accepts it; with `max_age` its quorum must also be that young.

    Raises:
        Refused: says which of: altered, unknown log, witness missing, stale.
    """
    try:
        text, signatures = open_signed(note, policy.trusted)
        checkpoint = read_checkpoint(text)
    except BadNote as error:
        raise Refused("altered", f"The checkpoint does not hold: {error}.") from error
    cosigned = {one.by: one.at for one in signatures if one.at is not None}
    _check_log(checkpoint, signatures, cosigned, policy)
    if not policy.is_met(cosigned):
        held = "、".join(policy.names_of(cosigned)) or "none"
        raise Refused(
            "witness missing",
            f"The checkpoint of {checkpoint.origin} at {checkpoint.size} entries is not cosigned by the quorum "
            f"{policy.quorum} of the trust policy (cosigned by: {held}).",
        )
    if max_age is not None:
        _check_age(checkpoint, cosigned, policy, max_age)
    witnessed = [
        Witnessed(name, _moment(cosigned[key])) for name, key in policy.witnesses.items() if key in cosigned
    ]
    return TrustedHead(checkpoint, witnessed)


def check_same_history(heads: Sequence[Checkpoint]) -> None:
    """Refuse checkpoints of one log that name two roots for one size.

    Raises:
        Refused: log forked.
    """
    roots: dict[tuple[str, int], bytes] = {}
    for head in heads:
        if roots.setdefault((head.origin, head.size), head.root) != head.root:
            raise Refused(
                "log forked",
                f"The log {head.origin} signed two different histories of {head.size} entries. Keep both files: "
                "they prove it.",
            )


def check_evidence(data: bytes, policy: Policy) -> str:
    """Judge what a witness keeps against a log (`/…/evidence`); returns a sentence if none of it proves a fork.

    Raises:
        Refused: unreadable, unknown log, altered; log forked if two notes prove it.
    """
    try:
        said = json.loads(data)
        pairs = [(one["earlier"].encode(), one["later"].encode()) for one in said["evidence"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused("unreadable", "This is no evidence of a witness, or it was altered.") from error
    signed_only = replace(policy, quorum=NONE)
    for pair in pairs:
        check_same_history([trusted_head(note, signed_only).checkpoint for note in pair])
    return f"{len(pairs)} pairs of heads, none of which proves by itself that the log forked"


def _check_log(
    checkpoint: Checkpoint, signatures: Sequence[Signature], cosigned: dict[Verifier, int], policy: Policy
) -> None:
    own = [one.by for one in signatures if one.at is None and one.by.name == checkpoint.origin]
    if any((key.name, key.key_id) not in policy.revoked for key in own):
        return
    if not own:
        raise Refused(
            "unknown log",
            f"No log of the trust policy signed this checkpoint of {checkpoint.origin}; "
            "it is another log's, or its signature was altered.",
        )
    since = max(policy.revoked[key.name, key.key_id] for key in own)
    before = [key for key, at in cosigned.items() if _moment(at) < since]
    if policy.quorum == NONE or not policy.is_met(before):
        raise Refused(
            "unknown log",
            f"The key that signed this checkpoint of {checkpoint.origin} is revoked as of {since:%Y-%m-%dT%H:%M:%SZ}; "
            "only checkpoints that the quorum cosigned before then still hold.",
        )


def _check_age(
    checkpoint: Checkpoint, cosigned: dict[Verifier, int], policy: Policy, max_age: timedelta
) -> None:
    now = clock.real_now()
    fresh = [key for key, at in cosigned.items() if now - max_age <= _moment(at) <= now + CLOCKS_DIFFER]
    if fresh and policy.is_met(fresh):
        return
    newest = (
        f"the newest is of {_moment(max(cosigned.values())):%Y-%m-%dT%H:%M:%SZ}"
        if cosigned
        else "it has none"
    )
    raise Refused(
        "stale",
        f"No quorum of cosignatures of the checkpoint of {checkpoint.origin} at {checkpoint.size} entries is younger "
        f"than {int(max_age.total_seconds())} s ({newest}): a newer checkpoint may be withheld from you.",
    )


def _moment(seconds: int) -> datetime:
    """A cosignature's time; what no calendar holds is the end of time, so that it is neither fresh nor early."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=UTC)
