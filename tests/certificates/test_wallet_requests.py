"""What a wallet may ask for and how: each proof that does not do, what waits for a case, what is told and ended later."""

import json
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cases.conftest import Who, view_of
from tests.certificates.conftest import link_of, offered, refused, status_of
from tests.certificates.test_changes import change
from tests.certificates.wallet import Wallet, b64, claims_of, jwk
from tests.portals.public.test_public_pages import text
from tongban.cases.api import decide, examine, inspect
from tongban.certificates.api import (
    end_wallet_copy,
    get_offer,
    offer_case,
    uses_of,
    wallet_copies,
    withdraw_offer,
)
from tongban.certificates.models import wallets
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, NotFound

# -- the access token ----------------------------------------------------------------------


@pytest.mark.parametrize("endpoint", ["credential_endpoint", "deferred_credential_endpoint", "notification_endpoint"])  # fmt: skip
def test_without_a_good_token_nothing_is_answered(wallet: Wallet, endpoint: str) -> None:
    none = wallet.ask({}, at=endpoint, token=None)
    assert (none.status_code, none["WWW-Authenticate"], none.json()) == (401, "Bearer", {})
    wrong = wallet.ask({}, at=endpoint, token="guess")
    refused(wrong, "invalid_token", 401)
    assert 'error="invalid_token"' in wrong["WWW-Authenticate"]


def test_a_token_lives_for_five_minutes(wallet: Wallet, gunian: Actor) -> None:
    wallets.WalletAccess.objects.update(access_until=clock.real_now())
    refused(wallet.ask(), "invalid_token", 401)
    assert get_offer(wallets.WalletOffer.objects.get().id, by=gunian).state == "over"


# -- the credential request ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "error", "status"),
    [
        ({"credential_configuration_id": None}, "invalid_credential_request", 400),
        ({"credential_configuration_id": ["food-permit.1"]}, "invalid_credential_request", 400),
        ({"credential_configuration_id": "moon-licence.1"}, "unknown_credential_configuration", 400),
        ({"credential_configuration_id": "food-permit.99"}, "unknown_credential_configuration", 400),
        ({"credential_configuration_id": "food-permit"}, "unknown_credential_configuration", 400),
        ({"credential_configuration_id": "business-licence.1"}, "insufficient_scope", 403),
        ({"credential_identifier": "x", "credential_configuration_id": None}, "unknown_credential_identifier", 400),
        ({"credential_identifier": "x"}, "invalid_credential_request", 400),
        ({"credential_response_encryption": {"jwk": {}, "enc": "A128GCM"}}, "invalid_encryption_parameters", 400),
        ({"proofs": None}, "invalid_proof", 400),
        ({"proofs": []}, "invalid_proof", 400),
        ({"proofs": {}}, "invalid_proof", 400),
        ({"proofs": {"jwt": []}}, "invalid_proof", 400),
        ({"proofs": {"jwt": "one"}}, "invalid_proof", 400),
        ({"proofs": {"jwt": [1]}}, "invalid_proof", 400),
        ({"proofs": {"jwt": ["a.b"]}}, "invalid_proof", 400),
        ({"proofs": {"di_vp": [{}]}}, "invalid_proof", 400),
        ({"proofs": {"attestation": ["a.b.c"]}}, "invalid_proof", 400),
        ({"proofs": {"jwt": ["a.b.c"], "di_vp": [{}]}}, "invalid_proof", 400),
        ({"proofs": None, "proof": {"proof_type": "jwt", "jwt": "a.b.c"}}, "invalid_proof", 400),
    ],
)  # fmt: skip
def test_requests_that_do_not_do(wallet: Wallet, more: dict[str, Any], error: str, status: int) -> None:
    refused(wallet.ask(wallet.request(**more)), error, status)
    assert not wallets.WalletCopy.objects.exists()


