"""Reading evidence and the terms under which it would be read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from tongban.catalogue.api import ResourceView, get_resources
from tongban.exchange.models import Binding, Correction, Evidence, Grant, Objection
from tongban.identity.api import get_firms_of
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
    subject: UUID
    resource: str
    resource_name: str
    provider: str
    consumer: str
    items: tuple[str, ...]
    item_names: tuple[str, ...]
    keys: Mapping[str, str]
    claims: Mapping[str, str]
    values: Mapping[str, Json]
    compared: Mapping[str, bool]
    outcome: str
    level: str
    read_at: datetime
    entry: UUID
    correction: "CorrectionState | None"

    @property
    def correction_due_on(self) -> date | None:
        """When the provider has to answer what was asked about this reading; None if nothing was."""
        return self.correction.due_on if self.correction else None

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
class CorrectionState:
    """How a request to check a record stands: `waiting`, `overdue`, `corrected` or `kept`."""

    due_on: date
    state: str
    answer: str


@dataclass(frozen=True)
class CorrectionView:
    """A request to check a record. `lines` are the items asked about: code, name, what was read, what it should be."""

    evidence: UUID
    subject: UUID
    case_number: str
    provider: str
    consumer: str
    resource: str
    resource_name: str
    lines: tuple[tuple[str, str, str, str], ...]
    asked_on: date
    asked_by: str
    reason: str
    due_on: date
    basis: str
    verified: bool
    state: str
    answer: str
    corrected: tuple[str, ...]
    answered_on: date | None
    version: int


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
    """The terms of the grants in force for (consumer, resource) pairs, the oldest grant of each, in two queries."""
    today = clock.today()
    resources = {resource for _, resource in pairs}
    modes = dict(Binding.objects.filter(resource__in=resources).values_list("resource", "mode"))
    rows = Grant.objects.filter(
        resource__in=resources,
        consumer__in={consumer for consumer, _ in pairs},
        subsystem="",
        stopped_at=None,
        valid_from__lte=today,
    ).exclude(valid_to__lt=today)
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
        for row in rows.order_by("-valid_from", "-code")
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
        subject=row.subject,
        resource=row.resource,
        resource_name=resource.name,
        provider=resource.agency,
        consumer=row.consumer,
        items=tuple(row.items),
        item_names=tuple(resource.item_names(row.items)),
        keys=row.keys,
        claims=row.claims,
        values=row.values,
        compared=row.compared,
        outcome=row.outcome,
        level=row.level,
        read_at=row.read_at,
        entry=row.entry,
        correction=_state_of(held) if (held := getattr(row, "correction", None)) else None,
    )


def get_evidence(evidence: UUID, *, by: Actor) -> EvidenceView:
    """A reading for whom it is about (for a firm, who represents it), or for an officer of the agency that made it.

    Raises:
        NotFound: there is none, or it is none of theirs; told alike.
    """
    mine = Q(subject__in=subjects_of(by)) if by.person else Q(consumer=by.agency)
    rows = Evidence.objects.select_related("correction").filter(mine, pk=evidence)
    row = rows.first() if by.person or by.kind == "officer" else None
    if row is None:
        raise NotFound("没有这一次读取，或者它与您无关。")
    return view_evidence(row, get_resources([row.resource])[row.resource])


def bound_resources(adapter: str, target: str) -> list[str]:
    """The resources that an adapter answers from one of its targets (a type of certificate, a register)."""
    rows = Binding.objects.filter(adapter=adapter, target=target).order_by("resource")
    return list(rows.values_list("resource", flat=True))


def registers_bound() -> dict[str, str]:
    """The hosted register behind each resource that has one, by the resources' codes. One query."""
    rows = Binding.objects.filter(adapter="register").order_by("resource")
    return dict(rows.values_list("resource", "target"))


