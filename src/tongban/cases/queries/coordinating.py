"""A bundle as its lead agency sees it (牵头部门): members, their states, what each waits for; no answers and no papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tongban.cases.actions.settle import settle_application
from tongban.cases.kinds import Nudged
from tongban.cases.models import Application, Case
from tongban.cases.policy import next_role
from tongban.cases.written import published_name
from tongban.identity.api import AgencyView, get_agencies
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed, NotFound
from tongban.kernel.sentences import say
from tongban.services.api import RegimeTable, bundles_led_by, get_regimes

#: Rows of a page.
PAGE = 50


@dataclass(frozen=True)
class MemberView:
    """A member: its agency, its state, its day, and in a sentence what it waits for; `stuck` if nothing will come."""

    number: str
    title: str
    agency: AgencyView
    state: str
    state_title: str
    final: bool
    accepted_on: date | None
    due_on: date | None
    decided_on: date | None
    obstacle: str
    stuck: bool
    nudged_on: date | None


@dataclass(frozen=True)
class CoordinationView:
    """An application of a bundle for its lead agency; the applicant as everybody may read him."""

    number: str
    title: str
    applicant: str
    window: AgencyView
    submitted_at: datetime | None
    closed: bool
    members: tuple[MemberView, ...]


@dataclass(frozen=True)
class LedRow:
    """An application in the lead agency's list."""

    number: str
    title: str
    applicant: str
    submitted_at: datetime | None
    ended: int
    total: int
    stuck: bool


@dataclass(frozen=True)
class _Around:
    """What one application is shown with: its cases, their tables and agencies, when each was nudged last."""

    row: Application
    cases: Sequence[Case]
    regimes: Mapping[str, RegimeTable]
    agencies: Mapping[str, AgencyView]
    nudged: Mapping[str, date]


def led_applications(by: Actor, *, after: str = "") -> list[LedRow]:
    """What runs of the bundles that an officer's agency leads, the longest running first; a page by number."""
    codes = bundles_led_by(by.agency) if by.kind == "officer" and by.agency else []
    rows = Application.objects.filter(
        bundle__in=codes, state__in=["submitted", "supplementing"], number__gt=after
    )
    held = list(rows.order_by("number").prefetch_related("cases")[:PAGE]) if codes else []
    regimes = get_regimes({case.regime for row in held for case in row.cases.all()}) if held else {}
    return [_row(row, regimes) for row in held]


def get_coordination(number: str, *, by: Actor) -> CoordinationView:
    """One of them, with what is already due settled.

    Raises:
        NotFound: there is no such application.
        NotAllowed: another agency leads the bundle.
    """
    led_application(number, by)
    settle_application(number)
    row = led_application(number, by)
    cases = list(row.cases.prefetch_related("pauses", "defects", "formalities").order_by("ordinal"))
    regimes = get_regimes({case.regime for case in cases})
    agencies = get_agencies({row.window, *(case.agency for case in cases)})
    nudges = timeline(case_numbers=[case.number for case in cases], kinds=[Nudged.kind])
    nudged = {one.case_number: clock.local(one.occurred_at).date() for one in nudges}
    around = _Around(row, cases, regimes, agencies, nudged)
    return CoordinationView(
        number=row.number,
        title=row.title,
        applicant=published_name(row.firm_name, row.applicant_name),
        window=agencies[row.window],
        submitted_at=row.submitted_at,
        closed=row.state == "closed",
        members=tuple(_member(case, around) for case in cases),
    )


def led_application(number: str, by: Actor) -> Application:
    """An application of a bundle that the officer's agency leads.

    Raises:
        NotFound, NotAllowed: as `get_coordination`.
    """
    row = (
        Application.objects.filter(pk=number).exclude(submitted_at=None).select_related("supplement").first()
    )
    if row is None:
        raise NotFound("没有这个编号的办件。")
    if by.kind != "officer" or row.bundle not in bundles_led_by(by.agency):
        raise NotAllowed("这一件事不由贵部门牵头，不能查看各成员的进度。")
    return row


def lost_predecessor(case: Case, cases: Sequence[Case], regimes: Mapping[str, RegimeTable]) -> Case | None:
    """The member that a waiting case needs and that ended without a grant: it can never be accepted."""
    if case.state != "submitted":
        return None
    for one in cases:
        ended = any(state.code == one.state and state.final for state in regimes[one.regime].states)
        if one.item in case.after and ended and one.state != "granted":
            return one
    return None


def _row(row: Application, regimes: Mapping[str, RegimeTable]) -> LedRow:
    cases = list(row.cases.all())
    ended = [case for case in cases if case.decided_on]
    return LedRow(
        number=row.number,
        title=row.title,
        applicant=published_name(row.firm_name, row.applicant_name),
        submitted_at=row.submitted_at,
        ended=len(ended),
        total=len(cases),
        stuck=any(lost_predecessor(case, cases, regimes) for case in cases),
    )


def _member(case: Case, around: _Around) -> MemberView:
    regime = around.regimes[case.regime]
    state = next(one for one in regime.states if one.code == case.state)
    lost = lost_predecessor(case, around.cases, around.regimes)
    return MemberView(
        number=case.number,
        title=case.title,
        agency=around.agencies[case.agency],
        state=case.state,
        state_title=state.title,
        final=state.final,
        accepted_on=case.accepted_on,
        due_on=case.promised_due_on,
        decided_on=case.decided_on,
        obstacle=_obstacle(case, around, regime, lost, final=state.final),
        stuck=lost is not None,
        nudged_on=around.nudged.get(case.number),
    )


def _obstacle(case: Case, around: _Around, regime: RegimeTable, lost: Case | None, *, final: bool) -> str:
    """What a member waits for, in a sentence; empty for one that has ended."""
    if final:
        return ""
    if lost:
        return say(
            "「{title}」没有办成，这一件办不下去：请和申请人商量撤回，或者单独申请。", title=lost.title
        )
    if around.row.state == "supplementing":
        return say("等申请人补正材料，{day} 前。", day=around.row.supplement.due_on)
    if case.state == "submitted":
        waits = [one.title for one in around.cases if one.item in case.after and one.state != "granted"]
        return say("等「{title}」办结。", title=waits[0]) if waits else "等窗口受理。"
    return _running_obstacle(case, regime)


def _running_obstacle(case: Case, regime: RegimeTable) -> str:
    if defect := next((one for one in case.defects.all() if one.confirmed_on is None), None):
        rectified = defect.rectified_on is not None
        return "等承办人复核整改。" if rectified else say("等申请人整改，{day} 前。", day=defect.due_on)
    if pause := next((one for one in case.pauses.all() if one.ends_on is None), None):
        return say("暂停计时：{ground}。", ground=pause.ground)
    holding = {one.code: one.title for one in regime.formalities if one.holds}
    held = next((one for one in case.formalities.all() if one.state == "open" and one.code in holding), None)
    if held:
        return say("等「{title}」结束。", title=holding[held.code])
    return "等批准人决定。" if next_role(regime, case.state) == "approver" else "等承办人审查。"
