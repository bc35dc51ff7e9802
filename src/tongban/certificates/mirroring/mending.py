"""The error-return table (纠错): rows that came back, mended by the agency that issued, and sent again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from tongban.certificates.mirroring.kinds import RowMended
from tongban.certificates.mirroring.libraries import libraries
from tongban.certificates.mirroring.models import ROW_STATES, UpwardBatch, UpwardRow
from tongban.certificates.mirroring.outbox import upward_row
from tongban.certificates.mirroring.rows import FIRM_CODE, MENDABLE, PERSON_CODE, told_of
from tongban.certificates.models import Certificate
from tongban.exchange.ports import FAULT_WORDS
from tongban.identity.api import get_agencies, get_agency
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.kernel.sentences import say

_AREA_LENGTH, MATTER_MAX = 6, 60


@dataclass(frozen=True)
class UpwardView:
    """A row as its agency sees it.

    `told` is what is said beside the certificate (names of `MENDABLE`), `behind` how many later versions wait for it.
    """

    id: UUID
    certificate: UUID
    title: str
    number: str
    holder_name: str
    identifier: str
    certificate_version: int
    issuer: str
    issuer_name: str
    library_title: str
    state: str
    revision: int
    code: str
    reason: str
    returned_at: datetime | None
    told: Mapping[str, str]
    version: int
    behind: int


@dataclass(frozen=True)
class OutboxView:
    """How telling a library goes: rows by state, and the batch that cannot be sent."""

    library: str
    waiting: int
    sent: int
    accepted: int
    returned: int
    batch: str
    tries: int
    next_at: datetime | None
    fault: str

    @property
    def fault_words(self) -> str:
        """Why the open batch could not be sent, in Chinese; empty if nothing is wrong."""
        return FAULT_WORDS.get(self.fault, "")


def outboxes(*, by: Actor) -> dict[str, OutboxView]:
    """The outbox of each library, as far as an officer may see it: an owner his agency's, a data officer all. Three queries."""
    counted: dict[str, dict[str, int]] = {}
    counts = _seen(by).order_by().values_list("library", "state").annotate(n=Count("id"))
    for library, state, n in counts:
        counted.setdefault(library, {})[state] = n
    batches = {row.library_id: row for row in UpwardBatch.objects.filter(answered_at=None)}
    return {
        one.code: _outbox(one.code, counted.get(one.code, {}), batches.get(one.code)) for one in libraries()
    }


def _outbox(library: str, counted: Mapping[str, int], batch: UpwardBatch | None) -> OutboxView:
    return OutboxView(
        library,
        **{state: counted.get(state, 0) for state in ROW_STATES},
        batch=batch.number if batch else "",
        tries=batch.tries if batch else 0,
        next_at=batch.next_at if batch else None,
        fault=batch.fault if batch else "",
    )


def returned_rows(by: Actor, *, after: UUID | None = None, limit: int = 50) -> list[UpwardView]:
    """What came back and waits to be mended, the oldest first; paged by id."""
    rows = _seen(by).filter(state="returned")
    if after:
        rows = rows.filter(id__gt=after)
    return _views(rows.order_by("id")[:limit])


def get_upward_row(row: UUID, *, by: Actor) -> UpwardView:
    """One row.

    Raises:
        NotFound: there is none, or it is another agency's.
    """
    found = _views(_seen(by).filter(pk=row))
    if not found:
        raise NotFound("没有这一行报送，或者它不是贵部门签发的证照。")
    return found[0]


def mend_row(*, row: UUID, values: Mapping[str, str], seen: int | None, by: Actor) -> None:
    """Mend what is said beside a certificate, and have it sent again; versions that wait behind it say the same.

    Raises:
        NotFound: there is no such row.
        NotAllowed: not the resource owner of the agency that issued.
        BadInput: a value cannot be; names the item.
        Conflict: it did not come back, or was mended meanwhile.
    """
    with transaction.atomic():
        found = UpwardRow.objects.select_related("certificate__type").filter(pk=row).first()
        if found is None:
            raise NotFound("没有这一行报送。")
        check_mender(by, issuer=found.issuer)
        version = bump(UpwardRow, row, seen=seen)
        found.refresh_from_db(fields=["state", "mended", "revision"])
        if found.state != "returned":
            raise Conflict("这一行没有退回，或者已经改正重发了，不用再改。")
        before = told_of(found, get_agency(found.issuer).area)
        checked = {name: _checked(name, values.get(name, before[name])) for name in MENDABLE}
        changed = {name: value for name, value in checked.items() if value != before[name]}
        mended = {**found.mended, **changed}
        _again(found, mended, version=version, by=by, items=sorted(changed))
        behind = UpwardRow.objects.filter(library=found.library_id, certificate=found.certificate_id)
        behind.filter(state="waiting", certificate_version__gt=found.certificate_version).update(
            mended=mended
        )


