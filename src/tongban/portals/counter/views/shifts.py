"""Handing over and closing the day: what is open goes to a colleague, counted by both; a day is counted and closed."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.cases.api import (
    ShiftView,
    clerks,
    close_day,
    closed_days,
    figures_of,
    get_shift,
    hand_shift,
    open_work,
    recall_shift,
    shifts_of,
    take_shift,
)
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict
from tongban.portals.counter.views.home import frame
from tongban.portals.counter.views.intake import seen_of
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, FieldError, Option, errors_of
from tongban.portals.design.middleware import actor


@officers("window-clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def shifts(request: HttpRequest) -> HttpResponse:
    """What I have open, the form that hands it over, and the hand-overs of the window."""
    who = actor(request)
    problem: BadInput | Conflict | None = None
    if request.method == "POST":
        try:
            made = hand_shift(
                receiver=request.POST.get("receiver", ""),
                counted=number_of(request, "counted"),
                words=request.POST.get("words", ""),
                by=who,
            )
        except (BadInput, Conflict) as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("counter:shift", args=[made]))
    field = asking(request, problem)
    colleagues = tuple(Option(key, name) for key, name in clerks(who.agency).items() if key != who.key)
    fields = [
        field("receiver", label=_("交给谁"), kind="radios", options=colleagues),
        field("counted", label=_("清点原件，一共几件"), kind="number", width="tiny"),
        field("words", label=_("要交代的"), kind="textarea", required=False),
    ]
    context = {
        **frame(who, here="shifts", keys=[("d", _("交班"))]),
        "work": open_work(who),
        "rows": [(one, shift_tag(one), one.receiver == who.key) for one in shifts_of(who)],
        "fields": fields,
        "errors": errors_of(fields) or _general(problem),
    }
    return render(request, "counter/shifts.html", context, status=problem.status if problem else 200)


@officers("window-clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def shift(request: HttpRequest, shift: UUID) -> HttpResponse:
    """One hand-over: its lists; whoever receives counts again, whoever gave may recall."""
    who = actor(request)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            if request.POST.get("verb") == "recall":
                recall_shift(shift=shift, seen=seen_of(request), by=who)
            else:
                take_shift(
                    shift=shift,
                    counted=number_of(request, "counted"),
                    words=request.POST.get("words", ""),
                    seen=seen_of(request),
                    by=who,
                )
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(request.path)
    one = get_shift(shift, by=who)
    field = asking(request, problem)
    fields = []
    if one.state == "open" and one.receiver == who.key:
        fields = [
            field("counted", label=_("您清点的原件，一共几件"), kind="number", width="tiny"),
            field("words", label=_("说明"), kind="textarea", required=False),
        ]
    context = {
        **frame(who, here="shifts", keys=[("d", _("接班"))]),
        "one": one,
        "tag": shift_tag(one),
        "rows": _shift_rows(one),
        "fields": fields,
        "errors": errors_of(fields),
        "recallable": one.state == "open" and one.giver == who.key,
    }
    return render(request, "counter/shift.html", context, status=422 if problem else 200)


@officers("window-clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def days(request: HttpRequest) -> HttpResponse:
    """A day's figures beside the boxes for what was counted; the closed days below."""
    who = actor(request)
    day = _day(request)
    problem: BadInput | Conflict | None = None
    if request.method == "POST":
        try:
            counted = {name: number_of(request, name) for name in _counted_titles()}
            close_day(day=day, counted=counted, words=request.POST.get("words", ""), by=who)
        except (BadInput, Conflict) as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("counter:days"))
    figures, closed = figures_of(who.agency, day), closed_days(who)
    field = asking(request, problem)
    fields = []
    if all(one.day != day for one in closed):
        hint = _("系统里是 {n}")
        fields = [
            field(name, label=title, kind="number", width="tiny", hint=hint.format(n=figures[name]))
            for name, title in _counted_titles().items()
        ]
        words = _("清点的数和系统里的不一样时，写明差在哪里、为什么。")
        fields.append(field("words", label=_("差异说明"), kind="textarea", required=False, hint=words))
    titles = figure_titles()
    context = {
        **frame(who, here="days", keys=[("d", _("日结"))]),
        "day": day,
        "rows": [parts.Row(titles[name], str(number)) for name, number in figures.items()],
        "fields": fields,
        "errors": errors_of(fields) or _general(problem),
        "closed": [
            (
                one,
                [(title, one.figures[name], one.counted[name]) for name, title in _counted_titles().items()],
            )
            for one in closed
        ],
        "heads": list(_counted_titles().values()),
    }
    return render(request, "counter/days.html", context, status=problem.status if problem else 200)


def number_of(request: HttpRequest, name: str) -> int | None:
    """A whole number that was typed; None for anything else."""
    typed = request.POST.get(name, "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 8 else None


def shift_tag(one: ShiftView) -> parts.Status:
    """How a hand-over stands."""
    words: dict[str, tuple[str, parts.Tone]] = {
        "open": (_("等接班"), "warning"),
        "taken": (_("已接班"), "success"),
        "recalled": (_("已撤回"), "plain"),
    }
    return parts.Status(*words[one.state])


def figure_titles() -> dict[str, str]:
    """The figures of a day in their order."""
    return {
        "received": _("窗口收件"),
        "online": _("网上收件"),
        "papers": _("收下的纸质材料"),
        "taken": _("当天收存原件（件）"),
        "returned": _("当天退还原件（件）"),
        "pieces": _("收存中的原件（件）"),
        "serials_used": _("当天补录的停机编号"),
        "serials_left": _("没用的停机编号"),
    }


def _counted_titles() -> dict[str, str]:
    return {
        "received": _("窗口收件回执存根"),
        "papers": _("收下的纸质材料（份）"),
        "pieces": _("抽屉里的原件（件）"),
        "serials_left": _("手里的空白编号单（张）"),
    }


def _shift_rows(one: ShiftView) -> list[parts.Row]:
    rows = [
        parts.Row(_("交班"), f"{one.giver_name} · {clock.local(one.handed_at):%Y-%m-%d %H:%M}"),
        parts.Row(_("接班"), one.receiver_name),
        parts.Row(_("登记的原件"), _("{n} 件").format(n=one.pieces)),
        parts.Row(_("交班清点"), _("{n} 件").format(n=one.counted)),
    ]
    if one.words:
        rows.append(parts.Row(_("要交代的"), one.words))
    if one.recounted is not None and one.ended_at:
        rows.append(parts.Row(_("接班清点"), _("{n} 件").format(n=one.recounted)))
        rows.append(parts.Row(_("接班时间"), f"{clock.local(one.ended_at):%Y-%m-%d %H:%M}"))
    if one.answer:
        rows.append(parts.Row(_("接班说明"), one.answer))
    return rows


def _day(request: HttpRequest) -> date:
    """The day that the address names; today for a mangled one."""
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.today()


def _general(problem: BadInput | Conflict | None) -> tuple[FieldError, ...]:
    return (FieldError("main", str(problem)),) if problem else ()


def asking(request: HttpRequest, problem: BadInput | Conflict | None) -> Any:
    """Makes fields that keep what was typed and say what was wrong with it."""
    at = problem.field if isinstance(problem, BadInput) else None

    def field(name: str, **more: Any) -> Field:
        error = str(problem) if at == name else ""
        return Field(name=name, value=request.POST.get(name, ""), error=error, **more)

    return field
