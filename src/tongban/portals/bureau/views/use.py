"""Use of my data: the resource owner sees who used what, for which kinds of cases, how often; never a value."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongban.exchange.api import (
    OUTCOME_WORDS,
    Asker,
    GrantUse,
    Period,
    Use,
    UseRow,
    evidence_of_query,
    use_of,
    use_of_mine,
    use_rows,
)
from tongban.identity.api import get_agencies, officer_posts
from tongban.kernel.errors import NotFound
from tongban.portals.bureau.framing import frame
from tongban.portals.bureau.views.flows import asked_period, period_choices, period_query
from tongban.portals.bureau.views.health import day_of
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor
from tongban.services.api import titles_of

PAGE = 50
#: The chart by day: width of a bar and of its gap, and the height of the highest, in CSS pixels.
_BAR, _GAP, _HIGH = 7, 2, 72


@dataclass(frozen=True)
class Bar:
    """A day of the chart, and the rows behind it."""

    x: int
    y: float
    height: float
    words: str
    url: str


@dataclass(frozen=True)
class GrantLine:
    """A grant in words, with outcome shares, items and kinds as counted."""

    use: GrantUse
    consumer: str
    state: parts.Status
    outcomes: list[tuple[str, int, str]]
    items: list[tuple[str, int]]
    kinds: list[tuple[str, int]]
    url: str


@officers("resource-owner")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The agency's resources by how much they were used."""
    who, period = actor(request), asked_period(request)
    context = {
        **frame(who, here="use"),
        "choices": period_choices(request, period),
        "rows": [
            (row, f"{reverse('bureau:use-of', args=[row.resource])}?{urlencode(period_query(period))}")
            for row in use_of_mine(who, period.first, period.last)
        ],
    }
    return render(request, "bureau/use.html", context)


@officers("resource-owner")
@require_safe
def of_resource(request: HttpRequest, code: str) -> HttpResponse:
    """One resource: by grant, by day, by item; each number opens its rows."""
    who, period = actor(request), asked_period(request)
    made = use_of(code, period.first, period.last, by=who)
    context = {
        **frame(who, here="use"),
        "code": code,
        "name": made.resource.name,
        "choices": period_choices(request, period),
        "use": made,
        "outcomes": _shares(dict(made.outcomes)),
        "grants": _grants(made, code),
        "bars": _bars(made, code, period) if made.total else (),
        "chart": ((period.last - period.first).days + 1) * (_BAR + _GAP),
        "high": _HIGH,
        "days": [(day, uses, _rows_url(code, day=day.isoformat())) for day, uses in made.days],
        "rows_url": _rows_url(code),
    }
    return render(request, "bureau/use_of.html", context)


@officers("resource-owner")
@require_safe
def rows(request: HttpRequest, code: str) -> HttpResponse:
    """Single readings, the newest first; paged by day and entry."""
    who = actor(request)
    grant, outcome = request.GET.get("grant", ""), request.GET.get("outcome", "")
    day = day_of(request.GET.get("day", ""))
    found = use_rows(
        code,
        by=who,
        grant=grant,
        day=day,
        outcome=outcome,
        before=_before(request.GET.get("before", "")),
        limit=PAGE + 1,
    )
    shown = found[:PAGE]
    agencies = get_agencies({row.consumer for row in shown})
    posts = officer_posts({row.reader.removeprefix("officer:") for row in shown})
    asked = {
        name: value
        for name, value in (("grant", grant), ("outcome", outcome), ("day", day.isoformat() if day else ""))
        if value
    }
    key = f"{shown[-1].day.isoformat()}_{shown[-1].entry}" if shown else ""
    context = {
        **frame(who, here="use"),
        "code": code,
        "asked": _asked_words(grant, outcome, day),
        "rows": [
            (
                row,
                agencies[row.consumer].short_name if row.consumer in agencies else row.consumer,
                _reader(row, posts),
                _outcome(row.outcome),
            )
            for row in shown
        ],
        "filtered": bool(asked),
        "following": f"?{urlencode({**asked, 'before': key})}" if len(found) > PAGE else "",
    }
    return render(request, "bureau/use_rows.html", context)


@officers("resource-owner")
@require_POST
def proof(request: HttpRequest, code: str) -> HttpResponse:  # noqa: ARG001 - the address says whose page it is
    """The evidence of one reading as a zip, without what it says of people; that it was taken is an entry."""
    try:
        entry = UUID(request.POST.get("entry", ""))
    except ValueError as error:
        raise NotFound(_("没有这一次读取。请从“每一次读取”的页面里下载凭据。")) from error
    response = HttpResponse(
        evidence_of_query(entry, by=Asker(officer=actor(request))), content_type="application/zip"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="evidence-{entry}.zip"'
    return response


def _grants(made: Use, code: str) -> list[GrantLine]:
    """The grants with names. Two queries."""
    agencies = get_agencies({grant.consumer for grant in made.grants})
    titles = titles_of({kind for grant in made.grants for kind, _uses in grant.kinds})
    return [
        GrantLine(
            use=grant,
            consumer=agencies[grant.consumer].name if grant.consumer in agencies else grant.consumer,
            state=parts.Status(_("有效"), "success")
            if grant.in_force
            else parts.Status(_("已停或到期"), "warning"),
            outcomes=_shares(dict(grant.outcomes)),
            items=[(name, uses) for _code, name, uses in grant.items if uses],
            kinds=[(titles.get(kind, kind), uses) for kind, uses in grant.kinds],
            url=_rows_url(code, grant=grant.code),
        )
        for grant in made.grants
    ]


def _shares(outcomes: dict[str, int]) -> list[tuple[str, int, str]]:
    """Outcomes in words with count and share, the most first."""
    total = sum(outcomes.values())
    return [
        (_outcome(outcome), uses, f"{uses / total * 100:.1f}%")
        for outcome, uses in sorted(outcomes.items(), key=lambda one: (-one[1], one[0]))
    ]


def _bars(made: Use, code: str, period: Period) -> list[Bar]:
    """A bar for each day that has any."""
    highest = max(uses for _day, uses in made.days)
    return [
        Bar(
            x=(day - period.first).days * (_BAR + _GAP),
            y=round(_HIGH - (height := max(2.0, uses / highest * _HIGH)), 1),
            height=round(height, 1),
            words=_("{day}：{n} 次").format(day=day, n=uses),
            url=_rows_url(code, day=day.isoformat()),
        )
        for day, uses in made.days
    ]


def _rows_url(code: str, **asked: str) -> str:
    address = reverse("bureau:use-rows", args=[code])
    return f"{address}?{urlencode(asked)}" if asked else address


def _before(given: str) -> tuple[date, UUID] | None:
    day, _bar, entry = given.partition("_")
    try:
        return date.fromisoformat(day), UUID(entry)
    except ValueError:
        return None


def _reader(row: UseRow, posts: dict[str, str]) -> str:
    """Which post or system read; the person's own form set off the rest."""
    kind, _colon, key = row.reader.partition(":")
    if kind == "officer":
        return posts.get(key, key)
    return key or _("申请人填表时自动读取")


def _outcome(outcome: str) -> str:
    return _(OUTCOME_WORDS[outcome]) if outcome in OUTCOME_WORDS else _("已拒绝")


def _asked_words(grant: str, outcome: str, day: date | None) -> str:
    words = [grant, _outcome(outcome) if outcome else "", day.isoformat() if day else ""]
    return " · ".join(word for word in words if word)
