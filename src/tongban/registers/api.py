"""The door of registers."""

from tongban.registers.actions import pause_register, resume_register
from tongban.registers.assets import RANKS, Asset, assets_in
from tongban.registers.drops.collecting import BatchView, DropHealth, batches_of, collect_drops, drop_health
from tongban.registers.golden.actions import (
    OwnRecord,
    OwnRow,
    ask_about_lost,
    golden_records,
    own_record,
    view_golden,
)
from tongban.registers.golden.assembling import Candidate, GoldenField, GoldenView
from tongban.registers.history import Version
from tongban.registers.linkage.ordering import order_run
from tongban.registers.linkage.queries import (
    ChangeView,
    ClusterView,
    LinkageView,
    PairView,
    RunView,
    changes_of,
    cluster_of,
    clusters_after,
    decided_pairs,
    get_cluster,
    get_linkage,
    linkages_of,
    runs_of,
)
from tongban.registers.linkage.reviewing import decide_pair, open_pairs
from tongban.registers.linkage.running import run_linkages
from tongban.registers.loads.fetching import feed_pieces, feed_position, table_pieces
from tongban.registers.loads.landing import forget_bad_rows
from tongban.registers.loads.ordering import Handed, order_load
from tongban.registers.loads.queries import (
    FailedCheck,
    LoadView,
    RowErrorView,
    get_load,
    loads_of,
    row_errors,
    take_bad_rows,
    waiting_errors,
)
from tongban.registers.loads.running import ROW_HEAD, run_load, run_loads
from tongban.registers.pulling import FedPage, Pulled, Source, begin_gathering, gathering_of, pull
from tongban.registers.quality.measuring import order_measurement, run_measurements
from tongban.registers.quality.queries import (
    IssueView,
    MeasuredCheck,
    Quality,
    Score,
    issues_of,
    quality_of,
)
from tongban.registers.queries import Lineage, RegisterView, get_register, lineage_of, registers_of
from tongban.registers.snapshots import RegisterSchema, Taken, schemas_of, take_snapshot
from tongban.registers.source import HostedRegisters
from tongban.registers.tracking import changes_wait, forget_changes, place_changes

__all__ = [
    "RANKS",
    "ROW_HEAD",
    "Asset",
    "BatchView",
    "Candidate",
    "ChangeView",
    "ClusterView",
    "DropHealth",
    "FailedCheck",
    "FedPage",
    "GoldenField",
    "GoldenView",
    "Handed",
    "HostedRegisters",
    "IssueView",
    "Lineage",
    "LinkageView",
    "LoadView",
    "MeasuredCheck",
    "OwnRecord",
    "OwnRow",
    "PairView",
    "Pulled",
    "Quality",
    "RegisterSchema",
    "RegisterView",
    "RowErrorView",
    "RunView",
    "Score",
    "Source",
    "Taken",
    "Version",
    "ask_about_lost",
    "assets_in",
    "batches_of",
    "begin_gathering",
    "changes_of",
    "changes_wait",
    "cluster_of",
    "clusters_after",
    "collect_drops",
    "decide_pair",
    "decided_pairs",
    "drop_health",
    "feed_pieces",
    "feed_position",
    "forget_bad_rows",
    "forget_changes",
    "gathering_of",
    "get_cluster",
    "get_linkage",
    "get_load",
    "get_register",
    "golden_records",
    "issues_of",
    "lineage_of",
    "linkages_of",
    "loads_of",
    "open_pairs",
    "order_load",
    "order_measurement",
    "order_run",
    "own_record",
    "pause_register",
    "place_changes",
    "pull",
    "quality_of",
    "registers_of",
    "resume_register",
    "row_errors",
    "run_linkages",
    "run_load",
    "run_loads",
    "run_measurements",
    "runs_of",
    "schemas_of",
    "table_pieces",
    "take_bad_rows",
    "take_snapshot",
    "view_golden",
    "waiting_errors",
]
