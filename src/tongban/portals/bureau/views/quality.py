"""How well a register fulfils its checks: six dimensions, their trend, and the rows behind each number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tongban.portals.bureau.framing import frame
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor
from tongban.registers.api import (
    Quality,
    Score,
    get_register,
    issues_of,
    order_measurement,
    quality_of,
)

PAGE = 50
#: A register that is being looked at is shown again after so many seconds.
AGAIN_S = 3
DIMENSIONS = {
    "completeness": gettext_lazy("完整性"),
    "validity": gettext_lazy("规范性"),
    "accuracy": gettext_lazy("准确性"),
    "consistency": gettext_lazy("一致性"),
    "uniqueness": gettext_lazy("唯一性"),
    "timeliness": gettext_lazy("时效性"),
}
#: The picture of a trend, in CSS pixels: fits into a page of 360.
WIDTH, HEIGHT, EDGE = 300, 60, 6


@dataclass(frozen=True)
class Trend:
    """A dimension over the days: its line as points of inline SVG, its words, and the numbers behind it."""

    code: str
    title: str
    points: str
    last: tuple[float, float]
    words: str
    days: tuple[tuple[date, str], ...]


@officers("resource-owner")
@require_http_methods(["GET", "HEAD", "POST"])
def quality(request: HttpRequest, name: str) -> HttpResponse:
    """The scores of the newest look, their trend, and what each check found; a look now, if asked so."""
    who = actor(request)
    one = get_register(name, agency=who.agency)
    if request.method == "POST":
        order_measurement(name, by=who)
        return HttpResponseRedirect(request.path)
    found = quality_of(name)
    context = {
        **frame(who, here="registers"),
        "one": one,
        "found": found,
        "scores": [(score, DIMENSIONS[score.dimension], _points(score)) for score in found.scores],
        "trends": _trends(found),
        "checks": [(check, DIMENSIONS[check.dimension]) for check in found.checks],
        "again": AGAIN_S,
        "chart": (WIDTH, HEIGHT),
    }
    answer = render(request, "bureau/quality.html", context)
    if found.waits:
        answer.headers["Refresh"] = str(AGAIN_S)
    return answer


@officers("resource-owner")
@require_safe
def issues(request: HttpRequest, name: str) -> HttpResponse:
    """The rows that fail, of one check or one dimension if asked so; for the agency to work off."""
    who = actor(request)
    one = get_register(name, agency=who.agency)
    code, dimension = request.GET.get("check", ""), request.GET.get("dimension", "")
    after = request.GET.get("after", "")
    found = issues_of(
        name,
        agency=who.agency,
        code=code,
        dimension=dimension if dimension in DIMENSIONS else "",
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 18 else 0,
        limit=PAGE + 1,
    )
    rows = found[:PAGE]
    narrowed = f"check={code}&" if code else f"dimension={dimension}&" if dimension else ""
    key = next(field["title"] for field in one.fields if field["name"] == one.key)
    context = {
        **frame(who, here="registers"),
        "one": one,
        "rows": rows,
        "key": key,
        "narrowed": bool(narrowed),
        "dimension": DIMENSIONS.get(dimension, ""),
        "code": code,
        "following": f"?{narrowed}after={rows[-1].id}" if len(found) > PAGE else "",
        "continued": "after" in request.GET,
        "back": reverse("bureau:quality", args=[name]),
    }
    return render(request, "bureau/issues.html", context)


def _points(score: Score) -> str:
    """As many digits as tell a hundred from nearly a hundred."""
    if score.points is None:
        return ""
    return "100" if not score.failed else f"{min(score.points, 99.99):.2f}"


def _trends(found: Quality) -> list[Trend]:
    days = [day for day, _scores in found.trend]
    return [
        _trend(code, str(title), days, [scores[n] for _day, scores in found.trend])
        for n, (code, title) in enumerate(DIMENSIONS.items())
        if any(scores[n].points is not None for _day, scores in found.trend)
    ]


def _trend(code: str, title: str, days: Sequence[date], scores: Sequence[Score]) -> Trend:
    known = [
        (day, score, score.points)
        for day, score in zip(days, scores, strict=True)
        if score.points is not None
    ]
    lowest = min((points for _day, _score, points in known), default=0.0)
    floor = min(99.0, lowest - (100 - lowest) / 4)
    step = (WIDTH - 2 * EDGE) / max(len(known) - 1, 1)
    placed = [
        (
            round(EDGE + n * step, 1),
            round(EDGE + (HEIGHT - 2 * EDGE) * (100 - points) / (100 - floor), 1),
        )
        for n, (_day, _score, points) in enumerate(known)
    ]
    words = _("{title}：从 {first} 到 {last}").format(
        title=title, first=_points(known[0][1]), last=_points(known[-1][1])
    )
    return Trend(
        code,
        title,
        " ".join(f"{x},{y}" for x, y in placed),
        placed[-1],
        words,
        tuple((day, _points(score)) for day, score, _value in known),
    )
