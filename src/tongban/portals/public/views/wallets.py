"""OpenID4VCI for wallets of others (VCI 1.0): metadata, offers by reference, tokens, nonces, certificates, notifications.

Plain JSON, no session. What is wrong is told in the codes of OAuth and VCI, in ASCII, to whoever wrote the wallet.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from tongban.certificates.api import (
    BadCredential,
    WalletRefused,
    authorization_server,
    give_credential,
    give_deferred,
    give_tokens,
    issuer_offers,
    new_nonce,
    note_event,
    offered,
    read_json,
)
from tongban.kernel.errors import NotFound, TooMany
from tongban.packs.api import translated_texts
from tongban.portals.design import limits
from tongban.portals.design.access import everybody
from tongban.portals.design.language import ENGLISH, said
from tongban.portals.design.shown import code_guidance

View = Callable[..., HttpResponse]
_A_WHILE = "public, max-age=300"
FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
#: Eight proofs are some ten thousand characters.
_BODY_MAX = 64 * 1024
#: The names of our addresses in the metadata (VCI 12.2.4).
_ENDPOINTS = {
    "credential_endpoint": "public:wallet-credential",
    "nonce_endpoint": "public:wallet-nonce",
    "deferred_credential_endpoint": "public:wallet-deferred",
    "notification_endpoint": "public:wallet-notification",
}


def for_wallets(view: View) -> View:
    """A view that wallets ask: counted by address, refusals as JSON, nothing kept by caches, read from any origin."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return _preflight()
        try:
            limits.spend(limits.WALLET, limits.address_of(request))
            response = view(request, *args, **kwargs)
        except WalletRefused as refused:
            response = _refusal(refused)
        except NotFound:
            response = JsonResponse({"error": "not_found"}, status=404)
        except TooMany:
            response = JsonResponse(
                {"error": "slow_down", "error_description": "Too many requests, try again later"}, status=429
            )
            response.headers["Retry-After"] = str(limits.WALLET_TOKEN.window.seconds)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return answer


@everybody
@require_safe
def issuer(_request: HttpRequest, code: str = "") -> HttpResponse:
    """`/.well-known/openid-credential-issuer[/issuers/…]`: what an agency, or all of them, give to wallets (VCI 12.2)."""
    endpoints = {name: address_of(view) for name, view in _ENDPOINTS.items()}
    return _open(issuer_offers(code, endpoints=endpoints, english=_english, city=str(settings.TONGBAN_CITY)))


@everybody
@require_safe
def server(_request: HttpRequest) -> HttpResponse:
    """`/.well-known/oauth-authorization-server`: where and for what tokens are given (RFC 8414)."""
    return _open(authorization_server(token_endpoint=address_of("public:wallet-token")))


@everybody
@for_wallets
@require_safe
def offer(_request: HttpRequest, handle: str) -> HttpResponse:
    """An offer by reference (VCI 4.1.3)."""
    return JsonResponse(offered(handle, guidance=code_guidance()))


@everybody
@for_wallets
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """The token endpoint (VCI 6): a form, no client authentication; guesses are limited by address and by offer."""
    limits.spend(limits.WALLET_TOKEN, limits.address_of(request))
    if request.content_type != FORM:
        raise WalletRefused("invalid_request", f"The body must be {FORM}")
    found = give_tokens({name: request.POST.getlist(name) for name in request.POST})
    return JsonResponse(found.answer)


@everybody
@for_wallets
@require_POST
def nonce(_request: HttpRequest) -> HttpResponse:
    """The nonce endpoint (VCI 7): open to everybody, writes nothing."""
    return JsonResponse({"c_nonce": new_nonce()})


@everybody
@for_wallets
@require_POST
def credential(request: HttpRequest) -> HttpResponse:
    """The credential endpoint (VCI 8)."""
    found = give_credential(_bearer(request), _body(request, "invalid_credential_request"))
    return JsonResponse(found.answer, status=found.status)


@everybody
@for_wallets
@require_POST
def deferred(request: HttpRequest) -> HttpResponse:
    """The deferred credential endpoint (VCI 9): the wallet asks again while the case runs."""
    found = give_deferred(_bearer(request), _body(request, "invalid_credential_request"))
    return JsonResponse(found.answer, status=found.status)


@everybody
@for_wallets
@require_POST
def notification(request: HttpRequest) -> HttpResponse:
    """The notification endpoint (VCI 11): accepted, failed, deleted."""
    note_event(_bearer(request), _body(request, "invalid_notification_request"))
    return HttpResponse(status=204)


def _preflight() -> HttpResponse:
    """Wallets that run in a browser ask first; no cookie counts here, so any origin may."""
    response = HttpResponse(status=204)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "GET, POST"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    return response


def _bearer(request: HttpRequest) -> str | None:
    """The access token of the header (RFC 6750 2.1); the scheme in any case."""
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def _body(request: HttpRequest, error: str) -> Mapping[str, Any]:
    """The JSON object of a request; a name given twice is refused."""
    if request.content_type != _JSON:
        raise WalletRefused(error, f"The body must be {_JSON}; encrypted requests are not supported")
    if len(request.body) > _BODY_MAX:
        raise WalletRefused(error, "The body is too large")
    try:
        found = read_json(request.body)
    except BadCredential as unreadable:
        raise WalletRefused(error, "The body is not JSON, or gives a name twice") from unreadable
    if not isinstance(found, dict):
        raise WalletRefused(error, "The body must be a JSON object")
    return found


def _refusal(refused: WalletRefused) -> HttpResponse:
    """A refusal as JSON; what concerns the access token is also told in the header (RFC 6750 3)."""
    said_of_it = {"error": refused.error, "error_description": refused.description} if refused.error else {}
    response = JsonResponse(said_of_it, status=refused.status)
    if refused.status in (401, 403):
        told = ", ".join(f'{name}="{value}"' for name, value in said_of_it.items())
        response.headers["WWW-Authenticate"] = f"Bearer {told}" if told else "Bearer"
    return response


def _english(text: str) -> str:
    """A text of packs or of ours in English; empty where nobody translated it."""
    if words := translated_texts(ENGLISH).get(text):
        return words
    with override(ENGLISH):
        words = said(text)
    return words if words.isascii() else ""


def address_of(view: str, *args: object) -> str:
    """The address of one of our pages as wallets reach it."""
    return f"{str(settings.TONGBAN_ORIGIN).rstrip('/')}{reverse(view, args=args)}"


def _open(document: Mapping[str, Any]) -> HttpResponse:
    response = JsonResponse(document, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = _A_WHILE
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