def bound_target(adapter: str, resource: str) -> str:
    """Which of an adapter's targets (a type of certificate, a register) answers for a resource; empty: none of it."""
    rows = Binding.objects.filter(pk=resource, adapter=adapter)
    return rows.values_list("target", flat=True).first() or ""


def subjects_of(by: Actor) -> list[UUID]:
    """Whom a person speaks for: herself first, then the firms that she represents; nobody else speaks for anybody."""
    return [by.person, *(firm.subject for firm in get_firms_of(by.person))] if by.person else []


def subject_of(person: UUID, firm: str) -> UUID:
    """The person, or the firm with that credit code, which she has to represent.

    Raises:
        NotFound: she does not represent it.
    """
    if not firm:
        return person
    found = [one.subject for one in get_firms_of(person) if one.uscc == firm]
    if not found:
        raise NotFound("您不是这家经营主体的法定代表人或者经营者，看不到它的数据足迹和登记记录。")
    return found[0]


def corrections_of(*subjects: UUID, evidence: UUID | None = None, limit: int = 50) -> list[CorrectionView]:
    """What was asked about somebody's records (or about one reading), newest first. Three queries."""
    rows = Correction.objects.select_related("evidence").filter(evidence__subject__in=subjects)
    if evidence is not None:
        rows = rows.filter(pk=evidence)
    return _corrections(rows.order_by("-evidence_id")[:limit])


def open_corrections(
    by: Actor, *, after: tuple[date, UUID] | None = None, limit: int = 50
) -> list[CorrectionView]:
    """What an officer's agency has to check, the most urgent first; `after` is the last due day and id seen."""
    rows = Correction.objects.select_related("evidence").filter(provider=by.agency, answered_on=None)
    if after:
        day, last = after
        rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, evidence_id__gt=last))
    return _corrections(rows.order_by("due_on", "evidence_id")[:limit]) if by.agency else []


def answered_corrections(by: Actor, *, limit: int = 20) -> list[CorrectionView]:
    """What an officer's agency answered last."""
    rows = Correction.objects.select_related("evidence").filter(provider=by.agency)
    rows = rows.exclude(answered_on=None).order_by("-answered_on", "-evidence_id")
    return _corrections(rows[:limit]) if by.agency else []


def find_correction(evidence: UUID, *, provider: str) -> Correction:
    """The row of a request that an agency has to answer.

    Raises:
        NotFound: there is none, or it is another agency's; told alike.
    """
    rows = Correction.objects.select_related("evidence").filter(pk=evidence, provider=provider)
    row = rows.first() if provider else None
    if row is None:
        raise NotFound("没有这条校核请求，或者它不由贵部门答复。")
    return row


def view_correction(row: Correction, resource: ResourceView) -> CorrectionView:
    """A request with the catalogue's names."""
    names = resource.item_names(row.items)
    read = row.evidence.values
    return CorrectionView(
        evidence=row.pk,
        subject=row.evidence.subject,
        case_number=row.evidence.case_number,
        provider=row.provider,
        consumer=row.evidence.consumer,
        resource=resource.code,
        resource_name=resource.name,
        lines=tuple(
            (item, name, "" if read.get(item) is None else str(read[item]), row.stated.get(item, ""))
            for item, name in zip(row.items, names, strict=True)
        ),
        asked_on=row.asked_on,
        asked_by=row.asked_by,
        reason=row.reason,
        due_on=row.due_on,
        basis=row.basis,
        verified=row.verified,
        state=_state_of(row).state,
        answer=row.answer,
        corrected=tuple(row.corrected),
        answered_on=row.answered_on,
        version=row.version,
    )


def _corrections(rows: Iterable[Correction]) -> list[CorrectionView]:
    held = list(rows)
    resources = get_resources({row.evidence.resource for row in held})
    return [view_correction(row, resources[row.evidence.resource]) for row in held]


def _state_of(row: Correction) -> CorrectionState:
    waiting = "overdue" if clock.today() > row.due_on else "waiting"
    return CorrectionState(row.due_on, row.outcome or waiting, row.answer)


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
