"""Filling in at the window: find item and person, then one page with the form, the materials and what is missing.

Everything of it works by keyboard and without a script: the buttons carry access keys that they show.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongban.cases.api import (
    ON_PAPER,
    PAPER,
    SHOWN_CARDS,
    ApplicationView,
    MaterialView,
    acknowledge_changes,
    acknowledge_notice,
    agree,
    begin_at_window,
    drop_draft,
    enter_paper,
    find_at_window,
    find_gaps,
    get_application,
    open_work,
    remove_document,
    renew_form,
    save_answers,
    submit_application,
    supply,
    take_papers,
)
from tongban.identity.api import get_person, masked
from tongban.journal.api import StaleObject
from tongban.kernel import clock
from tongban.kernel.errors import BadAnswers, BadInput, Conflict, NotAllowed, NotFound
from tongban.portals.counter.views.home import frame
from tongban.portals.counter.views.intake import seen_of
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.asked import Consent, consent_of, take_files, upload_field
from tongban.portals.design.fields import Field, FieldError, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.rows import blocks_of, given_on, group_changed
from tongban.portals.design.shown import handed_part
from tongban.services.api import search

#: So many things are offered for the words that were typed.
OFFERED = 8


@dataclass(frozen=True)
class Line:
    """A material on the checklist: what it is, what it may be ticked as, and a box for a scan."""

    material: MaterialView
    part: parts.Material
    level: str
    tick: str
    ticked: bool
    file: Field | None


@officers("window-clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Which thing, and who: the two boxes that an identity card reader and a clerk fill."""
    who = actor(request)
    problem: BadInput | None = None
    words = request.POST.get("words", "").strip()
    serial = request.POST.get("serial", request.GET.get("serial", ""))
    offered = _offered(words) if words else []
    if request.method == "POST":
        try:
            number = _begin(request, _chosen(request, words, offered), serial)
        except BadInput as bad:
            problem = bad
        except (Conflict, NotAllowed, NotFound) as refused:
            problem = BadInput(str(refused), field="words")
        else:
            return HttpResponseRedirect(reverse("counter:filling", args=[number]))
    fields = [
        *(_paper_fields(request, serial, problem) if serial else []),
        *_start_fields(request, offered, problem),
    ]
    context = {
        **frame(who, here="filling"),
        "fields": fields,
        "errors": errors_of(fields),
        "drafts": open_work(who).drafts,
    }
    return render(request, "counter/start.html", context, status=422 if problem else 200)


