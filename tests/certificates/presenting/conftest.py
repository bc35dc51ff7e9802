"""Somebody with a certificate in a wallet, and an application that needs it."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from tests.cases.conftest import Who
from tests.certificates.conftest import offered
from tests.certificates.presenting.wallet import Asked, Wallet, read_jwt
from tests.certificates.wallet import b64
from tongban.cases.api import ask_presentation, prepare_application
from tongban.certificates.api import Holder, Term, enter_certificate, get_presentation, publish_status_lists
from tongban.certificates.wallets.models import WalletText
from tongban.identity.api import get_person
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.keys.api import custody

MATERIAL = "stay-proof"
NUMBER = "云(2026)澜川市不动产权第0009001号"


def owned(by: Actor, owner: Actor, *, number: str = NUMBER) -> UUID:
    """A real estate certificate."""
    assert owner.person
    person, day = get_person(owner.person), clock.today() - timedelta(days=90)
    return enter_certificate(
        type_code="real-estate-certificate",
        number=number,
        holder=Holder(person.name, person.id_number, person.id),
        content={"name": person.name, "certificate": number, "registered_on": "2026-03-02"},
        term=Term(day, day, None),
        by=by,
    )


def into(wallet: Wallet, certificate: UUID, by: Actor) -> None:
    """Its holder puts a certificate into the wallet, as OpenID4VCI has it."""
    taking, tx_code, _offer = offered(certificate, by)
    taking.keys = [wallet.key]
    assert taking.redeem(tx_code).status_code == 200
    (given,) = taking.ask().json()["credentials"]
    wallet.held = given["credential"]
    publish_status_lists()


def signed_anew(wallet: Wallet, *, logged: bool = True, **claims: object) -> None:
    """The issuer signed what the wallet holds with other claims (`...`: without), careless; or beside the ledger."""
    token, *disclosures = wallet.held.split("~")
    header, said = read_jwt(token)
    said = {name: value for name, value in (said | claims).items() if value is not ...}
    text = ".".join(b64(json.dumps(part).encode()) for part in (header, said))
    token = f"{text}.{b64(custody().sign(header['kid'], text.encode()))}"
    wallet.held = "~".join([token, *disclosures])
    if logged:
        row = WalletText.objects.order_by("-id")[0]
        row.id, row.sha256 = uuid7(), hashlib.sha256(token.encode()).digest()
        row.save(force_insert=True)


@pytest.fixture
def title(who: Who, gunian: Actor) -> UUID:
    return owned(who("lanchuan-land-approver"), gunian)


@pytest.fixture
def wallet(gunian: Actor) -> Wallet:
    assert gunian
    held = Wallet(Client())
    held.trust()
    return held


@pytest.fixture
def holding(wallet: Wallet, title: UUID, gunian: Actor) -> Wallet:
    """The wallet with her certificate in it."""
    into(wallet, title, gunian)
    return wallet


@pytest.fixture
def draft(gunian: Actor) -> str:
    return prepare_application(bundle="residence-permit", by=gunian)


@pytest.fixture
def asked(draft: str, gunian: Actor) -> UUID:
    """A presentation that waits, to be scanned by another device."""
    return ask_presentation(number=draft, material=MATERIAL, session="", by=gunian)


Fetched = Callable[[UUID], Asked]


@pytest.fixture
def request_of(holding: Wallet, gunian: Actor) -> Fetched:
    """What the wallet reads of a presentation."""
    return lambda presentation: holding.fetch(get_presentation(presentation, by=gunian).link)
