"""Asking a wallet: opening a presentation, and the signed request that the wallet fetches."""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from tongban.catalogue.api import get_resource
from tongban.certificates.models import CertificateType
from tongban.certificates.presenting.checking import asked_claims, asked_types
from tongban.certificates.presenting.kinds import PresentationAsked
from tongban.certificates.presenting.models import Presentation
from tongban.certificates.presenting.verifiers import client_id, sign_request, site_address
from tongban.certificates.presenting.wire import Asking, check_wallet, dcql_query
from tongban.certificates.wallets.refusals import WalletRefused
from tongban.exchange.api import bound_target, check_may_present
from tongban.identity.api import get_agency
from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.kernel.ids import new_code, uuid7
from tongban.keys.api import keyed_digest

#: How long a request waits for its answer. Real time.
LIVES = timedelta(minutes=5)
#: 130 bits, in the address that a QR code holds.
HANDLE_LENGTH = 26
#: Bytes of a nonce, a state, a session's secret, a response code.
RANDOM_BYTES = 24


@dataclass(frozen=True)
class Wanted:
    """What is asked for, and why: items of a resource for a material of a case, by the agency that needs it.

    `subject` is the applicant, to whom the certificate has to belong; `firm` the firm's number where it is about one.
    """

    case_number: str
    material: str
    title: str
    subject: UUID
    firm: str
    agency: str
    resource: str
    items: Sequence[str]
    purpose: str
    basis: str


def ask_wallet(wanted: Wanted, *, session: str, by: Actor) -> UUID:
    """Open a presentation; returns its id.

    `session`: the secret of the session that asks, where the wallet is on the same device and leads back to it; empty
    where another device scans the code.

    Raises:
        BadInput: no type of certificate answers for the resource.
        NotAllowed: no open case, or one about somebody else.
    """
    type_code = bound_target("certificates", wanted.resource)
    kind = CertificateType.objects.filter(pk=type_code).first()
    if kind is None:
        raise BadInput("这份材料不能从钱包出示，请用别的办法提供。")
    check_may_present(wanted.case_number, wanted.subject)
    names = get_resource(wanted.resource).item_names(wanted.items)
    officer = by.key if by.kind == "officer" else ""
    forget_held()
    with transaction.atomic():
        presentation = uuid7()
        entry = record(
            PresentationAsked(
                type=kind.code,
                resource=wanted.resource,
                items=list(wanted.items),
                material=wanted.material,
                officer=officer,
            ),
            on=Subject("presentation", str(presentation), 1),
            by=by,
            agency=wanted.agency,
            purpose=wanted.purpose,
            basis=wanted.basis,
            case_number=wanted.case_number,
            private={wanted.subject: {"title": kind.title, "items": names}},
        )
        Presentation.objects.create(
            id=presentation,
            handle=new_code(HANDLE_LENGTH),
            case_number=wanted.case_number,
            material=wanted.material,
            title=wanted.title,
            subject=wanted.subject,
            firm=wanted.firm,
            agency=wanted.agency,
            officer=officer,
            type=kind,
            resource=wanted.resource,
            items=list(wanted.items),
            purpose=wanted.purpose,
            basis=wanted.basis,
            same_device=bool(session),
            session=digest_of("session", session) if session else None,
            nonce=secrets.token_urlsafe(RANDOM_BYTES),
            wallet_state=secrets.token_urlsafe(RANDOM_BYTES),
            asked_at=clock.now(),
            ends_at=clock.real_now() + LIVES,
            entry=entry,
        )
    return presentation


def request_object(*, handle: str, form: Mapping[str, Sequence[str]]) -> str:
    """The signed request for a wallet that fetches it by its handle; `form` is what it posted, empty for GET.

    Raises:
        WalletRefused: there is no such request, it is answered or over, or the wallet cannot answer it.
    """
    row = find_open(handle)
    wallet_nonce = check_wallet(form)
    Presentation.objects.filter(pk=row.pk, fetched_at=None).update(fetched_at=clock.now())
    asking = Asking(
        client_id=client_id(),
        response_uri=site_address(f"/presentations/{row.handle}/response"),
        nonce=row.nonce,
        state=row.wallet_state,
        query=dcql_query(asked_types(row), asked_claims(row.items)),
        client_name=get_agency(row.agency).name,
        made=clock.real_now(),
        ends=row.ends_at,
    )
    return sign_request(asking, agency=row.agency, wallet_nonce=wallet_nonce)


def find_open(handle: str) -> Presentation:
    """The presentation of a handle that still waits for its answer.

    Raises:
        WalletRefused: there is none, it was answered, or its time is over.
    """
    row = Presentation.objects.select_related("type").filter(handle=handle).first()
    if row is None:
        raise WalletRefused("invalid_request", "There is no such request", status=404)
    if row.state != "waiting":
        raise WalletRefused("invalid_request", "This request was answered already; it takes one answer")
    if row.ends_at < clock.real_now():
        raise WalletRefused("invalid_request", "This request has expired")
    return row


def forget_held() -> int:
    """Forget what was shown and never taken up by its holder; returns how many. Real time."""
    over = Presentation.objects.filter(held__isnull=False, ends_at__lt=clock.real_now())
    return over.update(held=None)


def digest_of(what: str, secret: str) -> bytes:
    """How a secret that somebody holds is kept."""
    return keyed_digest(f"certificates.presentation-{what}:{secret}".encode())


def same_secret(what: str, secret: str, kept: bytes | memoryview | None) -> bool:
    """Whether this is the secret of which a digest is kept."""
    return kept is not None and hmac.compare_digest(digest_of(what, secret), bytes(kept))
