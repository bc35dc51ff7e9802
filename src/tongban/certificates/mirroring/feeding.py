"""Telling upper libraries: batches under numbers that stay, sent outside any transaction, answered row by row.

A worker that dies between sending and noting leaves an open batch; the next one sends the same batch under the same
number, and the library, which knows it, answers as before. A library has one open batch at a time, and a version of a
certificate leaves only after the versions before it were accepted.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from tongban.certificates.mirroring.kinds import CertificatesFed, FedAnswered, RowReturned
from tongban.certificates.mirroring.libraries import libraries, note_looked, port_of
from tongban.certificates.mirroring.models import UpperLibrary, UpperState, UpwardBatch, UpwardRow
from tongban.certificates.mirroring.rows import key_of, sent_rows
from tongban.certificates.ports import ReturnedRow, RowAnswer
from tongban.exchange.ports import SourceDown
from tongban.journal.api import BatchEntry, Subject, record, record_batch, system
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.ids import new_code, uuid7

BATCH = 100
#: So many batches of a library in one round of the worker.
_AT_A_TIME = 20
#: As long as sending may take; who died meanwhile is succeeded after it.
LEASE = timedelta(seconds=30)
_AGAIN, _AGAIN_LONGEST = timedelta(seconds=15), timedelta(hours=1)
#: How often the error-return table is read.
LOOK_EVERY = timedelta(seconds=15)
_RETURNED_AT_A_TIME = 200
_CAUSE = "向上级证照库报送本级签发的证照"
_LOCK = "select pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
_NEXT = """
select row.id from certificates_upward_row row
where row.library_id = %s and row.state = 'waiting' and not exists (
    select from certificates_upward_row earlier
    where earlier.library_id = row.library_id and earlier.certificate_id = row.certificate_id
        and earlier.certificate_version < row.certificate_version and earlier.state <> 'accepted')
order by row.id limit %s for update skip locked
"""


def feed_upward() -> int:
    """Send what waits for each library, and read what came back; returns how many rows were settled. For the worker."""
    return sum(_round(one) for one in libraries())


def _round(library: UpperLibrary) -> int:
    settled = 0
    for _n in range(_AT_A_TIME):
        batch = _claimed(library) or _formed(library)
        answered = _send(library, batch) if batch else None
        if answered is None:
            break
        settled += answered
    return settled + _collect(library)


def _claimed(library: UpperLibrary) -> UpwardBatch | None:
    """The open batch of a library, if it is due: claimed by moving its next try ahead."""
    now = clock.real_now()
    row = UpwardBatch.objects.filter(library=library, answered_at=None, next_at__lte=now).first()
    if row is None:
        return None
    mine = UpwardBatch.objects.filter(pk=row.pk, answered_at=None, next_at=row.next_at)
    return row if mine.update(next_at=now + LEASE) else None


def _formed(library: UpperLibrary) -> UpwardBatch | None:
    """A new batch of what waits, journalled as about to leave; None while another one is open."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"upward {library.code}"])
        [mine] = cursor.fetchone() or [False]
        if not mine or UpwardBatch.objects.filter(library=library, answered_at=None).exists():
            return None
        cursor.execute(_NEXT, [library.code, BATCH])
        keys = [key for (key,) in cursor.fetchall()]
        if not keys:
            return None
        batch = UpwardBatch.objects.create(
            id=uuid7(),
            library=library,
            number=f"{clock.today():%Y%m%d}{new_code(10)}",
            rows=len(keys),
            made_at=clock.now(),
            next_at=clock.real_now() + LEASE,
        )
        UpwardRow.objects.filter(pk__in=keys).update(state="sent", batch=batch)
        rows = _rows(batch)
        record(
            CertificatesFed(library=library.code, batch=batch.number, rows=len(keys)),
            on=Subject("upward-batch", str(batch.id), 1),
            by=system("certificates"),
            purpose=_CAUSE,
            private=_told(rows),
        )
    return batch


def _send(library: UpperLibrary, batch: UpwardBatch) -> int | None:
    """Send a batch and note what came of it: how many rows were settled, or None where the library gave no answer."""
    rows = _rows(batch)
    try:
        answers = port_of(library).feed(batch=batch.number, rows=sent_rows(rows))
    except SourceDown as down:
        _put_off(batch, down)
        note_looked(library, down.fault)
        return None
    return _note(library, batch, answers)


