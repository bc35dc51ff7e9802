"""Tricks with paths, hosts and headers, over HTTP against the real server: what is refused, and what it gives away."""

import socket
from urllib.parse import unquote

import pytest

from tests.exchange.calling import Message
from tests.faults.gateway_city import (
    CASE,
    CLIENT,
    LAND,
    UNKNOWN,
    Gateway,
    answered,
    refused,
    send,
    turned_away,
    written,
)


@pytest.mark.parametrize(
    "target",
    [
        LAND + "/",
        LAND + ";x=1",
        LAND + "%00",
        LAND + "%0d%0ax-road-issue:1",
        LAND + "%ff",
        LAND + "%e4%b8%ad",
        LAND + "/%2e%2e/real-estate",
        LAND + "%3Fitems=area",
        LAND.replace("data/", "data/../data/"),
        LAND.replace("data/", "data/%2e%2e/data/"),
        LAND.replace("data/", "data/./"),
        LAND.replace("/data/", "//data/"),
        LAND.replace("/data/", "/%2Fdata/"),
        LAND.replace("land/", "land%252F"),
        LAND.replace("land/", "land%5C"),
        LAND.replace("/r1/LC", "/r1/lc"),
        LAND.replace("/r1/LC", "/r1/EE"),
        LAND.replace("GOV", "gov"),
        LAND.replace("/data/", "/DATA/"),
        LAND.replace("real-estate", "Real-Estate"),
        LAND.replace("real-estate", "ｒeal-estate"),
        LAND.replace("real-estate", "nothing"),
        LAND.replace("lanchuan.land", "lanchuan.police"),
        LAND.replace("lanchuan.land", "a" * 5000),
        LAND + "/path/beyond",
        "/r1/",
        "/r1//",
        "/r1/..",
        "/r1/%2e%2e/ledger/public/checkpoint",
    ],
)
def test_a_path_that_names_nothing_is_an_unknown_service(gateway: Gateway, target: str) -> None:
    asked = gateway.question()
    asked.path = unquote(target)
    reply = send(gateway.ports[0], written(gateway.key.sign(asked), target=f"{target}?{asked.query}"))
    assert refused(reply)[:2] == (404, "Server.ServerProxy.UnknownService")


@pytest.mark.parametrize(
    "escaped", [LAND.replace("-", "%2D"), LAND.replace("land/", "land%2F"), LAND.replace("LC", "%4C%43")]
)
def test_an_escaped_path_is_the_path_it_stands_for_and_is_signed_as_that(
    gateway: Gateway, escaped: str
) -> None:
    asked = gateway.key.sign(gateway.question())
    reply = send(gateway.ports[0], written(asked, target=f"{escaped}?{asked.query}"))
    assert answered(reply)["resource"] == "real-estate"
    assert reply.headers["x-road-service"] == LAND.removeprefix("/r1/")
    asked = gateway.question(escaped)
    gateway.key.sign(asked)
    assert refused(send(gateway.ports[0], written(asked, target=f"{escaped}?{asked.query}")))[0] == 401


