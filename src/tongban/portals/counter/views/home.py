"""What waits for an officer: the window's intake, the agency's queue."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.cases.api import PAGE, intake_list
from tongban.identity.api import get_agency, role_titles
from tongban.journal.api import Actor
from tongban.participation.api import HANDLERS, OPERATOR
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor
from tongban.supervision.api import SPEAKERS

DECIDING_ROLES = ("examiner", "approver", "head")
ERASING_ROLES = ("data-officer", "security-officer")
KEEPING_ROLES = ("operator", "security-officer")
CATALOGUE_ROLES = ("resource-owner", "data-officer")
ISSUING_ROLES = (*DECIDING_ROLES, "resource-owner")
#: Where the work of a role lies; whoever holds several begins with the first.
_STARTS = (
    (("window-clerk",), "counter:intake-list"),
    (DECIDING_ROLES, "counter:queue"),
    (CATALOGUE_ROLES, "bureau:home"),
    (ERASING_ROLES, "counter:erasures"),
    ((OPERATOR,), "counter:hotline"),
    (("operator",), "counter:parked"),
    (("auditor",), "supervisor:search"),
)
#: What a queue's address may say: everybody's cases, of an item, of a group, and where the page begins.
_FILTERS = ("all", "item", "group", "after")


@officers()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Each officer starts where his work is."""
    who = actor(request)
    for roles, start in _STARTS:
        if any(who.has_role(role) for role in roles):
            return HttpResponseRedirect(reverse(start))
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


def frame(who: Actor, *, here: str = "", keys: Sequence[tuple[str, str]] = ()) -> dict[str, object]:
    """What stands around every page of an officer; `keys` are those of the page beside those of the columns."""
    titles = role_titles()
    return {
        "role_line": f"{get_agency(who.agency).name} · {'、'.join(titles.get(role, role) for role in sorted(who.roles))}",
        "takes_in": who.has_role("window-clerk"),
        "decides": any(who.has_role(role) for role in DECIDING_ROLES),
        "catalogues": any(who.has_role(role) for role in CATALOGUE_ROLES),
        "erases": any(who.has_role(role) for role in ERASING_ROLES),
        "operates": who.has_role("operator"),
        "guards": any(who.has_role(role) for role in KEEPING_ROLES),
        "issues": any(who.has_role(role) for role in ISSUING_ROLES),
        "owns": who.has_role("resource-owner"),
        "dispatches": who.has_role(OPERATOR),
        "answers": any(who.has_role(role) for role in HANDLERS),
        "speaks": any(who.has_role(role) for role in SPEAKERS),
        "here": here,
        "keys": [*_column_keys(who), *keys],
    }


def _column_keys(who: Actor) -> list[tuple[str, str]]:
    """The keys that open the columns an officer has (`counter/_nav.html` names the same)."""
    columns = [
        ("i", _("收件"), ("window-clerk",)),
        ("f", _("当面收件"), ("window-clerk",)),
        ("y", _("原件"), ("window-clerk",)),
        ("v", _("送达"), ("window-clerk",)),
        ("t", _("停机编号"), ("window-clerk",)),
        ("x", _("交接班"), ("window-clerk",)),
        ("w", _("日结"), ("window-clerk",)),
        ("q", _("待办"), DECIDING_ROLES),
        ("l", _("限期事务"), DECIDING_ROLES),
        ("u", _("代理"), DECIDING_ROLES),
        ("e", _("免申即享"), DECIDING_ROLES),
        ("m", _("资源目录"), CATALOGUE_ROLES),
        ("z", _("证照"), ISSUING_ROLES),
        ("g", _("共享码"), ("window-clerk", *DECIDING_ROLES)),
        ("j", _("数据校核"), ("resource-owner",)),
        ("c", _("差评"), ("window-clerk", *DECIDING_ROLES)),
        ("h", _("热线派单"), (OPERATOR,)),
        ("d", _("诉求"), HANDLERS),
        ("s", _("删除请求"), ERASING_ROLES),
        ("w", _("工作日历"), ("operator",)),
        ("t", _("停放的对象"), ("operator",)),
        ("k", _("密钥"), KEEPING_ROLES),
    ]
    own = [(key, title) for key, title, roles in columns if any(who.has_role(role) for role in roles)]
    return [*own, ("o", _("数据异议"))]


def back_to_queue(request: HttpRequest, number: str = "") -> str:
    """The queue as it stood when the case was opened: its filter and page, and the row of the case."""
    given = QueryDict(request.GET.get("from", ""))
    kept = {name: given[name] for name in _FILTERS if given.get(name)}
    row = f"#{number}" if number else ""
    return f"{reverse('counter:queue')}{'?' if kept else ''}{urlencode(kept)}{row}"
