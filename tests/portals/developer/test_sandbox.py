"""The sandbox's own cases and feeds: what a developer tries there goes as it will go on the real instance."""

import json
from typing import Any

import pytest
from django.test import Client
from stdnum.iso7064 import mod_11_2

from tests.exchange.calling import Answer, Message, send
from tests.portals.developer.test_developer_pages import _keys, ask, question, token  # noqa: F401 - fixtures
from tongban.exchange.api import invented
from tongban.exchange.sandbox.models import SandboxOwnCase

# ruff: noqa: F811 - fixtures come from the module beside
pytestmark = pytest.mark.django_db

STRANGER = "99010219880307123" + mod_11_2.calc_check_digit("99010219880307123")
FED = "/r1/LC-TEST/GOV/lanchuan.land/data/real-estate"
CASE = {"kinds": ["fire-check"], "subjects": [invented()[0].number], "until": "2027-01-31"}


def about_case(token: tuple[str, str], method: str, said: Any = None, *, number: str = "7") -> Answer:
    headers = {
        "x-road-client": token[0],
        "x-road-id": f"{method}-{number}-{id(said)}",
        "authorization": f"Bearer {token[1]}",
        "content-type": "application/json",
    }
    body = json.dumps(said).encode() if said is not None else b""
    return send(Message(f"/r1/{token[0]}/cases/{number}", method, "", body, headers))


def page(token: tuple[str, str], form: str, query: str = "") -> Answer:
    headers = {
        "x-road-client": token[0],
        "x-road-id": f"{form}?{query}"[:400],
        "authorization": f"Bearer {token[1]}",
    }
    return send(Message(f"{FED}/{form}", "GET", query, b"", headers))


def told(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.headers.get("x-road-error", "")


def test_a_made_up_case_is_registered_read_for_changed_and_closed(
    client: Client, token: tuple[str, str]
) -> None:
    made = json.loads(about_case(token, "PUT", CASE).body)
    assert (made["state"], made["subjects"]) == ("open", 1)
    asked = question(client)
    assert ask(token, asked, number="a", x_road_issue=made["reference"]).status == 200
    assert json.loads(about_case(token, "GET").body) == made
    assert json.loads(about_case(token, "DELETE").body)["state"] == "closed"
    refused = ask(token, asked, number="b", x_road_issue=made["reference"])
    assert told(refused) == (403, "Server.ServerProxy.AccessDenied")
    assert told(about_case(token, "PUT", {**CASE})) == (409, "Client.BadRequest")


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"subjects": ["99999919610308001X"]}, 400, "校验位要对"),
        ({"subjects": [STRANGER]}, 422, "沙箱里没有号码是这样的人"),
        ({"kinds": []}, 400, "请写明办件的种类"),
        ({"until": "2020-01-01"}, 400, "截止日"),
    ],
)
def test_a_made_up_case_that_cannot_be_is_refused_in_a_sentence(
    token: tuple[str, str], change: dict[str, Any], status: int, sentence: str
) -> None:
    refused = about_case(token, "PUT", {**CASE, **change})
    assert refused.status == status
    assert sentence in json.loads(refused.body)["message"]
    assert not SandboxOwnCase.objects.exists()


def test_a_case_of_another_client_is_none(client: Client, token: tuple[str, str]) -> None:
    made = json.loads(about_case(token, "PUT", CASE).body)
    SandboxOwnCase.objects.update(client="GOV/sandbox/other")
    assert told(about_case(token, "GET")) == (404, "Client.UnknownCase")
    refused = ask(token, question(client), x_road_issue=made["reference"])
    assert told(refused) == (403, "Server.ServerProxy.AccessDenied")


def test_a_batch_of_made_up_rows_goes_page_by_page_and_its_changes_after_it(token: tuple[str, str]) -> None:
    rows: list[dict[str, Any]] = []
    query, pages = "limit=5", 0
    while True:
        answer = page(token, "batch", query)
        assert answer.status == 200, answer.body
        assert 'keyid="exchange.sandbox"' in answer.headers["signature-input"]
        rows += [json.loads(line) for line in answer.body.splitlines()]
        pages += 1
        if answer.headers["tongban-more"] == "false":
            break
        query = f"limit=5&cursor={answer.headers['tongban-cursor']}"
    assert (len(rows), pages) == (12, 3)
    assert len({row["record"] for row in rows}) == 12
    after = page(token, "changes", f"cursor={answer.headers['tongban-changes']}")
    changed = [json.loads(line) for line in after.body.splitlines()]
    assert [(one["op"], one["position"]) for one in changed] == [("update", 13), ("delete", 14)]
    assert "items" not in changed[1]
    assert page(token, "changes", f"cursor={after.headers['tongban-cursor']}").body == b""


@pytest.mark.parametrize(
    ("query", "status"), [("cursor=wrong", 400), ("items=nothing", 403), ("limit=0", 400), ("x=1", 400)]
)
def test_a_page_that_cannot_be_given_is_refused(token: tuple[str, str], query: str, status: int) -> None:
    assert page(token, "batch", query).status == status


def test_nobody_searches_by_what_the_grant_does_not_give(client: Client, token: tuple[str, str]) -> None:
    path = "/r1/LC-TEST/GOV/lanchuan.tax/data/deed-tax"
    asked = question(client, "deed-tax")
    assert ask(token, asked, path=path, number="k1").status == 200
    refused = ask(token, {**asked, "keys": {"amount": "1"}}, path=path, number="k2")
    assert told(refused) == (403, "Server.ServerProxy.AccessDenied")
