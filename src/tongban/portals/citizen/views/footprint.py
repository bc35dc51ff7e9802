"""Who looked at my data: every use, newest first, and a way to ask whether it was right."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases.api import my_applications
from tongban.cases.kinds import Viewed, ViewedByAgent, ViewRefused
from tongban.catalogue.api import ResourceView, get_resources
from tongban.certificates.kinds import CertificateViewed
from tongban.exchange.api import OUTCOME_WORDS, ObjectionView, objections_to, raise_objection
from tongban.exchange.kinds import (
    Answered,
    CaseReferenceChanged,
    CaseReferenceRegistered,
    CorrectionViewed,
    Refused,
)
from tongban.identity.api import AgencyView, get_agencies, officer_posts, person_names
from tongban.journal.api import Trace, find_trace, footprint, footprint_places
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.design import parts
from tongban.portals.design.access import people
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor

#: What counts as somebody looking at a person's data, refused tries too.
USES = (
    Answered.kind,
    Refused.kind,
    Viewed.kind,
    ViewRefused.kind,
    CertificateViewed.kind,
    CorrectionViewed.kind,
    ViewedByAgent.kind,
    CaseReferenceRegistered.kind,
    CaseReferenceChanged.kind,
)
_REFUSED = {Refused.kind, ViewRefused.kind}
PAGE = 30
_ALL = "all"
_POSITION_DIGITS_MAX = 18


@dataclass(frozen=True)
class Row:
    """One use of her data in words."""

    entry: UUID
    at: datetime
    agency: str
    post: str
    what: str
    items: str
    outcome: parts.Status | None
    purpose: str
    basis: str
    case_number: str
    case_title: str
    case_url: str
    objection: ObjectionView | None
    objection_state: parts.Status | None
    #: The mandate under which somebody acted for her; where no agency took part, ending it is the way to object.
    mandate_url: str


@people
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """The footprint, by agency and case if she likes; paged by position."""
    person = _person(request)
    chosen = {name: request.GET.get(name, _ALL) or _ALL for name in ("agency", "case")}
    agency, case = ("" if value == _ALL else value for value in chosen.values())
    before = request.GET.get("before", "")
    start = (
        int(before) if before.isascii() and before.isdigit() and len(before) <= _POSITION_DIGITS_MAX else None
    )
    traces = footprint(person, kinds=USES, agency=agency, case=case, before=start, limit=PAGE + 1)
    titles = {row.number: row.title for row in my_applications(actor(request))}
    places = footprint_places(person, kinds=USES)
    agencies = get_agencies({code for code, _number in places})
    shown = traces[:PAGE]
    following = urlencode({**chosen, "before": shown[-1].position}) if len(traces) > PAGE else ""
    context = {
        "rows": _rows(person, shown, titles, agencies),
        "filters": _filters(chosen, places, agencies, titles) if places else [],
        "filtered": bool(agency or case),
        "newest": f"?{urlencode(chosen)}" if start is not None else "",
        "following": f"?{following}" if following else "",
        "here": "mine",
    }
    return render(request, "citizen/footprint.html", context)


@people
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, entry: UUID) -> HttpResponse:
    """「这样对吗？」: why she objects to one use. Pressing twice asks once."""
    person = _person(request)
    trace = find_trace(person, entry, kinds=USES)
    if trace is None:
        raise NotFound(_("您的数据足迹里没有这一条。"))
    error = ""
    if request.method == "POST":
        try:
            raise_objection(entry=entry, reason=request.POST.get("reason", ""), by=actor(request))
        except BadInput as problem:
            error = str(problem)
        else:
            return HttpResponseRedirect(f"{reverse('citizen:question', args=[entry])}#state")
    titles = {row.number: row.title for row in my_applications(actor(request))}
    field = Field(
        name="reason",
        label=_("您觉得哪里不对"),
        hint=_("例如：我没有办过这件事；这件事用不着看这些。部门会按期限答复您。"),
        kind="textarea",
        value=request.POST.get("reason", ""),
        error=error,
    )
    (row,) = _rows(person, [trace], titles, get_agencies({trace.act.agency}))
    context = {
        "row": row,
        "facts": _facts(row),
        "field": field,
        "errors": errors_of([field]),
        "here": "mine",
    }
    return render(request, "citizen/question.html", context, status=422 if error else 200)


def _person(request: HttpRequest) -> UUID:
    person = actor(request).person
    assert person, "the page is people's"
    return person


def _rows(
    person: UUID, traces: Sequence[Trace], titles: Mapping[str, str], agencies: Mapping[str, AgencyView]
) -> list[Row]:
    """The lines of a page; four more queries, however many lines."""
    resources = get_resources(
        {str(one.act.content["resource"]) for one in traces if "resource" in one.act.content}
    )
    posts = officer_posts(one.act.actor.removeprefix("officer:") for one in traces)
    agents = person_names(UUID(str(one.said["agent"])) for one in traces if "agent" in one.said)
    objections = objections_to(person, [one.act.id for one in traces])
    return [
        _row(
            one,
            titles=titles,
            agencies=agencies,
            resources=resources,
            posts=posts,
            agent=agents.get(UUID(str(one.said["agent"])), "") if "agent" in one.said else "",
            objection=objections.get(one.act.id),
        )
        for one in traces
    ]


def _row(
    trace: Trace,
    *,
    titles: Mapping[str, str],
    agencies: Mapping[str, AgencyView],
    resources: Mapping[str, ResourceView],
    posts: Mapping[str, str],
    agent: str,
    objection: ObjectionView | None,
) -> Row:
    act = trace.act
    agency = agencies.get(act.agency)
    number = _application(act.case_number, titles)
    resource = resources.get(str(act.content.get("resource", "")))
    items = trace.said.get("items")
    return Row(
        entry=act.id,
        at=act.occurred_at,
        agency=agency.name if agency else act.agency or agent,
        post=_agents_post(agent, agency) if agent else _post(act.actor, posts),
        what=resource.name if resource else act.title,
        items=_("、").join(map(str, items)) if isinstance(items, list) else "",
        outcome=_outcome(trace),
        purpose=act.purpose,
        basis=act.basis,
        case_number=act.case_number.rpartition("/")[
            2
        ],  # an outside case has the number that its agency gave it
        case_title=titles.get(number, ""),
        case_url=reverse("citizen:application", args=[number]) if number in titles else "",
        objection=objection,
        objection_state=_state(objection) if objection else None,
        mandate_url=reverse("citizen:mandate", args=[trace.said["mandate"]])
        if "mandate" in trace.said
        else "",
    )


def _application(case_number: str, titles: Mapping[str, str]) -> str:
    """The application's number: readings carry it, acts on a case carry `<application>-<two digits>`."""
    return case_number if case_number in titles else case_number.rpartition("-")[0]


