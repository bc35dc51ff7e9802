"""What agencies give in writing, as the sealed file that every portal hands out: the same bytes for person and officer."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from tongban.cases.api import ApplicationView, CaseView, application_timeline
from tongban.certificates.api import certificates_of_case
from tongban.documents.api import Paper, make_paper
from tongban.kernel.errors import NotFound
from tongban.portals.design import written
from tongban.services.api import get_regime, get_regimes


def receipt_file(view: ApplicationView) -> HttpResponse:
    """申请回执."""
    regimes = get_regimes({case.item.regime for case in view.cases})
    return paper_file(written.receipt_paper(view, application_timeline(view), regimes.values()))


def notice_file(view: ApplicationView) -> HttpResponse:
    """一次性告知书."""
    regimes = get_regimes({case.item.regime for case in view.cases})
    return paper_file(written.notice_paper(view, application_timeline(view), regimes.values()))


def acceptance_file(view: ApplicationView, case: CaseView) -> HttpResponse:
    """受理通知书 of one case."""
    regime = get_regime(case.item.regime)
    return paper_file(written.acceptance_paper(view, case, application_timeline(view), regime))


def decision_file(request: HttpRequest, view: ApplicationView, case: CaseView) -> HttpResponse:
    """决定书 of one case; the QR code leads to the certificate's check, or to the proof of the act."""
    given = next(iter(certificates_of_case([case.number])), None)
    address = (
        reverse("public:verify-code", args=[given.check_code])
        if given
        else reverse("citizen:ledger", args=[view.number])
    )
    verify_at = request.build_absolute_uri(address)
    regime = get_regime(case.item.regime)
    return paper_file(written.decision_paper(view, case, regime, given, verify_at=verify_at))


def case_of(view: ApplicationView, number: str) -> CaseView:
    """The case with that number.

    Raises:
        NotFound: the application has none.
    """
    case = next((one for one in view.cases if one.number == number), None)
    if case is None:
        raise NotFound(_("没有这个编号的办件。"))
    return case


def paper_file(paper: Paper) -> HttpResponse:
    """The sealed file, to be kept by whoever asked and by nobody on the way."""
    response = HttpResponse(make_paper(paper), content_type="application/pdf")
    response.headers["Content-Disposition"] = str(
        content_disposition_header(as_attachment=True, filename=paper.file_name)
    )
    response.headers["Cache-Control"] = "no-store"
    return response