@pytest.mark.parametrize(
    "target", ["/" + LAND, LAND.replace("/r1/", "/R1/"), "/r1", "/." + LAND, "/x/.." + LAND, "/%2Fr1/LC", "*"]
)
def test_what_only_resembles_the_gateway_is_a_page_that_is_not_there(gateway: Gateway, target: str) -> None:
    reply = send(gateway.ports[0], written(gateway.key.sign(gateway.question()), target=target))
    assert reply.status in {400, 404}, (reply.status, reply.body)
    assert "x-road-service" not in reply.headers
    assert "青石广场" not in reply.body.decode()


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"/r1/\x00", 400),
        (b"/r1/a b", 400),
        (b"/r1/?\xff", 400),
        (b"/r1/" + b"a" * 70_000, 414),
    ],
)
def test_a_request_line_that_is_none_is_turned_away_by_the_server(
    gateway: Gateway, target: bytes, status: int
) -> None:
    reply = send(gateway.ports[0], b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert turned_away(reply) == status


def test_a_target_in_absolute_form_does_not_choose_another_host(gateway: Gateway) -> None:
    asked = gateway.key.sign(gateway.question())
    reply = send(gateway.ports[0], written(asked, target=f"http://other.example{asked.path}?{asked.query}"))
    assert reply.headers["x-road-service"] == LAND.removeprefix("/r1/")
    asked = gateway.key.sign(gateway.question(host="other.example"))
    reply = send(gateway.ports[0], written(asked, target=f"http://localhost{asked.path}?{asked.query}"))
    assert refused(reply)[0] == 400


@pytest.mark.parametrize(
    "host", ["other.example", "localhost.other.example", "localhost@other.example", "", "[::", "*"]
)
def test_a_message_for_another_node_is_not_answered_here_though_it_is_signed(
    gateway: Gateway, host: str
) -> None:
    asked = gateway.question(host=host)
    assert refused(gateway.signed(asked))[:2] == (400, "Client.BadRequest")
    assert (
        refused(send(gateway.ports[0], written(Message("/r1/listClients", headers={"host": host}))))[0] == 400
    )


def test_two_hosts_are_none(gateway: Gateway) -> None:
    asked = gateway.key.sign(gateway.question())
    for more in (b"host: other.example", f"host: {gateway.host}".encode()):
        assert refused(send(gateway.ports[0], written(asked, more=[more])))[0] == 400


def test_a_host_is_the_same_in_capitals(gateway: Gateway) -> None:
    asked = gateway.key.sign(gateway.question())
    asked.headers["host"] = asked.headers["host"].upper()
    assert answered(gateway.ask(asked))["outcome"] == "fetched"


def test_the_old_protocol_is_answered_once_for_a_connection(gateway: Gateway) -> None:
    asked = gateway.key.sign(gateway.question())
    assert answered(send(gateway.ports[0], written(asked, version="1.0")))["outcome"] == "fetched"
    del asked.headers["host"]
    assert refused(send(gateway.ports[0], written(asked, version="1.0")))[0] == 400


@pytest.mark.parametrize(
    "name",
    ["x-road-client", "x-road-id", "x-road-issue", "content-digest", "signature-input", "signature"],
)
@pytest.mark.parametrize("same", [True, False])
def test_a_header_that_comes_twice_is_refused(gateway: Gateway, name: str, same: bool) -> None:
    asked = gateway.key.sign(gateway.question())
    other = asked.headers[name] if same else gateway.key.sign(gateway.question()).headers[name][:-1] + "9"
    for more in ([f"{name}: {other}".encode()], [f"{name.title()}: {other}".encode()]):
        assert refused(send(gateway.ports[0], written(asked, more=more)))[0] in {400, 401}


@pytest.mark.parametrize("name", ["x-road-id", "x-road-issue", "x-road-userid"])
@pytest.mark.parametrize("joined", [",", ", "])
def test_two_headers_signed_as_their_joined_value_are_refused(
    gateway: Gateway, name: str, joined: str
) -> None:
    asked = gateway.question(**{name: f"{CASE}{joined}{UNKNOWN}"})
    gateway.key.sign(asked)
    asked.headers[name] = CASE
    assert refused(send(gateway.ports[0], written(asked, more=[f"{name}: {UNKNOWN}".encode()])))[0] == 400


def test_a_header_with_underscores_changes_nothing_of_what_was_signed(gateway: Gateway) -> None:
    asked = gateway.key.sign(gateway.question())
    reply = send(gateway.ports[0], written(asked, more=[f"X_Road_Issue: {UNKNOWN}".encode()]))
    assert refused(reply)[0] == 401
    asked = gateway.key.sign(gateway.question())
    first, _, rest = written(asked).partition(b"\r\n")
    reply = send(gateway.ports[0], b"\r\n".join([first, f"X_Road_Issue: {UNKNOWN}".encode(), rest]))
    assert answered(reply)["outcome"] == "fetched"


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"x-road-userid: a\r\n b", 400),
        (b"x-road-userid: a\x00b", 400),
        (b"x-road-userid : a", 400),
        (b"x-road-userid: a\rb", 400),
        (b"x-road-userid: " + b"a" * 1_000_000, 431),
        (b"\r\n".join(b"x-%d: a" % n for n in range(300)), 431),
        (b": a", 400),
    ],
)
def test_a_header_that_is_none_is_turned_away_by_the_server(
    gateway: Gateway, line: bytes, status: int
) -> None:
    try:
        reply = send(gateway.ports[0], written(gateway.question(), more=[line]))
    except ConnectionError:  # it hangs up while we still write
        assert status == 431
        return
    assert turned_away(reply) == status


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("x-road-userid", b"\xe4\xb8\xad\xff", "可见的 ASCII"),
        ("x-road-userid", "中".encode(), "可见的 ASCII"),
        ("x-road-userid", b"", "可见的 ASCII"),
        ("x-road-userid", b"a\tb", "可见的 ASCII"),
        ("x-road-userid", b"a" * 501, "最多 500"),
        ("x-road-issue", b"1" * 60_000, "最多 500"),
        ("tongban-purpose", b"%E4", "UTF-8"),
        ("tongban-purpose", b"%00", "控制字符"),
        ("tongban-purpose", b"%0d%0aset-cookie:a", "控制字符"),
        ("tongban-purpose", b"%ED%A0%80", "UTF-8"),
    ],
)
def test_a_header_that_cannot_be_read_is_named_or_explained(
    gateway: Gateway, name: str, value: bytes, sentence: str
) -> None:
    asked = gateway.question(**{name: value.decode("latin-1")}) if value else gateway.question()
    if name != "x-road-issue":
        asked.headers.pop(name, None)
    shown = {**asked.headers, name: value.decode("latin-1")}
    signer = gateway.question(**({name: shown[name]} if shown[name].isascii() and value else {}))
    gateway.key.sign(signer)
    sent = {key: text for key, text in signer.headers.items() if key != name}
    signer.headers = sent
    reply = send(gateway.ports[0], written(signer, more=[name.encode() + b": " + value]))
    assert sentence in refused(reply)[2]


