"""An agency's system makes its own cases known, under its grants, so many a day; what it closes is closed at once."""

import json
import secrets
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.conftest import Speaking
from tests.exchange.calling import Answer, Message, Signer, send
from tongban.exchange.api import (
    add_key,
    count_outside_cases,
    ensure_gateway_key,
    register_subsystem,
    stop_subsystem,
)
from tongban.exchange.models import Binding, CaseRef, Grant
from tongban.identity.api import find_actor
from tongban.identity.models import Firm, Person
from tongban.journal.api import drain, footprint, timeline
from tongban.kernel import clock

pytestmark = pytest.mark.django_db

OWN, OTHER = "GOV/lanchuan.fire/inspection", "GOV/lanchuan.health/clinics"
Ask = Callable[..., Answer]


@pytest.fixture
def linxia() -> Person:
    return Person.objects.get(name="林夏")


@pytest.fixture
def ask() -> Ask:
    """Two systems with keys and grants; sends a signed message of the one named."""
    officer, keys = find_actor("data-officer"), {}
    ensure_gateway_key()
    for code, agency in ((OWN, "lanchuan.fire"), (OTHER, "lanchuan.health")):
        register_subsystem(code=code, title=code, by=officer)
        keys[code] = Signer(f"outside-{secrets.token_hex(4)}")
        add_key(
            subsystem=code,
            key=keys[code].id,
            suite="ES256",
            public=keys[code].public,
            valid_to=None,
            by=officer,
        )
        Grant.objects.create(
            code=f"{agency}-person", consumer=agency, subsystem=code, resource="population",
            items=["name", "id_number"], purpose="核对身份", cites=[{"law": "消防法", "article": "第十五条"}],
            case_kinds=["fire-check"], valid_from=date(2026, 1, 1), source="test",
        )  # fmt: skip
    Binding.objects.filter(pk="population").update(subject_key="id_number")

    def send_as(client: str, method: str, path: str, said: Any = None, **headers: str) -> Answer:
        body = b"" if said is None else said if isinstance(said, bytes) else json.dumps(said).encode()
        given = {"x-road-client": f"LC/{client}", "x-road-id": secrets.token_hex(8)}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if body:
            given["content-type"] = "application/json"
        return send(keys[client].sign(Message(path, method, "", body, given)))

    return send_as


def put(ask: Ask, number: str = "XF-2026-1", *, client: str = OWN, at: str = OWN, **said: Any) -> Answer:
    given = {
        "kinds": ["fire-check"],
        "subjects": [Person.objects.get(name="林夏").id_number],
        "until": (clock.today() + timedelta(days=30)).isoformat(),
        **said,
    }
    return ask(client, "PUT", f"/r1/LC/{at}/cases/{number}", given)


def read(ask: Ask, case: str, number: str, *, client: str = OWN) -> Answer:
    path = "/r1/LC/GOV/lanchuan.police/data/population"
    return ask(
        client, "POST", path, {"keys": {"id_number": number}, "claims": {"name": "林夏"}}, x_road_issue=case
    )


def told(answer: Answer) -> tuple[int, str, str]:
    said = json.loads(answer.body)
    return answer.status, said["type"], said["message"]


def test_a_registered_case_lets_its_system_read_about_its_people_until_it_is_closed(
    ask: Ask, linxia: Person
) -> None:
    made = put(ask)
    assert made.status == 200, made.body
    said = json.loads(made.body)
    assert said["reference"] == f"{OWN}/XF-2026-1"
    assert (said["subjects"], said["state"]) == (1, "open")
    assert "signature" in made.headers
    answer = read(ask, said["reference"], linxia.id_number)
    assert json.loads(answer.body)["outcome"] == "verified"
    someone = Person.objects.exclude(pk=linxia.pk).first()
    assert someone
    assert told(read(ask, said["reference"], someone.id_number))[2].startswith("查询的不是这个事项的当事人")
    closed = ask(OWN, "DELETE", f"/r1/LC/{OWN}/cases/XF-2026-1")
    assert json.loads(closed.body)["state"] == "closed"
    assert told(read(ask, said["reference"], linxia.id_number))[1] == "Server.ServerProxy.AccessDenied"