def test_a_request_is_one_json_object_that_says_nothing_twice(wallet: Wallet) -> None:
    body = json.dumps(wallet.request())
    twice = body[:-1] + ', "credential_configuration_id": "food-permit.1"}'
    for wrong in (twice, "[]", "nothing", body + "}", " " * 70_000 + body):
        refused(wallet.ask(wrong), "invalid_credential_request")
    refused(wallet.ask(body, kind="application/jwt"), "invalid_credential_request")
    assert wallet.ask(body).status_code == 200


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"typ": "JWT"}, {}),
        ({"typ": None}, {}),
        ({"alg": "none"}, {}),
        ({"alg": "HS256"}, {}),
        ({"alg": "ES384"}, {}),
        ({"alg": None}, {}),
        ({"crit": ["x"], "x": 1}, {}),
        ({"jwk": None}, {}),
        ({"jwk": None, "kid": "did:key:z6Mk"}, {}),
        ({"jwk": None, "x5c": ["MIIB"]}, {}),
        ({"x5c": ["MIIB"]}, {}),
        ({"kid": "one"}, {}),
        ({"key_attestation": "a.b.c"}, {}),
        ({"trust_chain": ["a.b.c"]}, {}),
        ({"jwk": {"kty": "oct", "k": "AAAA"}}, {}),
        ({"jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}}, {}),
        ({"jwk": {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"}}, {}),
        ({"jwk": "text"}, {}),
        ({"jwk": jwk(ec.generate_private_key(ec.SECP256R1()))}, {}),
        ({}, {"aud": "https://another.example"}),
        ({}, {"aud": None}),
        ({}, {"aud": ["http://localhost:8000"]}),
        ({}, {"iat": None}),
        ({}, {"iat": "now"}),
        ({}, {"iat": True}),
        ({}, {"iat": int(time.time()) - 3600}),
        ({}, {"iat": int(time.time()) + 3600}),
        ({}, {"exp": int(time.time()) - 3600}),
        ({}, {"nonce": None}),
        ({}, {"nonce": 7}),
        ({}, {"iss": "somebody"}),
    ],
)  # fmt: skip
def test_proofs_that_prove_nothing(wallet: Wallet, header: dict[str, Any], claims: dict[str, Any]) -> None:
    proof = wallet.proof(wallet.nonce(), header=header, claims=claims)
    refused(wallet.ask(wallet.request(proofs={"jwt": [proof]})), "invalid_proof")
    assert not wallets.WalletCopy.objects.exists()


def test_a_proof_with_a_private_key_is_refused(wallet: Wallet) -> None:
    private = jwk(wallet.keys[0]) | {"d": b64(wallet.keys[0].private_numbers().private_value.to_bytes(32))}
    proof = wallet.proof(wallet.nonce(), header={"jwk": private})
    refused(wallet.ask(wallet.request(proofs={"jwt": [proof]})), "invalid_proof")


def test_a_proof_without_a_signature_is_refused(wallet: Wallet) -> None:
    unsigned = wallet.proof(wallet.nonce(), header={"alg": "none"}).rpartition(".")[0] + "."
    refused(wallet.ask(wallet.request(proofs={"jwt": [unsigned]})), "invalid_proof")
    head, body, signature = wallet.proof(wallet.nonce()).split(".")
    altered = f"{head}.{body}.{'B' if signature[0] != 'B' else 'C'}{signature[1:]}"
    refused(wallet.ask(wallet.request(proofs={"jwt": [altered]})), "invalid_proof")


def test_one_bad_proof_among_good_ones_refuses_all(wallet: Wallet) -> None:
    nonce, other = wallet.nonce(), ec.generate_private_key(ec.SECP256R1())
    good, bad = wallet.proof(nonce), wallet.proof(nonce, key=other, claims={"aud": "https://x.example"})
    refused(wallet.ask(wallet.request(proofs={"jwt": [good, bad]})), "invalid_proof")
    refused(wallet.ask(wallet.request(proofs={"jwt": [good, wallet.proof(nonce)]})), "invalid_proof")


def test_no_more_proofs_than_the_metadata_say(wallet: Wallet) -> None:
    most = wallet.issuer["batch_credential_issuance"]["batch_size"]
    nonce = wallet.nonce()
    proofs = [wallet.proof(nonce, key=ec.generate_private_key(ec.SECP256R1())) for _ in range(most + 1)]
    refused(wallet.ask(wallet.request(proofs={"jwt": proofs})), "invalid_credential_request")
    assert len(wallet.ask(wallet.request(proofs={"jwt": proofs[:most]})).json()["credentials"]) == most
    refused(wallet.ask(), "credential_request_denied")


def test_eight_keys_cost_the_database_no_more_statements_than_one(wallet: Wallet) -> None:
    counts = []
    for keys in (1, 7):
        nonce = wallet.nonce()
        proofs = [wallet.proof(nonce, key=ec.generate_private_key(ec.SECP256R1())) for _ in range(keys)]
        with CaptureQueriesContext(connection) as seen:
            assert wallet.ask(wallet.request(proofs={"jwt": proofs})).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 40


def test_who_said_a_client_id_may_say_it_again_as_iss(food: UUID, gunian: Actor) -> None:
    wallet, tx_code, _offer = offered(food, gunian)
    assert wallet.redeem(tx_code, client_id="wallet.example").status_code == 200
    proof = wallet.proof(wallet.nonce(), claims={"iss": "another.example"})
    refused(wallet.ask(wallet.request(proofs={"jwt": [proof]})), "invalid_proof")
    proof = wallet.proof(wallet.nonce(), claims={"iss": "wallet.example"})
    assert wallet.ask(wallet.request(proofs={"jwt": [proof]})).status_code == 200


# -- nonces --------------------------------------------------------------------------------


def test_a_nonce_is_used_once(wallet: Wallet) -> None:
    nonce = wallet.nonce()
    first = wallet.request(proofs={"jwt": [wallet.proof(nonce)]})
    assert wallet.ask(first).status_code == 200
    refused(wallet.ask(first), "invalid_nonce")
    refused(wallet.ask(wallet.request(proofs={"jwt": [wallet.proof(nonce)]})), "invalid_nonce")
    assert wallet.ask().status_code == 200


def test_proofs_of_one_request_may_have_nonces_of_their_own(wallet: Wallet) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    proofs = [wallet.proof(wallet.nonce()), wallet.proof(wallet.nonce(), key=other)]
    assert len(wallet.ask(wallet.request(proofs={"jwt": proofs})).json()["credentials"]) == 2
    third = wallet.proof(wallet.nonce(), key=ec.generate_private_key(ec.SECP256R1()))
    refused(wallet.ask(wallet.request(proofs={"jwt": [third, proofs[0]]})), "invalid_nonce")


def test_a_nonce_of_nobody_of_another_or_of_yesterday_is_refused(
    wallet: Wallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = wallet.nonce()
    for wrong in ("", "guess", good[:-4], good + "AAAA", ("B" if good[0] != "B" else "C") + good[1:], "=="):
        refused(wallet.ask(wallet.request(proofs={"jwt": [wallet.proof(wrong)]})), "invalid_nonce")
    monkeypatch.setattr("tongban.certificates.wallets.nonces.LIVES", -timedelta(seconds=1))
    refused(wallet.ask(wallet.request(proofs={"jwt": [wallet.proof(wallet.nonce())]})), "invalid_nonce")


def test_nonces_cost_no_row_until_they_are_used(wallet: Wallet) -> None:
    given = {wallet.nonce() for _ in range(20)}
    assert len(given) == 20
    assert not wallets.UsedNonce.objects.exists()


# -- what no longer holds ------------------------------------------------------------------


def test_what_was_suspended_after_the_offer_is_not_issued(wallet: Wallet, food: UUID, who: Who) -> None:
    change(food, who("food-approver"), to="suspend", ground="suspend-penalty")
    refused(wallet.ask(), "credential_request_denied")
    assert not wallets.WalletText.objects.exists()


def test_what_lies_in_wallets_follows_the_certificate(wallet: Wallet, food: UUID, who: Who) -> None:
    [given] = wallet.ask().json()["credentials"]
    approver = who("food-approver")
    for to, ground, stands in (
        ("suspend", "suspend-penalty", 2),
        ("reinstate", "reinstate-ended", 0),
        ("revoke", "revoke-fraud", 1),
    ):
        change(food, approver, to=to, ground=ground)
        assert status_of(given["credential"]) == stands


def test_its_holder_ends_one_copy_for_ever_and_the_others_hold(
    wallet: Wallet, food: UUID, gunian: Actor, who: Who
) -> None:
    [first] = wallet.ask().json()["credentials"]
    [second] = wallet.ask().json()["credentials"]
    newer, older = wallet_copies(food, by=gunian)
    with pytest.raises(NotFound):
        end_wallet_copy(copy=older.id, by=who("linxia"))
    end_wallet_copy(copy=older.id, by=gunian)
    end_wallet_copy(copy=older.id, by=gunian)
    assert [status_of(one["credential"]) for one in (first, second)] == [1, 0]
    approver = who("food-approver")
    change(food, approver, to="suspend", ground="suspend-penalty")
    change(food, approver, to="reinstate", ground="reinstate-ended")
    assert [status_of(one["credential"]) for one in (first, second)] == [1, 0]
    assert 'tb-message__word">已停用' in text(Client().post("/verify/", {"code": first["credential"]}))
    assert 'tb-message__word">有效' in text(Client().post("/verify/", {"code": second["credential"]}))
    acts = timeline(objects=[f"wallet-copy:{older.id}"])
    assert [(one.kind, one.content["by"]) for one in acts] == [("certificate.wallet-ended.v1", "holder")]
    assert {one.way for one in uses_of(food, by=gunian)[1]} == {"wallet", "wallet-ended"}
    assert wallet_copies(food, by=who("linxia")) == []
    assert newer.ended_at is None


# -- notifications -------------------------------------------------------------------------


def test_a_wallet_that_did_not_keep_it_ends_it(wallet: Wallet, food: UUID, gunian: Actor) -> None:
    answer = wallet.ask().json()
    told = {"notification_id": answer["notification_id"], "event": "credential_deleted"}
    for _twice in range(2):
        assert wallet.ask(told, at="notification_endpoint").status_code == 204
    [held] = wallet_copies(food, by=gunian)
    assert held.ended_by == "wallet"
    assert status_of(answer["credentials"][0]["credential"]) == 1
    assert wallet.ask(told | {"event": "credential_accepted"}, at="notification_endpoint").status_code == 204
    assert wallet_copies(food, by=gunian)[0].accepted_at is None


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"event": "credential_accepted"}, "invalid_notification_request"),
        ({"notification_id": "x"}, "invalid_notification_request"),
        ({"notification_id": "x", "event": "Credential_Accepted"}, "invalid_notification_request"),
        ({"notification_id": 1, "event": "credential_accepted"}, "invalid_notification_request"),
        ({"notification_id": "x", "event": ["credential_accepted"]}, "invalid_notification_request"),
        ({"notification_id": "x", "event": "credential_failure", "event_description": "满"}, "invalid_notification_request"),
        ({"notification_id": "x", "event": "credential_failure"}, "invalid_notification_id"),
    ],
)  # fmt: skip
def test_notifications_that_do_not_do(wallet: Wallet, told: dict[str, Any], error: str) -> None:
    wallet.ask()
    refused(wallet.ask(told, at="notification_endpoint"), error)


