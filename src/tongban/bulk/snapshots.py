"""Rows of a PostgreSQL statement as a Parquet file: COPY to text, typed again by DuckDB in a child."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import sql

from tongban.bulk.child import connect, in_child
from tongban.kernel.quoting import quoted

#: Table Schema types as DuckDB calls them.
TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DECIMAL(38,8)",
    "date": "DATE",
    "boolean": "BOOLEAN",
}


def export_csv(statement: sql.Composable, path: Path) -> int:
    """Write the rows of `statement` to a text file, NULL told from empty text; returns how many.

    In the transaction at hand: whoever exports several tables of one moment opens a repeatable-read one.
    """
    copy = sql.SQL("copy ({}) to stdout (format csv)").format(statement)
    with connection.cursor() as cursor, path.open("wb") as file:
        path.chmod(0o600)
        with cursor.copy(copy) as rows:
            for block in rows:
                file.write(block)
        return int(cursor.rowcount)


def to_parquet(exported: Mapping[str, tuple[Path, Mapping[str, str]]]) -> dict[str, Path]:
    """Turn exported files, each with the Table Schema types of its columns, into Parquet beside them; the texts go.

    Raises:
        Unavailable: the bulk engine is not installed.
        BulkFailed: a file does not fit its types, or the disk is full.
    """
    made = {name: path.with_suffix(".parquet") for name, (path, _types) in exported.items()}
    try:
        in_child(
            "tongban.bulk.snapshots:convert",
            {
                "files": [
                    [str(path), str(made[name]), {column: TYPES[kind] for column, kind in types.items()}]
                    for name, (path, types) in exported.items()
                ]
            },
        )
    finally:
        for path, _types in exported.values():
            path.unlink(missing_ok=True)
    return made


def convert(request: dict[str, Any]) -> dict[str, Any]:
    """In a child: text to Parquet."""
    with connect() as duck:
        for path, made, types in request["files"]:
            columns = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in types.items())
            duck.execute(
                f"copy (select * from read_csv({quoted(path)}, header=false, auto_detect=false, delim=',',"
                f" quote='\"', escape='\"', nullstr='', allow_quoted_nulls=false, columns={{{columns}}}))"
                f" to {quoted(made)} (format parquet)"
            )
            Path(made).chmod(0o600)
    return {}
