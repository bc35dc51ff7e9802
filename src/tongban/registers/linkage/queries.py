"""What pages show of linkages, and what other modules ask of clusters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say
from tongban.registers.linkage.models import AT_WORK, Cluster, ClusterChange, Linkage, Membership, Pair, Run
from tongban.registers.models import Register


@dataclass(frozen=True)
class RunView:
    """A run of a linkage; see the model."""

    id: UUID
    state: str
    engine: str
    fault: str
    sources: Sequence[Mapping[str, Any]]
    weighs: Mapping[str, Mapping[str, float]]
    records: int
    pairs: int
    groups: int
    grouped: int
    asked: int
    written: int
    ordered_at: datetime
    ended_at: datetime | None
    seconds: float

    @property
    def at_work(self) -> bool:
        """Whether it has not ended."""
        return self.state in AT_WORK


@dataclass(frozen=True)
class LinkageView:
    """A linkage as its agency sees it: what it is for, over what, by what; `waiting`: pairs to decide."""

    name: str
    title: str
    agency: str
    purpose: str
    basis: Sequence[Mapping[str, Any]]
    #: Titles by name, in the order of the file.
    registers: Mapping[str, str]
    fields: Mapping[str, str]
    same: float
    review: float
    waiting: int
    decided: int
    clusters: int


@dataclass(frozen=True)
class ClusterView:
    """The records of one object under a linkage: (register, key), in their order. `id` is permanent."""

    id: UUID
    linkage: str
    since: datetime
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ChangeView:
    """That a cluster was merged into another one, or that another one was split off it."""

    op: str
    cluster: UUID
    other: UUID
    at: datetime


@dataclass(frozen=True)
class PairView:
    """Two records that may be one: which, how likely, the reasons, and what an officer said."""

    id: int
    linkage: str
    left: tuple[str, str]
    right: tuple[str, str]
    probability: float
    weight: float
    reasons: Sequence[Mapping[str, Any]]
    verdict: str
    note: str
    decided_at: datetime | None
    version: int


def linkages_of(agency: str) -> list[LinkageView]:
    """The linkages of an agency by their titles. Four queries."""
    return _views(list(Linkage.objects.filter(agency=agency).order_by("title", "name")))


def get_linkage(name: str, *, agency: str) -> LinkageView:
    """One linkage of an agency. Four queries.

    Raises:
        NotFound: there is none, or it is another agency's.
    """
    found = _views(list(Linkage.objects.filter(pk=name, agency=agency)))
    if not found:
        raise NotFound(say("没有关联方案「{name}」，或者它不归本部门。", name=name))
    return found[0]


def runs_of(linkage: str, *, limit: int = 20) -> list[RunView]:
    """The newest runs of a linkage. One query."""
    rows = Run.objects.filter(linkage=linkage).order_by("-id")[:limit]
    return [RunView(**{name: getattr(row, name) for name in RunView.__dataclass_fields__}) for row in rows]


def changes_of(linkage: str, *, limit: int = 20) -> list[ChangeView]:
    """The newest mergers and splits of a linkage's clusters. One query."""
    rows = ClusterChange.objects.filter(run__linkage=linkage).order_by("-id")[:limit]
    return [ChangeView(row.op, row.cluster_id, row.other_id, row.at) for row in rows]


def waiting_pairs(linkage: str, *, limit: int = 1) -> list[PairView]:
    """The pairs that wait for a decision, the likeliest first. One query."""
    rows = Pair.objects.filter(linkage=linkage, verdict="").order_by("-probability", "id")[:limit]
    return [_pair(row) for row in rows]


def decided_pairs(linkage: str, *, verdict: str = "", limit: int = 50) -> list[PairView]:
    """The pairs that officers decided, the newest first. One query."""
    rows = Pair.objects.filter(linkage=linkage).exclude(verdict="")
    if verdict:
        rows = rows.filter(verdict=verdict)
    return [_pair(row) for row in rows.order_by("-decided_at", "-id")[:limit]]


def cluster_of(linkage: str, register: str, key: str) -> ClusterView | None:
    """The cluster that a record belongs to; None where it stands alone. Two queries."""
    held = Membership.objects.filter(linkage=linkage, register=register, key=key, until=None)
    found = held.values_list("cluster_id", flat=True).first()
    return next(iter(_clusters([found])), None) if found else None


def get_cluster(cluster: UUID) -> ClusterView:
    """The cluster that an id names: if it was merged, the one that it points to at last. Two queries.

    Raises:
        NotFound: no cluster ever had this id.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "with recursive way (id, next) as (select id, merged_into from registers_cluster where id = %s"
            " union select held.id, held.merged_into from registers_cluster held join way on held.id = way.next)"
            " select id from way where next is null",
            [cluster],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound("没有这个对象号。")
    return _clusters([row[0]])[0]


def clusters_after(linkage: str, after: UUID | None = None, *, limit: int = 1000) -> list[ClusterView]:
    """The living clusters of a linkage by their ids, after the last one seen. Two queries."""
    rows = Cluster.objects.filter(linkage=linkage, merged_into=None)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return _clusters(list(rows.order_by("pk").values_list("pk", flat=True)[:limit]))


def _clusters(ids: Sequence[UUID]) -> list[ClusterView]:
    """Clusters with their members, by id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select held.id, held.linkage, held.since, coalesce(array_agg(array[member.register, member.key]"
            " order by member.register, member.key) filter (where member.key is not null), '{}')"
            " from registers_cluster held left join registers_membership member"
            " on member.cluster = held.id and member.until is null"
            " where held.id = any(%s) group by held.id order by held.id",
            [list(ids)],
        )
        return [
            ClusterView(id_, linkage, since, tuple((register, key) for register, key in members))
            for id_, linkage, since, members in cursor.fetchall()
        ]


def _views(rows: Sequence[Linkage]) -> list[LinkageView]:
    names = [row.pk for row in rows]
    counts: dict[str, tuple[int, int]] = {
        row["linkage"]: (row["waiting"], row["decided"])
        for row in Pair.objects.filter(linkage__in=names)
        .values("linkage")
        .annotate(waiting=Count("id", filter=Q(verdict="")), decided=Count("id", filter=~Q(verdict="")))
        .order_by()
    }
    newest = {
        row.linkage_id: row.groups
        for row in Run.objects.filter(linkage__in=names, state="done")
        .order_by("linkage", "-id")
        .distinct("linkage")
    }
    linked = {one["register"] for row in rows for one in row.terms["registers"]}
    titles = dict(Register.objects.filter(pk__in=linked).values_list("name", "title"))
    return [
        LinkageView(
            name=row.pk,
            title=row.title,
            agency=row.agency,
            purpose=row.purpose,
            basis=row.basis,
            registers={one["register"]: titles[one["register"]] for one in row.terms["registers"]},
            fields={one["name"]: one["title"] for one in row.terms["fields"]},
            same=row.terms["same"],
            review=row.terms["review"],
            waiting=counts.get(row.pk, (0, 0))[0],
            decided=counts.get(row.pk, (0, 0))[1],
            clusters=newest.get(row.pk, 0),
        )
        for row in rows
    ]


def _pair(row: Pair) -> PairView:
    return PairView(
        row.pk,
        row.linkage_id,
        (row.left_register, row.left_key),
        (row.right_register, row.right_key),
        row.probability,
        row.weight,
        row.reasons,
        row.verdict,
        row.note,
        row.decided_at,
        row.version,
    )
