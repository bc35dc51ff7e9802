"""Which witnesses this installation asks, and how each of them stands."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from tongban.journal.api import ORIGINS


@dataclass(frozen=True)
class WitnessState:
    """How a witness of the log `origin` stands. `outside`: somebody else runs it.

    `size` and `cosigned_at` are of its last cosignature, 0 and None before the first; `trouble` says in words why
    the last try failed, empty if it did not.
    """

    origin: str
    name: str
    vkey: str
    outside: bool
    size: int
    cosigned_at: datetime | None
    trouble: str
    tried_at: datetime | None


def witness_states() -> list[WitnessState]:
    """Every configured witness, by log and in the order of the setting; none has cosigned yet."""
    lines = [line.split() for line in settings.TONGBAN_WITNESSES.replace("\\n", "\n").splitlines()]
    named = [(words[1], words[2]) for words in lines if words[:1] == ["witness"] and len(words) > 2]
    return [
        WitnessState(origin, name, vkey, outside=False, size=0, cosigned_at=None, trouble="", tried_at=None)
        for origin in ORIGINS
        for name, vkey in named
    ]
