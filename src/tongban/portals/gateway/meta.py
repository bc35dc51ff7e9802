"""The metaservices of the protocol: who is here, what may be called, and how (an OpenAPI description)."""

import json
import re
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from tongban.exchange.api import (
    FEED_FORMS,
    PROVIDER_CLASS,
    PROVIDER_SUBSYSTEM,
    Interface,
    interfaces_of,
    list_subsystems,
    open_api,
)
from tongban.kernel import clock
from tongban.portals.gateway.wire import WireError

_OF_AGENCY = re.compile(
    r"/r1/([A-Za-z0-9._-]+)/([A-Za-z0-9._-]+)/([A-Za-z0-9._-]+)/([A-Za-z0-9._-]+)/(listMethods|allowedMethods|getOpenAPI)"
)


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
        raise WireError("Client.BadRequest", "元服务只用 GET。", 405, allow="GET")
    clock.refresh()
    if not found:
        return _json({"member": [_member(code, title) for code, title in list_subsystems()]})
    instance, member_class, agency, subsystem, service = found.groups()
    ours = {settings.TONGBAN_INSTANCE, settings.TONGBAN_SANDBOX}
    if instance not in ours or (member_class, subsystem) != (PROVIDER_CLASS, PROVIDER_SUBSYSTEM):
        raise WireError("Server.ServerProxy.UnknownService", "这里没有这个成员的接口。", 404)
    if service == "getOpenAPI":
        return _json(_open_api(instance, agency, parse_qs(query).get("serviceCode", [""])[0]))
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
                    "endpoint_list": _endpoints(
                        one, mine=service == "allowedMethods", tried=instance == settings.TONGBAN_SANDBOX
                    ),
                }
                for one in listed
                if service == "listMethods" or one.allowed or instance == settings.TONGBAN_SANDBOX
            ]
        }
    )


def _endpoints(one: Interface, *, mine: bool, tried: bool) -> list[dict[str, str]]:
    """What may be called of an interface: `mine`, only what the caller's grants are for; `tried`, what the sandbox has."""
    single = tried or not mine or bool(one.forms - {"batch"})
    feeds = one.fed and not tried and (not mine or "batch" in one.forms)
    return [
        *({"method": verb, "path": ""} for verb in ("GET", "POST") if single),
        *({"method": "GET", "path": f"/{form}"} for form in FEED_FORMS if feeds),
    ]


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


def _open_api(instance: str, agency: str, resource: str) -> dict[str, Any]:
    found = interfaces_of(agency, resources=[resource]) if resource else []
    if not found:
        raise WireError(
            "Server.ServerProxy.UnknownService", "请用 serviceCode 写明这个成员有的一项资源。", 404
        )
    one = found[0]
    return open_api(
        instance=instance,
        agency=agency,
        resource=one.resource,
        name=one.name,
        mode=one.mode,
        items=one.items,
        forms=FEED_FORMS if one.fed and instance != settings.TONGBAN_SANDBOX else (),
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
