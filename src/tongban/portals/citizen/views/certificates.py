"""My certificates: cards, the sheet to print, the signed text to keep."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.certificates.api import CertificateView, certificates_of, get_certificate, mirrored_of
from tongban.portals.citizen.views.above import mirrored_card
from tongban.portals.design import codes, parts
from tongban.portals.design.access import people
from tongban.portals.design.middleware import actor
from tongban.portals.design.parts.papers import NO_QR
from tongban.portals.design.shown import certificate_status
from tongban.services.api import renewal_of


@people
@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """All of them: what ends first stands first, what no longer holds last."""
    person = actor(request).person
    held = sorted(certificates_of(person), key=_urgency) if person else []
    shown = [_card(request, one) for one in held]
    above = [mirrored_card(one) for one in mirrored_of(person)] if person else []
    context = {"certificates": shown, "above": above, "here": "mine"}
    return render(request, "citizen/certificates.html", context)


@people
@require_safe
def certificate(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """One certificate as a sheet of A4, with its QR code and where it came from."""
    view = get_certificate(certificate, by=actor(request))
    context = {
        "view": view,
        "certificate": _card(request, view, with_qr=True),
        "renewal": renewal_of(view.type) if view.status == "valid" and view.valid_to else None,
        "here": "mine",
    }
    return render(request, "citizen/certificate.html", context)


@people
@require_safe
def sd_jwt(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """The signed text; whoever has it and the issuers' keys can check it offline."""
    view = get_certificate(certificate, by=actor(request))
    response = HttpResponse(view.sd_jwt, content_type="application/dc+sd-jwt")
    response.headers["Content-Disposition"] = f'attachment; filename="{view.type}.sd-jwt"'
    return response


def _card(request: HttpRequest, one: CertificateView, *, with_qr: bool = False) -> parts.Certificate:
    valid_to = one.valid_to.isoformat() if one.valid_to else _("长期")
    verify_at = request.build_absolute_uri(reverse("public:verify-code", args=[one.check_code]))
    return parts.Certificate(
        title=one.title,
        number=one.number,
        holder=one.holder_name,
        issuer=one.issuer_name,
        issued=one.issued_on,
        valid=_("{first} 至 {last}").format(first=one.valid_from, last=valid_to),
        status=certificate_status(one),
        specimen=True,
        url=reverse("citizen:certificate", args=[one.id]),
        fields=one.fields,
        qr=codes.qr(verify_at) if with_qr else NO_QR,
        code=one.printed_code,
        verify_at=request.build_absolute_uri(reverse("public:verify")),
    )


def _urgency(one: CertificateView) -> tuple[bool, date]:
    """Valid ones by their last day, those without end after them; then the others, the newest first."""
    if one.status == "valid":
        return False, one.valid_to or date.max
    return True, date.max - (one.valid_from - date.min)
