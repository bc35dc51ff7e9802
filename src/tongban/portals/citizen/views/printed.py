"""What agencies gave her in writing, as sealed PDF: receipt, one notice, acceptance, decision, certificate. Owner only."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.cases.api import get_application, originals_of
from tongban.certificates.api import get_certificate
from tongban.identity.api import get_agency
from tongban.kernel.errors import NotFound
from tongban.portals.design import letters, printed, written
from tongban.portals.design.access import people, people_and_agents
from tongban.portals.design.middleware import actor
from tongban.portals.design.slips import slip_file


@people_and_agents
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """申请回执."""
    return printed.receipt_file(get_application(number, by=actor(request)))


@people_and_agents
@require_safe
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """一次性告知书."""
    return printed.notice_file(get_application(number, by=actor(request)))


@people_and_agents
@require_safe
def original(request: HttpRequest, number: str, original: UUID) -> HttpResponse:
    """The slip for a paper of hers that the window keeps or kept."""
    view = get_application(number, by=actor(request))
    found = next((one for one in originals_of(view.number) if one.id == original), None)
    if found is None:
        raise NotFound(_("这份申请没有收存这份原件。"))
    return slip_file(found, get_agency(view.window))


@people
@require_safe
def acceptance(request: HttpRequest, number: str) -> HttpResponse:
    """受理通知书 of one case."""
    view = get_application(number, by=actor(request))
    return printed.acceptance_file(view, printed.case_of(view, number))


@people
@require_safe
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """决定书 of one case."""
    view = get_application(number, by=actor(request))
    return printed.decision_file(request, view, printed.case_of(view, number))


@people
@require_safe
def letter(request: HttpRequest, number: str, formality: UUID) -> HttpResponse:
    """The letter of an act beside the table of one case."""
    view = get_application(number, by=actor(request))
    case = printed.case_of(view, number)
    return letters.letter_file(view, case, letters.formality_of(case, formality))


@people
@require_safe
def certificate(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """A certificate as a sheet to print."""
    view = get_certificate(certificate, by=actor(request))
    verify_at = request.build_absolute_uri(reverse("public:verify-code", args=[view.check_code]))
    verify_page = request.build_absolute_uri(reverse("public:verify"))
    return printed.paper_file(written.certificate_paper(view, verify_at=verify_at, verify_page=verify_page))
