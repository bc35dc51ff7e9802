"""Her own record: what each register says of her, what is taken where they differ, and 「不对？」 for each item."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.exchange.api import dispute_record, own_values
from tongban.identity.api import get_agencies
from tongban.kernel.errors import BadInput
from tongban.portals.citizen.views.corrections import RIGHT, dispute_fields
from tongban.portals.design import parts
from tongban.portals.design.access import people
from tongban.portals.design.fields import errors_of
from tongban.portals.design.golden import golden_lines
from tongban.portals.design.middleware import actor
from tongban.registers.api import own_record


@people
@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """The golden record with its sources, then the registers that have her; the same of a firm that she represents."""
    found = own_record(by=actor(request), firm=request.GET.get("firm", ""))
    agencies = get_agencies({row.agency for row in found.rows})
    resources = {row.register: row.resource for row in found.rows if row.resource}
    firm = found.firm.uscc if found.firm else ""
    context = {
        "found": found,
        "lines": golden_lines(found.golden, resources=resources, firm=firm) if found.golden else [],
        "rows": [(row, agencies[row.agency].name if row.agency in agencies else "") for row in found.rows],
        "here": "mine",
    }
    return render(request, "citizen/record.html", context)


@people
@require_http_methods(["GET", "HEAD", "POST"])
def record_of(request: HttpRequest, resource: str) -> HttpResponse:
    """What one register says of her, item by item, and the form that asks its keeper to check."""
    who, firm = actor(request), request.GET.get("firm", "")
    view, values = own_values(resource, by=who, firm=firm)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            evidence = dispute_record(
                resource=resource,
                items=request.POST.getlist("items"),
                stated={item: request.POST.get(RIGHT + item, "") for item in values},
                reason=request.POST.get("reason", ""),
                by=who,
                firm=firm,
            )
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(f"{reverse('citizen:correction', args=[evidence])}#state")
    named = dict(zip(values, view.item_names(list(values)), strict=True))
    asked = request.GET.get("item", "")
    fields = dispute_fields(
        request, named, wrong=[asked] if asked in named else [], claims={}, problem=problem
    )
    context = {
        "view": view,
        "back_url": reverse("citizen:record") + (f"?{urlencode({'firm': firm})}" if firm else ""),
        "provider": get_agencies([view.agency])[view.agency],
        "facts": [
            parts.Row(name, _("空着") if values[item] is None else str(values[item]))
            for item, name in named.items()
        ],
        "fields": fields,
        "errors": errors_of(fields),
        "here": "mine",
    }
    return render(request, "citizen/record_of.html", context, status=422 if problem else 200)
