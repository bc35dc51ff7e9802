"""Before the questions: what registers hold, told on one page, read only when she wants it."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongban.cases.api import Lookup, drop_draft, find_draft, look_up, lookup_questions, lookups_of
from tongban.catalogue.api import get_resources
from tongban.clocks.api import limit_of
from tongban.identity.api import get_agencies
from tongban.kernel import clock
from tongban.kernel.errors import BadAnswers, NotFound
from tongban.packs.ports import Cite
from tongban.portals.design import limits, parts
from tongban.portals.design.access import people
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.shown import citation
from tongban.services.api import Question, get_guide


@people
@require_http_methods(["GET", "HEAD", "POST"])
def ask_first(request: HttpRequest, code: str) -> HttpResponse:
    """What will be read, from whom, by whom, why, on what ground, how long it is kept; then it is read."""
    guide = get_guide(code)
    lookups = [one for one in lookups_of(guide) if one.terms]
    if not lookups:
        raise NotFound(_("这件事没有可以先查的登记，请直接回答。"))
    problems: Mapping[str, str] = {}
    if request.method == "POST":
        limits.spend(limits.LOOKUP, actor(request).key)
        try:
            look_up(bundle=code, answers=request.POST.dict(), by=actor(request))
        except BadAnswers as bad:
            problems = bad.problems
        else:
            return HttpResponseRedirect(reverse("public:eligibility", args=[code]))
    fields = [
        _field(one, request.POST.get(one.code, ""), problems.get(one.code, ""))
        for one in lookup_questions(guide, lookups)
    ]
    context = {
        "guide": guide,
        "readings": _readings(lookups),
        "own": [fact.title for fact in guide.bundle.eligibility.facts if fact.own]
        if guide.bundle.eligibility
        else [],
        "fields": fields,
        "errors": errors_of(fields),
        "kept": limit_of("draft-kept", on=clock.today()),
    }
    return render(request, "public/registers.html", context, status=422 if problems else 200)


@people
@require_POST
def let_go(request: HttpRequest, code: str) -> HttpResponse:
    """She does not go on: the draft ends, and what was read for it is erased."""
    if number := find_draft(bundle=code, by=actor(request)):
        drop_draft(number=number, by=actor(request))
    return HttpResponseRedirect(reverse("public:eligibility", args=[code]))


def _readings(lookups: list[Lookup]) -> list[parts.Reading]:
    resources = get_resources({one.fetch.resource for one in lookups})
    agencies = get_agencies(
        {one.consumer for one in lookups} | {resource.agency for resource in resources.values()}
    )
    found = []
    for one in lookups:
        assert one.terms
        resource = resources[one.fetch.resource]
        names = "、".join(resource.item_names(one.fetch.items))
        found.append(
            parts.Reading(
                _("{resource}：{items}").format(resource=resource.name, items=names),
                agencies[resource.agency].name,
                agencies[one.consumer].name,
                one.terms.purpose,
                citation(Cite.model_validate(one.terms.cites[0])),
                _("随草稿；提交后随办件保存"),
            )
        )
    return found


def _field(question: Question, value: str, error: str) -> Field:
    options = tuple(Option(one.value, one.title, one.hint) for one in question.options)
    return Field(
        name=question.code,
        label=question.title,
        kind="radios" if options else "text",
        hint=question.hint,
        value=value,
        options=options,
        suffix=question.unit,
        error=error,
        width="long",
    )
