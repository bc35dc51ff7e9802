"""A data officer registers a system, gives it keys, sees what it may read and what it called, and stops it."""

import json
import re
import secrets
from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.exchange.calling import Answer, Message, Signer, send
from tongban.exchange.api import ensure_gateway_key, keys_of, register_subsystem, write_case_ref
from tongban.exchange.models import Grant, Subsystem, SubsystemKey
from tongban.identity.api import find_actor
from tongban.identity.models import Person
from tongban.kernel import clock

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db
CODE = "GOV/lanchuan.fire/inspection"
PAGE = f"/bureau/callers/{CODE}/"
PLACE = "云(2016)澜川市不动产权第0001237号"


def text(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.fixture
def officer(sign_in: SignIn) -> Client:
    return sign_in("data-officer")


@pytest.fixture
def system(officer: Client) -> str:
    ensure_gateway_key()
    told = officer.post(
        "/bureau/callers/new/", {"agency": "lanchuan.fire", "system": "inspection", "title": "消防检查系统"}
    )
    assert told.headers["Location"] == PAGE
    return CODE


@pytest.fixture
def key(system: str, officer: Client) -> Signer:
    """A key added as PEM, and a grant and a case to call for."""
    signer = Signer(f"page-{secrets.token_hex(4)}")
    pem = signer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    sent = {"verb": "add-key", "add-key-public": pem, "add-key-key": signer.id, "add-key-until": ""}
    assert officer.post(PAGE, sent).status_code == 302
    Grant.objects.create(
        code="fire-place", consumer="lanchuan.fire", subsystem=CODE, resource="real-estate",
        items=["address", "area"], purpose="核对场所", cites=[{"law": "消防法", "article": "第十五条"}],
        case_kinds=["fire-check"], valid_from=date(2026, 1, 1), source="test",
    )  # fmt: skip
    write_case_ref(
        number="9901990001", kinds=["fire-check"], subjects=[Person.objects.get(name="林夏").pk], state="open"
    )
    return signer


def call(key: Signer, *, case: str = "9901990001") -> Answer:
    headers = {"x-road-client": f"LC/{CODE}", "x-road-id": secrets.token_hex(8), "x-road-issue": case}
    query = f"certificate_no={quote(PLACE)}&items=area"
    return send(key.sign(Message("/r1/LC/GOV/lanchuan.land/data/real-estate", query=query, headers=headers)))


def test_a_system_with_a_key_added_on_its_page_calls_and_is_refused_once_stopped(
    officer: Client, key: Signer
) -> None:
    assert call(key).status == 200
    stopped = officer.post(PAGE, {"verb": "stop", "stop-reason": "查实借给别的单位用"})
    assert stopped.headers["Location"] == PAGE
    assert json.loads(call(key).body)["type"] == "Client.Unauthorized"
    page = text(officer.get(PAGE))
    assert "已停用" in page
    assert "恢复这个系统" in page
    assert "停用这个系统" not in page
    officer.post(PAGE, {"verb": "start", "start-reason": "已整改"})
    assert call(key).status == 200


def test_its_page_tells_what_it_may_read_and_what_it_called_lately(officer: Client, key: Signer) -> None:
    call(key)
    call(key, case="9901990009")
    page = text(officer.get(PAGE))
    for words in ("不动产", "坐落、建筑面积（平方米）", "核对场所", "已取到", "没有在办的事项 9901990009"):
        assert words in page, words


def test_calls_are_paged_by_key(officer: Client, key: Signer) -> None:
    for _n in range(31):
        call(key)
    page = text(officer.get(PAGE))
    (following,) = re.findall(r"\?before=[0-9a-f-]+", page)
    assert page.count("已取到") == 30
    assert text(officer.get(PAGE + following)).count("已取到") == 1


def test_a_page_asks_as_often_for_many_calls_as_for_one(officer: Client, key: Signer) -> None:
    counts = []
    for calls in (1, 12):
        for _n in range(calls):
            call(key)
        officer.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            officer.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_token_is_shown_once(officer: Client, system: str) -> None:
    until = (clock.today() + timedelta(days=30)).isoformat()
    shown = officer.post(PAGE, {"verb": "issue-token", "issue-token-until": until})
    (token,) = re.findall(r'<code class="tb-code">([\w-]{43})</code>', text(shown))
    assert shown.headers["Cache-Control"] == "no-store"
    assert f">{until}</td>" in text(shown), "valid to the end of the day that was typed"
    assert token not in text(officer.get(PAGE))
    assert token not in json.dumps(list(SubsystemKey.objects.values_list("id", flat=True)))


def test_an_old_key_ends_after_its_successor_came(officer: Client, key: Signer) -> None:
    second = Signer(f"page-{secrets.token_hex(4)}")
    officer.post(PAGE, {"verb": "add-key", "add-key-public": second.public.hex(), "add-key-key": second.id})
    assert {one.state for one in keys_of(CODE)} == {"valid"}
    until = (clock.today() + timedelta(days=7)).isoformat()
    officer.post(PAGE, {"verb": "end", "end-key": key.id, "end-until": until})
    page = text(officer.get("/bureau/callers/"))
    assert "快到期的密钥" in page
    assert key.id in page
    assert second.id not in page
    assert (call(key).status, call(second).status) == (200, 200)


def test_a_revoked_key_is_refused_at_the_next_call(officer: Client, key: Signer) -> None:
    officer.post(PAGE, {"verb": "revoke", "revoke-key": key.id})
    assert json.loads(call(key).body)["type"] == "Client.Unauthorized"
    assert "已撤销" in text(officer.get(PAGE))


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"verb": "add-key", "add-key-public": "-----BEGIN PRIVATE KEY-----"}, "add-key-public", "这是私钥"),
        ({"verb": "add-key", "add-key-public": "abc"}, "add-key-public", "公钥应为"),
        ({"verb": "issue-token", "issue-token-until": "明天"}, "issue-token-until", "2026-12-03"),
        ({"verb": "issue-token", "issue-token-until": "2020-01-01"}, "issue-token-until", "今天以后"),
        ({"verb": "issue-token", "issue-token-until": "2099-01-01"}, "issue-token-until", "最长用 366 天"),
        ({"verb": "trust-address", "trust-address-address": "10.0.0.0/8"}, "trust-address-address", "网段"),
        ({"verb": "stop", "stop-reason": "  "}, "stop-reason", "理由"),
        ({"verb": "rename", "rename-title": ""}, "rename-title", "名称"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    officer: Client, system: str, sent: dict[str, str], field: str, sentence: str
) -> None:
    response = officer.post(PAGE, sent)
    page = text(response)
    assert response.status_code == 422
    assert re.search(rf'<a href="#f-{field}">[^<]*{sentence}', page)
    for typed in list(sent.values())[1:]:
        assert typed.strip() in page


