"""「我能办吗」: one question at a time, the one that leaves least to ask; then the answer with its clauses.

What she answers is not kept: it travels in the form from page to page. What registers said, where she let them be
asked first, lies as evidence with her draft; her own answer goes before it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.cases.api import DraftFacts, FactFound, looked_up, lookups_of
from tongban.identity.api import get_agencies, get_person
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.portals.design import parts
from tongban.portals.design.access import everybody
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.rules.api import Evaluation
from tongban.services.api import (
    Counted,
    Eligibility,
    Fact,
    Guide,
    check_eligibility,
    counted_facts,
    get_guide,
    get_items,
    next_question,
)

#: The answer of somebody who does not know.
UNSURE = "unknown"
_MONTH = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class _Matter:
    """What is asked about: a bundle or an item, its guide, the window that answers questions."""

    code: str
    title: str
    guide_url: str
    window: str
    eligibility: Eligibility | None
    guide: Guide | None


@everybody
@require_http_methods(["GET", "HEAD", "POST"])
def of_bundle(request: HttpRequest, code: str) -> HttpResponse:
    """May I do this bundle?"""
    guide = get_guide(code)
    bundle, url = guide.bundle, reverse("public:bundle", args=[code])
    return _answer(request, _Matter(code, bundle.title, url, bundle.window, bundle.eligibility, guide))


@everybody
@require_http_methods(["GET", "HEAD", "POST"])
def of_item(request: HttpRequest, code: str) -> HttpResponse:
    """May I do this item?"""
    item = get_items([code]).get(code)
    if item is None:
        raise NotFound(_("没有「{code}」这个事项，它可能已更名或停办。").format(code=code))
    url, guide = reverse("public:item", args=[code]), get_guide(code) if item.alone else None
    return _answer(request, _Matter(code, item.title, url, item.window, item.eligibility, guide))


def _answer(request: HttpRequest, matter: _Matter) -> HttpResponse:
    if matter.eligibility is None:
        raise NotFound(_("这件事还没有可以自动核对的条件。"))
    facts = {fact.code: fact for fact in matter.eligibility.facts}
    said = {code: request.POST[code].strip() for code in facts if request.POST.get(code, "").strip()}
    draft, own = _draft(request, matter), _own_record(request, facts)
    agreed = own if request.POST.get("agree") else {}
    found = {code: one for code, one in draft.facts.items() if code not in said} if draft else {}
    known_here = {code: as_text(one.value) for code, one in found.items() if one.value is not None}
    known_here |= {code: text for code, text in own.items() if draft and code not in said}
    given = known_here | said | agreed
    changed = request.POST.get("change", "")
    before = given.pop(changed, "")
    wrong = {code: sentence for code, text in given.items() if (sentence := _wrong(facts[code], text))}
    if (
        (asked := request.POST.get("asked", "")) in facts
        and asked not in given
        and not changed
        and not agreed
    ):
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
        "answered": [
            (facts[code], text, _words(facts[code], text), _source(code, found, known_here))
            for code, text in answered.items()
        ],
        "own_record": [facts[code].title for code in own if code not in given],
        "draft": draft,
        "silent": list(dict.fromkeys(one.resource_name for one in found.values() if one.outcome == "silent")),
        "lookups": [one for one in lookups_of(matter.guide) if one.terms]
        if matter.guide and not draft
        else [],
    }
    if fact is None:
        result = check_eligibility(matter.eligibility, known)
        context |= {
            "answer": _shown(result, facts, answered, found, counted_facts(matter.eligibility, known)),
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
    """What the signed-in person's own record answers, not an agent's; used only after she agreed."""
    who: Actor | None = request.actor  # type: ignore[attr-defined]
    if who is None or who.kind != "person" or who.represents:
        return {}
    asked = {code: fact.own for code, fact in facts.items() if fact.own}
    if not asked:
        return {}
    person = get_person(UUID(who.key))
    own = {"age": str(person.age_on(clock.today())), "birth-month": person.born_on.isoformat()[:7]}
    return {code: own[what] for code, what in asked.items()}


def _draft(request: HttpRequest, matter: _Matter) -> DraftFacts | None:
    who: Actor | None = request.actor  # type: ignore[attr-defined]
    if matter.guide is None or who is None or who.kind != "person":
        return None
    return looked_up(matter.guide, by=who)


def _source(
    code: str, found: Mapping[str, FactFound], known_here: Mapping[str, str]
) -> tuple[str, str] | None:
    """Where an answer that she did not give is from, and where it can be put right; None for her own."""
    if code not in known_here:
        return None
    return _from_register(found.get(code)) or (_("来自您登录的身份信息"), "")


def _from_register(found: FactFound | None) -> tuple[str, str] | None:
    """The line that says where an answer is from, and where it can be put right."""
    if found is None:
        return None
    source = _("来自 {source} · {day}").format(
        source=found.resource_name, day=f"{clock.local(found.read_at):%Y-%m-%d}"
    )
    if found.outcome == "none":
        source = _("{source}（没有查到记录）").format(source=source)
    return source, reverse("citizen:correction", args=[found.evidence])


def _question(fact: Fact, value: str, error: str) -> Field:
    if fact.kind in {"number", "month"}:
        hint = _("填整数。") if fact.kind == "number" else _("写成年-月，例如 1966-06。")
        kept = "" if value == UNSURE else value
        return Field(
            name=fact.code,
            label=fact.question,
            kind="number" if fact.kind == "number" else "text",
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
    if fact.kind == "month":
        return _("请写成年-月，例如 1966-06。")
    return _("请填写整数，例如 35。") if fact.kind == "number" else _("请从列出的答案里选一个。")


def as_text(value: str | int | bool | None) -> str:  # noqa: FBT001 - a value, not a switch
    """A typed answer as the form sends it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(fact: Fact, text: str) -> Any:
    """What was answered, typed; None for what nobody knows or what makes no sense."""
    if fact.kind == "number":
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    if fact.kind == "month":
        return text if _MONTH.fullmatch(text) else None
    if text not in dict(_choices(fact)):
        return None
    return text == "true" if fact.kind == "yes-no" else text


def _words(fact: Fact, text: str) -> str:
    return _("不清楚") if text == UNSURE else dict(_choices(fact)).get(text, text)


def _shown(
    result: Evaluation,
    facts: Mapping[str, Fact],
    answered: Mapping[str, str],
    found: Mapping[str, FactFound],
    counted: Mapping[str, Counted],
) -> parts.Answer:
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
            _stated(
                facts[reason.clause.fact],
                answered.get(reason.clause.fact, ""),
                found.get(reason.clause.fact),
                counted,
            ),
        )
        for reason in result.reasons
    )
    return parts.Answer(result.answer, titles[result.answer], reasons)


def _stated(fact: Fact, text: str, found: FactFound | None, counted: Mapping[str, Counted]) -> str:
    if fact.graded and (one := counted.get(fact.code)):
        words = _("{title}，{born} 出生：{years} 岁 {months} 个月，{month} 到龄（延迟 {later} 个月）")
        years, months = divmod(one.row.age + one.later, 12)
        return words.format(
            title=one.row.title, born=one.born, years=years, months=months, month=one.month, later=one.later
        )
    if not text:
        return ""
    if register := _from_register(found):
        words = _("登记的{fact}：{words}，{source}")
        return words.format(fact=fact.title, words=_words(fact, text), source=register[0])
    return _("您答的{fact}：{words}").format(fact=fact.title, words=_words(fact, text))


def _law(cite: str) -> tuple[str, str]:
    """《法》条 as its two halves."""
    law, _bracket, article = cite.removeprefix("《").partition("》")
    return law, article
