"""Every refusal that SD-JWT (RFC 9901) and SD-JWT VC demand of who checks, and key binding's own."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.certificates.test_sdjwt import ISSUER, KEYS, PRIVATE, sign
from tongban.certificates.api import BadCredential, Credential
from tongban.certificates.binding import bind
from tongban.certificates.jose import b64, read_json, read_jws, unb64
from tongban.certificates.offline import check_presentation, check_sd_jwt
from tongban.certificates.sdjwt import make_sd_jwt

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
AUDIENCE, NONCE = "x509_hash:verifier", "n-0S6_WzA2Mj"
HOLDER = {"kty": "EC", "crv": "P-256", **{name: KEYS[ISSUER, "issuer.approval"][name] for name in ("x", "y")}}
CLAIMS = {"iss": ISSUER, "vct": "https://lanchuan.example/vct/x/1"}


def digest(disclosure: str) -> str:
    return b64(hashlib.sha256(disclosure.encode()).digest())


def disclosure(*content: object) -> str:
    return b64(json.dumps(content).encode())


def crafted(body: Mapping[str, Any] | str, *disclosures: str, **header: object) -> str:
    """A text that a careless or hostile issuer signed."""
    head = {"alg": "ES256", "typ": "dc+sd-jwt", "kid": "issuer.approval", **header}
    said = body if isinstance(body, str) else json.dumps({**CLAIMS, **body})
    signed = f"{b64(json.dumps(head).encode())}.{b64(said.encode())}"
    return "~".join([f"{signed}.{b64(sign(signed.encode()))}", *disclosures, ""])


def refused(text: str) -> BadCredential:
    with pytest.raises(BadCredential) as refusal:
        check_sd_jwt(text, KEYS, now=NOW)
    return refusal.value


NAMED = disclosure("salt", "name", "林夏小馆")
TWO, FOUR = disclosure("salt", "x"), disclosure("salt", "x", 1, 2)
NESTED = disclosure("salt", "inner", {"_sd": [digest(NAMED)]})


def test_what_is_crafted_here_is_taken_when_nothing_is_wrong() -> None:
    body = {"_sd": [digest(NESTED)], "_sd_alg": "sha-256", "list": [{"...": digest(TWO)}, {"...": "hidden"}]}
    claims = check_sd_jwt(crafted(body, NESTED, NAMED, TWO), KEYS, now=NOW).claims
    assert claims["inner"] == {"name": "林夏小馆"}
    assert claims["list"] == ["x"]
    assert not {"_sd", "_sd_alg"} & claims.keys()


@pytest.mark.parametrize(
    ("body", "disclosures"),
    [
        pytest.param({}, [NAMED], id="a disclosure that nobody signed"),
        pytest.param({"_sd": [digest(NAMED)]}, [NAMED, NAMED], id="a disclosure twice"),
        pytest.param({"_sd": [digest(NAMED)] * 2}, [NAMED], id="a digest twice in one place"),
        pytest.param({"_sd": ["same"], "a": {"_sd": ["same"]}}, [], id="a digest twice in two places"),
        pytest.param({"_sd": ["same"], "a": [{"...": "same"}]}, [], id="a digest as a name and as an element"),
        pytest.param({"_sd": [digest(NAMED)], "name": "x"}, [NAMED], id="a name that is there already"),
        pytest.param({"_sd": [digest(TWO)]}, [TWO], id="two elements where three are due"),
        pytest.param({"_sd": [digest(FOUR)]}, [FOUR], id="four elements"),
        pytest.param({"a": [{"...": digest(NAMED)}]}, [NAMED], id="three elements where two are due"),
        pytest.param({"a": [{"...": digest(TWO), "b": 1}]}, [TWO], id="an element with another name beside"),
        pytest.param({"a": {"...": "x"}}, [], id="the reserved name in an object"),
        pytest.param({"_sd": "x"}, [], id="digests that are no list"),
        pytest.param({"_sd": [1]}, [], id="a digest that is no text"),
        pytest.param({"_sd_alg": "md5"}, [], id="another digest"),
        pytest.param({"vct": ""}, [], id="no type"),
        pytest.param({"vct": 1}, [], id="a type that is no text"),
        pytest.param({"exp": NOW.timestamp() - 61}, [], id="ended"),
        pytest.param({"nbf": NOW.timestamp() + 61}, [], id="not begun"),
        pytest.param({"iat": NOW.timestamp() + 61}, [], id="made in the future"),
        pytest.param({"exp": "never"}, [], id="an end that is no number"),
        pytest.param({"exp": True}, [], id="an end that is a word"),
        pytest.param({"nbf": 1e300}, [], id="a moment that there is not"),
        pytest.param({"cnf": {}}, [], id="bound to nothing"),
        pytest.param({"cnf": {"jwk": {"kty": "RSA", "n": "AQ", "e": "AQAB"}}}, [], id="bound to another kind of key"),
        pytest.param({"cnf": {"jwk": {**HOLDER, "d": "AQ"}}}, [], id="bound to a private key"),
        pytest.param({"cnf": {"jwk": {**HOLDER, "x": HOLDER["y"]}}}, [], id="bound to a point off the curve"),
        pytest.param({"status": "valid"}, [], id="a status that is no reference"),
    ],
)  # fmt: skip
def test_a_signed_text_that_breaks_a_rule_is_refused(body: dict[str, Any], disclosures: list[str]) -> None:
    refused(crafted(body, *disclosures))


@pytest.mark.parametrize("name", ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status", "_sd", "...", "_sd_alg"])  # fmt: skip
def test_what_must_always_be_shown_cannot_come_from_a_disclosure(name: str) -> None:
    hidden = disclosure("salt", name, "x")
    body = json.dumps(
        {key: value for key, value in CLAIMS.items() if key != name} | {"_sd": [digest(hidden)]}
    )
    assert refused(crafted(body, hidden)).what in {"altered", "unknown issuer"}


@pytest.mark.parametrize(
    "header",
    [{"alg": "none"}, {"alg": "HS256"}, {"alg": "ES384"}, {"alg": None}, {"typ": "vc+sd-jwt"}, {"typ": "JWT"},
     {"crit": ["b64"], "b64": False}, {"kid": 7}, {"kid": "issuer.other"}],
)  # fmt: skip
def test_unknown_algorithms_types_extensions_and_keys_are_refused(header: dict[str, object]) -> None:
    refused(crafted({}, **header))


def test_a_token_without_a_signature_is_refused() -> None:
    refused(crafted({}, alg="none").rsplit(".", 1)[0] + ".~")


def test_a_name_given_twice_is_refused() -> None:
    refused(crafted(json.dumps(CLAIMS)[:-1] + ', "vct": "x"}'))


def test_half_a_surrogate_and_a_number_that_json_has_not_are_refused() -> None:
    refused(crafted(json.dumps(CLAIMS)[:-1] + r', "a": "\ud800"}'))
    refused(crafted(json.dumps(CLAIMS)[:-1] + ', "a": NaN}'))


def test_base64_that_says_the_same_in_other_letters_is_refused() -> None:
    head, body, signature = crafted({}).removesuffix("~").split(".")
    other = signature[:-1] + chr(ord(signature[-1]) + 1)
    for spoiled in (
        f"{head}.{body}.{signature}=~",
        f"{head}.{body}.{other}~",
        f"{head}=.{body}.{signature}~",
    ):
        refused(spoiled)


def test_a_holder_may_hold_back_single_elements_of_a_list() -> None:
    text = make_sd_jwt(CLAIMS, {"co_holders": ["甲", "乙"]}, key_id="issuer.approval", sign=sign)
    token, *hidden = text.removesuffix("~").split("~")
    held = [one for one in hidden if read_json(unb64(one))[-1] != "乙"]
    assert check_sd_jwt(text, KEYS).claims["co_holders"] == ["甲", "乙"]
    assert check_sd_jwt("~".join([token, *held, ""]), KEYS).claims["co_holders"] == ["甲"]


def test_a_text_with_nothing_to_hold_back_has_no_digests() -> None:
    assert (
        "_sd" not in check_sd_jwt(make_sd_jwt(CLAIMS, {}, key_id="issuer.approval", sign=sign), KEYS).claims
    )


@pytest.mark.parametrize("many", [1, 5, 7])
def test_digests_come_in_the_same_number_whatever_there_is_to_hide(many: int) -> None:
    text = make_sd_jwt(CLAIMS, {f"f{n}": n for n in range(many)}, key_id="issuer.approval", sign=sign)
    assert len(read_jws(text.split("~")[0])[1]["_sd"]) == 8


def test_a_claim_that_must_be_shown_is_never_made_hidden() -> None:
    with pytest.raises(ValueError, match="always shown"):
        make_sd_jwt(CLAIMS, {"exp": 1}, key_id="issuer.approval", sign=sign)


# -- key binding ---------------------------------------------------------------------------

BOUND = make_sd_jwt({**CLAIMS, "cnf": {"jwk": HOLDER}}, {"name": "林夏小馆", "number": "1"}, key_id="issuer.approval", sign=sign)  # fmt: skip
SHOWN = bind(BOUND, audience=AUDIENCE, nonce=NONCE, now=NOW, sign=sign)


def presented(text: str, *, audience: str = AUDIENCE, nonce: str = NONCE, now: datetime = NOW) -> Credential:
    return check_presentation(text, KEYS, audience=audience, nonce=nonce, now=now)


def not_taken(text: str, **given: Any) -> None:
    with pytest.raises(BadCredential) as refusal:
        presented(text, **given)
    assert refusal.value.what == "binding"


def bound_by(claims: Mapping[str, object], **header: object) -> str:
    head = {"alg": "ES256", "typ": "kb+jwt", **header}
    whole = {"iat": int(NOW.timestamp()), "aud": AUDIENCE, "nonce": NONCE, "sd_hash": digest(BOUND), **claims}
    said = {name: value for name, value in whole.items() if value is not None}
    signed = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(said).encode())}"
    return f"{BOUND}{signed}.{b64(sign(signed.encode()))}"


def test_what_its_holder_shows_is_taken_once_it_is_for_us() -> None:
    assert presented(SHOWN).bound
    assert presented(bound_by({})).claims["name"] == "林夏小馆"


def test_shown_to_another_or_in_answer_to_another_question_is_refused() -> None:
    not_taken(SHOWN, audience="x509_hash:other")
    not_taken(SHOWN, nonce="another")


@pytest.mark.parametrize("claims", [{"aud": [AUDIENCE]}, {"aud": None}, {"nonce": None}, {"nonce": 1}, {"sd_hash": None}, {"sd_hash": "x"}, {"iat": None}, {"iat": "now"}, {"iat": True}])  # fmt: skip
def test_a_proof_that_lacks_something_is_refused(claims: dict[str, object]) -> None:
    not_taken(bound_by(claims))


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"alg": "none"}, {"alg": "HS256"}, {"crit": ["x"]}])
def test_a_proof_of_another_type_or_algorithm_is_refused(header: dict[str, object]) -> None:
    with pytest.raises(BadCredential):
        presented(bound_by({}, **header))


@pytest.mark.parametrize("later", [timedelta(minutes=6), timedelta(minutes=-2)])
def test_a_photographed_answer_shown_later_is_refused(later: timedelta) -> None:
    not_taken(SHOWN, now=NOW + later)


def test_leaving_something_out_after_signing_is_refused() -> None:
    token, first, _second, proof = SHOWN.split("~")
    not_taken(f"{token}~{first}~{proof}")


def test_without_a_proof_or_a_key_nobody_is_its_holder() -> None:
    not_taken(BOUND)
    plain = make_sd_jwt(CLAIMS, {"name": "x"}, key_id="issuer.approval", sign=sign)
    not_taken(bind(plain, audience=AUDIENCE, nonce=NONCE, now=NOW, sign=sign))


def test_another_key_than_the_holders_is_refused() -> None:
    thief = ec.generate_private_key(ec.SECP256R1())

    def sign_as_thief(data: bytes) -> bytes:
        r, s = decode_dss_signature(thief.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    assert thief != PRIVATE
    not_taken(bind(BOUND, audience=AUDIENCE, nonce=NONCE, now=NOW, sign=sign_as_thief))


def test_what_was_shown_to_somebody_is_no_certificate_for_a_stranger() -> None:
    assert refused(SHOWN).what == "binding"
