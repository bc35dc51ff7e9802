"""One page of a feed: who asks, under which grant, what leaves, and its entry; page and entry are one commit."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn
from uuid import UUID

from django.db import connection, transaction
from psycopg import RawCursor, sql
from psycopg.errors import ProgramLimitExceeded

from tongban.exchange.answering.call import ATTEMPTS, CallRefused, lease_calls
from tongban.exchange.answering.plan import Bound, bound
from tongban.exchange.answering.statement import numbered
from tongban.exchange.answering.values import Caller
from tongban.exchange.callers import admit
from tongban.exchange.feeding import cursor as cursors
from tongban.exchange.feeding import statement
from tongban.exchange.feeding.concerned import note_page
from tongban.exchange.feeding.cursor import Place
from tongban.exchange.granted import terms_of
from tongban.exchange.kinds import Fed, Refused
from tongban.exchange.metering.leases import leased_calls
from tongban.exchange.models import Binding, Grant
from tongban.exchange.ports import Feed, FeedSource, source_of
from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotFound
from tongban.kernel.ids import uuid7
from tongban.keys.api import keyed_digest

PAGE_MAX = 10_000
PAGE_BYTES_MAX = 8 * 1024 * 1024
_DENIED = "Server.ServerProxy.AccessDenied"


@dataclass(frozen=True)
class FeedCall:
    """What is asked: records (`batch`) or `changes` of a resource, from a cursor on; no items named: those of the grant.

    `narrowed` keeps only records whose items have these values; `encode` makes the body from the lines and the items' types.
    """

    resource: str
    provider: str
    form: str
    cursor: str = ""
    limit: int = PAGE_MAX
    items: Sequence[str] = ()
    narrowed: Mapping[str, str] = field(default_factory=dict)
    purpose: str = ""
    user: str = ""
    request: str = ""
    #: In whose name it is asked (`GOV/<agency>`, `COM/<firm>`); empty: in the caller's own.
    represented: str = ""
    encode: Callable[[bytes, Mapping[str, str]], bytes] | None = None


@dataclass(frozen=True)
class Page:
    """A page: `cursor` asks for the next one (empty after the last of a batch, whose changes go on at `changes`).

    `as_of` is the newest position when the reading began (batch) or this page was made (changes).
    """

    query: UUID
    body: bytes
    rows: int
    as_of: int
    items: tuple[str, ...]
    more: bool
    cursor: str
    changes: str = ""


@dataclass(frozen=True)
class _Asked:
    """A call with what answers it."""

    call: FeedCall
    caller: Caller
    held: Bound
    feed: Feed


def feed_page(call: FeedCall, caller: Caller) -> Page:
    """Give one page of a feed under the law of its grant, whose stop or suspension acts at the next page.

    Raises:
        CallRefused: says which ground is missing; the refusal of a known caller is journalled.
    """
    held, source, target = _source(call)
    admit(caller)
    if held.mode == "verify":
        _refuse(call, caller, f"「{held.resource.name}」只核对、不给原值，不能成批读取。")
    if not held.resource.offered:
        sentence = f"「{held.resource.name}」已从目录中撤下，不能再读取。"
        _refuse(call, caller, sentence, code="Server.ServerProxy.ServiceDisabled")
    for _attempt in range(ATTEMPTS):
        with leased_calls(caller.client, call.resource) as calls, transaction.atomic():
            try:
                asked = _Asked(call, caller, held, source.feed(target))
                grant, items = _granted(asked)
                place = _place(asked)
            except _Denied as denied:
                why = denied
                break
            if grant.quota is None or grant.code in calls.grants:
                page = _given(asked, grant, items, place)
                calls.used = grant.code
                return page
        lease_calls(caller.client, call.resource, grant.code)
    else:
        raise CallRefused("Server.ServerProxy.Busy", "网关正忙，请稍后从同一个游标接着读。", 503, again_s=1)
    return _refuse(call, caller, why.sentence, code=why.code)


class _Denied(Exception):  # noqa: N818 - the sentence says why
    """A ground is missing; told and journalled outside the transaction at hand."""

    def __init__(self, sentence: str, code: str = _DENIED) -> None:
        super().__init__(sentence)
        self.sentence, self.code = sentence, code


def _source(call: FeedCall) -> tuple[Bound, FeedSource, str]:
    binding = Binding.objects.filter(pk=call.resource).first()
    source = source_of(binding.adapter) if binding else None
    if binding is None or not isinstance(source, FeedSource):
        raise CallRefused(
            "Server.ServerProxy.UnknownService", f"「{call.resource}」没有成批读取的接口，请逐条查询。", 404
        )
    try:
        held = bound(call.resource, binding.version)
    except NotFound as missing:
        raise CallRefused("Server.ServerProxy.UnknownService", str(missing), 404) from missing
    if call.provider != held.resource.agency:
        raise CallRefused(
            "Server.ServerProxy.UnknownService",
            f"「{held.resource.name}」由 {held.resource.agency} 提供，不是 {call.provider}。",
            404,
        )
    return held, source, binding.target


def _granted(asked: _Asked) -> tuple[Grant, tuple[str, ...]]:
    """The one grant that fits, and the items that leave under it."""
    call, name, today = asked.call, asked.held.resource.name, clock.today()
    rows = Grant.objects.filter(
        subsystem=asked.caller.client,
        consumer=asked.caller.client.split("/")[1],
        resource=call.resource,
        stopped_at=None,
        valid_from__lte=today,
    ).order_by("code")
    running = [row for row in rows if row.valid_to is None or row.valid_to >= today]
    if not running:
        raise _Denied(f"没有读取「{name}」的授权，或者授权已停用、已到期。请在目录中提出共享申请。")
    batch = [row for row in running if "batch" in row.forms]
    if not batch:
        raise _Denied(f"对「{name}」的授权只许逐条查询。成批读取请在目录中另行申请。")
    fitting = [row for row in batch if call.purpose in {"", row.purpose}]
    if not fitting:
        raise _Denied(f"没有一项成批读取的授权合用途「{call.purpose}」。")
    fitting = [row for row in fitting if call.represented in {"", *row.represented}]
    if not fitting:
        raise _Denied(f"授权没有写明可以代 {call.represented} 读取。请以本单位的名义读取，或者先登记委托。")
    now = clock.local(clock.now())
    fitting = [row for row in fitting if terms_of(row).is_open(now)]
    if not fitting:
        raise _Denied("现在不在授权约定的时段里，请在约定的日子和时间从同一个游标接着读。")
    covering = [row for row in fitting if set(call.items) <= set(row.items) - set(row.suspended)]
    if not covering:
        raise _Denied(_beyond(asked, fitting))
    if len(covering) > 1:
        raise _Denied("有不止一项授权合用，请用 Tongban-Purpose 写明用途。", "Client.AmbiguousGrant")
    return covering[0], _leaving(asked, covering[0])


def _leaving(asked: _Asked, grant: Grant) -> tuple[str, ...]:
    """The items that leave: those asked for, or all that the grant gives."""
    call, name = asked.call, asked.held.resource.name
    open_items = [item for item in grant.items if item not in grant.suspended]
    items = tuple(call.items) or tuple(item for item in open_items if item in asked.held.relation.columns)
    if not items:
        raise _Denied(f"授权里「{name}」的信息项现在都已暂停，请在目录中重新申请。")
    unknown = [item for item in items if item not in asked.held.relation.columns]
    if unknown or len(set(items)) != len(items):
        raise _bad(f"这项资源没有这些信息项：{'、'.join(unknown) or '有重复'}。")
    closed = [item for item in call.narrowed if item not in open_items]
    if closed:
        raise _Denied(f"授权不包含用来筛选的信息项：{'、'.join(closed)}。")
    return items


def _beyond(asked: _Asked, grants: Sequence[Grant]) -> str:
    names = asked.held.resource.item_names
    held = sorted({item for row in grants for item in row.suspended} & set(asked.call.items))
    if held:
        return f"提供部门收紧了这些信息项的共享条件，授权里的这几项已暂停：{'、'.join(names(held))}。"
    return f"授权不包含全部这些信息项：{'、'.join(names(asked.call.items))}。请只要授权里有的。"


def _place(asked: _Asked) -> Place:
    """Where the page begins: at the cursor, else a batch at its first record and changes at the oldest that is kept."""
    call, feed = asked.call, asked.feed
    if not 1 <= call.limit <= PAGE_MAX:
        raise _bad(f"limit 应为 1 到 {PAGE_MAX}。")
    if call.form == "changes" and call.narrowed:
        raise _bad("变化按次序给出，不能筛选；请在批量读取时筛选。")
    for item, value in call.narrowed.items():
        if value not in feed.closed.get(item, ()):
            raise _bad(f"只能按取值固定的信息项筛选，{item} 没有「{value}」这个取值。")
    if not call.cursor:
        return Place(as_of=feed.last, after=feed.first - 1, narrowed=dict(call.narrowed))
    try:
        place = cursors.read(call.cursor, client=asked.caller.client, resource=call.resource, form=call.form)
    except BadInput as forged:
        raise _bad(str(forged)) from forged
    if call.narrowed and dict(call.narrowed) != dict(place.narrowed):
        raise _bad("筛选条件在第一页定下，和游标一起用时不能换。")
    known = place.as_of if call.form == "batch" else place.after
    if not feed.first - 1 <= known <= feed.last:
        raise CallRefused(
            "Client.CursorExpired",
            "游标已过期：它之后的变化已有一部分不再保存。请重新成批读取，再接着读变化。",
            410,
        )
    return place


def _given(asked: _Asked, grant: Grant, items: tuple[str, ...], place: Place) -> Page:
    call, held, feed = asked.call, asked.held, asked.feed
    if held.relation.up is not None and not _is_up(held.relation.up):
        raise CallRefused(
            "Server.ServerProxy.ServiceFailed", "登记簿正在停机维护，请稍后从同一个游标接着读。", 503
        )
    row = _page_row(asked, grant, items, place)
    types = {item: held.relation.columns[item].type for item in items}
    body = row["body"] if call.encode is None else call.encode(row["body"], types)
    changes = call.form == "changes"
    reached = replace(
        place,
        after=int(row["upto"] or place.after) if changes else place.after,
        key=place.key if changes else str(row["upto"] or place.key),
        page=place.page + 1,
        reading=place.reading or str(uuid7()),
        as_of=feed.last if changes else place.as_of,
    )
    query = _noted(asked, grant, items, after=place.after, reached=reached, rows=row["rows"], body=body)
    if row["rows"]:
        note_page(
            query,
            resource=call.resource,
            form=call.form,
            narrowed=place.narrowed,
            as_of=reached.as_of,
            positions=(place.after, reached.after),
            keys=(place.key, reached.key),
        )
    more = reached.after < feed.last if changes else bool(row["more"])

    def cursor(where: Place, form: str) -> str:
        return cursors.written(where, client=asked.caller.client, resource=call.resource, form=form)

    return Page(
        query=query,
        body=body,
        rows=row["rows"],
        as_of=reached.as_of,
        items=items,
        more=more,
        cursor=cursor(reached, call.form) if more or changes else "",
        changes="" if more or changes else cursor(Place(place.as_of, place.as_of), "changes"),
    )


def _noted(
    asked: _Asked, grant: Grant, items: Sequence[str], *, after: int, reached: Place, rows: int, body: bytes
) -> UUID:
    """The entry of a page: register, filter and as-of, and the digest of what leaves."""
    call, resource = asked.call, asked.held.resource
    act = Fed(
        resource=resource.code,
        resource_version=resource.version,
        provider=resource.agency,
        items=list(items),
        grant=grant.code,
        form=call.form,
        narrowed=dict(reached.narrowed),
        as_of=reached.as_of,
        after=after,
        upto=reached.after,
        rows=rows,
        page=reached.page,
        reading=reached.reading,
        digest=hashlib.sha256(body).hexdigest(),
        request=call.request,
        user=call.user,
    )
    return record(
        act,
        on=Subject("feed", resource.code, 1),
        by=_subsystem(asked.caller),
        purpose=grant.purpose,
        represented=call.represented,
        disclose_after=terms_of(grant).told_after(clock.now()),
        basis="；".join(f"《{cite['law']}》{cite['article']}" for cite in grant.cites),
    )


def _page_row(asked: _Asked, grant: Grant, items: tuple[str, ...], place: Place) -> dict[str, Any]:
    """The page's lines; where records are long, as many as fit (one at least)."""
    call, relation, feed = asked.call, asked.held.relation, asked.feed
    by_key = feed.key in items
    made = (
        statement.changes(relation, feed, items, by_key=by_key)
        if call.form == "changes"
        else statement.records(
            relation, feed, items, by_key=by_key, narrowed=list(place.narrowed), first=not place.page
        )
    )
    text, names = numbered(made.as_string(None))
    given = {
        "after": place.after,
        "key": place.key,
        "naming": keyed_digest(f"exchange.record:{grant.code}:{call.resource}".encode()),
        **{f"filter_{n}": value for n, value in enumerate(place.narrowed.values())},
    }
    limit = call.limit
    while True:
        given |= {"limit": limit, "upto": min(place.after + limit, feed.last)}
        row = _run(
            text, [given[name] for name in names], first=statement.UNLOOPED if call.form == "changes" else b""
        )
        if row is None:
            limit = max(1, limit // 100)
        elif len(row["body"]) <= PAGE_BYTES_MAX or row["rows"] <= 1:
            return {**row, "more": row["rows"] == limit}
        else:
            limit = max(1, min(limit - 1, row["rows"] * PAGE_BYTES_MAX // len(row["body"])))


def _run(text: bytes, values: Sequence[Any], *, first: bytes) -> dict[str, Any] | None:
    """The one row of a statement; None where its text would be longer than the database can say."""
    try:
        with transaction.atomic(), RawCursor(connection.connection) as cursor:
            if first:
                cursor.execute(first)
            cursor.execute(text, values, binary=True)
            found = cursor.fetchone() or ()
            return dict(zip([one.name for one in cursor.description or ()], found, strict=True))
    except ProgramLimitExceeded:
        return None


def _is_up(up: sql.Composable) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("select {}").format(up))
        return bool((cursor.fetchone() or [False])[0])


def _subsystem(caller: Caller) -> Actor:
    return Actor(kind="subsystem", key=caller.client, agency=caller.client.split("/")[1])


def _refuse(call: FeedCall, caller: Caller, sentence: str, *, code: str = _DENIED) -> NoReturn:
    with transaction.atomic():
        record(
            Refused(resource=call.resource, items=list(call.items), reason=sentence),
            on=Subject("resource", call.resource, 1),
            by=_subsystem(caller),
            purpose=call.purpose,
        )
    raise CallRefused(code, sentence, 403)


def _bad(sentence: str) -> CallRefused:
    return CallRefused("Client.BadRequest", sentence, 400)
