"""Sources outside on the wire: signed answers like any other, and failures in the form of the protocol."""

import io
import json
import zipfile
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import pytest

from tests.conftest import Speaking
from tests.exchange.calling import Answer, Message, Signer, send
from tests.exchange.outside import Province, bind, province  # noqa: F401
from tests.exchange.test_upstream import hanging
from tests.portals.gateway.test_xroad import CASE, CLIENT, PATH, PLACE, city, key, officer, told  # noqa: F401
from tongban.exchange.upstream import gate
from tongban.exchange.upstream.source import UpstreamHttp
from tongban.journal.api import drain
from tongban.kernel import clock
from tongban.ledger.api import create_logs, sequence

# ruff: noqa: F811 - fixtures come from the modules beside
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def ask(key: Signer, **more: str) -> Answer:
    headers = {"x-road-client": f"LC/{CLIENT}", "x-road-id": "1", "x-road-issue": CASE, **more}
    return send(key.sign(Message(PATH, query=f"certificate_no={quote(PLACE)}&items=area", headers=headers)))


def test_an_answer_from_outside_is_signed_and_its_evidence_is_had_by_its_number(
    key: Signer, province: Province, speaking_as: Speaking, own_home: Path
) -> None:
    with speaking_as("owner"):
        create_logs(inception=clock.real_now().astimezone(clock.CITY_ZONE).date())
    bind(province.address)
    answer = ask(key)
    assert (answer.status, json.loads(answer.body)["items"]) == (200, {"area": "96.5"})
    query = answer.headers["x-road-request-id"]
    assert json.loads(answer.body)["query"] == query
    assert "signature" in answer.headers
    province.behave = hanging
    failed = told(ask(key))
    number = failed[2].partition("查询号 ")[2].partition("。")[0]
    with speaking_as("sequencer"):
        drain()
        sequence("acts")
    for one in (query, str(UUID(number))):
        headers = {"x-road-client": f"LC/{CLIENT}", "x-road-id": "2"}
        message = Message("/r1/LC/GOV/lanchuan.land/data/evidence", query=f"query={one}", headers=headers)
        given = send(key.sign(message))
        assert given.status == 200, given.body
        with zipfile.ZipFile(io.BytesIO(given.body)) as files:
            assert f"proofs/{one}.tlog-proof" in files.namelist()


def test_what_a_source_fails_with_has_the_form_of_the_protocol(key: Signer, province: Province) -> None:
    bind(province.address)
    province.behave = lambda asked: asked.say(b"<h1>WebLogic Server</h1>", status=500, kind="text/html")
    answer = ask(key)
    status, code, sentence = told(answer)
    assert (status, code) == (502, "Server.ServerProxy.ServiceFailed.BadAnswer")
    assert "报告自身出错" in sentence
    assert b"WebLogic" not in answer.body
    assert "retry-after" not in answer.headers
    province.behave = hanging
    assert told(ask(key))[:2] == (504, "Server.ServerProxy.ServiceFailed.Timeout")


def test_none_free_is_503_at_once_with_when_to_ask_again(key: Signer, province: Province) -> None:
    bind(province.address, permits=1)
    held = [gate.take(UpstreamHttp().reach("real-estate")) for _ in range(gate.calls_at_a_time())]
    answer = ask(key)
    assert told(answer)[:2] == (503, "Server.ServerProxy.ServiceFailed.Busy")
    assert answer.headers["retry-after"] == str(gate.BUSY_AGAIN_S)
    for permit in held:
        gate.give_back(permit)
    assert ask(key).status == 200
    assert len(province.questions) == 1
