"""Filling in the form: begin, a page of questions, the notice, what was fetched."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases.api import (
    ApplicationView,
    MaterialView,
    acknowledge_notice,
    get_application,
    prepare_application,
    renew_form,
    save_answers,
)
from tongban.exchange.api import find_terms
from tongban.identity.api import AgencyView, get_agencies
from tongban.kernel.errors import BadAnswers, BadInput, NotFound
from tongban.packs.ports import Cite
from tongban.portals.citizen.journey import place_of, resume_at
from tongban.portals.citizen.views.presenting import wallet_link
from tongban.portals.design import parts
from tongban.portals.design.access import goes_on, people_and_agents, was_pressed
from tongban.portals.design.asked import consent_of, prefill
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.rows import blocks_of, given_on, group_changed
from tongban.portals.design.shown import citation, handed_part
from tongban.services.api import Question


@people_and_agents
@goes_on
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Begin, or go on with what was begun; a mere link leads to the guide."""
    if request.method != "POST" and not was_pressed(request):
        return HttpResponseRedirect(reverse("public:bundle", args=[code]))
    number = prepare_application(bundle=code, by=actor(request))
    return HttpResponseRedirect(reverse("citizen:resume", args=[number]))


@people_and_agents
@require_safe
def resume(request: HttpRequest, number: str) -> HttpResponse:
    """Go on where something is open."""
    renew_form(number=number, by=actor(request))
    view = get_application(number, by=actor(request))
    if view.state != "preparing":
        return HttpResponseRedirect(reverse("citizen:application", args=[number]))
    return HttpResponseRedirect(resume_at(view))


@people_and_agents
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """One page of questions: one topic, prefilled from what was fetched, each value with its source."""
    view = draft(request, number)
    asked = next((one for one in view.guide.pages if one.code == code), None)
    if asked is None:
        raise NotFound(_("这张表没有这一页。"))
    place = place_of(view, code)
    answers = dict(view.answers)
    problems: Mapping[str, str] = {}
    given = given_on(asked.questions, request.POST)
    unsent = request.POST and request.method == "GET"  # typed before the session ended
    if unsent or group_changed(request.POST):
        answers |= given
    elif request.method == "POST":
        try:
            save_answers(number=number, answers=given, by=actor(request))
        except BadAnswers as bad:
            answers |= given
            problems = bad.problems
        else:
            wanted = request.POST.get("back") == "check"
            return HttpResponseRedirect(_onward(number, code, given, request, back_to_check=wanted))
    blocks = blocks_of(view, asked.questions, answers, problems)
    context = {
        "application": view,
        "page": asked,
        "place": place,
        "blocks": blocks,
        "errors": errors_of(field for block in blocks for field in block.fields),
        "back": request.GET.get("back") or request.POST.get("back", ""),
        "keepers": _keepers(view, asked.questions),
    }
    return render(request, "citizen/page.html", context, status=422 if problems else 200)


def _onward(
    number: str, code: str, given: Mapping[str, str], request: HttpRequest, *, back_to_check: bool
) -> str:
    """Where to after a page: to the same once more where an answer brought a question, else to the next."""
    view = get_application(number, by=actor(request))
    asked = next((one for one in view.guide.pages if one.code == code), None)
    if asked and any(question.code not in given for question in asked.questions):
        return request.get_full_path()
    return reverse("citizen:check", args=[number]) if back_to_check else place_of(view, code).after


