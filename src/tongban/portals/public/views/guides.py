"""Guides of bundles and items."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.clocks.api import Span
from tongban.identity.api import AgencyView, get_agencies
from tongban.portals.design import parts
from tongban.portals.design.access import everybody
from tongban.portals.design.language import days_unit
from tongban.portals.design.remembered import remembered
from tongban.portals.design.shown import citation, material_part, span_words
from tongban.services.api import (
    Guide,
    ServiceItem,
    bundles_with,
    get_guide,
    get_item,
)


@everybody
@require_safe
def bundle(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of a bundle: figures first, then what is needed and from whom."""
    shown = remembered(request, "bundle", code, make=lambda: _bundle(code))
    return render(request, "public/bundle.html", shown)


@everybody
@require_safe
def item(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of one item, and the bundles it can be done in."""
    return render(request, "public/item.html", remembered(request, "item", code, make=lambda: _item(code)))


def _bundle(code: str) -> dict[str, Any]:
    guide = get_guide(code)
    agencies = get_agencies({*guide.agencies, guide.bundle.window})
    body = {
        "ways": [
            (_("由数据取得，您不用交"), [material_part(one.material) for one in guide.by_way("data")]),
            (_("由承诺或示范文本替代"), [material_part(one.material) for one in guide.by_way("replaced")]),
            (_("只有您有，请拍照上传"), [material_part(one.material) for one in guide.by_way("own")]),
        ],
        "members": [_member(item, agencies) for item in guide.items],
        "not_needed": [(one.text, citation(one.cite)) for item in guide.items for one in item.not_needed],
        "window": agencies[guide.bundle.window],
    }
    return {
        "guide": guide,
        "facts": _bundle_facts(guide),
        "window": agencies[guide.bundle.window],
        "can_entrust": not any(item.in_person for item in guide.items),
        "body": render_to_string("public/_bundle.html", body),
    }


def _item(code: str) -> dict[str, Any]:
    found = get_item(code)
    agencies = get_agencies(
        {found.deciding, found.competent, found.supervising, found.window, *_step_agencies(found)}
    )
    body = {
        "member": _member(found, agencies),
        "conditions": [(one.text, citation(one.cite)) for one in found.conditions],
        "bundles": [
            parts.Result(hit.title, reverse("public:bundle", args=[hit.code]), hit.summary)
            for hit in bundles_with(code)
        ],
        "window": agencies[found.window],
    }
    return {
        "item": found,
        "facts": _item_facts(found),
        "window": agencies[found.window],
        "body": render_to_string("public/_item.html", body),
    }


def _bundle_facts(guide: Guide) -> list[parts.Fact]:
    own = len(guide.by_way("own"))
    limited = all(item.legal for item in guide.items)
    summed = _("各证先后相加") if limited else _("各证先后相加；法律没有定期限的按承诺计")
    return [
        parts.Fact(_("要跑几次"), guide.visits, _("次"), _("全程网上办") if not guide.visits else ""),
        _span_fact(_("法定时限"), guide.legal, summed),
        _span_fact(_("承诺时限"), guide.promised, _("有先后的依次办，其余并行")),
        parts.Fact(_("您自己交的材料"), own, _("份"), _("共用到 {n} 份").format(n=len(guide.materials))),
        parts.Fact(_("收费"), _fee(guide.fee_cents)),
    ]


def _span_fact(title: str, span: Span, note: str) -> parts.Fact:
    if span.working_days and span.days:
        return parts.Fact(title, span_words(span), "", note)
    unit = "day" if span.days else "working_day"
    return parts.Fact(
        title, span.working_days or span.days, days_unit(unit, span.working_days or span.days), note
    )


def _item_facts(found: ServiceItem) -> list[parts.Fact]:
    return [
        parts.Fact(_("要跑几次"), found.visits, _("次"), found.visits_why),
        _legal_fact(found),
        parts.Fact(
            _("承诺时限"), found.promised.amount, days_unit(found.promised.unit, found.promised.amount)
        ),
        parts.Fact(_("材料"), len(found.materials), _("份")),
        parts.Fact(_("收费"), _fee(found.fee.cents)),
    ]


def _legal_fact(found: ServiceItem) -> parts.Fact:
    if found.legal is None:
        return parts.Fact(_("法定时限"), _("没有规定"))
    return parts.Fact(_("法定时限"), found.legal.amount, days_unit(found.legal.unit, found.legal.amount))


def _member(found: ServiceItem, agencies: Mapping[str, AgencyView]) -> dict[str, Any]:
    delegated = found.delegation
    return {
        "item": found,
        "deciding": agencies.get(found.deciding),
        "delegation": citation(delegated.cite) if delegated else None,
        "basis": [citation(cite) for cite in found.basis],
        "legal_unit": days_unit(found.legal.unit, found.legal.amount) if found.legal else "",
        "legal": citation(found.legal.cite) if found.legal else None,
        "steps": [(step, agencies.get(step.agency)) for step in found.steps],
    }


def _step_agencies(found: ServiceItem) -> set[str]:
    return {step.agency for step in found.steps}


def _fee(cents: int) -> str:
    return _("不收费") if not cents else _("{yuan} 元").format(yuan=f"{cents / 100:.2f}")
