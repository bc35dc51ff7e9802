"""What the worker does: run what was ordered, over a snapshot and in a child; tell whom it was approved to tell."""

import logging
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from tongban.bulk.api import BulkFailed, run_rule
from tongban.exchange.api import note_batch
from tongban.identity.api import people_numbered
from tongban.journal.api import Actor, Subject, bump, record, system
from tongban.kernel import clock
from tongban.kernel.errors import Problem
from tongban.registers.api import Taken, take_snapshot
from tongban.rules.api import facts_of
from tongban.services.entitling.models import Screened, Screening
from tongban.services.entitling.planning import Plan, plan_of
from tongban.services.kinds import EntitledTold, ScreeningDone, ScreeningFailed
from tongban.services.queries.guides import get_item

log = logging.getLogger(__name__)

#: Of our advisory locks: one process screens at a time.
LOCK = 0x746F6E67_656E
#: Lines written in one transaction, so that none lasts long.
WRITTEN_TOGETHER = 100_000
#: People told in one entry, each with a part of her own.
TOLD_TOGETHER = 200


def run_screenings() -> int:
    """Run what was ordered, and tell whom it was approved to tell; returns how many screenings moved on.

    One process does it at a time. What a killed one left half-way begins again.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
        if not (cursor.fetchone() or [False])[0]:
            return 0
        try:
            return _run_all()
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])


def _run_all() -> int:
    at_work = list(Screening.objects.filter(state__in=["ordered", "running"]).order_by("pk"))
    for row in at_work:
        _run(row)
    to_tell = list(Screening.objects.filter(approved_at__isnull=False, told_at=None).order_by("pk"))
    for row in to_tell:
        _tell_all(row)
    return len(at_work) + len(to_tell)


def _run(row: Screening) -> None:
    by = Actor(kind="officer", key=row.ordered_by, agency=row.agency)
    if not Screening.objects.filter(pk=row.pk, state__in=["ordered", "running"]).update(state="running"):
        return  # cancelled meanwhile
    began = time.monotonic()
    try:
        plan = plan_of(get_item(row.item), on=clock.today())
        with TemporaryDirectory(prefix="snapshot-", dir=_folder()) as folder:
            taken, as_of = take_snapshot(plan.columns, Path(folder))
            found = _evaluate(plan, taken, Path(folder))
            _write(row, Path(folder, "answers.csv"))
        _finish(row, plan, taken, found, as_of=as_of.isoformat(), began=began, by=by)
    except BulkFailed as failed:
        log.warning("screening %s failed in the engine: %s", row.pk, failed.detail)
        _fail(row, str(failed), by=by)
    except Problem as problem:
        _fail(row, str(problem), by=by)


def _folder() -> Path:
    """Where snapshots lie while they are used."""
    folder = Path(settings.HOME) / "bulk"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _evaluate(plan: Plan, taken: dict[str, Taken], folder: Path) -> dict[str, Any]:
    known = facts_of(plan.rule)
    return run_rule(
        tables={name: one.path for name, one in taken.items()},
        rows=plan.rows,
        marks=plan.compiled.marks,
        names=plan.compiled.names,
        answer=plan.compiled.answer,
        missing=plan.compiled.missing,
        reasons=plan.compiled.reasons,
        facts=[fact for fact in known if fact not in plan.asked],
        unknown=list(plan.compiled.facts),
        clauses=plan.compiled.clauses,
        out=folder / "answers.csv",
    )


def _write(row: Screening, answers: Path) -> None:
    """Write what was found, some lines in each transaction; what an earlier try left is dropped first."""
    _drop(row.pk)
    copy = sql.SQL(
        "copy services_screened (screening, number, name, answer, missing, facts) from stdin (format csv)"
    )
    with answers.open(encoding="utf-8", newline="") as lines:
        while some := list(islice(lines, WRITTEN_TOGETHER)):
            with transaction.atomic(), connection.cursor() as cursor, cursor.copy(copy) as target:
                target.write("".join(f"{row.pk},{line}" for line in some))


def _drop(screening: int, *, answers: Sequence[str] = ("yes", "no", "unknown")) -> None:
    """Delete rows of a screening, some in each transaction."""
    rows = Screened.objects.filter(screening=screening, answer__in=answers)
    while some := list(rows.order_by("pk").values_list("pk", flat=True)[:WRITTEN_TOGETHER]):
        Screened.objects.filter(
            pk__gte=some[0], pk__lte=some[-1], screening=screening, answer__in=answers
        ).delete()


def _finish(
    row: Screening,
    plan: Plan,
    taken: dict[str, Taken],
    found: dict[str, Any],
    *,
    as_of: str,
    began: float,
    by: Actor,
) -> None:
    reading = uuid4().hex
    counted = {name: int(found[name]) for name in ("people", "yes", "one_missing", "more_missing", "no")}
    with transaction.atomic():
        version = bump(Screening, row.pk)
        for held in plan.held.values():
            one = taken[held.register]
            note_batch(
                held, rows=one.rows, as_of=one.as_of, upto=one.upto, reading=reading, digest=one.digest, by=by
            )
        Screening.objects.filter(pk=row.pk).update(
            **counted,
            state="done",
            decided=found["decided"],
            sources=[
                {
                    "resource": code,
                    "title": held.resource.name,
                    "agency": held.resource.agency,
                    "grant": held.grant,
                    "rows": taken[held.register].rows,
                }
                for code, held in plan.held.items()
            ],
            as_of=as_of,
            ended_at=clock.now(),
            seconds=time.monotonic() - began,
        )
        record(
            ScreeningDone(
                item=row.item,
                item_version=row.item_version,
                rule=row.rule_digest,
                sources=sorted(plan.held),
                as_of=as_of,
                **counted,
            ),
            on=Subject("screening", str(row.pk), version),
            by=by,
        )
    for older in Screening.objects.filter(item=row.item, pk__lt=row.pk).values_list("pk", flat=True):
        _drop(older, answers=("no", "unknown"))


def _fail(row: Screening, sentence: str, *, by: Actor) -> None:
    _drop(row.pk)
    with transaction.atomic():
        version = bump(Screening, row.pk)
        Screening.objects.filter(pk=row.pk).update(state="failed", fault=sentence, ended_at=clock.now())
        record(
            ScreeningFailed(item=row.item, reason=sentence),
            on=Subject("screening", str(row.pk), version),
            by=by,
        )


def _tell_all(row: Screening) -> None:
    """Tell those whose turn has not come, a few in each transaction; a killed worker goes on where it was."""
    waiting = Screened.objects.filter(screening=row, answer="yes", told_at=None).order_by("number")
    while few := list(waiting[:TOLD_TOGETHER]):
        with transaction.atomic():
            _tell(row, few)
    told = Screened.objects.filter(screening=row, answer="yes", person__isnull=False).count()
    Screening.objects.filter(pk=row.pk).update(told_at=clock.now(), told=told, unreached=row.yes - told)


def _tell(row: Screening, few: Sequence[Screened]) -> None:
    """Tell those of a few who have an account here, in one entry; who was told of this version before is not told again."""
    version = bump(Screening, row.pk)
    known = people_numbered(one.number for one in few)
    before = set(
        Screened.objects.filter(
            screening__item=row.item, screening__item_version=row.item_version, person__in=known.values()
        ).values_list("person", flat=True)
    )
    for one in few:
        one.person, one.told_at = known.get(one.number), clock.now()
    Screened.objects.bulk_update(few, ["person", "told_at"])
    fresh = [person for person in known.values() if person not in before]
    if fresh:
        record(
            EntitledTold(item=row.item, item_version=row.item_version, people=len(fresh)),
            on=Subject("screening", str(row.pk), version),
            by=system("screening"),
            agency=row.agency,
            purpose="告知可能符合条件的人",
            private={person: {"item": row.item, "title": row.title} for person in fresh},
        )
