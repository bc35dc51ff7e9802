"""SD-JWT: what is signed is believed, whatever is altered is not."""

import json
from base64 import urlsafe_b64decode
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from tongban.certificates.api import BadCredential, check_sd_jwt
from tongban.certificates.sdjwt import make_sd_jwt

PRIVATE = ec.generate_private_key(ec.SECP256R1())
ISSUER = "https://lanchuan.example/issuers/approval"
KEYS = {(ISSUER, "issuer.approval"): ECKey.import_key(PRIVATE.public_key()).as_dict(private=False)}


def sign(data: bytes) -> bytes:
    r, s = decode_dss_signature(PRIVATE.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


TEXT = make_sd_jwt(
    {"iss": ISSUER, "vct": "https://lanchuan.example/vct/x/1", "identifier": "1.2"},
    {"holder_name": "林夏小馆", "number": "92990102MA0000000X"},
    key_id="issuer.approval",
    sign=sign,
)


def test_a_whole_credential_says_everything() -> None:
    credential = check_sd_jwt(TEXT, KEYS)
    assert credential.claims["holder_name"] == "林夏小馆"
    assert credential.issuer == ISSUER


def test_a_holder_may_leave_disclosures_out() -> None:
    token, first, *_ = TEXT.split("~")
    credential = check_sd_jwt(f"{token}~{first}~", KEYS)
    assert "holder_name" in credential.claims
    assert "number" not in credential.claims


def test_the_number_of_hidden_fields_cannot_be_counted() -> None:
    body = json.loads(urlsafe_b64decode(TEXT.split(".")[1] + "=="))
    assert len(body["_sd"]) > 2
    assert body["_sd"] == sorted(body["_sd"])


@settings(deadline=None, max_examples=300)
@given(st.integers(0, len(TEXT) - 2), st.sampled_from("AZaz09-_.~"))
def test_any_changed_character_is_refused_or_hides_a_field(at: int, other: str) -> None:
    if TEXT[at] == other:
        return
    spoiled = TEXT[:at] + other + TEXT[at + 1 :]
    with suppress(BadCredential):
        credential = check_sd_jwt(spoiled, KEYS)
        whole = check_sd_jwt(TEXT, KEYS).claims
        assert all(whole[name] == value for name, value in credential.claims.items())


def test_an_unknown_issuer_is_named() -> None:
    with pytest.raises(BadCredential, match="不在受信任的名单里") as refusal:
        check_sd_jwt(TEXT, {})
    assert refusal.value.what == "unknown issuer"


@pytest.mark.parametrize("text", ["", "~", "a.b.c~", "a~b", "....~", "é~"])
def test_what_is_no_credential_is_unreadable(text: str) -> None:
    with pytest.raises(BadCredential):
        check_sd_jwt(text, KEYS)
