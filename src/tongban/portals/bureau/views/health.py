"""What is broken and what is late, for the data officer."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from tongban.exchange.api import (
    HEALTH_DAYS,
    SMALL,
    Late,
    SourceHealth,
    source_health,
    sources,
    what_is_late,
)
from tongban.identity.api import AgencyView, get_agencies
from tongban.portals.bureau.framing import frame
from tongban.portals.bureau.views.outside import drop_rows, system_rows
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor
from tongban.registers.api import drop_health

PAGE = 50
LATE_TITLES = {
    "request": gettext_lazy("共享申请没有答复"),
    "dispute": gettext_lazy("共享争议没有处理"),
    "correction": gettext_lazy("校核请求没有答复"),
    "objection": gettext_lazy("数据异议没有答复"),
    "erasure": gettext_lazy("删除请求没有答复"),
    "update": gettext_lazy("数据没有按更新周期更新"),
}
ADAPTERS = {
    "upstream": gettext_lazy("外部系统"),
    "register": gettext_lazy("登记库"),
    "certificates": gettext_lazy("证照库"),
    "certificates-above": gettext_lazy("上级证照库"),
}
#: A share of silent answers from which a source is marked, in our own view.
_MARKED = 0.05


@officers("data-officer")
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Every source, the worst first."""
    found = sources()
    start = place_of(request)
    rows = found[start : start + PAGE]
    agencies = get_agencies({row.agency for row in rows})
    context = {
        **frame(actor(request), here="overview"),
        "days": HEALTH_DAYS,
        "small": SMALL,
        "rows": health_rows(rows, agencies),
        "systems": system_rows(source_health()),
        "drops": drop_rows(drop_health()),
        "following": f"?after={start + PAGE}" if len(found) > start + PAGE else "",
        "previous": f"?after={max(0, start - PAGE)}" if start else "",
    }
    return render(request, "bureau/health.html", context)


@officers("data-officer")
@require_safe
def late(request: HttpRequest) -> HttpResponse:
    """Everything that is late, the longest first."""
    found = what_is_late()
    start = place_of(request)
    context = {
        **frame(actor(request), here="overview"),
        "total": len(found),
        "rows": late_rows(found[start : start + PAGE]),
        "following": f"?after={start + PAGE}" if len(found) > start + PAGE else "",
        "previous": f"?after={max(0, start - PAGE)}" if start else "",
    }
    return render(request, "bureau/late.html", context)


def health_rows(
    rows: list[SourceHealth], agencies: dict[str, AgencyView]
) -> list[tuple[SourceHealth, str, str, parts.Status, str]]:
    """Each source with its agency, its adapter, its state and the share of silent answers."""
    return [
        (
            row,
            agencies[row.agency].short_name if row.agency in agencies else row.agency,
            str(ADAPTERS.get(row.adapter, row.adapter)),
            _state(row),
            "" if row.silent_share is None else f"{row.silent_share * 100:.1f}%",
        )
        for row in rows
    ]


def late_rows(rows: list[Late]) -> list[tuple[Late, str, str, parts.Lamp, str]]:
    """Each with what it is, its agency, its lamp and where it is dealt with."""
    agencies = get_agencies({row.agency for row in rows if row.agency})
    return [
        (
            row,
            str(LATE_TITLES[row.what]),
            agencies[row.agency].short_name if row.agency in agencies else row.agency,
            parts.Lamp("red", ngettext("超 {n} 天", "超 {n} 天", row.days).format(n=row.days)),
            _url(row),
        )
        for row in rows
    ]


def place_of(request: HttpRequest) -> int:
    """From which row of a list on that is made whole anyway; anything else is the first."""
    after = request.GET.get("after", "")
    return int(after) if after.isascii() and after.isdigit() and len(after) < 6 else 0


def day_of(given: str) -> date | None:
    """A day of an address; None for anything else."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _state(row: SourceHealth) -> parts.Status:
    if row.stopped_at:
        return parts.Status(_("已停"), "danger")
    if row.silent_at and (row.answered_at is None or row.silent_at > row.answered_at):
        return parts.Status(_("最近一次没有应答"), "danger")
    if (row.silent_share or 0) >= _MARKED:
        return parts.Status(_("时常没有应答"), "warning")
    if row.answered_at is None:
        return parts.Status(_("还没有人读取"))
    return parts.Status(_("正常"), "success")


def _url(row: Late) -> str:
    """Where it can be dealt with; others' affairs are only told."""
    if row.what == "erasure":
        return reverse("counter:erasures")
    if row.what == "dispute":
        return reverse("bureau:dispute", args=[row.key])
    if row.resource:
        return reverse("public:resource", args=[row.resource])
    return ""
