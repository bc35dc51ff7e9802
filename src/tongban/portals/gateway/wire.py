"""The X-Road REST message protocol v1 as this node speaks it: addresses, headers, questions (design 8).

A path is looked at only after it was decoded by the server, once, and so it is signed: `%2F` is `/`, and nobody decides
before us on anything else. What was decoded may hold no escape, no `..` and no empty part, else it names nothing.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

BODY_MAX = 64 * 1024
HEADER_MAX = 500
PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_PATH = re.compile(rf"/r1/({PART})/({PART})/({PART})/({PART})/({PART})(?:/(batch|changes))?")
_PARTY = re.compile(rf"(GOV|COM)/{PART}")
_CLIENT = re.compile(rf"({PART})/({PART}/{PART}/{PART})")
_JSON_TYPE = re.compile(r'application/json(?:\s*;\s*charset="?utf-8"?)?', re.IGNORECASE)
_VISIBLE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")

#: Headers of the protocol, as WSGI names them, and as they are signed.
HEADERS = {
    f"HTTP_{name.upper().replace('-', '_')}": name
    for name in (
        "x-road-client",
        "x-road-id",
        "x-road-userid",
        "x-road-issue",
        "x-road-represented-party",
        "tongban-purpose",
    )
}


class WireError(Exception):
    """A message that cannot be taken: an X-Road error code, one sentence, a status; with 405 the methods that may be used."""

    def __init__(self, code: str, sentence: str, status: int = 400, *, allow: str = "") -> None:
        super().__init__(sentence)
        self.code, self.status, self.allow = code, status, allow


@dataclass(frozen=True)
class Address:
    """What is called: `instance/class/member/subsystem/code`; `form` is the path after it, if it is a feed's."""

    instance: str
    member_class: str
    member: str
    subsystem: str
    code: str
    form: str = ""

    @property
    def service(self) -> str:
        """The value of X-Road-Service."""
        return "/".join((self.instance, self.member_class, self.member, self.subsystem, self.code))


@dataclass(frozen=True)
class Question:
    """Keys that find the record, items to read, claims to verify."""

    keys: Mapping[str, str]
    items: tuple[str, ...]
    claims: Mapping[str, str]


def read_address(path: str) -> Address:
    """The address in a decoded path.

    Raises:
        WireError: it is none of the protocol's form.
    """
    found = _PATH.fullmatch(path)
    if not found:
        raise WireError(
            "Server.ServerProxy.UnknownService",
            "地址应为 /r1/实例/类别/成员/子系统/资源，各部分只用字母、数字、点、横线和下划线。",
            404,
        )
    return Address(*found.groups(default=""))


def read_headers(environ: Mapping[str, Any]) -> dict[str, str]:
    """The protocol's headers that are there, by their signed names.

    Raises:
        WireError: one is missing, too long, doubled or not visible ASCII.
    """
    given = {name: str(environ[key]) for key, name in HEADERS.items() if key in environ}
    for name, value in given.items():
        if len(value) > HEADER_MAX or not _VISIBLE.fullmatch(value):
            raise WireError(
                "Client.BadRequest",
                f"报头 {name} 要有值，只用可见的 ASCII 字符，最多 {HEADER_MAX} 个；其他文字请先作百分号编码。",
            )
        if "," in value:  # what a server makes of a header that comes twice
            raise WireError("Client.BadRequest", f"报头 {name} 只写一次；值里的逗号请作百分号编码。")
    for name in ("x-road-client", "x-road-id"):
        if name not in given:
            raise WireError("Client.BadRequest", f"缺报头 {name}。")
    return given


def read_client(header: str, instance: str) -> str:
    """`class/member/subsystem` of X-Road-Client.

    Raises:
        WireError: it is not of that form or names another instance.
    """
    found = _CLIENT.fullmatch(header)
    if not found or found[1] != instance:
        raise WireError("Client.BadRequest", f"X-Road-Client 应为 {instance}/类别/成员/子系统，只写一次。")
    return found[2]


