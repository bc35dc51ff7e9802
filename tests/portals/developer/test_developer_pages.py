"""A developer finds an interface, gets a key at once, and what the samples say is answered."""

import html
import json
import re
import shlex
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tests.architecture.test_shapes import ROOT
from tests.exchange.calling import Answer, Message, Signer, send, signature_base
from tongban.catalogue.models import Resource
from tongban.exchange.api import (
    REFUSALS,
    SANDBOX_KEY,
    describe,
    ensure_gateway_key,
    forget_sandbox,
    invented,
    list_described,
)
from tongban.exchange.sandbox.models import SandboxCall, SandboxKey
from tongban.identity.api import is_credit_code, is_id_number
from tongban.journal.models import Entry
from tongban.kernel import clock
from tongban.keys.api import custody

pytestmark = pytest.mark.django_db
PATH = "/r1/LC-TEST/GOV/lanchuan.land/data/real-estate"


def text(response: HttpResponse) -> str:
    return response.content.decode()


def shown(page: str, name: str) -> str:
    """The text of the element with an id."""
    (found,) = re.findall(rf'<(?:pre|code)[^>]* id="{name}">(.*?)</(?:pre|code)>', page, re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", found))


@pytest.fixture(autouse=True)
def _keys() -> None:
    ensure_gateway_key()


@pytest.fixture
def token(client: Client) -> tuple[str, str]:
    """Client and token of a developer who is not signed in."""
    page = text(client.post("/developer/sandbox/", {"how": "token"}))
    return shown(page, "client"), shown(page, "token")


def ask(token: tuple[str, str], said: Any, *, path: str = PATH, number: str = "1", **headers: str) -> Answer:
    given = {
        "x-road-client": token[0],
        "x-road-id": number,
        "x-road-issue": "TEST0001",
        "authorization": f"Bearer {token[1]}",
        "content-type": "application/json",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return send(Message(path, "POST", "", json.dumps(said).encode(), given))


def question(client: Client, code: str = "real-estate") -> dict[str, Any]:
    page = text(client.get(f"/developer/interfaces/{code}/"))
    command = shlex.split(shown(page, "curl").replace("\\\n", " "))
    return json.loads(command[command.index("--data") + 1])  # type: ignore[no-any-return]


def test_the_interfaces_are_listed_and_found_by_words(client: Client) -> None:
    assert "不动产登记信息" in text(client.get("/developer/?q=不动产"))
    page = text(client.get("/developer/"))
    assert page.count("/developer/interfaces/") == 40
    following = re.search(r"\?after=[\w-]+", page)
    assert following
    assert "/developer/interfaces/" in text(client.get(f"/developer/{following[0]}"))
    assert "没有找到这样的接口" in text(client.get("/developer/?q=月球土地"))


def test_a_resource_that_is_not_public_has_no_page_and_no_answer_here(
    client: Client, token: tuple[str, str]
) -> None:
    said = question(client)
    Resource.objects.filter(code="real-estate").update(public=False)
    assert client.get("/developer/interfaces/real-estate/").status_code == 404
    assert client.get("/developer/interfaces/real-estate/openapi.json").status_code == 404
    assert "real-estate" not in {one.code for one in list_described(limit=500)}
    answer = ask(token, said)
    assert (answer.status, answer.headers["x-road-error"]) == (404, "Server.ServerProxy.UnknownService")


def test_every_interface_has_a_page_whose_sample_the_sandbox_answers(client: Client) -> None:
    codes = [one.code for one in list_described(limit=500)]
    assert len(codes) > 50
    for code in codes:
        answered = json.loads(shown(text(client.get(f"/developer/interfaces/{code}/")), "answer"))
        assert answered["outcome"] in {"fetched", "verified"}, code
        assert answered["items"], code


def test_the_page_asks_as_often_for_many_items_as_for_few(client: Client) -> None:
    counts = []
    for code in ("school-zone", "lease-filing"):
        client.get(f"/developer/interfaces/{code}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/developer/interfaces/{code}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_copied_command_gets_the_answer_that_the_page_shows(
    client: Client, token: tuple[str, str]
) -> None:
    page = text(client.get("/developer/interfaces/real-estate/"))
    command = shlex.split(shown(page, "curl").replace("\\\n", " "))
    assert f"X-Road-Client: {token[0]}" in command
    assert command[2].endswith(PATH)
    answer = ask(token, json.loads(command[command.index("--data") + 1]))
    expected = json.loads(shown(page, "answer"))
    assert {**json.loads(answer.body), "query": "", "as_of": ""} == {**expected, "query": "", "as_of": ""}


def test_the_copied_program_signs_and_is_answered(client: Client, tmp_path: Path) -> None:
    given = text(client.post("/developer/sandbox/", {"how": "pair"}))
    (tmp_path / "sandbox.pem").write_text(shown(given, "private-key"))
    program = shown(text(client.get("/developer/interfaces/household/")), "python")
    sends = "    with urllib.request.urlopen(request) as answer:\n        print(answer.read().decode())"
    assert sends in program
    program = program.replace(sends, "    print(json.dumps([dict(request.header_items()), body.decode()]))")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    headers, body = json.loads(done.stdout)
    path = "/r1/LC-TEST/GOV/lanchuan.police/data/household"
    lower = {name.lower(): value for name, value in headers.items()}
    message = Message(path, "POST", "", body.encode(), lower)
    environ = message.environ() | {"HTTP_HOST": "testserver"}
    from tongban.portals.gateway.xroad import application

    started: list[Any] = []
    answer = b"".join(application(environ, lambda status, given: started.extend((status, given))))  # type: ignore[arg-type,misc,return-value]
    assert started[0] == "200 OK", answer
    assert json.loads(answer)["outcome"] == "verified"
    again = b"".join(application(message.environ() | {"HTTP_HOST": "testserver"}, lambda *_: None))  # type: ignore[arg-type,misc,return-value]
    assert json.loads(again)["type"] == "Client.Replayed"


def test_answers_are_signed_by_the_sandboxs_own_key(client: Client, token: tuple[str, str]) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    answer = ask(token, question(client))
    base, signature = signature_base(answer)
    assert b'keyid="exchange.sandbox"' in base
    assert b"LC-TEST/GOV/lanchuan.land/data/real-estate" in base
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), custody().public(SANDBOX_KEY))
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    public.verify(encode_dss_signature(r, s), base, ec.ECDSA(hashes.SHA256()))


