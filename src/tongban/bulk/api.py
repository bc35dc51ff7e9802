"""The door of bulk."""

from tongban.bulk.batches import run_rule
from tongban.bulk.child import BulkFailed, check_engine, in_child
from tongban.bulk.parquet import check_parquet, parquet_of
from tongban.bulk.snapshots import export_csv, to_parquet

__all__ = [
    "BulkFailed",
    "check_engine",
    "check_parquet",
    "export_csv",
    "in_child",
    "parquet_of",
    "run_rule",
    "to_parquet",
]
