"""The metaservices of the protocol: who is here, what may be called, and how (an OpenAPI description)."""

import json
import re
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from tongban.exchange.api import interfaces_of, list_subsystems
from tongban.kernel import clock
from tongban.portals.gateway.wire import WireError

_OF_AGENCY = re.compile(
    r"/r1/([A-Za-z0-9._-]+)/([A-Za-z0-9._-]+)/([A-Za-z0-9._-]+)/([A-Za-z0-9._-]+)/(listMethods|allowedMethods|getOpenAPI)"
)
PROVIDER_CLASS, PROVIDER_SUBSYSTEM = "GOV", "data"


def is_meta(path: str) -> bool:
    """Whether a path is a metaservice's."""
    return path == "/r1/listClients" or bool(_OF_AGENCY.fullmatch(path))


def answer(path: str, method: str, query: str, client: str) -> bytes:
    """The answer of a metaservice; `client` is whose own interfaces `allowedMethods` lists.

    Raises:
        WireError: another method than GET, another instance, an unknown interface.
    """
    found = _OF_AGENCY.fullmatch(path)
    if method != "GET":
        raise WireError("Client.BadRequest", "元服务只用 GET。", 405)
    clock.refresh()
    if not found:
        return _json({"member": [_member(code, title) for code, title in list_subsystems()]})
    instance, member_class, agency, subsystem, service = found.groups()
    if (instance, member_class, subsystem) != (settings.TONGBAN_INSTANCE, PROVIDER_CLASS, PROVIDER_SUBSYSTEM):
        raise WireError("Server.ServerProxy.UnknownService", "这里没有这个成员的接口。", 404)
    if service == "getOpenAPI":
        return _json(_open_api(agency, parse_qs(query).get("serviceCode", [""])[0]))
    listed = interfaces_of(agency, caller=client)
    return _json(
        {
            "service": [
                {
                    "object_type": "SERVICE",
                    "service_type": "REST",
                    "xroad_instance": instance,
                    "member_class": member_class,
                    "member_code": agency,
                    "subsystem_code": subsystem,
                    "service_code": one.resource,
                    "title": one.name,
                    "endpoint_list": [{"method": verb, "path": ""} for verb in ("GET", "POST")],
                }
                for one in listed
                if service == "listMethods" or one.allowed
            ]
        }
    )


def _member(code: str, title: str) -> dict[str, Any]:
    member_class, member, subsystem = code.split("/")
    return {
        "id": {
            "object_type": "SUBSYSTEM",
            "xroad_instance": settings.TONGBAN_INSTANCE,
            "member_class": member_class,
            "member_code": member,
            "subsystem_code": subsystem,
        },
        "name": title,
    }


def _open_api(agency: str, resource: str) -> dict[str, Any]:
    found = interfaces_of(agency, resources=[resource]) if resource else []
    if not found:
        raise WireError(
            "Server.ServerProxy.UnknownService", "请用 serviceCode 写明这个成员有的一项资源。", 404
        )
    one = found[0]
    members = {
        code: {"title": name, "type": "boolean" if one.mode == "verify" else ["string", "integer", "null"]}
        for code, name, _type in one.items
    }
    question = {
        "type": "object",
        "additionalProperties": False,
        "required": ["keys"],
        "properties": {
            "keys": {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1},
            "items": {"type": "array", "items": {"enum": list(members)}},
            "claims": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
    reply = {
        "type": "object",
        "properties": {
            "query": {"type": "string", "format": "uuid"},
            "resource": {"const": one.resource},
            "version": {"type": "integer"},
            "as_of": {"type": "string", "format": "date-time"},
            "outcome": {
                "enum": ["verified", "mismatch", "none", "silent"]
                if one.mode == "verify"
                else ["fetched", "none", "silent"]
            },
            "items": {"type": "object", "properties": members},
        },
    }
    path = f"/r1/{settings.TONGBAN_INSTANCE}/{PROVIDER_CLASS}/{agency}/{PROVIDER_SUBSYSTEM}/{one.resource}"
    headers = [
        {
            "name": name,
            "in": "header",
            "required": name in {"X-Road-Client", "X-Road-Id"},
            "schema": {"type": "string"},
        }
        for name in (
            "X-Road-Client",
            "X-Road-Id",
            "X-Road-UserId",
            "X-Road-Issue",
            "X-Road-Represented-Party",
            "Tongban-Purpose",
        )
    ]
    post = {
        "summary": one.name,
        "parameters": headers,
        "requestBody": {"required": True, "content": {"application/json": {"schema": question}}},
        "responses": {"200": {"description": one.name, "content": {"application/json": {"schema": reply}}}},
    }
    return {"openapi": "3.1.0", "info": {"title": one.name, "version": "1"}, "paths": {path: {"post": post}}}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
