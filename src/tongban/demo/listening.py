"""What the stand-ins for systems outside share: programs of their own that listen on loopback and answer JSON."""

import contextlib
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_BODY_MAX = 4 * 1024 * 1024


class Question(BaseHTTPRequestHandler):
    """One question."""

    protocol_version = "HTTP/1.1"

    def heard(self) -> Any:
        """What its body says; of one that is too long or empty, nothing."""
        length = int(self.headers.get("Content-Length", 0))
        return json.loads(self.rfile.read(length)) if 0 < length <= _BODY_MAX else {}

    def say(self, status: int, said: Any) -> None:
        """Answer with JSON."""
        self.send(status, json.dumps(said, ensure_ascii=False).encode(), kind="application/json")

    def send(self, status: int, body: bytes, *, kind: str, **more: str) -> None:
        """Answer with any bytes; whoever asked may have hung up."""
        with contextlib.suppress(OSError):
            self.send_response(status)
            headers = {"Content-Type": kind, "Content-Length": str(len(body)), **more}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Say nothing."""


class Listener(ThreadingHTTPServer):
    """Listens on loopback."""

    daemon_threads = True

    def __init__(self, port: int, questions: type[Question]) -> None:
        super().__init__(("127.0.0.1", port), questions)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Somebody who hung up is not worth a word; anything else is a fault of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def serve(self) -> int:
        """Print the address, which whoever started it reads, and serve until told to end."""
        print(f"http://127.0.0.1:{self.server_address[1]}", flush=True)  # noqa: T201
        with self, contextlib.suppress(KeyboardInterrupt):
            self.serve_forever(poll_interval=0.1)
        return 0