def test_a_developers_own_public_key_signs_too(client: Client) -> None:
    signer = Signer("", "Ed25519")
    page = text(client.post("/developer/sandbox/", {"how": "own", "public": signer.public.hex()}))
    signer.id = shown(page, "key")
    headers = {"x-road-client": shown(page, "client"), "x-road-id": "1", "x-road-issue": "TEST0001"}
    message = Message(PATH, "POST", "", json.dumps(question(client)).encode(), headers)
    message = signer.sign(message)
    message.headers["content-type"] = "application/json"
    assert send(message).status == 200


@pytest.mark.parametrize(
    ("change", "headers", "status", "code"),
    [
        ({}, {"x_road_issue": "TEST0003"}, 403, "Server.ServerProxy.AccessDenied"),
        ({}, {"x_road_issue": "9901990001"}, 403, "Server.ServerProxy.AccessDenied"),
        ({}, {"x_road_represented_party": "GOV/lanchuan.housing"}, 403, "Server.ServerProxy.AccessDenied"),
        ({}, {"tongban_purpose": "x"}, 403, "Server.ServerProxy.AccessDenied"),
        ({"items": ["nothing"]}, {}, 400, "Client.BadRequest"),
        ({"keys": {}}, {}, 400, "Client.BadRequest"),
        ({"keys": {"nothing": "1"}}, {}, 400, "Client.BadRequest"),
        ({}, {"x_road_client": "LC-TEST/GOV/sandbox/other"}, 401, "Client.Unauthorized"),
        ({}, {"x_road_client": "LC/GOV/lanchuan.fire/inspection"}, 400, "Client.BadRequest"),
        ({}, {"authorization": "Bearer wrong"}, 401, "Client.Unauthorized"),
    ],
)
def test_errors_are_those_of_the_real_instance(
    client: Client,
    token: tuple[str, str],
    change: dict[str, Any],
    headers: dict[str, str],
    status: int,
    code: str,
) -> None:
    answer = ask(token, {**question(client), **change}, **headers)
    said = json.loads(answer.body)
    assert (answer.status, said["type"], answer.headers["x-road-error"]) == (status, code, code)


def test_outcomes_can_be_had_too(client: Client, token: tuple[str, str]) -> None:
    said = question(client)
    (key,) = said["keys"]
    for number, (value, outcome) in enumerate((("SILENT", "silent"), ("没有这一条", "none"))):
        answer = ask(token, {**said, "keys": {key: value}}, number=f"n{number}")
        assert json.loads(answer.body)["outcome"] == outcome
    stated = question(client, "household")
    stated["claims"] = dict.fromkeys(stated["claims"], "不是")
    answer = ask(token, stated, path="/r1/LC-TEST/GOV/lanchuan.police/data/household", number="m")
    assert json.loads(answer.body)["outcome"] == "mismatch"
    assert not any(json.loads(answer.body)["items"].values())


def test_a_sandbox_key_opens_nothing_real_and_no_act_is_made(client: Client, token: tuple[str, str]) -> None:
    before = Entry.objects.count()
    assert ask(token, question(client)).status == 200
    real = ask(
        (token[0].replace("LC-TEST", "LC"), token[1]), question(client), path=PATH.replace("-TEST", "")
    )
    assert (real.status, json.loads(real.body)["type"]) == (401, "Client.Unauthorized")
    assert Entry.objects.count() == before


