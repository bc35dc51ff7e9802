"""Evidence by the number of a query: who gets it, what it opens, and that a checker says recorded, when, unaltered."""

# ruff: noqa: F811 - fixtures

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from tests.conftest import Speaking
from tests.exchange.calling import Answer, Message, Signer, send
from tests.portals.gateway.test_xroad import CASE, CLIENT, PATH, PLACE, city, key, officer, told  # noqa: F401
from tongban.exchange.api import Asker, add_key, evidence_of_query, register_subsystem
from tongban.identity.models import Person
from tongban.journal.api import Actor, drain, timeline
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.ledger.api import create_logs, sequence, trust_policy
from tongban.site.checking import verify_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

ADDRESS = "/r1/LC/GOV/lanchuan.land/data/evidence"


@pytest.fixture
def answered(key: Signer, speaking_as: Speaking, own_home: Path) -> Answer:
    """An answer that is in the log."""
    from urllib.parse import quote

    with speaking_as("owner"):
        create_logs(inception=clock.real_now().astimezone(clock.CITY_ZONE).date())
    headers = {"x-road-client": f"LC/{CLIENT}", "x-road-id": "1", "x-road-issue": CASE}
    answer = send(key.sign(Message(PATH, query=f"certificate_no={quote(PLACE)}&items=area", headers=headers)))
    assert answer.status == 200, answer.body
    with speaking_as("sequencer"):
        drain()
        sequence("acts")
    return answer


def ask(key: Signer, query: str, client: str = CLIENT) -> Answer:
    headers = {"x-road-client": f"LC/{client}", "x-road-id": str(uuid4())}
    return send(key.sign(Message(ADDRESS, query=f"query={query}", headers=headers)))


def opening(pack: bytes, query: str) -> str:
    from base64 import b64decode

    with zipfile.ZipFile(io.BytesIO(pack)) as files:
        proof = files.read(f"proofs/{query}.tlog-proof").decode()
        assert "tongban verify" in files.read("README.txt").decode()
    return b64decode(proof.split("\n")[1].removeprefix("extra ")).decode()


def test_who_asked_takes_the_evidence_and_a_checker_holds_the_answer_against_it(
    key: Signer,
    answered: Answer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    query = answered.headers["x-road-request-id"]
    given = ask(key, query)
    assert (given.status, given.headers["content-type"]) == (200, "application/zip")
    assert given.headers["x-road-request-id"] == query
    trust, body, pack = tmp_path / "trust", tmp_path / "answer.json", tmp_path / "evidence.zip"
    trust.mkdir()
    (trust / "policy.txt").write_text(trust_policy())
    body.write_bytes(answered.body)
    pack.write_bytes(given.body)
    assert verify_files([str(body), str(pack)], trust) == 0
    said = capsys.readouterr().out
    assert f"the answer to the query {query}, recorded as exchange.answered.v1 at" in said
    assert "unaltered" in said
    body.write_bytes(answered.body.replace(b"96.00", b"99.00"))
    assert verify_files([str(body), str(pack)], trust) == 1
    assert "not what was answered" in capsys.readouterr().err
    assert timeline(objects=[f"query:{query}"], kinds=["exchange.evidence-given.v1"])


def test_the_provider_and_an_auditor_get_it_without_what_it_says_of_the_person(
    answered: Answer,
    officer: Actor,
) -> None:
    query, linxia = answered.headers["x-road-request-id"], str(Person.objects.get(name="林夏").pk)
    own = Signer(f"land-{uuid4()}")
    register_subsystem(code="GOV/lanchuan.land/register", title="登记系统", by=officer)
    add_key(
        subsystem="GOV/lanchuan.land/register",
        key=own.id,
        suite="ES256",
        public=own.public,
        valid_to=None,
        by=officer,
    )
    given = ask(own, query, "GOV/lanchuan.land/register")
    assert given.status == 200, given.body
    assert linxia not in opening(given.body, query)
    auditor = Actor(kind="officer", key="x", agency="lanchuan.audit", roles=frozenset({"auditor"}))
    asked = Actor(kind="officer", key="y", agency="lanchuan.fire")
    number = timeline(objects=[f"query:{query}"])[0].id
    assert linxia not in opening(evidence_of_query(number, by=Asker(officer=auditor)), query)
    assert linxia in opening(evidence_of_query(number, by=Asker(officer=asked)), query)
    stranger = Actor(kind="officer", key="z", agency="lanchuan.housing", roles=frozenset({"data-officer"}))
    with pytest.raises(NotFound, match="与您无关"):
        evidence_of_query(number, by=Asker(officer=stranger))


def test_an_owner_takes_the_evidence_of_a_reading_from_its_page(
    answered: Answer, sign_in: Callable[[str], Client]
) -> None:
    query, linxia = answered.headers["x-road-request-id"], str(Person.objects.get(name="林夏").pk)
    address = "/bureau/use/real-estate/rows/proof/"
    owner = sign_in("land-owner")
    given = owner.post(address, {"entry": query})
    assert (given.status_code, given["content-type"]) == (200, "application/zip")
    assert linxia not in opening(given.content, query)
    (taken,) = timeline(objects=[f"query:{query}"], kinds=["exchange.evidence-given.v1"])
    assert taken.agency == "lanchuan.land"
    assert sign_in("housing-owner").post(address, {"entry": query}).status_code == 404
    for wrong in ("", "1", str(uuid4())):
        refused = owner.post(address, {"entry": wrong})
        assert refused.status_code == 404
        assert "没有这一次" in refused.content.decode()


def test_strangers_and_unknown_numbers_are_told_alike(
    key: Signer,
    answered: Answer,
    officer: Actor,
) -> None:
    other = Signer(f"other-{uuid4()}")
    register_subsystem(code="GOV/lanchuan.housing/drainage", title="排水系统", by=officer)
    add_key(
        subsystem="GOV/lanchuan.housing/drainage",
        key=other.id,
        suite="ES256",
        public=other.public,
        valid_to=None,
        by=officer,
    )
    foreign = told(ask(other, answered.headers["x-road-request-id"], "GOV/lanchuan.housing/drainage"))
    assert foreign == told(ask(key, str(uuid4())))
    assert foreign[:2] == (404, "Client.UnknownQuery")
    public_act = timeline(objects=[f"subsystem:{CLIENT}"])[0].id
    assert told(ask(key, str(public_act))) == foreign
    assert told(ask(key, "nothing"))[0] == 400
    assert told(ask(key, answered.headers["x-road-request-id"] + "&query=2"))[0] == 400
    assert told(ask(other, str(uuid4())))[0] == 401


def test_what_is_not_in_the_log_yet_is_asked_for_again_later(
    key: Signer,
    answered: Answer,
    speaking_as: Speaking,
) -> None:
    from urllib.parse import quote

    headers = {"x-road-client": f"LC/{CLIENT}", "x-road-id": "2", "x-road-issue": CASE}
    fresh = send(key.sign(Message(PATH, query=f"certificate_no={quote(PLACE)}&items=area", headers=headers)))
    late = ask(key, fresh.headers["x-road-request-id"])
    assert told(late)[:2] == (503, "Server.ServerProxy.NotLoggedYet")
    assert late.headers["retry-after"]
    assert json.loads(fresh.body)["query"] == fresh.headers["x-road-request-id"]
