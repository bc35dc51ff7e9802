"""Before and after of a bundle: the pack's old way beside what the guide computes today. Every figure is its rows."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.clocks.api import Span, span_of
from tongban.identity.api import get_agencies
from tongban.kernel.errors import NotFound
from tongban.portals.design import parts
from tongban.portals.design.access import everybody
from tongban.portals.design.remembered import remembered
from tongban.portals.design.shown import span_words
from tongban.services.api import Guide, LimitTerms, Promised, get_guide

Line = tuple[str, int]


@everybody
@require_safe
def before_after(request: HttpRequest, code: str) -> HttpResponse:
    """Visits, materials, agencies and days, each opening into what it was counted from."""
    shown = remembered("before-after", code, make=lambda: _compared(code))
    return render(request, "public/before_after.html", shown)


def _compared(code: str) -> dict[str, Any]:
    guide = get_guide(code)
    if guide.bundle.before is None:
        raise NotFound(_("这件事没有“改前”的资料，所以没有对比。"))
    return {"guide": guide, "before": guide.bundle.before, "figures": _figures(guide)}


def _figures(guide: Guide) -> list[parts.Figure]:
    """What the person meets, then how the materials come, then the days."""
    before = guide.bundle.before
    old = before.rows if before else ()
    window = get_agencies([guide.bundle.window])[guide.bundle.window].name
    ways = [
        (_("由数据取得的材料"), guide.by_way("data")),
        (_("由承诺或示范文本替代的材料"), guide.by_way("replaced")),
        (_("您自己交的材料"), guide.by_way("own")),
    ]
    return [
        _figure(
            _("跑动次数"),
            _("次"),
            [(row.title, row.visits) for row in old],
            [(item.title, item.visits) for item in guide.items],
            together=guide.visits,
        ),
        _figure(
            _("打交道的部门"),
            _("个"),
            [(name, 1) for name in dict.fromkeys(row.agency for row in old)],
            [(window, 1)],
        ),
        _figure(
            _("材料总数"),
            _("份"),
            [(row.title, row.materials) for row in old],
            [(one.material.title, 1) for one in guide.materials],
        ),
        *(_figure(title, _("份"), None, [(one.material.title, 1) for one in came]) for title, came in ways),
        _days_figure(
            _("法定办理时间"), None, [(item.title, item.legal or item.promised) for item in guide.legal_path]
        ),
        _days_figure(
            _("承诺办理时间"),
            [(row.title, row.days) for row in old],
            [(item.title, item.promised) for item in guide.promised_path],
        ),
    ]


def _days_figure(
    title: str, before: list[Line] | None, after: list[tuple[str, LimitTerms | Promised]]
) -> parts.Figure:
    """Days of two units are not one sum: they stand beside each other, and nothing is subtracted."""
    spans = [(name, span_of(limit.amount, limit.unit)) for name, limit in after]
    together = sum((span for _name, span in spans), Span())
    if not together.days:
        lines = [(name, span.working_days) for name, span in spans]
        return _figure(title, _("个工作日"), before, lines)
    rows: list[tuple[str, int | str, int | str]] = [(name, amount, "") for name, amount in before or ()]
    rows += [(name, "", span_words(span)) for name, span in spans]
    old = _("{n}个工作日").format(n=sum(amount for _name, amount in before)) if before else "—"
    return parts.Figure(title, old, span_words(together), "", "", tuple(rows))


def _figure(
    title: str, unit: str, before: list[Line] | None, after: list[Line], *, together: int | None = None
) -> parts.Figure:
    """A figure is the sum of its lines; `together` where one coming serves all of them."""
    new = sum(amount for _name, amount in after) if together is None else together
    rows: list[tuple[str, int | str, int | str]] = [(name, amount, "") for name, amount in before or ()]
    rows += [(name, "", amount) for name, amount in after]
    if before is None:
        return parts.Figure(title, "—", new, "", unit, tuple(rows))
    old = sum(amount for _name, amount in before)
    return parts.Figure(title, old, new, f"{new - old:+d}".replace("-", "−"), unit, tuple(rows))
