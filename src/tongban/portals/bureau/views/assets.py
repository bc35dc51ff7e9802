"""数据资产: every resource that a register here answers, ranked by what it does; to print, and as a file."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tongban.catalogue.api import write_csv, write_xlsx
from tongban.identity.api import get_agencies
from tongban.kernel.errors import NotFound
from tongban.portals.bureau.framing import frame
from tongban.portals.bureau.views.flows import asked_period, period_choices, period_query, period_words
from tongban.portals.bureau.views.sheets import file_answer
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor
from tongban.portals.design.templatetags.tb import filesize_words
from tongban.registers.api import RANKS, Asset, assets_in

#: So many stand on the page; the file has all of them.
SHOWN = 100
TITLES = {
    "cases": gettext_lazy("免交材料的办件"),
    "uses": gettext_lazy("读取"),
    "consumers": gettext_lazy("使用部门"),
    "points": gettext_lazy("质量"),
    "rows": gettext_lazy("约有（行）"),
    "size": gettext_lazy("占用空间"),
    "seconds": gettext_lazy("归集用时"),
}


@officers("data-officer")
@require_safe
def assets(request: HttpRequest) -> HttpResponse:
    """The ranking in a span of days; each head ranks by its column."""
    who, period, rank = actor(request), asked_period(request), _rank(request)
    found = assets_in(period.first, period.last, by=who, rank=rank)
    shown = found[:SHOWN]
    agencies = get_agencies({one.agency for one in shown})
    kept = {**period_query(period), "rank": rank}
    context = {
        **frame(who, here="assets"),
        "choices": period_choices(request, period),
        "heads": [(TITLES[one], f"?{urlencode({**kept, 'rank': one})}", one == rank) for one in RANKS],
        "rank": TITLES[rank],
        "rows": [
            (n, one, agencies[one.agency].name if one.agency in agencies else one.agency, _cells(one))
            for n, one in enumerate(shown, 1)
        ],
        "more": len(found) - len(shown),
        "files": [
            (form.upper(), f"{reverse('bureau:assets-file', args=[form])}?{urlencode(kept)}")
            for form in ("xlsx", "csv")
        ],
    }
    return render(request, "bureau/assets.html", context)


@officers("data-officer")
@require_safe
def assets_file(request: HttpRequest, form: str) -> HttpResponse:
    """The whole ranking as `xlsx` or `csv`."""
    if form not in {"xlsx", "csv"}:
        raise NotFound(_("只有 xlsx 和 csv。"))
    period, rank = asked_period(request), _rank(request)
    found = assets_in(period.first, period.last, by=actor(request), rank=rank)
    agencies = get_agencies({one.agency for one in found})
    columns = {
        "place": _("名次"),
        "name": _("信息资源"),
        "agency": _("提供部门"),
        **{name: str(title) for name, title in TITLES.items()},
        "size": _("占用空间（字节）"),
        "seconds": _("归集用时（秒）"),
    }
    rows = [
        {
            "place": str(n),
            "name": one.name,
            "agency": agencies[one.agency].name if one.agency in agencies else one.agency,
            **{name: str(getattr(one, name)) for name in ("cases", "uses", "consumers", "rows", "size")},
            "points": _points(one),
            "seconds": f"{one.seconds:.1f}",
        }
        for n, one in enumerate(found, 1)
    ]
    name = _("数据资产 {period}").format(period=period_words(period))
    if form == "csv":
        return file_answer(write_csv(rows, columns), name, "csv")
    return file_answer(write_xlsx(rows, columns, title=_("数据资产")), name, "xlsx")


def _rank(request: HttpRequest) -> str:
    asked = request.GET.get("rank", "")
    return asked if asked in RANKS else RANKS[0]


def _points(one: Asset) -> str:
    return "" if one.points is None else f"{one.points:.2f}"


def _cells(one: Asset) -> list[tuple[str, str]]:
    """The numbers of a line in the order of the heads, each with its head."""
    words = {
        **{name: f"{getattr(one, name):,}" for name in ("cases", "uses", "consumers", "rows")},
        "points": _points(one) or _("没有核对过"),
        "size": filesize_words(one.size),
        "seconds": _("{n} 秒").format(n=f"{one.seconds:,.1f}"),
    }
    return [(str(TITLES[name]), words[name]) for name in RANKS]
