"""The gateway on the wire: signed questions, signed answers, and everything that may be wrong with a message."""

import hashlib
import json
import secrets
from base64 import b64encode
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.exchange.calling import Answer, Message, Signer, send, signature_base
from tongban.exchange.api import (
    GATEWAY_KEY,
    add_key,
    ensure_gateway_key,
    issue_token,
    register_subsystem,
    revoke_key,
    stop_grant,
    stop_subsystem,
    trust_address,
    write_case_ref,
)
from tongban.exchange.models import Grant
from tongban.identity.models import Person
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed
from tongban.keys.api import custody

pytestmark = pytest.mark.django_db

CLIENT = "GOV/lanchuan.fire/inspection"
PLACE = "云(2016)澜川市不动产权第0001237号"
CASE = "9901990001"
PATH = "/r1/LC/GOV/lanchuan.land/data/real-estate"


@pytest.fixture
def officer() -> Actor:
    return Actor(kind="officer", key="LC-SJ-001", agency="lanchuan.data", roles=frozenset({"data-officer"}))


@pytest.fixture
def key() -> Signer:
    return Signer(
        f"fire-{secrets.token_hex(4)}"
    )  # a key id is remembered by the process, for it is never given again


@pytest.fixture
def city(officer: Actor, key: Signer) -> None:
    """A registered system with a key and a grant, and an open case."""
    ensure_gateway_key()
    register_subsystem(code=CLIENT, title="消防检查系统", by=officer)
    add_key(subsystem=CLIENT, key=key.id, suite="ES256", public=key.public, valid_to=None, by=officer)
    Grant.objects.create(
        code="fire-place",
        consumer="lanchuan.fire",
        subsystem=CLIENT,
        resource="real-estate",
        items=["address", "area"],
        purpose="核对场所",
        cites=[{"law": "消防法", "article": "第十五条"}],
        case_kinds=["fire-check"],
        valid_from=date(2026, 1, 1),
        source="test",
    )
    linxia = Person.objects.get(name="林夏")
    write_case_ref(number=CASE, kinds=["fire-check"], subjects=[linxia.pk], state="open")


def question(**headers: str) -> Message:
    given = {"x-road-client": f"LC/{CLIENT}", "x-road-id": secrets.token_hex(8), "x-road-issue": CASE}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return Message(PATH, query=f"certificate_no={quote(PLACE)}&items=area", headers=given)


def told(answer: Answer) -> tuple[int, str, str]:
    said = json.loads(answer.body)
    assert set(said) == {"type", "message"}
    assert answer.headers["x-road-error"] == said["type"]
    return answer.status, said["type"], said["message"]


@pytest.mark.usefixtures("city")
def test_a_signed_question_gets_an_answer_that_is_signed_and_bound_to_it(key: Signer) -> None:
    asked = key.sign(question())
    answer = send(asked)
    assert json.loads(answer.body)["items"] == {"area": "96.00"}
    assert answer.headers["x-road-id"] == asked.headers["x-road-id"]
    assert answer.headers["x-road-service"] == "LC/GOV/lanchuan.land/data/real-estate"
    base, signature = signature_base(answer)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), custody().public(GATEWAY_KEY))
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    public.verify(encode_dss_signature(r, s), base, ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(encode_dss_signature(r, s), base.replace(b"LC/", b"LD/", 1), ec.ECDSA(hashes.SHA256()))
    assert b64encode(hashlib.sha256(answer.body).digest()).decode() in answer.headers["content-digest"]


@pytest.mark.usefixtures("city")
def test_a_question_may_come_as_json_with_what_does_not_belong_into_an_address(key: Signer) -> None:
    body = json.dumps({"keys": {"certificate_no": PLACE}, "items": ["address"]}).encode()
    asked = question(
        x_road_userid="EE3601", tongban_purpose=quote("核对场所"), content_type="application/json"
    )
    asked.method, asked.query, asked.body = "POST", "", body
    answer = send(key.sign(asked))
    assert "青石广场" in json.loads(answer.body)["items"]["address"]
    (entry,) = timeline(
        objects=[f"query:{answer.headers['x-road-request-id']}"], kinds=["exchange.answered.v1"]
    )
    assert entry.content["user"] == "EE3601"
    assert entry.content["request"] == answer.headers["x-road-request-hash"]


@pytest.mark.usefixtures("city")
def test_a_message_that_comes_twice_is_answered_once(key: Signer) -> None:
    asked = key.sign(question())
    assert send(asked).status == 200
    assert told(send(asked))[:2] == (401, "Client.Replayed")


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    "part",
    [
        "@method",
        "@authority",
        "@path",
        "@query",
        "content-digest",
        "x-road-client",
        "x-road-id",
        "x-road-issue",
    ],
)
def test_every_part_of_the_profile_must_be_signed(key: Signer, part: str) -> None:
    status, code, sentence = told(send(key.sign(question(), leave_out=part)))
    assert (status, code) == (401, "Client.Unauthorized")
    assert part in sentence


