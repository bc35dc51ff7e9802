"""The queue: the running cases of an agency by how soon they are due. What is asked for stands in the address."""

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.cases.api import (
    COUNT_MAX,
    GROUPS,
    PAGE,
    QueueRow,
    Wanted,
    count_groups,
    items_in_queue,
    queue,
    roles_today,
)
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.portals.counter.views.home import DECIDING_ROLES, frame
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option
from tongban.portals.design.language import days_unit
from tongban.portals.design.middleware import actor


def group_titles() -> dict[str, str]:
    """The groups in the order of their urgency."""
    return {
        "overdue": _("已超时"),
        "today": _("今天到期"),
        "soon": _("三天内到期"),
        "later": _("其余"),
    }


@officers(*DECIDING_ROLES)
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """Overdue, today, soon, the rest; first what waits for the officer's own roles. Another page goes on by key."""
    who = actor(request)
    everybody = bool(request.GET.get("all"))
    items = items_in_queue(who)
    wanted = wanted_of(request.GET, who)
    after = after_key(request.GET.get("after", ""))
    rows = queue(who, wanted, after=after)
    counts = count_groups(who, wanted)
    shown = sum(counts.values())
    came_from = request.GET.urlencode()
    groups = [
        parts.QueueGroup(
            title, tuple(queue_row(row, came_from) for row in rows if row.group == name), counts[name]
        )
        for name, title in group_titles().items()
    ]
    context = {
        **frame(who, here="queue"),
        "groups": [one for one in groups if one.rows],
        "shown": shown,
        "first_page": after is None,
        "fields": _filters(items, wanted),
        "following": _address(wanted, everybody, f"{rows[-1].due_on}_{rows[-1].number}")
        if len(rows) == PAGE
        else "",
        "filtered": bool(wanted.item or wanted.group),
        "all": everybody,
        "mine_url": _address(wanted, everybody=False),
        "all_url": _address(wanted, everybody=True),
        "plain_url": _address(Wanted(), everybody),
        "many": COUNT_MAX if max(counts.values()) > COUNT_MAX else 0,
    }
    return render(request, "counter/queue.html", context)


def wanted_of(said: QueryDict, who: Actor) -> Wanted:
    """What of the queue an address asks for: what waits for the officer, also for whom he stands in, or everything."""
    group = said.get("group", "")
    return Wanted(
        roles=frozenset() if said.get("all") else roles_today(who) & set(DECIDING_ROLES),
        item=said.get("item", ""),
        group=group if group in GROUPS else "",
    )


def case_address(number: str, came_from: str, *, onward: bool = False) -> str:
    """A case with the queue it was opened from; `onward` opens the next one when it is done."""
    said = {"from": came_from, "next": "1" if onward else ""}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{reverse('counter:case', args=[number])}{'?' if query else ''}{query}"


def after_key(text: str) -> tuple[date, str] | None:
    """The due day and number that a page goes on after; a mangled address begins at the beginning."""
    day, _underscore, number = text.partition("_")
    try:
        return date.fromisoformat(day), number
    except ValueError:
        return None


def _filters(items: dict[str, str], wanted: Wanted) -> list[Field]:
    by_item = (Option("", _("所有事项")), *(Option(code, title) for code, title in items.items()))
    by_group = (Option("", _("所有期限")), *(Option(code, title) for code, title in group_titles().items()))
    return [
        Field(name="item", label=_("事项"), kind="select", options=by_item, value=wanted.item, required=True),
        Field(
            name="group", label=_("到期"), kind="select", options=by_group, value=wanted.group, required=True
        ),
    ]


def _address(wanted: Wanted, everybody: bool, after: str = "") -> str:  # noqa: FBT001 - a filter of the page
    said = {"all": "1" if everybody else "", "item": wanted.item, "group": wanted.group, "after": after}
    return "?" + urlencode({name: value for name, value in said.items() if value})


def queue_row(row: QueueRow, came_from: str, *, onward: bool = False) -> parts.QueueRow:
    """A case of the queue as components show it, with the way to it."""
    colours: dict[str, parts.Colour] = {"overdue": "red", "today": "yellow", "soon": "yellow"}
    left = row.days_left or 0
    unit = days_unit("working_day", abs(left))
    words = _("超 {n} {unit}") if left < 0 else _("剩 {n} {unit}")
    stuck = {"approver": _("等批准"), "applicant": _("等申请人整改")}.get(row.waits_for, "")
    return parts.QueueRow(
        title=row.title,
        url=case_address(row.number, came_from, onward=onward),
        number=row.number,
        applicant=row.applicant_name,
        due=row.due_on or clock.today(),
        lamp=parts.Lamp(colours.get(row.group, "green"), words.format(n=abs(left), unit=unit)),
        stuck=stuck,
    )
