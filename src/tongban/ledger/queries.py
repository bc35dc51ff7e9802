"""Reading the log: its heads, its trust policy, and the proof of one entry."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.journal.api import ORIGINS, opening
from tongban.kernel.errors import NotFound, Unavailable
from tongban.ledger.models import Head
from tongban.ledger.note import read_checkpoint
from tongban.ledger.policy import policy_text, revoked_text
from tongban.ledger.proof import opening_bytes, write_proof
from tongban.ledger.sequencer import key_name, log_folder, log_name
from tongban.ledger.signing import log_verifiers, revoked_verifiers
from tongban.ledger.store import LogFolder
from tongban.ledger.tiles import subtree_reader
from tongban.ledger.tree import inclusion_proof
from tongban.ledger.witnesses import lines_for_checkers


@dataclass(frozen=True)
class LogHead:
    """The signed head of a log."""

    origin: str
    name: str
    size: int
    root: bytes
    checkpoint: str
    signed_at: datetime


def log_heads() -> list[LogHead]:
    """The heads of all logs, by origin."""
    return [
        LogHead(head.origin, head.name, head.size, bytes(head.root), head.checkpoint, head.signed_at)
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

    Raises:
        NotFound: no such entry.
        Unavailable: the entry is not in the published log yet; it will be within seconds.
    """
    shown = opening(entry, for_subjects=for_subjects)
    folder = log_folder(shown.origin) if shown.origin else None
    note = _served(folder) if folder else b""
    size = _size(note) if note else 0
    if folder is None or shown.log_index is None or shown.log_index >= size:
        raise Unavailable("这一条刚刚记录，几秒后进入账本，请稍后再取证明。")
    try:
        path = inclusion_proof(shown.log_index, size, subtree_reader(size, folder.fetch))
    except FileNotFoundError as error:
        raise NotFound("账本文件不完整，暂时无法出具证明；运维人员已能看到这一情况。") from error
    return write_proof(opening_bytes(shown.columns, shown.parts), shown.log_index, path, note)


def _served(folder: LogFolder) -> bytes:
    """The witnessed head where there is one: what a checker with a quorum believes."""
    witnessed = folder.folder / "witnessed"
    return witnessed.read_bytes() if witnessed.exists() else folder.published()


def _size(note: bytes) -> int:
    return read_checkpoint(note.partition(b"\n\n")[0] + b"\n").size
