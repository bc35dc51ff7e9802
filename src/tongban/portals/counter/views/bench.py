"""The workbench of one case: facts left, what may be done now right. Two officers at once: the second is told."""

from collections.abc import Callable, Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases.api import (
    ApplicationView,
    CaseView,
    application_timeline,
    confirm_rectified,
    decide,
    examine,
    find_defect,
    get_application,
    handlers,
    inspect,
    originals_of,
    pause_case,
    resume_case,
    steps_for,
)
from tongban.documents.api import read_document
from tongban.journal.api import Actor, StaleObject
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.counter.formality_forms import formality_forms
from tongban.portals.counter.forms import Form, forms_for
from tongban.portals.counter.steps import ACTS as FORMALITY_ACTS
from tongban.portals.counter.views.beside import Beside, beside_of
from tongban.portals.counter.views.corrections import correction_links
from tongban.portals.counter.views.home import DECIDING_ROLES, back_to_queue, frame
from tongban.portals.counter.views.intake import answer_rows, file_link, seen_of
from tongban.portals.counter.views.printed import papers_of
from tongban.portals.counter.views.shared import copy_links
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import errors_of
from tongban.portals.design.formal import NIL, formal_parts, names_around
from tongban.portals.design.middleware import actor, typed
from tongban.portals.design.shown import case_clocks, changes_since, events, handed_part, state_tag

Do = Callable[[HttpRequest, str, int | None, Actor], None]


