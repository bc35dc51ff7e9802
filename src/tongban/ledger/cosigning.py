"""Our side of the witnesses: asks them for each new head and puts the head they cosigned beside the log's own.

Works in a thread of the worker that no act and no round of the sequencer ever waits for. A log's folder holds the
sequencer's `checkpoint` and our `witnessed`: the same note with cosignatures, replaced only by a larger or fresher one.
With a quorum, `witnessed` has met it; without one, it has what came in time, so that no witness can hold the log up.
"""

import fcntl
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import httpx2
from django.conf import settings

from tongban.journal.api import ORIGINS
from tongban.kernel import clock
from tongban.kernel.errors import Problem
from tongban.kernel.files import write_durably
from tongban.ledger.asking import TIMEOUT_S, Cosigned, NotCosigned, Post, ask_witness, http_post
from tongban.ledger.note import (
    BadNote,
    Verifier,
    open_signed,
    read_checkpoint,
    signature_lines,
    with_signatures,
)
from tongban.ledger.policy import Policy
from tongban.ledger.sequencer import log_folder
from tongban.ledger.witnesses import keep_state, read_state, witness_policy

ROUND_S = 0.05
#: How long the others are waited for once the quorum is there.
STRAGGLERS_S = 0.2
#: A head to which nothing is added is cosigned again, so that checkers who ask for freshness are served.
RENEW_S = 600
PAUSE_MIN_S, PAUSE_MAX_S = 0.5, 60.0


@dataclass
class _Asked:
    """What we remember of a witness for one log between rounds."""

    failures: int = 0
    not_before: float = 0.0
    body: bytes = b""
    running: Future[Cosigned] | None = None


@dataclass
class Cosigner:
    """Asks the witnesses of `policy`, all at once; one that is slow or failed lately is not in the others' way."""

    policy: Policy
    post: Post
    pool: ThreadPoolExecutor
    asked: dict[tuple[str, str], _Asked] = field(default_factory=dict)
    #: By log: the body of a head, and the cosignatures gathered over it so far.
    gathered: dict[str, tuple[bytes, dict[Verifier, Cosigned]]] = field(default_factory=dict)

    def round(self, origin: str) -> bool:
        """Have the published head of a log cosigned where it is not yet; whether `witnessed` was replaced."""
        folder = log_folder(origin)
        note = folder.published()
        if not note:
            return False
        body = _body(note)
        cosigned = self._gathered(origin, body, folder.folder)
        running = self._ask_who_lacks(origin, note, cosigned)
        cosigned |= self._collect(running, cosigned)
        if not self.policy.is_met(cosigned):
            return False
        return put_witnessed(folder.folder, note, b"".join(one.lines for one in cosigned.values()))

    def _gathered(self, origin: str, body: bytes, folder: Path) -> dict[Verifier, Cosigned]:
        known, cosigned = self.gathered.get(origin, (b"", {}))
        if known != body:
            standing = _read(folder / "witnessed")
            cosigned = self._cosignatures(standing) if standing.startswith(body + b"\n") else {}
            self.gathered[origin] = (body, cosigned)
        return cosigned

    def _cosignatures(self, note: bytes) -> dict[Verifier, Cosigned]:
        _, signatures = open_signed(note, self.policy.trusted)
        return {
            one.by: Cosigned(signature_lines(note, {(one.by.name, one.by.key_id): one.by}), one.at)
            for one in signatures
            if one.at is not None
        }

    def _ask_who_lacks(
        self, origin: str, note: bytes, cosigned: dict[Verifier, Cosigned]
    ) -> dict[Future[Cosigned], Verifier]:
        running: dict[Future[Cosigned], Verifier] = {}
        now = clock.real_now().timestamp()
        for name, key in self.policy.witnesses.items():
            if key in cosigned and now - cosigned[key].at < RENEW_S:
                continue
            asked = self.asked.setdefault((origin, name), _Asked())
            if asked.running and asked.body == _body(note):
                running[asked.running] = key
            elif (not asked.running or asked.running.done()) and monotonic() >= asked.not_before:
                asked.body = _body(note)
                asked.running = self.pool.submit(self._ask, origin, name, note)
                running[asked.running] = key
        return running

    def _collect(
        self, running: dict[Future[Cosigned], Verifier], before: dict[Verifier, Cosigned]
    ) -> dict[Verifier, Cosigned]:
        """What comes until all have answered, or a moment after the quorum has, or the time is up."""
        cosigned: dict[Verifier, Cosigned] = {}
        waiting, deadline = set(running), monotonic() + TIMEOUT_S
        while waiting and (left := deadline - monotonic()) > 0:
            done, waiting = wait(waiting, timeout=left, return_when=FIRST_COMPLETED)
            for one in done:
                with suppress(NotCosigned):
                    cosigned[running[one]] = one.result()
            if self.policy.is_met({**before, **cosigned}):
                deadline = min(deadline, monotonic() + STRAGGLERS_S)
        for asked in self.asked.values():
            if asked.running and asked.running.done():
                asked.running = None
        return cosigned

    def _ask(self, origin: str, name: str, note: bytes) -> Cosigned:
        key, head, asked = self.policy.witnesses[name], read_checkpoint(_body(note)), self.asked[origin, name]
        kept = dict(read_state(origin, key))
        now = int(clock.real_now().timestamp())
        try:
            answer = ask_witness(
                key,
                self.policy.addresses[name],
                note,
                head,
                seen=int(kept.get("seen", 0)),
                fetch=log_folder(origin).fetch,
                post=self.post,
            )
        except (NotCosigned, httpx2.InvalidURL, OSError, ValueError, KeyError) as trouble:
            asked.failures += 1
            asked.not_before = monotonic() + min(PAUSE_MAX_S, PAUSE_MIN_S * 2 ** min(asked.failures, 10))
            seen = trouble.size if isinstance(trouble, NotCosigned) else None
            kept |= {"trouble": _words(trouble), "tried_at": now, "seen": 0 if seen is None else seen}
            keep_state(origin, key, kept)
            raise NotCosigned(_words(trouble)) from trouble
        asked.failures = 0
        keep_state(
            origin,
            key,
            {"size": head.size, "seen": head.size, "cosigned_at": answer.at, "tried_at": now, "trouble": ""},
        )
        return answer


