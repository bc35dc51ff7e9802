"""Lines of a feed as a Parquet file, in the shape that the lines have: what a record is called, and its items."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.kernel.errors import Unavailable

_WORDS = {"是": True, "否": False}


def check_parquet() -> None:
    """That Parquet can be written here.

    Raises:
        Unavailable: the library is not installed; says what to do.
    """
    try:
        import pyarrow.parquet  # noqa: F401, PLC0415 - portals run without it
    except ImportError as missing:
        raise Unavailable(
            "这个网关没有安装写 Parquet 的程序库，请用 format=ndjson；要用 Parquet，请管理员安装 requirements/bulk.txt。"
        ) from missing


def parquet_of(lines: bytes, items: Mapping[str, str]) -> bytes:
    """One JSON object a line as a Parquet file with the columns `record`, `items` and, of changes, `position` and `op`.

    `items` are the Table Schema types by name. Days, truth values and whole numbers get types of their own; decimals
    stay text, so that nothing is rounded and every page has the same schema.
    """
    import pyarrow as pa  # noqa: PLC0415 - portals run without it
    from pyarrow import parquet  # noqa: PLC0415

    types = {"integer": pa.int64(), "date": pa.date32(), "boolean": pa.bool_()}
    rows = [json.loads(line) for line in lines.splitlines()]
    given = [row.get("items") for row in rows]
    columns = [
        pa.array(
            [None if one is None else _value(one[name], kind) for one in given], types.get(kind, pa.string())
        )
        for name, kind in items.items()
    ]
    held = pa.StructArray.from_arrays(
        columns, names=list(items), mask=pa.array([one is None for one in given], pa.bool_())
    )
    table: dict[str, Any] = {"record": pa.array([row["record"] for row in rows], pa.string()), "items": held}
    if any("op" in row for row in rows):
        table["position"] = pa.array([row["position"] for row in rows], pa.int64())
        table["op"] = pa.array([row["op"] for row in rows], pa.string())
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.table(table), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def _value(said: Any, kind: str) -> Any:
    if not isinstance(said, str):
        return said
    if kind == "boolean":
        return _WORDS[said]
    return date.fromisoformat(said) if kind == "date" else said
