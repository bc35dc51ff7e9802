"""Shares and copies as their holder, a receiver and an officer see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tongban.certificates.mirroring.copies import copies_above, find_above
from tongban.certificates.models import STATUSES
from tongban.certificates.sharing.lines import Fields, chosen_lines, fields_of
from tongban.certificates.sharing.models import CertificateCopy, CertificateShare
from tongban.certificates.sharing.policy import state_of
from tongban.certificates.sharing.views import CopyView
from tongban.clocks.api import limit_of
from tongban.identity.api import get_agencies
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.keys.api import keyed_digest, reveal

_SHARE_LIMIT, _COPY_LIMIT = "certificate-share", "certificate-copy"


@dataclass(frozen=True)
class Preview:
    """What a receiver would see: `lines` are title and value."""

    receiver: str
    cause: str
    items: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]
    last_day: date


@dataclass(frozen=True)
class ShareView:
    """A share as its holder sees it; `code` only while it is `open`. `state`: open, used, revoked, expired."""

    id: UUID
    certificate: UUID
    title: str
    receiver: str
    cause: str
    lines: tuple[tuple[str, str], ...]
    given_at: datetime
    last_day: date
    state: str
    code: str
    used_at: datetime | None
    revoked_at: datetime | None

    @property
    def printed_code(self) -> str:
        """The code in groups of four."""
        return "-".join(self.code[n : n + 4] for n in range(0, len(self.code), 4))


def share_days(*, on: date) -> int:
    """For how many days a share is given where the holder says nothing, and at most; a row of the packs."""
    return limit_of(_SHARE_LIMIT, on=on).amount


def copy_days(*, on: date) -> int:
    """How many days a copy may be used; a row of the packs."""
    return limit_of(_COPY_LIMIT, on=on).amount


def get_share(share: UUID, *, by: Actor) -> ShareView:
    """A share for the holder who gave it.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = (
        CertificateShare.objects.select_related("certificate__type").filter(pk=share, owner=by.person).first()
        if by.person
        else None
    )
    if row is None:
        raise NotFound("没有找到这次共享，或者它不是您给出的。")
    return _share(row)


def shares_on(certificate: UUID, *, by: Actor, limit: int = 50) -> list[ShareView]:
    """What a holder shared of a certificate, newest first, without the codes."""
    if not by.person:
        return []
    rows = CertificateShare.objects.select_related("certificate__type")
    found = list(rows.filter(certificate=certificate, owner=by.person).order_by("-id")[:limit])
    fields = fields_of(found[0].certificate) if found else []
    return [_share(row, with_code=False, fields=fields) for row in found]


def get_copy(copy: UUID, *, by: Actor) -> CopyView:
    """A copy for the holder, or for an officer of the agency that it was made for.

    Raises:
        NotFound: there is none, or it is none of theirs.
    """
    whose: dict[str, object] = {"pk": copy}
    if by.person:
        whose["owner"] = by.person
    else:
        whose["agency"] = (by.agency if by.kind == "officer" else "") or None
    rows = CertificateCopy.objects.filter(**whose)
    above = [] if rows.exists() else copies_above(**whose)
    return above[0] if above else _only(rows)


def opened_copy(token: str) -> CopyView:
    """The copy of a reader without an account, for a quarter of an hour after the share was opened.

    Raises:
        NotFound: there is none, or the time is over.
    """
    digest = keyed_digest(f"certificates.copy:{token}".encode())
    return _only(CertificateCopy.objects.filter(opened=digest, open_until__gt=clock.real_now()))


def find_copy(number: str) -> CopyView | None:
    """The copy with a number, as an intact paper names it; None if there is none."""
    found = _copies(CertificateCopy.objects.filter(number=number))
    return found[0] if found else find_above(number)


def copies_of(certificate: UUID, *, by: Actor, limit: int = 50) -> list[CopyView]:
    """The copies that readers took of a certificate, newest first, for its holder."""
    if not by.person:
        return []
    rows = CertificateCopy.objects.filter(certificate=certificate, owner=by.person)
    return _copies(rows.order_by("-id")[:limit])


def share_of(row: CertificateShare) -> ShareView:
    """A share without its code, for whoever holds the code already."""
    return _share(row, with_code=False)


def _share(row: CertificateShare, *, with_code: bool = True, fields: Fields | None = None) -> ShareView:
    certificate = row.certificate
    state = state_of(
        used=row.used_at is not None,
        revoked=row.revoked_at is not None,
        last_day=row.last_day,
        today=clock.today(),
    )
    code = ""
    if with_code and state == "open":
        code = reveal(bytes(row.code), bound_to=f"certificates.share:{row.id}").decode()
    return ShareView(
        id=row.id,
        certificate=row.certificate_id,
        title=certificate.type.title,
        receiver=row.receiver,
        cause=row.cause,
        lines=tuple((one.title, one.value) for one in chosen_lines(certificate, row.items, fields)),
        given_at=row.given_at,
        last_day=row.last_day,
        state=state,
        code=code,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )


def _only(rows: object) -> CopyView:
    found = _copies(rows)
    if not found:
        raise NotFound("没有找到这份加注件，或者打开它的时间已经过了。")
    return found[0]


def _copies(rows: object) -> list[CopyView]:
    held: Sequence[CertificateCopy] = list(rows.select_related("certificate__type"))  # type: ignore[attr-defined]
    agencies = get_agencies({row.certificate.issuer for row in held}) if held else {}
    return [
        CopyView(
            id=row.id,
            number=row.number,
            certificate=row.certificate_id,
            identifier=row.certificate.identifier,
            title=row.certificate.type.title,
            issuer=row.certificate.issuer,
            issuer_name=agencies[row.certificate.issuer].name,
            holder_name=row.certificate.holder_name,
            issued_on=row.certificate.issued_on,
            check_code=row.certificate.check_code,
            reader=row.reader,
            cause=row.cause,
            case_number=row.case_number,
            lines=tuple((str(title), str(value)) for title, value in row.lines),
            status=STATUSES[row.status],
            made_at=row.made_at,
            last_day=row.last_day,
        )
        for row in held
    ]
