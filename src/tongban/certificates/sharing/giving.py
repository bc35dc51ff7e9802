"""The holder gives a share, and takes it back."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from tongban.certificates.models import Certificate
from tongban.certificates.sharing.kinds import CertificateShared, CertificateUnshared
from tongban.certificates.sharing.lines import Line, chosen_lines, lines_of
from tongban.certificates.sharing.models import CertificateShare
from tongban.certificates.sharing.policy import (
    ShareTerms,
    check_cause,
    check_days,
    check_items,
    check_open,
    check_reader,
    state_of,
)
from tongban.certificates.sharing.queries import Preview, share_days
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, NotFound
from tongban.kernel.ids import new_code, uuid7
from tongban.keys.api import conceal, keyed_digest

#: 60 bits: with ten tries in ten minutes from an address, a guess needs longer than the world is old.
CODE_LENGTH = 12


def shareable_lines(certificate: UUID, *, by: Actor) -> list[Line]:
    """The fields that a holder may choose from.

    Raises:
        NotFound: there is no such certificate, or it is somebody else's.
    """
    return lines_of(own_certificate(certificate, by=by))


def preview_share(certificate: UUID, terms: ShareTerms, *, by: Actor) -> Preview:
    """What the receiver will see, before anything is given.

    Raises:
        NotFound: there is no such certificate, or it is somebody else's.
        BadInput: a field is missing, too long or unknown.
        Conflict: the certificate does not hold now.
    """
    row = own_certificate(certificate, by=by)
    _check_holds(row)
    known = [one.name for one in lines_of(row)]
    chosen = check_items(terms.items, known=known)
    today = clock.today()
    last = today + timedelta(days=check_days(terms.days, most=share_days(on=today)))
    return Preview(
        check_reader(terms.receiver),
        check_cause(terms.cause),
        tuple(chosen),
        tuple((one.title, one.value) for one in chosen_lines(row, chosen)),
        last,
    )


def give_share(*, certificate: UUID, terms: ShareTerms, by: Actor) -> UUID:
    """Give a share; its holder reads the code with `get_share`. Returns its id.

    Raises:
        NotFound, BadInput, Conflict: as `preview_share`.
    """
    seen = preview_share(certificate, terms, by=by)
    with transaction.atomic():
        row = own_certificate(certificate, by=by)
        share, code = uuid7(), new_code(CODE_LENGTH)
        entry = record(
            CertificateShared(
                identifier=row.identifier, items=list(seen.items), until=seen.last_day.isoformat()
            ),
            on=Subject("share", str(share), 1),
            by=by,
            private={row.owner: {"title": row.type.title, "receiver": seen.receiver, "cause": seen.cause}},
        )
        CertificateShare.objects.create(
            id=share,
            certificate=row,
            owner=row.owner,
            receiver=seen.receiver,
            cause=seen.cause,
            items=list(seen.items),
            code_digest=digest_of_code(code),
            code=conceal(code.encode(), bound_to=f"certificates.share:{share}"),
            given_at=clock.now(),
            last_day=seen.last_day,
            entry=entry,
        )
    return share


def revoke_share(*, share: UUID, by: Actor) -> None:
    """Take a share back; from then on its code opens nothing.

    Raises:
        NotFound: there is none, or it is somebody else's.
        Conflict: it was used, taken back or has expired.
    """
    with transaction.atomic():
        mine = by.person and CertificateShare.objects.filter(pk=share, owner=by.person).exists()
        if not mine:
            raise NotFound("没有找到这次共享，或者它不是您给出的。")
        version = bump(CertificateShare, share)
        row = CertificateShare.objects.select_related("certificate__type").get(pk=share)
        check_open(
            state_of(
                used=row.used_at is not None,
                revoked=row.revoked_at is not None,
                last_day=row.last_day,
                today=clock.today(),
            )
        )
        record(
            CertificateUnshared(identifier=row.certificate.identifier),
            on=Subject("share", str(share), version),
            by=by,
            private={row.owner: {"title": row.certificate.type.title, "receiver": row.receiver}},
        )
        CertificateShare.objects.filter(pk=share).update(revoked_at=clock.now())


def own_certificate(certificate: UUID, *, by: Actor) -> Certificate:
    """The row of a certificate for its owner.

    Raises:
        NotFound: there is none, or it is somebody else's; the two are told alike.
    """
    rows = Certificate.objects.select_related("type")
    row = rows.filter(pk=certificate, owner=by.person).first() if by.person else None
    if row is None:
        raise NotFound("没有找到这份证照，或者它不属于您。")
    return row


def digest_of_code(code: str) -> bytes:
    """How a share is found by its code, however it was typed."""
    plain = "".join(one for one in code.upper() if one.isalnum()).translate(str.maketrans("ILOU", "110V"))
    return keyed_digest(f"certificates.share:{plain}".encode())


def _check_holds(row: Certificate) -> None:
    if row.status_on(clock.today()) != "valid":
        raise Conflict("这份证照现在不是有效状态，不能共享。证照页上写着原因和怎么办。")
