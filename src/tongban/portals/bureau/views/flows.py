"""Flows of data for the data officer: the picture, its table, the rows behind, and the file of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tongban.catalogue.api import get_resources, write_csv
from tongban.exchange.api import (
    BANDS,
    PERIODS,
    SMALL,
    Flows,
    Period,
    Ribbon,
    period_at,
    rows_behind,
)
from tongban.identity.api import get_agencies
from tongban.kernel import clock
from tongban.portals.bureau.framing import frame
from tongban.portals.bureau.picture import Picture, Words, draw, drawn_ribbons
from tongban.portals.bureau.views.sheets import file_answer
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor

PAGE = 50
#: Nothing was journalled before; an address may say anything.
_EARLIEST = date(2000, 1, 1)
BAND_TITLES = {
    "across": gettext_lazy("同级部门之间"),
    "levels": gettext_lazy("上下级之间"),
    "public": gettext_lazy("政府与居民、经营主体之间"),
}
WHAT_TITLES = {
    "read": gettext_lazy("读取数据"),
    "certificate": gettext_lazy("读取证照"),
    "correction": gettext_lazy("请求校核"),
    "objection": gettext_lazy("提出异议"),
    "handed-in": gettext_lazy("提交材料"),
    "decided": gettext_lazy("送达决定"),
    "issued": gettext_lazy("签发证照"),
    "answered": gettext_lazy("答复校核、异议"),
}
PERIOD_TITLES = {"day": gettext_lazy("日"), "week": gettext_lazy("周"), "month": gettext_lazy("月")}


@dataclass(frozen=True)
class Line:
    """A ribbon, or a row behind it, in words; a number that may not be shown is empty."""

    band: str
    source: str
    target: str
    what: str
    resource: str
    ribbon: Ribbon
    url: str

    @property
    def shown(self) -> bool:
        """Whether its numbers may be read."""
        return not self.ribbon.hidden


@dataclass(frozen=True)
class BandSum:
    """A band's title with its lines and sums; nothing is summed where a line is hidden."""

    code: str
    title: str
    url: str
    lines: tuple[Line, ...]
    total: int
    hidden: bool


@officers("data-officer")
@require_safe
def flows(request: HttpRequest) -> HttpResponse:
    """The rows behind the picture, a band or a ribbon; paged by their place in the order of size."""
    period = asked_period(request)
    band, source, target = _asked(request)
    rows = rows_behind(period, band=band, source=source, target=target)
    after = request.GET.get("after", "")
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 6 else 0
    lines = named(rows[start : start + PAGE], period)
    kept = {**period_query(period), **_kept(request)}
    context = {
        **frame(actor(request), here="overview"),
        "period": period_words(period),
        "choices": period_choices(request, period),
        "band_title": BAND_TITLES.get(band, ""),
        "bands": [
            (code, title, f"?{urlencode({**period_query(period), 'band': code})}")
            for code, title in BAND_TITLES.items()
        ],
        "band": band,
        "parties": parties_words(source, target),
        "lines": lines,
        "small": SMALL,
        "file_url": f"{reverse('bureau:flows-file')}?{urlencode(kept)}",
        "following": f"?{urlencode({**kept, 'after': start + PAGE})}" if len(rows) > start + PAGE else "",
        "previous": f"?{urlencode({**kept, 'after': max(0, start - PAGE)})}" if start else "",
    }
    return render(request, "bureau/flows.html", context)


@officers("data-officer")
@require_safe
def flows_file(request: HttpRequest) -> HttpResponse:
    """The same rows as a CSV; a number that may not be shown is said to be below the threshold."""
    period = asked_period(request)
    band, source, target = _asked(request)
    columns = {
        "band": _("流向"),
        "source": _("从"),
        "target": _("到"),
        "what": _("做什么"),
        "resource": _("信息资源"),
        "answered": _("已答"),
        "refused": _("拒绝"),
        "silent": _("无应答"),
        "late": _("其中迟录"),
        "first": _("起"),
        "last": _("止"),
    }
    lines = named(rows_behind(period, band=band, source=source, target=target), period)
    below = _("少于 {n}").format(n=SMALL)
    rows = [
        {
            "band": str(BAND_TITLES[line.band]),
            "source": line.source,
            "target": line.target,
            "what": line.what,
            "resource": line.resource,
            **{
                name: str(getattr(line.ribbon, name)) if line.shown else below
                for name in ("answered", "refused", "silent", "late")
            },
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
        }
        for line in lines
    ]
    return file_answer(write_csv(rows, columns), _("数据流动 {period}").format(period=period.first), "csv")


