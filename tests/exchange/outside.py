"""A system outside: a real server on loopback that may do whatever such systems do."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tongban.exchange.models import Binding
from tongban.exchange.upstream import gate

RECORD = {"zl": "青石广场 1 层 06 号", "mj": 96.50, "zt": "0", "qlr": "林夏", "sfz": "990102198803071236"}
_versions = count(1000)


class Asked(BaseHTTPRequestHandler):
    """A question that came in; `server.behave` answers it."""

    protocol_version = "HTTP/1.1"
    server: "Province"

    def do_GET(self) -> None:
        self._take()

    def do_POST(self) -> None:
        self._take()

    def _take(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.questions.append(self)
        try:
            self.server.behave(self)
        except OSError:
            self.close_connection = True

    def say(self, body: bytes, *, status: int = 200, kind: str = "application/json", **more: str) -> None:
        headers = {"Content-Type": kind, "Content-Length": str(len(body))}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Say nothing."""


class Province(ThreadingHTTPServer):
    """The server. By default it has the record, in the envelope such platforms use."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.questions: list[Asked] = []
        self.released = threading.Event()
        self.behave: Callable[[Asked], None] = self.answers_well

    @staticmethod
    def answers_well(asked: Asked) -> None:
        answering({"code": 0, "data": [RECORD]})(asked)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/share"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is not worth a word."""


def answering(said: object, *, status: int = 200) -> Callable[[Asked], None]:
    return lambda asked: asked.say(json.dumps(said).encode(), status=status)


@pytest.fixture
def province(settings: Settings) -> Iterator[Province]:
    settings.TONGBAN_UPSTREAM_NETWORKS = "127.0.0.1/32"
    server = Province()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()
    thread.join()
    gate._places.cache_clear()


def interface(address: str, **more: Any) -> dict[str, Any]:
    """What a pack says of the province's interface of real estate."""
    return {
        "system": "省数据共享平台",
        "address": address,
        "keys": {"certificate_no": "$.bdcqzh"},
        "record": "$.data",
        "items": {
            "address": "$.zl",
            "area": "$.mj",
            "owner": "$.qlr",
            "sealed": {"at": "$.zt", "codes": {"0": "否", "1": "是"}},
        },
        "success": {"at": "$.code", "values": ["0"]},
        "connect_s": 0.4,
        "whole_s": 0.6,
        **more,
    }


def bind(
    address: str,
    *,
    resource: str = "real-estate",
    adapter: str = "upstream",
    mode: str = "query",
    **more: Any,
) -> None:
    """From now on the resource is answered by a system outside."""
    Binding.objects.filter(pk=resource).update(
        adapter=adapter,
        target=resource,
        mode=mode,
        settings=interface(address, **more),
        version=next(_versions),
    )