def _note(library: UpperLibrary, batch: UpwardBatch, answers: Sequence[RowAnswer]) -> int:
    by_key = {(one.key, one.revision): one for one in answers}
    with transaction.atomic():
        # Whoever sent it too late finds it answered.
        mine = UpwardBatch.objects.select_for_update().filter(pk=batch.pk, answered_at=None).first()
        if mine is None:
            return 0
        rows = _rows(batch)
        for row in rows:
            _settle(row, by_key.get((key_of(row), row.revision)))
        names = ("state", "batch", "upper_id", "upper_version", "code", "reason", "returned_at", "version")
        UpwardRow.objects.bulk_update(rows, names)
        UpwardBatch.objects.filter(pk=batch.pk).update(answered_at=clock.real_now(), fault="")
        accepted = sum(row.state == "accepted" for row in rows)
        returned = sum(row.state == "returned" for row in rows)
        record(
            FedAnswered(library=library.code, batch=batch.number, accepted=accepted, returned=returned),
            on=Subject("upward-batch", str(batch.id), 2),
            by=system("certificates"),
            purpose=_CAUSE,
        )
    return accepted + returned


def _settle(row: UpwardRow, answer: RowAnswer | None) -> None:
    row.version += 1
    if answer is None:  # nothing was said of it: it goes with another batch
        row.state, row.batch = "waiting", None
    elif answer.taken:
        row.state, row.upper_id, row.upper_version = "accepted", answer.upper_id, answer.version
        row.code = row.reason = ""
    else:
        row.state, row.code, row.reason = "returned", answer.code, answer.reason
        row.returned_at = clock.now()


def _collect(library: UpperLibrary) -> int:
    """Read the error-return table on from where it was left, where something was ever sent."""
    now = clock.real_now()
    state, _made = UpperState.objects.get_or_create(library=library)
    if state.looked_at and state.looked_at + LOOK_EVERY > now:
        return 0
    if not UpwardBatch.objects.filter(library=library).exclude(answered_at=None).exists():
        return 0
    try:
        found = port_of(library).returned(after=state.returned_after, limit=_RETURNED_AT_A_TIME)
    except SourceDown as down:
        note_looked(library, down.fault)
        return 0
    note_looked(library)
    return _take_back(library, found, after=state.returned_after) if found else 0


def _take_back(library: UpperLibrary, found: Sequence[ReturnedRow], *, after: int) -> int:
    with transaction.atomic():
        state = UpperState.objects.select_for_update().get(pk=library.pk)
        if state.returned_after != after:
            return 0
        by_key = {(one.key, one.revision): one for one in found}
        identifiers = {one.key.rpartition("/")[0] for one in found}
        rows = [
            row
            for row in UpwardRow.objects.select_for_update(of=("self",))
            .filter(library=library, certificate__identifier__in=identifiers, state__in=["sent", "accepted"])
            .select_related("certificate__type")
            if (key_of(row), row.revision) in by_key
        ]
        for row in rows:
            line = by_key[key_of(row), row.revision]
            _settle(row, RowAnswer(line.key, line.revision, taken=False, code=line.code, reason=line.reason))
        UpwardRow.objects.bulk_update(rows, ("state", "code", "reason", "returned_at", "version"))
        if rows:
            record_batch([_returned(library, row) for row in rows], by=system("certificates"))
        UpperState.objects.filter(pk=library.pk).update(returned_after=found[-1].position)
    return len(rows)


def _returned(library: UpperLibrary, row: UpwardRow) -> BatchEntry:
    act = RowReturned(library=library.code, identifier=row.certificate.identifier, code=row.code)
    return BatchEntry(act, Subject("upward-row", str(row.id), row.version), {})


def _put_off(batch: UpwardBatch, down: SourceDown) -> None:
    """Try it later: twice as long each time, or when the breaker closes."""
    again = timedelta(seconds=down.again_s) or min(_AGAIN * 2 ** min(batch.tries, 10), _AGAIN_LONGEST)
    UpwardBatch.objects.filter(pk=batch.pk, answered_at=None).update(
        tries=batch.tries + 1, next_at=_later(again), fault=down.fault
    )


def _later(wait: timedelta) -> datetime:
    return clock.real_now() + wait


def _rows(batch: UpwardBatch) -> list[UpwardRow]:
    return list(UpwardRow.objects.filter(batch=batch).select_related("certificate__type").order_by("id"))


def _told(rows: Sequence[UpwardRow]) -> dict[UUID, dict[str, Json]]:
    """What the holders' footprints say: which of their certificates went up."""
    told: dict[UUID, list[str]] = {}
    for row in rows:
        told.setdefault(row.certificate.owner, []).append(
            f"{row.certificate.type.title} {row.certificate.number}"
        )
    return {owner: {"items": list(dict.fromkeys(items))} for owner, items in told.items()}