TAMPERED: dict[str, dict[str, Any]] = {
    "query": {"query": "certificate_no=x&items=address"},
    "order": {"query": f"items=area&certificate_no={quote(PLACE)}"},
    "body": {"body": b"{}"},
    "path": {"path": PATH.replace("real-estate", "population")},
    "method": {"method": "POST"},
    "case": {"x-road-issue": "9901990002"},
    "host": {"host": "other.example"},
    "added": {"tongban-purpose": "x"},
    "removed": {"x-road-issue": None},
    "signature": {"signature": "sig1=:" + "A" * 86 + "==:"},
    "short signature": {"signature": "sig1=:AAAA:"},
    "other label": {"signature": "sig2=:" + "A" * 86 + "==:"},
    "doubled": {"x-road-client": f"LC/{CLIENT},LC/{CLIENT}"},
    "digest": {"content-digest": "sha-512=:x:"},
    "no digest": {"content-digest": None},
    "no signature": {"signature": None},
    "two signatures": {"signature-input": 'sig1=("@method");created=1;keyid="a", sig2=("@method");created=1'},
}


def tampered(asked: Message, changes: dict[str, Any]) -> Message:
    for name, value in changes.items():
        if hasattr(asked, name):
            setattr(asked, name, value)
        elif value is None:
            del asked.headers[name]
        else:
            asked.headers[name] = value
    return asked


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("how", TAMPERED)
def test_what_is_changed_after_signing_is_refused(key: Signer, how: str) -> None:
    answer = send(tampered(key.sign(question()), TAMPERED[how]))
    assert answer.status in {400, 401}, answer.body
    assert "Traceback" not in told(answer)[2]


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"created": int(1e9)}, "签名已过期"),
        ({"created": int(4e9)}, "在将来"),
        ({"expires": int(1e9)}, "签名已过期"),
        ({"tag": "other"}, "tag 应为"),
        ({"alg": "ed25519"}, "不用算法"),
        ({"alg": "none"}, "不用算法"),
        ({"keyid": "nobody"}, "没有登记过密钥"),
        ({"extra": "1"}, "签名参数"),
        ({"nonce": ""}, "有且只有一个签名"),
    ],
)
def test_a_signature_of_another_time_key_or_profile_is_refused(
    key: Signer, more: dict[str, Any], sentence: str
) -> None:
    assert sentence in told(send(key.sign(question(), **more)))[2]