@officers("window-clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def filling(request: HttpRequest, number: str) -> HttpResponse:
    """The whole form beside the checklist of materials; saving, reading and submitting are its buttons."""
    view = _open(request, number)
    given: dict[str, str] = {}
    problems: dict[str, str] = {}
    if request.method == "POST":
        given = _given(request, view)
        problems = _keep(request, view, given)
        do, changed = request.POST.get("do", "save"), group_changed(request.POST)
        problems = problems or ({} if changed else _carry_on(request, view, do))
        if not problems and not changed:
            taken = reverse("counter:intake", args=[number]) + "?taken=1"
            return HttpResponseRedirect(taken if do in {"submit", "supply"} else request.path)
        view = _open(request, number)
    answers = {**view.answers, **given}
    drafting = view.state == "preparing"
    pages = [
        (page.title, blocks_of(view, page.questions, answers, problems))
        for page in view.guide.pages
        if drafting
    ]
    consent = _consent(request, view, problems) if drafting and view.told_at is None else None
    lines = [
        _line(view, one, problems)
        for one in view.materials
        if drafting or one.state != "ready" or one.outcome == PAPER
    ]
    fields = [
        *(field for _title, blocks in pages for block in blocks for field in block.fields),
        *(one.file for one in lines if one.file),
        *([consent.field] if consent else []),
    ]
    context = {
        **frame(actor(request), here="filling", keys=_keys()),
        "application": view,
        "id_number": masked(get_person(view.applicant).id_number),
        "pages": pages,
        "lines": lines,
        "consent": consent,
        "to_fetch": any(one.tick == "fetch" for one in lines),
        "gaps": _gaps(request, view, lines) if drafting else [],
        "errors": (*errors_of(fields), *_elsewhere(problems, fields)),
    }
    return render(request, "counter/filling.html", context, status=422 if problems else 200)


@officers("window-clerk")
@require_POST
def drop(request: HttpRequest, number: str) -> HttpResponse:
    """Let the draft go: the wrong person, or she thought better of it; what was read for it is erased."""
    drop_draft(number=number, by=actor(request))
    return HttpResponseRedirect(reverse("counter:start"))


def _begin(request: HttpRequest, bundle: str, serial: str) -> str:
    """Begin now, or what was received on paper under the number of an outage."""
    who, shown = actor(request), request.POST.get("shown", "")
    applicant = find_at_window(name=request.POST.get("name", ""), id_number=request.POST.get("id_number", ""))
    if not serial:
        return begin_at_window(bundle=bundle, applicant=applicant, shown=shown, by=who)
    moment = f"{request.POST.get('received_on', '').strip()}T{request.POST.get('received_time', '').strip()}"
    try:
        received_at = datetime.fromisoformat(moment).replace(tzinfo=clock.CITY_ZONE)
    except ValueError:
        raise BadInput(_("请填日期和时间，例如 2026-12-03 和 09:30。"), field="received_at") from None
    return enter_paper(
        serial=serial, received_at=received_at, bundle=bundle, applicant=applicant, shown=shown, by=who
    )


def _paper_fields(request: HttpRequest, serial: str, problem: BadInput | None) -> list[Field]:
    """What stands on the paper: the number, and when it was received."""
    wrong = {problem.field: str(problem)} if problem else {}
    given = request.POST.get
    return [
        Field(name="serial", label=_("停机编号"), value=serial, error=wrong.get("serial", ""), width="long"),
        Field(
            name="received_on",
            label=_("收件日期"),
            kind="date",
            value=given("received_on", ""),
            error=wrong.get("received_at", ""),
            width="medium",
        ),
        Field(
            name="received_time",
            label=_("收件时间"),
            hint=_("照纸质收件单，例如 09:30"),
            value=given("received_time", ""),
            width="short",
        ),
    ]


def _offered(words: str) -> list[Option]:
    return [Option(hit.code, hit.title) for hit in search(words, limit=OFFERED).hits if hit.kind != "listed"]


def _chosen(request: HttpRequest, words: str, offered: list[Option]) -> str:
    """The thing that was chosen, or the only one that the words mean."""
    code = request.POST.get("bundle", "")
    if code in {one.value for one in offered}:
        return code
    meant = [one for one in offered if one.label == words] or offered
    if len(meant) == 1:
        return meant[0].value
    if not words:
        raise BadInput(_("请填写要办什么事。"), field="words")
    if not offered:
        raise BadInput(_("没有找到这件事，请换个说法，例如「开饭店」。"), field="words")
    raise BadInput(_("请选择是哪一件事。"), field="bundle")


def _start_fields(request: HttpRequest, offered: list[Option], problem: BadInput | None) -> list[Field]:
    def field(name: str, **more: Any) -> Field:
        error = str(problem) if problem and problem.field == name else ""
        return Field(name=name, value=request.POST.get(name, more.pop("value", "")), error=error, **more)

    cards = tuple(Option(code, words) for code, words in SHOWN_CARDS.items())
    return [
        field("words", label=_("要办什么"), width="long"),
        *([field("bundle", label=_("是哪一件"), kind="radios", options=tuple(offered))] if offered else []),
        field("id_number", label=_("身份证号码"), width="long"),
        field("name", label=_("姓名"), width="medium"),
        field("shown", label=_("出示的证件"), kind="select", options=cards, value="id-card", width="medium"),
    ]


def _open(request: HttpRequest, number: str) -> ApplicationView:
    """What the window fills in or supplies.

    Raises:
        NotFound: nothing of it is to be filled in.
    """
    renew_form(number=number, by=actor(request))
    view = get_application(number, by=actor(request))
    if view.state not in {"preparing", "supplementing"}:
        raise NotFound(_("这份申请已经提交，现在没有要填的。请到收件页办理。"))
    return view


def _given(request: HttpRequest, view: ApplicationView) -> dict[str, str]:
    """What the page sent; of what it did not send nothing is said."""
    asked = [question for page in view.guide.pages for question in page.questions]
    return given_on([one for one in asked if one.code in request.POST], request.POST)


def _consent(request: HttpRequest, view: ApplicationView, problems: Mapping[str, str]) -> Consent | None:
    """The consent that the applicant gives by word at the window, until it is noted with the notice."""
    words = _("申请人当面确认：是孩子的父母或者其他监护人，同意为办这件事处理孩子的信息")
    return consent_of(
        view, words, ticked=request.POST.get("guardian", ""), error=problems.get("guardian", "")
    )


def _keep(request: HttpRequest, view: ApplicationView, given: Mapping[str, str]) -> dict[str, str]:
    """Keep what is right of the form and say what is wrong with the rest, by question, or by the box of a file."""
    problems: dict[str, str] = {}
    who, number = actor(request), view.number
    if view.state == "preparing":
        if view.changes:
            acknowledge_changes(number=number, by=who)
        told = {code: text for code, text in given.items() if text.strip() or code in view.answers}
        told = _without(told, {group_changed(request.POST)})
        try:
            save_answers(number=number, answers=told, by=who)
        except BadAnswers as bad:
            problems = dict(bad.problems)
            save_answers(number=number, answers=_without(told, problems), by=who)
        agree(number=number, materials=request.POST.getlist("agree"), by=who)
        if removed := request.POST.get("remove"):
            remove_document(number=number, material=removed, by=who)
    take_papers(number=number, materials=request.POST.getlist(PAPER), by=who)
    wrong = take_files(request, view)
    return problems | {f"file-{code}": sentence for code, sentence in wrong.items()}


def _without(given: Mapping[str, str], wrong: Iterable[str]) -> dict[str, str]:
    """The answers without these questions; a group is kept as a whole or not at all."""
    left_out = {code.partition(".")[0] for code in wrong}
    return {code: text for code, text in given.items() if code.partition(".")[0] not in left_out}


def _carry_on(request: HttpRequest, view: ApplicationView, do: str) -> dict[str, str]:
    """What the button does beyond saving; what keeps it from being done, by question or material."""
    number, who = view.number, actor(request)
    to_fetch = [one.code for one in view.materials if _tick(view, one) == "fetch"]
    try:
        if do == "fetch" or (do == "submit" and view.told_at is None and not to_fetch):
            by_hand = [
                *view.by_hand,
                *(code for code in to_fetch if code not in request.POST.getlist("fetch")),
            ]
            agreed = bool(request.POST.get("guardian"))
            acknowledge_notice(number=number, by_hand=by_hand, by=who, guardian=agreed)
        if do == "submit":
            submit_application(number=number, seen=None, by=who)
        elif do == "supply":
            supply(number=number, seen=seen_of(request), by=who)
    except BadInput as bad:
        if bad.field == "guardian":
            return {"guardian": str(bad)}
        return find_gaps(number, by=who) if do == "submit" else {"gaps": str(bad)}
    except Conflict as still:
        if isinstance(still, StaleObject):
            raise
        return {"gaps": str(still)}
    return {}


def _line(view: ApplicationView, one: MaterialView, problems: Mapping[str, str]) -> Line:
    tick = _tick(view, one)
    least = _("最低 {level} 级").format(level=one.terms.least_level)
    had = _("，现为 {level} 级").format(level=one.evidence.level) if one.evidence else ""
    scanned = one.document is None and (tick == PAPER or one.state == "returned")
    return Line(
        material=one,
        part=handed_part(one),
        level=f"{least}{had}",
        tick=tick,
        ticked={"agree": one.agreed, "fetch": one.code not in view.by_hand}.get(tick, one.outcome == PAPER),
        file=upload_field(one.code, _("扫描件"), "", problems.get(f"file-{one.code}", ""), required=False)
        if scanned
        else None,
    )


def _tick(view: ApplicationView, one: MaterialView) -> str:
    """What a material may be ticked as: agreed to, to be read, taken on paper; nothing where it is there already."""
    if view.state == "preparing" and one.kind in {"promise", "template"}:
        return "agree"
    if view.state == "preparing" and one.kind == "fetched" and view.told_at is None:
        return "fetch"
    missing = one.document is None and (one.state != "ready" or one.outcome == PAPER)
    return PAPER if one.kind in ON_PAPER and missing else ""


def _gaps(request: HttpRequest, view: ApplicationView, lines: Sequence[Line]) -> list[str]:
    """What is still missing, without what is about to be read."""
    to_fetch = {line.material.code for line in lines if line.tick == "fetch"}
    gaps = find_gaps(view.number, by=actor(request))
    return [sentence for code, sentence in gaps.items() if code not in to_fetch]


def _elsewhere(problems: Mapping[str, str], fields: Sequence[Field]) -> list[FieldError]:
    """What no field of the page says: it stands beside what is still missing."""
    named = {field.name for field in fields}
    return [FieldError("gaps", sentence) for code, sentence in problems.items() if code not in named]


def _keys() -> list[tuple[str, str]]:
    return [
        ("Alt+S", _("存")),
        ("Alt+G", _("告知并取数")),
        ("Alt+R", _("提交，出回执")),
        (_("空格"), _("光标所在的材料：勾上、去掉")),
    ]
