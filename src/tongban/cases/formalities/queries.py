"""What pages show of acts beside the state table: of a case, of a whole agency, of one task, and what is published."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from tongban.cases.actions.settle import settle_application
from tongban.cases.formalities.policy import WAYS
from tongban.cases.formalities.reviewing import CODE as CONSULT
from tongban.cases.formalities.reviewing import open_task
from tongban.cases.models import Case, FormalityRow
from tongban.documents.api import DocumentView, find_documents, read_document
from tongban.exchange.api import EvidenceView, evidence_of
from tongban.identity.api import get_agencies, get_agency
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.services.api import Formality, RegimeTable, Verb, get_regimes

PAGE = 50
#: Roles that look after the open ones of their agency.
TENDING = ("examiner", "approver", "head")


@dataclass(frozen=True)
class FormalityView:
    """One act beside the table, with its title and law from the regime."""

    id: UUID
    code: str
    title: str
    about: str
    agency: str
    agency_name: str
    state: str
    words: str
    facts: dict[str, Any]
    opened_on: date
    due_on: date | None
    answer: str
    answered_on: date | None
    deputy_for: str
    basis: str
    verified: bool
    written: bool
    version: int

    @property
    def way_words(self) -> str:
        """How a decision was delivered, in Chinese; empty for others."""
        return WAYS.get(str(self.facts.get("way", "")), "")

    @property
    def overdue(self) -> bool:
        """Whether it is open after its day."""
        return self.state == "open" and self.due_on is not None and clock.today() > self.due_on


@dataclass(frozen=True)
class TendedRow:
    """An open one in an agency's list, with the case it is about."""

    view: FormalityView
    case: str
    case_title: str


@dataclass(frozen=True)
class SharedMaterial:
    """A material that is shared with whoever reviews: a file, or what a source answered."""

    code: str
    title: str
    document: DocumentView | None
    evidence: EvidenceView | None


@dataclass(frozen=True)
class ReviewView:
    """A review task: the question, the member it is about and what is shared; nothing else of the application."""

    view: FormalityView
    case: str
    title: str
    asking: str
    asking_phone: str
    materials: tuple[SharedMaterial, ...]


@dataclass(frozen=True)
class HandOverView:
    """What the supervising agency takes over: who was granted what, by which paper."""

    view: FormalityView
    case: str
    title: str
    deciding: str
    holder: str
    paper: str
    decided_on: date | None
    certificate: UUID | None


def steps_of(regime: RegimeTable) -> dict[str, Verb | Formality]:
    """Verbs and formalities of a regime by code: what a row may be of, and whose letter it has."""
    return {**{one.code: one for one in regime.verbs}, **{one.code: one for one in regime.formalities}}


def formalities_of(
    rows: Iterable[FormalityRow], regime: RegimeTable, names: dict[str, str]
) -> tuple[FormalityView, ...]:
    """Those of one case, the oldest first; `names` of the agencies that appear."""
    steps = steps_of(regime)
    return tuple(
        _view(row, steps.get(row.code), names)
        for row in sorted(rows, key=lambda row: (row.opened_on, row.id))
    )


def tended(by: Actor, *, codes: Collection[str] = (), after: UUID | None = None) -> list[TendedRow]:
    """What an officer's agency has to do beside the tables, the most urgent first; a page by key. Four queries."""
    rows = FormalityRow.objects.filter(agency=by.agency, state="open", due_on__isnull=False)
    return _tended(rows.filter(code__in=list(codes)) if codes else rows, after)


def deliveries_at(by: Actor, *, after: UUID | None = None) -> list[TendedRow]:
    """The decisions that wait at an officer's window for their receivers, the most urgent first; a page by key."""
    rows = FormalityRow.objects.filter(code="deliver", state="open", due_on__isnull=False)
    return _tended(rows.filter(case__application__window=by.agency), after)


def _tended(rows: QuerySet[FormalityRow], after: UUID | None) -> list[TendedRow]:
    if after and (last := FormalityRow.objects.filter(pk=after).values_list("due_on", "id").first()):
        rows = rows.filter(Q(due_on__gt=last[0]) | Q(due_on=last[0], id__gt=last[1]))
    found = list(rows.select_related("case").order_by("due_on", "id")[:PAGE])
    regimes = get_regimes({row.case.regime for row in found}) if found else {}
    names = {code: one.name for code, one in get_agencies({row.agency for row in found}).items()}
    steps = {code: steps_of(regime) for code, regime in regimes.items()}
    return [
        TendedRow(_view(row, steps[row.case.regime].get(row.code), names), row.case_id, row.case.title)
        for row in found
    ]


def get_review(review: UUID, *, by: Actor) -> ReviewView:
    """A review task for the agency that is asked; opening it is journalled once an hour.

    Raises:
        NotFound, NotAllowed: no such task, or another agency's.
    """
    row = open_task(review, code=CONSULT, by=by)
    case: Case = row.case
    settle_application(case.application_id)
    regime = get_regimes([case.regime])[case.regime]
    asking = get_agency(case.agency)
    shared = set(row.facts.get("materials", []))
    held = [one for one in case.application.materials.order_by("material") if one.material in shared]
    files = find_documents([one.document for one in held if one.document])
    wanted = {one.evidence for one in held if one.evidence}
    answers = {one.id: one for one in evidence_of(case.application_id) if one.id in wanted} if wanted else {}
    (view,) = formalities_of([row], regime, {row.agency: get_agency(row.agency).name})
    return ReviewView(
        view,
        case.number,
        case.title,
        asking.name,
        asking.phone,
        tuple(
            SharedMaterial(
                one.material,
                one.title,
                files.get(one.document) if one.document else None,
                answers.get(one.evidence) if one.evidence else None,
            )
            for one in held
        ),
    )


def get_hand_over(hand_over: UUID, *, by: Actor) -> HandOverView:
    """What was handed over, for the agency that supervises it; opening it is journalled once an hour.

    Raises:
        NotFound, NotAllowed: no such hand-over, or another agency's.
    """
    row = open_task(hand_over, code="hand-over", by=by)
    case: Case = row.case
    regime = get_regimes([case.regime])[case.regime]
    decision = getattr(case, "decision", None)
    (view,) = formalities_of([row], regime, {row.agency: get_agency(row.agency).name})
    return HandOverView(
        view,
        case.number,
        case.title,
        get_agency(case.agency).name,
        case.application.firm_name or case.application.applicant_name,
        decision.paper if decision else "",
        case.decided_on,
        decision.certificate if decision else None,
    )


def shared_file(review: UUID, material: str, *, by: Actor) -> tuple[DocumentView, bytes]:
    """A file that is shared with whoever reviews.

    Raises:
        NotFound, NotAllowed: no such task or file, or it is not shared with this agency.
    """
    found = next((one for one in get_review(review, by=by).materials if one.code == material), None)
    if found is None or found.document is None:
        raise NotFound("这份材料没有共享给本部门。")
    return read_document(found.document.id)


def _view(row: FormalityRow, step: Verb | Formality | None, names: dict[str, str]) -> FormalityView:
    return FormalityView(
        id=row.id,
        code=row.code,
        title=step.title if step else row.code,
        about=row.about,
        agency=row.agency,
        agency_name=names.get(row.agency, row.agency),
        state=row.state,
        words=row.words,
        facts=row.facts,
        opened_on=row.opened_on,
        due_on=row.due_on,
        answer=row.answer,
        answered_on=row.answered_on,
        deputy_for=row.deputy_for,
        basis=str(step.cite) if step else "",
        verified=bool(step and step.cite.verified_by),
        written=bool(step and step.letter and row.state == "done"),
        version=row.version,
    )