def put_witnessed(folder: Path, note: bytes, cosignatures: bytes) -> bool:
    """Replace `witnessed` by `note` with these lines, unless a larger head stands there; whether it was replaced.

    Cosignatures that stand already over the same head are kept if there is no newer one by the same witness.
    """
    with _alone(folder / "witnessed.lock", patient=True):
        standing = _read(folder / "witnessed")
        if standing:
            before, after = read_checkpoint(_body(standing)), read_checkpoint(_body(note))
            if before.size > after.size or (before.size == after.size and before.root != after.root):
                return False
        earlier = standing.partition(b"\n\n")[2] if standing and _body(standing) == _body(note) else b""
        made = with_signatures(note, earlier + cosignatures)
        if made == standing or (not standing and not cosignatures):
            return False
        write_durably(folder / "witnessed", made)
        return True


@contextmanager
def cosigning() -> Iterator[None]:
    """Ask the witnesses beside whatever the block does; without witnesses, do nothing."""
    stop = Event()
    try:
        policy = witness_policy()
    except Problem as problem:
        print(f"tongban work: no witness is asked. {problem}", file=sys.stderr, flush=True)  # noqa: T201
        yield
        return
    if not policy.witnesses:
        yield
        return
    thread = Thread(target=_cosign_until, args=(stop, policy), name="cosigning", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=2 * TIMEOUT_S)


def _cosign_until(stop: Event, policy: Policy) -> None:
    """Round after round; of several workers one does it, the others stand by."""
    count = 2 * len(policy.witnesses) * len(ORIGINS)
    folder = Path(settings.HOME) / "ledger"
    folder.mkdir(parents=True, exist_ok=True)
    limits = httpx2.Timeout(TIMEOUT_S)
    with (
        _alone(folder / "cosigning.lock", patient=False, stop=stop),
        httpx2.Client(timeout=limits, follow_redirects=False, trust_env=False) as client,
        ThreadPoolExecutor(count, thread_name_prefix="witness") as pool,
    ):
        cosigner = Cosigner(policy, http_post(client), pool)
        while not stop.wait(ROUND_S):
            for origin in ORIGINS:
                try:
                    cosigner.round(origin)
                except (OSError, BadNote) as trouble:
                    print(f"tongban work: witnesses of {origin}: {trouble}", file=sys.stderr, flush=True)  # noqa: T201
                    stop.wait(PAUSE_MAX_S)
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _alone(path: Path, *, patient: bool, stop: Event | None = None) -> Iterator[None]:
    """Hold a lock file; the lock goes with the process. `stop` ends the waiting."""
    with path.open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | (0 if patient else fcntl.LOCK_NB))
                break
            except BlockingIOError:
                if stop is None or stop.wait(1.0):
                    break
        yield


def _words(trouble: Exception) -> str:
    if isinstance(trouble, NotCosigned):
        return str(trouble)
    return f"账本文件读不出来，无法向见证方证明账本只增不改（{type(trouble).__name__}）。"


def _body(note: bytes) -> bytes:
    return note.partition(b"\n\n")[0] + b"\n"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
