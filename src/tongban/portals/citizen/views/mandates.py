"""请家人代办: give a mandate, answer one, end one, and act under one."""

from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.identity.api import (
    RELATIONS,
    MandateView,
    answer_mandate,
    end_mandate,
    get_mandate,
    last_day,
    mandate_grounds,
    mandates_of,
    offer_mandate,
)
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.packs.ports import Cite
from tongban.portals.design import limits, parts
from tongban.portals.design.access import people, people_and_agents
from tongban.portals.design.acting import begin_acting, stop_acting
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.shown import citation
from tongban.services.api import get_guide, titles_of

#: What the form proposes as the last day.
USUAL = timedelta(days=90)
_TONES: dict[str, parts.Tone] = {"offered": "warning", "accepted": "success"}


@people
@require_safe
def mandates(request: HttpRequest) -> HttpResponse:
    """What she gave and what she was given."""
    who = actor(request)
    assert who.person
    held = mandates_of(who.person)
    titles = titles_of({one.matter for one in held if one.matter})
    context = {
        "given": [_row(one, titles) for one in held if one.principal == who.person],
        "taken": [_row(one, titles) for one in held if one.agent == who.person],
        "grounds": _grounds(),
        "here": "mine",
    }
    return render(request, "citizen/mandates.html", context)


@people
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Give a mandate: for the one thing whose guide led here, or for all."""
    code = request.POST.get("of") or request.GET.get("matter", "")
    matter = get_guide(code).bundle if code else None
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            made = _offer(request, code)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("citizen:mandate", args=[made]))
    fields = _fields(request, matter.title if matter else "", problem)
    context = {
        "fields": fields,
        "errors": errors_of(fields),
        "matter": matter,
        "grounds": _grounds(),
        "here": "mine",
    }
    return render(request, "citizen/mandate_new.html", context, status=422 if problem else 200)


@people
@require_safe
def mandate(request: HttpRequest, mandate: UUID) -> HttpResponse:
    """One mandate with its terms, and what the reader can do about it."""
    who = actor(request)
    view = get_mandate(mandate, by=who)
    titles = titles_of([view.matter]) if view.matter else {}
    context = {
        "mandate": view,
        "mine": view.principal == who.person,
        "tag": _tag(view),
        "rows": [
            parts.Row(_("委托人"), f"{view.principal_name} {view.principal_number}"),
            parts.Row(_("代办人"), f"{view.agent_name} {view.agent_number}"),
            parts.Row(_("代办人是委托人的"), view.relation),
            parts.Row(_("办什么"), _matter(view, titles)),
            parts.Row(_("可以做"), _("填写、上传、提交、补正，看代办的办件的进度")),
            parts.Row(_("不能做"), _("撤回、报告整改、看证照、看别的办件、再托别人")),
            parts.Row(_("截止"), f"{view.ends_on}"),
        ],
        "grounds": _grounds(),
        "here": "mine",
    }
    return render(request, "citizen/mandate.html", context)


@people
@require_POST
def answer(request: HttpRequest, mandate: UUID) -> HttpResponse:
    """Accept or decline."""
    answer_mandate(mandate=mandate, accepts=request.POST.get("answer") == "accept", by=actor(request))
    return HttpResponseRedirect(reverse("citizen:mandate", args=[mandate]))


@people
@require_POST
def end(request: HttpRequest, mandate: UUID) -> HttpResponse:
    """Take it back, or lay it down."""
    end_mandate(mandate=mandate, by=actor(request))
    return HttpResponseRedirect(reverse("citizen:mandate", args=[mandate]))


@people_and_agents
@require_POST
def act(request: HttpRequest, mandate: UUID) -> HttpResponse:
    """From now on in this session, act for who gave the mandate; its one thing is opened if it names one."""
    view = begin_acting(request, mandate, by=actor(request))
    if view.matter:
        return HttpResponseRedirect(reverse("public:bundle", args=[view.matter]))
    return HttpResponseRedirect(reverse("citizen:home"))


@people_and_agents
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Be oneself again."""
    stop_acting(request)
    return HttpResponseRedirect(reverse("citizen:mandates"))


