"""One application as a whole, in a fixed number of queries."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tongban.cases.acceptance import acceptance_dues
from tongban.cases.access import application_of, open_application
from tongban.cases.actions.settle import settle_application
from tongban.cases.formalities.policy import possible_formalities
from tongban.cases.formalities.queries import formalities_of
from tongban.cases.models import Application, Case, Handed
from tongban.cases.newborns import about_of
from tongban.cases.pinning import guide_of
from tongban.cases.queries.views import (
    ApplicationView,
    CaseView,
    DecisionView,
    DefectView,
    InspectionView,
    MaterialView,
    OpinionView,
    SignatureView,
    SupplementView,
)
from tongban.cases.terms import clocks_of, legal_limit, promised_limit
from tongban.clocks.api import Limit, due_day
from tongban.documents.api import DocumentView, find_documents
from tongban.exchange.api import evidence_of
from tongban.identity.api import AgencyView, get_agencies
from tongban.journal.api import Actor, EntryView, timeline
from tongban.kernel import clock
from tongban.services.api import Guide, RegimeTable, ServiceItem, get_regimes


@dataclass(frozen=True)
class _Around:
    """What the views of cases and materials are made from, loaded once."""

    row: Application
    cases: Sequence[Case]
    guide: Guide
    agencies: Mapping[str, AgencyView]
    regimes: Mapping[str, RegimeTable]
    documents: Mapping[UUID, DocumentView]
    handed: Mapping[str, Handed]
    acceptance_dues: Mapping[str, date]


def get_application(number: str, *, by: Actor) -> ApplicationView:
    """An application (or that of a case number) for whoever may see it.

    Raises:
        NotFound: there is none, or it is another person's.
        NotAllowed: it is other agencies'; the refusal is journalled.
    """
    settle_application(application_of(number))
    return view_application(open_application(application_of(number), by))


def application_timeline(view: ApplicationView) -> list[EntryView]:
    """Every act on the application and its cases, oldest first, in one query."""
    return timeline(case_numbers=view.case_numbers)


def view_application(row: Application) -> ApplicationView:
    """The whole application."""
    guide = guide_of(row)
    cases = list(
        row.cases.select_related("opinion", "decision")
        .prefetch_related("inspections", "defects", "pauses", "formalities")
        .order_by("ordinal")
    )
    handed = {one.material: one for one in row.materials.all()}
    regimes = get_regimes({case.regime for case in cases}) if cases else {}
    around = _Around(
        row,
        cases,
        guide,
        get_agencies(
            {row.window, *(case.agency for case in cases)}
            | {one.agency for case in cases for one in case.formalities.all() if one.agency}
        ),
        regimes,
        _documents(handed.values(), cases),
        handed,
        acceptance_dues(row, cases, regimes),
    )
    window = around.agencies[row.window]
    submitted = clock.local(row.submitted_at).date() if row.submitted_at else None
    return ApplicationView(
        number=row.number,
        title=row.title,
        state=row.state,
        version=row.version,
        applicant=row.applicant,
        applicant_name=row.applicant_name,
        agent_name=row.agent_name,
        firm=row.firm,
        firm_name=row.firm_name,
        window=row.window,
        window_name=window.name,
        window_phone=window.phone,
        answers=row.answers,
        by_hand=tuple(row.by_hand),
        told_at=row.told_at,
        created_at=row.created_at,
        submitted_at=row.submitted_at,
        closed_at=row.closed_at,
        guide=guide,
        materials=_materials(around),
        cases=tuple(_case(case, around) for case in cases),
        supplement=_supplement(row),
        promised_on=_last_day(guide, promised_limit, submitted) if submitted else None,
        legal_on=_last_day(guide, _legal_or_promised, submitted) if submitted else None,
        signatures=_signatures(row, guide),
        changes=tuple(one["what"] for one in row.form_changes),
        child=about_of(row),
    )


def _signatures(row: Application, guide: Guide) -> tuple[SignatureView, ...]:
    """Those of the parts that somebody else signs; no query where the form has none."""
    if not any(one.material.kind == "signature" for one in guide.materials):
        return ()
    return tuple(
        SignatureView(one.material, one.title, one.name, one.state, one.reason, one.asked_at, one.answered_at)
        for one in row.co_applicants.order_by("material")
    )


def _legal_or_promised(item: ServiceItem) -> Limit:
    return legal_limit(item) or promised_limit(item)


def _last_day(guide: Guide, limit: Callable[[ServiceItem], Limit], submitted: date) -> date:
    """The day by which the last member ends: each begins when those it waits for have ended, each in its own unit."""
    ends: dict[str, date] = {}
    for member in guide.bundle.members:
        start = max((ends[other] for other in member.after), default=submitted)
        ends[member.item] = due_day(limit(guide.item(member.item)), start)
    return max(ends.values())


def _documents(handed: Iterable[Handed], cases: Sequence[Case]) -> dict[UUID, DocumentView]:
    ids = [one.document for one in handed if one.document]
    ids += [one.document for case in cases for one in case.defects.all() if one.document]
    return find_documents(ids)


def _materials(around: _Around) -> tuple[MaterialView, ...]:
    row, guide, documents = around.row, around.guide, around.documents
    evidence = {one.id: one for one in evidence_of(row.number)}
    titles = {item.code: item.title for item in guide.items}
    return tuple(
        MaterialView(
            code=one.material.code,
            title=one.material.title,
            kind=held.kind,
            state=held.state,
            outcome=held.outcome,
            agreed=held.agreed,
            reason=held.reason,
            needed_by=tuple(titles[item] for item in one.needed_by),
            needed_by_codes=one.needed_by,
            terms=one.material,
            evidence=evidence.get(held.evidence) if held.evidence else None,
            document=documents.get(held.document) if held.document else None,
        )
        for one in guide.materials
        if (held := around.handed.get(one.material.code))
    )


def _case(case: Case, around: _Around) -> CaseView:
    item, regime = around.guide.item(case.item), around.regimes[case.regime]
    agency = around.agencies[case.agency]
    state = next(one for one in regime.states if one.code == case.state)
    decision, opinion = getattr(case, "decision", None), getattr(case, "opinion", None)
    return CaseView(
        number=case.number,
        item=item,
        title=case.title,
        agency=case.agency,
        agency_name=agency.name,
        agency_phone=agency.phone,
        state=case.state,
        state_title=state.title,
        words=state.words,
        final=state.final,
        version=case.version,
        after=tuple(case.after),
        accepted_on=case.accepted_on,
        decided_on=case.decided_on,
        legal_due_on=case.legal_due_on,
        promised_due_on=case.promised_due_on,
        acceptance_due_on=around.acceptance_dues.get(case.number),
        clocks=clocks_of(case, item, list(case.pauses.all())),
        inspections=tuple(
            InspectionView(one.held_on, tuple(one.officers), one.finding)
            for one in sorted(case.inspections.all(), key=lambda one: one.id)
        ),
        defects=tuple(
            DefectView(
                one.found_on,
                one.words,
                one.due_on,
                one.rectified_on,
                one.rectified_words,
                around.documents.get(one.document) if one.document else None,
                one.confirmed_on,
            )
            for one in sorted(case.defects.all(), key=lambda one: one.id)
        ),
        opinion=OpinionView(opinion.officer, opinion.proposes, opinion.words, opinion.given_on)
        if opinion
        else None,
        decision=_decision(decision) if decision else None,
        pause_grounds=tuple(one.ground for one in regime.pauses),
        verbs={verb.code: verb.by for verb in regime.verbs if case.state in verb.begins},
        formalities=formalities_of(
            case.formalities.all(), regime, {code: one.name for code, one in around.agencies.items()}
        ),
        steps=possible_formalities(regime, case.state),
        archived_on=case.archived_on,
        renewal_due_on=case.renewal_due_on,
    )


def _decision(row: Any) -> DecisionView:
    return DecisionView(
        row.paper,
        row.result,
        row.words,
        row.basis,
        row.decided_on,
        row.review_body,
        row.review_until,
        row.certificate,
        row.entry,
        row.officer,
        row.deputy_for,
    )


def _supplement(row: Application) -> SupplementView | None:
    held = getattr(row, "supplement", None)
    return SupplementView(held.told_on, held.due_on, tuple(held.lines), held.answered_on) if held else None
