"""Tricks with bodies, lengths and methods, over HTTP against the real server."""

import contextlib
import socket
import time

import pytest

from tests.exchange.calling import Message
from tests.faults.gateway_city import (
    BODY,
    LAND,
    Gateway,
    answered,
    received,
    refused,
    send,
    turned_away,
    written,
)


def chunked(body: bytes, size: int = 7) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def with_body(message: Message, lines: list[bytes], body: bytes) -> bytes:
    """The signed head of a message, other framing, other bytes."""
    head = written(message, more=lines, length=False)
    return head[: len(head) - len(message.body)] + body


def test_a_body_in_chunks_is_the_same_body(gateway: Gateway) -> None:
    asked = gateway.key.sign(gateway.posted(BODY))
    reply = send(gateway.ports[0], with_body(asked, [b"transfer-encoding: chunked"], chunked(BODY)))
    assert answered(reply)["items"] == {"area": "96.00"}


@pytest.mark.parametrize(
    "lines",
    [
        [b"content-length: 4", b"transfer-encoding: chunked"],
        [b"transfer-encoding: chunked", b"content-length: 400"],
    ],
)
def test_a_request_with_both_lengths_smuggles_no_second_one(gateway: Gateway, lines: list[bytes]) -> None:
    asked = gateway.key.sign(gateway.posted(BODY))
    hidden = written(gateway.key.sign(gateway.question()))
    with socket.create_connection(("127.0.0.1", gateway.ports[0]), timeout=10) as link:
        link.sendall(with_body(asked, lines, chunked(BODY)) + hidden)
        first = received(link, "POST")
        assert first.status in {200, 400, 401}
        assert link.recv(1) == b"", "the connection ends with the first answer"


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        ([b"transfer-encoding: xchunked"], chunked(BODY)),
        ([b"transfer-encoding: chunked, identity"], chunked(BODY)),
        ([b"content-length: 4", b"content-length: 5"], BODY),
        ([b"content-length: +4"], BODY),
        ([b"content-length: -4"], BODY),
        ([b"content-length: 0x4"], BODY),
        ([b"content-length: 99999999999999999999999"], BODY),
    ],
)
def test_a_length_that_is_none_is_turned_away_by_the_server(
    gateway: Gateway, lines: list[bytes], body: bytes
) -> None:
    asked = gateway.key.sign(gateway.posted(BODY))
    assert turned_away(send(gateway.ports[0], with_body(asked, lines, body))) == 400


@pytest.mark.parametrize(
    "body", [b"ZZ\r\nx\r\n0\r\n\r\n", b"5\r\nabc", b"-1\r\n\r\n", b"fffffffffffffffff\r\nx"]
)
def test_chunks_that_cannot_be_read_are_no_body(gateway: Gateway, body: bytes) -> None:
    asked = gateway.posted(BODY, authorization=f"Bearer {gateway.token}")
    with socket.create_connection(("127.0.0.1", gateway.ports[0]), timeout=10) as link:
        link.sendall(with_body(asked, [b"transfer-encoding: chunked"], body))
        link.shutdown(socket.SHUT_WR)
        try:
            reply = received(link, "POST")
        except ConnectionError:
            return  # who hangs up in the middle need not be told
    assert refused(reply)[0] == 400


