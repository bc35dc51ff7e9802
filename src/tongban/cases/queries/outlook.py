"""What a running case will give: told to wallets that wait for its certificate."""

from tongban.cases.models import Case
from tongban.cases.terms import item_of
from tongban.certificates.ports import CaseOutlook
from tongban.services.api import get_regime


def outlook_of(number: str) -> CaseOutlook | None:
    """The certificate that a case gives when it is granted, to whom, and whether the case has ended.

    None if there is no such case, or its item gives no certificate.
    """
    case = Case.objects.select_related("application").filter(number=number).first()
    if case is None:
        return None
    given = item_of(case).result.certificate
    if given is None:
        return None
    ended = {one.code for one in get_regime(case.regime).states if one.final}
    return CaseOutlook(case.application.applicant, given, case.agency, case.state in ended)
