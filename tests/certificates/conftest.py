"""Somebody with a licence, and a wallet that was offered it."""

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest

from tests.cases.conftest import *  # noqa: F403 - somebody with a licence
from tests.cases.conftest import Who
from tests.certificates.test_changes import entered
from tests.certificates.wallet import Wallet, claims_of
from tongban.certificates.api import get_offer, offer_certificate, published
from tongban.certificates.models import statuses
from tongban.certificates.offline import check_status, read_status_list
from tongban.certificates.queries import issuer_keys
from tongban.certificates.statuses.publishing import publish
from tongban.journal.api import Actor
from tongban.kernel import clock


@pytest.fixture
def gunian(who: Who) -> Actor:
    return who("gunian")


@pytest.fixture
def food(who: Who, gunian: Actor) -> UUID:
    """The food permit of 顾念."""
    return entered(who("food-approver"), gunian, days=200)


def link_of(offer: UUID, by: Actor) -> str:
    return "openid-credential-offer://?" + urlencode(
        {"credential_offer": json.dumps(get_offer(offer, by=by).object)}
    )


def offered(certificate: UUID, by: Actor) -> tuple[Wallet, str, UUID]:
    """A wallet that took an offer, the code of six digits, the offer."""
    offer = offer_certificate(certificate=certificate, label="手机", by=by)
    wallet = Wallet()
    wallet.take(link_of(offer, by))
    return wallet, get_offer(offer, by=by).tx_code, offer


@pytest.fixture
def wallet(food: UUID, gunian: Actor) -> Wallet:
    """A wallet with an access token."""
    found, tx_code, _offer = offered(food, gunian)
    assert found.redeem(tx_code).status_code == 200
    return found


def refused(answer: Any, error: str, status: int = 400) -> None:
    """An answer is this refusal, in the form that OAuth and VCI give it."""
    assert (answer.status_code, answer.json().get("error")) == (status, error), answer.content
    assert answer["Content-Type"] == "application/json"
    assert re.fullmatch(r"[\x20\x21\x23-\x5b\x5d-\x7e]*", answer.json().get("error_description", ""))


def status_of(credential: str) -> int:
    """How a credential stands in the newest edition of its list, as a verifier reads it."""
    claims = claims_of(credential)
    place = claims["status"]["status_list"]
    row = statuses.StatusList.objects.get(pk=place["uri"].rpartition("/")[2])
    publish(row.id)
    found = read_status_list(published(row.id).token, issuer_keys(), now=clock.real_now(), max_age=timedelta(days=1))  # fmt: skip
    return check_status(found, claims["status"], issuer=claims["iss"])
