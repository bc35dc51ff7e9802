"""Guides of bundles and items."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.clocks.api import Span
from tongban.identity.api import get_agencies
from tongban.portals.design import parts
from tongban.portals.design.access import everybody
from tongban.portals.design.guided import fee_words, item_body, item_facts, member, ways
from tongban.portals.design.language import days_unit
from tongban.portals.design.remembered import remembered
from tongban.portals.design.shown import citation, span_words
from tongban.services.api import Guide, get_guide, get_item


@everybody
@require_safe
def bundle(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of a bundle: figures first, then what is needed and from whom."""
    shown = remembered("bundle", code, make=lambda: _bundle(code))
    return render(request, "public/bundle.html", shown)


@everybody
@require_safe
def item(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of one item, and the bundles it can be done in."""
    return render(request, "public/item.html", remembered("item", code, make=lambda: _item(code)))


def _bundle(code: str) -> dict[str, Any]:
    guide = get_guide(code)
    agencies = get_agencies({*guide.agencies, guide.bundle.window})
    body = {
        "ways": ways([one.material for one in guide.materials]),
        "members": [member(item, agencies) for item in guide.items],
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
    body = item_body(found)
    return {
        "item": found,
        "facts": item_facts(found),
        "window": body["window"],
        "ask_phone": found.ask_phone,
        "body": render_to_string("design/item_body.html", body),
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
        parts.Fact(_("收费"), fee_words(guide.fee_cents)),
    ]


def _span_fact(title: str, span: Span, note: str) -> parts.Fact:
    if span.working_days and span.days:
        return parts.Fact(title, span_words(span), "", note)
    unit = "day" if span.days else "working_day"
    return parts.Fact(
        title, span.working_days or span.days, days_unit(unit, span.working_days or span.days), note
    )
