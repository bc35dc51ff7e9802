"""The two engines that one plan runs on: DuckDB in this process, or Spark on machines of its own.

Both take the same statements over named tables, read and write Parquet, and give rows as Arrow.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from tongban.bulk.child import connect
from tongban.kernel.quoting import quoted

#: Where Spark's master is; without a word, a Spark of this machine alone.
MASTER = "TONGBAN_SPARK_MASTER"
#: Rows that are converted at a time, each lot in a process of its own.
BATCH = 100_000
Made = Callable[[Any], Any]


class Engine(Protocol):
    """What a plan asks of an engine. Tables are named in statements; batches are Arrow's."""

    def open(self, name: str, path: str) -> None:
        """Call a Parquet file a table."""

    def keep(self, name: str, statement: str) -> None:
        """Work out a statement once and call it a table."""

    def read(self, statement: str) -> Any:
        """The rows of a statement."""

    def write(self, statement: str, path: Path) -> None:
        """Write the rows of a statement as Parquet."""

    def convert(self, statement: str, made: Made, schema: Any, path: Path) -> None:
        """Write what `made` makes of each batch of a statement's rows."""

    def splink(self) -> Any:
        """Splink's door to it."""


def engine_of(name: str, folder: str) -> Engine:
    """The engine called so, spilling into `folder`."""
    return Spark(folder) if name == "spark" else Duck(folder)


class Duck:
    """DuckDB."""

    def __init__(self, folder: str) -> None:
        self._duck = connect(folder)
        self._duck.execute("set enable_progress_bar = false")

    def open(self, name: str, path: str) -> None:
        """Call a Parquet file a table."""
        self._duck.execute(f"create view {name} as select * from read_parquet({quoted(path)})")

    def keep(self, name: str, statement: str) -> None:
        """Work out a statement once and call it a table."""
        self._duck.execute(f"create table {name} as {statement}")

    def read(self, statement: str) -> Any:
        """The rows of a statement."""
        return self._duck.sql(statement).to_arrow_table()

    def write(self, statement: str, path: Path) -> None:
        """Write the rows of a statement as Parquet."""
        self._duck.execute(f"copy ({statement}) to {quoted(str(path))} (format parquet)")

    def convert(self, statement: str, made: Made, schema: Any, path: Path) -> None:
        """Write what `made` makes of each batch of a statement's rows."""
        from pyarrow import parquet  # noqa: PLC0415 - in a child only

        batches = self._duck.sql(statement).to_arrow_reader(BATCH)
        context = multiprocessing.get_context("spawn")
        with parquet.ParquetWriter(path, schema) as file, ProcessPoolExecutor(mp_context=context) as pool:
            for batch in pool.map(made, batches):
                file.write_batch(batch)

    def splink(self) -> Any:
        """Splink's door to it."""
        from splink.backends.duckdb import DuckDBAPI  # noqa: PLC0415 - in a child only

        return DuckDBAPI(self._duck)


class Spark:
    """Spark, with Splink's functions beside its own."""

    def __init__(self, folder: str) -> None:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - in a child only
        from splink.backends.spark import similarity_jar_location  # noqa: PLC0415

        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        self._spark = (
            SparkSession.builder.appName("tongban")
            .master(os.environ.get(MASTER, "local[*]"))
            .config("spark.jars", similarity_jar_location())
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.local.dir", folder)
            .config("spark.sql.warehouse.dir", str(Path(folder, "warehouse")))
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate()
        )
        self._spark.sparkContext.setCheckpointDir(str(Path(folder, "checkpoints")))

    def open(self, name: str, path: str) -> None:
        """Call a Parquet file a table."""
        self._spark.read.parquet(path).createOrReplaceTempView(name)

    def keep(self, name: str, statement: str) -> None:
        """Work out a statement once and call it a table."""
        self._spark.sql(statement).persist().createOrReplaceTempView(name)

    def read(self, statement: str) -> Any:
        """The rows of a statement."""
        return self._spark.sql(statement).toArrow()

    def write(self, statement: str, path: Path) -> None:
        """Write the rows of a statement as Parquet."""
        self._spark.sql(statement).write.parquet(str(path))

    def convert(self, statement: str, made: Made, schema: Any, path: Path) -> None:
        """Write what `made` makes of each batch of a statement's rows."""
        from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415

        rows = self._spark.sql(statement).mapInArrow(
            lambda batches: map(made, batches), from_arrow_schema(schema)
        )
        rows.write.parquet(str(path))

    def splink(self) -> Any:
        """Splink's door to it."""
        from splink.backends.spark import SparkAPI  # noqa: PLC0415 - in a child only

        door: Any = SparkAPI
        return door(spark_session=self._spark, num_partitions_on_repartition=4)
