"""Feeds on the wire: `…/{resource}/batch` and `…/{resource}/changes`, a signed page of lines at a time.

What says where the next page begins stands in signed headers, so that the body is the rows and nothing else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID
from wsgiref.types import WSGIEnvironment

from tongban.bulk.api import check_parquet, parquet_of
from tongban.exchange.api import PAGE_MAX, Caller, FeedCall, Page
from tongban.kernel.errors import Unavailable
from tongban.portals.gateway.wire import Address, WireError, decoded, read_pairs, read_party

NDJSON = "application/x-ndjson"
PARQUET = "application/vnd.apache.parquet"
_NARROW = "filter."
_NAMES = {"cursor", "limit", "items", "format"}


@dataclass(frozen=True)
class Given:
    """A page as it is sent."""

    query: UUID
    body: bytes
    kind: str
    headers: Mapping[str, str]


def answer(
    environ: WSGIEnvironment,
    address: Address,
    headers: Mapping[str, str],
    asked: str,
    *,
    caller: Caller,
    give: Callable[[FeedCall, Caller], Page],
) -> Given:
    """One page of the feed that the address names, as the instance gives it.

    Raises:
        WireError: the question cannot be read.
        CallRefused: a ground is missing.
    """
    if environ["REQUEST_METHOD"] != "GET":
        raise WireError("Client.BadRequest", "成批读取和变化只用 GET。", 405, allow="GET")
    if "x-road-issue" in headers:
        raise WireError("Client.BadRequest", "成批读取不为哪一个办件，请不要带 X-Road-Issue。")
    pairs = read_pairs(environ.get("QUERY_STRING", ""))
    narrowed = {
        name.removeprefix(_NARROW): value for name, value in pairs.items() if name.startswith(_NARROW)
    }
    if unknown := [name for name in pairs if name not in _NAMES and not name.startswith(_NARROW)]:
        raise WireError(
            "Client.BadRequest",
            f"地址里 ? 后面不认识：{'、'.join(unknown)}。可以有 cursor、limit、items、format 和 filter.信息项。",
        )
    kind = _kind(pairs.get("format", "ndjson"))
    items = pairs.get("items", "")
    page = give(
        FeedCall(
            resource=address.code,
            provider=address.member,
            form=address.form,
            cursor=pairs.get("cursor", ""),
            limit=_limit(pairs.get("limit", str(PAGE_MAX))),
            items=tuple(items.split(",")) if items else (),
            narrowed=narrowed,
            purpose=decoded(headers.get("tongban-purpose", "")),
            user=headers.get("x-road-userid", ""),
            request=asked,
            represented=read_party(headers.get("x-road-represented-party", "")),
            encode=parquet_of if kind == PARQUET else None,
        ),
        caller,
    )
    return Given(page.query, page.body, kind, _said(page, address, pairs))


def _kind(named: str) -> str:
    """The media type of a format."""
    if named not in {"ndjson", "parquet"}:
        raise WireError("Client.BadRequest", "format 应为 ndjson 或者 parquet。")
    if named == "ndjson":
        return NDJSON
    try:
        check_parquet()
    except Unavailable as missing:
        raise WireError("Client.BadRequest", str(missing), 406) from missing
    return PARQUET


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise WireError("Client.BadRequest", f"limit 应为 1 到 {PAGE_MAX} 的整数。")
    return int(text)


def _said(page: Page, address: Address, pairs: Mapping[str, str]) -> dict[str, str]:
    """The headers of a page; all of them are signed."""
    said = {
        "tongban-rows": str(page.rows),
        "tongban-as-of": str(page.as_of),
        "tongban-items": ",".join(page.items),
        "tongban-more": "true" if page.more else "false",
    }
    if page.cursor:
        said["tongban-cursor"] = page.cursor
    if page.more:
        kept = {name: pairs[name] for name in ("limit", "items", "format") if name in pairs}
        onwards = urlencode({**kept, "cursor": page.cursor}, safe=",")
        said["link"] = f'</r1/{address.service}/{address.form}?{onwards}>; rel="next"'
    if page.changes:
        said["tongban-changes"] = page.changes
        onwards = urlencode({"cursor": page.changes})
        said["link"] = f'</r1/{address.service}/changes?{onwards}>; rel="next"'
    return said
