"""The door of bulk."""

from tongban.bulk.batches import run_rule
from tongban.bulk.child import BulkFailed, check_engine, in_child
from tongban.bulk.comparing import FieldKind, block_parts
from tongban.bulk.linking import LinkPlan, link_step, waiting_steps
from tongban.bulk.parquet import check_parquet, parquet_of
from tongban.bulk.sifting import Plan, Sifted, sift
from tongban.bulk.snapshots import export_csv, to_parquet
from tongban.bulk.tables import form_of

__all__ = [
    "BulkFailed",
    "FieldKind",
    "LinkPlan",
    "Plan",
    "Sifted",
    "block_parts",
    "check_engine",
    "check_parquet",
    "export_csv",
    "form_of",
    "in_child",
    "link_step",
    "parquet_of",
    "run_rule",
    "sift",
    "to_parquet",
    "waiting_steps",
]
