"""Promises, templates and one's own papers; the check page; submitting; the receipt."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases.api import (
    ApplicationView,
    MaterialView,
    agree,
    ask_signatures,
    find_gaps,
    get_application,
    remove_document,
    submit_application,
)
from tongban.kernel.errors import BadAnswers, BadInput, NotFound
from tongban.portals.citizen.journey import place_of, split_pages
from tongban.portals.citizen.views.form import draft
from tongban.portals.citizen.views.presenting import wallet_links
from tongban.portals.citizen.views.signing import signing_tag
from tongban.portals.design import parts
from tongban.portals.design.access import people_and_agents
from tongban.portals.design.answered import answered
from tongban.portals.design.asked import take_files, upload_field
from tongban.portals.design.fields import Field, FieldError, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.shown import days_words, handed_part

#: The key under which stands what is wrong with whom a person names as co-applicant.
INVITED = "signatures"


@people_and_agents
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest, number: str) -> HttpResponse:
    """What replaces papers, and the papers that only she has. Files stay when something else is wrong."""
    view = draft(request, number)
    place = place_of(view, "papers")
    problems: dict[str, str] = {}
    if request.method == "POST":
        agree(number=number, materials=request.POST.getlist("agree"), by=actor(request))
        problems = take_files(request, view)
        if removed := request.POST.get("remove"):
            remove_document(number=number, material=removed, by=actor(request))
        elif not problems:
            problems = _invite(request, draft(request, number))
            if not problems and "stay" not in request.POST:
                return HttpResponseRedirect(place.after)
        if not problems:
            return HttpResponseRedirect(request.path)
        view = draft(request, number)
    fields = [
        upload_field(one.code, one.title, one.terms.hint, problems.get(one.code, ""))
        for one in _own(view, problems)
    ]
    signing = {one.material: one for one in view.signatures}
    replaced = [one for one in view.materials if one.kind in {"promise", "template"}]
    agreed = Field(
        name="agree",
        label=_("以下内容我已阅读"),
        kind="checkboxes",
        options=tuple(Option(one.code, _("我确认「{title}」").format(title=one.title)) for one in replaced),
        values=tuple(one.code for one in replaced if one.agreed),
    )
    context = {
        "application": view,
        "place": place,
        "replaced": replaced,
        "agreed": agreed,
        "fields": fields,
        "uploads": uploads(view),
        "wallet": wallet_links(view, in_person=actor(request).represents is None),
        "presented": [one.title for one in view.materials if one.presented],
        "signatures": [
            (
                one,
                signing.get(one.code),
                signing_tag(signing[one.code].state) if one.code in signing else None,
            )
            for one in view.materials
            if one.kind == "signature"
        ],
        "errors": (*errors_of(fields), *_uninvited(problems)),
    }
    return render(request, "citizen/papers.html", context, status=422 if problems else 200)


@people_and_agents
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, number: str) -> HttpResponse:
    """Everything once more, each with its way to change it; then submit. A second click changes nothing."""
    refused = ""
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            submit_application(number=number, seen=int(seen) if seen.isdigit() else None, by=actor(request))
        except BadInput as bad:
            refused = str(bad)  # the page below lists every gap
        else:
            return HttpResponseRedirect(reverse("citizen:receipt", args=[number]))
    view = draft(request, number)
    gaps = find_gaps(number, by=actor(request)) or ({"answers": refused} if refused else {})
    failed = request.method == "POST"
    context = {
        "application": view,
        "place": place_of(view, "check"),
        "groups": _groups(view),
        "materials": [handed_part(one) for one in view.materials if one.kind != "certificate"],
        "errors": tuple(FieldError(_target(view, code), words) for code, words in gaps.items())
        if failed
        else (),
        "gaps": list(gaps.values()),
    }
    return render(request, "citizen/check.html", context, status=422 if failed else 200)


@people_and_agents
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """What stands after submitting; may be opened again from a bookmark."""
    view = get_application(number, by=actor(request))
    if view.submitted_at is None or view.promised_on is None:
        raise NotFound(_("这份申请还没有提交。"))
    waiting = [case for case in view.cases if case.acceptance_due_on]
    steps = [parts.Step(_("今天起"), _("窗口核对材料；缺什么会一次说清。"))]
    if waiting and waiting[0].acceptance_due_on:
        day = days_words(waiting[0].acceptance_due_on)
        steps.append(
            parts.Step(_("{day}前").format(day=day), _("不说话即视为受理（行政许可法第三十二条）。"))
        )
    steps.append(parts.Step(_("{day}前").format(day=days_words(view.promised_on)), _("承诺全部办结。")))
    shown = parts.Receipt(
        number=view.number,
        title=_("已收到您的申请：{title}").format(title=view.title),
        promise=_("{n} 个办件，一张表，一个承诺").format(n=len(view.cases)),
        steps=tuple(steps),
        contact=f"{view.window_name} {view.window_phone}",
        ledger=_("提交已记入账本，谁也改不了。"),
        ledger_url="" if actor(request).represents else reverse("citizen:ledger", args=[number]),
    )
    context = {
        "application": view,
        "receipt": shown,
        "materials": [handed_part(one) for one in view.materials],
    }
    return render(request, "citizen/receipt.html", context)


def _invite(request: HttpRequest, view: ApplicationView) -> dict[str, str]:
    """Ask the co-applicants who were not asked yet; what is wrong with their names is one sentence."""
    if not any(one.kind == "signature" and one.state != "ready" for one in view.materials):
        return {}
    try:
        ask_signatures(number=view.number, by=actor(request))
    except BadAnswers as bad:
        return {INVITED: " ".join(bad.problems.values())}
    return {}


def _uninvited(problems: Mapping[str, str]) -> tuple[FieldError, ...]:
    return (FieldError("signatures", problems[INVITED]),) if INVITED in problems else ()


def uploads(view: ApplicationView) -> list[parts.Upload]:
    """The files taken so far."""
    return [
        parts.Upload(one.code, one.document.name, one.document.size, one.title)
        for one in view.materials
        if one.document
    ]


def _own(view: ApplicationView, problems: Mapping[str, str]) -> list[MaterialView]:
    """What still waits for a file of her own, or had a wrong one sent in the place of the one that is there."""
    return [one for one in view.materials if one.by_hand and (one.document is None or one.code in problems)]


def _groups(view: ApplicationView) -> list[tuple[str, list[parts.Row]]]:
    """The answers by page, each with its way back."""
    first, rest = split_pages(view)
    groups = []
    for page in [*first, *rest]:
        url = reverse("citizen:page", args=[view.number, page.code]) + "?back=check"
        rows = []
        for question in page.questions:
            rows += [parts.Row(*one, action_url=url) for one in answered(question, view.answers)]
        groups.append((page.title, rows))
    return groups


def _target(view: ApplicationView, code: str) -> str:
    """Where an error of the check page leads: ids on this page."""
    return "materials" if any(one.code == code for one in view.materials) else "answers"
