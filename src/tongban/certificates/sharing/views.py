"""An annotated copy as readers and holders see it, whoever made it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tongban.kernel import clock


@dataclass(frozen=True)
class CopyView:
    """加注件: what was shown, to whom, why, until when; as it stood then. `status` is a word.

    `above`: the library above us made it, and `certificate` is no certificate of ours; its face is then sealed by the
    agency that read it, `issuer`.
    """

    id: UUID
    number: str
    certificate: UUID
    identifier: str
    title: str
    issuer: str
    issuer_name: str
    holder_name: str
    issued_on: date
    check_code: str
    reader: str
    cause: str
    case_number: str
    lines: tuple[tuple[str, str], ...]
    status: str
    made_at: datetime
    last_day: date
    above: bool = False

    @property
    def expired(self) -> bool:
        """Whether its last day is over."""
        return self.last_day < clock.today()
