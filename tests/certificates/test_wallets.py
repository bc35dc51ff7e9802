"""放进钱包: a wallet of somebody else takes an offer, proves its key and holds the certificate; each refusal by its code."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from tests.cases.conftest import Who
from tests.certificates.conftest import offered, refused, status_of
from tests.certificates.test_changes import change
from tests.certificates.wallet import GRANT, Wallet, b64, claims_of, jwk, jws, unb64
from tests.conftest import Speaking
from tests.portals.public.test_public_pages import text
from tongban.certificates.api import (
    get_offer,
    issuer_metadata,
    offer_certificate,
    uses_of,
    wallet_copies,
    withdraw_offer,
)
from tongban.certificates.models import Certificate, wallets
from tongban.certificates.offline import check_presentation
from tongban.certificates.queries import issuer_keys
from tongban.certificates.signing.texts import sign_bound
from tongban.journal.api import Actor, drain, footprint, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.kernel.ids import uuid7
from tongban.portals.design import limits

SignIn = Callable[[str], Client]


# -- the whole way -------------------------------------------------------------------------


def test_a_wallet_takes_an_offer_and_shows_what_it_was_given(food: UUID, gunian: Actor) -> None:
    wallet, tx_code, _offer = offered(food, gunian)
    granted = wallet.redeem(tx_code).json()
    assert (granted["token_type"], granted["expires_in"]) == ("Bearer", 300)
    assert "refresh_token" not in granted
    answer = wallet.ask()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    [given] = answer.json()["credentials"]
    claims = claims_of(given["credential"])
    assert claims["vct"] == wallet.issuer["credential_configurations_supported"][wallet.configuration]["vct"]
    assert claims["cnf"] == {"jwk": jwk(wallet.keys[0])}
    assert claims["holder_name"] == "青石区顾念面馆"
    assert len(claims["_sd"]) > len(given["credential"].split("~")) - 2
    assert status_of(given["credential"]) == 0
    noted = {"notification_id": answer.json()["notification_id"], "event": "credential_accepted"}
    assert wallet.ask(noted, at="notification_endpoint").status_code == 204
    [held] = wallet_copies(food, by=gunian)
    assert (held.label, held.texts, held.ended_at) == ("手机", 1, None)
    assert held.accepted_at


def test_what_it_was_given_it_presents_to_a_verifier(wallet: Wallet) -> None:
    [given] = wallet.ask().json()["credentials"]
    sd_jwt, now = given["credential"], clock.real_now()
    bound = {
        "iat": int(now.timestamp()),
        "aud": "https://verifier.example",
        "nonce": "n",
        "sd_hash": b64(hashlib.sha256(sd_jwt.encode()).digest()),
    }
    shown = sd_jwt + jws({"alg": "ES256", "typ": "kb+jwt"}, bound, wallet.keys[0])
    checked = check_presentation(
        shown, issuer_keys(), audience="https://verifier.example", nonce="n", now=now
    )
    assert checked.bound
    assert checked.claims["number"] == "JY29901020001"


def test_an_offer_by_reference_is_the_same_and_says_where_the_code_is(food: UUID, gunian: Actor) -> None:
    _wallet, tx_code, offer = offered(food, gunian)
    view = get_offer(offer, by=gunian)
    by_reference = Wallet()
    by_reference.take(
        "openid-credential-offer://?"
        + urlencode({"credential_offer_uri": f"https://x.example/wallets/offers/{view.handle}"})
    )
    code = by_reference.offer["grants"][GRANT]["tx_code"]
    assert (code["length"], code["input_mode"]) == (6, "numeric")
    assert 0 < len(code["description"]) <= 300
    assert tx_code not in json.dumps(by_reference.offer)
    assert by_reference.redeem(tx_code).status_code == 200
    assert Client().get(f"/wallets/offers/{view.handle}").status_code == 404


def test_a_proof_may_be_for_the_agency_or_for_the_installation(wallet: Wallet) -> None:
    """Both are credential issuers of ours, each with metadata of its own."""
    whole = wallet.get("https://x.example/.well-known/openid-credential-issuer")["credential_issuer"]
    proof = wallet.proof(wallet.nonce(), claims={"aud": whole})
    assert wallet.ask(wallet.request(proofs={"jwt": [proof]})).status_code == 200


def test_several_keys_get_texts_that_nobody_can_link_by_place_or_salt(wallet: Wallet) -> None:
    wallet.keys += [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    most = wallet.issuer["batch_credential_issuance"]["batch_size"]
    assert most >= 4
    nonce = wallet.nonce()
    proofs = [wallet.proof(nonce, key=key) for key in wallet.keys]
    given = wallet.ask(wallet.request(proofs={"jwt": proofs})).json()["credentials"]
    claims = [claims_of(one["credential"]) for one in given]
    assert [one["cnf"]["jwk"] for one in claims] == [jwk(key) for key in wallet.keys]
    assert len({one["status"]["status_list"]["idx"] for one in claims}) == 4
    assert not set(claims[0]["_sd"]) & set(claims[1]["_sd"])


def test_each_text_has_its_entry_in_the_journal_and_strangers_find_it(
    wallet: Wallet, food: UUID, gunian: Actor, speaking_as: Speaking
) -> None:
    [given] = wallet.ask().json()["credentials"]
    row = wallets.WalletText.objects.get()
    [entry] = timeline(objects=[f"wallet-text:{row.id}"])
    assert entry.kind == "certificate.wallet-issued.v1"
    assert entry.agency == "lanchuan.approval"
    assert entry.content["token_sha256"] == bytes(row.sha256).hex()
    assert entry.basis
    page = text(Client().post("/verify/", {"code": given["credential"]}))
    assert 'tb-message__word">有效' in page
    assert [one.way for one in uses_of(food, by=gunian)[1]] == ["wallet"]
    assert gunian.person
    with speaking_as("sequencer"):
        drain()
    assert [one.act.id for one in footprint(gunian.person, kinds=[entry.kind])] == [entry.id]
    assert wallet_copies(food, by=gunian)[0].entry == entry.id


def test_a_text_signed_beside_the_ledger_is_refused(wallet: Wallet) -> None:
    """Whoever has the issuer's key but writes no entry: the text is not the one that the ledger has."""
    row = Certificate.objects.select_related("type").get(number="JY29901020001")
    [forged] = sign_bound(row, {uuid7(): jwk(wallet.keys[0])}).values()
    page = text(Client().post("/verify/", {"code": forged.text}))
    assert 'tb-message__word">不一致' in page