def resend(certificate: Certificate, library: str, *, by: Actor) -> None:
    """Have the newest version of a certificate sent again, as it is now; part of an act of an officer who may.

    Raises:
        NotAllowed: not the resource owner of the agency that issued.
    """
    check_mender(by, issuer=certificate.issuer)
    rows = UpwardRow.objects.select_related("certificate__type").filter(
        library=library, certificate=certificate
    )
    last = rows.order_by("-certificate_version").first()
    if last is None or last.status != certificate.status:
        operation = "update" if certificate.version > 1 else "insert"
        made = upward_row(
            certificate, library, certificate.version, operation=operation, status=certificate.status
        )
        made.save(force_insert=True)
        last = made
    version = bump(UpwardRow, last.id)
    _again(last, last.mended, version=version, by=by, items=[])


def check_mender(by: Actor, *, issuer: str) -> None:
    """Whether an officer may mend and send again.

    Raises:
        NotAllowed: somebody else.
    """
    if by.agency != issuer or not by.has_role("resource-owner"):
        raise NotAllowed("退回的报送由签发机关的资源管理员改正，您不属于那个机关或者没有这个岗位。")


def _again(row: UpwardRow, mended: Mapping[str, str], *, version: int, by: Actor, items: list[str]) -> None:
    UpwardRow.objects.filter(pk=row.pk).update(
        state="waiting",
        batch=None,
        revision=row.revision + 1,
        mended=dict(mended),
        code="",
        reason="",
        returned_at=None,
    )
    record(
        RowMended(
            library=row.library_id,
            identifier=row.certificate.identifier,
            revision=row.revision + 1,
            items=items,
        ),
        on=Subject("upward-row", str(row.id), version),
        by=by,
    )


def _checked(name: str, value: str) -> str:
    text = " ".join(value.replace("\0", "").split())
    if name == "area" and not (len(text) == _AREA_LENGTH and text.isascii() and text.isdecimal()):
        raise BadInput("属地区划代码是六位数字，例如 990102。", field=name)
    if name == "holder_code_type" and text not in {"", PERSON_CODE, FIRM_CODE}:
        raise BadInput("请从列出的代码类型里选一个。", field=name)
    if name == "matter" and len(text) > MATTER_MAX:
        raise BadInput(say("关联办件请控制在 {n} 字以内。", n=MATTER_MAX), field=name)
    return text


def _seen(by: Actor) -> QuerySet[UpwardRow]:
    """The rows that an officer may see."""
    rows = UpwardRow.objects.all()
    if by.has_role("data-officer"):
        return rows
    return rows.filter(issuer=by.agency) if by.has_role("resource-owner") and by.agency else rows.none()


def _views(found: QuerySet[UpwardRow]) -> list[UpwardView]:
    rows = list(found.select_related("certificate__type", "library"))
    agencies = get_agencies({row.issuer for row in rows}) if rows else {}
    waiting = list(
        UpwardRow.objects.filter(
            certificate__in={row.certificate_id for row in rows}, state="waiting"
        ).values_list("library_id", "certificate_id", "certificate_version")
        if rows
        else ()
    )
    return [
        UpwardView(
            id=row.id,
            certificate=row.certificate_id,
            title=row.certificate.type.title,
            number=row.certificate.number,
            holder_name=row.certificate.holder_name,
            identifier=row.certificate.identifier,
            certificate_version=row.certificate_version,
            issuer=row.issuer,
            issuer_name=agencies[row.issuer].name,
            library_title=row.library.title,
            state=row.state,
            revision=row.revision,
            code=row.code,
            reason=row.reason,
            returned_at=row.returned_at,
            told=told_of(row, agencies[row.issuer].area),
            version=row.version,
            behind=sum(
                (library, certificate) == (row.library_id, row.certificate_id)
                and version > row.certificate_version
                for library, certificate, version in waiting
            ),
        )
        for row in rows
    ]
