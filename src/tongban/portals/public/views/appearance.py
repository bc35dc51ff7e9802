"""How pages look to this visitor: 长辈版, light or dark, which language. Kept in a cookie: it survives signing in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tongban.portals.design.access import everybody
from tongban.portals.design.looks import COOKIE, Looks, looks_of

YEAR_S = 365 * 24 * 3600


@csrf_exempt  # harmless from elsewhere, and a token on every public page would keep caches from holding any
@everybody
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Choose, and go back to the page."""
    chosen = looks_of(request)
    looks = Looks(
        request.POST.get("size", chosen.size),
        request.POST.get("scheme", chosen.scheme),
        request.POST.get("language", chosen.language),
    ).known()
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = reverse("public:home")
    response = HttpResponseRedirect(back)
    response.set_cookie(
        COOKIE,
        ".".join(looks),
        max_age=YEAR_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
