"""The public scoreboard: each agency's rates with numerator and denominator, its items and months, its published cards."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tongban.identity.api import get_agencies
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.participation.api import AgencyRates, Rate, desk_of, hotline_rates
from tongban.portals.design import parts
from tongban.portals.design.access import everybody
from tongban.services.api import get_items
from tongban.supervision.api import (
    PAGE,
    CardView,
    Score,
    card_counts,
    published_cards,
    scores,
    scoring,
)

#: Title, formula, numerator, denominator, and whether it is a share (else an average).
FIGURES = (
    (gettext_lazy("承诺按时"), gettext_lazy("承诺到期日以前办结的件 ÷ 有承诺时限的办结件"), "on_promise", "promised", True),
    (gettext_lazy("法定按时"), gettext_lazy("法定到期日以前办结的件 ÷ 有法定时限的办结件"), "on_legal", "legal", True),
    (gettext_lazy("用时（日）"), gettext_lazy("受理到办结的工作日（不算法定暂停） ÷ 办结件"), "days", "decided", False),
    (gettext_lazy("跑动（次）"), gettext_lazy("到窗口的次数 ÷ 办结件"), "visits", "decided", False),
    (gettext_lazy("免交材料"), gettext_lazy("由数据取得或以承诺代替的材料 ÷ 全部材料"), "saved", "materials", True),
    (gettext_lazy("满意"), gettext_lazy("评为基本满意以上的件 ÷ 评过的件"), "pleased", "rated", True),
    (gettext_lazy("迟报"), gettext_lazy("办结后 24 小时以上才录入的件 ÷ 办结件；迟报的不算按时"), "late", "decided", True),
)  # fmt: skip
DAYS_OF_CARDS = 365


@dataclass(frozen=True)
class Cell:
    """A figure as the table shows it: the value, and what it was counted from."""

    title: str
    value: str
    counted: str


@everybody
@require_safe
def scoreboard(request: HttpRequest) -> HttpResponse:
    """All agencies of the last twelve months, by code; nobody is ranked, small groups are hidden."""
    rows = scores(by="agency")
    cards = card_counts(since=_year_ago())
    names = get_agencies({row.agency for row in rows})
    context = {
        "rows": [
            (
                row,
                names[row.agency].short_name if row.agency in names else row.agency,
                cells(row),
                cards.get(row.agency, (0, 0)),
            )
            for row in rows
            if not row.hidden
        ],
        "hidden": [
            (row.agency, names[row.agency].short_name if row.agency in names else row.agency)
            for row in rows
            if row.hidden
        ],
        "figures": FIGURES,
        "least": scoring().least_cases,
    }
    return render(request, "public/scoreboard.html", context)


@everybody
@require_safe
def of_agency(request: HttpRequest, code: str) -> HttpResponse:
    """One agency: its items, its months (the rows behind each figure), and its published cards."""
    agency = get_agencies([code]).get(code)
    if agency is None:
        raise NotFound(_("没有这个部门。请从部门列表里打开。"))
    items = scores(by="item", agency=code)
    titles = get_items({row.item for row in items})
    context = {
        "agency": agency,
        "items": [
            (row, titles[row.item].title if row.item in titles else row.item, cells(row)) for row in items
        ],
        "months": [(row, cells(row)) for row in scores(by="month", agency=code)],
        "figures": FIGURES,
        "least": scoring().least_cases,
        "cards": [(row, lamp(row)) for row in published_cards(agency=code)],
        "page": PAGE,
    }
    return render(request, "public/scoreboard_agency.html", context)


#: The three rates of the hotline: title and formula, in the order of `AgencyRates`.
RATES = (
    (gettext_lazy("响应率"), gettext_lazy("期限内答复的诉求 ÷ 已经答复或者已经到期的诉求")),
    (gettext_lazy("解决率"), gettext_lazy("本人说解决了的 ÷ 本人说过解决没有的（回访说的优先；要求重办以后没有再说的算没有解决）")),
    (gettext_lazy("满意率"), gettext_lazy("抽样回访时说基本满意以上的 ÷ 抽样回访时问到满不满意的")),
)  # fmt: skip


@everybody
@require_safe
def hotline(request: HttpRequest) -> HttpResponse:
    """The three rates of the hotline by agency, in the order of codes; what too few people said is hidden."""
    least, rows = hotline_rates()
    names = get_agencies({row.agency for row in rows})
    _desk, phone = desk_of()
    context = {
        "rows": [
            (
                names[row.agency].short_name if row.agency in names else row.agency,
                row,
                [
                    (title, rate, "" if rate.value is None else f"{rate.value:.1%}")
                    for (title, _formula), rate in zip(RATES, _three(row), strict=True)
                ],
            )
            for row in rows
            if not row.hidden
        ],
        "small": sum(row.hidden for row in rows),
        "rates": RATES,
        "least": least,
        "phone": phone,
    }
    return render(request, "public/scoreboard_hotline.html", context)


def _three(row: AgencyRates) -> tuple[Rate, Rate, Rate]:
    return row.answered, row.solved, row.pleased


def cells(row: Score) -> list[Cell]:
    """Every figure of a group, with what it was counted from; none of a hidden one."""
    found = []
    for title, _formula, above, below, share in FIGURES:
        rate = row.rate(above, below)
        counted = "" if row.hidden else f"{row.counts[above]:,} ÷ {row.counts[below]:,}"
        if rate is None:
            found.append(Cell(str(title), "–", counted))
        else:
            found.append(Cell(str(title), f"{rate:.1%}" if share else f"{rate:.1f}", counted))
    return found


def lamp(row: CardView) -> parts.Lamp:
    """The level, or that it was withdrawn."""
    if row.state == "withdrawn":
        return parts.Lamp("none", _("已撤回"))
    return parts.Lamp("red", _("红牌")) if row.level == "red" else parts.Lamp("yellow", _("黄牌"))


def _year_ago() -> date:
    return date.fromordinal(clock.today().toordinal() - DAYS_OF_CARDS)