def read_party(header: str) -> str:
    """In whose name it is asked, `GOV/<agency>` or `COM/<firm>`; empty where the header is not there.

    Raises:
        WireError: it is of another form.
    """
    if header and not _PARTY.fullmatch(header):
        raise WireError(
            "Client.BadRequest",
            "X-Road-Represented-Party 应为 GOV/部门代码 或者 COM/经营主体代码，只写一个。",
        )
    return header


def read_question(query: str, body: bytes, content_type: str) -> Question:
    """The question, from the query string or from a JSON body.

    Raises:
        WireError: it cannot be read; nothing is guessed.
    """
    if body and query:
        raise WireError("Client.BadRequest", "问题写在地址里 ? 后面，或者写在正文里，不能两处都写。")
    return _from_body(body, content_type) if body else _from_query(query)


def decoded(header: str) -> str:
    """A header's text, which may be percent-encoded UTF-8.

    Raises:
        WireError: the bytes are not UTF-8, or stand for what cannot be printed.
    """
    try:
        text = unquote(header, errors="strict")
    except UnicodeDecodeError as error:
        raise WireError("Client.BadRequest", "报头的百分号编码不是 UTF-8。") from error
    if not text.isprintable():
        raise WireError("Client.BadRequest", "报头的文字里不能有控制字符。")
    return text


def read_pairs(query: str) -> dict[str, str]:
    """The names and values of a query string, each name once.

    Raises:
        WireError: it cannot be read, or a name stands twice.
    """
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query), errors="strict", max_num_fields=50
        )
    except ValueError as error:
        raise WireError(
            "Client.BadRequest", "地址里 ? 后面的部分读不懂：应为 名=值，用 & 连接，编码为 UTF-8。"
        ) from error
    given = dict(pairs)
    if len(given) != len(pairs):
        raise WireError("Client.BadRequest", "地址里 ? 后面有重复的名。")
    return given


def _from_query(query: str) -> Question:
    given = read_pairs(query)
    items = given.pop("items", "")
    claims = {
        name.removeprefix("claim."): given.pop(name) for name in list(given) if name.startswith("claim.")
    }
    return _checked(given, items.split(",") if items else [], claims)


def check_json(body: bytes, content_type: str) -> Any:
    """What a body says that must be JSON.

    Raises:
        WireError: another type, no JSON, or a name that stands twice.
    """
    if not _JSON_TYPE.fullmatch(content_type.strip()):
        raise WireError(
            "Client.BadRequest", "正文应为 JSON，Content-Type 写 application/json，编码为 UTF-8。", 415
        )
    try:
        return json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise WireError("Client.BadRequest", "正文不是 UTF-8 的 JSON，或者有重复的名。") from error


def _from_body(body: bytes, content_type: str) -> Question:
    said = check_json(body, content_type)
    if not isinstance(said, dict) or set(said) - {"keys", "items", "claims"}:
        raise WireError(
            "Client.BadRequest", '正文应为 {"keys": {…}, "items": […], "claims": {…}}，没有别的名。'
        )
    return _checked(said.get("keys", {}), said.get("items", []), said.get("claims", {}))


def _checked(keys: Any, items: Any, claims: Any) -> Question:
    mappings = all(
        isinstance(one, dict) and all(isinstance(value, str) for value in one.values())
        for one in (keys, claims)
    )
    if not mappings or not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise WireError("Client.BadRequest", "查询键和核对的值都写成文字，信息项写成代码的列表。")
    whole = "".join((*keys, *keys.values(), *claims, *claims.values(), *items))
    if "\0" in whole or any("\ud800" <= letter <= "\udfff" for letter in whole):
        raise WireError("Client.BadRequest", "值里不能有空字符和半个字符。")
    return Question(keys, tuple(items), claims)


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice")
    return made
