"""Destroying parts: bytes and salt go, the hash stays in the entry, so every proof and root still holds (design 2).

Whether law and retention allow it is decided above; here the parts and the `erase.v1` that names them go together.
Only the sequencer's role may delete a part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from tongban.journal.actions import Subject, record
from tongban.journal.actors import Actor
from tongban.journal.kinds import Erased
from tongban.kernel.errors import Conflict
from tongban.kernel.sentences import say

#: Parts that one `erase.v1` names: 1,000 are 40 KB of a leaf's 65,535 bytes.
PARTS_MAX = 1_000


@dataclass(frozen=True)
class PartAbout:
    """A part of one subject, and what a rule of retention asks about its entry."""

    entry: UUID
    ordinal: int
    kind: str
    recorded_at: datetime
    case_number: str


def parts_about(subject: UUID) -> list[PartAbout]:
    """Every part about `subject` in a placed entry, oldest first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select part.entry, part.ordinal, entry.kind, entry.recorded_at, entry.case_number"
            " from journal_subject traced join journal_entry entry on entry.id = traced.entry"
            " join journal_part part on part.entry = traced.entry and part.subject = traced.subject"
            " where traced.subject = %s order by traced.position, part.ordinal",
            [subject],
        )
        return [PartAbout(*row) for row in cursor.fetchall()]


def erase_parts(
    parts: Sequence[PartAbout], *, subject: UUID, ground: str, basis: str, on: Subject, by: Actor
) -> list[UUID]:
    """Destroy these parts of `subject` and her lines of the footprint's index; one `erase.v1` for each thousand.

    Called in the transaction of the act. `ground` is why, `basis` law and article. Returns the ids of the entries.

    Raises:
        Conflict: a part is not there any more, or is another's; nothing was destroyed.
    """
    written = []
    for at in range(0, len(parts), PARTS_MAX):
        batch = parts[at : at + PARTS_MAX]
        _destroy(batch, subject)
        act = Erased(parts=[f"{one.entry}/{one.ordinal}" for one in batch], ground=ground, order=on.key)
        written.append(record(act, on=on, by=by, basis=basis))
    return written


def _destroy(parts: Sequence[PartAbout], subject: UUID) -> None:
    entries, ordinals = [one.entry for one in parts], [one.ordinal for one in parts]
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from journal_part part using unnest(%s::uuid[], %s::smallint[]) as wanted (entry, ordinal)"
            " where part.entry = wanted.entry and part.ordinal = wanted.ordinal and part.subject = %s",
            [entries, ordinals, subject],
        )
        if cursor.rowcount != len(parts):
            raise Conflict(
                say(
                    "{n} 个部分里只有 {left} 个还在并且属于本人，所以一个也没有销毁。",
                    n=len(parts),
                    left=cursor.rowcount,
                )
            )
        cursor.execute(
            "delete from journal_subject where subject = %s and entry = any(%s)", [subject, entries]
        )
