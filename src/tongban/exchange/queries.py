"""Reading evidence and the terms under which it would be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from tongban.catalogue.api import ResourceView, get_resources
from tongban.exchange.models import Binding, Evidence, Grant, Objection
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import NotFound

OUTCOME_WORDS = {
    "fetched": "已取到",
    "verified": "核对一致",
    "mismatch": "不一致",
    "silent": "对方系统没有响应",
    "none": "没有查到",
}


@dataclass(frozen=True)
class EvidenceView:
    """An answer with the names a person reads. `compared` says for each stated item whether it agreed."""

    id: UUID
    case_number: str
    resource: str
    resource_name: str
    provider: str
    consumer: str
    items: tuple[str, ...]
    item_names: tuple[str, ...]
    claims: Mapping[str, str]
    values: Mapping[str, Json]
    compared: Mapping[str, bool]
    outcome: str
    level: str
    read_at: datetime
    entry: UUID
    correction_due_on: date | None

    @property
    def outcome_words(self) -> str:
        """The outcome in Chinese."""
        return OUTCOME_WORDS[self.outcome]

    @property
    def settles(self) -> bool:
        """Whether the evidence can stand for the material."""
        return self.outcome in {"fetched", "verified"}

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        """Items that disagree: name, what was stated, what the source holds (empty if it only verifies)."""
        names = dict(zip(self.items, self.item_names, strict=True))
        return [
            (names.get(item, item), self.claims.get(item, ""), str(self.values.get(item) or ""))
            for item, same in self.compared.items()
            if not same
        ]


@dataclass(frozen=True)
class GrantTerms:
    """What a notice tells the person about a reading: purpose and legal basis."""

    code: str
    consumer: str
    resource: str
    items: tuple[str, ...]
    purpose: str
    cites: tuple[Mapping[str, str], ...]
    mode: str


def find_terms(pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], GrantTerms]:
    """The terms of the grants for (consumer, resource) pairs, in two queries."""
    resources = {resource for _, resource in pairs}
    modes = dict(Binding.objects.filter(resource__in=resources).values_list("resource", "mode"))
    rows = Grant.objects.filter(
        resource__in=resources,
        consumer__in={consumer for consumer, _ in pairs},
        subsystem="",
        stopped_at=None,
    )
    terms = {
        (row.consumer, row.resource): GrantTerms(
            row.code,
            row.consumer,
            row.resource,
            tuple(row.items),
            row.purpose,
            tuple(row.cites),
            modes.get(row.resource, ""),
        )
        for row in rows.order_by("-code")
    }
    return {pair: terms[pair] for pair in pairs if pair in terms}


def evidence_of(case_number: str) -> list[EvidenceView]:
    """All evidence read for a case, oldest first, in three queries."""
    rows = list(Evidence.objects.select_related("correction").filter(case_number=case_number).order_by("id"))
    resources = get_resources({row.resource for row in rows})
    return [view_evidence(row, resources[row.resource]) for row in rows]


def view_evidence(row: Evidence, resource: ResourceView) -> EvidenceView:
    """An evidence row with the catalogue's names."""
    return EvidenceView(
        id=row.id,
        case_number=row.case_number,
        resource=row.resource,
        resource_name=resource.name,
        provider=resource.agency,
        consumer=row.consumer,
        items=tuple(row.items),
        item_names=tuple(resource.item_names(row.items)),
        claims=row.claims,
        values=row.values,
        compared=row.compared,
        outcome=row.outcome,
        level=row.level,
        read_at=row.read_at,
        entry=row.entry,
        correction_due_on=correction.due_on if (correction := getattr(row, "correction", None)) else None,
    )


@dataclass(frozen=True)
class ObjectionView:
    """An objection with its state: `waiting`, `overdue`, `explained` or `upheld`."""

    id: UUID
    subject: UUID
    entry: UUID
    kind: str
    reader: str
    agency: str
    case_number: str
    reason: str
    raised_at: datetime
    due_on: date
    basis: str
    verified: bool
    state: str
    answer: str
    answered_at: datetime | None
    version: int


def objections_to(subject: UUID, entries: Sequence[UUID]) -> dict[UUID, ObjectionView]:
    """A person's objections to some entries, by entry; one query."""
    return {
        row.entry: _objection(row) for row in Objection.objects.filter(subject=subject, entry__in=entries)
    }


def open_objections(
    by: Actor, *, after: tuple[date, UUID] | None = None, limit: int = 50
) -> list[ObjectionView]:
    """What an officer's agency has to answer, the most urgent first; `after` is the last due day and id seen."""
    rows = Objection.objects.filter(agency=by.agency, answered_at=None)
    if after:
        day, last = after
        rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, id__gt=last))
    return [_objection(row) for row in rows.order_by("due_on", "id")[:limit]] if by.agency else []


def get_objection(objection: UUID, *, by: Actor) -> ObjectionView:
    """An objection for an officer of the agency that has to answer it.

    Raises:
        NotFound: there is none, or it is another agency's; the two are told alike.
    """
    row = Objection.objects.filter(pk=objection, agency=by.agency).first() if by.agency else None
    if row is None:
        raise NotFound("没有这条异议，或者它不由贵部门答复。")
    return _objection(row)


def _objection(row: Objection) -> ObjectionView:
    waiting = "overdue" if clock.today() > row.due_on else "waiting"
    return ObjectionView(
        id=row.id,
        subject=row.subject,
        entry=row.entry,
        kind=row.kind,
        reader=row.reader,
        agency=row.agency,
        case_number=row.case_number,
        reason=row.reason,
        raised_at=row.raised_at,
        due_on=row.due_on,
        basis=row.basis,
        verified=row.verified,
        state=row.outcome or waiting,
        answer=row.answer,
        answered_at=row.answered_at,
        version=row.version,
    )
