"""A record that this agency had read wrong was put right: which of its readings that were, and what to do."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.exchange.api import get_passed_on
from tongban.identity.api import get_agencies
from tongban.portals.bureau.framing import ROLES, frame
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor


@officers(*ROLES)
@require_safe
def corrected(request: HttpRequest, evidence: UUID) -> HttpResponse:
    """What was corrected, and the cases for which this agency had read it as it was."""
    who = actor(request)
    view = get_passed_on(evidence, by=who)
    context = {
        **frame(who, here="messages"),
        "view": view,
        "facts": [
            parts.Row(_("数据"), view.resource_name),
            parts.Row(_("更正的信息项"), _("、").join(view.items)),
            parts.Row(_("更正的部门"), get_agencies([view.provider])[view.provider].name),
            parts.Row(_("更正的日期"), view.answered_on.isoformat() if view.answered_on else ""),
            parts.Row(_("账本里的这一条"), str(view.entry)),
        ],
    }
    return render(request, "bureau/corrected.html", context)
