"""Places in a JSON document: the singular queries of RFC 9535 (2.3.5.1), read from answers and written into questions."""

import re
from typing import Any

Steps = tuple[str | int, ...]

_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\['([^'\\\]]+)'\]|\[(0|[1-9][0-9]{0,3})\]")
#: What stands nowhere; `null` is a value.
NOTHING = object()


def steps_of(path: str) -> Steps:
    """The names and places of a path such as `$.data[0].name` or `$['姓名']`.

    Raises:
        ValueError: it is no singular query.
    """
    steps: list[str | int] = []
    at = 1
    if not path.startswith("$"):
        raise ValueError(f"{path!r} does not begin with $; write it like $.data[0].name")
    while at < len(path):
        found = _STEP.match(path, at)
        if not found:
            raise ValueError(f"{path!r} cannot be read from {path[at:]!r} on; write it like $.data[0].name")
        name = found[1] or found[2]
        steps.append(name if name is not None else int(found[3]))
        at = found.end()
    return tuple(steps)


def value_at(document: Any, path: str) -> Any:
    """What stands at a path, or `NOTHING`."""
    held = document
    for step in steps_of(path):
        names = isinstance(held, dict) and isinstance(step, str) and step in held
        places = isinstance(held, list) and isinstance(step, int) and step < len(held)
        if not names and not places:
            return NOTHING
        held = held[step]
    return held


def write_at(document: dict[str, Any], path: str, value: str) -> None:
    """Put a text at a path of names, making the objects around it."""
    *around, last = steps_of(path)
    held = document
    for step in around:
        held = held.setdefault(str(step), {})
    held[str(last)] = value