def test_a_wallet_tells_nothing_of_what_another_was_given(wallet: Wallet, food: UUID, gunian: Actor) -> None:
    others = wallet.ask().json()["notification_id"]
    mine, tx_code, _offer = offered(food, gunian)
    mine.redeem(tx_code)
    told = {"notification_id": others, "event": "credential_deleted"}
    refused(mine.ask(told, at="notification_endpoint"), "invalid_notification_id")


# -- while the case runs -------------------------------------------------------------------


@pytest.fixture
def waiting(permit: str, linxia: Actor) -> Wallet:
    """A wallet that was promised the food permit of 林夏, and waits."""
    offer = offer_case(case_number=permit, label="", by=linxia)
    found = Wallet()
    found.take(link_of(offer, linxia))
    assert found.redeem(get_offer(offer, by=linxia).tx_code).status_code == 200
    return found


def granted(permit: str, who: Who, result: str = "granted") -> None:
    inspect(number=permit, officers=["LC-SP-003", "LC-SP-005"], finding="符合", seen=None, by=who("food-examiner"))  # fmt: skip
    examine(number=permit, proposes=result, words="查过", seen=None, by=who("food-examiner"))
    decide(number=permit, result=result, words="依法决定", seen=None, by=who("food-approver"))


def test_what_the_case_gives_comes_to_the_wallet_that_waits(
    waiting: Wallet, permit: str, who: Who, linxia: Actor
) -> None:
    answer = waiting.ask()
    assert answer.status_code == 202
    told = answer.json()
    assert told.keys() == {"transaction_id", "interval"}
    again = waiting.ask({"transaction_id": told["transaction_id"]}, at="deferred_credential_endpoint")
    assert (again.status_code, again.json()) == (202, told)
    granted(permit, who)
    wallets.WalletAccess.objects.update(access_until=clock.real_now())
    late = waiting.ask({"transaction_id": told["transaction_id"]}, at="deferred_credential_endpoint")
    refused(late, "invalid_token", 401)
    assert waiting.refresh().status_code == 200
    done = waiting.ask({"transaction_id": told["transaction_id"]}, at="deferred_credential_endpoint")
    assert done.status_code == 200
    claims = claims_of(done.json()["credentials"][0]["credential"])
    assert claims["cnf"] == {"jwk": jwk(waiting.keys[0])}
    assert claims["title"] == "食品经营许可证"
    once = waiting.ask({"transaction_id": told["transaction_id"]}, at="deferred_credential_endpoint")
    refused(once, "invalid_transaction_id")
    noted = {"notification_id": done.json()["notification_id"], "event": "credential_accepted"}
    assert waiting.ask(noted, at="notification_endpoint").status_code == 204


