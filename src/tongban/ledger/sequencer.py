"""The sequencer: takes placed entries into the log, one transaction a round (design 7).

Order: lock the head, read the batch, read back and hash the tree's edge, stage the new files durably, sign, update
the head. The commit of that update is the compare-and-swap. Only then are the files put in place and the checkpoint
published, and only a larger one. A log that does not fit its head stops here; acts go on.
"""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tongban.journal.api import ORIGINS, leaf_sources
from tongban.kernel import clock
from tongban.kernel.errors import Misconfigured
from tongban.keys.api import current_key, custody, ensure_key
from tongban.ledger.leaf import leaf_of
from tongban.ledger.models import Head
from tongban.ledger.note import BadNote, Checkpoint, Verifier, open_note, read_checkpoint
from tongban.ledger.signing import every_verifier, sign_note
from tongban.ledger.store import LogFolder
from tongban.ledger.tiles import Edge, grow, read_edge
from tongban.ledger.tree import EMPTY_ROOT, leaf_hash

BATCH = 1_000


class LogRefused(Misconfigured):
    """The log's files and its head do not fit; sequencing stops until somebody has looked."""


def key_name(origin: str) -> str:
    """The name of a log's signing key."""
    return f"log.{origin}"


def log_name(origin: str) -> str:
    """The origin line of a log: a name for ever."""
    return f"{settings.TONGBAN_NAME}/ledger/{origin}"


def log_folder(origin: str) -> LogFolder:
    """The files of a log."""
    return LogFolder(Path(settings.HOME) / "ledger" / origin)


def verifier(origin: str) -> Verifier:
    """The newest public key of a log."""
    return Verifier(log_name(origin), custody().public(current_key(key_name(origin))))


def create_logs(*, inception: date) -> None:
    """Create the logs, on the day named as their inception, with nothing of an earlier log in the way.

    Raises:
        LogRefused: not the inception day, or files of a log stand where a new one should begin: a lost database
            must not silently start a second log.
    """
    if Head.objects.exists():
        return
    if clock.local(clock.real_now()).date() != inception:
        raise LogRefused(f"A log is created only on its inception day, and {inception} is not today.")
    for origin in ORIGINS:
        if log_folder(origin).published():
            raise LogRefused(
                f"The folder {log_folder(origin).folder} holds a log already, but the database knows none. "
                "Restore the database, or move the folder aside if the log is to begin anew."
            )
        ensure_key(key_name(origin), "Ed25519")
    now = clock.real_now()
    Head.objects.bulk_create(
        Head(
            origin=origin,
            name=log_name(origin),
            size=0,
            root=EMPTY_ROOT,
            signed_at=now,
            created_on=inception,
        )
        for origin in ORIGINS
    )


def sequence(origin: str, *, limit: int = BATCH) -> int:
    """Take up to `limit` entries into the log `origin`; returns how many.

    Raises:
        LogRefused: the log's files do not fit its head, or the clock went back.
    """
    folder = log_folder(origin)
    _finish(origin, folder)
    with transaction.atomic():
        head = Head.objects.select_for_update().filter(origin=origin).first()
        if head is None:
            raise LogRefused(f"There is no log {origin} yet. Create the logs with: tongban ledger create")
        sources = leaf_sources(origin, start=head.size, limit=limit)
        if not sources:
            return 0
        now = clock.real_now()
        if now < head.signed_at:
            raise LogRefused(f"The clock went back behind the last head of {origin}, {head.signed_at}.")
        edge = _verified_edge(head, folder)
        leaves = [
            leaf_of(
                kind=source.kind,
                agency=source.agency,
                recorded_at=source.recorded_at,
                commitment=source.commitment,
                content=source.content,
            )
            for source in sources
        ]
        edge, files = grow(edge, leaves, [leaf_hash(leaf) for leaf in leaves])
        checkpoint = Checkpoint(head.name, edge.size, edge.root())
        folder.stage(_staging_name(checkpoint), files)
        head.size, head.root, head.signed_at = edge.size, checkpoint.root, now
        head.checkpoint = _sign(checkpoint, origin)
        head.save(update_fields=["size", "root", "signed_at", "checkpoint"])
    _finish(origin, folder)
    return len(leaves)


def _finish(origin: str, folder: LogFolder) -> None:
    """Put the files of the committed head in place and publish it, if that is still to do."""
    head = Head.objects.filter(origin=origin).first()
    published = folder.published()
    if head is None or head.checkpoint.encode() == published:
        return
    checkpoint = read_checkpoint(_text(head.checkpoint.encode(), origin))
    if published:
        before = read_checkpoint(_text(published, origin))
        if before.size >= checkpoint.size:
            raise LogRefused(
                f"The published checkpoint of {origin} has {before.size} entries, the database {checkpoint.size}: "
                "one of them was restored from a backup. Nothing is logged until both fit again."
            )
    try:
        folder.apply(_staging_name(checkpoint))
    except FileNotFoundError as error:
        raise LogRefused(
            f"The staged files of the head of {origin} at {checkpoint.size} are gone."
        ) from error
    folder.publish(head.checkpoint.encode(), _staging_name(checkpoint))


def _verified_edge(head: Head, folder: LogFolder) -> Edge:
    """The tree's right edge from the files, hashed again against the head before anything is signed on top."""
    try:
        edge = read_edge(head.size, folder.fetch)
    except (OSError, ValueError) as error:
        raise LogRefused(
            f"The files of {head.origin} at {head.size} entries cannot be read: {error}"
        ) from error
    entries = [leaf_hash(entry) for entry in edge.entries]
    if edge.root() != bytes(head.root) or (edge.levels and entries != edge.levels[0]):
        raise LogRefused(f"The files of {head.origin} do not hash to its head at {head.size} entries.")
    return edge


def _sign(checkpoint: Checkpoint, origin: str) -> str:
    return sign_note(checkpoint, key=key_name(origin))


def _text(note: bytes, origin: str) -> bytes:
    try:
        text, signers = open_note(note, every_verifier(key=key_name(origin), name=log_name(origin)))
    except BadNote as error:
        raise LogRefused(f"The checkpoint of {origin} was altered: {error}.") from error
    if not signers:
        raise LogRefused(f"The checkpoint of {origin} is not signed by its log.")
    return text


def _staging_name(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.size}-{checkpoint.root.hex()[:16]}"
