"""At the window: the applicant shows a certificate from her wallet; the clerk sees a code, then what was received."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases.api import ApplicationView, MaterialView, ask_presentation, presentable
from tongban.certificates.api import get_presentation
from tongban.portals.counter.views.home import frame
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor
from tongban.portals.design.presented import asked_rows, presentation_page


@officers("window-clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def present(request: HttpRequest, number: str, material: str) -> HttpResponse:
    """What the wallet will be asked for; then the code to scan."""
    who = actor(request)
    asked = presentable(number=number, material=material, by=who)
    if request.method == "POST":
        made = ask_presentation(number=number, material=material, session="", by=who)
        return HttpResponseRedirect(reverse("counter:presentation", args=[made]))
    context = {**frame(who, here="intake"), "number": number, "asked": asked, "rows": asked_rows(asked)}
    return render(request, "counter/present.html", context)


@officers("window-clerk")
@require_safe
def presentation(request: HttpRequest, presentation: UUID) -> HttpResponse:
    """How it stands: waiting, received, refused, declined or over."""
    who = actor(request)
    view = get_presentation(presentation, by=who)
    again = reverse("counter:present", args=[view.case_number, view.material])
    context = {
        **frame(who, here="intake"),
        "next_url": reverse("counter:intake", args=[view.case_number]),
        "again_url": again if view.state not in {"waiting", "kept"} else "",
        "holder": False,
    }
    return presentation_page(request, view, "counter/presentation.html", context)


def present_link(view: ApplicationView, one: MaterialView) -> tuple[tuple[str, str], ...]:
    """The way to ask for a material that is still to be had."""
    if not one.may_present:
        return ()
    return ((_("请申请人从钱包出示"), reverse("counter:present", args=[view.number, one.code])),)
