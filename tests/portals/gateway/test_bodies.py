"""Bodies that come slowly, in part or too large: nobody else waits for them."""

import io
import socket
import time
from threading import Event, Thread
from typing import Any

import pytest

from tongban.portals.gateway import bodies, silence
from tongban.portals.gateway.bodies import Bodies, BodyError, with_whole_bodies


def environ(stream: Any, length: str = "", **more: str) -> dict[str, Any]:
    return {"wsgi.input": stream, "CONTENT_LENGTH": length, "REQUEST_METHOD": "POST", **more}


class Silent:
    """A body that does not come until it is let go."""

    def __init__(self) -> None:
        self.asked, self.go = Event(), Event()

    def read(self, _size: int) -> bytes:
        self.asked.set()
        self.go.wait(20)
        return b""


class Dripping:
    """A body of which a letter comes now and then."""

    def read(self, _size: int) -> bytes:
        time.sleep(0.02)
        return b"a"


def refusal(reader: Bodies, given: dict[str, Any]) -> BodyError:
    with pytest.raises(BodyError) as refused:
        reader.read(given)
    return refused.value


def test_a_body_is_read_whole() -> None:
    for more in ({"length": "5"}, {"length": "", "HTTP_TRANSFER_ENCODING": "chunked"}):
        assert Bodies(limit=10).read(environ(io.BytesIO(b"hello"), **more)).read() == b"hello"
    assert Bodies(limit=10).read(environ(io.BytesIO(b"not announced"))).read() == b""


@pytest.mark.parametrize(
    ("body", "length", "status"),
    [
        (b"hello", "6", 400),
        (b"", "6", 400),
        (b"hello", "-5", 400),
        (b"hello", "five", 400),
        (b"hello", "11", 413),
    ],
)
def test_a_body_other_than_announced_is_refused(body: bytes, length: str, status: int) -> None:
    assert refusal(Bodies(limit=10), environ(io.BytesIO(body), length)).status == status


@pytest.mark.parametrize(("body", "status"), [(b"", 400), (b"a" * 11, 413)])
def test_a_body_in_chunks_is_measured_too(body: bytes, status: int) -> None:
    given = environ(io.BytesIO(body), HTTP_TRANSFER_ENCODING="chunked")
    assert refusal(Bodies(limit=10), given).status == status


def test_a_body_that_drips_is_sent_away_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE_S", 0.2)
    assert refusal(Bodies(limit=1000), environ(Dripping(), "1000")).status == 408


def test_the_connection_of_a_silent_body_is_ended_and_no_other_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "SILENT_S", 1.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        busy, silent, gone = [socket.create_connection(server.getsockname()) for _ in range(3)]
        ours = [server.accept()[0] for _ in range(3)]
        silent.sendall(b"hel")
        gone.close()
        port = str(server.getsockname()[1])
        stream = ours[1].makefile("rb")
        given = environ(stream, "5", REMOTE_ADDR="127.0.0.1", SERVER_PORT=port)
        told: list[int] = []
        waiting = Thread(target=lambda: told.append(refusal(Bodies(limit=10), given).status))
        waiting.start()
        while waiting.is_alive():
            busy.sendall(b"still here")
            time.sleep(0.1)
        assert told == [408]
        assert silent.recv(10) == b""
        busy.sendall(b"nobody hung up")
        for link in (stream, busy, silent, *ours):
            link.close()


def test_only_some_wait_for_bodies_and_the_others_are_told_to_come_again() -> None:
    reader, silent = Bodies(limit=10, readers=1), Silent()
    waiting = Thread(target=refusal, args=(reader, environ(silent, "5")))
    waiting.start()
    assert silent.asked.wait(10)
    assert refusal(reader, environ(io.BytesIO(b"hello"), "5")).status == 503
    silent.go.set()
    waiting.join(10)
    assert reader.read(environ(io.BytesIO(b"hello"), "5")).read() == b"hello"


def test_one_address_never_has_all_places() -> None:
    reader, silent = Bodies(limit=10, readers=2, of_one_address=1), Silent()
    waiting = Thread(target=refusal, args=(reader, environ(silent, "5", REMOTE_ADDR="192.0.2.1")))
    waiting.start()
    assert silent.asked.wait(10)
    assert refusal(reader, environ(io.BytesIO(b"hello"), "5", REMOTE_ADDR="192.0.2.1")).status == 503
    assert reader.read(environ(io.BytesIO(b"hello"), "5", REMOTE_ADDR="192.0.2.2")).read() == b"hello"
    silent.go.set()
    waiting.join(10)


def test_pages_get_the_body_whole_or_are_not_asked() -> None:
    seen: list[bytes] = []

    def pages(given: dict[str, Any], start: Any) -> list[bytes]:
        seen.append(given["wsgi.input"].read(int(given["CONTENT_LENGTH"])))
        start("200 OK", [])
        return []

    said: list[Any] = []
    application: Any = with_whole_bodies(pages)  # type: ignore[arg-type]
    application(
        environ(io.BytesIO(b"hello"), HTTP_TRANSFER_ENCODING="chunked"), lambda *one: said.append(one)
    )
    answer = application(environ(io.BytesIO(b"hel"), "5"), lambda *one: said.append(one))
    assert seen == [b"hello"]
    assert [status for status, _headers in said] == ["200 OK", "400 Bad Request"]
    assert dict(said[1][1])["Cache-Control"] == "no-store"
    assert "重发" in b"".join(answer).decode()
