"""A city whose gateway is called over HTTP: who calls, what is granted, which cases are open.

Run as a program it prepares them in the city of its environment, through the doors, and says the token it issued.
"""

import http.client
import json
import re
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from tests.city import City, checkout, free_port, own_city
from tests.exchange.calling import Message, Signer

CLIENT, OTHER = "GOV/lanchuan.fire/inspection", "GOV/lanchuan.housing/drainage"
CASE, CLOSED, FOREIGN, UNKNOWN = "9901990001", "9901990002", "9901990003", "9901990009"
PLACE = "云(2016)澜川市不动产权第0001237号"
LAND = "/r1/LC/GOV/lanchuan.land/data/real-estate"
POLICE = "/r1/LC/GOV/lanchuan.police/data/population"
#: The question that this city answers, as a body.
BODY = json.dumps({"keys": {"certificate_no": PLACE}, "items": ["area"]}).encode()
LEAKS = ("Traceback", "psycopg", "select ", "exchange_", "journal_", "/src/", ".py", "postgres")


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Gateway:
    """Two servers over one database, a system with both kinds of keys, another one, a token, two people."""

    city: City
    ports: tuple[int, int]
    servers: list["subprocess.Popen[str]"]
    key: Signer
    ed25519: Signer
    foreign: Signer
    token: str = ""
    linxia: str = ""
    stranger: str = ""
    names: Sequence[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"localhost:{self.ports[0]}"

    def question(self, path: str = LAND, query: str = "", **headers: Any) -> Message:
        given = {"host": self.host, "x-road-client": f"LC/{CLIENT}", "x-road-id": secrets.token_hex(8)}
        given |= {"x-road-issue": CASE}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        asked = query or f"certificate_no={quote(PLACE)}&items=area"
        return Message(path, query=asked, headers={name: value for name, value in given.items() if value})

    def posted(self, body: bytes, path: str = LAND, **headers: Any) -> Message:
        message = self.question(path, content_type="application/json", **headers)
        message.method, message.query, message.body = "POST", "", body
        return message

    def ask(self, message: Message, *, port: int = 0) -> Reply:
        return send(port or self.ports[0], written(message))

    def signed(self, message: Message, **more: Any) -> Reply:
        return self.ask(self.key.sign(message, **more))


def written(
    message: Message,
    *,
    target: str = "",
    version: str = "1.1",
    more: Sequence[bytes] = (),
    length: bool = True,
) -> bytes:
    """The bytes of a message; `target` as it stands in the request line, `more` lines after its headers."""
    asked = target or quote(message.path, safe="/") + (f"?{message.query}" if message.query else "")
    lines = [f"{message.method} {asked} HTTP/{version}".encode()]
    lines += [f"{name}: {value}".encode() for name, value in message.headers.items()]
    if message.body and length:
        lines.append(b"content-length: %d" % len(message.body))
    return b"\r\n".join([*lines, *more]) + b"\r\n\r\n" + message.body


def send(port: int, data: bytes, *, method: str = "", wait: float = 20) -> Reply:
    """What the server answers to these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as link:
        link.sendall(data)
        return received(link, method or data.partition(b" ")[0].decode("latin-1"))


def received(link: socket.socket, method: str = "GET") -> Reply:
    """The next answer of a connection."""
    answer = http.client.HTTPResponse(link, method=method)
    answer.begin()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Reply(answer.status, headers, answer.read())


@contextmanager
def gateway_city(name: str) -> Iterator[Gateway]:
    """A prepared city with its two servers and its worker."""
    with own_city(name) as city:
        city.prepare()
        ports = (free_port(), free_port())
        servers = [city.serve(port) for port in ports]
        city.start("work")
        keys = [Signer("fire-1"), Signer("fire-2", "Ed25519"), Signer("housing-1")]
        said = subprocess.run(
            [sys.executable, "-m", "tests.faults.gateway_city", *(key.public.hex() for key in keys)],
            env=city.environment,
            cwd=checkout(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert said.returncode == 0, said.stderr
        yield Gateway(city, ports, servers, *keys, **json.loads(said.stdout))


def closed_to_others(reply: Reply) -> None:
    """No cache keeps it, no page of another origin reads it, nobody takes it for anything but JSON."""
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-type"] == "application/json"
    assert not [name for name in reply.headers if name.startswith("access-control")]


def refused(reply: Reply) -> tuple[int, str, str]:
    """Status, code and sentence of a refusal, which has the form of the protocol and leaks nothing."""
    closed_to_others(reply)
    said = json.loads(reply.body)
    assert set(said) == {"type", "message"}
    assert reply.headers["x-road-error"] == said["type"]
    assert re.search(r"[一-鿿]{4}", said["message"]), said
    assert not [leak for leak in (*LEAKS, "林夏") if leak in reply.body.decode()], said
    return reply.status, said["type"], said["message"]


def answered(reply: Reply) -> dict[str, Any]:
    assert reply.status == 200, reply.body.decode()
    closed_to_others(reply)
    return json.loads(reply.body)  # type: ignore[no-any-return]


def turned_away(reply: Reply) -> int:
    """The server itself refused: a status and not a word."""
    assert (reply.body, reply.headers["content-length"]) == (b"", "0")
    return reply.status


def prepare(publics: Sequence[str]) -> dict[str, Any]:
    """Register callers, grant, open cases; through the doors."""
    from tongban.exchange.api import add_key, issue_token, register_subsystem, write_case_ref
    from tongban.exchange.models import Binding, Grant
    from tongban.identity.models import Person
    from tongban.journal.api import Actor
    from tongban.kernel import clock

    officer = Actor(
        kind="officer", key="LC-SJ-001", agency="lanchuan.data", roles=frozenset({"data-officer"})
    )
    register_subsystem(code=CLIENT, title="消防检查系统", by=officer)
    register_subsystem(code=OTHER, title="排水系统", by=officer)
    for code, key, suite, public in zip(
        (CLIENT, CLIENT, OTHER),
        ("fire-1", "fire-2", "housing-1"),
        ("ES256", "Ed25519", "ES256"),
        publics,
        strict=True,
    ):
        add_key(subsystem=code, key=key, suite=suite, public=bytes.fromhex(public), valid_to=None, by=officer)
    terms: dict[str, Any] = {
        "consumer": "lanchuan.fire",
        "subsystem": CLIENT,
        "purpose": "核对场所",
        "cites": [{"law": "消防法", "article": "第十五条"}],
        "case_kinds": ["fire-check"],
        "valid_from": date(2026, 1, 1),
        "source": "test",
    }
    Grant.objects.create(code="fire-place", resource="real-estate", items=["address", "area"], **terms)
    Grant.objects.create(code="fire-person", resource="population", items=["name", "id_number"], **terms)
    Binding.objects.filter(pk="population").update(subject_key="id_number")
    linxia, other = (
        Person.objects.get(name="林夏"),
        Person.objects.exclude(name="林夏").order_by("id_number")[0],
    )
    for number, kinds, person, state in (
        (CASE, ["fire-check"], linxia, "open"),
        (CLOSED, ["fire-check"], linxia, "closed"),
        (FOREIGN, ["pension-claim"], other, "open"),
    ):
        write_case_ref(number=number, kinds=kinds, subjects=[person.pk], state=state)
    token = issue_token(subsystem=CLIENT, valid_to=clock.real_now() + timedelta(days=30), by=officer)
    return {
        "token": token,
        "linxia": linxia.id_number,
        "stranger": other.id_number,
        "names": [linxia.name, other.name],
    }


def main() -> None:
    """Prepare the city that the environment names."""
    from tongban.site import setup

    server = setup.open_database()
    setup.start_django("app")
    try:
        sys.stdout.write(json.dumps(prepare(sys.argv[1:])))
    finally:
        if server:
            server.stop()


if __name__ == "__main__":
    main()
