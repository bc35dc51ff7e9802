"""My affairs: the list, one application with its clocks and timeline, its figures, its proofs."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.cases.api import (
    ApplicationView,
    CaseView,
    Figure,
    ListRow,
    MaterialView,
    application_timeline,
    get_application,
    interests_of,
    my_applications,
    originals_of,
    parts_to_sign,
    rated_cases,
    summarise,
)
from tongban.certificates.api import certificates_of
from tongban.documents.api import read_document
from tongban.identity.api import get_firms_of
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.ledger.api import log_heads, prove
from tongban.notices.api import count_new
from tongban.portals.citizen.views.procedure import steps_words
from tongban.portals.citizen.views.signing import signing_tag
from tongban.portals.design import parts
from tongban.portals.design.access import people, people_and_agents
from tongban.portals.design.formal import formality_status
from tongban.portals.design.middleware import actor
from tongban.portals.design.shown import (
    case_clocks,
    days_words,
    due_event,
    events,
    handed_part,
    span_words,
    state_tag,
)
from tongban.services.api import entitled_of

#: What was done last stands open on the case page; what was done before opens below it.
NEWEST_STEPS = 5


@people_and_agents
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everything of hers: what waits for her first."""
    who = actor(request)
    rows = my_applications(who)
    person = who.person
    context = {
        "rows": [(row, state_tag(row.state, row.state_words), _row_url(row)) for row in rows],
        "waiting": [(row, _row_url(row)) for row in rows if row.state in {"preparing", "supplementing"}],
        "certificates": len(certificates_of(person)) if person and not who.represents else 0,
        "new_notices": _new_notices(person) if person and not who.represents else 0,
        "entitled": entitled_of(person) if person and not who.represents else [],
        "to_sign": [(one, signing_tag(one.state)) for one in parts_to_sign(who)],
        "interests": [(one, formality_status(one.view)) for one in interests_of(who)],
        "here": "mine",
    }
    return render(request, "citizen/home.html", context)


@people_and_agents
@require_safe
def application(request: HttpRequest, number: str) -> HttpResponse:
    """One application: what happens now, by whom, until when; then everything that happened."""
    view = get_application(number, by=actor(request))
    in_person = actor(request).represents is None
    ahead = [event for case in view.cases if (event := due_event(case))]
    past = events(view, application_timeline(view))
    rated = rated_cases([case.number for case in view.cases if case.final])
    context = {
        "application": view,
        "tag": state_tag(view.state, view.state_words),
        "lede": _lede(view),
        "halves": _halves(view),
        "cases": [_case(case, rated, in_person=in_person) for case in view.cases],
        "materials": [handed_part(one, links=_links(view, one)) for one in view.materials],
        "events": [*ahead, *past[:NEWEST_STEPS]],
        "earlier": past[NEWEST_STEPS:],
        "defects": [(case, case.open_defect) for case in view.cases if case.open_defect],
        "originals": originals_of(view.number),
        "in_person": in_person,
        "here": "mine",
    }
    return render(request, "citizen/application.html", context)


@people
@require_safe
def summary(request: HttpRequest, number: str) -> HttpResponse:
    """Before and after, each figure with the rows behind it."""
    view = get_application(number, by=actor(request))
    counted = summarise(view)
    context = {
        "application": view,
        "summary": counted,
        "figures": [_figure(one) for one in counted.figures],
        "here": "mine",
    }
    return render(request, "citizen/summary.html", context)


@people
@require_safe
def ledger(request: HttpRequest, number: str) -> HttpResponse:
    """Where every act of the application stands in the log, and how to check it without us."""
    view = get_application(number, by=actor(request))
    head = next(one for one in log_heads() if one.origin == "acts")
    acts = application_timeline(view)
    logged = [act for act in acts if act.log_index is not None and act.log_index < head.size]
    newest = logged[-1] if logged else None
    proof = (
        parts.Proof(
            origin=head.name,
            index=newest.log_index or 0,
            size=head.size,
            at=clock.local(head.signed_at),
            command=f"tongban verify {newest.kind}.tlog-proof",
            download_url=reverse("citizen:proof", args=[view.number, newest.id]),
        )
        if newest
        else None
    )
    rows = [(act, reverse("citizen:proof", args=[view.number, act.id])) for act in logged]
    context = {
        "application": view,
        "proof": proof,
        "rows": rows,
        "waiting": len(acts) - len(logged),
        "here": "mine",
    }
    return render(request, "citizen/ledger.html", context)


