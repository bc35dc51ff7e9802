"""A feed in the sandbox: the pages, cursors and errors of a real one, over invented rows and invented changes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tongban.exchange.answering.call import CallRefused
from tongban.exchange.answering.values import Call, Caller
from tongban.exchange.feeding import cursor as cursors
from tongban.exchange.feeding.cursor import Place
from tongban.exchange.feeding.reading import PAGE_MAX, FeedCall, Page
from tongban.exchange.sandbox.answering import PURPOSE, admitted, described_for, noted
from tongban.exchange.sandbox.interface import Described
from tongban.kernel.canonical import Json, canonical
from tongban.kernel.errors import BadInput
from tongban.kernel.ids import uuid7

_DENIED = "Server.ServerProxy.AccessDenied"


def sandbox_page(call: FeedCall, caller: Caller) -> Page:
    """One page of invented records (`batch`), or of what is said to have changed (`changes`): all came, one changed, one went.

    Raises:
        CallRefused: what the real instance would say.
    """
    query = uuid7()
    asked = Call(resource=call.resource, provider=call.provider, keys={}, purpose=call.purpose)
    with noted(query, asked, caller, outcome="fed"):
        admitted(caller)
        described = described_for(call.resource)
        items = _granted(call, described)
        lines = _changes(described, items) if call.form == "changes" else _records(described, items)
        place = _place(call, caller, last=len(lines))
        page = lines[place.after : place.after + call.limit]
        reached = replace(place, after=place.after + len(page), page=place.page + 1)
        more = reached.after < len(lines)
        body = b"".join(page)
        types = {item: described.field(item).type for item in items}
        written = cursors.written(reached, client=caller.client, resource=call.resource, form=call.form)
        ended = call.form == "batch" and not more
    return Page(
        query=query,
        body=call.encode(body, types) if call.encode else body,
        rows=len(page),
        as_of=len(described.rows),
        items=items,
        more=more,
        cursor="" if ended else written,
        changes=cursors.written(
            Place(reached.as_of, reached.as_of),
            client=caller.client,
            resource=call.resource,
            form="changes",
        )
        if ended
        else "",
    )


def _granted(call: FeedCall, described: Described) -> tuple[str, ...]:
    if described.mode == "verify":
        sentence = f"「{described.resource.name}」只核对、不给原值，不能成批读取。"
        raise CallRefused(_DENIED, sentence, 403)
    if call.provider != described.resource.agency:
        sentence = f"「{described.resource.name}」由 {described.resource.agency} 提供，不是 {call.provider}。"
        raise CallRefused("Server.ServerProxy.UnknownService", sentence, 404)
    if call.purpose not in {"", PURPOSE}:
        raise CallRefused(_DENIED, f"没有一项成批读取的授权合用途「{call.purpose}」。", 403)
    if call.represented:
        sentence = f"授权没有写明可以代 {call.represented} 读取。请以本单位的名义读取，或者先登记委托。"
        raise CallRefused(_DENIED, sentence, 403)
    if call.narrowed:
        raise CallRefused("Client.BadRequest", "沙箱里的批量读取不能筛选。", 400)
    items = tuple(call.items) or described.granted
    if not items or not set(items) <= set(described.granted) or len(set(items)) != len(items):
        named = "、".join(described.resource.item_names(items))
        raise CallRefused(_DENIED, f"授权不包含全部这些信息项：{named}。请只要授权里有的。", 403)
    if not 1 <= call.limit <= PAGE_MAX:
        raise CallRefused("Client.BadRequest", f"limit 应为 1 到 {PAGE_MAX}。", 400)
    return items


def _place(call: FeedCall, caller: Caller, *, last: int) -> Place:
    if not call.cursor:
        return Place(as_of=last)
    try:
        return cursors.read(call.cursor, client=caller.client, resource=call.resource, form=call.form)
    except BadInput as forged:
        raise CallRefused("Client.BadRequest", str(forged), 400) from forged


def _records(described: Described, items: Sequence[str]) -> list[bytes]:
    return [_line({"items": _shown(row, items), "record": str(row[described.key])}) for row in described.rows]


def _changes(described: Described, items: Sequence[str]) -> list[bytes]:
    rows = described.rows
    said: list[tuple[str, Mapping[str, Json]]] = [("insert", row) for row in rows]
    said += [("update", rows[0]), ("delete", rows[-1])]
    return [
        _line(
            {
                **({} if op == "delete" else {"items": _shown(row, items)}),
                "op": op,
                "position": position,
                "record": str(row[described.key]),
            }
        )
        for position, (op, row) in enumerate(said, 1)
    ]


def _shown(row: Mapping[str, Json], items: Sequence[str]) -> dict[str, Json]:
    return {item: row[item] for item in items}


def _line(said: dict[str, Json]) -> bytes:
    return canonical(said) + b"\n"
