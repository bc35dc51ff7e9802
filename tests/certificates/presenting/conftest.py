"""Somebody with a certificate in a wallet, and an application that needs it."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from tests.cases.conftest import Who, who  # noqa: F401 - a fixture
from tests.certificates.presenting.wallet import Asked, Wallet
from tongban.cases.api import ask_presentation, prepare_application
from tongban.certificates.api import Holder, Term, enter_certificate, get_presentation, publish_status_lists
from tongban.certificates.issuer import issuer_key_name
from tongban.certificates.kinds import CertificateIssued
from tongban.certificates.models import Certificate
from tongban.certificates.sdjwt import make_sd_jwt
from tongban.certificates.signing.editions import newest_editions
from tongban.certificates.signing.texts import _chosen, _claims, digest_of
from tongban.certificates.statuses.places import take_places
from tongban.identity.api import get_agency, get_person
from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock
from tongban.keys.api import current_key, custody

MATERIAL = "stay-proof"


def owned(
    by: Actor, owner: Actor, *, number: str = "云(2026)澜川市不动产权第0009001号", days: int | None = None
) -> UUID:
    """A real estate certificate; with `days`, it ends in so many."""
    assert owner.person
    person, today = get_person(owner.person), clock.today()
    return enter_certificate(
        type_code="real-estate-certificate",
        number=number,
        holder=Holder(person.name, person.id_number, person.id),
        content={"name": person.name, "certificate": number, "registered_on": "2026-03-02"},
        term=Term(
            today - timedelta(days=90),
            today - timedelta(days=90),
            None if days is None else today + timedelta(days=days),
        ),
        by=by,
    )


def into(wallet: Wallet, certificate: UUID, *, logged: bool = True, **claims: object) -> str:
    """The house puts a text of the certificate, bound to the wallet's key, into the wallet; with its entry."""
    row = Certificate.objects.select_related("type").get(pk=certificate)
    key = current_key(issuer_key_name(row.issuer))
    with transaction.atomic():
        (place,) = take_places(row.issuer, [row.id])
        edition = newest_editions([row.type_id])[row.type_id]
        said = {
            **_claims(row, edition, get_agency(row.issuer).name),
            "iat": int(clock.real_now().timestamp()),
            "status": place.claim,
            "cnf": {"jwk": wallet.jwk},
            **claims,
        }
        text = make_sd_jwt(
            {name: value for name, value in said.items() if value is not ...},
            _chosen(row, ()),
            key_id=key,
            sign=lambda data: custody().sign(key, data),
        )
        if logged:
            act = CertificateIssued(
                type=row.type_id,
                identifier=row.identifier,
                token_sha256=hashlib.sha256(text.split("~")[0].encode()).hexdigest(),
            )
            assert digest_of(text).hex() == act.token_sha256
            record(
                act, on=Subject("certificate", str(row.id), row.version), by=Actor("system", "certificates")
            )
    publish_status_lists()
    wallet.held = text
    return text


@pytest.fixture
def gunian(who: Who) -> Actor:  # noqa: F811
    return who("gunian")


@pytest.fixture
def title(who: Who, gunian: Actor) -> UUID:  # noqa: F811
    return owned(who("lanchuan-land-approver"), gunian)


@pytest.fixture
def wallet(gunian: Actor) -> Wallet:
    assert gunian
    held = Wallet(Client())
    held.trust()
    return held


@pytest.fixture
def holding(wallet: Wallet, title: UUID) -> Wallet:
    """The wallet with her certificate in it."""
    into(wallet, title)
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
