"""加注件 of certificates above us: made by the upper library for what a case read, and kept with cause, reader and last day."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from tongban.certificates.mirroring.asking import Inquired, ask_above
from tongban.certificates.mirroring.codes import UPPER_STATUSES
from tongban.certificates.mirroring.fetching import checked
from tongban.certificates.mirroring.kinds import CertificateCopiedAbove
from tongban.certificates.mirroring.libraries import libraries
from tongban.certificates.mirroring.models import MirroredCopy, UpperLibrary
from tongban.certificates.mirroring.source import ADAPTER, KEY
from tongban.certificates.mirroring.standings import standing_of
from tongban.certificates.models import CertificateType
from tongban.certificates.ports import Annotated, UpperCertificates
from tongban.certificates.sharing.views import CopyView
from tongban.clocks.api import limit_of
from tongban.exchange.api import EvidenceView, bound_target
from tongban.identity.api import HolderView, find_holder, get_agency
from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.kernel.ids import uuid7

_COPY_LIMIT = "certificate-copy"
_NONE = "上级证照库里现在没有这份有效证照，不能制作加注件。"
_TITLES = {
    "number": "证照编号",
    "holder_name": "持证主体",
    "holder_number": "持证主体号码",
    "issued_on": "签发日期",
    "valid_to": "有效期止",
    "identifier": "证照标识",
    "issuer_name": "签发机关",
    "status": "状态",
}


def type_read_above(read: EvidenceView) -> CertificateType | None:
    """The type of certificate that a reading had from above; None where it was read from something else."""
    target = bound_target(ADAPTER, read.resource) if read.settles else ""
    return CertificateType.objects.filter(pk=target).first() if target else None


def copy_from_above(read: EvidenceView, kind: CertificateType, *, cause: str, by: Actor) -> UUID:
    """Have the upper library make a copy, of the items that were read; returns its id here. The cause was checked.

    Raises:
        NotFound: it has no such certificate now.
        Unavailable: it gave no answer.
    """
    standing = standing_of(kind.code, on=clock.today())
    found = libraries([standing.library])
    holder = find_holder(read.keys.get(KEY, ""))
    if not found or holder is None:
        raise NotFound(_NONE)
    last = clock.today() + timedelta(days=limit_of(_COPY_LIMIT, on=clock.today()).amount)
    kept: list[UUID] = []

    def ask(port: UpperCertificates) -> Annotated | None:
        for one in port.search(holder_number=holder.number, type_codes=[kind.type_code], cause=cause):
            if one.status == "valid":
                made = port.annotate(
                    upper_id=one.upper_id,
                    cause=cause,
                    reader=get_agency(by.agency).name,
                    items=list(read.items),
                    last_day=last,
                )
                if made:
                    checked(made.certificate, kind, holder.number)
                return made
        return None

    def keep(made: Annotated | None) -> int:
        if made is not None:
            kept.append(_keep(made, found[0], kind, holder, read, cause=cause, by=by))
        return len(kept)

    told = {holder.person: {"items": [kind.title], "title": kind.title}}
    asked = Inquired(found[0], "annotate", cause, [kind.code], told, by, read.case_number)
    ask_above(asked, ask, keep)
    if not kept:
        raise NotFound(_NONE)
    return kept[0]


def copies_above(**whose: object) -> list[CopyView]:
    """Copies from above, newest first."""
    return _views(MirroredCopy.objects.filter(**whose))


def find_above(number: str) -> CopyView | None:
    """The copy from above with a number; None if there is none."""
    found = _views(MirroredCopy.objects.filter(number=number))
    return found[0] if found else None


def _keep(
    made: Annotated,
    library: UpperLibrary,
    kind: CertificateType,
    holder: HolderView,
    read: EvidenceView,
    *,
    cause: str,
    by: Actor,
) -> UUID:
    key, one = uuid7(), made.certificate
    titles = {**_TITLES, **{field["name"]: str(field["title"]) for field in kind.fields}}
    lines = [[titles.get(item, item), value] for item, value in made.lines]
    last = min(made.last_day, one.valid_to or date.max)
    reader = get_agency(by.agency).name
    said = {
        "title": kind.title,
        "items": [title for title, _value in lines],
        "reader": reader,
        "cause": cause,
    }
    entry = record(
        CertificateCopiedAbove(
            library=library.code, identifier=one.identifier, copy=made.number, until=last.isoformat()
        ),
        on=Subject("mirrored-copy", str(key), 1),
        by=by,
        purpose=cause,
        case_number=read.case_number,
        private={holder.person: said},
    )
    MirroredCopy.objects.create(
        id=key,
        number=made.number,
        library=library,
        type=kind,
        upper_id=one.upper_id,
        identifier=one.identifier,
        issuer_name=one.issuer_name,
        holder_name=one.holder_name,
        issued_on=one.issued_on,
        owner=holder.person,
        reader=reader,
        agency=by.agency,
        cause=cause,
        case_number=read.case_number,
        lines=lines,
        status=one.status,
        made_at=clock.now(),
        last_day=last,
        entry=entry,
    )
    return key


def _views(rows: object) -> list[CopyView]:
    held: Sequence[MirroredCopy] = list(rows.select_related("type").order_by("-id"))  # type: ignore[attr-defined]
    return [
        CopyView(
            id=row.id,
            number=row.number,
            certificate=row.id,
            identifier=row.identifier,
            title=row.type.title,
            issuer=row.agency,
            issuer_name=row.issuer_name,
            holder_name=row.holder_name,
            issued_on=row.issued_on,
            check_code="",
            reader=row.reader,
            cause=row.cause,
            case_number=row.case_number,
            lines=tuple((str(title), str(value)) for title, value in row.lines),
            status=UPPER_STATUSES[row.status],
            made_at=row.made_at,
            last_day=row.last_day,
            above=True,
        )
        for row in held
    ]
