"""What happens in a case beside its state, and what the law lets the applicant do about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.cases.api import (
    CaseView,
    FormalityView,
    ask_hearing,
    ask_recusal,
    get_application,
    handlers,
    make_pickup_code,
    receive,
)
from tongban.identity.api import officer_posts
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.design.access import people
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.formal import NIL, formal_parts
from tongban.portals.design.middleware import actor
from tongban.portals.design.printed import case_of


@dataclass(frozen=True)
class Right:
    """Something that the applicant may do: why, its fields, its button."""

    code: str
    title: str
    words: str
    fields: tuple[Field, ...]
    button: str
    main: bool = False


@people
@require_http_methods(["GET", "HEAD", "POST"])
def steps(request: HttpRequest, number: str) -> HttpResponse:
    """What was done beside the state, newest first; then what she may do, each with its own form."""
    who = actor(request)
    problem: BadInput | None = None
    if request.method == "POST":
        act = _ACTS.get(request.POST.get("step", ""))
        if act is None:
            raise NotFound(_("没有这一步。"))
        try:
            act(request, number, who)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(request.path)
    view = get_application(number, by=who)
    case = case_of(view, number)
    rights = _rights(request, case, problem)
    context = {
        "application": view,
        "case": case,
        "formal": formal_parts(
            _hers(case),
            about=_about(case),
            letter=reverse("citizen:letter-pdf", args=[number, NIL]),
        ),
        "rights": rights,
        "receivable": _receivable(case),
        "mail": (held := case.formality("deliver")) and held.facts.get("mail", ""),
        "errors": errors_of(field for right in rights for field in right.fields),
        "here": "mine",
    }
    return render(request, "citizen/steps.html", context, status=422 if problem else 200)


@people
@require_http_methods(["GET", "HEAD", "POST"])
def pickup(request: HttpRequest, number: str) -> HttpResponse:
    """A code that stands for her signature when she, or somebody for her, takes the decision at the window."""
    who = actor(request)
    made = make_pickup_code(number=number, by=who) if request.method == "POST" else None
    view = get_application(number, by=who)
    context = {
        "application": view,
        "case": case_of(view, number),
        "code": f"{made[0][:4]}-{made[0][4:]}" if made else "",
        "until": f"{clock.local(made[1]):%H:%M}" if made else "",
        "here": "mine",
    }
    response = render(request, "citizen/pickup.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def steps_words(case: CaseView) -> str:
    """The words of the link to what happens beside the state; empty while nothing does."""
    if _receivable(case):
        return _("决定书还没有送达，去签收")
    told = case.formality("hearing")
    if told and told.state == "open" and not told.facts.get("asked_on"):
        return _("您可以申请听证，去选择")
    return _("程序事项和您的权利") if case.formalities or "recuse-asked" in case.steps else ""


def _receivable(case: CaseView) -> bool:
    held = case.formality("deliver")
    return bool("receive" in case.steps and held and held.state == "open" and not case.archived_on)


def _about(case: CaseView) -> dict[str, str]:
    """Officers by their posts, agencies by name; never an officer's name."""
    agencies = {one.about: one.agency_name for one in case.formalities if one.code == "consult"}
    others = {one.about: _("利害关系人") for one in case.formalities if one.code == "interested"}
    numbers = {one.about for one in case.formalities} | {one.deputy_for for one in case.formalities}
    return {**officer_posts(numbers), **agencies, **others}


def _hers(case: CaseView) -> list[FormalityView]:
    """Those that concern her: what an interested party said stays with the agency."""
    return [
        replace(one, words="", answer="") if one.code == "interested" else one for one in case.formalities
    ]


def _rights(request: HttpRequest, case: CaseView, problem: BadInput | None) -> list[Right]:
    sent = request.POST.get("step", "")

    def field(code: str, name: str, **more: object) -> Field:
        error = str(problem) if problem and sent == code and problem.field == name else ""
        value = request.POST.get(f"{code}-{name}", "") if sent == code else ""
        return Field(name=f"{code}-{name}", error=error, value=value, **more)  # type: ignore[arg-type]

    found = []
    if _receivable(case):
        agree = field(
            "receive",
            "agreed",
            label=_("我同意电子送达，已经收到决定书"),
            kind="checkbox",
            hint=_("不同意的，办理部门会另外送达。"),
        )
        words = _("在上一页下载决定书看过以后，可以在这里签收。不服决定的，申请复议的期限从收到算起。")
        found.append(Right("receive", _("签收决定书"), words, (agree,), _("签收"), main=True))
    told = case.formality("hearing")
    if "hearing-asked" in case.steps and told and told.state == "open" and not told.facts.get("asked_on"):
        answers = (Option("yes", _("申请听证")), Option("no", _("不申请听证")))
        choice = field("hearing-asked", "asks", label=_("要不要听证"), kind="radios", options=answers)
        words = _("部门告知：{words}。您可以在 {day} 前申请听证，不收费；听证以后再作决定。")
        said = words.format(words=told.words.rstrip("。"), day=told.facts.get("ask_until", ""))
        found.append(Right("hearing-asked", _("听证"), said, (choice,), _("提交"), main=True))
    if "recuse-asked" in case.steps and not case.archived_on:
        posts = officer_posts(handlers(case.agency))
        options = tuple(Option(number, f"{post} {number}") for number, post in posts.items())
        who = field("recuse-asked", "officer", label=_("请哪位工作人员回避"), kind="select", options=options)
        why = field("recuse-asked", "words", label=_("理由"), kind="textarea")
        words = _("工作人员和这件事有利害关系、可能影响公正的，您可以请他回避，由机关负责人决定。")
        found.append(Right("recuse-asked", _("申请工作人员回避"), words, (who, why), _("提出申请")))
    return found


def _ask_hearing(request: HttpRequest, number: str, who: Actor) -> None:
    asks = request.POST.get("hearing-asked-asks", "")
    if asks not in {"yes", "no"}:
        raise BadInput(_("请选择要不要听证。"), field="asks")
    ask_hearing(number=number, asks=asks == "yes", words="", seen=None, by=who)


_ACTS: Mapping[str, Callable[[HttpRequest, str, Actor], None]] = {
    "receive": lambda r, number, who: receive(
        number=number, agreed=bool(r.POST.get("receive-agreed")), seen=None, by=who
    ),
    "hearing-asked": _ask_hearing,
    "recuse-asked": lambda r, number, who: ask_recusal(
        number=number,
        officer=r.POST.get("recuse-asked-officer", ""),
        words=r.POST.get("recuse-asked-words", ""),
        seen=None,
        by=who,
    ),
}
