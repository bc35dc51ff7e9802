"""Clusters follow the groups that a run found: which id each group goes by, and the history of what changed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

#: A record: its register and its key.
Record = tuple[str, str]


@dataclass(frozen=True)
class Known:
    """What stands: each record's cluster, each living cluster's anchor, and the anchors in no group that are still there."""

    held: Mapping[Record, UUID]
    anchors: Mapping[UUID, Record]
    alone: Collection[Record]


@dataclass(frozen=True)
class Followed:
    """By group the cluster it goes by, None for a new one; by group the clusters that merge into it or were split for it."""

    goes_by: Mapping[str, UUID | None]
    merged: Mapping[str, Sequence[UUID]] = field(default_factory=dict)
    split: Mapping[str, Sequence[UUID]] = field(default_factory=dict)


def follow(groups: Mapping[str, Sequence[Record]], known: Known) -> Followed:
    """Which cluster each group goes by.

    A cluster goes with its anchor; where that record is gone, with most of its other records. Of several that come to one
    group the oldest stays and the others point to it. A group to which none comes is a new cluster.
    """
    group_of = {record: name for name, records in groups.items() for record in records}
    kept: dict[UUID, Counter[str]] = defaultdict(Counter)
    for record, cluster in known.held.items():
        if record in group_of:
            kept[cluster][group_of[record]] += 1
    comes: dict[str, list[UUID]] = defaultdict(list)
    for cluster, anchor in sorted(known.anchors.items()):
        if anchor in group_of:
            comes[group_of[anchor]].append(cluster)
        elif anchor not in known.alone and kept[cluster]:
            comes[min(kept[cluster], key=lambda name: (-kept[cluster][name], name))].append(cluster)
    goes_by = {name: comes[name][0] if comes[name] else None for name in groups}
    merged = {name: clusters[1:] for name, clusters in comes.items() if len(clusters) > 1}
    split: dict[str, list[UUID]] = defaultdict(list)
    for cluster, names in sorted(kept.items()):
        for name in names:
            if cluster not in comes[name]:
                split[name].append(cluster)
    return Followed(goes_by, merged, split)
