"""Originals that the window keeps: its list, those of one application with the form, one with its slip and its return."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases.api import (
    PAGE,
    RETURN_WAYS,
    OriginalView,
    get_application,
    get_original,
    held_originals,
    originals_of,
    return_original,
    take_original,
)
from tongban.identity.api import get_agency
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.portals.counter.views.formalities import id_of
from tongban.portals.counter.views.home import frame
from tongban.portals.counter.views.intake import seen_of
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.slips import slip_file


@officers("window-clerk")
@require_safe
def originals(request: HttpRequest) -> HttpResponse:
    """What the window keeps, the oldest first; of the clerk alone by `mine`. Another page goes on by key."""
    who = actor(request)
    mine = bool(request.GET.get("mine"))
    rows = held_originals(who, after=id_of(request.GET.get("after", "")), keeper=who.key if mine else "")
    context = {
        **frame(who, here="originals"),
        "rows": rows,
        "mine": mine,
        "following": f"?{'mine=1&' if mine else ''}after={rows[-1].id}" if len(rows) == PAGE else "",
    }
    return render(request, "counter/originals.html", context)


@officers("window-clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def of_application(request: HttpRequest, number: str) -> HttpResponse:
    """Those of one application, and the form that takes another."""
    who = actor(request)
    view = get_application(number, by=who)
    problem: BadInput | None = None
    if request.method == "POST":
        pieces = request.POST.get("pieces", "").strip()
        try:
            made = take_original(
                number=view.number,
                title=request.POST.get("title", ""),
                pieces=int(pieces) if pieces.isascii() and pieces.isdigit() and len(pieces) < 5 else 0,
                reason=request.POST.get("reason", ""),
                by=who,
            )
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("counter:original", args=[made]))
    fields = [] if view.state in {"closed", "withdrawn"} else _taking(request, problem)
    context = {
        **frame(who, here="originals", keys=[("b", _("回到办件"))]),
        "application": view,
        "rows": originals_of(view.number),
        "fields": fields,
        "errors": errors_of(fields),
    }
    return render(request, "counter/originals_of.html", context, status=422 if problem else 200)


@officers("window-clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def original(request: HttpRequest, original: UUID) -> HttpResponse:
    """One: its slip, and giving it back."""
    who = actor(request)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            return_original(
                original=original,
                way=request.POST.get("way", ""),
                to=request.POST.get("to", ""),
                proof=request.POST.get("proof", ""),
                seen=seen_of(request),
                by=who,
            )
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(request.path)
    one = get_original(original, by=who)
    fields = _returning(request, one, problem) if one.held else []
    context = {
        **frame(who, here="originals", keys=[("p", _("打印凭单")), ("d", _("退还"))]),
        "one": one,
        "tag": held_tag(one),
        "rows": original_rows(one),
        "fields": fields,
        "errors": errors_of(fields),
    }
    return render(request, "counter/original.html", context, status=422 if problem else 200)


@officers("window-clerk")
@require_safe
def slip(request: HttpRequest, original: UUID) -> HttpResponse:
    """The slip, as the person has it."""
    one = get_original(original, by=actor(request))
    return slip_file(one, get_agency(actor(request).agency))


def held_tag(one: OriginalView) -> parts.Status:
    """Whether the window still has it."""
    if not one.held:
        return parts.Status(_("已退还"), "success")
    return parts.Status(_("办结未退"), "warning") if one.closed else parts.Status(_("窗口收存"), "info")


def original_rows(one: OriginalView) -> list[parts.Row]:
    """What is known of it, in the order in which it happened."""
    rows = [
        parts.Row(_("原件"), _("{title}，{n} 件").format(title=one.title, n=one.pieces)),
        parts.Row(_("用于"), f"{one.matter} {one.application}"),
        parts.Row(_("谁的"), one.applicant_name),
        parts.Row(_("收存原因"), one.reason),
        parts.Row(_("收存时间"), f"{clock.local(one.taken_at):%Y-%m-%d %H:%M}"),
        parts.Row(_("保管人"), one.keeper_name),
    ]
    if one.returned_at:
        rows += [
            parts.Row(_("退还时间"), f"{clock.local(one.returned_at):%Y-%m-%d %H:%M}"),
            parts.Row(_("退给"), _("{to}（{way}）").format(to=one.returned_to, way=one.way_words)),
            parts.Row(_("凭据"), one.proof),
        ]
    return rows


def _taking(request: HttpRequest, problem: BadInput | None) -> list[Field]:
    def field(name: str, **more: Any) -> Field:
        error = str(problem) if problem and problem.field == name else ""
        return Field(name=name, value=request.POST.get(name, more.pop("value", "")), error=error, **more)

    return [
        field("title", label=_("原件名称"), width="long"),
        field("pieces", label=_("件数"), kind="number", width="tiny", value="1"),
        field("reason", label=_("为什么要收存"), hint=_("核对以后能当场退还的，不要收存。")),
    ]


def _returning(request: HttpRequest, one: OriginalView, problem: BadInput | None) -> list[Field]:
    def field(name: str, **more: Any) -> Field:
        error = str(problem) if problem and problem.field == name else ""
        return Field(name=name, value=request.POST.get(name, more.pop("value", "")), error=error, **more)

    ways = tuple(Option(code, words) for code, words in RETURN_WAYS.items())
    return [
        field("way", label=_("怎样退还"), kind="radios", options=ways),
        field("to", label=_("退给谁"), value=one.applicant_name, width="long"),
        field("proof", label=_("凭据"), hint=_("出示的证件、委托书，或者邮件单号。")),
    ]
