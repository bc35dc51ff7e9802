"""Offers (VCI 4): the holder lets a wallet fetch a certificate, or the one that her running case will give."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Greatest

from tongban.certificates.issuer import credential_issuer
from tongban.certificates.models import Certificate, CertificateType
from tongban.certificates.ports import CaseOutlook, case_of
from tongban.certificates.queries import get_certificate
from tongban.certificates.signing.editions import newest_editions
from tongban.certificates.wallets.kinds import WalletOffered, WalletWithdrawn
from tongban.certificates.wallets.models import WalletCopy, WalletOffer
from tongban.certificates.wallets.policy import (
    OPEN_FOR,
    TX_CODE_DIGITS,
    check_label,
    check_offered,
    state_of,
)
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, NotFound
from tongban.kernel.ids import new_code, uuid7
from tongban.keys.api import conceal, keyed_digest, reveal

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
#: 160 bits each: nobody guesses them, with or without the code beside.
_SECRET_LENGTH = 32
_SHOWN_MOST = 20


@dataclass(frozen=True)
class OfferView:
    """An offer as its holder sees it; codes are empty unless it is open. `ends_at` is real time, the rest the city's."""

    id: UUID
    title: str
    label: str
    state: str
    offered_at: datetime
    ends_at: datetime
    redeemed_at: datetime | None
    certificate: UUID | None
    case_number: str
    handle: str
    tx_code: str
    object: Mapping[str, Any]


def offer_certificate(*, certificate: UUID, label: str, by: Actor) -> UUID:
    """Offer a certificate to a wallet; its holder reads link and code with `get_offer`. Returns the offer's id.

    Raises:
        NotFound: there is no such certificate, or it is somebody else's.
        BadInput: the name of the wallet is too long.
        Conflict: the certificate does not hold now.
    """
    view = get_certificate(certificate, by=by)
    check_offered(view.status)
    row = Certificate.objects.select_related("type").get(pk=certificate)
    offer = WalletOffer(
        type=row.type, edition=row.edition, issuer=row.issuer, certificate=row, label=check_label(label)
    )
    return _written(offer, identifier=row.identifier, by=by)


def offer_case(*, case_number: str, label: str, by: Actor) -> UUID:
    """Offer what a running case will give, so that the wallet fetches it once it is decided (VCI 9).

    Raises:
        NotFound: there is no such case, or it is somebody else's; told alike.
        BadInput: the name of the wallet is too long.
        Conflict: the case has ended.
    """
    found = _outlook(case_number, by)
    kind = CertificateType.objects.get(pk=found.type)
    offer = WalletOffer(
        type=kind,
        edition=newest_editions([kind.code])[kind.code].number,
        issuer=found.issuer,
        case_number=case_number,
        label=check_label(label),
    )
    return _written(offer, identifier="", by=by)


def title_of_case_offer(case_number: str, *, by: Actor) -> str:
    """The certificate that a running case of hers will give, by its title.

    Raises:
        NotFound, Conflict: as `offer_case`.
    """
    return CertificateType.objects.values_list("title", flat=True).get(pk=_outlook(case_number, by).type)


def withdraw_offer(*, offer: UUID, by: Actor) -> None:
    """Take an offer back; from then on no wallet gets anything by it.

    Raises:
        NotFound: there is none, or it is somebody else's.
        Conflict: a wallet has fetched the certificate already.
    """
    with transaction.atomic():
        if not (by.person and WalletOffer.objects.filter(pk=offer, owner=by.person).exists()):
            raise NotFound(_NOT_YOURS)
        version = bump(WalletOffer, offer)
        row = WalletOffer.objects.select_related("type").get(pk=offer)
        if WalletCopy.objects.filter(offer=row).exists():
            raise Conflict("钱包已经取走了证照。要它失效，请在「在哪些钱包里」停用。")
        if row.withdrawn_at:
            return
        record(
            WalletWithdrawn(type=row.type_id),
            on=Subject("wallet-offer", str(offer), version),
            by=by,
            case_number=row.case_number,
            private={row.owner: {"title": row.type.title}},
        )
        WalletOffer.objects.filter(pk=offer).update(withdrawn_at=clock.now())


def get_offer(offer: UUID, *, by: Actor, guidance: str = "") -> OfferView:
    """An offer for its holder, `denied` where its case came to nothing; `guidance` tells the wallet's page where the code is to be found.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    rows = _with_copies().filter(pk=offer)
    row = rows.filter(owner=by.person).first() if by.person else None
    if row is None:
        raise NotFound(_NOT_YOURS)
    view = _view(row, guidance)
    return replace(view, state="denied") if view.state == "waiting" and _came_to_nothing(row) else view


def offers_of(*, by: Actor, certificate: UUID | None = None, case_number: str = "") -> list[OfferView]:
    """Her offers of a certificate, or of what a case will give, that are open or wait; the newest first, one query."""
    if by.person is None:
        return []
    rows = _with_copies().filter(
        owner=by.person, certificate=certificate, case_number=case_number, withdrawn_at=None
    )
    found = [_view(row, "") for row in rows.order_by("-id")[:_SHOWN_MOST]]
    return [one for one in found if one.state == "open" or (one.state == "waiting" and one.case_number)]


def offered(handle: str, *, guidance: str) -> Mapping[str, Any]:
    """The Credential Offer that a wallet was given the address of (VCI 4.1.3).

    Raises:
        NotFound: there is none, or it is not open any more; told alike.
    """
    row = WalletOffer.objects.select_related("type").filter(handle=handle).first()
    if row is None or state_of(row, now=clock.real_now()) != "open":
        raise NotFound("没有这个领取码，或者它已经用过、过期。请持证人重新放一次。")
    return _object(row, guidance)


def configuration_id(type_code: str, edition: int) -> str:
    """The key of a type's edition in `credential_configurations_supported` (VCI 12.2.4)."""
    return f"{type_code}.{edition}"


