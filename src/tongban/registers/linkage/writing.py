"""Writing what a run found: memberships, new clusters and their history part by part, then the pairs to decide."""

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from psycopg import sql

from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.registers.linkage.following import Followed, Known, Record, follow
from tongban.registers.linkage.models import Cluster, ClusterChange, Membership, Pair, Run
from tongban.registers.models import Register
from tongban.registers.schema import table_of

#: Groups that are followed in one transaction, so that none lasts long.
PART = 20_000
_MOVE = """
with found as (select register, key, cluster from unnest(%(registers)s::text[], %(keys)s::text[], %(clusters)s::uuid[])
    as given (register, key, cluster)),
moved as (update registers_membership held set until = %(now)s from found
    where held.linkage = %(linkage)s and held.until is null and held.register = found.register and held.key = found.key
    and held.cluster <> found.cluster)
select register, key, cluster from found where not exists (select 1 from registers_membership held
    where held.linkage = %(linkage)s and held.until is null and held.register = found.register and held.key = found.key
    and held.cluster = found.cluster)
"""
_PAIRS = """
insert into registers_pair as held (linkage, run, left_register, left_key, right_register, right_key, probability, weight,
    reasons, verdict, note, decided_by, version)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', '', '', 1)
on conflict (linkage, left_register, left_key, right_register, right_key) do update
set run = excluded.run, probability = excluded.probability, weight = excluded.weight, reasons = excluded.reasons
where held.verdict = ''
"""


@dataclass
class Told:
    """What changed: clusters made, merged into others, split for others."""

    made: int = 0
    merged: int = 0
    split: int = 0


def write_clusters(run: Run, found: Path, *, tell: Callable[[int], None]) -> Told:
    """Have the clusters follow the groups of a file (group, register, key), telling how many do.

    A part touches no record of another part; begun again, what was followed already changes nothing.
    """
    groups: dict[str, list[Record]] = defaultdict(list)
    with found.open(encoding="utf-8", newline="") as file:
        for name, register, key in csv.reader(file):
            groups[name].append((register, key))
    known = _known(run, groups)
    followed, told, names = follow(groups, known), Told(), sorted(groups)
    for begin in range(0, len(names), PART):
        part = {name: groups[name] for name in names[begin : begin + PART]}
        with transaction.atomic():
            _write_part(run, part, followed, told)
        tell(begin + len(part))
    with transaction.atomic():
        _leave(run, groups, known)
    return told


def write_pairs(run: Run, asked: Path) -> None:
    """The pairs that wait for an officer are those of this run; what was decided stays.

    Of a register that only says whether a value is right, no value is kept.
    """
    silent = {one["register"] for one in run.sources if one["mode"] == "verify"}
    with asked.open(encoding="utf-8", newline="") as file, connection.cursor() as cursor:
        cursor.executemany(
            _PAIRS,
            [
                [run.linkage_id, run.pk, *row[:4], float(row[4]), float(row[5]), _reasons(row, silent)]
                for row in csv.reader(file)
            ],
        )
    Pair.objects.filter(linkage=run.linkage_id, verdict="").exclude(run=run).delete()


def _reasons(row: Sequence[str], silent: Collection[str]) -> str:
    register, _key, other, _its = row[:4]
    reasons = [
        {
            **one,
            "left": None if register in silent else one["left"],
            "right": None if other in silent else one["right"],
        }
        for one in json.loads(row[6])
    ]
    return json.dumps(reasons, ensure_ascii=False)


def _known(run: Run, groups: Mapping[str, Sequence[Record]]) -> Known:
    held = {
        (register, key): cluster
        for register, key, cluster in Membership.objects.filter(linkage=run.linkage_id, until=None)
        .values_list("register", "key", "cluster_id")
        .iterator()
    }
    anchors = {
        cluster: (register, key)
        for cluster, register, key in Cluster.objects.filter(linkage=run.linkage_id, merged_into=None)
        .values_list("id", "anchor_register", "anchor_key")
        .iterator()
    }
    grouped = {record for records in groups.values() for record in records}
    return Known(held, anchors, _present(set(anchors.values()) - grouped))


def _present(records: set[Record]) -> set[Record]:
    """Those of the records that stand in their registers. One query a register."""
    by_register: dict[str, list[str]] = defaultdict(list)
    for register, key in records:
        by_register[register].append(key)
    columns = dict(Register.objects.filter(pk__in=by_register).values_list("name", "key"))
    found = set()
    with connection.cursor() as cursor:
        for register, keys in by_register.items():
            column = sql.Identifier(columns[register])
            cursor.execute(
                sql.SQL("select {0}::text from {1} where {0}::text = any(%s)").format(
                    column, table_of(register)
                ),
                [keys],
            )
            found |= {(register, key) for (key,) in cursor.fetchall()}
    return found


def _write_part(run: Run, part: Mapping[str, Sequence[Record]], followed: Followed, told: Told) -> None:
    now, ids, changes = clock.now(), {}, []
    fresh = []
    for name, records in part.items():
        cluster = followed.goes_by[name]
        if cluster is None:
            register, key = min(records)
            fresh.append(
                Cluster(
                    id=uuid7(), linkage_id=run.linkage_id, anchor_register=register, anchor_key=key, since=now
                )
            )
            cluster = fresh[-1].id
        ids[name] = cluster
        changes += [("merged", gone, cluster) for gone in followed.merged.get(name, ())]
        changes += [("split", old, cluster) for old in followed.split.get(name, ())]
    Cluster.objects.bulk_create(fresh)
    merged = {gone: into for op, gone, into in changes if op == "merged"}
    _point_on(merged)
    ClusterChange.objects.bulk_create(
        (ClusterChange(run=run, op=op, cluster_id=one, other_id=other, at=now) for op, one, other in changes),
        ignore_conflicts=True,
    )
    _move(run, {record: ids[name] for name, records in part.items() for record in records})
    told.made += len(fresh)
    told.merged += len(merged)
    told.split += len(changes) - len(merged)


def _point_on(merged: Mapping[UUID, UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update registers_cluster set merged_into = given.into_one"
            " from unnest(%s::uuid[], %s::uuid[]) as given (gone, into_one) where id = given.gone",
            [list(merged), list(merged.values())],
        )


def _move(run: Run, belongs: Mapping[Record, UUID]) -> None:
    """Each record belongs to this cluster from now on; what it belonged to before ends now."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE,
            {
                "linkage": run.linkage_id,
                "now": now,
                "registers": [register for register, _key in belongs],
                "keys": [key for _register, key in belongs],
                "clusters": list(belongs.values()),
            },
        )
        fresh = cursor.fetchall()
        with cursor.copy(
            "copy registers_membership (linkage, register, key, cluster, since) from stdin"
        ) as rows:
            for register, key, cluster in fresh:
                rows.write_row((run.linkage_id, register, key, cluster, now))


def _leave(run: Run, groups: Mapping[str, Sequence[Record]], known: Known) -> None:
    """Records that are in no group belong to no cluster any more, but for anchors, of which the cluster still is."""
    grouped = {record for records in groups.values() for record in records}
    gone = [
        record
        for record, cluster in known.held.items()
        if record not in grouped and not (known.anchors.get(cluster) == record and record in known.alone)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "update registers_membership held set until = %s"
            " from unnest(%s::text[], %s::text[]) as given (register, key) where held.linkage = %s"
            " and held.until is null and held.register = given.register and held.key = given.key",
            [clock.now(), [one for one, _ in gone], [key for _, key in gone], run.linkage_id],
        )