def test_numbers_are_kept_as_digests_and_answers_say_only_how_many(ask: Ask, linxia: Person) -> None:
    made = put(ask)
    row = CaseRef.objects.get(owner=OWN)
    assert linxia.id_number.encode() not in b"".join(bytes(one) for one in row.numbers)
    assert linxia.id_number not in made.body.decode()
    shown = ask(OWN, "GET", f"/r1/LC/{OWN}/cases/XF-2026-1")
    assert json.loads(shown.body) == json.loads(made.body)


def test_the_person_finds_agency_and_number_in_her_footprint(
    ask: Ask, linxia: Person, speaking_as: Speaking
) -> None:
    put(ask)
    put(ask, until=(clock.today() + timedelta(days=60)).isoformat())
    ask(OWN, "DELETE", f"/r1/LC/{OWN}/cases/XF-2026-1")
    with speaking_as("sequencer"):
        drain()
    kinds = [f"case-reference.{verb}.v1" for verb in ("registered", "changed", "closed")]
    traces = footprint(linxia.pk, kinds=kinds)
    assert [one.act.kind for one in traces] == kinds[::-1]
    assert {(one.act.agency, one.act.case_number, one.said["number"]) for one in traces} == {
        ("lanchuan.fire", f"{OWN}/XF-2026-1", "XF-2026-1")
    }


def test_nobody_registers_reads_uses_or_closes_anothers_case(ask: Ask, linxia: Person) -> None:
    put(ask)
    for method in ("PUT", "GET", "DELETE"):
        answer = ask(OTHER, method, f"/r1/LC/{OWN}/cases/XF-2026-1")
        assert told(answer)[:2] == (403, "Server.ServerProxy.AccessDenied")
    assert told(ask(OTHER, "GET", f"/r1/LC/{OTHER}/cases/XF-2026-1"))[:2] == (404, "Client.UnknownCase")
    assert told(read(ask, f"{OWN}/XF-2026-1", linxia.id_number, client=OTHER))[0] == 403
    assert CaseRef.objects.get(owner=OWN).state == "open"


def test_only_kinds_that_a_grant_in_force_admits_are_registered(ask: Ask) -> None:
    status, code, sentence = told(put(ask, kinds=["fire-check", "marriage"]))
    assert (status, code) == (403, "Server.ServerProxy.AccessDenied")
    assert "marriage" in sentence
    assert "fire-check" not in sentence
    Grant.objects.filter(subsystem=OWN).update(stopped_at=clock.now())
    assert told(put(ask))[0] == 403
    assert not CaseRef.objects.filter(owner=OWN).exists()
    refusals = timeline(objects=[f"subsystem:{OWN}"], kinds=["case-reference.refused.v1"])
    assert len(refusals) == 2


def test_a_number_nobody_has_is_told_in_one_sentence_and_not_kept(ask: Ask, linxia: Person) -> None:
    stranger = "110101199003070134"
    status, _code, sentence = told(put(ask, subjects=[linxia.id_number, stranger]))
    assert (status, sentence) == (422, "本市没有号码是这样的人或者经营主体：第 2 个。没有登记。")
    assert not CaseRef.objects.filter(owner=OWN).exists()
    (refused,) = timeline(objects=[f"subsystem:{OWN}"], kinds=["case-reference.refused.v1"])
    assert stranger not in json.dumps(refused.content)