@people
@require_safe
def proof(request: HttpRequest, number: str, entry: UUID) -> HttpResponse:
    """The proof of one act of hers, with her own private part opened."""
    view = get_application(number, by=actor(request))
    act = next((one for one in application_timeline(view) if one.id == entry), None)
    if act is None:
        raise NotFound(_("这件事里没有这一条记录。"))
    response = HttpResponse(
        prove(entry, for_subjects=[view.applicant]), content_type="text/plain; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{act.kind}.tlog-proof"'
    return response


@people_and_agents
@require_safe
def document(request: HttpRequest, number: str, material: str) -> HttpResponse:
    """A file she handed in."""
    view = get_application(number, by=actor(request))
    held = next((one.document for one in view.materials if one.code == material), None)
    if held is None:
        raise NotFound(_("这份材料没有上传文件。"))
    shown, data = read_document(held.id)
    response = HttpResponse(data, content_type=shown.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _row_url(row: ListRow) -> str:
    name = "citizen:resume" if row.state == "preparing" else "citizen:application"
    return reverse(name, args=[row.number])


def _lede(view: ApplicationView) -> str:
    """What happens now, in one sentence."""
    if view.state == "supplementing" and view.supplement:
        return _("请在 {day} 前补齐窗口一次告知的材料。").format(day=days_words(view.supplement.due_on))
    if any(case.open_defect for case in view.cases):
        return _("有一处需要您整改，整改期间时限照走。")
    if view.state == "withdrawn":
        return _("这份草稿没有提交，已经作废；为它取的数据已经删除。")
    if view.state == "closed":
        return _ended(view)
    busy = [case for case in view.cases if not case.final and case.accepted_on]
    if not busy:
        return _("{window}正在核对材料。").format(window=view.window_name)
    soonest = min(busy, key=lambda case: case.promised_due_on or case.legal_due_on or clock.today())
    left = max(soonest.clocks.promised.left, 0) if soonest.clocks else 0
    unit = _("个工作日") if soonest.item.promised.unit == "working_day" else _("日")
    words = _("{agency}正在办理「{title}」，承诺还剩 {n} {unit}。")
    return words.format(agency=soonest.agency_name, title=soonest.title, n=left, unit=unit)


def _ended(view: ApplicationView) -> str:
    """How it ended; where not everything was granted, what holds all the same."""
    granted = sum(case.state in {"granted", "advised"} for case in view.cases)
    if granted == len(view.cases):
        return _("全部办结。")
    words = _("全部办结：{all} 件里办成 {granted} 件，没有办成 {others} 件。")
    said = words.format(all=len(view.cases), granted=granted, others=len(view.cases) - granted)
    return said + _("办成的照样有效，不受没有办成的影响；没有办成的可以另行申请。") if granted else said


def _halves(view: ApplicationView) -> list[str]:
    """Of a bundle that goes on: what was refused or withdrawn, and which members cannot go on without it."""
    lost = [case for case in view.cases if case.final and case.state not in {"granted", "advised"}]
    if view.state == "closed" or not lost:
        return []
    said = []
    for case in lost:
        needing = [one.title for one in view.cases if case.item.code in one.after and not one.final]
        words = _("「{title}」：{state}。").format(title=case.title, state=case.state_title)
        if needing:
            words += _("要等它办成的{list}办不下去，请撤回，或者问窗口怎样单独申请。").format(
                list=_("、").join(needing)
            )
        else:
            words += _("其他几件照常办，不受影响。")
        said.append(words)
    return said


def _case(case: CaseView, rated: Mapping[str, int], *, in_person: bool) -> dict[str, object]:
    may_rate = in_person and case.final and case.state != "withdrawn"
    return {
        "case": case,
        "in_person": in_person,
        "rating_words": (_("看我的评价") if case.number in rated else _("评价这一件")) if may_rate else "",
        "tag": state_tag(case.state, case.state_title),
        "clocks": case_clocks(case),
        "wallet_url": reverse("citizen:case-wallet", args=[case.number])
        if in_person and not case.final and case.item.result.certificate
        else "",
        "steps_words": steps_words(case) if in_person else "",
        "certificate_url": reverse("citizen:certificate", args=[case.decision.certificate])
        if in_person and case.decision and case.decision.certificate
        else "",
    }


def _links(view: ApplicationView, one: MaterialView) -> tuple[tuple[str, str], ...]:
    file = reverse("citizen:document", args=[view.number, one.code])
    files = ((_("打开文件"), file),) if one.document else ()
    wrong = reverse("citizen:correction", args=[one.evidence.id]) if one.evidence else ""
    return (*files, (_("不对？"), wrong)) if wrong else files


def _figure(one: Figure) -> parts.Figure:
    before = "—" if one.before is None else one.before
    mixed = one.span is not None and bool(one.calendar_days)
    delta = "" if one.before is None or mixed else f"{one.after - one.before:+d}".replace("-", "−")
    after = span_words(one.span) if one.span and mixed else one.after
    unit = "" if mixed else one.unit
    rows = [(name, value, "") for name, value in one.rows_before] + [
        (name, "", value) for name, value in one.rows_after
    ]
    return parts.Figure(one.title, before, after, delta, unit, tuple(rows))


def _new_notices(person: UUID) -> int:
    return count_new(person, firms=[firm.subject for firm in get_firms_of(person)])
