"""Written decisions: number, reasons, legal basis and remedies, as the person receives them."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from tongban.cases.models import Case, Decision
from tongban.clocks.api import limit_of
from tongban.identity.api import AgencyView
from tongban.kernel import clock

#: The word in a written decision's number, by result.
_PAPER_WORDS = {"granted": "准", "refused": "不予", "advised": "指", "not-accepted": "不受"}
#: The same for what undoes a grant, by verb.
_UNDOING_WORDS = {"revoke": "撤", "call-back": "回", "annul": "注"}
_REVIEW_LIMIT = "administrative-review"


@dataclass(frozen=True)
class Ruling:
    """What is decided and by whom, or who stood in for whom; `basis` cites the law, `agency` answers for it."""

    case: Case
    agency: AgencyView
    result: str
    words: str
    basis: str
    officer: str
    deputy_for: str = ""
    decided_on: date = field(default_factory=clock.today)
    #: From when a certificate that it renews holds anew.
    begins_on: date = field(default_factory=clock.today)

    @property
    def paper(self) -> str:
        """The number of the written decision."""
        return (
            f"{self.agency.short_name}{_PAPER_WORDS[self.result]}〔{self.decided_on:%Y}〕{self.case.number}"
        )


def write_decision(ruling: Ruling, *, entry: UUID, certificate: UUID | None = None) -> None:
    """Write the decision of a case down; only guidance has no remedy."""
    has_remedy = ruling.result != "advised"
    Decision.objects.create(
        case=ruling.case,
        paper=ruling.paper,
        result=ruling.result,
        words=ruling.words,
        basis=ruling.basis,
        officer=ruling.officer,
        deputy_for=ruling.deputy_for,
        decided_on=ruling.decided_on,
        review_body=ruling.agency.reviewed_by if has_remedy else "",
        review_until=last_day_to_contest(ruling.decided_on) if has_remedy else None,
        certificate=certificate,
        entry=entry,
    )


def last_day_to_contest(day: date) -> date:
    """The last day on which somebody may ask for administrative review of what was decided on a day."""
    return day + timedelta(days=limit_of(_REVIEW_LIMIT, on=day).amount)


def undoing_paper(agency: AgencyView, how: str, number: str) -> str:
    """The number of a written decision that undoes a grant."""
    return f"{agency.short_name}{_UNDOING_WORDS[how]}〔{clock.today():%Y}〕{number}"


def published_name(firm: str, person: str) -> str:
    """A holder as everybody may read him: the firm by name, of a person the family name alone."""
    return firm or f"{person[:1]}某"
