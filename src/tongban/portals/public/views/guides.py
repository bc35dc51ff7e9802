"""Guides of bundles and items, and 「我能办吗」."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.identity.api import AgencyView, get_agencies
from tongban.kernel.errors import NotFound
from tongban.portals.design import parts
from tongban.portals.design.access import everybody
from tongban.portals.design.fields import Field, Option
from tongban.portals.design.shown import citation, material_part
from tongban.rules.api import Evaluation
from tongban.services.api import (
    Fact,
    Guide,
    ServiceItem,
    bundles_with,
    check_eligibility,
    get_guide,
    get_items,
)

UNKNOWN = "unknown"


@everybody
@require_safe
def bundle(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of a bundle: figures first, then what is needed and from whom."""
    guide = get_guide(code)
    agencies = get_agencies({*guide.agencies, guide.bundle.lead, guide.bundle.window})
    context = {
        "guide": guide,
        "facts": _bundle_facts(guide),
        "ways": [
            (_("由数据取得，您不用交"), [material_part(one.material) for one in guide.by_way("data")]),
            (_("由承诺或示范文本替代"), [material_part(one.material) for one in guide.by_way("replaced")]),
            (_("只有您有，请拍照上传"), [material_part(one.material) for one in guide.by_way("own")]),
        ],
        "members": [_member(item, agencies) for item in guide.items],
        "not_needed": [(one.text, citation(one.cite)) for item in guide.items for one in item.not_needed],
        "window": agencies[guide.bundle.window],
        "lead": agencies[guide.bundle.lead],
    }
    return render(request, "public/bundle.html", context)


@everybody
@require_safe
def item(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of one item, and the bundles it can be done in."""
    found = get_items([code]).get(code)
    if found is None:
        raise NotFound(_("没有「{code}」这个事项，它可能已更名或停办。").format(code=code))
    agencies = get_agencies(
        {found.deciding, found.competent, found.supervising, found.window, *_step_agencies(found)}
    )
    context = {
        "item": found,
        "facts": _item_facts(found),
        "member": _member(found, agencies),
        "conditions": [(one.text, citation(one.cite)) for one in found.conditions],
        "bundles": [
            parts.Result(hit.title, reverse("public:bundle", args=[hit.code]), hit.summary)
            for hit in bundles_with(code)
        ],
        "window": agencies[found.window],
    }
    return render(request, "public/item.html", context)


@everybody
@require_http_methods(["GET", "HEAD", "POST"])
def eligibility(request: HttpRequest, code: str) -> HttpResponse:
    """「我能办吗」: the questions, and after them yes, no or unknown with reasons. Nothing is kept."""
    guide = get_guide(code)
    if guide.bundle.eligibility is None:
        raise NotFound(_("这件事还没有可以自动核对的条件。"))
    facts = guide.bundle.eligibility.facts
    given = {fact.code: request.POST.get(fact.code, "") for fact in facts}
    context: dict[str, Any] = {
        "guide": guide,
        "fields": [_question(fact, given[fact.code]) for fact in facts],
    }
    if request.method == "POST":
        known = {fact.code: _value(fact, given[fact.code]) for fact in facts}
        result = check_eligibility(guide.bundle, known)
        context["answer"] = _answer(result)
        context["missing"] = [fact for fact in facts if fact.code in result.missing]
    return render(request, "public/eligibility.html", context)


def _bundle_facts(guide: Guide) -> list[parts.Fact]:
    own = len(guide.by_way("own"))
    limited = all(item.legal for item in guide.items)
    summed = _("各证先后相加") if limited else _("各证先后相加；法律没有定期限的按承诺计")
    return [
        parts.Fact(_("要跑几次"), guide.visits, _("次"), _("全程网上办") if not guide.visits else ""),
        parts.Fact(_("法定时限"), guide.days_legal, _("个工作日"), summed),
        parts.Fact(_("承诺时限"), guide.days_promised, _("个工作日"), _("有先后的依次办，其余并行")),
        parts.Fact(_("您自己交的材料"), own, _("份"), _("共用到 {n} 份").format(n=len(guide.materials))),
        parts.Fact(_("收费"), _fee(guide.fee_cents)),
    ]


def _item_facts(found: ServiceItem) -> list[parts.Fact]:
    return [
        parts.Fact(_("要跑几次"), found.visits, _("次"), found.visits_why),
        _legal_fact(found),
        parts.Fact(_("承诺时限"), found.promised.amount, _unit(found.promised.unit)),
        parts.Fact(_("材料"), len(found.materials), _("份")),
        parts.Fact(_("收费"), _fee(found.fee.cents)),
    ]


def _legal_fact(found: ServiceItem) -> parts.Fact:
    if found.legal is None:
        return parts.Fact(_("法定时限"), _("没有规定"))
    return parts.Fact(_("法定时限"), found.legal.amount, _unit(found.legal.unit))


def _member(found: ServiceItem, agencies: Mapping[str, AgencyView]) -> dict[str, Any]:
    delegated = found.delegation
    return {
        "item": found,
        "deciding": agencies.get(found.deciding),
        "delegation": citation(delegated.cite) if delegated else None,
        "basis": [citation(cite) for cite in found.basis],
        "legal": citation(found.legal.cite) if found.legal else None,
        "steps": [(step, agencies.get(step.agency)) for step in found.steps],
    }


def _step_agencies(found: ServiceItem) -> set[str]:
    return {step.agency for step in found.steps}


def _question(fact: Fact, value: str) -> Field:
    if fact.kind == "number":
        return Field(
            name=fact.code, label=fact.question, kind="number", value=value, required=False, width="short"
        )
    answers = (
        [("true", _("是")), ("false", _("否"))]
        if fact.kind == "yes-no"
        else [(o.value, o.title) for o in fact.options]
    )
    options = [Option(key, title) for key, title in answers]
    options.append(Option(UNKNOWN, _("不清楚")))
    return Field(
        name=fact.code,
        label=fact.question,
        kind="radios",
        options=tuple(options),
        value=value,
        required=False,
    )


def _value(fact: Fact, text: str) -> Any:
    """What was answered; None for what nobody knows or what makes no sense."""
    if text in {"", UNKNOWN}:
        return None
    if fact.kind == "yes-no":
        return {"true": True, "false": False}.get(text)
    if fact.kind == "number":
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    return text if text in {option.value for option in fact.options} else None


def _answer(result: Evaluation) -> parts.Answer:
    titles = {"yes": _("可以办"), "no": _("按现在的情况不能办"), "unknown": _("还不能确定")}
    reasons = tuple(
        parts.Reason(
            reason.answer,
            reason.clause.says,
            parts.Citation(*_law(reason.clause.cite), reason.clause.verified),
        )
        for reason in result.reasons
    )
    return parts.Answer(result.answer, titles[result.answer], reasons)


def _law(cite: str) -> tuple[str, str]:
    """《法》条 as its two halves."""
    law, _bracket, article = cite.removeprefix("《").partition("》")
    return law, article


def _unit(unit: str) -> str:
    return _("个工作日") if unit == "working_day" else _("日")


def _fee(cents: int) -> str:
    return _("不收费") if not cents else _("{yuan} 元").format(yuan=f"{cents / 100:.2f}")
