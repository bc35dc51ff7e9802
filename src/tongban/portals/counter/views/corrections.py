"""校核: what others say is wrong in the agency's records, and its answers; and asking another agency to check."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.exchange.api import (
    CorrectionView,
    EvidenceView,
    answer_correction,
    answered_corrections,
    get_evidence,
    open_corrections,
    open_request,
    request_correction,
)
from tongban.identity.api import get_agencies
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import BadInput
from tongban.portals.counter.views.home import frame
from tongban.portals.counter.views.intake import seen_of
from tongban.portals.counter.views.objections import after_key
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.shown import correction_tag

PAGE = 50
_RIGHT = "right-"


@officers("resource-owner")
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """What the agency has to check, the most urgent first, paged by due day and id; below what it answered last."""
    who = actor(request)
    found = open_corrections(who, after=after_key(request.GET.get("after", "")), limit=PAGE + 1)
    rows = found[:PAGE]
    answered = answered_corrections(who)
    context = {
        **frame(who, here="corrections"),
        "rows": [(one, _names(one), _lamp(one)) for one in rows],
        "answered": [(one, _names(one), correction_tag(one.state)) for one in answered],
        "following": f"?after={rows[-1].due_on}_{rows[-1].evidence}" if len(found) > PAGE else "",
    }
    return render(request, "counter/corrections.html", context)


@officers("resource-owner")
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, evidence: UUID) -> HttpResponse:
    """One request beside the record as it stands, and the answer to it."""
    who = actor(request)
    view, held = open_request(evidence, by=who)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            answer_correction(
                evidence=evidence,
                outcome=request.POST.get("outcome", ""),
                words=request.POST.get("words", ""),
                values={
                    line[0]: request.POST[_RIGHT + line[0]]
                    for line in view.lines
                    if _RIGHT + line[0] in request.POST
                },
                seen=seen_of(request),
                by=who,
            )
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("counter:corrections"))
    fields = _answer_fields(request, view, held, problem)
    context = {
        **frame(who, here="corrections"),
        "view": view,
        "lamp": _lamp(view),
        "facts": _facts(view),
        "compared": _compared(view, held) if view.answered_on is None else [],
        "fields": fields,
        "errors": errors_of(fields),
    }
    return render(request, "counter/correction.html", context, status=422 if problem else 200)


@officers("window-clerk", "examiner", "approver")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, evidence: UUID) -> HttpResponse:
    """An agency that read a record says that it is wrong; its case goes on meanwhile."""
    who = actor(request)
    view = get_evidence(evidence, by=who)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            request_correction(
                evidence=evidence,
                items=request.POST.getlist("items"),
                stated=view.claims,
                reason=request.POST.get("reason", ""),
                by=who,
            )
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(f"{request.path}#state")
    fields = _ask_fields(request, view, problem)
    context = {
        **frame(who, here="queue"),
        "view": view,
        "provider": get_agencies([view.provider])[view.provider],
        "tag": correction_tag(view.correction.state) if view.correction else None,
        "fields": fields,
        "errors": errors_of(fields),
    }
    return render(request, "counter/correction_ask.html", context, status=422 if problem else 200)


def _names(one: CorrectionView) -> str:
    return "、".join(line[1] for line in one.lines)


def _lamp(one: CorrectionView) -> parts.Lamp:
    if one.answered_on:
        return parts.Lamp("green", _("已答复"))
    if one.state == "overdue":
        return parts.Lamp("red", _("超期，应在 {day} 前答复").format(day=one.due_on))
    last = one.due_on == clock.today()
    return parts.Lamp("yellow" if last else "green", _("{day} 前答复").format(day=one.due_on))


def _facts(view: CorrectionView) -> list[parts.Row]:
    askers = {
        "comparison": _("系统比对时发现与申请人填的不一致"),
        "linkage": _("数据专员比对时发现与别的登记簿不一致"),
        "person": _("本人"),
    }
    consumer = get_agencies([view.consumer])[view.consumer].name if view.consumer else _("本人查看时提出")
    return [
        parts.Row(_("数据"), view.resource_name),
        parts.Row(_("谁提出"), askers.get(view.asked_by, _("{agency}的工作人员").format(agency=consumer))),
        parts.Row(_("谁在用"), consumer),
        parts.Row(_("办件"), view.case_number or _("没有办件，不是办事时读的")),
        parts.Row(_("理由"), view.reason or _("没有另外说明")),
    ]


def _compared(view: CorrectionView, held: Mapping[str, Json] | None) -> list[parts.Compared]:
    """What it should be beside the record as it stands now."""
    shown = []
    for item, name, _read, right in view.lines:
        now = held.get(item) if held else None
        register = _("没有这条记录") if held is None else str(now if now is not None else _("空着"))
        shown.append(parts.Compared(name, right or _("没有写明"), register, same=right == str(now)))
    return shown


def _answer_fields(
    request: HttpRequest, view: CorrectionView, held: Mapping[str, Json] | None, problem: BadInput | None
) -> list[Field]:
    errors = {problem.field or "outcome": str(problem)} if problem else {}
    rights = [
        Field(
            name=_RIGHT + item,
            label=_("{name}改成").format(name=name),
            hint=_("选“更正”时填；登记簿在本平台的，会当场改好。"),
            value=request.POST.get(_RIGHT + item, right or str(held.get(item) or "")),
            required=False,
            error=errors.get(item, ""),
            width="long",
        )
        for item, name, _read, right in view.lines
        if held is not None
    ]
    return [
        Field(
            name="outcome",
            label=_("记录改不改"),
            kind="radios",
            options=(
                Option("corrected", _("更正"), _("记录确有错误")),
                Option("kept", _("不改"), _("核实后记录没有错，请在下面说明依据")),
            ),
            value=request.POST.get("outcome", ""),
            error=errors.get("outcome", ""),
        ),
        *rights,
        Field(
            name="words",
            label=_("给提出人的答复"),
            kind="textarea",
            value=request.POST.get("words", ""),
            error=errors.get("words", ""),
        ),
    ]


def _ask_fields(request: HttpRequest, view: EvidenceView, problem: BadInput | None) -> list[Field]:
    errors = {problem.field or "items": str(problem)} if problem else {}
    return [
        Field(
            name="items",
            label=_("哪几项不对"),
            kind="checkboxes",
            options=tuple(Option(item, name) for item, name in zip(view.items, view.item_names, strict=True)),
            values=tuple(request.POST.getlist("items")),
            error=errors.get("items", ""),
        ),
        Field(
            name="reason",
            label=_("为什么说它不对"),
            kind="textarea",
            hint=_("例如：现场核查时量得的面积与登记不同。"),
            value=request.POST.get("reason", ""),
            error=errors.get("reason", ""),
        ),
    ]


def correction_links(view_evidence: EvidenceView | None, who: Actor) -> tuple[tuple[str, str], ...]:
    """The way to ask for a check, for the agency that read the record."""
    if view_evidence is None or view_evidence.consumer != who.agency:
        return ()
    return ((_("请校核"), reverse("counter:correction-ask", args=[view_evidence.id])),)
