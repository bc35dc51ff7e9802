"""The public keys of this installation, for whoever checks: whose, for what, from when to when, revoked why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.portals.design.access import everybody
from tongban.portals.design.keys import USES, key_rows

PAGE = 60


@everybody
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """All of them by what they sign; paged by name."""
    after = request.GET.get("after", "")
    rows = [row for row in key_rows() if row.name.startswith(tuple(prefix for prefix, _words in USES))]
    begin = next((n + 1 for n, row in enumerate(rows) if row.name == after), 0)
    shown = rows[begin : begin + PAGE]
    context = {
        "rows": [
            (row, row.name.removeprefix("issuer.") if row.name.startswith("issuer.") else "") for row in shown
        ],
        "following": f"?after={shown[-1].name}" if begin + PAGE < len(rows) else "",
        "here": "verify",
    }
    return render(request, "public/keys.html", context)
