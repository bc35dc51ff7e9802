"""Running linkages: a snapshot, three steps in children, then the clusters follow. What a killed worker left is taken up."""

import csv
import logging
import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from tongban.bulk.api import BulkFailed, LinkPlan, link_step, waiting_steps
from tongban.exchange.api import HeldBatch, note_batch
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import Problem
from tongban.registers.kinds import LinkageEnded, LinkageFailed
from tongban.registers.linkage.models import AT_WORK, Linkage, Pair, Run
from tongban.registers.linkage.ordering import held_for
from tongban.registers.linkage.writing import Told, write_clusters, write_pairs
from tongban.registers.snapshots import Taken, schemas_of, take_snapshot

log = logging.getLogger(__name__)

#: Of our advisory locks: one process links at a time.
LOCK = 0x746F6E67_6C6B
#: What was counted by each step, as the run has it.
_COUNTED = ("records", "pairs", "weighs", "groups", "grouped", "asked")


def run_linkages() -> int:
    """Carry out the runs that were ordered, one after the other; returns how many ended."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
        if not (cursor.fetchone() or [False])[0]:
            return 0
        try:
            waiting = list(Run.objects.filter(state__in=AT_WORK).select_related("linkage").order_by("id"))
            for run in waiting:
                _carry_out(run)
            return len(waiting)
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])


def _carry_out(run: Run) -> None:
    began = time.monotonic()
    by = Actor(kind="officer", key=run.ordered_by, agency=run.linkage.agency)
    try:
        held = held_for(run.linkage)
        plan = _plan(run)
        if not run.sources:
            _take(run, plan, held, by=by)
        for step in waiting_steps(plan):
            _note(run, state=step)
            said = link_step(plan, step)
            _note(run, **{name: said[name] for name in _COUNTED if name in said})
        _note(run, state="write")
        told = write_clusters(run, Path(plan.folder, "groups.csv"), tell=lambda n: _note(run, written=n))
        _end(run, told, Path(plan.folder, "asked.csv"), began, by=by)
    except BulkFailed as failed:
        log.warning("linkage run %s failed in the engine: %s", run.pk, failed.detail)
        _fail(run, str(failed), by=by)
    except Problem as problem:
        _fail(run, str(problem), by=by)
    shutil.rmtree(_folder(run), ignore_errors=True)


def _folder(run: Run) -> Path:
    """Where a run's files lie until it ended."""
    return Path(settings.HOME) / "linkages" / str(run.pk)


def _plan(run: Run) -> LinkPlan:
    """The plan in the words of the bulk engine. What officers said is written down for it anew."""
    terms, folder = run.linkage.terms, _folder(run)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    linked: dict[str, dict[str, str]] = {one["register"]: one["columns"] for one in terms["registers"]}
    schemas = schemas_of(list(linked))
    return LinkPlan(
        tables={name: str(folder / f"{name}.parquet") for name in linked},
        keys={name: schemas[name].key for name in linked},
        columns=linked,
        fields={one["name"]: one["kind"] for one in terms["fields"]},
        blocks=terms["blocks"],
        certain=terms["certain"],
        same=terms["same"],
        review=terms["review"],
        folder=str(folder),
        decided=str(_write_decisions(run.linkage, folder / "decided.csv")),
        engine=run.engine,
    )


def _write_decisions(linkage: Linkage, path: Path) -> Path:
    said = (
        Pair.objects.filter(linkage=linkage)
        .exclude(verdict="")
        .values_list("left_register", "left_key", "right_register", "right_key", "verdict")
    )
    with path.open("w", encoding="utf-8", newline="") as file:
        path.chmod(0o600)
        csv.writer(file).writerows(said.iterator())
    return path


def _take(run: Run, plan: LinkPlan, held: dict[str, HeldBatch], *, by: Actor) -> None:
    """Snapshot the registers, and journal each reading of another agency's."""
    columns = {
        name: [*dict.fromkeys([plan.keys[name], *columns.values()])] for name, columns in plan.columns.items()
    }
    taken, as_of = take_snapshot(columns, Path(plan.folder))
    with transaction.atomic():
        for name, one in held.items():
            note_batch(
                one,
                rows=taken[name].rows,
                as_of=taken[name].as_of,
                upto=taken[name].upto,
                reading=run.pk.hex,
                digest=taken[name].digest,
                by=by,
            )
        _note(run, as_of=as_of, sources=[_source(name, one, held) for name, one in taken.items()])


def _source(name: str, taken: Taken, held: dict[str, HeldBatch]) -> dict[str, Any]:
    one = held.get(name)
    return {
        "register": name,
        "grant": one.grant if one else "",
        "mode": one.mode if one else "",
        "rows": taken.rows,
        "as_of": taken.as_of,
        "digest": taken.digest,
    }


def _note(run: Run, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(run, name, value)
    Run.objects.filter(pk=run.pk).update(**changes)


def _end(run: Run, told: Told, asked: Path, began: float, *, by: Actor) -> None:
    with transaction.atomic():
        version = bump(Linkage, run.linkage_id)
        write_pairs(run, asked)
        _note(run, state="done", ended_at=clock.now(), seconds=run.seconds + time.monotonic() - began)
        act = LinkageEnded(
            linkage=run.linkage_id,
            run=str(run.pk),
            engine=run.engine,
            records=run.records,
            clusters=run.groups,
            asked=run.asked,
            made=told.made,
            merged=told.merged,
            split=told.split,
        )
        record(act, on=Subject("linkage", run.linkage_id, version), by=by, purpose=run.linkage.purpose)


def _fail(run: Run, sentence: str, *, by: Actor) -> None:
    with transaction.atomic():
        version = bump(Linkage, run.linkage_id)
        _note(run, state="failed", fault=sentence, ended_at=clock.now())
        act = LinkageFailed(linkage=run.linkage_id, run=str(run.pk), reason=sentence)
        record(act, on=Subject("linkage", run.linkage_id, version), by=by, purpose=run.linkage.purpose)
