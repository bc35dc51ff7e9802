"""「我能办吗」: one question at a time, the one that leaves least to ask; then the answer with its clauses.

Nothing is kept: what was answered travels in the form from page to page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.identity.api import get_agencies, get_person
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.portals.design import parts
from tongban.portals.design.access import everybody
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.rules.api import Evaluation
from tongban.services.api import (
    Eligibility,
    Fact,
    check_eligibility,
    get_guide,
    get_items,
    next_question,
)

#: The answer of somebody who does not know; and the record of the signed-in person as a source.
UNSURE, IDENTITY = "unknown", "identity"


@dataclass(frozen=True)
class _Matter:
    """What is asked about: a bundle or an item, its guide, the window that answers questions."""

    code: str
    title: str
    guide_url: str
    window: str
    eligibility: Eligibility | None
    may_begin: bool


@everybody
@require_http_methods(["GET", "HEAD", "POST"])
def of_bundle(request: HttpRequest, code: str) -> HttpResponse:
    """May I do this bundle?"""
    bundle = get_guide(code).bundle
    guide = reverse("public:bundle", args=[code])
    return _answer(
        request, _Matter(code, bundle.title, guide, bundle.window, bundle.eligibility, may_begin=True)
    )


@everybody
@require_http_methods(["GET", "HEAD", "POST"])
def of_item(request: HttpRequest, code: str) -> HttpResponse:
    """May I do this item?"""
    item = get_items([code]).get(code)
    if item is None:
        raise NotFound(_("没有「{code}」这个事项，它可能已更名或停办。").format(code=code))
    guide = reverse("public:item", args=[code])
    return _answer(
        request, _Matter(code, item.title, guide, item.window, item.eligibility, may_begin=item.alone)
    )


def _answer(request: HttpRequest, matter: _Matter) -> HttpResponse:
    if matter.eligibility is None:
        raise NotFound(_("这件事还没有可以自动核对的条件。"))
    facts = {fact.code: fact for fact in matter.eligibility.facts}
    given = {code: request.POST[code].strip() for code in facts if request.POST.get(code, "").strip()}
    own = _own_record(request, facts) if request.POST.get("agree") else {}
    given |= own
    changed = request.POST.get("change", "")
    before = given.pop(changed, "")
    wrong = {code: sentence for code, text in given.items() if (sentence := _wrong(facts[code], text))}
    if (asked := request.POST.get("asked", "")) in facts and asked not in given and not changed and not own:
        wrong[asked] = _("请先回答；不清楚就选“不清楚”。")
    known = {code: _value(facts[code], text) for code, text in given.items() if code not in wrong}
    unsure = [code for code, text in given.items() if text == UNSURE]
    fact = _to_ask(matter.eligibility, facts, known, unsure, [*wrong, changed])
    field = _question(fact, given.get(fact.code, before), wrong.get(fact.code, "")) if fact else None
    answered = {code: text for code, text in given.items() if code not in wrong}
    context: dict[str, Any] = {
        "matter": matter,
        "field": field,
        "errors": errors_of([field]) if field else (),
        "answered": [(facts[code], text, _words(facts[code], text)) for code, text in answered.items()],
        "own_record": [facts[code].title for code in _own_record(request, facts) if code not in given],
    }
    if fact is None:
        result = check_eligibility(matter.eligibility, known)
        context |= {
            "answer": _shown(result, facts, answered),
            "missing": [facts[code] for code in result.missing],
            "window": get_agencies([matter.window])[matter.window],
        }
    return render(request, "public/eligibility.html", context, status=422 if wrong else 200)


def _to_ask(
    eligibility: Eligibility,
    facts: Mapping[str, Fact],
    known: Mapping[str, Any],
    unsure: list[str],
    first: list[str],
) -> Fact | None:
    """What has to be answered again, else what settles most; None when the result can be shown."""
    again = next((facts[code] for code in first if code in facts), None)
    return again or next_question(eligibility, known, unsure=unsure)


def _own_record(request: HttpRequest, facts: Mapping[str, Fact]) -> dict[str, str]:
    """What the signed-in person's own record answers; used only after she agreed."""
    who: Actor | None = request.actor  # type: ignore[attr-defined]
    if who is None or who.kind != "person":
        return {}
    record = {"applicant.age": str(get_person(UUID(who.key)).age_on(clock.today()))}
    return {
        code: record[code] for code, fact in facts.items() if fact.known_from == IDENTITY and code in record
    }


def _question(fact: Fact, value: str, error: str) -> Field:
    if fact.kind == "number":
        hint = _("填整数。")
        kept = "" if value == UNSURE else value
        return Field(
            name=fact.code,
            label=fact.question,
            kind="number",
            value=kept,
            width="short",
            hint=hint,
            error=error,
        )
    options = (Option(value, title) for value, title in _choices(fact))
    return Field(
        name=fact.code,
        label=fact.question,
        kind="radios",
        options=(*options, Option(UNSURE, _("不清楚"))),
        value=value,
        error=error,
    )


def _choices(fact: Fact) -> list[tuple[str, str]]:
    if fact.kind == "yes-no":
        return [("true", _("是")), ("false", _("否"))]
    return [(option.value, option.title) for option in fact.options]


def _wrong(fact: Fact, text: str) -> str:
    """What is wrong with an answer, in a sentence; empty if nothing."""
    if text == UNSURE or _value(fact, text) is not None:
        return ""
    return _("请填写整数，例如 35。") if fact.kind == "number" else _("请从列出的答案里选一个。")


def _value(fact: Fact, text: str) -> Any:
    """What was answered, typed; None for what nobody knows or what makes no sense."""
    if fact.kind == "number":
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    if text not in dict(_choices(fact)):
        return None
    return text == "true" if fact.kind == "yes-no" else text


def _words(fact: Fact, text: str) -> str:
    return _("不清楚") if text == UNSURE else dict(_choices(fact)).get(text, text)


def _shown(result: Evaluation, facts: Mapping[str, Fact], answered: Mapping[str, str]) -> parts.Answer:
    missing = _("、").join(facts[code].title for code in result.missing)
    titles = {
        "yes": _("列出的条件都符合"),
        "no": _("按现在的情况不能办"),
        "unknown": _("还缺：{facts}").format(facts=missing),
    }
    reasons = tuple(
        parts.Reason(
            reason.answer,
            reason.clause.says,
            parts.Citation(*_law(reason.clause.cite), reason.clause.verified),
            _stated(facts[reason.clause.fact], answered.get(reason.clause.fact, "")),
        )
        for reason in result.reasons
    )
    return parts.Answer(result.answer, titles[result.answer], reasons)


def _stated(fact: Fact, text: str) -> str:
    return _("您答的{fact}：{words}").format(fact=fact.title, words=_words(fact, text)) if text else ""


def _law(cite: str) -> tuple[str, str]:
    """《法》条 as its two halves."""
    law, _bracket, article = cite.removeprefix("《").partition("》")
    return law, article
