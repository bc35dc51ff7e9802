"""Lamps by agency, a table first; and the rules in words, with their numbers, law and days."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.identity.api import get_agencies
from tongban.kernel import clock
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor
from tongban.portals.supervisor.views.framing import frame
from tongban.supervision.api import (
    SPEAKERS,
    WATCHERS,
    LampRow,
    Level,
    RuleTerms,
    lamps,
    list_rules,
    quarter,
    scoring,
)

MONTHS_OF_QUARTER = 3


@officers(*WATCHERS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every agency's lamps, and the points of this quarter."""
    rows = lamps()
    today = clock.today()
    first = date(today.year, (today.month - 1) // MONTHS_OF_QUARTER * MONTHS_OF_QUARTER + 1, 1)
    grades = quarter(first)
    agencies = get_agencies({row.agency for row in rows} | {one.agency for one in grades})
    names = {code: one.name for code, one in agencies.items()}
    context = {
        **frame(actor(request), here="supervision:lamps"),
        "rows": [(row, names.get(row.agency, row.agency), _lamp(row)) for row in rows],
        "grades": [(one, names.get(one.agency, one.agency)) for one in grades],
        "scoring": scoring(),
        "first": first,
    }
    return render(request, "supervisor/lamps.html", context)


@officers(*WATCHERS, *SPEAKERS)
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule in words."""
    rows = [
        (
            row,
            parts.Citation(cite.law, cite.article, bool(cite.verified_by)),
            levels_words(terms),
        )
        for row, terms, cite in list_rules()
    ]
    who = actor(request)
    context = {
        **frame(who, here="supervision:rules"),
        "rows": [one for one in rows if one[0].state in {"on", "ended"}],
        "drafts": [one for one in rows if one[0].state == "proposed"],
        "watches": any(who.has_role(role) for role in WATCHERS),
    }
    return render(request, "supervisor/rules.html", context)


def _lamp(row: LampRow) -> parts.Lamp:
    if row.red:
        return parts.Lamp("red", _("红牌 {n} 张").format(n=row.red))
    if row.yellow:
        return parts.Lamp("yellow", _("黄牌 {n} 张").format(n=row.yellow))
    if row.reminded:
        return parts.Lamp("none", _("快到期 {n} 件").format(n=row.reminded))
    return parts.Lamp("green", _("正常"))


def levels_words(terms: RuleTerms) -> str:
    """When each level is reached, in one line."""
    act = terms.pattern == "act"
    words = []
    for title, level in ((_("提醒"), terms.reminder), (_("黄牌"), terms.yellow), (_("红牌"), terms.red)):
        if level is not None:
            when = _when(level, act=act, before=level is terms.reminder)
            words.append(_("{level}：{when}").format(level=title, when=when))
    return _("；").join(words)


def _when(level: Level, *, act: bool, before: bool) -> str:
    points = _("，扣 {n} 分").format(n=level.points) if level.points else ""
    if act:
        return _("发生即拟") + points
    said = []
    if level.days is not None:
        pattern = (
            _("到期前 {n} 个工作日") if before else _("过期第 {n} 个工作日以后") if level.days else _("过期")
        )
        said.append(pattern.format(n=level.days))
    if level.ratio is not None:
        said.append(_("用到时限的 {n}%").format(n=round(level.ratio * 100)))
    return _("或").join(said) + points
