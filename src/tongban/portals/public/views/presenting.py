"""What wallets fetch and answer to (OpenID4VP): the signed request, the response, the root of our certificates."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.cases.api import take_presentation
from tongban.certificates.api import REQUEST_TYPE, AnswerRefused, Outcome, request_object, verifier_root
from tongban.kernel.errors import Problem
from tongban.portals.design import limits
from tongban.portals.design.access import everybody

View = Callable[..., HttpResponse]
_FORM = "application/x-www-form-urlencoded"


def _for_wallets(view: View) -> View:
    """Refusals as JSON with ASCII descriptions, as OAuth has them; nothing is kept by anybody on the way."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except AnswerRefused as refusal:
            response = _refused(refusal.description, refusal.status, refusal.error)
        except Problem as problem:
            response = _refused("The case takes nothing any more", problem.status)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answered


@csrf_exempt  # a wallet has no session here; the handle is the secret
@everybody
@limits.limited(lambda: limits.WALLET, names="handle")
@require_http_methods(["GET", "HEAD", "POST"])
@_for_wallets
def request_uri(request: HttpRequest, handle: str) -> HttpResponse:
    """The request object (VP 5.10); by POST the wallet may say what it can do, and give a nonce."""
    form = _form(request) if request.method == "POST" else {}
    return HttpResponse(request_object(handle=handle, form=form), content_type=f"application/{REQUEST_TYPE}")


@csrf_exempt  # the same
@everybody
@limits.limited(lambda: limits.WALLET, names="handle")
@require_POST
@_for_wallets
def response_uri(request: HttpRequest, handle: str) -> HttpResponse:
    """The answer of a wallet (VP 8.2): taken once, whatever comes of it."""
    outcome = take_presentation(handle=handle, form=_form(request))
    if outcome.state == "refused":
        return _refused(outcome.description, 400)
    return JsonResponse({"redirect_uri": _way_back(request, outcome)} if outcome.same_device else {})


@everybody
@require_safe
def root(_request: HttpRequest) -> HttpResponse:
    """The root of the certificates under which our agencies ask, as PEM."""
    return HttpResponse(verifier_root(), content_type="application/x-pem-file")


def _way_back(request: HttpRequest, outcome: Outcome) -> str:
    path = reverse("citizen:presentation", args=[outcome.presentation])
    code = f"?response_code={outcome.response_code}" if outcome.response_code else ""
    return request.build_absolute_uri(f"{path}{code}")


def _form(request: HttpRequest) -> Mapping[str, Sequence[str]]:
    if request.content_type != _FORM:
        raise AnswerRefused(f"The body must be {_FORM}", status=415)
    return dict(request.POST.lists())


def _refused(description: str, status: int, error: str = "invalid_request") -> HttpResponse:
    return JsonResponse({"error": error, "error_description": description}, status=status)
