"""Where a reader of a feed stands: handed out encrypted, since it may hold the key of a record.

Only this installation opens it, and only for the same system, resource and form: a cursor is nothing to guess or to
lend. It grants nothing; every page asks for the grant anew.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.kernel.canonical import canonical
from tongban.kernel.errors import BadInput, Misconfigured
from tongban.keys.api import conceal, reveal

CURSOR_MAX = 4_000


@dataclass(frozen=True)
class Place:
    """`as_of` is the newest position when the reading began; `after` the last position, or `key` the last record, given.

    `reading` is the number that its pages share, `page` the number of the last one, `narrowed` its filter.
    """

    as_of: int
    after: int = 0
    key: str = ""
    reading: str = ""
    page: int = 0
    narrowed: Mapping[str, str] = field(default_factory=dict)


def written(place: Place, *, client: str, resource: str, form: str) -> str:
    """The cursor of a place, for one system, resource and form."""
    said = canonical(
        {
            "a": place.as_of,
            "p": place.after,
            "k": place.key,
            "r": place.reading,
            "n": place.page,
            "f": dict(place.narrowed),
        }
    )
    return urlsafe_b64encode(conceal(said, bound_to=_bound_to(client, resource, form))).decode().rstrip("=")


def read(cursor: str, *, client: str, resource: str, form: str) -> Place:
    """The place that a cursor says.

    Raises:
        BadInput: it was not made here, or for another system, resource or form.
    """
    try:
        if len(cursor) > CURSOR_MAX or not cursor.isascii():
            raise ValueError(cursor[:20])
        data = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        said = json.loads(reveal(data, bound_to=_bound_to(client, resource, form)))
        return Place(said["a"], said["p"], said["k"], said["r"], said["n"], said["f"])
    except (Misconfigured, BadBase64, ValueError, LookupError, TypeError) as error:
        raise BadInput(
            "游标不对：它不是本网关给这个系统、这项资源、这种读法的，或者被改动过。请用上一页给出的游标，或者不带游标重新开始。",
            field="cursor",
        ) from error


def _bound_to(client: str, resource: str, form: str) -> str:
    return f"feed:{form}:{resource}:{client}"
