"""What may be gaming, with its entries; and declared outages, which are none."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.identity.api import get_agencies
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.supervisor.views.framing import frame
from tongban.supervision.api import (
    DECLARERS,
    WATCHERS,
    can_declare,
    confirm_outage,
    declare_outage,
    get_gaming_lead,
    list_gaming_leads,
    list_outages,
    see_gaming_lead,
)


@officers(*WATCHERS)
@require_safe
def leads(request: HttpRequest) -> HttpResponse:
    """Every lead, those that nobody looked at first."""
    found = list_gaming_leads()
    agencies = get_agencies({row.agency for row, _detector in found})
    context = {
        **frame(actor(request), here="supervision:leads"),
        "rows": [
            (
                row,
                detector,
                agencies[row.agency].name if row.agency in agencies else row.agency,
                parts.Lamp("green", _("已核看")) if row.seen_at else parts.Lamp("yellow", _("待核看")),
            )
            for row, detector in found
        ],
    }
    return render(request, "supervisor/gaming_leads.html", context)


@officers(*WATCHERS)
@require_http_methods(["GET", "HEAD", "POST"])
def lead(request: HttpRequest, lead: int) -> HttpResponse:
    """One lead with its rows, and the form for what it was."""
    who, page = actor(request), get_gaming_lead(lead)
    problem: BadInput | None = None
    words = request.POST.get("words", "").replace("\0", "")
    if request.method == "POST":
        try:
            see_gaming_lead(lead=lead, words=words, seen=_number(request.POST.get("seen", "")), by=who)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("supervision:lead", args=[lead]))
    agency = get_agencies({page.lead.agency}).get(page.lead.agency)
    field = Field(
        name="words",
        label=_("核看结论"),
        hint=_("查到了什么，是不是正常业务。写进账本，不能改；不要写个人信息。"),
        kind="textarea",
        value=words,
        error=str(problem) if problem else "",
    )
    cite = page.detector.cite
    context = {
        **frame(who, here="supervision:leads"),
        "page": page,
        "agency": agency.name if agency else page.lead.agency,
        "citation": parts.Citation(cite["law"], cite["article"], bool(cite["verified_by"])),
        "field": field,
        "errors": errors_of([field]),
    }
    return render(request, "supervisor/gaming_lead.html", context, status=422 if problem else 200)


@officers(*WATCHERS, *DECLARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def outages(request: HttpRequest) -> HttpResponse:
    """Declared outages; agencies declare, supervisors confirm."""
    who = actor(request)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            _do(request, who)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("supervision:outages"))
    rows = list_outages(by=who)
    agencies = get_agencies({row.agency for row in rows})
    error = {problem.field or "reason": str(problem)} if problem else {}
    fields = _fields(request, error) if can_declare(who) else []
    context = {
        **frame(who, here="supervision:outages"),
        "rows": [(row, agencies[row.agency].name if row.agency in agencies else row.agency) for row in rows],
        "watches": any(who.has_role(role) for role in WATCHERS),
        "fields": fields,
        "errors": errors_of(fields),
    }
    return render(request, "supervisor/outages.html", context, status=422 if problem else 200)


def _do(request: HttpRequest, who: Actor) -> None:
    said = request.POST
    if said.get("verb") in {"confirm", "refuse"} and (number := _number(said.get("outage", ""))):
        confirm_outage(
            outage=number, agreed=said["verb"] == "confirm", seen=_number(said.get("seen", "")), by=who
        )
        return
    declare_outage(
        begins_at=_moment(said.get("begins_on", ""), said.get("begins_time", ""), "begins_on"),
        ends_at=_moment(said.get("ends_on", ""), said.get("ends_time", ""), "ends_on"),
        serials=(said.get("serials_from", ""), said.get("serials_to", "")),
        reason=said.get("reason", ""),
        by=who,
    )


def _fields(request: HttpRequest, error: dict[str, str]) -> list[Field]:
    aliases = {"begins_at": "begins_on", "ends_at": "ends_on"}
    errors = {aliases.get(name, name): words for name, words in error.items()}

    def one(name: str, label: str, kind: str = "text", hint: str = "", *, required: bool = True) -> Field:
        return Field(
            name=name,
            label=label,
            kind=kind,  # type: ignore[arg-type]
            hint=hint,
            width="short" if kind != "textarea" else "full",
            value=request.POST.get(name, "").replace("\0", ""),
            error=errors.get(name, ""),
            required=required,
        )

    return [
        one("begins_on", _("开始日期"), "date"),
        one("begins_time", _("开始时间"), hint=_("例如 09:30")),
        one("ends_on", _("结束日期"), "date"),
        one("ends_time", _("结束时间"), hint=_("例如 17:00")),
        one("serials_from", _("纸质编号从"), hint=_("故障期间先发的号。"), required=False),
        one("serials_to", _("纸质编号到"), required=False),
        one("reason", _("故障原因"), "textarea"),
    ]


def _moment(day: str, time: str, field: str) -> datetime:
    try:
        return datetime.fromisoformat(f"{day.strip()}T{time.strip()}").replace(tzinfo=clock.CITY_ZONE)
    except ValueError as error:
        raise BadInput(_("请填日期和时间，例如 2026-12-03 和 09:30。"), field=field) from error


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() else None
