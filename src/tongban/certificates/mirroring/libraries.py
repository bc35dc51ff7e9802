"""The libraries above us as they are reached here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tongban.certificates.mirroring.models import UpperLibrary, UpperState
from tongban.certificates.ports import UpperCertificates, library_over
from tongban.exchange.api import Link
from tongban.exchange.ports import FAULT_WORDS, SourceDown
from tongban.kernel import clock


@dataclass(frozen=True)
class LibraryView:
    """A library above us: since when it cannot be talked to, and why."""

    code: str
    title: str
    looked_at: datetime | None
    failing_since: datetime | None
    fault: str

    @property
    def fault_words(self) -> str:
        """Why, in Chinese; empty while it answers."""
        return FAULT_WORDS.get(self.fault, "")


def list_libraries() -> list[LibraryView]:
    """All of them by code; two queries."""
    states = {row.library_id: row for row in UpperState.objects.all()}
    found = []
    for row in UpperLibrary.objects.order_by("code"):
        state = states.get(row.code) or UpperState(library=row)
        found.append(LibraryView(row.code, row.title, state.looked_at, state.failing_since, state.fault))
    return found


def link_of(library: UpperLibrary) -> Link:
    """How a library is reached."""
    return Link.model_validate(library.settings)


def port_of(library: UpperLibrary, *, permitted: bool = False) -> UpperCertificates:
    """The library to talk to."""
    return library_over(library.adapter, link_of(library), permitted=permitted)


def note_looked(library: UpperLibrary, fault: str = "") -> None:
    """Keep how the worker's last look at a library went."""
    now = clock.real_now()
    state, _made = UpperState.objects.get_or_create(library=library)
    since = (state.failing_since or now) if fault else None
    UpperState.objects.filter(pk=library.pk).update(looked_at=now, failing_since=since, fault=fault)


def libraries(codes: Sequence[str] | None = None) -> list[UpperLibrary]:
    """The rows of libraries, of all where no codes are given."""
    rows = UpperLibrary.objects.order_by("code")
    return list(rows if codes is None else rows.filter(pk__in=codes))


def fault_words(down: SourceDown) -> str:
    """Why a library gave no answer, as a part of a sentence."""
    return FAULT_WORDS.get(down.fault, FAULT_WORDS["down"])
