"""Gathering from a feed of another node: page by page into a landing table, with the cursor in the same commit.

What comes is held against the gateway's key that was written down when the gathering began, never against one that the
answer brings. A page that was taken twice changes nothing; after a stop in the middle the next run goes on where the
last commit stood. When the other node keeps no changes so far back, the gathering begins again with a snapshot, and
what that does not bring any more is gone at its end.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from tongban.journal.api import Subject, record, system
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound, Unavailable
from tongban.registers.kinds import Gathered
from tongban.registers.models import Gathering


@dataclass(frozen=True)
class FedPage:
    """A page whose signature holds; headers by their lower-case names. `expired`: the cursor is older than what the other node keeps."""

    headers: Mapping[str, str]
    body: bytes
    expired: bool = False


#: Asks one page by form (`batch`, `changes`) and cursor.
Ask = Callable[[str, str], FedPage]


@dataclass(frozen=True)
class Source:
    """The resource's address at the other node, our client's name there, our key's id, and the gateway's public key."""

    address: str
    client: str
    key: str
    trusted: bytes


@dataclass(frozen=True)
class Pulled:
    """What a run brought: pages, rows, and whether it reached the newest change there was."""

    pages: int
    rows: int
    whole: bool


_PUT = """
insert into registers_landed (gathering, record, items, position, round)
select %(name)s, record, items, position, %(round)s
from unnest(%(records)s::text[], %(items)s::jsonb[], %(positions)s::bigint[]) as given (record, items, position)
on conflict (gathering, record) do update set items = excluded.items, position = excluded.position, round = excluded.round
where registers_landed.round < excluded.round or registers_landed.position <= excluded.position
"""


def begin_gathering(*, name: str, address: str, client: str, key: str, trusted: bytes) -> None:
    """Write down where a gathering asks, as whom, and whose signature it takes; an existing one keeps its place.

    `address` is the resource's at the other node; `trusted` the gateway's public key (65 bytes, P-256, uncompressed).

    Raises:
        Conflict: a gathering of that name asks elsewhere.
        BadInput: the key is none.
    """
    if len(trusted) != 65 or trusted[0] != 4:
        raise BadInput("网关公钥应为 P-256 的未压缩点，65 字节，十六进制 130 位。", field="trusted")
    row, made = Gathering.objects.get_or_create(
        pk=name, defaults={"address": address, "client": client, "key": key, "trusted": trusted}
    )
    if not made and (row.address, row.client, bytes(row.trusted)) != (address, client, trusted):
        raise Conflict(f"汇集 {name} 已经指向 {row.address}；换来源请另起一个名字。")


def gathering_of(name: str) -> Source:
    """Where a gathering asks.

    Raises:
        NotFound: there is none of that name.
    """
    row = Gathering.objects.filter(pk=name).first()
    if row is None:
        raise NotFound(f"没有叫 {name} 的汇集。先用 --address、--client、--key 和 --trusted 建立它。")
    return Source(row.address, row.client, row.key, bytes(row.trusted))


def pull(name: str, ask: Ask, *, pages_max: int = 1_000_000) -> Pulled:
    """Take pages until the newest change, or `pages_max` of them; each page and its cursor are one commit.

    Raises:
        Unavailable: the other node does not answer now; what came before stays.
        BadInput: a page is not what a feed gives; nothing of it is kept.
    """
    pages = rows = 0
    while pages < pages_max:
        row = Gathering.objects.get(pk=name)
        page = ask(row.form, row.cursor)
        if page.expired:
            _begin_again(row)
            continue
        given = _lines(page.body, row.form)
        with transaction.atomic():
            more = _take(row, page.headers, given)
        pages, rows = pages + 1, rows + len(given)
        if not more:
            return Pulled(pages, rows, whole=True)
    return Pulled(pages, rows, whole=False)


def _lines(body: bytes, form: str) -> list[tuple[str, int, str | None]]:
    """Record, position and items (JSON; None: gone) of each line."""
    try:
        said = [json.loads(line) for line in body.splitlines()]
        return [
            (
                str(row["record"]),
                int(row["position"]) if form == "changes" else 0,
                None if row.get("op") == "delete" else json.dumps(row["items"], ensure_ascii=False),
            )
            for row in said
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("对方给出的一页读不懂，没有采用。请把这一页的查询编号告诉对方。") from error


def _take(row: Gathering, headers: Mapping[str, str], given: Sequence[tuple[str, int, str | None]]) -> bool:
    """Write a page and where the next one begins; whether one waits."""
    held = Gathering.objects.select_for_update().get(pk=row.pk)
    if (held.cursor, held.form) != (row.cursor, row.form):
        raise Unavailable(f"汇集 {row.pk} 正由另一个进程进行，这一次不重复。")
    _write(row, given)
    form, cursor = row.form, headers.get("tongban-cursor", "")
    more = headers.get("tongban-more") == "true"
    if row.form == "batch" and not more:
        form, cursor, more = "changes", headers.get("tongban-changes", ""), True
        with connection.cursor() as database:
            database.execute(
                "delete from registers_landed where gathering = %s and round < %s", [row.pk, row.round]
            )
    if not cursor:
        raise BadInput("对方给出的一页没有游标，没有采用。")
    Gathering.objects.filter(pk=row.pk).update(
        form=form, cursor=cursor, pulled_at=clock.now(), rows=held.rows + len(given)
    )
    if given:
        act = Gathered(
            gathering=row.pk,
            query=headers.get("x-road-request-id", ""),
            form=row.form,
            rows=len(given),
            digest=headers.get("content-digest", ""),
        )
        record(act, on=Subject("gathering", row.pk, 1), by=system("registers"))
    return more


def _write(row: Gathering, given: Sequence[tuple[str, int, str | None]]) -> None:
    """Put records and take away what is gone, in the order of the page: of a record the last line counts."""
    last = {record: (position, items) for record, position, items in given}
    put = [(name, position, items) for name, (position, items) in last.items() if items is not None]
    gone = [name for name, (_position, items) in last.items() if items is None]
    with connection.cursor() as database:
        if put:
            names, positions, items = (list(column) for column in zip(*put, strict=True))
            database.execute(
                _PUT,
                {
                    "name": row.pk,
                    "round": row.round,
                    "records": names,
                    "positions": positions,
                    "items": items,
                },
            )
        if gone:
            database.execute(
                "delete from registers_landed where gathering = %s and record = any(%s)", [row.pk, gone]
            )


def _begin_again(row: Gathering) -> None:
    if not row.cursor:
        raise Unavailable("对方说游标已过期，但这次没有带游标；请联系对方。")
    with transaction.atomic():
        Gathering.objects.filter(pk=row.pk).update(form="batch", cursor="", round=row.round + 1)
