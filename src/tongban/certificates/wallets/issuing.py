"""The credential endpoint and the deferred one (VCI 8, 9): signing for the keys that a wallet has proven to have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from tongban.certificates.models import Certificate
from tongban.certificates.ports import case_of
from tongban.certificates.signing.models import TypeEdition
from tongban.certificates.signing.texts import sign_bound
from tongban.certificates.wallets.kinds import WalletIssued
from tongban.certificates.wallets.models import WalletAccess, WalletCopy, WalletOffer, WalletText
from tongban.certificates.wallets.nonces import use_nonces
from tongban.certificates.wallets.offering import configuration_id, digest_of, identifiers_of
from tongban.certificates.wallets.policy import BATCH_SIZE, INTERVAL_S
from tongban.certificates.wallets.proofs import Proven, check_proofs, thumbprint
from tongban.certificates.wallets.refusals import WalletRefused, denied
from tongban.certificates.wallets.tokens import access_of, credential_identifier
from tongban.journal.api import BatchEntry, Subject, record_batch, system
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.ids import new_code, uuid7
from tongban.packs.ports import Cite

_SECRET_LENGTH = 32


@dataclass(frozen=True)
class Given:
    """What a wallet is answered: texts, or a transaction that waits for a case."""

    texts: tuple[str, ...] = ()
    notification: str = ""
    transaction: str = ""

    @property
    def status(self) -> int:
        """200 where it was issued, 202 where it waits (VCI 8.3)."""
        return 200 if self.texts else 202

    @property
    def answer(self) -> dict[str, object]:
        """The credential response (VCI 8.3, 9.2)."""
        if self.texts:
            return {
                "credentials": [{"credential": text} for text in self.texts],
                "notification_id": self.notification,
            }
        return {"transaction_id": self.transaction, "interval": INTERVAL_S}


def give_credential(token: str | None, request: Mapping[str, Any]) -> Given:
    """Answer a credential request: one text for each key, or a transaction while the case still runs.

    Raises:
        WalletRefused: the codes of VCI 8.3.1 and RFC 6750 3.1.
    """
    access = access_of(token)
    _check_wanted(request, access)
    proven = check_proofs(
        request.get("proofs"),
        issuers=identifiers_of(access.offer),
        client=access.client,
        most=BATCH_SIZE,
        now=clock.real_now(),
    )
    with transaction.atomic():
        access = _locked(access)
        use_nonces(proven.nonces)
        row = _due(access.offer)
        if row is None:
            return _deferred(access, proven)
        return _issued(access.offer, row, proven.keys)


def give_deferred(token: str | None, request: Mapping[str, Any]) -> Given:
    """Answer a wallet that waits: the texts once the case gave the certificate (VCI 9).

    Raises:
        WalletRefused: the codes of VCI 9.3 and RFC 6750 3.1.
    """
    access = access_of(token)
    _check_encryption(request)
    asked = request.get("transaction_id")
    if not isinstance(asked, str):
        raise WalletRefused("invalid_credential_request", "transaction_id is missing")
    with transaction.atomic():
        access = _locked(access)
        if access.transaction is None or bytes(access.transaction) != digest_of(asked):
            raise WalletRefused("invalid_transaction_id", "The transaction is unknown or was fetched already")
        row = _due(access.offer)
        if row is None:
            return Given(transaction=asked)
        given = _issued(access.offer, row, access.keys)
        access.transaction, access.keys = None, []
        access.save(update_fields=["transaction", "keys"])
        return given


def _check_wanted(request: Mapping[str, Any], access: WalletAccess) -> None:
    """That what is asked for is what was offered, named the way the token response said (VCI 8.2)."""
    _check_encryption(request)
    identifier, configuration = (
        request.get(name) for name in ("credential_identifier", "credential_configuration_id")
    )
    if identifier is not None and configuration is not None:
        raise WalletRefused(
            "invalid_credential_request",
            "credential_identifier and credential_configuration_id exclude each other",
        )
    if identifier is not None:
        if not access.identified or identifier != credential_identifier(access.offer):
            raise WalletRefused(
                "unknown_credential_identifier", "The token response named no such identifier"
            )
        return
    if access.identified or not isinstance(configuration, str):
        wanted = "credential_identifier" if access.identified else "credential_configuration_id"
        raise WalletRefused("invalid_credential_request", f"{wanted} is missing")
    if configuration == configuration_id(access.offer.type_id, access.offer.edition):
        return
    if not _is_configuration(configuration):
        raise WalletRefused("unknown_credential_configuration", "The metadata know no such configuration")
    raise WalletRefused("insufficient_scope", "The token is for the certificate that was offered", status=403)


def _check_encryption(request: Mapping[str, Any]) -> None:
    """The metadata offer no encryption: whoever asks for it must not get an answer in the clear (VCI 8.2)."""
    if request.get("credential_response_encryption") is not None:
        raise WalletRefused("invalid_encryption_parameters", "Encrypted answers are not supported")


def _is_configuration(name: str) -> bool:
    code, _dot, number = name.rpartition(".")
    if not (number.isascii() and number.isdecimal() and len(number) < 5):
        return False
    return TypeEdition.objects.filter(type=code, number=int(number)).exists()


def _locked(access: WalletAccess) -> WalletAccess:
    """The access again, with its offer, alone: two requests at once are one after the other."""
    rows = WalletAccess.objects.select_for_update(of=("self", "offer")).select_related("offer__type")
    found = rows.get(pk=access.pk)
    if found.offer.withdrawn_at:
        raise denied("The holder took the offer back")
    return found


def _due(offer: WalletOffer) -> Certificate | None:
    """The certificate that an offer gives now; None while its case runs.

    Raises:
        WalletRefused: `credential_request_denied`, there is none, or it does not hold.
    """
    rows = Certificate.objects.select_related("type").prefetch_related("co_holders")
    if offer.certificate_id:
        row = rows.get(pk=offer.certificate_id)
    else:
        found = rows.filter(case_number=offer.case_number, type=offer.type_id).first()
        if found is None:
            outlook = case_of(offer.case_number)
            if outlook is None or outlook.ended:
                raise denied("The case ended without a certificate")
            return None
        row = found
    if row.status_on(clock.today()) != "valid":
        raise denied("The certificate is not valid now")
    if offer.owner not in {row.owner, *(one.owner for one in row.co_holders.all())}:
        raise denied("The certificate has another holder")
    return row


def _deferred(access: WalletAccess, proven: Proven) -> Given:
    name = new_code(_SECRET_LENGTH)
    access.transaction, access.keys = digest_of(name), [dict(key) for key in proven.keys]
    access.save(update_fields=["transaction", "keys"])
    return Given(transaction=name)


def _issued(offer: WalletOffer, row: Certificate, keys: Sequence[Mapping[str, str]]) -> Given:
    """Sign for each key, journal each text, and keep what went into the wallet.

    Raises:
        WalletRefused: the offer gave as many texts already as it may.
    """
    if WalletText.objects.filter(copy__offer=offer).count() + len(keys) > BATCH_SIZE:
        raise denied("The offer has given what it may give")
    notification = new_code(_SECRET_LENGTH)
    copy = WalletCopy(
        id=uuid7(),
        offer=offer,
        certificate=row,
        owner=offer.owner,
        notification=digest_of(notification),
        issued_at=clock.now(),
    )
    bound = {uuid7(): key for key in keys}
    signed = sign_bound(row, bound)
    entries = record_batch(
        [
            BatchEntry(
                WalletIssued(type=row.type_id, identifier=row.identifier, token_sha256=one.sha256.hex()),
                Subject("wallet-text", str(text), 1),
                # She is told once of an answer, however many keys it is for.
                {offer.owner: _said(offer, row)} if nth == 0 else {},
            )
            for nth, (text, one) in enumerate(signed.items())
        ],
        by=replace(system("wallets"), agency=row.issuer),
        basis=str(Cite.model_validate(row.type.cite)),
    )
    copy.save(force_insert=True)
    WalletText.objects.bulk_create(
        WalletText(
            id=text, copy=copy, sha256=signed[text].sha256, thumbprint=thumbprint(bound[text]), entry=entry
        )
        for text, entry in zip(signed, entries, strict=True)
    )
    return Given(tuple(one.text for one in signed.values()), notification)


def _said(offer: WalletOffer, row: Certificate) -> dict[str, Json]:
    return {"title": row.type.title, "number": row.number, "label": offer.label}
