"""A receiver opens a share, once; an officer makes a copy of what was read for a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from tongban.certificates.mirroring.copies import copy_from_above, type_read_above
from tongban.certificates.models import Certificate
from tongban.certificates.sharing.giving import digest_of_code
from tongban.certificates.sharing.kinds import CertificateCopied, CertificateRead
from tongban.certificates.sharing.lines import Line, chosen_lines, lines_of
from tongban.certificates.sharing.models import CertificateCopy, CertificateShare
from tongban.certificates.sharing.policy import check_cause, check_open, check_reader
from tongban.certificates.sharing.queries import ShareView, copy_days, share_of
from tongban.exchange.api import bound_resources, get_evidence
from tongban.identity.api import get_agency
from tongban.journal.api import Actor, Subject, bump, record, system
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import Conflict, NotFound
from tongban.kernel.ids import new_code, uuid7
from tongban.keys.api import keyed_digest

#: How long the page of a reader without an account stays open for taking the copy away.
OPEN_FOR = timedelta(minutes=15)
_NUMBER_LENGTH = 12
_TOKEN_LENGTH = 26
#: What the exchange calls the columns of a certificate, where it differs from the names of a share.
_COLUMNS = {
    "number": "certificate-number",
    "holder_name": "holder-name",
    "holder_number": "holder-number",
    "issued_on": "issued-on",
}


@dataclass(frozen=True)
class Opened:
    """What opening a share made: the copy, and the token of its page for a reader without an account."""

    copy: UUID
    token: str


def find_share(code: str) -> ShareView:
    """An open share by its code, to be told of before it is used up; it tells no value.

    Raises:
        NotFound: no share has this code.
        Conflict: it was used, taken back or has expired.
    """
    row = CertificateShare.objects.select_related("certificate__type").filter(
        code_digest=digest_of_code(code)
    )
    found = row.first()
    if found is None:
        raise NotFound("没有这个共享码。请对照持证人给您的再输一次。")
    view = share_of(found)
    check_open(view.state)
    return view


def open_share(*, code: str, reader: str, by: Actor | None, case_number: str = "") -> Opened:
    """Open a share and use it up. `by` is an officer, or None for a reader who says who it is in `reader`.

    Raises:
        NotFound: no share has this code.
        BadInput: the reader does not say who it is.
        Conflict: the share was used, taken back or has expired, or the certificate does not hold any more.
    """
    officer = by if by is not None and by.kind == "officer" else None
    name = get_agency(officer.agency).name if officer else check_reader(reader, field="reader")
    found = find_share(code)
    with transaction.atomic():
        version = bump(CertificateShare, found.id)
        share = CertificateShare.objects.select_related("certificate__type").get(pk=found.id)
        check_open(share_of(share).state)
        row = share.certificate
        if row.status_on(clock.today()) != "valid":
            raise Conflict("这份证照现在不是有效状态，不能再凭共享码查看。请向持证人或者签发机关核实。")
        made = _make_copy(
            row,
            chosen_lines(row, share.items),
            reader=name,
            cause=share.cause,
            case_number=case_number,
            agency=officer.agency if officer else "",
        )
        made.share = share
        act = CertificateRead(
            identifier=row.identifier,
            items=list(share.items),
            copy=made.number,
            until=made.last_day.isoformat(),
        )
        made.entry = record(
            act,
            on=Subject("share", str(share.id), version),
            by=officer or system("certificates"),
            purpose=share.cause,
            case_number=case_number,
            private={row.owner: _told(row, made)},
        )
        token = _open_page(made) if officer is None else ""
        made.save(force_insert=True)
        CertificateShare.objects.filter(pk=share.pk).update(used_at=clock.now())
    return Opened(made.id, token)


def copy_evidence(*, evidence: UUID, cause: str, by: Actor) -> UUID:
    """A copy of a certificate that an officer's agency read for a case, of the items it read; returns its id.

    Raises:
        NotFound: no such reading of this agency, or the library holds no such certificate now.
        BadInput: no cause, or more than 200 characters.
        Unavailable: the certificate is kept above, and the library there gave no answer.
    """
    words = check_cause(cause)
    read = get_evidence(evidence, by=by)
    if by.kind == "officer" and (kind := type_read_above(read)):
        return copy_from_above(read, kind, cause=words, by=by)
    row = _certificate_of(read.resource, read.keys) if read.settles else None
    if row is None or by.kind != "officer":
        raise NotFound("这次读取没有对应的有效证照，不能制作加注件。")
    wanted = [_COLUMNS.get(one, one) for one in read.items]
    lines = [one for one in lines_of(row) if one.name in wanted]
    with transaction.atomic():
        made = _make_copy(
            row,
            lines,
            reader=get_agency(by.agency).name,
            cause=words,
            case_number=read.case_number,
            agency=by.agency,
        )
        made.entry = record(
            CertificateCopied(
                identifier=row.identifier,
                items=[one.name for one in lines],
                copy=made.number,
                until=made.last_day.isoformat(),
            ),
            on=Subject("copy", str(made.id), 1),
            by=by,
            purpose=words,
            case_number=read.case_number,
            private={row.owner: _told(row, made)},
        )
        made.save(force_insert=True)
    return made.id


def _certificate_of(resource: str, keys: Mapping[str, str]) -> Certificate | None:
    sought = {name: keys[name] for name in ("number", "holder_number") if keys.get(name)}
    if not sought:
        return None
    rows = Certificate.objects.select_related("type").filter(**sought, status="valid").order_by("-id")
    today = clock.today()
    for row in rows[:20]:
        if row.status_on(today) == "valid" and resource in bound_resources("certificates", row.type_id):
            return row
    return None


def _make_copy(
    row: Certificate, lines: Sequence[Line], *, reader: str, cause: str, case_number: str, agency: str
) -> CertificateCopy:
    today = clock.today()
    return CertificateCopy(
        id=uuid7(),
        number=f"JZ{today:%Y%m%d}{new_code(_NUMBER_LENGTH)}",
        certificate=row,
        owner=row.owner,
        reader=reader,
        agency=agency,
        cause=cause,
        case_number=case_number,
        lines=[[one.title, one.value] for one in lines],
        status=row.status_on(today),
        made_at=clock.now(),
        last_day=_last_day(today, row),
    )


def _last_day(today: date, row: Certificate) -> date:
    """A copy never outlives its certificate."""
    last = today + timedelta(days=copy_days(on=today))
    return min(last, row.valid_to) if row.valid_to else last


def _open_page(made: CertificateCopy) -> str:
    token = new_code(_TOKEN_LENGTH)
    made.opened = keyed_digest(f"certificates.copy:{token}".encode())
    made.open_until = clock.real_now() + OPEN_FOR
    return token


def _told(row: Certificate, made: CertificateCopy) -> dict[str, Json]:
    """What the holder's footprint says."""
    return {
        "title": row.type.title,
        "items": [title for title, _value in made.lines],
        "reader": made.reader,
        "cause": made.cause,
    }
