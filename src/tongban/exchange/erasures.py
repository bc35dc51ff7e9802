"""Reading requests of erasure: what was asked, what the rules say today, what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from tongban.exchange.models import CaseRef, Erasure, ErasureTerm
from tongban.exchange.retention import Assessment, Kept, Retention, assess
from tongban.journal.api import Actor, parts_about
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed, NotFound
from tongban.packs.ports import Cite

ORDERS, CONFIRMS = "data-officer", "security-officer"


@dataclass(frozen=True)
class Term:
    """A ground or a remedy with its source; `verified` is false where nobody has read the article."""

    code: str
    title: str
    cite: str
    verified: bool


@dataclass(frozen=True)
class ErasureView:
    """A request; `state` is asked, ordered, confirmed, refused or done."""

    id: UUID
    subject: UUID
    state: str
    reason: str
    asked_at: datetime
    due_on: date
    basis: str
    verified: bool
    ground: str
    answer: str
    ordered_by: str
    answered_at: datetime | None
    erased: int
    kept: tuple[Kept, ...]
    backups_until: date | None
    version: int


def erasures_of(person: UUID, *, limit: int = 20) -> list[ErasureView]:
    """A person's requests, newest first."""
    return [view_erasure(row) for row in Erasure.objects.filter(subject=person).order_by("-asked_at")[:limit]]


def waiting_erasures(
    by: Actor, *, after: tuple[date, UUID] | None = None, limit: int = 50
) -> list[ErasureView]:
    """What waits for this officer, by role: requests to examine, orders to confirm; the most urgent first."""
    states = [state for state, role in (("asked", ORDERS), ("ordered", CONFIRMS)) if by.has_role(role)]
    rows = Erasure.objects.filter(state__in=states)
    if after:
        day, last = after
        rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, id__gt=last))
    return [view_erasure(row) for row in rows.order_by("due_on", "id")[:limit]]


def get_erasure(erasure: UUID, *, by: Actor) -> ErasureView:
    """A request, for the officers who examine and confirm.

    Raises:
        NotAllowed: another role.
        NotFound: there is none.
    """
    if not (by.has_role(ORDERS) or by.has_role(CONFIRMS)):
        raise NotAllowed("删除请求由数据专员审查、安全管理员复核。")
    row = Erasure.objects.filter(pk=erasure).first()
    if row is None:
        raise NotFound("没有这项删除请求。")
    return view_erasure(row)


def assess_erasure(subject: UUID) -> Assessment:
    """What would be erased of a person today, and what must stay; three queries."""
    open_cases = CaseRef.objects.filter(subjects__contains=[subject]).exclude(state="closed")
    today = clock.today()
    running = {row.number for row in open_cases if row.until is None or row.until >= today}
    return assess(parts_about(subject), _retentions(), open_cases=running, on=today)


def erasure_terms(what: str) -> list[Term]:
    """The `ground`s or the `remedy`s of the packs, in their order."""
    return [
        Term(row.code, row.title, *_source(row))
        for row in ErasureTerm.objects.filter(what=what).order_by("place_in_list")
    ]


def view_erasure(row: Erasure) -> ErasureView:
    """A row with its kept entries as they were written down."""
    return ErasureView(
        id=row.id,
        subject=row.subject,
        state=row.state,
        reason=row.reason,
        asked_at=row.asked_at,
        due_on=row.due_on,
        basis=row.basis,
        verified=row.verified,
        ground=row.ground,
        answer=row.answer,
        ordered_by=row.ordered_by,
        answered_at=row.answered_at,
        erased=row.erased,
        kept=tuple(
            Kept(**{**one, "until": date.fromisoformat(one["until"]) if one["until"] else None})
            for one in row.kept
        ),
        backups_until=row.backups_until,
        version=row.version,
    )


def kept_json(kept: Sequence[Kept]) -> list[dict[str, object]]:
    """What a row keeps of an assessment."""
    return [
        {
            "reason": one.reason,
            "cite": one.cite,
            "verified": one.verified,
            "until": one.until.isoformat() if one.until else None,
            "count": one.count,
        }
        for one in kept
    ]


def _retentions() -> list[Retention]:
    return [
        Retention(row.code, row.title, tuple(row.kinds), row.months, *_source(row))
        for row in ErasureTerm.objects.filter(what="retention").order_by("place_in_list")
    ]


def _source(row: ErasureTerm) -> tuple[str, bool]:
    cite = Cite.model_validate(row.cite)
    return str(cite), bool(cite.verified_by)
