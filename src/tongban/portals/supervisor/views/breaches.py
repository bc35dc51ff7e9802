"""Breaches that people report: a supervisor writes one down; what was written down, newest first."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tongban.identity.api import get_agencies, list_agencies
from tongban.kernel.errors import BadInput
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.supervisor.views.framing import frame
from tongban.supervision.api import MATTERS, WATCHERS, list_breaches, report_breach

TITLES = {
    "fee": gettext_lazy("清单以外的收费"),
    "paper": gettext_lazy("要申请人交已经有数据的材料"),
    "bypass": gettext_lazy("绕开平台办理"),
    "refusal": gettext_lazy("没有理由的拒绝"),
}


@officers(*WATCHERS)
@require_http_methods(["GET", "HEAD", "POST"])
def breaches(request: HttpRequest) -> HttpResponse:
    """What was reported, and the form that writes down one more; an order of the hotline may be named."""
    who = actor(request)
    problem: BadInput | None = None
    said = {
        name: request.POST.get(name, request.GET.get(name, ""))
        for name in ("matter", "agency", "item", "order", "words")
    }
    if request.method == "POST":
        try:
            report_breach(**said, by=who)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("supervision:breaches"))
    rows = list_breaches()
    agencies = get_agencies({row.agency for row in rows})
    fields = _fields(said, {problem.field or "words": str(problem)} if problem else {})
    context = {
        **frame(who, here="supervision:breaches"),
        "rows": [
            (row, TITLES[row.matter], agencies[row.agency].name if row.agency in agencies else row.agency)
            for row in rows
        ],
        "fields": fields,
        "errors": errors_of(fields),
    }
    return render(request, "supervisor/breaches.html", context, status=422 if problem else 200)


def _fields(said: dict[str, str], errors: dict[str, str]) -> list[Field]:
    return [
        Field(
            name="matter",
            label=_("举报的是什么"),
            kind="radios",
            options=tuple(Option(code, TITLES[code]) for code in MATTERS),
            value=said["matter"],
            error=errors.get("matter", ""),
        ),
        Field(
            name="agency",
            label=_("被举报的部门"),
            kind="select",
            options=tuple(Option(one.code, one.name) for one in list_agencies()),
            value=said["agency"],
            error=errors.get("agency", ""),
        ),
        Field(
            name="item",
            label=_("事项代码"),
            width="long",
            required=False,
            value=said["item"],
            error=errors.get("item", ""),
        ),
        Field(name="order", label=_("热线工单"), width="long", required=False, value=said["order"]),
        Field(
            name="words",
            label=_("举报的情况"),
            kind="textarea",
            hint=_("什么时候、在哪里、收了什么或者要了什么。部门说明时看得到，不要写举报人是谁。"),
            value=said["words"],
            error=errors.get("words", ""),
        ),
    ]