@officers(*DECIDING_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case; a form that was sent back keeps what was typed."""
    view, shown = _find(request, number)
    beside = beside_of(request, number)
    sent = request.POST.get("verb", "")
    problem: BadInput | None = None
    stale: list[parts.Changed] = []
    if request.method == "POST":
        act = _ACTS.get(sent)
        if act is None:
            raise NotFound(_("没有这一步。"))
        try:
            act(request, number, seen_of(request), actor(request))
        except BadInput as bad:
            problem = bad
        except StaleObject as conflict:
            view, shown = _find(request, number)
            stale = changes_since(view, application_timeline(view), conflict)
        else:
            return HttpResponseRedirect(_onward(request, number, beside))
    who = actor(request)
    steps = steps_for(shown, window=view.window, by=who)
    forms = [
        *forms_for(shown, steps, who, request.POST, problem),
        *formality_forms(view, shown, steps, who, given=request.POST, problem=problem),
    ]
    context = {
        **frame(who, here="queue", keys=_keys()),
        "back_url": back_to_queue(request, number),
        "beside": beside,
        "application": view,
        "case": shown,
        "tag": state_tag(shown.state, shown.state_title),
        "clocks": case_clocks(shown),
        "compared": _compared(view, shown),
        "groups": answer_rows(view),
        "materials": [
            handed_part(
                one,
                links=(
                    *file_link(view, one),
                    *correction_links(one.evidence, who),
                    *copy_links(one.evidence, kind=one.kind, agency=who.agency),
                ),
            )
            for one in view.materials
            if shown.item.code in one.needed_by_codes
        ],
        "formal": formal_parts(
            shown.formalities,
            about=names_around(view, shown),
            letter=reverse("counter:letter-pdf", args=[number, NIL]),
        ),
        "deputised": _deputised(shown),
        "events": events(view, [one for one in application_timeline(view) if one.object == f"case:{number}"]),
        "forms": forms,
        "errors": tuple(error for form in forms for error in errors_of(form.fields)),
        "why": _why(shown, who, forms),
        "stale": stale,
        "given": typed(request) if stale and sent not in {form.verb for form in forms} else [],
        "papers": papers_of(view, who, of=shown),
        "originals": originals_of(view.number),
    }
    return render(request, "counter/case.html", context, status=409 if stale else 422 if problem else 200)


@officers()
@require_safe
def document(request: HttpRequest, number: str, material: str) -> HttpResponse:
    """A file of an application, for officers who may open the application."""
    view = get_application(number, by=actor(request))
    held = next((one.document for one in view.materials if one.code == material), None)
    if held is None:
        raise NotFound(_("这份材料没有上传文件。"))
    shown, data = read_document(held.id)
    response = HttpResponse(data, content_type=shown.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _keys() -> list[tuple[str, str]]:
    return [("d", _("要办的")), ("n", _("下一件")), ("p", _("上一件")), ("b", _("回到待办"))]


def _onward(request: HttpRequest, number: str, beside: Beside) -> str:
    """Where to after a step: the case again while it waits for the officer; else the next one, or the queue."""
    _view, after = _find(request, number)
    if beside.onward and beside.following and not beside_of(request, number).place:
        return beside.following
    return back_to_queue(request) if after.final else request.get_full_path()


def _find(request: HttpRequest, number: str) -> tuple[ApplicationView, CaseView]:
    view = get_application(number, by=actor(request))
    found = next((one for one in view.cases if one.number == number), None)
    if found is None:
        raise NotFound(_("没有这个编号的办件。"))
    return view, found


def _inspect(request: HttpRequest, number: str, seen: int | None, by: Actor) -> None:
    officers_there = request.POST.getlist("officers")
    inspect(number=number, officers=officers_there, finding=request.POST.get("finding", ""), seen=seen, by=by)


def _find_defect(request: HttpRequest, number: str, seen: int | None, by: Actor) -> None:
    try:
        due_on = date.fromisoformat(request.POST.get("due_on", ""))
    except ValueError:
        raise BadInput(_("请填写整改期限，例如 2026-12-10。"), field="due_on") from None
    find_defect(number=number, words=request.POST.get("words", ""), due_on=due_on, seen=seen, by=by)


def _examine(request: HttpRequest, number: str, seen: int | None, by: Actor) -> None:
    words = request.POST.get("opinion", "")
    try:
        examine(number=number, proposes=request.POST.get("proposes", ""), words=words, seen=seen, by=by)
    except BadInput as bad:
        raise BadInput(str(bad), field="opinion" if bad.field == "words" else bad.field) from bad


def _decide(request: HttpRequest, number: str, seen: int | None, by: Actor) -> None:
    words = request.POST.get("reasons", "")
    try:
        decide(number=number, result=request.POST.get("result", ""), words=words, seen=seen, by=by)
    except BadInput as bad:
        raise BadInput(str(bad), field="reasons" if bad.field == "words" else bad.field) from bad


_ACTS: Mapping[str, Do] = {
    "inspect": _inspect,
    "find-defect": _find_defect,
    "confirm-rectified": lambda _r, number, seen, by: confirm_rectified(number=number, seen=seen, by=by),
    "pause": lambda r, number, seen, by: pause_case(
        number=number, ground=r.POST.get("ground", ""), seen=seen, by=by
    ),
    "resume": lambda _r, number, seen, by: resume_case(number=number, seen=seen, by=by),
    "examine": _examine,
    "decide": _decide,
    **FORMALITY_ACTS,
}


def _deputised(shown: CaseView) -> str:
    """By whom it was decided for whom, where somebody stood in."""
    made = shown.decision
    if made is None or not made.deputy_for:
        return ""
    names = handlers(shown.agency)
    words = _("由{deputy}（代{officer}）批准。")
    return words.format(
        deputy=names.get(made.officer, made.officer), officer=names.get(made.deputy_for, made.deputy_for)
    )


def _compared(view: ApplicationView, shown: CaseView) -> list[parts.Compared]:
    """What she stated beside what the sources hold, for the materials of this case."""
    found = []
    for one in view.materials:
        if one.evidence is None or shown.item.code not in one.needed_by_codes:
            continue
        names = dict(zip(one.evidence.items, one.evidence.item_names, strict=True))
        for item, same in one.evidence.compared.items():
            held = str(one.evidence.values.get(item) or _("只核对，不给内容"))
            claim = one.evidence.claims.get(item, "")
            found.append(
                parts.Compared(names.get(item, item), claim, held, one.evidence.resource_name, same=same)
            )
    return found


def _why(shown: CaseView, who: Actor, forms: list[Form]) -> str:
    if forms:
        return _("由您办理：{agency}是决定机关，您有这一步的岗位。").format(agency=shown.agency_name)
    if shown.state == "rectifying" and shown.open_defect:
        return _("等申请人整改，期限 {day}；计时照走。").format(day=shown.open_defect.due_on)
    if shown.opinion and shown.opinion.officer == who.key:
        return _("您已提出审查意见，由另一位批准人决定。")
    return _("现在没有需要您做的。")