def test_a_firm_is_a_party_by_its_credit_code(ask: Ask) -> None:
    firm = Firm.objects.first()
    assert firm
    assert json.loads(put(ask, subjects=[firm.uscc]).body)["subjects"] == 1
    assert CaseRef.objects.get(owner=OWN).subjects == [firm.subject]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"kinds": []}, "种类"),
        ({"kinds": ["fire-check", "fire-check"]}, "不重复"),
        ({"subjects": []}, "当事人"),
        ({"subjects": ["123"]}, "第 1 个不对"),
        ({"subjects": "990102199106185241"}, "正文应为"),
        ({"subjects": ["990102199106185241"] * 2}, "有重复"),
        ({"subjects": ["990102199106185241"] * 21}, "最多 20"),
        ({"until": "2020-01-01"}, "截止日"),
        ({"until": "2099-01-01"}, "截止日"),
        ({"until": "soon"}, "日期"),
        ({"state": "open"}, "没有别的名"),
    ],
)
def test_what_cannot_be_a_case_is_told_why(ask: Ask, said: dict[str, Any], sentence: str) -> None:
    status, code, message = told(put(ask, **said))
    assert (status, code) == (400, "Client.BadRequest")
    assert sentence in message


def test_a_closed_case_is_not_opened_again_and_closes_once(ask: Ask) -> None:
    put(ask)
    for _n in range(2):
        assert ask(OWN, "DELETE", f"/r1/LC/{OWN}/cases/XF-2026-1").status == 200
    assert told(put(ask))[0] == 409
    acts = timeline(objects=[f"case-reference:{OWN}/XF-2026-1"], kinds=["case-reference.closed.v1"])
    assert len(acts) == 1


def test_a_case_that_is_over_by_its_day_answers_nothing(ask: Ask, linxia: Person) -> None:
    put(ask)
    CaseRef.objects.filter(owner=OWN).update(until=clock.today() - timedelta(days=1))
    assert told(read(ask, f"{OWN}/XF-2026-1", linxia.id_number))[0] == 403


def test_so_many_a_day_and_refused_tries_count(ask: Ask, settings: Settings) -> None:
    settings.TONGBAN_OUTSIDE_CASES_A_DAY = 3
    assert put(ask, "a").status == 200
    assert put(ask, "b", subjects=["110101199003070134"]).status == 422
    assert put(ask, "c").status == 200
    late = put(ask, "d")
    assert told(late)[:2] == (429, "Client.TooManyCases")
    assert late.headers["retry-after"]
    assert put(ask, "a", client=OTHER, at=OTHER).status == 200, "another system has its own number"
    (own, other) = count_outside_cases()
    assert (own.subsystem, own.today, own.refused_today, own.open, own.is_at_limit) == (OWN, 2, 2, 2, True)
    assert (other.today, other.is_at_limit) == (1, False)


def test_a_message_that_comes_twice_registers_once(ask: Ask) -> None:
    key = Signer(f"outside-{secrets.token_hex(4)}")
    officer = find_actor("data-officer")
    add_key(subsystem=OWN, key=key.id, suite="ES256", public=key.public, valid_to=None, by=officer)
    message = key.sign(
        Message(f"/r1/LC/{OWN}/cases/n", "GET", "", b"", {"x-road-client": f"LC/{OWN}", "x-road-id": "1"})
    )
    put(ask, "n")
    assert send(message).status == 200
    assert told(send(message))[:2] == (401, "Client.Replayed")


def test_a_stopped_system_registers_nothing(ask: Ask) -> None:
    stop_subsystem(OWN, reason="查实登记不实", by=find_actor("data-officer"))
    assert told(put(ask))[:2] == (401, "Client.Unauthorized")
    assert not CaseRef.objects.filter(owner=OWN).exists()


def test_other_methods_and_bodies_are_told_what_is_taken(ask: Ask) -> None:
    assert told(ask(OWN, "POST", f"/r1/LC/{OWN}/cases/n", {}))[0] == 405
    assert told(ask(OWN, "DELETE", f"/r1/LC/{OWN}/cases/n", {"x": 1}))[0] == 400
    assert told(ask(OWN, "PUT", f"/r1/LC/{OWN}/cases/n", b"not json"))[0] == 400
