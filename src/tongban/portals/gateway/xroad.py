"""`/r1/…`: the exchange's gateway as a raw WSGI application in the X-Road REST dialect."""

import hashlib
import json
import logging
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from functools import partial
from typing import TypeVar
from uuid import UUID
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http.request import split_domain_port, validate_host

from tongban.exchange.api import (
    EVIDENCE,
    GATEWAY_KEY,
    PROVIDER_CLASS,
    PROVIDER_SUBSYSTEM,
    Call,
    Caller,
    CallRefused,
    OverShare,
    digest_of_token,
    find_key,
    is_known,
    sign_as_gateway,
)
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.portals.design.limits import outer_address
from tongban.portals.gateway import evidence, feeds, meta
from tongban.portals.gateway.bodies import Bodies, BodyError
from tongban.portals.gateway.cases import CaseAddress, answer_case, read_case_address
from tongban.portals.gateway.counting import count_call, counted_share
from tongban.portals.gateway.instances import instance_of
from tongban.portals.gateway.orders import OrderAddress, answer_order, read_order_address
from tongban.portals.gateway.signatures import (
    check_covered,
    check_digest,
    check_signature,
    digest_header,
    read_signature,
    signature_headers,
)
from tongban.portals.gateway.wire import (
    BODY_MAX,
    Address,
    WireError,
    decoded,
    read_address,
    read_client,
    read_headers,
    read_party,
    read_question,
)

_STATUS = {
    200: "200 OK",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    403: "403 Forbidden",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    406: "406 Not Acceptable",
    408: "408 Request Timeout",
    410: "410 Gone",
    413: "413 Content Too Large",
    409: "409 Conflict",
    415: "415 Unsupported Media Type",
    422: "422 Unprocessable Content",
    429: "429 Too Many Requests",
    500: "500 Internal Server Error",
    502: "502 Bad Gateway",
    503: "503 Service Unavailable",
    504: "504 Gateway Timeout",
}
_JSON = "application/json"
#: What a system has at an address of its own.
Own = TypeVar("Own", CaseAddress, OrderAddress)
_bodies = Bodies(limit=BODY_MAX)
_UNKEPT = [("cache-control", "no-store"), ("x-content-type-options", "nosniff")]


