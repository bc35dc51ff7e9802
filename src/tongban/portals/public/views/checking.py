"""Checking a certificate: by its code, or by pasting its SD-JWT; and what checkers have to trust."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.certificates.api import (
    BadCredential,
    CertificateView,
    check_credential,
    find_by_code,
    issuer_document,
)
from tongban.kernel import clock
from tongban.ledger.api import trust_policy
from tongban.portals.design import limits, parts
from tongban.portals.design.access import everybody
from tongban.portals.design.fields import Field, errors_of

_TONES: dict[str, parts.Tone] = {"valid": "success", "expired": "warning", "suspended": "warning"}
PASTED_CHARACTERS_MAX = 20_000


@everybody
@limits.limited(lambda: limits.VERIFICATION, names="code")
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """One box takes both: the code on the paper, or the certificate's text."""
    given = (request.POST.get("code", "") or code).strip()
    found, error, checked = _look_up(given) if given else (None, "", [])
    field = Field(
        name="code",
        label=_("证照上的核验码，或整份 SD-JWT 文本"),
        hint=_("核验码是 16 位，印在证照右下角，例如 7K2M-4QZX-9T3B-HC8D。字母不分大小写。"),
        kind="textarea",
        value=given if error else "",
        error=error,
        width="long",
    )
    context = {
        "field": field,
        "errors": errors_of([field]),
        "found": found,
        "tone": _TONES.get(found.status, "danger") if found else "",
        "rows": _rows(found) if found else [],
        "checked": checked,
        "here": "verify",
    }
    status = 404 if error and not found else 200
    return render(request, "public/verify.html", context, status=status)


@everybody
@require_safe
def policy(_request: HttpRequest) -> HttpResponse:
    """The logs' public keys, as the file that `tongban verify` reads."""
    return HttpResponse(trust_policy(), content_type="text/plain; charset=utf-8")


@everybody
@require_safe
def issuers(_request: HttpRequest) -> HttpResponse:
    """The issuers' public keys."""
    return JsonResponse(issuer_document(), json_dumps_params={"ensure_ascii": False, "indent": 1})


def _look_up(given: str) -> tuple[CertificateView | None, str, list[str]]:
    """The certificate, or what is wrong; and what was checked, in words."""
    as_of = f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"
    if "~" not in given:
        found = find_by_code(given)
        words = _("没有这个核验码的证照。请对照证照再输一次；如果仍查不到，这份证照不是本市签发的。")
        checked = [_("在证照库中查到，状态截至 {moment}").format(moment=as_of)]
        return (found, "", checked) if found else (None, words, [])
    if len(given) > PASTED_CHARACTERS_MAX:
        return None, _("文本太长，不是一份证照。"), []
    try:
        _credential, found = check_credential(given)
    except BadCredential as refusal:
        return None, refusal.sentence, []
    if found is None:
        return None, _("签名是真的，但证照库里没有这份证照，请向签发部门核实。"), []
    checked = [_("签名与内容一致，未被改动"), _("状态截至 {moment}").format(moment=as_of)]
    return found, "", checked


def _rows(found: CertificateView) -> list[parts.Row]:
    valid_to = found.valid_to.isoformat() if found.valid_to else _("长期")
    rows = [
        parts.Row(_("证照"), found.title),
        parts.Row(_("证照编号"), found.number),
        parts.Row(_("持证主体"), found.holder_name),
        parts.Row(_("签发机关"), found.issuer_name),
        parts.Row(_("有效期"), _("{first} 至 {last}").format(first=found.valid_from, last=valid_to)),
        parts.Row(_("证照标识"), found.identifier),
    ]
    return rows + [parts.Row(title, value) for title, value in found.fields]