# -- metadata ------------------------------------------------------------------------------


def test_metadata_of_an_agency_and_of_the_installation(wallet: Wallet) -> None:
    whole = wallet.get("https://x.example/.well-known/openid-credential-issuer")
    mine = wallet.issuer
    assert mine["credential_issuer"] == f"{whole['credential_issuer']}/issuers/lanchuan.approval"
    assert mine["credential_configurations_supported"].items() <= whole["credential_configurations_supported"].items()  # fmt: skip
    assert len(whole["credential_configurations_supported"]) > len(mine["credential_configurations_supported"])  # fmt: skip
    one = mine["credential_configurations_supported"]["food-permit.1"]
    assert one["format"] == "dc+sd-jwt"
    assert one["cryptographic_binding_methods_supported"] == ["jwk"]
    assert one["credential_signing_alg_values_supported"] == ["ES256"]
    assert one["proof_types_supported"] == {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}}
    assert one["scope"]
    shown = {display["locale"]: display["name"] for display in one["credential_metadata"]["display"]}
    assert shown["zh-CN"] == "食品经营许可证"
    assert shown["en"].isascii()
    claims = one["credential_metadata"]["claims"]
    assert len({tuple(claim["path"]) for claim in claims}) == len(claims)
    assert {claim["path"][0]: claim["mandatory"] for claim in claims}["co_holders"] is False
    for name in ("credential_request_encryption", "credential_response_encryption"):
        assert name not in mine
    assert Client().get("/.well-known/openid-credential-issuer/issuers/nobody").status_code == 404


def test_metadata_of_the_authorization_server(wallet: Wallet) -> None:
    assert wallet.server["pre-authorized_grant_anonymous_access_supported"] is True
    assert wallet.server["grant_types_supported"] == [GRANT, "refresh_token"]
    assert "dpop_signing_alg_values_supported" not in wallet.server
    assert wallet.server["token_endpoint"].endswith("/wallets/token")


def test_the_issuers_keys_are_where_the_wallet_looks_for_them(wallet: Wallet) -> None:
    [given] = wallet.ask().json()["credentials"]
    issuer = claims_of(given["credential"])["iss"]
    header = json.loads(unb64(given["credential"].split(".")[0]))
    found = issuer_metadata(issuer.rpartition("/")[2])
    assert found["issuer"] == issuer
    assert header["kid"] in {key["kid"] for key in found["jwks"]["keys"]}


# -- offer and token -----------------------------------------------------------------------


def test_only_what_holds_is_offered_and_only_by_its_holder(who: Who, food: UUID, gunian: Actor) -> None:
    with pytest.raises(NotFound):
        offer_certificate(certificate=food, label="", by=who("linxia"))
    with pytest.raises(BadInput, match="30"):
        offer_certificate(certificate=food, label="长" * 31, by=gunian)
    offer = offer_certificate(certificate=food, label="", by=gunian)
    with pytest.raises(NotFound):
        get_offer(offer, by=who("linxia"))
    with pytest.raises(NotFound):
        withdraw_offer(offer=offer, by=who("linxia"))
    change(food, who("food-approver"), to="suspend", ground="suspend-penalty")
    with pytest.raises(Conflict, match="不能放进钱包"):
        offer_certificate(certificate=food, label="", by=gunian)


