"""Looking at every drop in its turn, and how the drops do."""

import hashlib
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Max, Min, Q

from tongban.kernel import clock
from tongban.registers.drops.files import look_at_folder
from tongban.registers.drops.landing import ALONE, ASIDE
from tongban.registers.drops.models import Batch, Drop
from tongban.registers.drops.settings import DropRow
from tongban.registers.drops.table import DropClosed, look_at_table

#: The first half of our advisory locks on drops.
_LOCKS = 0x6472


@dataclass(frozen=True)
class DropHealth:
    """A drop: when it was looked at, since when it cannot be, and its batches by state."""

    code: str
    title: str
    register: str
    looked_at: datetime | None
    failing_since: datetime | None
    fault: str
    waiting: int
    waiting_since: datetime | None
    refused: int
    landed: int
    landed_at: datetime | None


@dataclass(frozen=True)
class BatchView:
    """A batch as pages show it; `errors` are row number and sentence.

    What has no number is a file: one that waits for its manifest, or one that was set aside unread.
    """

    drop: str
    number: str
    state: str
    declared: int | None
    arrived: int
    landed: int
    errors: tuple[tuple[int, str], ...]
    reason: str
    seen_at: datetime
    ended_at: datetime | None

    @property
    def file(self) -> str:
        """The name of the file where there is no number."""
        found = [mark for mark in (ALONE, ASIDE) if self.number.startswith(mark)]
        return self.number.removeprefix(found[0]) if found else ""


def collect_drops() -> int:
    """Look at the drops that are due; returns how many batches ended. One process looks at a drop at a time."""
    now, ended = clock.real_now(), 0
    for drop in Drop.objects.order_by("code"):
        said = DropRow.model_validate(drop.settings)
        if drop.looked_at is None or drop.looked_at + timedelta(seconds=said.every_s) <= now:
            ended += _locked(drop, said)
    return ended


def drop_health() -> list[DropHealth]:
    """Every drop by its code. Two queries."""
    counted: Mapping[str, Mapping[str, object]] = {
        row["drop"]: row
        for row in Batch.objects.order_by()
        .values("drop")
        .annotate(
            waiting=Count("number", filter=Q(state="waiting")),
            waiting_since=Min("seen_at", filter=Q(state="waiting")),
            refused=Count("number", filter=Q(state="refused")),
            landed=Count("number", filter=Q(state="landed")),
            landed_at=Max("ended_at", filter=Q(state="landed")),
        )
    }
    none = {"waiting": 0, "waiting_since": None, "refused": 0, "landed": 0, "landed_at": None}
    return [
        DropHealth(
            code=drop.code,
            title=drop.title,
            register=drop.register,
            looked_at=drop.looked_at,
            failing_since=drop.failing_since,
            fault=drop.fault,
            **{name: counted.get(drop.code, none)[name] for name in none},  # type: ignore[arg-type]
        )
        for drop in Drop.objects.order_by("code")
    ]


def batches_of(
    drop: str,
    *,
    states: Collection[str] = ("waiting", "refused"),
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> list[BatchView]:
    """The newest batches of a drop in some states, those that wait or were refused unless told otherwise.

    `before` are moment and number of the last one seen.
    """
    rows = Batch.objects.filter(drop=drop, state__in=states).order_by("-seen_at", "number")
    if before is not None:
        at, number = before
        rows = rows.filter(Q(seen_at__lt=at) | Q(seen_at=at, number__gt=number))
    rows = rows[:limit]
    return [
        BatchView(
            drop=drop,
            number=row.number,
            state=row.state,
            declared=row.declared,
            arrived=row.arrived,
            landed=row.landed,
            errors=tuple((int(number), str(sentence)) for number, sentence in row.errors),
            reason=row.reason,
            seen_at=row.seen_at,
            ended_at=row.ended_at,
        )
        for row in rows
    ]


def _locked(drop: Drop, said: DropRow) -> int:
    key = int.from_bytes(hashlib.sha256(drop.code.encode()).digest()[:4], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [_LOCKS, key])
        if not (cursor.fetchone() or (False,))[0]:
            return 0
    try:
        return _look(drop, said)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s, %s)", [_LOCKS, key])


def _look(drop: Drop, said: DropRow) -> int:
    ended, fault = 0, ""
    try:
        if said.table:
            ended = look_at_table(drop, said.table)
        elif said.file:
            ended = look_at_folder(drop, said.file)
    except DropClosed as closed:
        fault = str(closed)
    except OSError:
        logging.getLogger("tongban").exception("drop %s", drop.code)
        fault = "存放文件的文件夹不能读写。"
    now = clock.real_now()
    since = (drop.failing_since or now) if fault else None
    Drop.objects.filter(pk=drop.pk).update(looked_at=now, fault=fault, failing_since=since)
    return ended
