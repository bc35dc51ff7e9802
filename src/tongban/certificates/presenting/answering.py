"""What a wallet answers: believed and kept, held until its holder comes back, not believed, or declined."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from tongban.catalogue.api import get_resource
from tongban.certificates.jose import BadCredential
from tongban.certificates.kinds import CertificatePresented
from tongban.certificates.presenting.asking import (
    LIVES,
    RANDOM_BYTES,
    digest_of,
    find_open,
    forget_held,
    same_secret,
)
from tongban.certificates.presenting.checking import Believed, check_shown
from tongban.certificates.presenting.kinds import PresentationDeclined, PresentationRefused
from tongban.certificates.presenting.models import Presentation
from tongban.certificates.presenting.verifiers import client_id
from tongban.certificates.presenting.wire import read_answer
from tongban.certificates.queries import get_certificate
from tongban.exchange.api import Presented, keep_presented
from tongban.journal.api import Act, Actor, Subject, bump, record, system
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import Conflict, NotFound
from tongban.kernel.sentences import Sentence
from tongban.keys.api import conceal, reveal

#: What a wallet is told of a refusal (ASCII; people read the sentence on our page).
_DESCRIPTIONS = {
    "unreadable": "The presentation cannot be read, or is of a kind that is not accepted",
    "query": "The presentation does not answer the query",
    "unknown issuer": "The issuer of the credential is not trusted",
    "altered": "The credential was altered",
    "binding": "The key binding does not hold for this request",
    "term": "The credential is not valid at this time",
    "status": "The status of the credential is not valid or cannot be checked",
    "unlogged": "The issue of the credential is not in the ledger",
    "holder": "The credential is not the applicant's",
}


@dataclass(frozen=True)
class Outcome:
    """What came of an answer. `state`: kept, held, refused, declined; `response_code` leads a holder back when held.

    `description` (ASCII) is what the wallet is told where it is refused; `evidence` what was kept.
    """

    presentation: UUID
    case_number: str
    material: str
    state: str
    same_device: bool
    response_code: str = ""
    description: str = ""
    evidence: UUID | None = None


def take_answer(*, handle: str, form: Mapping[str, Sequence[str]]) -> Outcome:
    """Take the one answer of a wallet (VP 8.2); whatever comes of it, the request is over.

    Raises:
        WalletRefused: no such open request, or no answer to it; nothing is changed then.
    """
    found = find_open(handle)
    answer = read_answer(form, state=found.wallet_state)
    with transaction.atomic():
        version = bump(Presentation, found.pk)
        row = find_open(handle)  # of two answers at once, the second waited for the first
        if answer.error:
            act = PresentationDeclined(type=row.type_id, material=row.material, error=answer.error)
            return _ended(row, version, "declined", act, error=answer.error)
        try:
            believed = check_shown(answer.token, row, audience=client_id())
        except BadCredential as refusal:
            refused = PresentationRefused(type=row.type_id, material=row.material, reason=refusal.what)
            said = _pattern(refusal.sentence)
            return _ended(
                row, version, "refused", refused, refusal=said, description=_DESCRIPTIONS[refusal.what]
            )
        return _hold(row, believed) if row.same_device else _keep(row, believed, version)


def redeem_answer(*, presentation: UUID, response_code: str, session: str, by: Actor) -> Outcome:
    """What a wallet on the same device showed becomes evidence: its holder came back into the session that asked.

    Raises:
        NotFound: there is no such presentation, or it is somebody else's.
        Conflict: another session, another code, too late, suspended meanwhile, or there is nothing to take up.
    """
    forget_held()
    with transaction.atomic():
        mine = (
            by.person and Presentation.objects.filter(pk=presentation, subject=by.person, officer="").exists()
        )
        if not mine:
            raise NotFound("没有找到这次出示，或者它不属于您。")
        version = bump(Presentation, presentation)
        row = Presentation.objects.select_related("type").get(pk=presentation)
        if row.state != "held":
            raise Conflict("这次出示已经有了结果，不用再确认。")
        if not same_secret("session", session, row.session):
            raise Conflict("这次出示不是从这个浏览器窗口发起的，不能采用。请在原来的窗口打开，或者重新出示。")
        if not same_secret("code", response_code, row.response_code):
            raise Conflict("回来的链接不是这次出示的。请从钱包里重新出示。")
        if row.held is None:
            raise Conflict("出示以后隔得太久，内容已经删除。请重新出示。")
        content = json.loads(reveal(bytes(row.held), bound_to=_bound(row)))
        certificate = get_certificate(UUID(content["certificate"]), by=by)
        if certificate.status != "valid":
            raise Conflict("出示以后，这份证照的状态变了，不能采用。证照页上写着原因和怎么办。")
        return _keep(row, Believed(certificate, content["values"], row.beyond), version)


def _hold(row: Presentation, believed: Believed) -> Outcome:
    """Keep what was shown encrypted, for a few minutes, until its holder is back."""
    code = secrets.token_urlsafe(RANDOM_BYTES)
    content = {"certificate": str(believed.certificate.id), "values": dict(believed.values)}
    Presentation.objects.filter(pk=row.pk).update(
        state="held",
        answered_at=clock.now(),
        ends_at=clock.real_now() + LIVES,
        response_code=digest_of("code", code),
        held=conceal(json.dumps(content, ensure_ascii=False).encode(), bound_to=_bound(row)),
        beyond=believed.beyond,
    )
    return Outcome(row.id, row.case_number, row.material, "held", row.same_device, code)


def _keep(row: Presentation, believed: Believed, version: int) -> Outcome:
    """Evidence for the case, under the entry that says who was shown what, and why."""
    certificate = believed.certificate
    act = CertificatePresented(
        resource=row.resource,
        identifier=certificate.identifier,
        items=list(row.items),
        material=row.material,
        officer=row.officer,
    )
    said: dict[str, Json] = {
        "title": row.type.title,
        "number": certificate.number,
        "items": list(get_resource(row.resource).item_names(row.items)),
    }
    entry = _note(row, version, act, said)
    keys = {"number": certificate.number, "holder_number": certificate.holder_number}
    evidence = keep_presented(
        Presented(
            resource=row.resource,
            items=row.items,
            keys=keys,
            values=believed.values,
            consumer=row.agency,
            case_number=row.case_number,
            subject=row.subject,
        ),
        entry=entry,
    )
    Presentation.objects.filter(pk=row.pk).update(
        state="kept",
        answered_at=row.answered_at or clock.now(),
        held=None,
        response_code=None,
        beyond=believed.beyond,
        certificate=certificate.id,
        evidence=evidence,
    )
    return Outcome(row.id, row.case_number, row.material, "kept", row.same_device, evidence=evidence)


def _ended(
    row: Presentation,
    version: int,
    state: str,
    act: Act,
    *,
    error: str = "",
    refusal: Mapping[str, Json] | None = None,
    description: str = "",
) -> Outcome:
    """Nothing was shown, or nothing that is believed: nothing of it is kept."""
    _note(row, version, act, {"title": row.type.title})
    Presentation.objects.filter(pk=row.pk).update(
        state=state, answered_at=clock.now(), error=error, refusal=dict(refusal or {})
    )
    return Outcome(row.id, row.case_number, row.material, state, row.same_device, description=description)


def _note(row: Presentation, version: int, act: Act, said: Mapping[str, Json]) -> UUID:
    return record(
        act,
        on=Subject("presentation", str(row.id), version),
        by=system("certificates"),
        agency=row.agency,
        purpose=row.purpose,
        basis=row.basis,
        case_number=row.case_number,
        private={row.subject: said},
    )


def _pattern(sentence: str) -> dict[str, Json]:
    """A sentence as it is stored, so that a page can say it in another language later."""
    if isinstance(sentence, Sentence):
        return {
            "pattern": sentence.pattern,
            "values": {key: str(one) for key, one in sentence.values.items()},
        }
    return {"pattern": sentence, "values": {}}


def _bound(row: Presentation) -> str:
    return f"certificates.presentation:{row.id}"
