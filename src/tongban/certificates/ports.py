"""What others plug in: the cases that will give a certificate."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CaseOutlook:
    """A case that gives a certificate of `type` when it is granted; `ended` once it was decided or came to nothing."""

    applicant: UUID
    type: str
    issuer: str
    ended: bool


CasePort = Callable[[str], CaseOutlook | None]

_case: CasePort | None = None


def install_cases(port: CasePort) -> None:
    """Plug in who knows the cases."""
    global _case  # noqa: PLW0603 - plugged in once
    _case = port


def case_of(number: str) -> CaseOutlook | None:
    """A case by its number; None if there is none, or it gives no certificate."""
    return _case(number) if _case else None
