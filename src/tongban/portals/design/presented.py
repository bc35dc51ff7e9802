"""A question to a wallet as its pages show it: what is asked, the code or the way into the wallet, what came of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tongban.cases.api import Presentable
from tongban.catalogue.api import get_resource
from tongban.certificates.api import PresentationView
from tongban.kernel import clock
from tongban.portals.design import parts
from tongban.portals.design.codes import qr

#: How often a page that waits looks again, unless its reader stopped that.
REFRESH_S = 5


def asked_rows(asked: Presentable) -> list[parts.Row]:
    """What a wallet would be asked for, by whom and why."""
    return [
        parts.Row(_("请求方"), asked.agency_name),
        parts.Row(_("只要这几项"), _("、").join(get_resource(asked.resource).item_names(asked.items))),
        parts.Row(_("用于"), asked.purpose),
        *([parts.Row(_("依据"), asked.basis)] if asked.basis else []),
    ]


def presentation_page(
    request: HttpRequest, view: PresentationView, template: str, context: dict[str, Any]
) -> HttpResponse:
    """The page of one presentation; while it waits it looks again by itself, without a script."""
    waits, stopped = view.state == "waiting", "still" in request.GET
    left = view.ends_at - clock.real_now()
    shown = {
        **context,
        "view": view,
        "tag": _tag(view),
        "rows": _rows(view),
        "lines": [parts.Row(title, value) for title, value in view.lines],
        "qr": qr(view.link) if waits and not view.same_device else "",
        "ends": f"{clock.local(clock.now() + left):%H:%M:%S}",
        "seconds": REFRESH_S,
        "stopped": stopped,
    }
    response = render(request, template, shown)
    response.headers["Cache-Control"] = "no-store"
    if waits and not stopped:
        response.headers["Refresh"] = str(REFRESH_S)
    return response


def _rows(view: PresentationView) -> list[parts.Row]:
    return [
        parts.Row(_("请求方"), view.agency_name),
        parts.Row(_("证照"), view.certificate_title),
        parts.Row(_("只要这几项"), _("、").join(view.item_names)),
        parts.Row(_("用于"), view.purpose),
        *([parts.Row(_("依据"), view.basis)] if view.basis else []),
        parts.Row(_("办件编号"), view.case_number),
    ]


def _tag(view: PresentationView) -> parts.Status:
    words: dict[str, tuple[str, parts.Tone]] = {
        "waiting": (_("等钱包出示"), "info"),
        "held": (_("已出示，等您回来确认"), "info"),
        "kept": (_("已收到"), "success"),
        "refused": (_("没有采信"), "danger"),
        "declined": (_("钱包没有出示"), "warning"),
        "expired": (_("已过时间"), "plain"),
    }
    if view.state == "waiting" and view.fetched:
        return parts.Status(_("钱包已取走请求，等持证人同意"), "info")
    return parts.Status(*words[view.state])