def _offer(request: HttpRequest, code: str) -> UUID:
    given = request.POST
    limits.spend(limits.MANDATE, actor(request).key)
    if "agreed" not in given:
        raise BadInput(_("请确认您知道代办人能看到和能做什么。"), field="agreed")
    for name, words in (("name", _("请填写代办人的姓名。")), ("id_number", _("请填写代办人的身份证号码。"))):
        if not given.get(name, "").strip():
            raise BadInput(words, field=name)
    try:
        ends_on = date.fromisoformat(given.get("ends_on", ""))
    except ValueError:
        raise BadInput(_("请填写截止日期，例如 2027-01-31。"), field="ends_on") from None
    return offer_mandate(
        name=given["name"],
        id_number=given["id_number"],
        relation=given.get("relation", ""),
        matter=code if given.get("matter", "") == "one" else "",
        ends_on=ends_on,
        by=actor(request),
    )


def _fields(request: HttpRequest, title: str, problem: BadInput | None) -> list[Field]:
    def value(name: str, otherwise: str = "") -> str:
        return request.POST.get(name, otherwise)

    def error(name: str) -> str:
        return str(problem) if problem and (problem.field or "name") == name else ""

    today = clock.today()
    until = _("最长一年，到 {day}。到期自动失效。").format(day=last_day(today).isoformat())
    one = Option("one", _("只办「{title}」").format(title=title))
    everything = Option("all", _("所有能代办的事"))
    warning = _(
        "我知道：代办人为办事能看到我填的、部门提供的我的数据；办的结果由我承担；我随时可以收回，马上生效。"
    )
    return [
        Field(
            name="name",
            label=_("代办人的姓名"),
            value=value("name"),
            error=error("name"),
            width="medium",
            autocomplete="off",
        ),
        Field(
            name="id_number",
            label=_("代办人的身份证号码"),
            hint=_("姓名和号码都对上，才会发给这个人。"),
            value=value("id_number"),
            error=error("id_number"),
            width="medium",
            autocomplete="off",
        ),
        Field(
            name="relation",
            label=_("这个人是您的"),
            kind="radios",
            options=tuple(Option(one, _(one)) for one in RELATIONS),
            value=value("relation"),
            error=error("relation"),
        ),
        Field(
            name="matter",
            label=_("请代办人办什么"),
            kind="radios",
            hint="" if title else _("只想托一件事的，到那件事的办事指南里点“请家人代办”。"),
            options=(one, everything) if title else (everything,),
            value=value("matter", "one" if title else "all"),
        ),
        Field(
            name="ends_on",
            label=_("到哪一天为止"),
            kind="date",
            hint=until,
            value=value("ends_on", (today + USUAL).isoformat()),
            error=error("ends_on"),
            width="short",
        ),
        Field(
            name="agreed",
            label=_("确认"),
            kind="checkboxes",
            options=(Option("1", warning),),
            values=tuple(request.POST.getlist("agreed")),
            error=error("agreed"),
        ),
    ]


def _row(view: MandateView, titles: dict[str, str]) -> tuple[MandateView, parts.Status, str]:
    return view, _tag(view), _matter(view, titles)


def _matter(view: MandateView, titles: dict[str, str]) -> str:
    return titles.get(view.matter, view.matter) if view.matter else _("所有能代办的事")


def _tag(view: MandateView) -> parts.Status:
    words = {
        "offered": _("等代办人确认"),
        "accepted": _("生效中"),
        "declined": _("没有接受"),
        "revoked": _("委托人已收回"),
        "resigned": _("代办人已辞去"),
        "expired": _("已到期"),
    }
    return parts.Status(words[view.state], _TONES.get(view.state, "plain"))


def _grounds() -> list[tuple[str, parts.Citation]]:
    return [(one.text, citation(Cite.model_validate(one.cite))) for one in mandate_grounds()]
