"""A certificate that is kept above, as pages show it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tongban.certificates.mirroring.codes import UPPER_STATUSES


@dataclass(frozen=True)
class UpperView:
    """A certificate of an upper library. `id` is that of our copy; None where nothing is kept (delegate).

    `fetched_at` says how old what stands here is; `upper_id`, `upper_version` and `batch` are what it is known by there.
    """

    id: UUID | None
    type: str
    title: str
    number: str
    holder_name: str
    issuer_name: str
    library: str
    library_title: str
    upper_id: str
    upper_version: int
    batch: str
    identifier: str
    issued_on: date
    valid_from: date
    valid_to: date | None
    fields: tuple[tuple[str, str], ...]
    status: str
    fetched_at: datetime

    @property
    def status_words(self) -> str:
        """The status in Chinese."""
        return UPPER_STATUSES[self.status]
