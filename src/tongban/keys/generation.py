"""A key under a name: one generation of it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class KeyGeneration:
    """A key under a name that is for ever: the first is held as `name`, the second as `name@2`, and so on.

    `since` is when it was taken into use, `until` when it stops signing, None for the newest; `revoked` since when it is
    not to be believed, for a `reason` that anybody may read; `entry` brought it in. Real time.
    """

    name: str
    number: int
    suite: str
    public: bytes
    until: datetime | None = None
    revoked: datetime | None = None
    reason: str = ""
    since: datetime | None = None
    entry: UUID | None = None

    @property
    def held_as(self) -> str:
        """Its name in custody, and the key id of what it signs."""
        return self.name if self.number == 1 else f"{self.name}@{self.number}"

    def signs(self, now: datetime) -> bool:
        """Whether it signs at `now`."""
        return self.revoked is None and (self.until is None or now < self.until)
