"""从钱包出示: a material of her own application, shown from a wallet on this device or on another one."""

import secrets
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases.api import (
    ApplicationView,
    MaterialView,
    ask_presentation,
    presentable,
    redeem_presentation,
)
from tongban.certificates.api import get_presentation
from tongban.portals.design.access import people
from tongban.portals.design.middleware import actor
from tongban.portals.design.presented import asked_rows, presentation_page

#: Where a session keeps the secrets of the presentations it began, the newest few.
_SECRETS, _KEPT = "presentations", 5
_SECRET_BYTES = 24


@people
@require_http_methods(["GET", "HEAD", "POST"])
def present(request: HttpRequest, number: str, material: str) -> HttpResponse:
    """What a wallet will be asked for; then on which device it is."""
    who = actor(request)
    asked = presentable(number=number, material=material, by=who)
    if request.method == "POST":
        here = request.POST.get("device") == "here"
        secret = secrets.token_urlsafe(_SECRET_BYTES) if here else ""
        made = ask_presentation(number=number, material=material, session=secret, by=who)
        if secret:
            known = [*request.session.get(_SECRETS, {}).items(), (str(made), secret)]
            request.session[_SECRETS] = dict(known[-_KEPT:])
        return HttpResponseRedirect(reverse("citizen:presentation", args=[made]))
    context = {"number": number, "asked": asked, "rows": asked_rows(asked), "here": "mine"}
    return render(request, "citizen/present.html", context)


@people
@require_safe
def presentation(request: HttpRequest, presentation: UUID) -> HttpResponse:
    """How it stands. A wallet on this device leads back here with a code, into the session that asked."""
    who = actor(request)
    if code := request.GET.get("response_code", ""):
        secret = request.session.get(_SECRETS, {}).get(str(presentation), "")
        redeem_presentation(presentation=presentation, response_code=code, session=secret, by=who)
        return HttpResponseRedirect(request.path)
    view = get_presentation(presentation, by=who)
    again = reverse("citizen:present", args=[view.case_number, view.material])
    context = {
        "next_url": reverse("citizen:resume", args=[view.case_number]),
        "again_url": again if view.state not in {"waiting", "kept"} else "",
        "holder": True,
        "here": "mine",
    }
    return presentation_page(request, view, "citizen/presentation.html", context)


def wallet_links(view: ApplicationView, *, in_person: bool) -> list[tuple[str, str]]:
    """The materials that she may show from a wallet: title, and the way; an agent shows nobody's wallet."""
    if not in_person:
        return []
    return [(one.title, _way(view, one)) for one in view.materials if one.may_present]


def wallet_link(view: ApplicationView, one: MaterialView) -> tuple[tuple[str, str], ...]:
    """The same for one material, as a line of a list has it."""
    return ((_("从钱包出示"), _way(view, one)),) if one.may_present else ()


def _way(view: ApplicationView, one: MaterialView) -> str:
    return reverse("citizen:present", args=[view.number, one.code])
