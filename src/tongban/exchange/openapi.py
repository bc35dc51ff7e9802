"""The description of an interface in OpenAPI 3.1: address, question, answers, errors."""

from collections.abc import Sequence
from typing import Any

from tongban.exchange.refusals import REFUSALS

#: Where the interfaces of an agency stand: class and subsystem of every address.
PROVIDER_CLASS, PROVIDER_SUBSYSTEM = "GOV", "data"
HEADERS = (
    ("X-Road-Client", True, "您的系统：实例/类别/部门/系统"),
    ("X-Road-Id", True, "您自己的消息编号，每次不同"),
    ("X-Road-Issue", False, "办件编号；它要在办，查的人是它的当事人"),
    ("X-Road-UserId", False, "您那边的经办人，原样记入日志"),
    ("X-Road-Represented-Party", False, "代表的单位；要有这样的授权"),
    ("Tongban-Purpose", False, "授权的用途，百分号编码的 UTF-8；有不止一项授权合用时才要"),
)


def address_of(instance: str, agency: str, resource: str) -> str:
    """The path of an interface."""
    return f"/r1/{instance}/{PROVIDER_CLASS}/{agency}/{PROVIDER_SUBSYSTEM}/{resource}"


def open_api(
    *, instance: str, agency: str, resource: str, name: str, mode: str, items: Sequence[tuple[str, str, str]]
) -> dict[str, Any]:
    """The description of one interface; `items` are code, Chinese name and type."""
    verifying = mode == "verify"
    members = {
        code: {"title": title, "type": "boolean" if verifying else ["string", "integer", "null"]}
        for code, title, _type in items
    }
    parameters = [
        {
            "name": header,
            "in": "header",
            "required": needed,
            "description": what,
            "schema": {"type": "string"},
        }
        for header, needed, what in HEADERS
    ]
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
    return {
        "openapi": "3.1.0",
        "info": {"title": name, "version": "1"},
        "paths": {address_of(instance, agency, resource): {"post": post}},
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
