"""Every presentation that is not believed, with the sentence that says why; nothing of it is kept."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.cases.conftest import Who
from tests.certificates.presenting.conftest import MATERIAL, Fetched, into, owned, signed_anew
from tests.certificates.presenting.wallet import Wallet
from tests.certificates.test_changes import change, entered
from tests.certificates.wallet import b64, unb64
from tongban.cases.api import ask_presentation, get_application
from tongban.certificates.api import end_wallet_copy, get_presentation, publish_status_lists, wallet_copies
from tongban.certificates.issuer import issuer_key_name, list_address
from tongban.certificates.models import Certificate
from tongban.certificates.presenting.models import Presentation
from tongban.certificates.statuses.models import StatusEdition
from tongban.exchange.api import evidence_of
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock
from tongban.keys.api import revoke_key, rotate_key

ALTERED = "签名与内容不符，内容或签名被改动过。"
UNREADABLE = "内容读不出来，它在传递中被改动过。"


@pytest.fixture
def refused(asked: UUID, draft: str, gunian: Actor) -> Callable[[Any, str, str], None]:
    """That an answer was refused with a sentence, and that nothing of it stayed."""

    def check(answer: Any, sentence: str, reason: str) -> None:
        assert answer.status_code == 400
        assert answer.json()["error"] == "invalid_request"
        assert answer.json()["error_description"].isascii()
        view = get_presentation(asked, by=gunian)
        assert (view.state, view.sentence, view.lines) == ("refused", sentence, ())
        act = timeline(objects=[f"presentation:{asked}"])[-1]
        assert (act.kind, act.content["reason"]) == ("certificate.presentation-refused.v1", reason)
        assert not evidence_of(draft)
        assert get_application(draft, by=gunian).material(MATERIAL).state == "waiting"
        row = Presentation.objects.get(pk=asked)
        assert (row.held, row.certificate_id, row.evidence) == (None, None, None)

    return check


Refused = Callable[[Any, str, str], None]


# -- not for us, not for this, not now -----------------------------------------------------


def test_one_that_was_made_for_another_verifier(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    request = request_of(asked)
    text = holding.bound(holding.chosen(request.names), request, aud="x509_san_dns:bank.example")
    refused(holding.show(request, text), "这是出示给另一方的，不是给本机关的。", "binding")


def test_one_for_our_name_without_its_prefix(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    request = request_of(asked)
    text = holding.bound(holding.chosen(request.names), request, aud="localhost")
    refused(holding.show(request, text), "这是出示给另一方的，不是给本机关的。", "binding")


def test_one_that_answers_another_nonce(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    request = request_of(asked)
    text = holding.bound(holding.chosen(request.names), request, nonce="n-0S6_WzA2Mj")
    refused(holding.show(request, text), "这不是对本次请求的答复。请重新扫码出示。", "binding")


def test_one_that_was_shown_before_for_another_request(
    asked: UUID, draft: str, gunian: Actor, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    earlier = ask_presentation(number=draft, material=MATERIAL, session="", by=gunian)
    before, now = request_of(earlier), request_of(asked)
    replayed = holding.bound(holding.chosen(before.names), before)
    refused(holding.show(now, replayed), "这不是对本次请求的答复。请重新扫码出示。", "binding")


@pytest.mark.parametrize("age", [301, -120])
def test_one_that_was_not_signed_just_now(
    age: int, asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    request = request_of(asked)
    made = int(clock.real_now().timestamp()) - age
    text = holding.bound(holding.chosen(request.names), request, iat=made)
    refused(
        holding.show(request, text), "持证人的签名不是刚刚作出的。请核对手机的时间，重新出示。", "binding"
    )


def test_one_without_a_time(asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused) -> None:
    request = request_of(asked)
    text = holding.bound(holding.chosen(request.names), request, iat=None)
    refused(holding.show(request, text), "持证人的签名没有写明时间。", "binding")


def test_one_whose_holder_signed_other_disclosures(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    request = request_of(asked)
    proof = holding.bound(holding.chosen([]), request).rpartition("~")[2]
    refused(
        holding.show(request, holding.chosen(request.names) + proof),
        "持证人签名时出示的不是这些内容。",
        "binding",
    )


def test_one_without_key_binding(asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused) -> None:
    request = request_of(asked)
    refused(
        holding.show(request, holding.chosen(request.names)),
        "没有持证人钥匙的签名，不能证明是持证人本人出示的。",
        "binding",
    )


def test_one_signed_with_a_key_that_is_not_the_holders(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    request, text = request_of(asked), holding.chosen(["number", "holder_name", "registered_on"])
    holding.key = ec.generate_private_key(ec.SECP256R1())
    refused(holding.show(request, holding.bound(text, request)), "出示的人没有持证人的钥匙。", "binding")


def test_a_certificate_that_is_bound_to_no_key(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    signed_anew(holding, cnf=...)
    refused(holding.show(request_of(asked)), "这份证照没有绑定持证人的钥匙，不能这样出示。", "binding")


# -- forged, altered, of another kind ------------------------------------------------------


@pytest.mark.parametrize("alg", ["none", "HS256", "ES384", "RS256", None])
def test_key_binding_of_another_algorithm(
    alg: str | None, asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    request = request_of(asked)
    text = holding.bound(holding.chosen(request.names), request, header={"alg": alg})
    refused(holding.show(request, text), "只接受 ES256 签名算法。", "unreadable")


@pytest.mark.parametrize("alg", ["none", "HS256", "ES384"])
def test_a_certificate_of_another_algorithm(
    alg: str, asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    request = request_of(asked)
    holding.held = with_header(holding.held, alg=alg)
    refused(holding.show(request), "只接受 ES256 签名算法。", "unreadable")


def test_key_binding_of_another_type(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    request = request_of(asked)
    text = holding.bound(holding.chosen(request.names), request, header={"typ": "JWT"})
    refused(holding.show(request, text), "文本的类型不是 kb+jwt。", "unreadable")


def test_a_certificate_whose_header_names_another_type(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    request = request_of(asked)
    holding.held = with_header(holding.held, typ="vc+sd-jwt")
    refused(holding.show(request), "文本的类型不是 dc+sd-jwt。", "unreadable")


def test_a_certificate_that_its_holder_made_herself(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    request = request_of(asked)
    holding.held = with_header(holding.held, kid="issuer.mine")
    issuer = "https://lanchuan.tongban.example/issuers/lanchuan.land"
    refused(holding.show(request), f"签发者 {issuer} 不在受信任的名单里。", "unknown issuer")


def test_a_claim_that_was_changed(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    request = request_of(asked)
    head, body, rest = holding.held.split(".", 2)
    said = json.loads(unb64(body)) | {"title": "房屋所有权证"}
    holding.held = ".".join([head, b64(json.dumps(said).encode()), rest])
    refused(holding.show(request), ALTERED, "altered")


def test_a_disclosure_that_was_changed(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    request = request_of(asked)
    token, *disclosures = holding.chosen(request.names).removesuffix("~").split("~")
    salt, name, _value = json.loads(unb64(disclosures[0]))
    disclosures[0] = b64(json.dumps([salt, name, "别人的"]).encode())
    text = "~".join([token, *disclosures, ""])
    refused(
        holding.show(request, holding.bound(text, request)),
        "证照附带的一项内容不在签名之内，它被改动或换过。",
        "altered",
    )


# -- not an answer to the question ---------------------------------------------------------


def test_another_certificate_than_was_asked_for(
    asked: UUID, wallet: Wallet, gunian: Actor, who: Who, refused: Refused
) -> None:
    into(wallet, entered(who("food-approver"), gunian, days=200), gunian)
    request = wallet.fetch(get_presentation(asked, by=gunian).link)
    refused(wallet.show(request), "出示的是另一种证照。请选「不动产权证书」重新出示。", "query")


def test_less_than_was_asked_for(asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused) -> None:
    request = request_of(asked)
    text = holding.bound(holding.chosen(["number"]), request)
    refused(
        holding.show(request, text),
        "出示的内容里没有：持证主体、登簿日期。请重新出示，并同意给出这几项。",
        "query",
    )


@pytest.mark.parametrize(
    ("token", "sentence", "reason"),
    [
        ("nonsense", UNREADABLE, "unreadable"),
        ('{"certificate": ["x"], "certificate": ["x"]}', UNREADABLE, "unreadable"),
        ('["x"]', "钱包没有照请求的写法回答。", "query"),
        ('{"another": ["x"]}', "钱包没有照请求的写法回答。", "query"),
        ('{"certificate": ["x"], "another": ["x"]}', "钱包没有照请求的写法回答。", "query"),
        ('{"certificate": "x"}', "只请求了一份证照，钱包发来的不是一份。", "query"),
        ('{"certificate": []}', "只请求了一份证照，钱包发来的不是一份。", "query"),
        ('{"certificate": ["x", "x"]}', "只请求了一份证照，钱包发来的不是一份。", "query"),
        ('{"certificate": [1]}', "只请求了一份证照，钱包发来的不是一份。", "query"),
        ('{"certificate": [""]}', "这不是一份完整的 SD-JWT 证照（应以「~」结尾）。", "unreadable"),
        ('{"certificate": ["x"]}', "这不是一份完整的 SD-JWT 证照（应以「~」结尾）。", "unreadable"),
        ('{"certificate": ["' + "x" * 100_001 + '"]}', "钱包发来的内容太大，不是一份证照。", "unreadable"),
    ],
)  # fmt: skip
def test_a_token_that_is_none(
    token: str,
    sentence: str,
    reason: str,
    asked: UUID,
    holding: Wallet,
    request_of: Fetched,
    refused: Refused,
) -> None:
    request = request_of(asked)
    refused(holding.post(request, {"vp_token": token, "state": request.claims["state"]}), sentence, reason)


# -- does not stand ------------------------------------------------------------------------


def test_one_that_was_suspended_meanwhile(
    asked: UUID, holding: Wallet, title: UUID, request_of: Fetched, who: Who, refused: Refused
) -> None:
    request = request_of(asked)
    change(title, who("lanchuan-land-approver"), to="suspend", ground="suspend-penalty")
    refused(holding.show(request), "签名是真的，但这份证照现在是「暂扣」，不能用。", "status")


@pytest.mark.parametrize(
    ("to", "ground", "words"),
    [
        ("suspend", "suspend-penalty", "已暂扣"),
        ("revoke", "revoke-fraud", "已失效"),
        ("transfer", "transfer-out", "已换发或者转出"),
    ],
)
def test_one_that_its_published_list_ends(
    to: str, ground: str, words: str, asked: UUID, holding: Wallet, title: UUID, request_of: Fetched, who: Who, refused: Refused
) -> None:  # fmt: skip
    change(title, who("lanchuan-land-approver"), to=to, ground=ground)
    publish_status_lists()
    refused(holding.show(request_of(asked)), f"签名是真的，但按状态名单，这份证照{words}。", "status")


def test_a_list_that_is_stale(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = request_of(asked)
    presentation = holding.bound(
        holding.chosen(request.names), request, iat=int((clock.real_now() + timedelta(hours=25)).timestamp())
    )
    later = clock.real_now() + timedelta(hours=25)
    Presentation.objects.filter(pk=asked).update(ends_at=later + timedelta(minutes=5))
    monkeypatch.setattr(clock, "real_now", lambda: later)
    answer = holding.show(request, presentation)
    monkeypatch.undo()
    refused(answer, "状态名单已经过期，不能再用。请重新获取。", "status")


def test_an_index_beyond_the_list(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    edition = StatusEdition.objects.order_by("-issued_at")[0]
    signed_anew(holding, status={"status_list": {"idx": 1 << 20, "uri": list_address(edition.list_id)}})
    refused(holding.show(request_of(asked)), "证照的序号超出了状态名单。", "status")


@pytest.mark.parametrize("uri", ["https://elsewhere.example/status-lists/1", list_address(UUID(int=1))])
def test_a_list_that_is_not_ours(
    uri: str, asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    signed_anew(holding, status={"status_list": {"idx": 1, "uri": uri}})
    refused(holding.show(request_of(asked)), "查不到证照指明的状态名单，不能采信。", "status")


def test_one_that_names_no_list(asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused) -> None:
    signed_anew(holding, status=...)
    refused(holding.show(request_of(asked)), "证照没有写明在哪里查它的状态。", "status")


def test_a_text_that_ended(asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused) -> None:
    signed_anew(holding, exp=int(clock.real_now().timestamp()) - 61)
    refused(holding.show(request_of(asked)), "这份文本已经过了它的有效时间。", "term")


def test_a_text_that_does_not_hold_yet(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    signed_anew(holding, nbf=int(clock.real_now().timestamp()) + 3600)
    refused(holding.show(request_of(asked)), "这份文本还没有到生效的时间。请核对本机的时钟。", "term")


def test_a_certificate_that_ran_out(
    asked: UUID, holding: Wallet, title: UUID, request_of: Fetched, refused: Refused
) -> None:
    Certificate.objects.filter(pk=title).update(valid_to=clock.today() - timedelta(days=1))
    refused(holding.show(request_of(asked)), "签名是真的，但这份证照现在是「已过期」，不能用。", "status")


def test_one_that_its_holder_ended_in_this_wallet(
    asked: UUID, holding: Wallet, title: UUID, request_of: Fetched, gunian: Actor, refused: Refused
) -> None:
    (copy,) = wallet_copies(title, by=gunian)
    end_wallet_copy(copy=copy.id, by=gunian)
    refused(
        holding.show(request_of(asked)),
        "签名是真的，但钱包里的这一份已停用。请出示别的一份。",
        "status",
    )


def test_one_that_was_signed_beside_the_ledger(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    signed_anew(holding, logged=False)
    refused(holding.show(request_of(asked)), "签发时记入账本的不是这一份。", "unlogged")


def test_one_that_the_library_does_not_hold(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    signed_anew(holding, identifier="1.2.156.3005.2.unknown")
    refused(
        holding.show(request_of(asked)), "签名是真的，但证照库里没有这份证照，请向签发部门核实。", "unlogged"
    )


def test_a_text_of_a_key_that_was_revoked_before(
    asked: UUID, holding: Wallet, request_of: Fetched, refused: Refused
) -> None:
    name = issuer_key_name("lanchuan.land")
    rotate_key(name, overlap=timedelta(0))
    since = clock.real_now() - timedelta(days=1)
    revoke_key(name, number=1, since=since, reason="失窃")
    refused(
        holding.show(request_of(asked)),
        f"签它的密钥自 {clock.local(since):%Y-%m-%d %H:%M} 起已经吊销，账本里没有它在那以前签发的记录。",
        "unknown issuer",
    )


def test_somebody_elses_certificate(
    asked: UUID, wallet: Wallet, gunian: Actor, who: Who, refused: Refused
) -> None:
    into(wallet, owned(who("lanchuan-land-approver"), who("linxia"), number="别人的"), who("linxia"))
    request = wallet.fetch(get_presentation(asked, by=gunian).link)
    refused(wallet.show(request), "出示的证照不是申请人的。请由申请人用自己的钱包出示。", "holder")


def with_header(text: str, **changed: object) -> str:
    head, rest = text.split(".", 1)
    return f"{b64(json.dumps(json.loads(unb64(head)) | changed).encode())}.{rest}"
