"""Canonical JSON (RFC 8785): the exact bytes that are hashed, signed and logged."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import rfc8785

#: No floats: their text differs between languages, and no official figure is one.
Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"


def canonical(value: Json) -> bytes:
    """The RFC 8785 bytes of `value`.

    Raises:
        ValueError: a value has no canonical form (a float, an integer beyond 2**53).
    """
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise ValueError(str(error)) from error


def parse(data: bytes) -> Json:
    """The value of canonical bytes.

    Raises:
        ValueError: not JSON, or not the canonical form of what it says.
    """
    value = cast("Json", json.loads(data))
    if canonical(value) != data:
        raise ValueError("the JSON is not in canonical form (RFC 8785)")
    return value
