"""What waits for an officer: the window's intake, the agency's queue."""

from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.cases.api import PAGE, QueueRow, intake_list, queue
from tongban.identity.api import get_agency, role_titles
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.language import days_unit
from tongban.portals.design.middleware import actor

DECIDING_ROLES = ("examiner", "approver")
ERASING_ROLES = ("data-officer", "security-officer")
_GROUPS: Mapping[str, str] = {"overdue": "已超时", "today": "今天到期", "soon": "三天内到期", "later": "其余"}


@officers()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Each officer starts where his work is."""
    who = actor(request)
    if who.has_role("window-clerk"):
        return HttpResponseRedirect(reverse("counter:intake-list"))
    if any(who.has_role(role) for role in DECIDING_ROLES):
        return HttpResponseRedirect(reverse("counter:queue"))
    if any(who.has_role(role) for role in ERASING_ROLES):
        return HttpResponseRedirect(reverse("counter:erasures"))
    if who.has_role("operator"):
        return HttpResponseRedirect(reverse("counter:parked"))
    if who.has_role("auditor"):
        return HttpResponseRedirect(reverse("supervisor:search"))
    return render(request, "counter/home.html", frame(who))


@officers("window-clerk")
@require_safe
def intakes(request: HttpRequest) -> HttpResponse:
    """Applications at this window, by what they wait for."""
    who = actor(request)
    after = request.GET.get("after", "")
    waiting = intake_list(who, state="submitted", after=after)
    context = {
        **frame(who, here="intake"),
        "waiting": waiting,
        "supplementing": intake_list(who, state="supplementing"),
        "after": waiting[-1].number if len(waiting) == PAGE else "",
    }
    return render(request, "counter/intakes.html", context)


@officers(*DECIDING_ROLES)
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """The open cases of the agency: overdue, today, soon, the rest."""
    who = actor(request)
    mine = "" if request.GET.get("all") else "mine"
    rows = queue(who, after=_after(request.GET.get("after", "")))
    shown = [row for row in rows if not mine or who.has_role(row.waits_for)]
    groups = [
        parts.QueueGroup(title, tuple(_row(row) for row in shown if row.group == name))
        for name, title in _GROUPS.items()
    ]
    context = {
        **frame(who, here="queue"),
        "groups": groups,
        "shown": len(shown),
        "hidden": len(rows) - len(shown),
        "after": f"{rows[-1].due_on}_{rows[-1].number}" if len(rows) == PAGE else "",
        "all": not mine,
    }
    return render(request, "counter/queue.html", context)


def _after(text: str) -> tuple[date, str] | None:
    """The due day and number that a page goes on after; a mangled address begins at the beginning."""
    day, _underscore, number = text.partition("_")
    try:
        return date.fromisoformat(day), number
    except ValueError:
        return None


def frame(who: Actor, *, here: str = "") -> dict[str, object]:
    """What stands around every page of an officer."""
    titles = role_titles()
    return {
        "role_line": f"{get_agency(who.agency).name} · {'、'.join(titles.get(role, role) for role in sorted(who.roles))}",
        "takes_in": who.has_role("window-clerk"),
        "decides": any(who.has_role(role) for role in DECIDING_ROLES),
        "erases": any(who.has_role(role) for role in ERASING_ROLES),
        "operates": who.has_role("operator"),
        "here": here,
    }


def _row(row: QueueRow) -> parts.QueueRow:
    colours: dict[str, parts.Colour] = {"overdue": "red", "today": "yellow", "soon": "yellow"}
    left = row.days_left or 0
    unit = days_unit("working_day", abs(left))
    words = _("超 {n} {unit}") if left < 0 else _("剩 {n} {unit}")
    stuck = {"approver": _("等批准"), "applicant": _("等申请人整改")}.get(row.waits_for, "")
    return parts.QueueRow(
        title=row.title,
        url=reverse("counter:case", args=[row.number]),
        number=row.number,
        applicant=row.applicant_name,
        due=row.due_on or clock.today(),
        lamp=parts.Lamp(colours.get(row.group, "green"), words.format(n=abs(left), unit=unit)),
        stuck=stuck,
    )
