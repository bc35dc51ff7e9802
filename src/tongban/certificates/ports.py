"""What others plug in: the cases that will give a certificate; libraries above us, of which one over HTTP is shipped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from tongban.exchange.api import Link
from tongban.kernel.canonical import Json


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


@dataclass(frozen=True)
class Found:
    """A certificate that an upper library has: its id and version there, and how it stands."""

    upper_id: str
    identifier: str
    type_code: str
    version: int
    status: str


@dataclass(frozen=True)
class Fetched:
    """A certificate as an upper library gives it; `batch` is the one it came to that library with."""

    upper_id: str
    identifier: str
    type_code: str
    version: int
    batch: str
    number: str
    holder_name: str
    holder_number: str
    issuer_name: str
    issued_on: date
    valid_from: date
    valid_to: date | None
    status: str
    content: Mapping[str, str]


@dataclass(frozen=True)
class Annotated:
    """加注件 that an upper library made: its number there, what it shows (item and value), until when it may be used."""

    number: str
    certificate: Fetched
    lines: Sequence[tuple[str, str]]
    last_day: date


@dataclass(frozen=True)
class SentRow:
    """A version of a certificate on its way up. `key` is the same however often it is sent; `revision` counts mendings."""

    key: str
    revision: int
    operation: str
    said: Mapping[str, Json]


@dataclass(frozen=True)
class RowAnswer:
    """What became of a row: taken under an id and version there, or not, with code and reason."""

    key: str
    revision: int
    taken: bool
    upper_id: str = ""
    version: int = 0
    code: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ReturnedRow:
    """A line of the error-return table (纠错): what was taken at first and came back later. `position` grows."""

    position: int
    key: str
    revision: int
    code: str
    reason: str


class UpperCertificates(Protocol):
    """A certificate library above us. Every method asks outside and may raise SourceDown."""

    def search(self, *, holder_number: str, type_codes: Sequence[str], cause: str) -> Sequence[Found]:
        """The certificates of these types (codes of GB/T 36904) that a holder has."""
        ...

    def fetch(self, *, upper_id: str, cause: str) -> Fetched | None:
        """One certificate with its content; None where there is none."""
        ...

    def verify(self, *, upper_ids: Sequence[str]) -> Mapping[str, Found]:
        """How these certificates stand now, by id; what is not there is left out. No content is told."""
        ...

    def annotate(
        self, *, upper_id: str, cause: str, reader: str, items: Sequence[str], last_day: date
    ) -> Annotated | None:
        """An annotated copy for a reader, of these items, that may be used until `last_day`."""
        ...

    def feed(self, *, batch: str, rows: Sequence[SentRow]) -> Sequence[RowAnswer]:
        """Hand rows over. The same batch sent again changes nothing and is answered as the first time."""
        ...

    def returned(self, *, after: int, limit: int) -> Sequence[ReturnedRow]:
        """The error-return table behind a position, in its order."""
        ...

    def held(self, *, after: str, limit: int) -> Sequence[Found]:
        """What we handed over, by identifier, behind one; `version` is the version that we gave."""
        ...


class Maker(Protocol):
    """Makes the library behind a link; `permitted`: whoever asks holds a permit for it already."""

    def __call__(self, link: Link, *, permitted: bool) -> UpperCertificates:
        """The library."""
        ...


_makers: dict[str, Maker] = {}


def register_library(adapter: str, make: Maker) -> None:
    """Plug in an adapter."""
    _makers[adapter] = make


def library_over(adapter: str, link: Link, *, permitted: bool = False) -> UpperCertificates:
    """The library behind a link.

    Raises:
        KeyError: no adapter of that name is plugged in.
    """
    return _makers[adapter](link, permitted=permitted)