def test_a_refused_case_ends_the_waiting(waiting: Wallet, permit: str, who: Who, linxia: Actor) -> None:
    told = waiting.ask().json()["transaction_id"]
    granted(permit, who, "refused")
    refused(waiting.ask({"transaction_id": told}, at="deferred_credential_endpoint"), "credential_request_denied")  # fmt: skip
    refused(waiting.ask(), "credential_request_denied")
    assert get_offer(wallets.WalletOffer.objects.get().id, by=linxia).state == "denied"


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({}, "invalid_credential_request"),
        ({"transaction_id": 1}, "invalid_credential_request"),
        ({"transaction_id": "guess"}, "invalid_transaction_id"),
        ({"transaction_id": "x", "credential_response_encryption": {}}, "invalid_encryption_parameters"),
    ],
)
def test_deferred_requests_that_do_not_do(waiting: Wallet, request_: dict[str, Any], error: str) -> None:
    waiting.ask()
    refused(waiting.ask(request_, at="deferred_credential_endpoint"), error)


def test_a_refresh_token_is_used_once_and_an_old_one_ends_everything(waiting: Wallet) -> None:
    stolen = waiting.tokens["refresh_token"]
    assert waiting.refresh().status_code == 200
    newest = dict(waiting.tokens)
    refused(waiting.ask_tokens({"grant_type": "refresh_token", "refresh_token": stolen}), "invalid_grant")
    refused(waiting.ask(token=newest["access_token"]), "invalid_token", 401)
    again = {"grant_type": "refresh_token", "refresh_token": newest["refresh_token"]}
    refused(waiting.ask_tokens(again), "invalid_grant")


