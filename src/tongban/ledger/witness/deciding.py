"""The one decision of a witness: does this checkpoint extend what I saw of its log? (C2SP tlog-witness)."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongban.kernel import clock
from tongban.ledger.note import (
    BadNote,
    BadSignature,
    Checkpoint,
    Verifier,
    open_signed,
    read_checkpoint,
    signature_lines,
    strict_b64,
)
from tongban.ledger.tree import EMPTY_ROOT, is_consistent
from tongban.ledger.witness.key import WitnessKey
from tongban.ledger.witness.store import Head, WitnessStore

PROOF_LINES_MAX = 63
SIZE_MAX = (1 << 63) - 1
#: A clock that is corrected by less goes on from where it was; one that went back further is not believed.
CLOCK_CORRECTED_S = 60

Trusted = Mapping[tuple[str, bytes], Verifier]


@dataclass(frozen=True)
class Answer:
    """An answer in HTTP's words."""

    status: int
    body: str
    content_type: str = "text/plain; charset=utf-8"


class _RefusedError(Exception):
    """The request ends here, with this answer."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.answer = Answer(status, f"{sentence}\n")


@dataclass(frozen=True)
class _Request:
    old: int
    proof: list[bytes]
    note: bytes


def request_body(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """The body of an `add-checkpoint`: the size seen last, the proof from there, and the checkpoint."""
    hashes = [b64encode(one).decode() for one in proof]
    return "".join(f"{line}\n" for line in [f"old {old}", *hashes, ""]).encode() + note


def add_checkpoint(body: bytes, *, logs: Trusted, key: WitnessKey, store: WitnessStore) -> Answer:
    """Answer one `add-checkpoint`: 200 with a cosignature, or 400, 403, 404, 409, 422, 503 with a reason."""
    try:
        request = _read_request(body)
        keys = _keys_of(request.note, logs)
        text, checkpoint = _signed_checkpoint(request, keys)
    except _RefusedError as refused:
        return refused.answer
    signed = text + b"\n" + signature_lines(request.note, keys)
    with store.deciding():
        return _decide(request, checkpoint, (text, signed), key=key, store=store)


def _keys_of(note: bytes, logs: Trusted) -> Trusted:
    origin = note.partition(b"\n")[0]
    keys = {place: log for place, log in logs.items() if log.name.encode() == origin}
    if not keys:
        raise _RefusedError(404, "this witness does not know that log")
    return keys


def _signed_checkpoint(request: _Request, keys: Trusted) -> tuple[bytes, Checkpoint]:
    try:
        text, signatures = open_signed(request.note, keys)
        checkpoint = read_checkpoint(text)
    except BadSignature as error:
        raise _RefusedError(403, str(error)) from error
    except BadNote as error:
        raise _RefusedError(400, str(error)) from error
    if not signatures:
        raise _RefusedError(403, "no key that this witness trusts signed the checkpoint")
    if request.old > checkpoint.size or checkpoint.size > SIZE_MAX:
        raise _RefusedError(400, "the old size is larger than the checkpoint's")
    return text, checkpoint


def _decide(
    request: _Request,
    checkpoint: Checkpoint,
    note: tuple[bytes, bytes],
    *,
    key: WitnessKey,
    store: WitnessStore,
) -> Answer:
    """Compare with what is stored and store, inside one transaction. `note` is the body, and body and log's lines."""
    origin, (text, signed) = checkpoint.origin, note
    now = int(clock.real_now().timestamp())
    last = store.head(origin)
    contradicts = last is not None and last.size == checkpoint.size and last.root != checkpoint.root
    fits = not contradicts and _extends(request, checkpoint, last)
    at_last = request.old == (last.size if last else 0)
    if last and (contradicts or (at_last and not fits)):
        store.keep_evidence(
            origin,
            "forked" if contradicts else "unproved",
            at=now,
            size=checkpoint.size,
            root=checkpoint.root,
            earlier=last.note,
            later=signed,
        )
    if not at_last:
        return Answer(409, f"{last.size if last else 0}\n", "text/x.tlog.size")
    if not fits:
        return Answer(422, "the proof does not show that the checkpoint extends the last one\n")
    if last and now < last.cosigned_at - CLOCK_CORRECTED_S:
        return Answer(503, "the clock of this witness went back; its operator has to look\n")
    at = max(now, last.cosigned_at if last else 0)
    line = key.cosign(text, at)
    store.keep_head(origin, Head(checkpoint.size, checkpoint.root, signed + line.encode(), at))
    return Answer(200, line)


def _extends(request: _Request, checkpoint: Checkpoint, last: Head | None) -> bool:
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        return False
    if last is None or last.size == 0:
        return not request.proof
    return is_consistent(last.size, checkpoint.size, last.root, checkpoint.root, request.proof)


def _read_request(body: bytes) -> _Request:
    head, gap, note = body.partition(b"\n\n")
    first, *rest = head.split(b"\n")
    old = re.fullmatch(rb"old (0|[1-9][0-9]{0,18})", first)
    if not gap or not old:
        raise _RefusedError(
            400, "the request is not `old` and a size, lines of proof, an empty line, a checkpoint"
        )
    if len(rest) > PROOF_LINES_MAX:
        raise _RefusedError(400, f"there are more than {PROOF_LINES_MAX} lines of proof")
    try:
        proof = [strict_b64(line.decode()) for line in rest]
    except ValueError as error:
        raise _RefusedError(400, "a line of the proof is not base64") from error
    if any(len(one) != 32 for one in proof):
        raise _RefusedError(400, "a hash of the proof is not 32 bytes")
    return _Request(int(old[1]), proof, note)