def test_a_system_of_no_agency_or_twice_is_told_so(officer: Client, system: str) -> None:
    missing = officer.post("/bureau/callers/new/", {"agency": "", "system": "x", "title": "甲"})
    assert missing.status_code == 422
    assert "哪个部门" in text(missing)
    wrong = officer.post("/bureau/callers/new/", {"agency": "lanchuan.fire", "system": "a/b", "title": "甲"})
    assert wrong.status_code == 422
    twice = officer.post(
        "/bureau/callers/new/", {"agency": "lanchuan.fire", "system": "inspection", "title": "甲"}
    )
    assert twice.status_code == 409


def test_one_system_does_not_touch_anothers_key(officer: Client, key: Signer) -> None:
    register_subsystem(code="GOV/lanchuan.fire/drains", title="排水", by=find_actor("data-officer"))
    other = "/bureau/callers/GOV/lanchuan.fire/drains/"
    assert officer.post(other, {"verb": "revoke", "revoke-key": key.id}).status_code == 404
    assert call(key).status == 200
    assert officer.post(other, {"verb": "unknown"}).status_code == 404


def test_only_data_officers_open_these_pages(sign_in: SignIn, system: str) -> None:
    for path in ("/bureau/callers/", "/bureau/callers/new/", PAGE):
        assert sign_in("housing-owner").get(path).status_code == 403


def test_a_pace_is_set_shown_and_taken_back(officer: Client, system: str) -> None:
    sent = {"verb": "pace", "pace-pace": "5", "pace-reason": "试号，先放慢"}
    assert officer.post(PAGE, sent).status_code == 302
    assert "每个进程每秒最多答它 5 次" in text(officer.get(PAGE))
    for wrong in ("fünf", "0", "99999999999"):
        refused = officer.post(PAGE, {**sent, "pace-pace": wrong})
        assert refused.status_code == 422
        assert 'href="#f-pace-pace"' in text(refused)
    assert officer.post(PAGE, {**sent, "pace-reason": ""}).status_code == 422
    assert officer.post(PAGE, {**sent, "pace-pace": "", "pace-reason": "已说明"}).status_code == 302
    assert "每个进程每秒最多答它" not in text(officer.get(PAGE))
    assert Subsystem.objects.get(pk=system).pace is None


def test_an_officer_decides_whether_a_lead_slows_a_system_down_by_itself(
    officer: Client, system: str
) -> None:
    for verb, slows in (("slow", True), ("watch", False)):
        assert f'value="{verb}"' in text(officer.get(PAGE))
        assert officer.post(PAGE, {"verb": verb}).status_code == 302
        assert Subsystem.objects.get(pk=system).slows_itself is slows