@pytest.mark.usefixtures("city")
def test_a_key_signs_only_for_its_own_system(key: Signer, officer: Actor) -> None:
    other = "GOV/lanchuan.housing/drainage"
    register_subsystem(code=other, title="排水系统", by=officer)
    assert told(send(key.sign(question(x_road_client=f"LC/{other}"))))[1] == "Client.Unauthorized"


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/r1/LC/GOV/lanchuan.land/data/../data/real-estate", 404),
        ("/r1/LC/GOV/lanchuan.land//data/real-estate", 404),
        ("/r1/LC/GOV/lanchuan.land/data/real-estate/", 404),
        ("/r1/LC/GOV/lanchuan.land/data%2Freal-estate", 404),
        ("/r1/LC/GOV/lanchuan.land/data/real-estate/x/y", 404),
        ("/r1/lc/GOV/lanchuan.land/data/real-estate", 404),
        ("/r1/LC/GOV/lanchuan.land/data/Real-Estate", 404),
        ("/r1/LC/GOV/lanchuan.land/data/real-estaté", 404),
        ("/r1/LC/GOV/lanchuan.land/data/real-estate\x00", 404),
        ("/r1/LC/GOV/" + "a" * 5000 + "/data/real-estate", 404),
        ("/r1/", 404),
        ("/r1/LC/GOV/lanchuan.police/data/real-estate", 404),
        ("/r1/LC/GOV/lanchuan.land/data/nothing", 404),
    ],
)
def test_a_path_that_names_nothing_is_an_unknown_service(key: Signer, path: str, status: int) -> None:
    asked = question()
    asked.path = path
    assert told(send(key.sign(asked)))[:2] == (status, "Server.ServerProxy.UnknownService")


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"x_road_id": "x" * 501}, 400, "x-road-id"),
        ({"x_road_id": "é"}, 400, "可见的 ASCII"),
        ({"x_road_client": CLIENT}, 400, "X-Road-Client 应为"),
        ({"x_road_client": f"EE/{CLIENT}"}, 400, "X-Road-Client 应为"),
        ({"tongban_purpose": "%E4"}, 400, "不是 UTF-8"),
    ],
)
def test_a_header_that_cannot_be_read_is_named(
    key: Signer, change: dict[str, str], status: int, sentence: str
) -> None:
    answer = told(send(key.sign(question(**change))))
    assert answer[0] == status
    assert sentence in answer[2]


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("certificate_no=1&certificate_no=2", "重复"),
        ("certificate_no", "读不懂"),
        ("certificate_no=%FF", "读不懂"),
        ("certificate_no=%00", "空字符"),
        ("certificate_no=1&items=area,,", "没有这些信息项"),
        ("certificate_no=1&items=owner", "授权不包含"),
        ("certificate_no=1&items=area as x", "没有这些信息项"),
        ("", "查询键"),
        ("&".join(f"a{n}=1" for n in range(60)), "读不懂"),
    ],
)
def test_a_query_that_cannot_be_answered_is_refused_in_a_sentence(
    key: Signer, query: str, sentence: str
) -> None:
    asked = question()
    asked.query = query
    assert sentence in told(send(key.sign(asked)))[2]


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("body", "type_", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b'{"keys":{"a":"1","a":"2"}}', "application/json", 400),
        (b'{"keys":{"a":1}}', "application/json", 400),
        (b'{"keys":{},"sql":"x"}', "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"x" * 70_000, "application/json", 413),
        ('{"keys":{"certificate_no":"\ud800"}}'.encode("utf-8", "surrogatepass"), "application/json", 400),
        (b'{"keys":{"certificate_no":"\\ud800"}}', "application/json", 400),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_a_sentence(
    key: Signer, body: bytes, type_: str, status: int
) -> None:
    asked = question(content_type=type_)
    asked.method, asked.query, asked.body = "POST", "", body
    assert told(send(key.sign(asked)))[0] == status


@pytest.mark.usefixtures("city")
def test_other_methods_are_refused(key: Signer) -> None:
    asked = question()
    asked.method = "DELETE"
    assert told(send(key.sign(asked)))[0] == 405


@pytest.mark.usefixtures("city")
def test_nobody_reads_in_another_s_name_without_a_grant_for_it(key: Signer) -> None:
    answer = told(send(key.sign(question(x_road_represented_party="COM/99"))))
    assert answer[:2] == (403, "Server.ServerProxy.AccessDenied")
    assert "以本单位的名义" in answer[2]


@pytest.mark.usefixtures("city")
def test_ed25519_is_accepted_too(officer: Actor) -> None:
    other = Signer("fire-2", "Ed25519")
    add_key(subsystem=CLIENT, key="fire-2", suite="Ed25519", public=other.public, valid_to=None, by=officer)
    assert send(other.sign(question())).status == 200


@pytest.mark.usefixtures("city")
def test_a_token_or_a_trusted_address_stands_for_a_system_that_cannot_sign(officer: Actor) -> None:
    assert told(send(question()))[0] == 401
    token = issue_token(subsystem=CLIENT, valid_to=clock.real_now() + timedelta(days=30), by=officer)
    assert send(question(authorization=f"Bearer {token}")).status == 200
    assert told(send(question(authorization=f"Bearer {token}x")))[0] == 401
    assert told(send(question(authorization=f"Basic {token}")))[0] == 401
    asked = question(authorization=f"Bearer {token}")
    send(asked)
    assert told(send(asked))[1] == "Client.Replayed"
    trust_address(subsystem=CLIENT, address="127.0.0.1", valid_to=None, by=officer)
    assert send(question()).status == 200


@pytest.mark.usefixtures("city")
def test_stops_and_revocations_act_on_the_next_call_and_are_entries(key: Signer, officer: Actor) -> None:
    assert send(key.sign(question())).status == 200
    stop_grant("fire-place", reason="试停", by=officer)
    assert "授权已停用" in told(send(key.sign(question())))[2]
    revoke_key(key.id, by=officer)
    assert told(send(key.sign(question())))[0] == 401
    stop_subsystem(CLIENT, reason="试停", by=officer)
    kinds = [entry.kind for entry in timeline(objects=[f"subsystem:{CLIENT}"])]
    assert kinds == [
        "subsystem.registered.v1",
        "subsystem.key-added.v1",
        "subsystem.key-revoked.v1",
        "subsystem.stopped.v1",
    ]


@pytest.mark.usefixtures("city")
def test_only_data_officers_say_who_calls(key: Signer, officer: Actor) -> None:
    clerk = Actor(
        kind="officer", key="x", agency="lanchuan.fire", roles=frozenset({"window-clerk", "resource-owner"})
    )
    with pytest.raises(NotAllowed, match="数据专员"):
        register_subsystem(code="GOV/lanchuan.fire/x", title="x", by=clerk)
    with pytest.raises(NotAllowed, match="数据提供部门"):
        stop_grant("fire-place", reason="x", by=clerk)
    with pytest.raises(Conflict, match="已经用过"):
        add_key(subsystem=CLIENT, key=key.id, suite="ES256", public=key.public, valid_to=None, by=officer)
    with pytest.raises(BadInput, match="公钥应为"):
        add_key(subsystem=CLIENT, key="z", suite="ES256", public=b"\4" + b"1" * 64, valid_to=None, by=officer)
    with pytest.raises(BadInput, match="子系统编号应为"):
        register_subsystem(code="GOV/lanchuan.fire/in spection", title="x", by=officer)


@pytest.mark.usefixtures("city")
def test_metaservices_list_members_and_interfaces(key: Signer) -> None:
    members = json.loads(send(Message("/r1/listClients")).body)["member"]
    assert [one["name"] for one in members] == ["消防检查系统"]
    base = "/r1/LC/GOV/lanchuan.land/data"
    listed = json.loads(send(Message(f"{base}/listMethods")).body)["service"]
    ways = {one["service_code"]: [way["path"] for way in one["endpoint_list"]] for one in listed}
    assert ways["real-estate"] == ["", "", "/batch", "/changes"]
    asked = question()
    asked.path, asked.query = f"{base}/allowedMethods", ""
    allowed = json.loads(send(key.sign(asked)).body)["service"]
    assert [one["service_code"] for one in allowed] == ["real-estate"]
    assert [way["path"] for way in allowed[0]["endpoint_list"]] == ["", ""]
    Grant.objects.update(forms=["batch"], case_kinds=[])
    asked = question()
    asked.path, asked.query = f"{base}/allowedMethods", ""
    (pages,) = json.loads(send(key.sign(asked)).body)["service"]
    assert [way["path"] for way in pages["endpoint_list"]] == ["/batch", "/changes"]
    described = json.loads(send(Message(f"{base}/getOpenAPI", query="serviceCode=real-estate")).body)
    assert described["openapi"].startswith("3.1")
    paged = described["paths"][f"{base}/real-estate/changes"]["get"]
    assert {"cursor", "limit", "items"} < {one["name"] for one in paged["parameters"]}
    assert told(send(Message(f"{base}/getOpenAPI", query="serviceCode=population")))[0] == 404
    assert told(send(Message(f"{base}/allowedMethods")))[0] == 400
