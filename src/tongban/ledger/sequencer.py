"""The sequencer: takes placed entries into the log, one transaction a round (design 7).

Order: lock the head, read back and hash the tree's edge, read the batch, stage the new files durably and hash them
again, sign, update the head. The commit of that update is the compare-and-swap; when its outcome is unknown, the next
round reads the head and goes by that. Only then are the files put in place and the checkpoint published, and only a
larger one. A log that does not fit its head stops here and says why in its head's row; acts go on.
"""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from tongban.journal.api import ORIGINS, LeafSource, has_leaf_sources, leaf_sources
from tongban.kernel import clock
from tongban.kernel.errors import Misconfigured
from tongban.keys.api import current_key, custody, ensure_key
from tongban.ledger.leaf import leaf_of
from tongban.ledger.models import Head
from tongban.ledger.note import BadNote, Checkpoint, Verifier, open_note, read_checkpoint
from tongban.ledger.signing import every_verifier, sign_note
from tongban.ledger.store import LogFolder, size_of
from tongban.ledger.tiles import TILE_WIDTH, Edge, entries_of, fold, grow, read_edge, tile_path
from tongban.ledger.tree import EMPTY_ROOT, leaf_hash

#: At most so many entries a round, 32 full tiles: under a backlog rounds grow to this, otherwise they stay small.
BATCH = 8_192
PATIENCE_S = 30.0


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
    """Take up to `limit` entries into the log `origin`; returns how many. Does nothing while another process does it.

    Why a log was refused is kept in its head, for pages to show, until a round succeeds.

    Raises:
        LogRefused: the log's files do not fit its head, the clock went back, or the disk does not take the files.
    """
    try:
        return _round(origin, log_folder(origin), limit)
    except LogRefused as refusal:
        _keep_refusal(origin, str(refusal))
        raise
    except (OSError, ValueError) as error:
        sentence = (
            f"The files of {origin} cannot be read or written: {error}. Nothing is lost; it is tried again."
        )
        _keep_refusal(origin, sentence)
        raise LogRefused(sentence) from error


def _round(origin: str, folder: LogFolder, limit: int) -> int:
    if _has_nothing_to_do(origin, folder):
        return 0
    with transaction.atomic():
        head = _locked(origin)
        if head is None:
            return 0
        _put_in_place(head, folder)
        folder.clean(_staging_name(head.size, bytes(head.root)))
        edge = _verified_edge(head, folder)
        leaves = _next_leaves(head, limit)
        if not leaves:
            Head.objects.filter(origin=origin).update(refusal="", refused_at=None)
            return 0
        now = clock.real_now()
        if now < head.signed_at:
            raise LogRefused(f"The clock went back behind the last head of {origin}, {head.signed_at}.")
        checkpoint = _stage(head, edge, leaves, folder)
        head.size, head.root, head.signed_at = checkpoint.size, checkpoint.root, now
        head.checkpoint, head.refusal, head.refused_at = signed(checkpoint, origin), "", None
        head.save(update_fields=["size", "root", "signed_at", "checkpoint", "refusal", "refused_at"])
    _put_in_place(head, folder)
    return len(leaves)


def _has_nothing_to_do(origin: str, folder: LogFolder) -> bool:
    """Whether all is in place and logged: asked without a lock, since it is asked ten times a second."""
    published = folder.published()
    head = Head.objects.filter(origin=origin).first()
    if head is None:
        raise LogRefused(f"There is no log {origin} yet. Create the logs with: tongban ledger create")
    if head.refusal or head.checkpoint.encode() != published:
        return False
    return not has_leaf_sources(origin, start=head.size)