def _post(reader: str, posts: Mapping[str, str]) -> str:
    """The post of an officer; a reading that the form itself set off passed before nobody's eyes."""
    number = reader.removeprefix("officer:")
    if number != reader:
        return posts.get(number, _("工作人员 {number}").format(number=number))
    system = reader.removeprefix("subsystem:")
    if system != reader:
        return _("业务系统 {system}").format(system=system.rpartition("/")[2])
    return _("系统按您的申请自动读取")


def _agents_post(agent: str, agency: AgencyView | None) -> str:
    """Who acted for her: a reading that an agent set off, or the agent herself."""
    if agency:
        return _("系统按代办人{name}代您提交的内容自动读取").format(name=agent)
    return _("代办人，依您的委托")


def _outcome(trace: Trace) -> parts.Status | None:
    if trace.act.kind in _REFUSED:
        return parts.Status(_("已拒绝，没有看到"), "warning")
    words = OUTCOME_WORDS.get(str(trace.act.content.get("outcome", "")))
    return parts.Status(words) if words else None


def _state(objection: ObjectionView) -> parts.Status:
    words: dict[str, tuple[str, parts.Tone]] = {
        "waiting": (_("已提出异议，等答复"), "info"),
        "overdue": (_("异议超期未答复"), "danger"),
        "explained": (_("已答复：有依据"), "success"),
        "upheld": (_("已答复：确有不当"), "warning"),
    }
    return parts.Status(*words[objection.state])


def _filters(
    chosen: Mapping[str, str],
    places: Iterable[tuple[str, str]],
    agencies: Mapping[str, AgencyView],
    titles: Mapping[str, str],
) -> list[Field]:
    """Two boxes: only what occurs in her footprint can be chosen."""
    pairs = list(places)
    codes = dict.fromkeys(code for code, _number in pairs if code)
    numbers = dict.fromkeys(
        application for _code, number in pairs if (application := _application(number, titles)) in titles
    )
    everything = Option(_ALL, _("全部"))
    return [
        Field(
            name="agency",
            label=_("部门"),
            kind="select",
            options=(everything, *(Option(code, agencies[code].name) for code in codes if code in agencies)),
            value=chosen["agency"],
        ),
        Field(
            name="case",
            label=_("办件"),
            kind="select",
            options=(everything, *(Option(number, f"{titles[number]} {number}") for number in numbers)),
            value=chosen["case"],
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
