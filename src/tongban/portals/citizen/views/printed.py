"""What agencies give in writing, as sealed PDF: receipt, one notice, acceptance, decision, certificate. Owner only."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.cases.api import ApplicationView, CaseView, application_timeline, get_application
from tongban.certificates.api import certificates_of_case, get_certificate
from tongban.documents.api import Paper, make_paper
from tongban.kernel.errors import NotFound
from tongban.portals.citizen import written
from tongban.portals.design.access import people, people_and_agents
from tongban.portals.design.middleware import actor
from tongban.services.api import get_regime, get_regimes


@people_and_agents
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """申请回执."""
    view = get_application(number, by=actor(request))
    regimes = get_regimes({case.item.regime for case in view.cases})
    return _file(written.receipt_paper(view, application_timeline(view), regimes.values()))


@people_and_agents
@require_safe
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """一次性告知书."""
    view = get_application(number, by=actor(request))
    regimes = get_regimes({case.item.regime for case in view.cases})
    return _file(written.notice_paper(view, application_timeline(view), regimes.values()))


@people
@require_safe
def acceptance(request: HttpRequest, number: str) -> HttpResponse:
    """受理通知书 of one case."""
    view, case = _case(request, number)
    regime = get_regime(case.item.regime)
    return _file(written.acceptance_paper(view, case, application_timeline(view), regime))


@people
@require_safe
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """决定书 of one case; the QR code leads to the certificate's check, or to the proof of the act."""
    view, case = _case(request, number)
    given = next(iter(certificates_of_case([case.number])), None)
    address = (
        reverse("public:verify-code", args=[given.check_code])
        if given
        else reverse("citizen:ledger", args=[view.number])
    )
    verify_at = request.build_absolute_uri(address)
    regime = get_regime(case.item.regime)
    return _file(written.decision_paper(view, case, regime, given, verify_at=verify_at))


@people
@require_safe
def certificate(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """A certificate as a sheet to print."""
    view = get_certificate(certificate, by=actor(request))
    verify_at = request.build_absolute_uri(reverse("public:verify-code", args=[view.check_code]))
    verify_page = request.build_absolute_uri(reverse("public:verify"))
    return _file(written.certificate_paper(view, verify_at=verify_at, verify_page=verify_page))


def _case(request: HttpRequest, number: str) -> tuple[ApplicationView, CaseView]:
    view = get_application(number, by=actor(request))
    case = next((one for one in view.cases if one.number == number), None)
    if case is None:
        raise NotFound(_("没有这个编号的办件。"))
    return view, case


def _file(paper: Paper) -> HttpResponse:
    """The sealed file, to be kept by the person and by nobody on the way."""
    response = HttpResponse(make_paper(paper), content_type="application/pdf")
    response.headers["Content-Disposition"] = str(
        content_disposition_header(as_attachment=True, filename=paper.file_name)
    )
    response.headers["Cache-Control"] = "no-store"
    return response