def _locked(origin: str) -> Head | None:
    """The head, locked until the transaction ends; None while another process has it.

    A process that is stopped while it holds the lock loses it with its session, and signs nothing when it wakes.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"set local idle_in_transaction_session_timeout = '{int(PATIENCE_S * 1000)}ms'")
    return Head.objects.select_for_update(skip_locked=True).filter(origin=origin).first()


def _next_leaves(head: Head, limit: int) -> list[bytes]:
    sources = leaf_sources(head.origin, start=head.size, limit=limit)
    in_order = all(source.log_index == index for index, source in enumerate(sources, head.size))
    if not in_order or (not sources and has_leaf_sources(head.origin, start=head.size)):
        held = {source.log_index for source in sources}
        missing = next(index for index in range(head.size, head.size + limit + 1) if index not in held)
        raise LogRefused(
            f"The journal gives no entry the index {missing} of {head.origin}: rows were removed behind the "
            "program's back. Restore the database, and look at it with: tongban ledger adopt"
        )
    return [leaf_from(source) for source in sources]


def leaf_from(source: LeafSource) -> bytes:
    """The leaf of a placed entry."""
    return leaf_of(
        kind=source.kind,
        agency=source.agency,
        recorded_at=source.recorded_at,
        commitment=source.commitment,
        content=source.content,
    )


def _stage(head: Head, edge: Edge, leaves: list[bytes], folder: LogFolder) -> Checkpoint:
    """Stage the files of the next head, and hash them once more as the disk gives them back (Yeti 2022)."""
    grown, files = grow(edge, leaves, [leaf_hash(leaf) for leaf in leaves])
    checkpoint = Checkpoint(head.name, grown.size, grown.root())
    name = _staging_name(checkpoint.size, checkpoint.root)
    folder.stage(name, files)
    if not _is_same(edge, grown, files, folder, name):
        raise LogRefused(
            f"What was staged for {head.origin} at {checkpoint.size} entries is not what was hashed: the memory or "
            "the disk of this machine alters data. Nothing was signed."
        )
    return checkpoint


def _is_same(edge: Edge, grown: Edge, files: dict[str, bytes], folder: LogFolder, name: str) -> bool:
    """Whether what is staged, read back and hashed from its entries up, leads to the same edge."""
    try:
        staged = folder.staged(name)
        bundles = [entries_of(data) for path, data in staged.items() if path.startswith("tile/entries/")]
    except ValueError:
        return False
    entries = [entry for bundle in bundles for entry in bundle][len(edge.entries) :]
    again, derived = grow(edge, entries, [leaf_hash(entry) for entry in entries])
    return again == grown and derived == staged == files


def _put_in_place(head: Head, folder: LogFolder) -> None:
    """Put the files of the committed head in place and publish it, if that is still to do.

    Raises:
        LogRefused: a checkpoint was given out that this head does not know of, or what was staged is gone.
    """
    if not head.checkpoint:
        _check_not_ahead(head, folder)
        return
    if head.checkpoint.encode() == folder.published():
        _check_not_ahead(head, folder)
        return
    checkpoint = read_checkpoint(trusted_text(head.checkpoint.encode(), head.origin))
    _check_not_ahead(head, folder)
    try:
        files = folder.staged(_staging_name(checkpoint.size, checkpoint.root))
        folder.write(files)
        folder.publish(head.checkpoint.encode())
    except FileNotFoundError as error:
        if (note := folder.published()) and size_of(note) >= checkpoint.size:
            return  # another process did it meanwhile, and cleaned up
        raise LogRefused(
            f"The files of {head.origin} are older than its head at {checkpoint.size} entries, and what was staged "
            "is gone: the folder was restored from a backup. Rebuild it with: tongban ledger adopt"
        ) from error


def _check_not_ahead(head: Head, folder: LogFolder) -> None:
    for note in (folder.published(), folder.witnessed()):
        if not note or note == head.checkpoint.encode():
            continue
        given_out = read_checkpoint(trusted_text(note, head.origin))
        if given_out.size > head.size or (given_out.size == head.size and given_out.root != bytes(head.root)):
            raise LogRefused(
                f"The published checkpoint of {head.origin} has {given_out.size} entries, the database {head.size}: "
                "the database was restored from a backup. Nothing is logged until both fit again; bring them "
                "together with: tongban ledger adopt"
            )


def _verified_edge(head: Head, folder: LogFolder) -> Edge:
    """The tree's right edge from the files, hashed again against the head before anything is signed on top.

    Also when the last tile is full, its bundle is read and hashed.
    """
    try:
        edge = read_edge(head.size, folder.fetch)
        full = head.size and not head.size % TILE_WIDTH
        last = head.size // TILE_WIDTH - 1
        entries = entries_of(folder.fetch(tile_path("entries", last))) if full else edge.entries
        hashes = [leaf_hash(entry) for entry in entries]
        row = folder.fetch(tile_path(0, last)) if full else b"".join(edge.levels[0] if edge.levels else ())
    except (OSError, ValueError) as error:
        raise LogRefused(
            f"The files of {head.origin} at {head.size} entries cannot be read: {error}"
        ) from error
    fits = not full or not edge.levels[1] or fold(hashes) == edge.levels[1][-1]
    if edge.root() != bytes(head.root) or b"".join(hashes) != row or not fits:
        raise LogRefused(
            f"The files of {head.origin} do not hash to its head at {head.size} entries: they were altered. "
            "Rebuild them from the journal with: tongban ledger adopt"
        )
    return edge


def _keep_refusal(origin: str, sentence: str) -> None:
    """Show why the log is stopped, and since when."""
    Head.objects.filter(origin=origin).exclude(refusal=sentence).update(
        refusal=sentence, refused_at=clock.real_now()
    )


def signed(checkpoint: Checkpoint, origin: str) -> str:
    """The note of a checkpoint, signed by its log."""
    return sign_note(checkpoint, key=key_name(origin))


def trusted_text(note: bytes, origin: str) -> bytes:
    """The text of a checkpoint that the log `origin` signed.

    Raises:
        LogRefused: it was altered, or is another log's.
    """
    try:
        text, signers = open_note(note, every_verifier(key=key_name(origin), name=log_name(origin)))
    except BadNote as error:
        raise LogRefused(f"The checkpoint of {origin} was altered: {error}.") from error
    if not signers:
        raise LogRefused(f"The checkpoint of {origin} is not signed by its log.")
    return text


def _staging_name(size: int, root: bytes) -> str:
    return f"{size}-{root.hex()[:16]}"
