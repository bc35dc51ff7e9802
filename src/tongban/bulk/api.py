"""The door of bulk."""

from tongban.bulk.parquet import check_parquet, parquet_of

__all__ = ["check_parquet", "parquet_of"]