def picture_of(made: Flows) -> tuple[list[Picture], list[BandSum]]:
    """The picture and the table beside it, from the same ribbons."""
    ribbons = drawn_ribbons(made)
    lines = {line.ribbon: line for line in named(ribbons, made.period)}
    names: dict[tuple[str, str | None], str] = {}
    for line in lines.values():
        names[line.band, line.ribbon.source] = line.source
        names[line.band, line.ribbon.target] = line.target
    words = Words(
        names,
        {ribbon: _label(line) for ribbon, line in lines.items()},
        {ribbon: line.url for ribbon, line in lines.items()},
    )
    sums = [
        BandSum(
            code=code,
            title=str(BAND_TITLES[code]),
            url=f"{reverse('bureau:flows')}?{urlencode({**period_query(made.period), 'band': code})}",
            lines=(of := tuple(line for line in lines.values() if line.band == code)),
            total=sum(line.ribbon.total for line in of),
            hidden=any(line.ribbon.hidden for line in of),
        )
        for code in BANDS
    ]
    return draw(ribbons, words), sums


def named(rows: Sequence[Ribbon], period: Period) -> list[Line]:
    """Rows with names and the address of what is behind them. Three queries."""
    agencies = get_agencies({code for row in rows for code in (row.source, row.target) if code})
    resources = get_resources({row.resource for row in rows if row.resource})

    def party(code: str | None, row: Ribbon) -> str:
        if code is None:
            return _("其他（{n} 项）").format(n=row.folded)
        if not code:
            return _("居民和经营主体")
        return agencies[code].short_name if code in agencies else code

    return [
        Line(
            band=row.band,
            source=party(row.source, row),
            target=party(row.target, row),
            what=str(WHAT_TITLES.get(row.what, "")),
            resource=resources[row.resource].name if row.resource in resources else row.resource,
            ribbon=row,
            url=_url(row, period),
        )
        for row in rows
    ]


def asked_period(request: HttpRequest) -> Period:
    """The period of the address; this month where none is named."""
    by = request.GET.get("by", "")
    try:
        day = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        day = clock.today()
    return period_at(by if by in PERIODS else "month", max(_EARLIEST, min(day, clock.today())))


def period_query(period: Period) -> dict[str, str]:
    """The period as part of an address."""
    return {"by": period.by, "on": period.first.isoformat()}


def period_words(period: Period) -> str:
    """2026-11-01 至 2026-11-30."""
    if period.first == period.last:
        return period.first.isoformat()
    return _("{first} 至 {last}").format(first=period.first, last=period.last)


def period_choices(request: HttpRequest, period: Period) -> dict[str, object]:
    """The chooser: the three lengths, the period before, and the one after unless it has not begun."""
    kept = _kept(request)

    def to(other: Period) -> str:
        return f"?{urlencode({**period_query(other), **kept})}"

    day = min(period.last, clock.today())
    return {
        "lengths": [(PERIOD_TITLES[by], to(period_at(by, day)), by == period.by) for by in PERIODS],
        "before": to(period.before),
        "after": to(period.after) if period.after.first <= clock.today() else "",
        "words": period_words(period),
    }


def parties_words(source: str | None, target: str | None) -> str:
    """A ribbon's two ends in a line; empty where none is asked for."""
    if source is None and target is None:
        return ""
    agencies = get_agencies({code for code in (source, target) if code})

    def word(code: str | None) -> str:
        if code is None:
            return _("全部")
        return (agencies[code].name if code in agencies else code) if code else _("居民和经营主体")

    return f"{word(source)} → {word(target)}"


def _asked(request: HttpRequest) -> tuple[str, str | None, str | None]:
    band = request.GET.get("band", "")
    return band if band in BANDS else "", request.GET.get("from"), request.GET.get("to")


def _kept(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ("band", "from", "to") if name in request.GET}


def _url(row: Ribbon, period: Period) -> str:
    asked: Iterable[tuple[str, str | None]] = (
        ("band", row.band),
        ("from", row.source if not row.folded else None),
        ("to", row.target if not row.folded else None),
    )
    given = {name: value for name, value in asked if value is not None}
    return f"{reverse('bureau:flows')}?{urlencode({**period_query(period), **given})}"


def _label(line: Line) -> str:
    if line.ribbon.hidden:
        return _("{source} 到 {target}：少于 {n} 次").format(source=line.source, target=line.target, n=SMALL)
    return _("{source} 到 {target}：{total} 次，已答 {answered}，拒绝 {refused}，无应答 {silent}").format(
        source=line.source,
        target=line.target,
        total=line.ribbon.total,
        answered=line.ribbon.answered,
        refused=line.ribbon.refused,
        silent=line.ribbon.silent,
    )
