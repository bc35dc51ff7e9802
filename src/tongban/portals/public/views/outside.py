"""Signing in at somebody else's page, and coming back from there."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.identity.api import recognise
from tongban.identity.ports import SignInPort, sign_in_port
from tongban.kernel.errors import BadInput, NotAllowed, NotFound
from tongban.portals.design import limits
from tongban.portals.design.access import everybody
from tongban.portals.public import entering
from tongban.portals.public.views.sign_in import sign_in_page

_AWAY = "signing_in_outside"


@everybody
@require_safe
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """A link, not a form: the policy `form-action 'self'` keeps forms from leading to other sites."""
    port = _outside(code)
    limits.spend(limits.SIGN_IN_BY_ADDRESS, limits.address_of(request))
    departure = port.begin(back=_back(port))
    after = entering.wanted(request, default="")
    request.session[_AWAY] = {"code": code, "next": after, "kept": dict(departure.kept)}
    return HttpResponseRedirect(departure.address)


@everybody
@require_safe
def come_back(request: HttpRequest, code: str) -> HttpResponse:
    """What the provider says is believed once, in the session that left."""
    port, away = _outside(code), request.session.pop(_AWAY, {})
    kept = away.get("kept", {}) if away.get("code") == code else {}
    try:
        claim = port.finish(given=request.GET.dict(), kept=kept, back=_back(port))
        account = recognise(claim)
    except (BadInput, NotAllowed, NotFound) as refusal:
        return sign_in_page(request, words=str(refusal), status=refusal.status)
    entering.enter(request, account)
    return HttpResponseRedirect(away.get("next") or reverse("public:home"))


def _outside(code: str) -> SignInPort:
    port = sign_in_port(code)
    if port.standing != "delegate":
        raise NotFound(_("没有这种登录方式。"))
    return port


def _back(port: SignInPort) -> str:
    return f"{settings.TONGBAN_ORIGIN}{reverse('public:sign-in-outside-back', args=[port.code])}"
