"""What wallets fetch and answer to (OpenID4VP): the signed request, the response, the root of our certificates."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.cases.api import take_presentation
from tongban.certificates.api import REQUEST_TYPE, Outcome, WalletRefused, request_object, verifier_root
from tongban.kernel.errors import NotAllowed
from tongban.portals.design.access import everybody
from tongban.portals.public.views.wallets import FORM, address_of, for_wallets


@everybody
@for_wallets
@require_http_methods(["GET", "HEAD", "POST"])
def request_uri(request: HttpRequest, handle: str) -> HttpResponse:
    """The request object (VP 5.10); by POST the wallet may say what it can do, and give a nonce."""
    form = _form(request) if request.method == "POST" else {}
    return HttpResponse(request_object(handle=handle, form=form), content_type=f"application/{REQUEST_TYPE}")


@everybody
@for_wallets
@require_POST
def response_uri(request: HttpRequest, handle: str) -> HttpResponse:
    """The answer of a wallet (VP 8.2): taken once, whatever comes of it."""
    try:
        outcome = take_presentation(handle=handle, form=_form(request))
    except NotAllowed as closed:
        raise WalletRefused("invalid_request", "The case takes nothing any more") from closed
    if outcome.state == "refused":
        raise WalletRefused("invalid_request", outcome.description)
    return JsonResponse({"redirect_uri": _way_back(outcome)} if outcome.same_device else {})


@everybody
@require_safe
def root(_request: HttpRequest) -> HttpResponse:
    """The root of the certificates under which our agencies ask, as PEM."""
    return HttpResponse(verifier_root(), content_type="application/x-pem-file")


def _way_back(outcome: Outcome) -> str:
    """Where the wallet leads its holder: into the session that asked, with a code that only this answer has."""
    back = address_of("citizen:presentation", outcome.presentation)
    return f"{back}?response_code={outcome.response_code}" if outcome.response_code else back


def _form(request: HttpRequest) -> Mapping[str, Sequence[str]]:
    if request.content_type != FORM:
        raise WalletRefused("invalid_request", f"The body must be {FORM}", status=415)
    return dict(request.POST.lists())
