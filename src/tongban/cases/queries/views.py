"""What a page shows of an application: plain frozen data, nothing lazy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from tongban.cases.formalities.queries import FormalityView
from tongban.cases.terms import Clocks
from tongban.documents.api import DocumentView
from tongban.exchange.api import OUTCOME_WORDS, EvidenceView
from tongban.identity.api import UnnumberedView
from tongban.packs.ports import Cite
from tongban.services.api import Guide, MaterialTerms, ServiceItem

#: The outcome of a material that was shown from a wallet.
PRESENTED = "presented"
APPLICATION_WORDS = {
    "preparing": "草稿",
    "submitted": "已提交",
    "supplementing": "要补材料",
    "closed": "已办结",
    "withdrawn": "已撤回",
}
WAY_WORDS = {
    "fetched": "免交·自动取",
    "certificate": "证照调取",
    "promise": "承诺替代",
    "template": "示范文本替代",
    "upload": "您上传",
    "signature": "共同申请人签名",
}


def application_words(state: str, *, running: bool) -> str:
    """The state of an application in Chinese; a submitted one with an accepted case is being handled."""
    return "办理中" if state == "submitted" and running else APPLICATION_WORDS[state]


@dataclass(frozen=True)
class MaterialView:
    """A material of an application with its evidence or file."""

    code: str
    title: str
    kind: str
    state: str
    outcome: str
    agreed: bool
    reason: str
    needed_by: tuple[str, ...]
    needed_by_codes: tuple[str, ...]
    terms: MaterialTerms
    evidence: EvidenceView | None
    document: DocumentView | None

    @property
    def way_words(self) -> str:
        """How it comes, in Chinese."""
        return WAY_WORDS[self.kind]

    @property
    def outcome_words(self) -> str:
        """What came of it, in Chinese."""
        words = {
            "uploaded": "已上传",
            "replaced": "已确认",
            "signed": "已签名",
            "presented": "已从钱包出示",
            "paper": "已收纸质件",
            "": "待提供",
        }
        return words.get(self.outcome) or OUTCOME_WORDS[self.outcome]

    @property
    def by_hand(self) -> bool:
        """Whether the person has to hand it in: her own paper, or what could not be fetched."""
        return not self.presented and (
            self.kind == "upload" or (self.kind == "fetched" and self.evidence is None)
        )

    @property
    def presented(self) -> bool:
        """Whether she showed it from a wallet, and it was not sent back."""
        return self.outcome == PRESENTED and self.state == "ready"

    @property
    def may_present(self) -> bool:
        """Whether it is still to be had from her, and a certificate from a wallet would do."""
        if self.terms.wallet is None or self.document is not None or self.state == "ready":
            return False
        return self.by_hand or self.state == "returned" or self.outcome in {"silent", "none"}


@dataclass(frozen=True)
class DefectView:
    """Something to put right."""

    found_on: date
    words: str
    due_on: date
    rectified_on: date | None
    rectified_words: str
    document: DocumentView | None
    confirmed_on: date | None


@dataclass(frozen=True)
class InspectionView:
    """A check on the spot."""

    held_on: date
    officers: tuple[str, ...]
    finding: str


@dataclass(frozen=True)
class DecisionView:
    """A decision and how to contest it."""

    paper: str
    result: str
    words: str
    basis: str
    decided_on: date
    review_body: str
    review_until: date | None
    certificate: UUID | None
    entry: UUID
    officer: str = ""
    deputy_for: str = ""


@dataclass(frozen=True)
class OpinionView:
    """The examiner's proposal."""

    officer: str
    proposes: str
    words: str
    given_on: date


