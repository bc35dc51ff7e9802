"""The whole circle: a wallet is given a certificate by OpenID4VCI and shows it by OpenID4VP, for a material of a case."""

import json
from urllib.parse import urlencode
from uuid import UUID

from tests.certificates import wallet as issuing
from tests.certificates.presenting.conftest import MATERIAL, Fetched
from tests.certificates.presenting.wallet import Wallet
from tongban.cases.api import ask_presentation
from tongban.certificates.api import (
    end_wallet_copy,
    get_offer,
    get_presentation,
    offer_certificate,
    publish_status_lists,
    wallet_copies,
)
from tongban.journal.api import Actor


def fetched(wallet: Wallet, title: UUID, by: Actor) -> None:
    """The wallet takes an offer, proves its key and keeps what it is given."""
    offer = get_offer(offer_certificate(certificate=title, label="", by=by), by=by)
    asking = issuing.Wallet()
    asking.keys = [wallet.key]
    asking.take("openid-credential-offer://?" + urlencode({"credential_offer": json.dumps(offer.object)}))
    assert asking.redeem(offer.tx_code).status_code == 200
    [given] = asking.ask().json()["credentials"]
    wallet.held = given["credential"]
    publish_status_lists()


def test_what_was_fetched_is_shown_and_kept_as_evidence(
    asked: UUID, wallet: Wallet, title: UUID, request_of: Fetched, gunian: Actor
) -> None:
    fetched(wallet, title, gunian)
    assert wallet.show(request_of(asked)).status_code == 200
    view = get_presentation(asked, by=gunian)
    assert view.state == "kept"
    assert dict(view.lines)["权利人"] == "顾念"


def test_what_its_holder_ended_is_refused_before_any_list_says_so(
    asked: UUID, draft: str, wallet: Wallet, title: UUID, request_of: Fetched, gunian: Actor
) -> None:
    fetched(wallet, title, gunian)
    [copy] = wallet_copies(title, by=gunian)
    end_wallet_copy(copy=copy.id, by=gunian)
    assert wallet.show(request_of(asked)).status_code == 400
    assert "已停用" in get_presentation(asked, by=gunian).sentence
    again = ask_presentation(number=draft, material=MATERIAL, session="", by=gunian)
    fetched(wallet, title, gunian)
    assert wallet.show(request_of(again)).status_code == 200