def identifiers_of(row: WalletOffer) -> tuple[str, str]:
    """The issuer that an offer names, and the installation as one issuer: both are us (VCI 12.2.1)."""
    return credential_issuer(row.issuer), credential_issuer()


def digest_of(secret: str) -> bytes:
    """How a code or token is found; nobody finds one from it without the key."""
    return keyed_digest(f"certificates.wallet:{secret}".encode())


def right_code(row: WalletOffer, tx_code: str) -> bool:
    """Whether a wallet gave the code that its holder was shown."""
    due = reveal(bytes(row.tx_code), bound_to=_bound(row.id, "tx"))
    return secrets.compare_digest(due, tx_code.encode())


_NOT_YOURS = "没有找到这次领取，或者它不是您开出的。"


def _outlook(case_number: str, by: Actor) -> CaseOutlook:
    found = case_of(case_number)
    if found is None or by.person is None or found.applicant != by.person:
        raise NotFound("没有找到这件事，或者它办成后没有证照可以放进钱包。")
    if found.ended:
        raise Conflict("这件事已经办结。发了证照的，请从「我的证照」里放进钱包。")
    return found


def _written(offer: WalletOffer, *, identifier: str, by: Actor) -> UUID:
    """Give an offer its codes, journal it and store it."""
    assert by.person
    offer.id, offer.owner = uuid7(), by.person
    code, tx_code = new_code(_SECRET_LENGTH), f"{secrets.randbelow(10**TX_CODE_DIGITS):0{TX_CODE_DIGITS}}"
    offer.handle, offer.code_digest = new_code(_SECRET_LENGTH), digest_of(code)
    offer.code = conceal(code.encode(), bound_to=_bound(offer.id, "code"))
    offer.tx_code = conceal(tx_code.encode(), bound_to=_bound(offer.id, "tx"))
    offer.offered_at, offer.ends_at = clock.now(), clock.real_now() + OPEN_FOR
    with transaction.atomic():
        offer.entry = record(
            WalletOffered(type=offer.type_id, identifier=identifier),
            on=Subject("wallet-offer", str(offer.id), 1),
            by=by,
            case_number=offer.case_number,
            private={by.person: {"title": offer.type.title, "label": offer.label}},
        )
        offer.save(force_insert=True)
    return offer.id


def _with_copies() -> "QuerySet[WalletOffer]":
    return WalletOffer.objects.select_related("type").annotate(
        fetched=Exists(WalletCopy.objects.filter(offer=OuterRef("pk"))),
        held_until=Greatest("access__access_until", "access__refresh_until"),
    )


def _came_to_nothing(row: WalletOffer) -> bool:
    """Whether the case that an offer waits for ended without a certificate."""
    if not row.case_number:
        return False
    outlook = case_of(row.case_number)
    given = Certificate.objects.filter(case_number=row.case_number, type=row.type_id)
    return (outlook is None or outlook.ended) and not given.exists()


def _view(row: Any, guidance: str) -> OfferView:
    state = state_of(row, now=clock.real_now(), fetched=row.fetched, held_until=row.held_until)
    is_open = state == "open"
    return OfferView(
        id=row.id,
        title=row.type.title,
        label=row.label,
        state=state,
        offered_at=row.offered_at,
        ends_at=row.ends_at,
        redeemed_at=row.redeemed_at,
        certificate=row.certificate_id,
        case_number=row.case_number,
        handle=row.handle if is_open else "",
        tx_code=reveal(bytes(row.tx_code), bound_to=_bound(row.id, "tx")).decode() if is_open else "",
        object=_object(row, guidance) if is_open else {},
    )


def _object(row: WalletOffer, guidance: str) -> dict[str, Any]:
    """The parameters of VCI 4.1.1."""
    tx_code = {"length": TX_CODE_DIGITS, "input_mode": "numeric"}
    if guidance:
        tx_code["description"] = guidance[:300]
    code = reveal(bytes(row.code), bound_to=_bound(row.id, "code")).decode()
    return {
        "credential_issuer": credential_issuer(row.issuer),
        "credential_configuration_ids": [configuration_id(row.type_id, row.edition)],
        "grants": {GRANT: {"pre-authorized_code": code, "tx_code": tx_code}},
    }


def _bound(offer: UUID, what: str) -> str:
    return f"certificates.wallet-offer:{offer}:{what}"
