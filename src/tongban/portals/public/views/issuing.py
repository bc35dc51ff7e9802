"""What checkers and wallets of others fetch: issuers' keys, types, status lists. Plain answers, for any origin."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from tongban.certificates.api import STATUS_LIST, Published, issuer_metadata, published, type_metadata
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.portals.design.access import everybody

_FOR_EVER = "public, max-age=31536000, immutable"
_A_WHILE = "public, max-age=300"
#: A verifier keeps the newest list for so long at most; the list itself says the same (`ttl`).
_TTL_S = 900


@everybody
@require_safe
def issuer(_request: HttpRequest, code: str) -> HttpResponse:
    """`/.well-known/jwt-vc-issuer/…`: the keys of an agency's certificates (SD-JWT VC)."""
    return _open(JsonResponse(issuer_metadata(code)), _A_WHILE)


@everybody
@require_safe
def type_edition(_request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The metadata of an edition of a type, at its `vct`; `vct#integrity` names these very bytes."""
    return _open(HttpResponse(type_metadata(code, number), content_type="application/json"), _FOR_EVER)


@everybody
@require_safe
def status_list(request: HttpRequest, status_list: UUID) -> HttpResponse:
    """The newest edition of a list; with `time` (Unix seconds) the one that held then, or 406."""
    asked = request.GET.get("time", "")
    if not asked:
        found = published(status_list)
        left = (found.issued_at - clock.real_now()).total_seconds() + _TTL_S
        return _list(found, f"public, max-age={max(0, round(min(left, _TTL_S)))}")
    try:
        moment = datetime.fromtimestamp(int(asked), UTC)
        return _list(published(status_list, at=moment), _A_WHILE)
    except (ValueError, OverflowError, OSError, NotFound):
        sentence = "没有那一时刻的状态名单。time 应为 Unix 秒数，并且在名单发布以后。\n"
        return HttpResponse(sentence, status=406, content_type="text/plain; charset=utf-8")


@everybody
@require_safe
def status_edition(_request: HttpRequest, status_list: UUID, number: int) -> HttpResponse:
    """One edition of a list, which never changes."""
    return _list(published(status_list, number=number), _FOR_EVER)


def _list(found: Published, cache: str) -> HttpResponse:
    response = HttpResponse(found.token, content_type=f"application/{STATUS_LIST}")
    response.headers["ETag"] = f'"{found.number}"'
    return _open(response, cache)


def _open(response: HttpResponse, cache: str) -> HttpResponse:
    response.headers["Cache-Control"] = cache
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
