"""Who looked at my data: every use, newest first, and a way to ask whether it was right."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import quote, urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases.api import my_applications
from tongban.catalogue.api import ResourceView, get_resources, write_csv
from tongban.exchange.api import pages_about, raise_objection
from tongban.identity.api import AgencyView, FirmView, get_agencies, get_firms_of
from tongban.journal.api import Trace, find_trace, footprint, footprint_places
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.citizen.uses import USES, Row, application_of, use_rows
from tongban.portals.design import parts
from tongban.portals.design.access import people
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor

PAGE = 30
FILE_PAGE = 500
_ALL = "all"
_POSITION_DIGITS_MAX = 18


@dataclass(frozen=True)
class Asked:
    """What the address asks for: whose, which uses, and from which on. `firm` is a number; empty: her own."""

    firm: str
    agency: str
    case: str
    resource: str
    since: date | None
    until: date | None
    before: int | None

    @property
    def query(self) -> dict[str, str]:
        """The filters as part of an address."""
        days = {"since": self.since, "until": self.until}
        named = {"firm": self.firm, "agency": self.agency, "case": self.case, "resource": self.resource}
        return {
            **{name: value for name, value in named.items() if value},
            **{name: day.isoformat() for name, day in days.items() if day},
        }


@people
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """The footprint, by agency, case, resource and days if she likes; paged by position."""
    asked = _asked(request)
    person, firms = _subject(request, asked.firm)
    fed = pages_about(person)
    traces = _traces(person, asked, limit=PAGE + 1, also=fed)
    titles = {row.number: row.title for row in my_applications(actor(request))}
    places = footprint_places(person, kinds=USES, also=fed)
    agencies = get_agencies({code for code, _number, _resource in places})
    resources = get_resources({resource for _code, _number, resource in places if resource})
    shown = traces[:PAGE]
    following = urlencode({**asked.query, "before": shown[-1].position}) if len(traces) > PAGE else ""
    context = {
        "rows": use_rows(person, shown, titles, agencies, resources, fed=fed),
        "filters": _filters(asked, places, agencies, resources, titles) if places else [],
        "filtered": bool(asked.query.keys() - {"firm"}),
        "firm": asked.firm,
        "whose": _whose(firms, asked.firm),
        "all_url": _trail_url(asked.firm),
        "newest": f"?{urlencode(asked.query)}" if asked.before is not None else "",
        "following": f"?{following}" if following else "",
        "file_url": f"{reverse('citizen:footprint-file')}?{urlencode(asked.query)}",
        "here": "mine",
    }
    return render(request, "citizen/footprint.html", context)


@people
@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The footprint as a CSV she can keep: all that the filters leave, the newest first."""
    asked = _asked(request)
    person, _firms = _subject(request, asked.firm)
    fed = pages_about(person)
    titles = {row.number: row.title for row in my_applications(actor(request))}
    places = footprint_places(person, kinds=USES, also=fed)
    agencies = get_agencies({code for code, _number, _resource in places})
    resources = get_resources({resource for _code, _number, resource in places if resource})
    columns = {
        "at": _("时间"),
        "agency": _("部门"),
        "post": _("岗位"),
        "what": _("看了什么"),
        "items": _("内容"),
        "outcome": _("结果"),
        "purpose": _("为了"),
        "basis": _("依据"),
        "case_number": _("办件编号"),
        "entry": _("账目编号"),
    }
    lines: list[dict[str, str]] = []
    while traces := _traces(person, asked, limit=FILE_PAGE, also=fed):
        lines += [_line(row) for row in use_rows(person, traces, titles, agencies, resources, fed=fed)]
        asked = replace(asked, before=traces[-1].position)
    answer = HttpResponse(write_csv(lines, columns), content_type="text/csv; charset=utf-8")
    name = quote(_("数据足迹 {day}").format(day=clock.today()))
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}.csv"
    return answer


def _asked(request: HttpRequest) -> Asked:
    def named(name: str) -> str:
        value = request.GET.get(name, "")
        return "" if value == _ALL else value

    def day(name: str) -> date | None:
        try:
            return date.fromisoformat(request.GET.get(name, ""))
        except ValueError:
            return None

    before = request.GET.get("before", "")
    known = before.isascii() and before.isdigit() and len(before) <= _POSITION_DIGITS_MAX
    return Asked(
        firm=request.GET.get("firm", ""),
        agency=named("agency"),
        case=named("case"),
        resource=named("resource"),
        since=day("since"),
        until=day("until"),
        before=int(before) if known else None,
    )


def _traces(subject: UUID, asked: Asked, *, limit: int, also: Collection[UUID]) -> list[Trace]:
    """The uses that are asked for; a day begins and ends where the city lies."""
    return footprint(
        subject,
        kinds=USES,
        agency=asked.agency,
        case=asked.case,
        resource=asked.resource,
        since=_midnight(asked.since),
        until=_midnight(asked.until + timedelta(days=1)) if asked.until and asked.until < date.max else None,
        before=asked.before,
        limit=limit,
        also=also,
    )


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=clock.local(clock.now()).tzinfo) if day else None


