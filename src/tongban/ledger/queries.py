"""Reading the log: its heads, its trust policy, and the proof of one entry."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.journal.api import ORIGINS, opening
from tongban.kernel.errors import NotFound, Unavailable
from tongban.ledger.models import Head
from tongban.ledger.note import BadNote, Checkpoint, read_checkpoint
from tongban.ledger.policy import policy_text, revoked_text
from tongban.ledger.proof import opening_bytes, write_proof
from tongban.ledger.sequencer import key_name, log_folder, log_name
from tongban.ledger.signing import log_verifiers, revoked_verifiers
from tongban.ledger.store import LogFolder
from tongban.ledger.tiles import HASH_BYTES, TILE_WIDTH, subtree_reader, tile_path
from tongban.ledger.tree import inclusion_proof, root_of_inclusion
from tongban.ledger.witnesses import lines_for_checkers, served_head


@dataclass(frozen=True)
class LogHead:
    """The signed head of a log; `refusal` says why it is stopped, empty while it is not."""

    origin: str
    name: str
    size: int
    root: bytes
    checkpoint: str
    signed_at: datetime
    refusal: str
    refused_at: datetime | None


def log_heads() -> list[LogHead]:
    """The heads of all logs, by origin."""
    return [
        LogHead(
            head.origin,
            head.name,
            head.size,
            bytes(head.root),
            head.checkpoint,
            head.signed_at,
            head.refusal,
            head.refused_at,
        )
        for head in Head.objects.order_by("origin")
    ]


def trust_policy() -> str:
    """The policy file that lets anybody check this installation's proofs.

    Raises:
        NotFound: the logs were not created yet.
    """
    if not Head.objects.exists():
        raise NotFound("本站还没有建立账本，所以还没有账本公钥。运维人员用 tongban ledger create 建立。")
    keys = [log_verifiers(key=key_name(origin), name=log_name(origin)) for origin in ORIGINS]
    return policy_text(itertools.chain(*keys), lines_for_checkers())


def revoked_keys() -> str:
    """The file of revoked log keys that goes with the policy; empty if there is none."""
    return revoked_text(
        key for origin in ORIGINS for key in revoked_verifiers(key=key_name(origin), name=log_name(origin))
    )


def prove(entry: UUID, *, for_subjects: Sequence[UUID] | None = ()) -> str:
    """The `.tlog-proof` of an entry, opening its common part and the parts of `for_subjects` (None: of all).

    It leads to the served checkpoint, the witnessed one where there are witnesses, and is checked before it is given.

    Raises:
        NotFound: no such entry.
        Unavailable: the entry is not under the served checkpoint yet, or the files of the log do not fit.
    """
    shown = opening(entry, for_subjects=for_subjects)
    folder = log_folder(shown.origin) if shown.origin else None
    note = served_head(shown.origin) if shown.origin else b""
    try:
        checkpoint = read_checkpoint(note.partition(b"\n\n")[0] + b"\n") if note else None
    except BadNote as error:
        raise Unavailable(_BROKEN) from error
    if folder is None or checkpoint is None or shown.log_index is None or shown.log_index >= checkpoint.size:
        raise Unavailable("这一条刚刚记录，几秒后进入账本，请稍后再取证明。")
    path = _path(folder, shown.log_index, checkpoint)
    return write_proof(opening_bytes(shown.columns, shown.parts), shown.log_index, path, note)


def _path(folder: LogFolder, index: int, checkpoint: Checkpoint) -> list[bytes]:
    """The hashes from a leaf to the checkpoint, tried on the leaf's own hash in its tile."""
    number, offset = divmod(index, TILE_WIDTH)
    width = min(TILE_WIDTH, checkpoint.size - number * TILE_WIDTH)
    try:
        leaf = folder.fetch(tile_path(0, number, width))[offset * HASH_BYTES :][:HASH_BYTES]
        path = inclusion_proof(index, checkpoint.size, subtree_reader(checkpoint.size, folder.fetch))
    except (OSError, ValueError, IndexError) as error:
        raise Unavailable(_BROKEN) from error
    if root_of_inclusion(leaf, index, checkpoint.size, path) != checkpoint.root:
        raise Unavailable(_BROKEN)
    return path


_BROKEN = "账本文件与签名不符，暂时无法出具证明；记录本身没有丢，运维人员已能看到这一情况。"
