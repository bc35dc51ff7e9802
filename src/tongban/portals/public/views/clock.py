"""Letting the demonstration city's time pass."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.clocks.api import move_clock
from tongban.kernel.errors import BadInput, NotFound
from tongban.packs.api import is_demonstration
from tongban.portals.design.access import signed_in
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def city_clock(request: HttpRequest) -> HttpResponse:
    """Move on by working days; it is journalled, and there is no way back."""
    if not is_demonstration():
        raise NotFound(_("没有这一页。"))
    error, given = "", request.POST.get("working_days", "1")
    if request.method == "POST":
        try:
            move_clock(
                working_days=int(given) if given.isascii() and given.isdigit() else 0, by=actor(request)
            )
        except BadInput as problem:
            error = str(problem)
        else:
            return HttpResponseRedirect(reverse("public:clock"))
    field = Field(
        name="working_days",
        label=_("往前走几个工作日"),
        hint=_("时间只能往前。所有办件的时限都跟着走，并记入账本。"),
        kind="number",
        value=given,
        error=error,
        suffix=_("个工作日"),
        width="tiny",
    )
    context = {"field": field, "errors": errors_of([field])}
    return render(request, "public/clock.html", context, status=422 if error else 200)