def test_its_holder_takes_the_promise_back(waiting: Wallet, linxia: Actor) -> None:
    waiting.ask()
    [row] = wallets.WalletOffer.objects.all()
    withdraw_offer(offer=row.id, by=linxia)
    refused(waiting.refresh(), "invalid_grant")
    refused(waiting.ask(), "invalid_token", 401)


def test_a_case_is_offered_by_its_applicant_while_it_runs(permit: str, who: Who, linxia: Actor) -> None:
    for wrong, by in ((permit, who("gunian")), ("9901-77", linxia), (permit, who("clerk1"))):
        with pytest.raises(NotFound):
            offer_case(case_number=wrong, label="", by=by)
    granted(permit, who)
    with pytest.raises(Conflict, match="已经办结"):
        offer_case(case_number=permit, label="", by=linxia)
    assert view_of(permit.rpartition("-")[0], linxia).case("food-permit").final


def test_what_was_fetched_is_not_taken_back_but_ended(wallet: Wallet, gunian: Actor) -> None:
    wallet.ask()
    with pytest.raises(Conflict, match="已经取走"):
        withdraw_offer(offer=wallets.WalletOffer.objects.get().id, by=gunian)
    assert get_offer(wallets.WalletOffer.objects.get().id, by=gunian).state == "fetched"
