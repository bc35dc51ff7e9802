"""The wire of OpenID4VP at its edges: who may fetch, who may answer, how often, and what an error looks like."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import pytest
from cryptography import x509

from tests.cases.conftest import Who
from tests.certificates.presenting.conftest import MATERIAL, Fetched
from tests.certificates.presenting.wallet import FORM, Wallet
from tongban.cases.api import ask_presentation, drop_draft
from tongban.certificates.api import get_presentation
from tongban.certificates.presenting.models import Presentation
from tongban.certificates.presenting.verifiers import chain_path
from tongban.exchange.api import evidence_of
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.keys.api import rotate_key


def told(answer: Any) -> tuple[int, str]:
    """Status and description of a refusal, which is JSON in ASCII that nobody keeps."""
    assert answer["Cache-Control"] == "no-store"
    said = answer.json()
    assert said["error"] == "invalid_request"
    assert said["error_description"].isascii()
    return answer.status_code, said["error_description"]


def path_of(presentation: UUID, by: Actor) -> str:
    link = get_presentation(presentation, by=by).link
    return urlsplit(parse_qs(urlsplit(link).query)["request_uri"][0]).path


# -- one answer, in time -------------------------------------------------------------------


def test_a_presentation_that_was_sent_twice_counts_once(
    asked: UUID, draft: str, holding: Wallet, request_of: Fetched
) -> None:
    request = request_of(asked)
    text = holding.bound(holding.chosen(request.names), request)
    assert holding.show(request, text).status_code == 200
    assert told(holding.show(request, text)) == (
        400,
        "This request was answered already; it takes one answer",
    )
    assert len(evidence_of(draft)) == 1


def test_after_a_refusal_another_answer_is_not_taken(
    asked: UUID, holding: Wallet, request_of: Fetched
) -> None:
    request = request_of(asked)
    assert holding.decline(request).status_code == 200
    assert told(holding.show(request)) == (400, "This request was answered already; it takes one answer")


def test_a_request_that_was_answered_is_not_given_again(
    asked: UUID, holding: Wallet, request_of: Fetched, gunian: Actor
) -> None:
    path = path_of(asked, gunian)
    holding.show(request_of(asked))
    assert told(holding.client.get(path))[0] == 400
    assert get_presentation(asked, by=gunian).link == ""


def test_after_five_minutes_nothing_is_given_and_nothing_taken(
    asked: UUID, draft: str, holding: Wallet, request_of: Fetched, gunian: Actor
) -> None:
    request, path = request_of(asked), path_of(asked, gunian)
    Presentation.objects.filter(pk=asked).update(ends_at=clock.real_now() - timedelta(seconds=1))
    assert told(holding.show(request)) == (400, "This request has expired")
    assert told(holding.client.get(path)) == (400, "This request has expired")
    view = get_presentation(asked, by=gunian)
    assert (view.state, view.link) == ("expired", "")
    assert not evidence_of(draft)


def test_an_address_that_nobody_gave_out(wallet: Wallet) -> None:
    for answer in (
        wallet.client.get("/presentations/NOSUCHHANDLE/request"),
        wallet.client.post("/presentations/NOSUCHHANDLE/response", "state=x&vp_token=x", content_type=FORM),
    ):
        assert told(answer) == (404, "There is no such request")


# -- what is posted ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "description"),
    [
        ({"state": None}, "state is missing or belongs to another request"),
        ({"state": "another"}, "state is missing or belongs to another request"),
        ({"vp_token": None}, "Exactly one of vp_token and error must be sent, as direct_post"),
        ({"error": "access_denied"}, "Exactly one of vp_token and error must be sent, as direct_post"),
        ({"vp_token": None, "response": "a.b.c"}, "Exactly one of vp_token and error must be sent, as direct_post"),
        ({"vp_token": ["{}", "{}"]}, "vp_token was sent more than once"),
        ({"state": ["a", "b"]}, "state was sent more than once"),
    ],
)  # fmt: skip
def test_what_is_no_answer_to_the_request_changes_nothing(
    form: dict[str, Any], description: str, asked: UUID, holding: Wallet, request_of: Fetched, gunian: Actor
) -> None:
    request = request_of(asked)
    assert told(holding.show(request, **form)) == (400, description)
    assert get_presentation(asked, by=gunian).state == "waiting"
    assert holding.show(request).status_code == 200


def test_an_answer_as_json_is_not_taken(asked: UUID, holding: Wallet, request_of: Fetched) -> None:
    path = urlsplit(request_of(asked).claims["response_uri"]).path
    answer = holding.client.post(path, "{}", content_type="application/json")
    assert told(answer) == (415, "The body must be application/x-www-form-urlencoded")
    assert holding.client.get(path).status_code == 405


@pytest.mark.parametrize(
    ("metadata", "description"),
    [
        ({"vp_formats_supported": {"mso_mdoc": {}}}, "The wallet does not support the format dc+sd-jwt"),
        (
            {"vp_formats_supported": {"dc+sd-jwt": {"kb-jwt_alg_values": ["ES384"]}}},
            "The wallet does not support ES256 (kb-jwt_alg_values)",
        ),
        (
            {"request_object_signing_alg_values_supported": ["EdDSA"]},
            "The wallet does not support ES256 (request_object_signing_alg_values_supported)",
        ),
        (
            {"client_id_prefixes_supported": ["redirect_uri"]},
            "The wallet does not support x509_san_dns (client_id_prefixes_supported)",
        ),
        (
            {"response_modes_supported": ["direct_post.jwt"]},
            "The wallet does not support direct_post (response_modes_supported)",
        ),
    ],
)
def test_a_wallet_that_cannot_answer_is_told_so_at_once(
    metadata: dict[str, Any], description: str, asked: UUID, holding: Wallet, gunian: Actor
) -> None:
    body = urlencode({"wallet_metadata": json.dumps(metadata)})
    answer = holding.client.post(path_of(asked, gunian), body, content_type=FORM)
    assert told(answer) == (400, description)


@pytest.mark.parametrize(
    ("body", "description"),
    [
        ("wallet_metadata=nonsense", "wallet_metadata is not JSON"),
        ("wallet_metadata=%5B%5D", "wallet_metadata must be a JSON object"),
        ("wallet_nonce=a&wallet_nonce=b", "wallet_nonce was sent more than once"),
        (f"wallet_nonce={'x' * 513}", "wallet_nonce is too long"),
    ],
)
def test_what_a_wallet_says_of_itself_is_read_strictly(
    body: str, description: str, asked: UUID, holding: Wallet, gunian: Actor
) -> None:
    assert told(holding.client.post(path_of(asked, gunian), body, content_type=FORM)) == (400, description)


# -- who asks ------------------------------------------------------------------------------


def test_each_agency_asks_under_a_key_of_its_own_and_rotation_breaks_nothing(
    asked: UUID, holding: Wallet, gunian: Actor, request_of: Fetched
) -> None:
    before = request_of(asked).header["x5c"]
    assert request_of(asked).header["x5c"] == before
    rotate_key("verifier.qingshi.police", overlap=timedelta(0))
    after = request_of(asked).header["x5c"]
    assert after != before
    assert holding.roots == [x509.load_pem_x509_certificate(chain_path("root").read_bytes())]


def test_a_chain_that_an_outside_authority_signed_is_sent_instead(
    asked: UUID, holding: Wallet, request_of: Fetched
) -> None:
    first = request_of(asked).header["x5c"]
    chain = chain_path("qingshi.police")
    chain.write_bytes(chain.read_bytes() + chain_path("root").read_bytes())
    assert request_of(asked).header["x5c"] == first  # a root is never sent along


# -- who may ask, and for what -------------------------------------------------------------


def test_only_the_applicant_herself_asks_on_her_form(draft: str, who: Who, gunian: Actor) -> None:
    with pytest.raises(NotFound):
        ask_presentation(number=draft, material=MATERIAL, session="", by=who("linxia"))
    with pytest.raises(NotFound, match="不在贵部门的窗口"):
        ask_presentation(number=draft, material=MATERIAL, session="", by=who("clerk3"))
    with pytest.raises(BadInput, match="不能从钱包出示"):
        ask_presentation(number=draft, material="photo", session="", by=gunian)
    with pytest.raises(BadInput, match="不能从钱包出示"):
        ask_presentation(number=draft, material="nothing", session="", by=gunian)


def test_a_case_that_was_let_go_takes_nothing_any_more(
    asked: UUID, draft: str, holding: Wallet, request_of: Fetched, gunian: Actor
) -> None:
    request = request_of(asked)
    drop_draft(number=draft, by=gunian)
    assert told(holding.show(request)) == (400, "The case takes nothing any more")
    assert not evidence_of(draft)
    with pytest.raises((Conflict, NotAllowed)):
        ask_presentation(number=draft, material=MATERIAL, session="", by=gunian)


def test_nobody_else_opens_a_presentation(asked: UUID, who: Who) -> None:
    for other in ("linxia", "clerk3", "qingshi-police-approver"):
        with pytest.raises(NotFound):
            get_presentation(asked, by=who(other))
