"""The window: compare, tell once what is missing, accept or refuse to. One page, nothing typed twice."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongban.cases.api import (
    ApplicationView,
    CaseView,
    MaterialView,
    accept_case,
    application_timeline,
    fetch_materials,
    get_application,
    originals_of,
    refuse_acceptance,
    tell_once,
)
from tongban.journal.api import StaleObject
from tongban.kernel.errors import BadInput
from tongban.portals.counter.views.home import frame
from tongban.portals.counter.views.presenting import present_link
from tongban.portals.counter.views.printed import papers_of
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.answered import answered
from tongban.portals.design.fields import Field, FieldError, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.shown import changes_since, events, handed_part, state_tag

REASON = "reason-"
REFUSE = "refuse-acceptance"


@officers("window-clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: HttpRequest, number: str) -> HttpResponse:
    """Everything of one application; beside it the one notice, with its preview, and refusing acceptance."""
    view = get_application(number, by=actor(request))
    reasons = _reasons(request)
    problem: BadInput | None = None
    stale: list[parts.Changed] = []
    if request.method == "POST" and "preview" not in request.POST:
        try:
            if request.POST.get("verb") == REFUSE:
                _refuse(request, view)
            else:
                tell_once(number=number, reasons=reasons, seen=seen_of(request), by=actor(request))
        except BadInput as bad:
            problem = bad
        except StaleObject as conflict:
            view = get_application(number, by=actor(request))
            stale = changes_since(view, application_timeline(view), conflict)
        else:
            return HttpResponseRedirect(request.path)
    fields = [
        _reason_field(one, reasons, request, problem) for one in view.materials if one.kind != "certificate"
    ]
    refusal = _refusal_fields(request, view, problem)
    accepted = any(case.accepted_on for case in view.cases)
    may_tell = view.state == "submitted" and view.supplement is None and not accepted
    context = {
        **frame(actor(request), here="intake", keys=_keys()),
        "application": view,
        "tag": state_tag(view.state, view.state_words),
        "groups": answer_rows(view),
        "materials": [
            handed_part(one, links=(*file_link(view, one), *present_link(view, one)))
            for one in view.materials
        ],
        "cases": [
            (case, state_tag(case.state, case.state_title), _obstacle(view, case)) for case in view.cases
        ],
        "fields": fields,
        "refusal": refusal,
        "refusal_open": any(field.error or field.value for field in refusal),
        "refusable": [case for case in view.cases if REFUSE in case.verbs],
        "errors": errors_of([*fields, *refusal]) or _general(problem),
        "preview": [(view.material(code).title, reason) for code, reason in reasons.items()],
        "stale": stale,
        "papers": papers_of(view, actor(request)),
        "originals": originals_of(view.number),
        "taken": "taken" in request.GET,
        "may_tell": may_tell,
        "given": [words for words in reasons.values() if words.strip()] if stale and not may_tell else [],
        "events": events(view, application_timeline(view)),
    }
    return render(request, "counter/intake.html", context, status=409 if stale else 422 if problem else 200)


@officers("window-clerk")
@require_POST
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Accept one case; its clock runs from the next day."""
    accept_case(number=number, seen=seen_of(request), by=actor(request))
    return HttpResponseRedirect(reverse("counter:intake", args=[number.rpartition("-")[0]]))


@officers("window-clerk")
@require_POST
def fetch_again(request: HttpRequest, number: str) -> HttpResponse:
    """Read again what a silent source did not answer."""
    view = get_application(number, by=actor(request))
    fetch_materials(view.number, by=actor(request))
    return HttpResponseRedirect(reverse("counter:intake", args=[number]))


def _keys() -> list[tuple[str, str]]:
    return [
        ("r", _("到一次性告知")),
        ("1 2 3", _("光标所在的材料：收、缺、不符")),
        ("p", _("到预览告知书")),
        ("a", _("到受理")),
        ("n", _("到不予受理")),
        ("h", _("收存原件")),
        ("b", _("回到收件")),
    ]


def seen_of(request: HttpRequest, name: str = "seen") -> int | None:
    """The version of the object that the form was made from."""
    seen = request.POST.get(name, "")
    return int(seen) if seen.isdigit() else None


def answer_rows(view: ApplicationView) -> list[tuple[str, list[parts.Row]]]:
    """The answers by page."""
    groups = []
    for page in view.guide.pages:
        rows = []
        for question in page.questions:
            rows += [parts.Row(*one) for one in answered(question, view.answers)]
        groups.append((page.title, rows))
    return groups


def file_link(view: ApplicationView, one: MaterialView) -> tuple[tuple[str, str], ...]:
    """The way to a material's file."""
    if one.document is None:
        return ()
    return ((_("打开文件"), reverse("counter:document", args=[view.number, one.code])),)


def _reasons(request: HttpRequest) -> dict[str, str]:
    chosen = request.POST.getlist("returned")
    return {code: request.POST.get(REASON + code, "") for code in chosen}


def _refuse(request: HttpRequest, view: ApplicationView) -> None:
    number = request.POST.get("refused", "")
    if number not in {case.number for case in view.cases}:
        raise BadInput(_("请选择不予受理哪一件。"), field="refused")
    seen, reason = seen_of(request, f"seen-{number}"), request.POST.get("reason", "")
    refuse_acceptance(number=number, reason=reason, seen=seen, by=actor(request))


def _refusal_fields(request: HttpRequest, view: ApplicationView, problem: BadInput | None) -> list[Field]:
    """Which case, and why; none while nothing may be refused."""
    options = tuple(Option(case.number, case.title) for case in view.cases if REFUSE in case.verbs)
    if not options:
        return []

    def field(name: str, **more: Any) -> Field:
        error = str(problem) if problem and problem.field == name else ""
        return Field(name=name, value=request.POST.get(name, ""), error=error, **more)

    hint = _("理由写入不予受理决定书，送达申请人。")
    return [
        field("refused", label=_("哪一件"), kind="radios", options=options),
        field("reason", label=_("不予受理的理由"), kind="textarea", hint=hint),
    ]


def _reason_field(
    one: MaterialView, reasons: dict[str, str], request: HttpRequest, problem: BadInput | None
) -> Field:
    name = REASON + one.code
    return Field(
        name=name,
        label=one.title,
        hint=one.outcome_words,
        value=request.POST.get(name, ""),
        values=(one.code,) if one.code in reasons else (),
        required=False,
        error=str(problem) if problem and problem.field == name else "",
    )


def _general(problem: BadInput | None) -> tuple[FieldError, ...]:
    return (FieldError("tell-once", str(problem)),) if problem else ()


def _obstacle(view: ApplicationView, case: CaseView) -> str:
    """Why a case cannot be accepted yet; empty if it can."""
    if case.state != "submitted":
        return ""
    if view.state == "supplementing":
        return _("等申请人补正")
    waiting = [
        other.title for other in view.cases if other.item.code in case.after and other.state != "granted"
    ]
    if waiting:
        return _("先办结「{title}」").format(title=waiting[0])
    missing = [
        one.title
        for one in view.materials
        if case.item.code in one.needed_by_codes and one.state in {"waiting", "returned"}
    ]
    return _("缺：{list}").format(list=_("、").join(missing)) if missing else ""
