"""证照类型: the public register of what certificates there are."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.certificates.api import TypeEntry, get_type, list_types
from tongban.packs.ports import Cite
from tongban.portals.design import parts
from tongban.portals.design.access import everybody
from tongban.portals.design.shown import citation


@everybody
@require_safe
def types(request: HttpRequest) -> HttpResponse:
    """All types in one table."""
    context = {"types": [(one, _holder(one)) for one in list_types()], "here": "verify"}
    return render(request, "public/certificate_types.html", context)


@everybody
@require_safe
def type_of(request: HttpRequest, code: str) -> HttpResponse:
    """One type: who defines and issues it, how long it holds, what stands on it, and its law."""
    entry = get_type(code)
    standings = {
        "own": _("本市证照库为准"),
        "mirror": _("由上级签发：{library}为准，本市存一份；签发、暂扣、撤销由{authority}办理"),
        "delegate": _("由上级签发：每次向{library}查，本市不存；签发、暂扣、撤销由{authority}办理"),
    }
    held = entry.standing
    whose = standings[held.standing].format(library=held.library_title, authority=held.authority)
    rows = [
        parts.Row(_("类型代码"), entry.type_code),
        parts.Row(_("定义机构"), entry.defined_by),
        parts.Row(_("签发机关"), _("、").join(entry.issuers) or held.authority or _("还没有")),
        parts.Row(_("持证主体"), _holder(entry)),
        parts.Row(_("有效期"), _years(entry)),
        parts.Row(_("以谁的记录为准"), _since(whose, held.since)),
        parts.Row(_("证照上的内容"), _("、").join(entry.fields)),
    ]
    context = {
        "type": entry,
        "rows": rows,
        "citation": citation(Cite.model_validate(entry.cite)),
        "here": "verify",
    }
    return render(request, "public/certificate_type.html", context)


def _since(whose: str, since: date | None) -> str:
    return _("{whose}（自 {day} 起）").format(whose=whose, day=since.isoformat()) if since else whose


def _holder(entry: TypeEntry) -> str:
    return _("个人") if entry.holder == "person" else _("单位、个体工商户")


def _years(entry: TypeEntry) -> str:
    return _("{n} 年").format(n=entry.years) if entry.years else _("证照上写明，没有写的长期有效")