def test_no_row_of_a_register_is_in_the_sandbox(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select id_number from register.population union select uscc from register.market_entity"
        )
        real = {number for (number,) in cursor.fetchall()}

    assert len({one.number for one in invented()}) == len(invented())
    assert all(is_id_number(one.number) and is_credit_code(one.credit_code) for one in invented())
    assert not real & {number for one in invented() for number in (one.number, one.credit_code)}
    for code in ("population", "market-entity", "real-estate"):
        for row in describe(code).rows:
            assert not real & {str(value) for value in row.values()}


def test_a_form_without_script_calls_and_shows_the_answer_and_the_error(client: Client) -> None:
    said = question(client)
    (value,) = said["keys"].values()
    sent = {"key": value, "items": said["items"], "case": "TEST0001"}
    page = text(client.post("/developer/interfaces/real-estate/try/", sent))
    assert "HTTP 200" in page
    assert "&quot;outcome&quot;: &quot;fetched&quot;" in page
    refused = text(client.post("/developer/interfaces/real-estate/try/", {**sent, "case": ""}))
    assert "HTTP 403" in refused
    assert "Server.ServerProxy.AccessDenied" in refused
    calls = text(client.get("/developer/sandbox/"))
    assert "fetched" in calls
    assert "没有在办的事项" in calls
    assert SandboxKey.objects.count() == 1, "the second try uses the client of the first"


def test_what_is_no_key_is_told_and_only_so_many_are_given(client: Client, settings: Settings) -> None:
    wrong = client.post("/developer/sandbox/", {"how": "own", "public": "x"})
    assert wrong.status_code == 422
    assert "公钥应为" in text(wrong)
    assert client.post("/developer/sandbox/", {"how": "?"}).status_code == 422
    statuses = [client.post("/developer/sandbox/", {"how": "token"}).status_code for _n in range(31)]
    assert statuses[-2:] == [200, 429] or statuses[-1] == 429


def test_a_key_calls_so_often_a_minute(client: Client, token: tuple[str, str], settings: Settings) -> None:
    settings.TONGBAN_SANDBOX_CALLS_A_MINUTE = 2
    said = question(client)
    answers = [ask(token, said, number=str(n)) for n in range(3)]
    assert [one.status for one in answers] == [200, 200, 429]
    assert answers[-1].headers["x-road-error"] == "Client.TooManyCalls"
    assert answers[-1].headers["retry-after"]


def test_a_key_that_is_given_back_or_over_is_refused_and_forgotten(
    client: Client, token: tuple[str, str]
) -> None:
    said = question(client)
    assert ask(token, said, number="a").status == 200
    other = Client()
    name = token[0].removeprefix("LC-TEST/")
    assert other.post("/developer/sandbox/forget/", {"client": name}).status_code == 404
    client.post("/developer/sandbox/forget/", {"client": name})
    assert ask(token, said, number="b").status == 401
    SandboxCall.objects.update(at=clock.real_now() - timedelta(days=31))
    forget_sandbox()
    assert not SandboxCall.objects.exists()


def test_openapi_names_address_items_and_errors(client: Client) -> None:
    said = json.loads(client.get("/developer/interfaces/real-estate/openapi.json").content)
    path = "/r1/LC/GOV/lanchuan.land/data/real-estate"
    assert set(said["paths"]) == {path, f"{path}/batch", f"{path}/changes"}
    assert "Tongban-Cursor" in said["paths"][f"{path}/changes"]["get"]["responses"]["200"]["headers"]
    told = said["paths"][path]["post"]["responses"]
    assert "Client.Unauthorized" in told["401"]["headers"]["X-Road-Error"]["schema"]["enum"]
    assert "area" in json.dumps(told["200"])


def test_every_error_of_the_gateway_is_explained(client: Client) -> None:
    named = set()
    for folder in ("exchange", "portals/gateway"):
        for path in (ROOT / "src" / "tongban" / folder).rglob("*.py"):
            if path.name != "refusals.py":
                named |= set(
                    re.findall(r'"((?:Client|Server\.ServerProxy)\.[A-Za-z.]+)"', path.read_text("utf-8"))
                )
    assert len(named) > 10
    assert not named - {one.code for one in REFUSALS}
    page = client.get("/developer/guide/").content.decode().replace("<wbr>", "")
    assert not [one.code for one in REFUSALS if one.code not in page]


def test_the_sandbox_lists_its_interfaces_in_the_words_of_the_protocol() -> None:
    answer = send(Message("/r1/LC-TEST/GOV/lanchuan.land/data/listMethods"))
    services = json.loads(answer.body)["service"]
    assert "real-estate" in {one["service_code"] for one in services}
    assert {one["xroad_instance"] for one in services} == {"LC-TEST"}
