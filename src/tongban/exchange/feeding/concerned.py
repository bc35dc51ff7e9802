"""Whom the pages of feeds were about: a person's number is joined to what each page held (design 2).

A page's entry has no part of anybody; ten thousand parts would say ten thousand times what register, filter and as-of
say once. Her record is looked for where it stands now, and among the changes since: where it was changed after a page
was given, nobody knows any more whether a filter left it in, and she is told that it may have been.
"""

from collections.abc import Mapping
from functools import lru_cache
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef
from psycopg import sql

from tongban.exchange.answering.plan import bound
from tongban.exchange.feeding.models import FedPage
from tongban.exchange.models import Binding
from tongban.exchange.ports import FeedSource, source_of
from tongban.identity.api import subject_numbers
from tongban.kernel import clock
from tongban.kernel.errors import NotFound

#: A change is placed a little after it was committed: an insertion placed within a minute of a page may have been in it.
_OF_RESOURCE = """
select entry, certain from (
    with held as (
        select {key} as key, {closed} as closed from {table} where ({mine}) and {restriction}
    ), named as (
        select key from held union select number from unnest(%(numbers)s::text[]) number
    )
    select page.entry, later.op is null and kept.reaches as certain
    from exchange_fed_page page
    join named on named.key > page.after_key and named.key <= page.upto_key
    cross join lateral (
        select page.as_of = 0 or exists (select from {changes} log where feed_position = page.as_of) as reaches
    ) kept
    left join held on held.key = named.key
    left join lateral (
        select feed_op as op, feed_at as at from {changes} log
        where feed_key = named.key and feed_position > page.as_of order by feed_position limit 1
    ) later on true
    where page.resource = {resource} and page.form = 'batch' and case
        when later.op is null then held.key is not null and (held.closed @> page.narrowed or not kept.reaches)
        else later.op <> 'insert' or later.at <= page.given_at + interval '1 minute' end
    union all
    select page.entry, true from exchange_fed_page page
    where page.resource = {resource} and page.form = 'changes' and exists (
        select from {changes} log join named on named.key = log.feed_key
        where feed_position > page.after and feed_position <= page.upto)
) found
"""


def note_page(
    entry: UUID,
    *,
    resource: str,
    form: str,
    narrowed: Mapping[str, str],
    as_of: int,
    positions: tuple[int, int],
    keys: tuple[str, str],
) -> None:
    """Keep what a page held, in the transaction of its entry; `positions` and `keys` are before the first and the last."""
    FedPage.objects.create(
        entry=entry,
        resource=resource,
        form=form,
        narrowed=dict(narrowed),
        as_of=as_of,
        after=positions[0],
        upto=positions[1],
        after_key=keys[0],
        upto_key=keys[1],
        given_at=clock.now(),
    )


def pages_about(subject: UUID) -> dict[UUID, bool]:
    """The entries of pages that held a record of a person or firm; False: it may have been in, it was changed since.

    Registers whose key is her number, or whose binding says which column is. Four queries, however many pages.
    """
    try:
        numbers = subject_numbers([subject])
    except NotFound:
        return {}
    fed = Binding.objects.filter(Exists(FedPage.objects.filter(resource=OuterRef("pk")))).order_by("pk")
    rows = fed.values_list("pk", "version")
    asked = [part for resource, version in rows if (part := _part(resource, version))]
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" union all ").join(asked), {"numbers": numbers})
        found: dict[UUID, bool] = {}
        for entry, certain in cursor.fetchall():
            found[entry] = certain or found.get(entry, False)
        return found


@lru_cache(512)
def _part(resource: str, version: int) -> sql.Composable | None:
    """The statement for one resource, as of a version of its binding; None where nobody's number finds a record."""
    held = bound(resource, version)
    source = source_of(held.adapter)
    if not isinstance(source, FeedSource):
        return None
    relation, feed = held.relation, source.feed(held.target)
    named = {name: relation.columns[name] for name in (feed.key, held.subject_key) if name}
    if relation.columns[feed.key].type != "string":
        return None
    closed = [
        part
        for name in feed.closed
        for part in (sql.Literal(name), sql.SQL("({})::text").format(relation.columns[name].expression))
    ]
    return sql.SQL(_OF_RESOURCE).format(
        key=relation.columns[feed.key].expression,
        closed=sql.SQL("jsonb_build_object({})").format(sql.SQL(", ").join(closed)),
        table=relation.table,
        restriction=relation.restriction or sql.SQL("true"),
        mine=sql.SQL(" or ").join(
            sql.SQL("{} = any(%(numbers)s::text[])").format(one.expression)
            for one in named.values()
            if one.type == "string"
        ),
        changes=feed.changes,
        resource=sql.Literal(resource),
    )
