"""Items as a Table Schema (https://specs.frictionlessdata.io/table-schema/), given out and read in.

What the guide knows and Table Schema does not (sharing, opening, grounds, grade, types without a counterpart) stands in
`tongban:` properties, which other readers skip.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from tongban.catalogue.content import ITEM_TYPES, ItemContent
from tongban.kernel.errors import BadInput
from tongban.kernel.sentences import say

BYTES_MAX, FIELDS_MAX = 1_000_000, 500
_OUT = {"number": "number", "date": "date", "datetime": "datetime", "yes-no": "boolean"}
#: Their types for ours; what has no counterpart (arrays, objects, points) is told.
_IN = {
    "string": "text",
    "number": "number",
    "integer": "number",
    "date": "date",
    "datetime": "datetime",
    "boolean": "yes-no",
    "year": "number",
    "any": "text",
    "": "text",
}
_CODE = re.compile(r"[a-z][a-z0-9_]{0,62}")
#: Properties of ours by the name of the item's.
_OURS = {
    "tongban:sharing": "sharing",
    "tongban:ground": "ground",
    "tongban:open": "open",
    "tongban:openGround": "open_ground",
    "tongban:grade": "grade",
    "tongban:codeSet": "code_set",
}


class SchemaItem(Protocol):
    """An item of a draft, or of a published resource."""

    @property
    def code(self) -> str:
        """Its code."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def type(self) -> str:
        """One of `ITEM_TYPES`."""
        ...

    @property
    def length(self) -> int | str | None:
        """How long a text may be."""
        ...


@dataclass(frozen=True)
class SchemaField:
    """A field of a Table Schema as an item; `fault` says why it is none."""

    place: int
    label: str
    item: ItemContent
    fault: str = ""


def table_schema(code: str, name: str, items: Iterable[SchemaItem]) -> dict[str, Any]:
    """Items as a Table Schema; missing values are empty."""
    return {
        "name": code,
        "title": name,
        "fields": [_field(item) for item in items],
        "missingValues": [""],
    }


def _field(item: SchemaItem) -> dict[str, Any]:
    field: dict[str, Any] = {"name": item.code, "title": item.name, "type": _OUT.get(item.type, "string")}
    if item.length and field["type"] == "string":
        field["constraints"] = {"maxLength": int(item.length)}
    if item.type not in _OUT and item.type != "text":
        field["tongban:type"] = item.type
    for theirs, ours in _OURS.items():
        if value := getattr(item, ours, ""):
            field[theirs] = str(value)
    return field


def read_schema(data: bytes) -> list[SchemaField]:
    """The fields of a Table Schema, of a Data Resource around it, or of a Data Package with one.

    Raises:
        BadInput: too large, not JSON, or without fields.
    """
    if len(data) > BYTES_MAX:
        raise BadInput(say("文件超过 {n} MB，请分成几个资源。", n=BYTES_MAX // 1_000_000), field="file")
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as broken:
        raise BadInput("这个文件读不出来，要是 UTF-8 编码的 JSON。", field="file") from broken
    fields = _fields_of(found)
    if not isinstance(fields, list) or not fields:
        raise BadInput("文件里没有 fields，不是 Table Schema。", field="file")
    if len(fields) > FIELDS_MAX:
        raise BadInput(say("字段超过 {n} 个，请拆成几个资源。", n=FIELDS_MAX), field="file")
    return [_read(n, field) for n, field in enumerate(fields, 1)]


def _fields_of(found: Any) -> Any:
    for _step in range(3):
        if not isinstance(found, dict):
            return None
        if "fields" in found:
            return found["fields"]
        inner = found.get("schema") or found.get("resources")
        if isinstance(inner, list) and len(inner) > 1:
            raise BadInput("数据包里有几个资源，请一次只给一个的 Table Schema。", field="file")
        found = inner[0] if isinstance(inner, list) and inner else inner
    return None


def _read(place: int, field: Any) -> SchemaField:
    if not isinstance(field, dict):
        return SchemaField(place, "", ItemContent(), say("第 {n} 个字段不是对象。", n=place))
    name, title = _text(field, "name"), _text(field, "title")
    label = title or name or say("第 {n} 个字段", n=place)
    theirs = _text(field, "type")
    ours = _text(field, "tongban:type") or _IN.get(theirs, "")
    constraints = field.get("constraints")
    limits: Mapping[str, Any] = constraints if isinstance(constraints, dict) else {}
    if theirs in {"", "string"} and "tongban:type" not in field and isinstance(limits.get("enum"), list):
        ours = "code"
    length = limits.get("maxLength")
    code = name if _CODE.fullmatch(name) else name.lower()
    item = ItemContent(
        code=code if _CODE.fullmatch(code) else "",
        name=title or name,
        type=ours,
        length=str(length) if isinstance(length, int) and not isinstance(length, bool) else "",
        **{ours_name: _text(field, key) for key, ours_name in _OURS.items()},
    )
    read = SchemaField(place, label, item)
    if not name:
        return replace(read, fault=say("第 {n} 个字段没有 name。", n=place))
    if ours not in ITEM_TYPES:
        given = _text(field, "tongban:type") or theirs
        return replace(
            read,
            fault=say("「{label}」的类型 {given} 在目录里没有对应的数据类型。", label=label, given=given),
        )
    return read


def _text(field: Mapping[str, Any], name: str) -> str:
    value = field.get(name, "")
    return value.replace("\0", "").strip()[:200] if isinstance(value, str) else ""
