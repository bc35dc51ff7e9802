"""Telling later: a data officer orders it for a grant, on a ground of the law and up to a day; another confirms."""

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.exchange.api import DelayGroundView, delay_grounds, grants_to_delay, order_delay
from tongban.identity.api import get_agencies
from tongban.kernel.errors import BadInput, Conflict, NotFound, Problem
from tongban.portals.bureau.framing import OFFICER, frame
from tongban.portals.design.access import officers
from tongban.portals.design.delays import delay_rows
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor

_NAMES = ("grant", "ground", "reason", "ends_on")


@officers(OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def delays(request: HttpRequest) -> HttpResponse:
    """What waits, runs and is over, and the form; what was typed is kept when something is wrong."""
    who = actor(request)
    given = {name: request.POST.get(name, "").replace("\0", "").strip() for name in _NAMES}
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            order_delay(
                grant=given["grant"],
                ground=given["ground"],
                reason=given["reason"],
                ends_on=_day(given["ends_on"]),
                by=who,
            )
        except (BadInput, NotFound, Conflict) as problem:
            wrong = {_field_of(problem): str(problem)}
        else:
            return HttpResponseRedirect(reverse("bureau:delays"))
    fields = _fields(given, wrong)
    context = {
        **frame(who, here="delays"),
        "rows": delay_rows(),
        "fields": fields,
        "errors": errors_of(fields),
    }
    return render(request, "bureau/delays.html", context, status=422 if wrong else 200)


def _field_of(problem: Problem) -> str:
    return (problem.field or "reason") if isinstance(problem, BadInput) else "grant"


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _fields(given: dict[str, str], wrong: dict[str, str]) -> list[Field]:
    return [
        Field(
            name="grant",
            label=_("哪一项授权"),
            kind="select",
            options=(Option("", _("请选择")), *_grants()),
            value=given["grant"],
            error=wrong.get("grant", ""),
        ),
        Field(
            name="ground",
            label=_("情形"),
            kind="radios",
            options=tuple(Option(one.code, one.title, _law(one)) for one in delay_grounds()),
            value=given["ground"],
            error=wrong.get("ground", ""),
        ),
        Field(
            name="reason",
            label=_("理由"),
            hint=_("写明哪项工作、为什么现在告知会妨碍它。理由和止日都写进账本；不要写个人信息。"),
            kind="textarea",
            value=given["reason"],
            error=wrong.get("reason", ""),
        ),
        Field(
            name="ends_on",
            label=_("哪天止"),
            hint=_("过了这一天，当事人就能在数据足迹里看到这些读取；已经读的，止日不再改。"),
            kind="date",
            value=given["ends_on"],
            error=wrong.get("ends_on", ""),
            width="short",
        ),
    ]


def _grants() -> list[Option]:
    grants = grants_to_delay()
    agencies = get_agencies({consumer for _code, consumer, _purpose in grants})
    return [
        Option(code, f"{agencies[consumer].name if consumer in agencies else consumer} · {purpose} · {code}")
        for code, consumer, purpose in grants
    ]


def _law(one: DelayGroundView) -> str:
    law = f"《{one.cite['law']}》{one.cite.get('article', '')}"
    if not one.cite.get("verified_by"):
        law = _("{cite}（未核对）").format(cite=law)
    return _("{cite}；最多 {n} 天（本地规定，示例）").format(cite=law, n=one.days_max)