@pytest.mark.parametrize(
    "target",
    [
        "/ledger/public/tile/../../keys/log.public.key",
        "/ledger/public/tile/%2e%2e/%2e%2e/keys/log.public.key",
        "/ledger/public/tile/0/%2e%2e%2fcheckpoint",
        "/ledger/public/tile/0/000;x",
        "/ledger/public/tile/0/000%00",
        "/ledger/public/tile/0//000",
        "/ledger/public/tile/00/000",
        "/ledger/public/tile/0/000/",
        "/ledger/public/tile/0/x" + "9" * 3000,
        "/ledger/PUBLIC/checkpoint",
        "/ledger/public/checkpoint/",
        "/ledger/public//checkpoint",
        "/ledger/acts%2fcheckpoint%00",
        "/static/../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2fkeys/django-secret",
        "/static/%00",
        "//other.example/%2e%2e",
        "/%5cother.example",
        "/%ff%fe",
        "/search/%00",
        "/" + "a/" * 2000,
    ],
)
def test_a_path_trick_finds_no_file_and_no_fault(gateway: Gateway, target: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "TRACE", "PUT"):
        data = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        reply = send(gateway.ports[0], data)
        assert reply.status in {301, 302, 400, 403, 404, 405}, (method, reply.status)
        assert b"root:" not in reply.body
        assert b"PRIVATE" not in reply.body
        assert b"Traceback" not in reply.body
        assert not reply.headers.get("location", "").startswith(("http:", "https:", "//", "/\\"))


def test_a_page_is_not_made_for_another_host(gateway: Gateway) -> None:
    reply = send(gateway.ports[0], b"GET / HTTP/1.1\r\nHost: other.example\r\n\r\n")
    assert reply.status == 400
    assert b"other.example" not in reply.body


def test_a_tunnel_is_not_opened(gateway: Gateway) -> None:
    with socket.create_connection(("127.0.0.1", gateway.ports[0]), timeout=10) as link:
        link.sendall(b"CONNECT localhost:5432 HTTP/1.1\r\nHost: localhost:5432\r\n\r\n")
        assert not link.recv(1000).startswith(b"HTTP/1.1 200")


def test_what_was_refused_left_no_answer_in_the_journal(gateway: Gateway) -> None:
    """Every answer of this file was to a call that was good: its reading has exactly one entry."""
    rows = gateway.city.rows(
        "select count(*), count(distinct object) from journal_entry where kind = 'exchange.answered.v1'"
    )
    assert rows[0][0] == rows[0][1] > 0
    subsystems = gateway.city.rows(
        "select distinct actor from journal_entry where kind = 'exchange.answered.v1'"
    )
    assert subsystems == [(f"subsystem:{CLIENT}",)]
