"""The witness over HTTP: `add-checkpoint` to ask for a cosignature, and what anybody may read."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tongban.kernel.errors import BadInput, Misconfigured
from tongban.kernel.files import write_durably
from tongban.ledger.note import ED25519, BadNote, Verifier, read_vkey
from tongban.ledger.witness.deciding import Answer, Trusted, add_checkpoint
from tongban.ledger.witness.key import WitnessKey, open_key
from tongban.ledger.witness.store import WitnessStore

#: Room for 63 hashes and a checkpoint with a score of long signatures.
REQUEST_BYTES_MAX = 128 * 1024
HEADER_BYTES_MAX = 16 * 1024
#: A client that sends nothing for so long is dropped; slow ones wait outside the threads that answer.
SILENCE_S = 10
THREADS, CONNECTIONS_MAX = 8, 256

StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Witness:
    """A witness over one folder: key, store, and the file `logs.txt` of the logs it watches."""

    def __init__(self, home: Path, *, name: str = "") -> None:
        self.key: WitnessKey = open_key(home, name)
        self.store = WitnessStore(home / "witness.sqlite3")
        self._logs = home / "logs.txt"
        self._read: tuple[int, Trusted] = (-1, {})

    def watch(self, vkeys: Iterable[str]) -> None:
        """Watch these logs from now on, beside those of `logs.txt`.

        Raises:
            BadInput: not the vkey of a log.
        """
        known = dict(self.logs)
        for vkey in vkeys:
            key = _log_key(vkey, "--log")
            known.setdefault((key.name, key.key_id), key)
        if known != self.logs:
            write_durably(self._logs, "".join(f"log {key}\n" for key in known.values()).encode(), mode=0o600)

    @property
    def logs(self) -> Trusted:
        """The keys of the logs watched, by name and key id; the file is read again when it changed.

        Raises:
            BadInput: a line of the file is not `log VKEY`.
        """
        changed = self._logs.stat().st_mtime_ns if self._logs.exists() else 0
        if changed != self._read[0]:
            lines = self._logs.read_text("utf-8").splitlines() if changed else []
            keys = [_log_line(line, number) for number, line in enumerate(lines, 1) if _says(line)]
            self._read = (changed, {(key.name, key.key_id): key for key in keys})
        return self._read[1]

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
        """The WSGI application."""
        try:
            answer = self._answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["wsgi.input"])
        except BadInput as problem:
            answer = Answer(503, f"{problem}\n")
        body = answer.body.encode()
        phrase = HTTPStatus(answer.status).phrase
        start_response(
            f"{answer.status} {phrase}",
            [
                ("Content-Type", answer.content_type),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def _answer(self, method: str, path: str, body: Any) -> Answer:
        if path == "/add-checkpoint":
            if method != "POST":
                return Answer(405, "a checkpoint is posted\n")
            data = body.read(REQUEST_BYTES_MAX + 1)
            if len(data) > REQUEST_BYTES_MAX:
                return Answer(413, f"a request has at most {REQUEST_BYTES_MAX} bytes\n")
            return add_checkpoint(data, logs=self.logs, key=self.key, store=self.store)
        if method not in {"GET", "HEAD"}:
            return Answer(405, "this can only be read\n")
        return self._shown(path)

    def _shown(self, path: str) -> Answer:
        origins = {hashlib.sha256(log.name.encode()).hexdigest(): log.name for log in self.logs.values()}
        if path == "/":
            return Answer(200, self._front(origins))
        match = re.fullmatch(r"/([0-9a-f]{64})/(checkpoint|evidence)", path)
        origin = origins.get(match[1]) if match else None
        if not match or not origin:
            return Answer(404, "there is nothing of that name here\n")
        if match[2] == "evidence":
            return Answer(200, self._evidence(origin), "application/json")
        head = self.store.head(origin)
        return Answer(200, head.note.decode()) if head else Answer(404, "no checkpoint was cosigned yet\n")

    def _front(self, origins: dict[str, str]) -> str:
        lines = [f"witness {self.key.verifier}", ""]
        for place, origin in origins.items():
            head, held = self.store.head(origin), self.store.evidence(origin)
            forks = sum(one.kind == "forked" for one in held)
            lines.append(
                f"{origin}: {head.size if head else 0} entries, {forks} proofs of a fork, "
                f"{len(held) - forks} heads not shown to be consistent: /{place}/checkpoint /{place}/evidence"
            )
        return "\n".join([*lines, ""])

    def _evidence(self, origin: str) -> str:
        held = [
            {**asdict(one), "earlier": one.earlier.decode(), "later": one.later.decode()}
            for one in self.store.evidence(origin)
        ]
        return json.dumps({"v": 1, "origin": origin, "evidence": held}, ensure_ascii=False, indent=1)


def serve_witness(home: Path, *, host: str, port: int, logs: Iterable[str], name: str = "") -> None:
    """Serve a witness until Ctrl-C; prints its vkey first.

    Raises:
        BadInput: a new witness without a name, or a log that is no vkey.
        Misconfigured: the key file can be read by others, or is none; the folder or the port cannot be had.
    """
    import waitress  # noqa: PLC0415 - only the server pays for it

    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(
            f"The folder {home} cannot be made: {error.strerror}. Name another one with --home."
        ) from error
    witness = Witness(home, name=name)
    witness.watch(logs)
    try:
        server = waitress.create_server(
            witness,
            host=host,
            port=port,
            threads=THREADS,
            connection_limit=CONNECTIONS_MAX,
            channel_timeout=SILENCE_S,
            cleanup_interval=SILENCE_S // 2,
            max_request_body_size=REQUEST_BYTES_MAX,
            max_request_header_size=HEADER_BYTES_MAX,
            ident=None,
        )
    except OSError as error:
        witness.store.close()
        raise Misconfigured(
            f"Nothing can listen on port {port} of {host}: {error.strerror}. Choose another one with --port."
        ) from error
    print(f"VKEY {witness.key.verifier}", flush=True)  # noqa: T201 - a log's operator copies this line
    print(f"READY http://{host}:{server.effective_port}", flush=True)  # noqa: T201
    try:
        server.run()
    finally:
        server.close()
        witness.store.close()


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _log_line(line: str, number: int) -> Verifier:
    words = line.split()
    if len(words) != 2 or words[0] != "log":
        raise BadInput(f"Line {number} of logs.txt is not `log VKEY`.")
    return _log_key(words[1], f"Line {number} of logs.txt")


def _log_key(vkey: str, where: str) -> Verifier:
    try:
        key = read_vkey(vkey)
    except BadNote as error:
        raise BadInput(f"{where}: {error}.") from error
    if key.suite != ED25519:
        raise BadInput(f"{where}: this is the key of a cosigner, not of a log.")
    return key
