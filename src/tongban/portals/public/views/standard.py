"""服务标准: what every guide, form and page owes people, with its law, and how what is in force keeps it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.cases.api import people_by_item
from tongban.portals.design import parts
from tongban.portals.design.access import everybody
from tongban.portals.design.remembered import remembered
from tongban.portals.design.shown import citation
from tongban.services.api import BY_TESTS, broken, find_proofs, judge_items, standard_rules


@everybody
@require_safe
def standard(request: HttpRequest) -> HttpResponse:
    """Every rule of the standard by what it is about, and how many items in force break it."""
    context = remembered("standard", make=_standard)
    return render(request, "public/standard.html", {**context, "here": "services"})


def _standard() -> dict[str, Any]:
    titles = {
        "guide": _("办事指南"),
        "material": _("申请材料"),
        "form": _("表单"),
        "page": _("页面"),
    }
    rules = standard_rules()
    judged = judge_items(papers=find_proofs(people=people_by_item()))
    counts = broken(judged)
    kept = sum(not any(fault.blocks for fault in item.faults) for item in judged)
    return {
        "facts": [
            parts.Fact(_("标准"), len(rules), _("条")),
            parts.Fact(_("不符合就不能发布的"), sum(rule.blocks for rule in rules), _("条")),
            parts.Fact(_("现行事项"), len(judged), _("项")),
            parts.Fact(_("全部符合必须项的"), kept, _("项")),
        ],
        "parts": [
            (
                title,
                [
                    (
                        rule,
                        citation(rule.cite),
                        _when(tested=rule.looks in BY_TESTS, blocks=rule.blocks),
                        None if rule.looks in BY_TESTS else counts.get(rule.code, 0),
                    )
                    for rule in rules
                    if rule.part == part
                ],
            )
            for part, title in titles.items()
        ],
    }


def _when(*, tested: bool, blocks: bool) -> parts.Status:
    if tested:
        return parts.Status(_("每次发布程序前自动测试"), "info")
    return parts.Status(_("不符合不能发布"), "danger") if blocks else parts.Status(_("提醒"), "warning")
