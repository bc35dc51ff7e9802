"""HTTP interfaces outside as a source of the exchange."""

import json
import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from tongban.exchange.models import Binding
from tongban.exchange.ports import Reach, SourceDown, agrees
from tongban.exchange.upstream.paths import NOTHING, value_at, write_at
from tongban.exchange.upstream.settings import Credential, HttpUpstream
from tongban.exchange.upstream.wire import Message, exchange
from tongban.kernel.canonical import Json

#: Whole numbers that JSON gives without loss (RFC 8785 follows ECMAScript); beyond them a number is a text.
_WHOLE_MAX = 2**53 - 1
_SECRET_MAX = 4096


class UpstreamHttp:
    """Asks the interface that the binding of a resource declares; `target` is the resource."""

    def reach(self, target: str) -> Reach:
        """The system behind a resource, what it understands, and how many may ask it at a time."""
        return reach_of(_settings(target))

    def query(self, target: str, keys: Mapping[str, str], items: Sequence[str]) -> Mapping[str, Json] | None:
        """The values of `items`, and nothing else of what the source sends."""
        said = _settings(target)
        record = _ask(said, keys, {})
        return None if record is None else {item: _value(said, record, item) for item in items}

    def verify(
        self, target: str, keys: Mapping[str, str], claims: Mapping[str, str]
    ) -> Mapping[str, bool] | None:
        """Whether each claim is so: as the source says, or by the value it gives, which goes no further."""
        said = _settings(target)
        asked = {item: claim for item, claim in claims.items() if item in said.claims}
        record = _ask(said, keys, asked)
        if record is None:
            return None
        return {
            item: _says_same(said, record, item)
            if item in asked
            else agrees(_value(said, record, item), claim)
            for item, claim in claims.items()
        }


def reach_of(said: HttpUpstream) -> Reach:
    """How an interface is asked."""
    return Reach(
        system=said.origin,
        title=said.system,
        permits=said.permits,
        longest_s=said.whole_s,
        keys=frozenset(said.keys),
        items=frozenset(said.items),
    )


def _settings(resource: str) -> HttpUpstream:
    return HttpUpstream.model_validate(Binding.objects.values_list("settings", flat=True).get(pk=resource))


def _ask(said: HttpUpstream, keys: Mapping[str, str], claims: Mapping[str, str]) -> Any | None:
    """The record in the answer, or None if the source has none."""
    told = {said.keys[key]: value for key, value in keys.items()}
    told |= {said.claims[item]: value for item, value in claims.items()}
    headers = {
        "Host": said.origin.partition("://")[2],
        "Accept": "application/json",
        "Accept-Encoding": "identity",
    }
    if said.credential:
        headers[said.credential.header] = said.credential.prefix + secret_of(said.credential)
    address, body = said.address, b""
    if said.method == "GET":
        address += "?" + urlencode({**said.fixed, **told})
    else:
        whole: dict[str, Any] = {}
        for path, value in {**said.fixed, **told}.items():
            write_at(whole, path, value)
        body = json.dumps(whole, ensure_ascii=False).encode()
        headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    message = Message(
        said.method, address, headers, body, said.connect_s, said.whole_s, said.size_max_kb * 1024
    )
    text = exchange(message, none_status=said.none_status)
    return None if text is None else _record(said, parsed(text))


def _record(said: HttpUpstream, answer: Any) -> Any | None:
    if said.none and _word(value_at(answer, said.none.at)) in said.none.values:
        return None
    if said.success and _word(value_at(answer, said.success.at)) not in said.success.values:
        raise SourceDown("it says that it did not succeed", fault="unsuccessful")
    record = value_at(answer, said.record)
    if isinstance(record, list):
        record = record[0] if len(record) == 1 else NOTHING
    if record is NOTHING or record is None:
        return None
    if not isinstance(record, dict):
        raise SourceDown("the record is no object", fault="malformed")
    return record


def _value(said: HttpUpstream, record: Any, item: str) -> Json:
    """An item as evidence keeps it: text for what could be rounded, 是 and 否 as the registers say it."""
    place = said.place(item)
    held = value_at(record, place.at)
    if held is NOTHING or held is None:
        return None
    if isinstance(held, dict | list):
        raise SourceDown("an item is no single value", fault="malformed")
    if isinstance(held, bool) and not place.codes:
        return "是" if held else "否"
    if isinstance(held, int) and not isinstance(held, bool) and not place.codes:
        return held if abs(held) <= _WHOLE_MAX else str(held)
    text = _word(held)
    if not place.codes:
        return text
    if text not in place.codes:
        raise SourceDown("an item has a code that the binding does not explain", fault="malformed")
    return place.codes[text]


def _says_same(said: HttpUpstream, record: Any, item: str) -> bool:
    word = _word(value_at(record, said.place(item).at))
    if word in said.same:
        return True
    if word in said.differs:
        return False
    raise SourceDown("it says neither same nor different", fault="malformed")


def _word(held: Any) -> str:
    if isinstance(held, bool):
        return "true" if held else "false"
    return str(held) if isinstance(held, str | int) else ""


def parsed(text: bytes) -> Any:
    """The JSON, with decimals as text; an answer that can be read in two ways is none."""
    try:
        said = json.loads(
            text.decode("utf-8"), parse_float=str, parse_constant=_no_number, object_pairs_hook=_once
        )
        json.dumps(said, ensure_ascii=False).encode()  # half a character can be parsed, and cannot be written
    except (ValueError, RecursionError) as error:
        raise SourceDown("it is no JSON", fault="malformed") from error
    if b"\\u0000" in text:
        raise SourceDown("it holds null characters", fault="malformed")
    return said


def _no_number(_word: str) -> None:
    raise ValueError("JSON has no such number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice")
    return made


def secret_of(credential: Credential) -> str:
    """The secret itself.

    Raises:
        SourceDown: the operator has not set it, or others can read its file.
    """
    text = os.environ.get(credential.environment, "") if credential.environment else ""
    if credential.file:
        path = Path(settings.HOME) / "keys" / "upstream" / credential.file
        try:
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                raise SourceDown(f"others can read {path.name}", fault="unset", blames=False)
            text = path.read_text("ascii").strip()
        except (OSError, UnicodeError):
            text = ""
    if not text or len(text) > _SECRET_MAX or not text.isascii() or not text.isprintable():
        raise SourceDown("its credential is not set", fault="unset", blames=False)
    return text