def test_a_code_is_redeemed_once(food: UUID, gunian: Actor) -> None:
    wallet, tx_code, offer = offered(food, gunian)
    assert wallet.redeem(tx_code).status_code == 200
    refused(wallet.redeem(tx_code), "invalid_grant")
    seen = get_offer(offer, by=gunian)
    assert (seen.state, seen.tx_code, seen.object) == ("waiting", "", {})


def test_a_code_that_ran_out_or_was_taken_back_gives_nothing(food: UUID, gunian: Actor) -> None:
    wallet, tx_code, offer = offered(food, gunian)
    wallets.WalletOffer.objects.filter(pk=offer).update(ends_at=clock.real_now() - timedelta(seconds=1))
    refused(wallet.redeem(tx_code), "invalid_grant")
    assert get_offer(offer, by=gunian).state == "over"
    wallet, tx_code, offer = offered(food, gunian)
    withdraw_offer(offer=offer, by=gunian)
    refused(wallet.redeem(tx_code), "invalid_grant")
    assert get_offer(offer, by=gunian).state == "withdrawn"


def test_an_access_token_ends_when_the_offer_is_taken_back(wallet: Wallet, food: UUID, gunian: Actor) -> None:
    offer = wallets.WalletOffer.objects.get()
    withdraw_offer(offer=offer.id, by=gunian)
    refused(wallet.ask(), "invalid_token", 401)


def test_the_code_of_six_digits_is_asked_for_and_guesses_end_the_offer(food: UUID, gunian: Actor) -> None:
    wallet, tx_code, offer = offered(food, gunian)
    refused(wallet.redeem(None), "invalid_request")
    wrong = f"{(int(tx_code) + 1) % 1_000_000:06}"
    for _guess in range(5):
        refused(wallet.redeem(wrong), "invalid_grant")
    refused(wallet.redeem(tx_code), "invalid_grant")
    assert get_offer(offer, by=gunian).state == "blocked"
    assert not wallets.WalletAccess.objects.exists()


def test_guesses_of_codes_are_limited_by_address(
    food: UUID, gunian: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WALLET_TOKEN", limits.Limit("wallet-token", 3, timedelta(minutes=1)))
    wallet, _tx_code, _offer = offered(food, gunian)
    answers = [
        wallet.ask_tokens({"grant_type": GRANT, "pre-authorized_code": f"{n}", "tx_code": "1"})
        for n in range(4)
    ]
    assert [one.status_code for one in answers] == [400, 400, 400, 429]
    assert answers[-1]["Retry-After"]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": GRANT}, "invalid_request"),
        ({"grant_type": GRANT, "pre-authorized_code": "guess", "tx_code": "000000"}, "invalid_grant"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "a.b"}, "invalid_grant"),
    ],
)
def test_token_requests_that_do_not_do(wallet: Wallet, form: dict[str, str], error: str) -> None:
    refused(wallet.ask_tokens(form), error)


def test_a_token_request_says_nothing_twice_and_is_a_form(food: UUID, gunian: Actor) -> None:
    wallet, tx_code, _offer = offered(food, gunian)
    form = {"grant_type": GRANT, "pre-authorized_code": wallet.code, "tx_code": tx_code}
    twice = wallet.client.post(
        "/wallets/token",
        f"{urlencode(form)}&tx_code=1",
        content_type="application/x-www-form-urlencoded",
    )
    refused(twice, "invalid_request")
    refused(wallet.client.post("/wallets/token", json.dumps(form), content_type="application/json"), "invalid_request")  # fmt: skip
    assert wallet.client.get("/wallets/token").status_code == 405


def test_authorization_details_name_what_was_offered_and_are_answered_with_identifiers(
    food: UUID, gunian: Actor
) -> None:
    wallet, tx_code, _offer = offered(food, gunian)
    detail = {"type": "openid_credential", "credential_configuration_id": wallet.configuration}
    for wrong in (
        "no json",
        json.dumps([detail]),
        json.dumps([detail | {"type": "other"}]),
        json.dumps([detail | {"credential_configuration_id": "business-licence.1"}]),
    ):
        refused(wallet.redeem(tx_code, authorization_details=wrong), "invalid_authorization_details")
    named = detail | {"locations": [wallet.offer["credential_issuer"]]}
    answer = wallet.redeem(tx_code, authorization_details=json.dumps([named])).json()
    [given] = answer["authorization_details"]
    [identifier] = given["credential_identifiers"]
    refused(wallet.ask(wallet.request()), "invalid_credential_request")
    refused(wallet.ask(wallet.request(credential_identifier=identifier)), "invalid_credential_request")
    request = wallet.request(credential_identifier="other", credential_configuration_id=None)
    refused(wallet.ask(request), "unknown_credential_identifier")
    request = wallet.request(credential_identifier=identifier, credential_configuration_id=None)
    assert wallet.ask(request).status_code == 200