def _line(row: Row) -> dict[str, str]:
    outcome = str(row.outcome.words) if row.outcome else ""
    return {
        "at": clock.local(row.at).isoformat(timespec="seconds"),
        "outcome": outcome,
        "entry": str(row.entry),
        **{
            name: str(getattr(row, name))
            for name in ("agency", "post", "what", "items", "purpose", "basis", "case_number")
        },
    }


@people
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, entry: UUID) -> HttpResponse:
    """「这样对吗？」: why she objects to one use. Pressing twice asks once."""
    number = request.GET.get("firm", "")
    person, _firms = _subject(request, number)
    fed = pages_about(person)
    trace = find_trace(person, entry, kinds=USES, also=fed)
    if trace is None:
        raise NotFound(_("您的数据足迹里没有这一条。"))
    error = ""
    if request.method == "POST":
        try:
            words = request.POST.get("reason", "")
            raise_objection(entry=entry, reason=words, by=actor(request), firm=number)
        except BadInput as problem:
            error = str(problem)
        else:
            asked = f"?{urlencode({'firm': number})}" if number else ""
            return HttpResponseRedirect(f"{reverse('citizen:question', args=[entry])}{asked}#state")
    titles = {row.number: row.title for row in my_applications(actor(request))}
    field = Field(
        name="reason",
        label=_("您觉得哪里不对"),
        hint=_("例如：我没有办过这件事；这件事用不着看这些。部门会按期限答复您。"),
        kind="textarea",
        value=request.POST.get("reason", ""),
        error=error,
    )
    read = get_resources({str(trace.act.content.get("resource", ""))})
    (row,) = use_rows(person, [trace], titles, get_agencies({trace.act.agency}), read, fed=fed)
    context = {
        "row": row,
        "trail_url": _trail_url(number),
        "facts": _facts(row),
        "field": field,
        "errors": errors_of([field]),
        "here": "mine",
    }
    return render(request, "citizen/question.html", context, status=422 if error else 200)


def _subject(request: HttpRequest, firm: str) -> tuple[UUID, list[FirmView]]:
    """Whose footprint: her own, or that of a firm she represents; and all the firms she does."""
    person = actor(request).person
    assert person, "the page is people's"
    firms = get_firms_of(person)
    if not firm:
        return person, firms
    found = [one.subject for one in firms if one.uscc == firm]
    if not found:
        raise NotFound(_("您不是这家经营主体的法定代表人或者经营者，看不到它的数据足迹。"))
    return found[0], firms


def _trail_url(firm: str) -> str:
    address = reverse("citizen:footprint")
    return f"{address}?{urlencode({'firm': firm})}" if firm else address


def _whose(firms: Sequence[FirmView], chosen: str) -> list[tuple[str, str, bool]]:
    """Herself and her firms: name, address, whether it is this one; nothing to choose without a firm."""
    if not firms:
        return []
    return [
        (_("我自己"), _trail_url(""), not chosen),
        *((firm.name, _trail_url(firm.uscc), firm.uscc == chosen) for firm in firms),
    ]


def _filters(
    asked: Asked,
    places: Sequence[tuple[str, str, str]],
    agencies: Mapping[str, AgencyView],
    resources: Mapping[str, ResourceView],
    titles: Mapping[str, str],
) -> list[Field]:
    """Three boxes, in which only what occurs in her footprint can be chosen, and two days."""
    codes = dict.fromkeys(code for code, _number, _resource in places if code in agencies)
    numbers = dict.fromkeys(
        application
        for _code, number, _resource in places
        if (application := application_of(number, titles)) in titles
    )
    read = sorted({resource for _code, _number, resource in places if resource in resources})
    boxes = {
        "agency": (_("部门"), asked.agency, [Option(code, agencies[code].name) for code in codes]),
        "case": (
            _("办件"),
            asked.case,
            [Option(number, f"{titles[number]} {number}") for number in numbers],
        ),
        "resource": (_("看了什么"), asked.resource, [Option(code, resources[code].name) for code in read]),
    }
    days = {"since": (_("从哪天起"), asked.since), "until": (_("到哪天止"), asked.until)}
    everything = Option(_ALL, _("全部"))
    return [
        *(
            Field(name=name, label=label, kind="select", options=(everything, *options), value=value or _ALL)
            for name, (label, value, options) in boxes.items()
        ),
        *(
            Field(name=name, label=label, kind="date", value=day.isoformat() if day else "", required=False)
            for name, (label, day) in days.items()
        ),
    ]


def _facts(row: Row) -> list[parts.Row]:
    return [
        parts.Row(_("谁"), f"{row.agency} · {row.post}"),
        parts.Row(
            _("看了什么"),
            _("{what}：{items}").format(what=row.what, items=row.items) if row.items else row.what,
        ),
        parts.Row(_("为什么"), row.purpose or _("没有写明")),
        parts.Row(_("法律依据"), row.basis or _("没有写明")),
        parts.Row(
            _("办件"),
            f"{row.case_title} {row.case_number}" if row.case_title else row.case_number or _("没有办件"),
        ),
    ]
