"""Canonical JSON (RFC 8785): the exact bytes that are hashed, signed and logged."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import rfc8785

#: No floats: their text differs between languages, and no official figure is one.
Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

#: The library's bytes in a fifth of its time, for what `_is_plain` lets through.
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_WHOLE_MAX = 2**53 - 1


def canonical(value: Json) -> bytes:
    """The RFC 8785 bytes of `value`.

    Raises:
        ValueError: a value has no canonical form (a float, an integer beyond 2**53).
    """
    try:
        return _ENCODER.encode(value).encode() if _is_plain(value) else rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise ValueError(str(error)) from error


def _is_plain(value: object) -> bool:
    """Whether it holds only texts, whole numbers, true, false and null, under ASCII names: those sort alike everywhere."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is dict:
        return all(
            type(name) is str and name.isascii() and _is_plain(one)
            for name, one in cast("dict[object, object]", value).items()
        )
    if kind is list or kind is tuple:
        return all(map(_is_plain, cast("Sequence[object]", value)))
    return kind is int and -_WHOLE_MAX <= cast("int", value) <= _WHOLE_MAX


def parse(data: bytes) -> Json:
    """The value of canonical bytes.

    Raises:
        ValueError: not JSON, or not the canonical form of what it says.
    """
    value = cast("Json", json.loads(data))
    if canonical(value) != data:
        raise ValueError("the JSON is not in canonical form (RFC 8785)")
    return value