@people_and_agents
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """告知: what is read, from where, by whom, why, on what ground, how long it is kept."""
    view = draft(request, number)
    place = place_of(view, "notice")
    fetchable = [one for one in view.materials if one.kind == "fetched" or one.code in view.by_hand]
    error, ticked = "", request.POST.get("guardian", "")
    if request.method == "POST":
        chosen = [] if "by-hand" in request.POST else request.POST.getlist("fetch")
        by_hand = [one.code for one in fetchable if one.code not in chosen]
        try:
            acknowledge_notice(number=number, by_hand=by_hand, by=actor(request), guardian=bool(ticked))
        except BadInput as bad:
            if bad.field != "guardian":
                raise
            error = str(bad)
        else:
            return HttpResponseRedirect(place.after)
    field = Field(
        name="fetch",
        label=_("让我们替您取哪些"),
        kind="checkboxes",
        hint=_("去掉勾选的，稍后由您自己上传。"),
        options=tuple(Option(one.code, one.title) for one in fetchable),
        values=tuple(one.code for one in fetchable if one.code not in view.by_hand),
    )
    words = _("我是孩子的父母或者其他监护人，同意为办这件事处理孩子的信息")
    consent = consent_of(view, words, ticked=ticked, error=error)
    context = {
        "application": view,
        "place": place,
        "readings": _readings(view),
        "field": field,
        "consent": consent,
        "errors": errors_of([consent.field] if consent else []),
    }
    return render(request, "citizen/notice.html", context, status=422 if error else 200)


@people_and_agents
@require_safe
def fetched(request: HttpRequest, number: str) -> HttpResponse:
    """What came of it: fetched, verified, different, silent; none of it stops anybody."""
    view = draft(request, number)
    shown = [one for one in view.materials if one.kind == "fetched" or one.code in view.by_hand]
    context = {
        "application": view,
        "place": place_of(view, "fetched"),
        "materials": [handed_part(one, links=_links(request, view, one)) for one in shown],
        "corrections": [
            (one, one.evidence.correction_due_on)
            for one in shown
            if one.evidence and one.evidence.correction_due_on
        ],
        "silent": [one.title for one in shown if one.outcome == "silent"],
        "missing": [one.title for one in shown if one.outcome == "none"],
    }
    return render(request, "citizen/fetched.html", context)


def _links(request: HttpRequest, view: ApplicationView, one: MaterialView) -> tuple[tuple[str, str], ...]:
    """Where she says that what was read is wrong; where nothing was found, her own wallet."""
    if one.evidence:
        return ((_("不对？"), reverse("citizen:correction", args=[one.evidence.id])),)
    return () if actor(request).represents else wallet_link(view, one)


def draft(request: HttpRequest, number: str) -> ApplicationView:
    """The person's draft; a submitted one has no form any more.

    Raises:
        NotFound: submitted already, or not hers.
    """
    renew_form(number=number, by=actor(request))
    view = get_application(number, by=actor(request))
    if view.state != "preparing":
        raise NotFound(_("这份申请已经提交，请到「我的办件」查看进度。"))
    return view


def _keepers(view: ApplicationView, questions: Sequence[Question]) -> list[tuple[str, AgencyView]]:
    """What the page's prefilled values come from, with the agency that keeps it and puts it right."""
    held = [found[1] for question in questions if (found := prefill(view, question))]
    agencies = get_agencies({one.provider for one in held}) if held else {}
    return list({one.resource: (one.resource_name, agencies[one.provider]) for one in held}.values())


def _readings(view: ApplicationView) -> list[parts.Reading]:
    """The lines of the notice, from the grants under which the readings will be made."""
    wanted = [
        (one, view.guide.item(one.needed_by_codes[0]).deciding)
        for one in view.materials
        if one.terms.fetch and one.terms.kind == "fetched"
    ]
    terms = find_terms([(consumer, one.terms.fetch.resource) for one, consumer in wanted if one.terms.fetch])
    agencies = get_agencies({consumer for _one, consumer in wanted})
    found = []
    for one, consumer in wanted:
        assert one.terms.fetch
        grant = terms.get((consumer, one.terms.fetch.resource))
        if grant is None:
            continue
        words = _("只核对是否一致，不给出内容") if grant.mode == "verify" else one.terms.issuer
        found.append(
            parts.Reading(
                one.title,
                one.terms.issuer
                if grant.mode != "verify"
                else _("{source}（{words}）").format(source=one.terms.issuer, words=words),
                agencies[consumer].name,
                grant.purpose,
                citation(Cite.model_validate(grant.cites[0])),
                _("随办件保存，办结后按档案规定"),
            )
        )
    return found