@dataclass(frozen=True)
class CaseView:
    """A case of an application. `verbs` are those its state allows, each with the role that may do it.

    `steps` are the acts beside the table that it allows, each with its roles; `formalities` those that were done.
    """

    number: str
    item: ServiceItem
    title: str
    agency: str
    agency_name: str
    agency_phone: str
    state: str
    state_title: str
    words: str
    final: bool
    version: int
    after: tuple[str, ...]
    accepted_on: date | None
    decided_on: date | None
    legal_due_on: date | None
    promised_due_on: date | None
    acceptance_due_on: date | None
    clocks: Clocks | None
    inspections: tuple[InspectionView, ...]
    defects: tuple[DefectView, ...]
    opinion: OpinionView | None
    decision: DecisionView | None
    pause_grounds: tuple[str, ...]
    verbs: Mapping[str, str]
    formalities: tuple[FormalityView, ...] = ()
    steps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    archived_on: date | None = None
    #: The end of the certificate that the case renews: undecided then, it counts as granted.
    renewal_due_on: date | None = None

    @property
    def open_defect(self) -> DefectView | None:
        """The defect that the person has to put right now."""
        return next((one for one in self.defects if one.rectified_on is None), None)

    def formality(self, code: str) -> FormalityView | None:
        """The newest of a code beside the table, if there is one."""
        return next((one for one in reversed(self.formalities) if one.code == code), None)


@dataclass(frozen=True)
class SupplementView:
    """The one notice of what is missing."""

    told_on: date
    due_on: date
    lines: tuple[Mapping[str, str], ...]
    answered_on: date | None


@dataclass(frozen=True)
class SignatureView:
    """Whom somebody asked to sign a part, and what came of it: `asked`, `signed` or `declined` with a reason."""

    material: str
    title: str
    name: str
    state: str
    reason: str
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True)
class SigningPart:
    """A part that waits for, or had, somebody's signature, as that person sees it; nothing else of the application.

    `shown` are title and answer beside the text; `cases` are title and state of those that need the part.
    """

    number: str
    material: str
    application: str
    applicant: str
    window: str
    title: str
    part: str
    text: str
    issuer: str
    cites: tuple[Cite, ...]
    shown: tuple[tuple[str, str], ...]
    state: str
    reason: str
    open: bool
    asked_at: datetime
    answered_at: datetime | None
    cases: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ApplicationView:
    """An application as a whole. `changes` are what became of the form under the draft and was not seen yet."""

    number: str
    title: str
    state: str
    version: int
    applicant: UUID
    applicant_name: str
    agent_name: str
    firm: str
    firm_name: str
    window: str
    window_name: str
    window_phone: str
    answers: Mapping[str, str]
    by_hand: tuple[str, ...]
    told_at: datetime | None
    created_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    guide: Guide
    materials: tuple[MaterialView, ...]
    cases: tuple[CaseView, ...]
    supplement: SupplementView | None
    promised_on: date | None
    legal_on: date | None
    signatures: tuple[SignatureView, ...] = ()
    changes: tuple[str, ...] = ()
    child: UnnumberedView | None = None

    @property
    def state_words(self) -> str:
        """The state in Chinese."""
        return application_words(self.state, running=any(case.accepted_on for case in self.cases))

    @property
    def case_numbers(self) -> list[str]:
        """All numbers under which the journal knows it."""
        return [self.number, *(case.number for case in self.cases)]

    def material(self, code: str) -> MaterialView:
        """One of its materials."""
        return next(one for one in self.materials if one.code == code)

    def case(self, item: str) -> CaseView:
        """The case of a member item."""
        return next(case for case in self.cases if case.item.code == item)


@dataclass(frozen=True)
class ListRow:
    """An application in a list; `running` once a case of it is accepted."""

    number: str
    title: str
    state: str
    applicant_name: str
    created_at: datetime
    submitted_at: datetime | None
    open_cases: int
    closed_cases: int
    running: bool

    @property
    def state_words(self) -> str:
        """The state in Chinese."""
        return application_words(self.state, running=self.running)


@dataclass(frozen=True)
class QueueRow:
    """A case in an officer's queue; `group` is overdue, today, soon or later."""

    number: str
    title: str
    applicant_name: str
    state: str
    state_title: str
    accepted_on: date | None
    due_on: date | None
    days_left: int | None
    group: str
    waits_for: str


@dataclass(frozen=True)
class Waiting:
    """Something that waits for the person: `supplement`, `rectify` or `draft`; drafts are due on no day."""

    what: str
    number: str
    title: str
    due_on: date | None = None
