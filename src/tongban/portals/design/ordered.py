"""What pages show of an order: its state, its lamp, its rows, its clocks and what happened to it."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.identity.api import AgencyView, get_agencies
from tongban.journal.api import EntryView
from tongban.kernel import clock
from tongban.participation.api import OrderView
from tongban.portals.design import parts
from tongban.portals.design.language import day_words
from tongban.portals.design.shown import clock_part
from tongban.services.api import get_items

ORIGINS: Mapping[str, str | Promise] = {
    "page": gettext_lazy("网上提出"),
    "phone": gettext_lazy("来电"),
    "window": gettext_lazy("来窗口"),
    "system": gettext_lazy("热线系统报送"),
    "rating": gettext_lazy("差评转来"),
}
STATES: Mapping[str, str | Promise] = {
    "received": gettext_lazy("待派单"),
    "dispatched": gettext_lazy("办理中"),
    "answered": gettext_lazy("已答复，等本人说解决没有"),
    "closed": gettext_lazy("已办结"),
}


def order_tag(view: OrderView) -> parts.Status:
    """Its state in a word."""
    if view.state == "closed":
        if view.closed_by == "deadline":
            return parts.Status(_("到期办结"))
        return (
            parts.Status(_("本人说已解决"), "success")
            if view.solved
            else parts.Status(_("本人办结"))
            if view.solved is None
            else parts.Status(_("本人说没有解决"), "warning")
        )
    return parts.Status(STATES[view.state], "info" if view.state == "answered" else "plain")


def order_lamp(view: OrderView) -> parts.Lamp:
    """Who has to do what until when; red once it is over."""
    if view.state == "received":
        words = _("{moment} 前派单").format(moment=f"{clock.local(view.dispatch_by):%m-%d %H:%M}")
        return parts.Lamp("red" if view.overdue else "green", words)
    if view.state == "dispatched" and view.due_on:
        colour = "red" if view.overdue else "yellow" if view.due_on == clock.today() else "green"
        return parts.Lamp(colour, _("{day} 前答复").format(day=view.due_on))  # type: ignore[arg-type]
    if view.state == "answered" and view.confirm_by:
        return parts.Lamp("none", _("{day} 前可以说没有解决").format(day=view.confirm_by))
    return parts.Lamp("none", _("已办结"))


def order_rows(view: OrderView, *, staff: bool) -> list[parts.Row]:
    """What there is to say of it; who called and how she is reached only for those who work on it."""
    item = get_items([view.item]).get(view.item) if view.item else None
    agencies = get_agencies({view.agency, view.suggested} - {""})
    names = {code: one.name for code, one in agencies.items()}
    said = [
        (_("类型"), view.class_title),
        (_("紧急程度"), view.urgency_title),
        (_("来源"), str(ORIGINS[view.origin])),
        (_("事项"), item.title if item else ""),
        (_("办件"), view.case_number),
        (_("承办部门"), names.get(view.agency, "") or _("还没有派给部门")),
        (_("提出"), f"{clock.local(view.received_at):%Y-%m-%d %H:%M}"),
        (_("来电人"), view.caller if staff else ""),
        (_("回访电话"), view.contact if staff else ""),
        (_("退单"), _("{n} 次").format(n=view.returns) if view.returns and staff else ""),
        (_("重办"), _("{n} 次").format(n=view.reopened) if view.reopened else ""),
    ]
    return [parts.Row(term, value) for term, value in said if value]


def order_clocks(view: OrderView) -> list[parts.Clock]:
    """The answer's clock with its sum."""
    if view.clock is None:
        return []
    began = _("{day} 派单，当天不计").format(day=day_words(view.clock.start))
    return [clock_part(_("答复时限"), view.clock, began=began)]


def order_events(acts: Sequence[EntryView]) -> list[parts.Event]:
    """What happened, newest first; one query for the agencies."""
    agencies = get_agencies(
        {one.agency for one in acts if one.agency}
        | {str(one.content.get("agency")) for one in acts if one.content.get("agency")}
    )
    return [
        parts.Event(
            at=clock.local(one.occurred_at),
            actor=_actor(one, agencies),
            what=one.title,
            detail=_detail(one, agencies),
        )
        for one in reversed(acts)
        if one.kind != "order.viewed.v1"
    ]


def case_link(view: OrderView, *, staff: bool) -> str:
    """Where the case of an order is looked at."""
    if not view.case_number:
        return ""
    if staff:
        return reverse("counter:case", args=[view.case_number])
    return reverse("citizen:application", args=[view.case_number.rpartition("-")[0]])


def _actor(entry: EntryView, agencies: Mapping[str, AgencyView]) -> str:
    if entry.actor.startswith("system:"):
        return _("系统自动记录")
    if entry.actor.startswith("s") and not entry.actor.startswith("subsystem:"):
        return _("提出人")
    return agencies[entry.agency].name if entry.agency in agencies else ""


def _detail(entry: EntryView, agencies: Mapping[str, AgencyView]) -> str:
    said = entry.content
    agency = agencies.get(str(said.get("agency")))
    match entry.kind:
        case "order.received.v1" if said.get("again_of"):
            return _("之前办结的 {number} 又提出来了").format(number=said["again_of"])
        case "order.dispatched.v1" if agency:
            return _("派给{agency}，{day} 前答复").format(agency=agency.name, day=said["due_on"])
        case "order.extension-answered.v1":
            agreed = _("同意，{day} 前答复") if said["agreed"] else _("不同意，仍在 {day} 前答复")
            return agreed.format(day=said["due_on"])
        case "order.reopened.v1":
            return _("{day} 前再次答复").format(day=said["due_on"])
        case "order.closed.v1":
            by = {"asker": _("本人"), "call-back": _("回访"), "deadline": _("到期，没有人说没解决")}
            return by.get(str(said["by"]), "")
    return ""
