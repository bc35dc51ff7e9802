"""The description of an interface in OpenAPI 3.1: address, question, answers, errors."""

from collections.abc import Sequence
from typing import Any

from tongban.exchange.refusals import REFUSALS

#: Where the interfaces of an agency stand: class and subsystem of every address.
PROVIDER_CLASS, PROVIDER_SUBSYSTEM = "GOV", "data"
#: Stands where an address names a resource: the evidence of a query is asked for there.
EVIDENCE = "evidence"
HEADERS = (
    ("X-Road-Client", True, "您的系统：实例/类别/部门/系统"),
    ("X-Road-Id", True, "您自己的消息编号，每次不同"),
    ("X-Road-Issue", False, "办件编号；它要在办，查的人是它的当事人"),
    ("X-Road-UserId", False, "您那边的经办人，原样记入日志"),
    ("X-Road-Represented-Party", False, "代表的单位；要有这样的授权"),
    ("Tongban-Purpose", False, "授权的用途，百分号编码的 UTF-8；有不止一项授权合用时才要"),
)

#: The feeds of a register, by the last part of their address.
FEEDS = {"batch": "成批读取记录", "changes": "按次序读取变化"}
FEED_FORMS = tuple(FEEDS)
#: What says for which case one record is asked; pages are for none.
_SINGLE = {"X-Road-Issue"}
_PAGED = (
    ("cursor", "上一页给出的游标；没有就从头开始"),
    ("limit", "每页最多多少条，1 到 10000"),
    ("items", "要哪些信息项，用逗号分开；没有就是授权里的全部"),
)


def address_of(instance: str, agency: str, resource: str) -> str:
    """The path of an interface."""
    return f"/r1/{instance}/{PROVIDER_CLASS}/{agency}/{PROVIDER_SUBSYSTEM}/{resource}"


def open_api(
    *,
    instance: str,
    agency: str,
    resource: str,
    name: str,
    mode: str,
    items: Sequence[tuple[str, str, str]],
    forms: Sequence[str] = (),
) -> dict[str, Any]:
    """The description of one interface; `items` are code, Chinese name and type, `forms` the feeds there are of it."""
    verifying = mode == "verify"
    members = {
        code: {"title": title, "type": "boolean" if verifying else ["string", "integer", "null"]}
        for code, title, _type in items
    }
    parameters = [_parameter("header", *header) for header in HEADERS]
    post = {
        "summary": name,
        "parameters": parameters,
        "requestBody": {"required": True, "content": {"application/json": {"schema": _question(members)}}},
        "responses": {
            "200": {
                "description": name,
                "content": {"application/json": {"schema": _reply(resource, members, verifying=verifying)}},
            },
            **_errors(),
        },
    }
    address = address_of(instance, agency, resource)
    return {
        "openapi": "3.1.0",
        "info": {"title": name, "version": "1"},
        "paths": {
            address: {"post": post},
            **{f"{address}/{form}": {"get": _feed(name, form, members)} for form in forms},
        },
    }


def _feed(name: str, form: str, members: dict[str, Any]) -> dict[str, Any]:
    """A page of a register's records or changes: one JSON object a line, where it goes on in signed headers."""
    held: dict[str, Any] = {
        "record": {"type": "string"},
        "items": {"type": "object", "properties": members},
    }
    if form == "changes":
        held["position"] = {"type": "integer"}
        held["op"] = {"enum": ["insert", "update", "correct", "delete"]}
    line = {"type": "object", "properties": held}
    told = ("Tongban-Cursor", "Tongban-More", "Tongban-As-Of", "Tongban-Rows", "Tongban-Items", "Link")
    return {
        "summary": f"{name}：{FEEDS[form]}",
        "parameters": [
            *(_parameter("header", *header) for header in HEADERS if header[0] not in _SINGLE),
            *(_parameter("query", said, needed=False, what=what) for said, what in _PAGED),
        ],
        "responses": {
            "200": {
                "description": FEEDS[form],
                "headers": {one: {"schema": {"type": "string"}} for one in told},
                "content": {"application/x-ndjson": {"schema": line}},
            },
            **_errors(),
        },
    }


def _parameter(where: str, name: str, needed: bool, what: str) -> dict[str, Any]:  # noqa: FBT001 - as `HEADERS` says it
    return {
        "name": name,
        "in": where,
        "required": needed,
        "description": what,
        "schema": {"type": "string"},
    }


def _question(members: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["keys"],
        "properties": {
            "keys": {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1},
            "items": {"type": "array", "items": {"enum": list(members)}},
            "claims": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }


def _reply(resource: str, members: dict[str, Any], *, verifying: bool) -> dict[str, Any]:
    outcomes = ["verified", "mismatch", "none", "silent"] if verifying else ["fetched", "none", "silent"]
    return {
        "type": "object",
        "properties": {
            "query": {"type": "string", "format": "uuid"},
            "resource": {"const": resource},
            "version": {"type": "integer"},
            "as_of": {"type": "string", "format": "date-time"},
            "outcome": {"enum": outcomes},
            "items": {"type": "object", "properties": members},
        },
    }


def _errors() -> dict[str, Any]:
    """A response for each status, naming the errors that come with it."""
    told: dict[int, list[str]] = {}
    for refusal in REFUSALS:
        for status in refusal.statuses:
            told.setdefault(status, []).append(refusal.code)
    return {
        str(status): {
            "description": " / ".join(codes),
            "headers": {"X-Road-Error": {"schema": {"enum": codes}}},
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "properties": {"type": {"enum": codes}, "message": {"type": "string"}},
                    }
                }
            },
        }
        for status, codes in sorted(told.items())
    }
