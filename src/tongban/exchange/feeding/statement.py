"""The text of a feed's page: the granted items of each record as one line of canonical JSON, put together where they lie.

One value comes back instead of ten thousand rows: the driver would spend longer on them than the database on the page.
"""

from collections.abc import Sequence

from psycopg import sql

from tongban.exchange.answering.plan import reading
from tongban.exchange.answering.statement import equals
from tongban.exchange.ports import Column, Feed, Relation

_TYPES = {"string": "text", "integer": "bigint", "number": "numeric", "date": "date", "boolean": "boolean"}

#: All records of the page are found in one walk of the index: one descent for each would cost three times as much. The
#: log is walked twice, which costs less than keeping it.
_CHANGES = """
with log as not materialized (
    select * from {changes} feed where feed_position > %(after)s::bigint and feed_position <= %(upto)s::bigint
), record as (
    select {key} as key, {items} as items from {table}
    where {key} = any(array(select cast(feed_key as {type}) from log)) and {restriction}
)
select log.feed_position as place, case when record.items is not null and log.feed_op <> 'delete'
    then '{{"items":' || record.items || ',"op":"' || log.feed_op || '","position":' || log.feed_position || ',"record":' || {name} || {end}
    else '{{"op":"delete","position":' || log.feed_position || ',"record":' || {name} || {end} end as line
from log left join record on record.key = cast(log.feed_key as {type})
"""
_RECORDS = """
select feed_key as place, '{{"items":' || items || ',"record":' || {name} || {end} as line
from (
    select {key} as feed_key, {items} as items from {table}
    where {restriction} and {onwards} order by {key} limit %(limit)s::bigint
) log
"""
#: Records come in their order; those found for changes do not.
_PAGE = """
select count(*) as rows, max(place)::text as upto, coalesce(convert_to(string_agg(line, '' {order}), 'UTF8'), ''::bytea) as body
from ({lines}) lines
"""
#: Said before the changes are asked: where the database does not know yet how many there are, it would compare each
#: change with each record.
UNLOOPED = b"set local enable_nestloop = off"


def changes(relation: Relation, feed: Feed, items: Sequence[str], *, by_key: bool) -> sql.Composed:
    """The statement for the changes after a position up to another one, each with its record as it is now.

    A record that is gone by now is a deletion wherever it occurs: what follows says the same, so nothing is lost.
    """
    key = relation.columns[feed.key]
    return _page(
        sql.SQL(_CHANGES).format(
            name=_name(by_key=by_key),
            end=sql.Literal("}\n"),
            changes=feed.changes,
            items=_items(relation, items),
            table=relation.table,
            key=key.expression,
            type=sql.SQL(_TYPES[key.type]),
            restriction=relation.restriction or sql.SQL("true"),
        ),
        order="order by place",
    )


def records(
    relation: Relation,
    feed: Feed,
    items: Sequence[str],
    *,
    by_key: bool,
    narrowed: Sequence[str],
    first: bool,
) -> sql.Composed:
    """The statement for the records after a key (the `first` page: from the beginning), only those that fit a filter."""
    key = relation.columns[feed.key]
    fitting = [
        equals(relation.columns[item], sql.SQL(f"%(filter_{n})s::text")) for n, item in enumerate(narrowed)
    ]
    after = sql.SQL("{} > cast(%(key)s::text as {})").format(key.expression, sql.SQL(_TYPES[key.type]))
    return _page(
        sql.SQL(_RECORDS).format(
            name=_name(by_key=by_key),
            end=sql.Literal("}\n"),
            key=key.expression,
            items=_items(relation, items),
            table=relation.table,
            restriction=relation.restriction or sql.SQL("true"),
            onwards=sql.SQL(" and ").join([*fitting, sql.SQL("true") if first else after]),
        )
    )


def _items(relation: Relation, items: Sequence[str]) -> sql.Composable:
    columns: dict[str, Column] = {item: relation.columns[item] for item in items}
    return reading(columns, items)


def _name(*, by_key: bool) -> sql.Composable:
    """How a record is called: by its key where that is granted, else by a name that only this grant gives it."""
    if by_key:
        return sql.SQL("to_json(log.feed_key::text)::text")
    hashed = "sha256(%(naming)s::bytea || convert_to(log.feed_key::text, 'UTF8'))"
    return sql.SQL(f"concat('\"', encode(substr({hashed}, 1, 16), 'hex'), '\"')")


def _page(lines: sql.Composable, *, order: str = "") -> sql.Composed:
    return sql.SQL(_PAGE).format(lines=lines, order=sql.SQL(order))
