"""The door of the journal."""

from tongban.journal.actions import Private, StaleObject, Subject, bump, record
from tongban.journal.actors import Actor, system
from tongban.journal.adoption import keep_orphans, place_everything, relocate
from tongban.journal.drainer import Drained, drain
from tongban.journal.partitions import count_in_default, extend_partitions
from tongban.journal.ports import sealing_key
from tongban.journal.queries import (
    EntryView,
    LeafSource,
    Opening,
    Trace,
    count_pending,
    find_entries,
    find_trace,
    footprint,
    footprint_places,
    has_leaf_sources,
    has_recent,
    is_about,
    leaf_sources,
    opening,
    timeline,
)
from tongban.journal.registry import ORIGINS, Act, all_kinds, kind, origin_of, title_of

__all__ = [
    "ORIGINS",
    "Act",
    "Actor",
    "Drained",
    "EntryView",
    "LeafSource",
    "Opening",
    "Private",
    "StaleObject",
    "Subject",
    "Trace",
    "all_kinds",
    "bump",
    "count_in_default",
    "count_pending",
    "drain",
    "extend_partitions",
    "find_entries",
    "find_trace",
    "footprint",
    "footprint_places",
    "has_leaf_sources",
    "has_recent",
    "is_about",
    "keep_orphans",
    "kind",
    "leaf_sources",
    "opening",
    "origin_of",
    "place_everything",
    "record",
    "relocate",
    "sealing_key",
    "system",
    "timeline",
    "title_of",
]