def with_gateway(pages: WSGIApplication) -> WSGIApplication:
    """Answer `/r1/…` here and everything else by `pages`."""

    def dispatch(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        ours = environ["PATH_INFO"].startswith("/r1/")
        return application(environ, start_response) if ours else pages(environ, start_response)

    return dispatch


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one message; every failure has the form of an X-Road error and leaks nothing."""
    try:
        status, headers, body = _answer(environ)
    except WireError as error:
        status, headers, body = _error(error.code, str(error), error.status)
        if error.allow:
            headers.append(("allow", error.allow))
    except CallRefused as refused:
        status, headers, body = _error(refused.code, str(refused), refused.answer_status, refused.again_s)
    except OverShare as over:
        status, headers, body = _error(over.code, str(over), over.answer_status, over.retry_after)
    except (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError):
        # The driver's own cursors raise the driver's errors; a broken connection that is kept would fail for ever.
        connection.close()
        status, headers, body = _error(
            "Server.ServerProxy.DatabaseError", "数据库暂时没有响应，请稍后重发。", 503
        )
    except Exception:
        reference = secrets.token_hex(4).upper()
        logging.getLogger("tongban").exception("%s gateway", reference)
        sentence = f"网关出了错，编号 {reference}。请求没有得到答复，可以重新签名再发。"
        status, headers, body = _error("Server.ServerProxy.InternalError", sentence, 500)
    count_call(environ, status, headers)
    start_response(_STATUS[status], headers)
    return [body]


def _answer(environ: WSGIEnvironment) -> tuple[int, list[tuple[str, str]], bytes]:
    path, method = _path(environ), environ["REQUEST_METHOD"]
    _check_host(environ.get("HTTP_HOST", ""))
    if meta.is_meta(path):
        client = _known_client(environ, path) if path.endswith("/allowedMethods") else ""
        return (
            200,
            [("content-type", _JSON), *_UNKEPT],
            meta.answer(path, method, environ.get("QUERY_STRING", ""), client),
        )
    ours = {settings.TONGBAN_INSTANCE, settings.TONGBAN_SANDBOX}
    if (case := read_case_address(path)) and case.instance in ours:
        return _about_own(environ, case, path, answer_case)
    if (order := read_order_address(path)) and order.instance == settings.TONGBAN_INSTANCE:
        return _about_own(environ, order, path, answer_order)
    address = read_address(path)
    instance = instance_of(address.instance)
    if (address.member_class, address.subsystem) != (PROVIDER_CLASS, PROVIDER_SUBSYSTEM):
        here = f"/r1/{address.instance}/{PROVIDER_CLASS}/部门代码/{PROVIDER_SUBSYSTEM}/资源"
        raise WireError(
            "Server.ServerProxy.UnknownService", f"这里没有这个成员的接口，地址应为 {here}。", 404
        )
    if method not in {"GET", "POST"}:
        raise WireError(
            "Client.BadRequest", "读取数据用 GET，或者用 POST 带 JSON 正文。", 405, allow="GET, POST"
        )
    headers = read_headers(environ)
    client = read_client(headers["x-road-client"], address.instance)
    caller, body, asked = _caller(
        environ, headers, client, path, find=instance.find_key, knows=instance.knows
    )
    if address.instance != settings.TONGBAN_INSTANCE:
        if address.code == EVIDENCE:
            sentence = "沙箱里没有查询凭据，其余和正式的实例一样。"
            raise WireError("Server.ServerProxy.UnknownService", sentence, 404)
        return _asked(environ, address, headers, body, caller=caller, asked=asked)
    with counted_share(environ, caller):
        return _asked(environ, address, headers, body, caller=caller, asked=asked)


def _asked(
    environ: WSGIEnvironment,
    address: Address,
    headers: Mapping[str, str],
    body: bytes,
    *,
    caller: Caller,
    asked: str,
) -> tuple[int, list[tuple[str, str]], bytes]:
    """The answer to a caller who showed who it is."""
    instance = instance_of(address.instance)
    proves = address.code == EVIDENCE
    if address.form or proves:
        if proves and "x-road-represented-party" in headers:
            sentence = "查询凭据只能以本单位的名义取，请不要写代表的单位。"
            raise CallRefused("Server.ServerProxy.AccessDenied", sentence, 403)
        given = (
            evidence.answer(environ, address, caller)
            if proves
            else feeds.answer(environ, address, headers, asked, caller=caller, give=instance.page)
        )
        return _signed(
            given.body,
            given.query,
            address.service,
            headers,
            asked,
            key=instance.signs,
            kind=given.kind,
            more=given.headers,
        )
    question = read_question(environ.get("QUERY_STRING", ""), body, environ.get("CONTENT_TYPE", ""))
    reply = instance.answer(
        Call(
            resource=address.code,
            provider=address.member,
            keys=question.keys,
            items=question.items,
            claims=question.claims,
            case_number=headers.get("x-road-issue", ""),
            purpose=decoded(headers.get("tongban-purpose", "")),
            user=headers.get("x-road-userid", ""),
            represented=read_party(headers.get("x-road-represented-party", "")),
            request=asked,
        ),
        caller,
    )
    return _signed(reply.body, reply.query, address.service, headers, asked, key=instance.signs)


def _about_own(
    environ: WSGIEnvironment,
    address: Own,
    path: str,
    act: Callable[[Own, str, bytes, str, Caller], bytes],
) -> tuple[int, list[tuple[str, str]], bytes]:
    """A system's own case or order: the same proof of who asks, the same signature under what is answered."""
    instance, headers = instance_of(address.instance), read_headers(environ)
    client = read_client(headers["x-road-client"], address.instance)
    clock.refresh()
    caller, body, asked = _caller(
        environ, headers, client, path, find=instance.find_key, knows=instance.knows
    )
    real = address.instance == settings.TONGBAN_INSTANCE
    with counted_share(environ, caller) if real else nullcontext():
        said = act(address, environ["REQUEST_METHOD"], body, environ.get("CONTENT_TYPE", ""), caller)
    return _signed(said, uuid7(), address.service, headers, asked, key=instance.signs)


def _known_client(environ: WSGIEnvironment, path: str) -> str:
    """The client whose own interfaces are asked for, once it has shown that it is the one."""
    headers = read_headers(environ)
    client = read_client(headers["x-road-client"], settings.TONGBAN_INSTANCE)
    caller, _body_read, _asked = _caller(environ, headers, client, path)
    if not is_known(caller):
        raise WireError("Client.Unauthorized", f"密钥 {caller.key} 现在不能代表 {client}。", 401)
    return client


def _caller(
    environ: WSGIEnvironment,
    headers: Mapping[str, str],
    client: str,
    path: str,
    *,
    find: Callable[[str], tuple[str, bytes]] = find_key,
    knows: Callable[[Caller], bool] = is_known,
) -> tuple[Caller, bytes, str]:
    """Who asks, by signature, token or trusted address; the body; the digest that binds the answer to this question.

    The body is read once the head has shown whose it is: a stranger cannot keep us waiting.
    """
    values = {
        "@method": environ["REQUEST_METHOD"],
        "@authority": environ.get("HTTP_HOST", "").lower(),
        "@path": path,
        "@query": "?" + environ.get("QUERY_STRING", ""),
        **headers,
    }
    now = clock.real_now().timestamp()
    given = environ.get("HTTP_SIGNATURE_INPUT")
    if given is None:
        base = "".join(f'"{name}": {value}\n' for name, value in values.items()).encode()
        caller = Caller(client, _unsigned_key(environ), int(now), headers["x-road-id"])
        if not knows(caller):  # before anything is looked up for somebody who may be anybody
            sentence = f"请求没有签名，也没有 {client} 的有效令牌，来的地址也没有登记。请按接口说明签名再发。"
            raise WireError("Client.Unauthorized", sentence, 401)
        body = _body(environ)
        return caller, body, _request_hash(base, body)
    signed = read_signature(given, environ.get("HTTP_SIGNATURE", ""), now=now)
    values["content-digest"] = environ.get("HTTP_CONTENT_DIGEST", "")
    check_covered(signed, list(headers))
    suite, public = find(signed.key)
    if not public:
        raise WireError("Client.Unauthorized", f"没有登记过密钥 {signed.key}。", 401)
    base = check_signature(signed, values, suite=suite, public=public)
    body = _body(environ)
    check_digest(values["content-digest"], body)
    return Caller(client, signed.key, signed.created, signed.nonce), body, _request_hash(base, body)


def _unsigned_key(environ: WSGIEnvironment) -> str:
    """The credential of a caller that does not sign: its token, else the address it calls from."""
    scheme, _space, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if not token:
        remote = str(environ.get("REMOTE_ADDR", ""))
        return f"address:{outer_address(environ.get('HTTP_X_FORWARDED_FOR', ''), remote)}"
    if scheme.lower() != "bearer":
        raise WireError("Client.Unauthorized", "令牌写作 Authorization: Bearer …。", 401)
    return digest_of_token(token.strip())


def _request_hash(base: bytes, body: bytes) -> str:
    """X-Road-Request-Hash: SHA-512 over the digests of the message's head and of its body, base64."""
    both = hashlib.sha512(base).digest() + hashlib.sha512(body).digest()
    return b64encode(hashlib.sha512(both).digest()).decode()


def _signed(
    body: bytes,
    query: UUID,
    service: str,
    headers: Mapping[str, str],
    asked: str,
    *,
    key: str = GATEWAY_KEY,
    kind: str = _JSON,
    more: Mapping[str, str] | None = None,
) -> tuple[int, list[tuple[str, str]], bytes]:
    values = {
        "@status": "200",
        "content-type": kind,
        "content-digest": digest_header(body),
        "x-road-client": headers["x-road-client"],
        "x-road-id": headers["x-road-id"],
        "x-road-service": service,
        "x-road-request-id": str(query),
        "x-road-request-hash": asked,
        **(more or {}),
    }
    created = int(clock.real_now().timestamp())
    sign = partial(sign_as_gateway, key=key)
    signature = signature_headers(values, key=key, created=created, sign=sign)
    del values["@status"]
    return 200, [*values.items(), *_UNKEPT, *signature], body


def _path(environ: WSGIEnvironment) -> str:
    return str(environ.get("PATH_INFO", "")).encode("latin-1", "replace").decode("utf-8", "replace")


def _check_host(host: str) -> None:
    """A message signed for another node must not be answered here, though its key be known at both.

    Raises:
        WireError: no Host, more than one, or not a name of this node.
    """
    name, _port = split_domain_port(host.lower())
    if not name or not validate_host(name, settings.ALLOWED_HOSTS):
        raise WireError("Client.BadRequest", "报头 Host 要有且只有一个，写这个网关自己的地址。")


def _body(environ: WSGIEnvironment) -> bytes:
    try:
        return _bodies.read(environ).read()
    except BodyError as error:
        raise WireError("Client.BadRequest", str(error), error.status) from error


def _error(
    code: str, sentence: str, status: int, again_s: int = 0
) -> tuple[int, list[tuple[str, str]], bytes]:
    body = json.dumps({"type": code, "message": sentence}, ensure_ascii=False).encode()
    headers = [("content-type", _JSON), ("x-road-error", code), *_UNKEPT]
    again_s = again_s or {503: 3, 429: 60}.get(status, 0)
    return status, [*headers, ("retry-after", str(again_s))] if again_s else headers, body
