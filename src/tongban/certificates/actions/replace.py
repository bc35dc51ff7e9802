"""A certificate in the place of another: renewed, changed or given anew, with a link to the previous one."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from tongban.certificates.actions.change import chosen_ground, write_change
from tongban.certificates.actions.issue import Holder, Term, co_holders, new_certificate, write_certificate
from tongban.certificates.identifier import next_version
from tongban.certificates.kinds import CertificateIssued, CertificateReplaced
from tongban.certificates.mirroring.queries import refuse_above
from tongban.certificates.models import STATUSES, Certificate
from tongban.certificates.policy import check_change, check_term, check_words, word_of
from tongban.certificates.signing.texts import sign_texts
from tongban.journal.api import Actor, bump
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.packs.ports import Cite


def replace_certificate(
    *,
    certificate: UUID,
    ground: str,
    words: str,
    term: Term,
    seen: int | None,
    by: Actor,
    content: Mapping[str, str] | None = None,
) -> UUID:
    """Issue a certificate in the place of this one: same number and holders, the next version of its identifier.

    `content`: fields that differ from before. The old one stands as replaced from this act on. Returns the new id.

    Raises:
        NotFound: there is none.
        NotAllowed: not an approver of the agency that issued it.
        BadInput: no ground of a replacement, no reasons, days that do not fit, a field missing.
        Conflict: the status does not allow it.
        StaleObject: somebody acted since `seen`.
    """
    text = check_words(words)
    with transaction.atomic():
        old = Certificate.objects.select_related("type").filter(pk=certificate).first()
        if old is None:
            refuse_above(certificate, does=word_of("replace"))
            raise NotFound("没有这份证照。")
        version = bump(Certificate, certificate, seen=seen)
        old.refresh_from_db()
        status = old.status_on(clock.today())
        leads = check_change(
            "replace", status=status, status_words=STATUSES[status], issuer=old.issuer, by=by
        )
        chosen = chosen_ground(ground, change="replace")
        check_term(term.issued_on, term.valid_from, term.valid_to, today=clock.today())
        row = new_certificate(
            old.type,
            number=old.number,
            holder=Holder(old.holder_name, old.holder_number, old.owner),
            content={**old.content, **(content or {})},
            issuer=old.issuer,
            term=term,
        )
        row.identifier, row.previous = next_version(old.identifier), old
        act = CertificateReplaced(identifier=old.identifier, ground=chosen.code, by=row.identifier)
        write_change(old, act, leads=leads, ground=chosen, words=text, version=version, by=by)
        others = co_holders(
            row, [Holder(one.name, one.number, one.owner) for one in old.co_holders.order_by("ordinal")]
        )
        [signed] = sign_texts([row], co_holders={row.id: others})
        issued = CertificateIssued(
            type=row.type_id, identifier=row.identifier, token_sha256=signed.sha256.hex()
        )
        basis = str(Cite.model_validate(chosen.cite))
        write_certificate(row, signed, issued, others=others, basis=basis, by=by)
    return row.id