@pytest.mark.parametrize(
    ("body", "type_", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"null", "application/json", 400),
        (b'{"keys":{"certificate_no":"1"},"keys":{"certificate_no":"2"}}', "application/json", 400),
        (b'{"keys":{"certificate_no":"1","certificate_no":"2"}}', "application/json", 400),
        (b'{"keys":{"certificate_no":1e400}}', "application/json", 400),
        (b'{"keys":{"certificate_no":' + b"9" * 60_000 + b"}}", "application/json", 400),
        (b'{"keys":{"certificate_no":NaN}}', "application/json", 400),
        (b'{"keys":{"certificate_no":null}}', "application/json", 400),
        (b'{"keys":{"certificate_no":["1"]}}', "application/json", 400),
        (b'{"keys":{"certificate_no":{"a":"1"}}}', "application/json", 400),
        (b'{"keys":[]}', "application/json", 400),
        (b'{"keys":{"certificate_no":"1"},"items":"area"}', "application/json", 400),
        (b'{"keys":{"certificate_no":"1"},"limit":"1"}', "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b'{"keys":' * 5_000, "application/json", 400),
        (b'{"keys":{"certificate_no":"\\ud800"}}', "application/json", 400),
        (b'{"keys":{"certificate_no":"\xed\xa0\x80"}}', "application/json", 400),
        (b'{"keys":{"certificate_no":"\\u0000"}}', "application/json", 400),
        (b'{"keys":{"certificate_no":"\xff"}}', "application/json", 400),
        (BODY.decode().encode("utf-16"), "application/json", 400),
        (b"\xef\xbb\xbf" + BODY, "application/json", 400),
        (BODY, "application/json; charset=gbk", 415),
        (BODY, "application/x-www-form-urlencoded", 415),
        (BODY, "text/json", 415),
        (b" " * 65_537, "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_a_sentence(
    gateway: Gateway, body: bytes, type_: str, status: int
) -> None:
    asked = gateway.posted(body)
    asked.headers["content-type"] = type_
    assert refused(gateway.signed(asked))[:2] == (status, "Client.BadRequest")


def test_a_question_stands_in_one_place(gateway: Gateway) -> None:
    asked = gateway.posted(BODY)
    asked.query = "items=area"
    assert "不能两处都写" in refused(gateway.signed(asked))[2]


def test_who_waits_to_be_told_to_go_on_is_told(gateway: Gateway) -> None:
    asked = gateway.key.sign(gateway.posted(BODY))
    head = with_body(asked, [b"content-length: %d" % len(BODY), b"expect: 100-continue"], b"")
    with socket.create_connection(("127.0.0.1", gateway.ports[0]), timeout=10) as link:
        link.sendall(head)
        assert link.recv(100).startswith(b"HTTP/1.1 100 ")
        link.sendall(BODY)
        assert answered(received(link, "POST"))["outcome"] == "fetched"


def test_bodies_that_drip_hold_nobody_else(gateway: Gateway) -> None:
    dripping = [socket.create_connection(("127.0.0.1", gateway.ports[0]), timeout=10) for _ in range(8)]
    try:
        for place, link in enumerate(dripping):
            if place % 2:
                asked = written(gateway.posted(b"", authorization="Bearer of nothing"))
                asked = asked.replace(b"\r\n\r\n", b"\r\ncontent-length: 500\r\n\r\n{")
            else:
                asked = b"POST /search/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\na="
            link.sendall(asked)
        time.sleep(0.5)
        for _ in range(4):
            began = time.monotonic()
            assert answered(gateway.signed(gateway.question()))["outcome"] == "fetched"
            assert answered(gateway.signed(gateway.posted(BODY)))["outcome"] == "fetched"
            assert send(gateway.ports[0], b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200
            assert time.monotonic() - began < 5
            for link in dripping:
                with contextlib.suppress(ConnectionError):  # most were sent away
                    link.sendall(b"a")
    finally:
        for link in dripping:
            link.close()


def test_silent_bodies_starve_neither_pages_nor_forms(gateway: Gateway) -> None:
    form = b"POST /search/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n"
    silent = [socket.create_connection(("127.0.0.1", gateway.ports[0]), timeout=30) for _ in range(40)]
    try:
        for link in silent:
            link.sendall(form)
        for _ in range(3):
            began = time.monotonic()
            assert send(gateway.ports[0], b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200
            assert answered(gateway.signed(gateway.posted(BODY)))["outcome"] == "fetched"
            assert time.monotonic() - began < 5
        told = [said[9:12] for said in (link.recv(100) for link in silent)]
        assert set(told) <= {b"", b"408", b"503"}, "those who had a place were sent away too"
        short = form.replace(b"500", b"3") + b"q=a"
        assert send(gateway.ports[0], short).status not in {408, 503}, "no place stayed taken"
    finally:
        for link in silent:
            link.close()


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "PROPFIND", "get"])
def test_other_methods_are_refused_with_those_that_may_be_used(gateway: Gateway, method: str) -> None:
    asked = gateway.question(origin="http://other.example")
    asked.method = method
    reply = gateway.signed(asked)
    assert (reply.status, reply.headers["allow"]) == (405, "GET, POST")
    assert not [name for name in reply.headers if name.startswith("access-control")]
    if method == "HEAD":
        assert reply.body == b""
    else:
        refused(reply)
        assert b"nonce" not in reply.body, "a trace shows no headers"


def test_no_page_of_another_origin_is_let_in(gateway: Gateway) -> None:
    asked = gateway.question(origin="http://other.example")
    assert answered(gateway.signed(asked))["outcome"] == "fetched"
    asked = Message(LAND, method="OPTIONS", headers={"host": gateway.host, "origin": "http://other.example"})
    asked.headers["access-control-request-method"] = "POST"
    assert refused(gateway.ask(asked))[0] == 405
