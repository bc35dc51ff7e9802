"""Search over the catalogue by word, item, agency, class and sharing type; two queries, a bounded amount of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tongban.catalogue.models import Entry, Gram, Unanswered
from tongban.kernel import clock
from tongban.kernel.grams import query_units, weigh

COVER_MIN = 0.45
RANKED_MAX = 500

#: Postings read for a query; of a gram at most so many: the heaviest, which are those of titles.
POSTINGS_MAX = 5_000

#: Filters stand beside the postings, before any limit, so that a narrow one loses nothing; what may not be shown is a
#: short list, read once.
_RANK = """
with asked as (
    select * from unnest(%(grams)s::text[], %(places)s::int[], %(gains)s::float8[], %(parts)s::float8[])
        as asked (gram, place, gain, part)
), held as (
    select entry_id, place, max(weight * gain) as gain, max(part) as part
    from asked cross join lateral (
        select entry_id, weight from catalogue_posting {narrowed}
        where gram = asked.gram {filters}
            and (not %(public)s or entry_id not in (select id from catalogue_entry where not public))
        order by weight desc, entry_id desc limit %(postings)s
    ) as heaviest group by entry_id, place
), best as (
    select entry_id, round(sum(gain) * power(least(sum(part), 1), 2))::bigint as score
    from held group by entry_id having sum(part) >= %(least)s order by score desc, entry_id limit %(ranked)s
)
select entry.id, resource_id, title, left(summary, 160), agency, agency_name, category, sharings, score
from best join catalogue_entry as entry on entry.id = entry_id
where (-score, entry.id) > (%(score)s, %(id)s) order by score desc, entry.id limit %(limit)s
"""
_LIST = """
select id, resource_id, title, left(summary, 160), agency, agency_name, category, sharings, 0 from catalogue_entry
where (public or not %(public)s) {filters} and (title, id) > (%(title)s, %(id)s) order by title, id limit %(limit)s
"""
UNANSWERED_MAX = 10_000
_SCORE_MAX = 10**15


@dataclass(frozen=True)
class Asked:
    """What is looked for; empty fields do not narrow. `agency` and `category` are codes; a class takes all below it."""

    words: str = ""
    agency: str = ""
    category: str = ""
    sharing: str = ""
    #: Only entries that everybody may see.
    public: bool = True


@dataclass(frozen=True)
class ResourceHit:
    """A resource found."""

    code: str
    title: str
    summary: str
    agency: str
    agency_name: str
    category: str
    sharings: tuple[str, ...]


@dataclass(frozen=True)
class ResourcesFound:
    """A page of hits and the key to go on from; empty where there is no more."""

    hits: tuple[ResourceHit, ...] = ()
    after: str = ""


def search_resources(asked: Asked, *, limit: int = 20, after: str = "") -> ResourcesFound:
    """Resources that hold the words, best first; without words all of them by title. Paged by key.

    Words are looked up as in the search for items: pairs of characters, sounds, whole titles; titles weigh thrice what
    item names, summary and agency weigh. A key that is none begins at the beginning.
    """
    filters, given = _filters(asked)
    given["limit"] = limit + 1
    number, rest = _key(after)
    if asked.words:
        units = query_units(asked.words)
        counts = Gram.objects.filter(gram__in={"", *(unit.gram for unit in units)})
        wanted = weigh(units, dict(counts.values_list("gram", "entries")), most=POSTINGS_MAX)
        if wanted is None:
            return ResourcesFound()
        # Of one gram alone the heaviest are the best; of several any may be best together.
        postings = POSTINGS_MAX if len(wanted["grams"]) > 1 else RANKED_MAX
        given |= {**wanted, "least": COVER_MIN, "ranked": RANKED_MAX, "postings": postings}
        entry = int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 16 else 0
        given |= {"score": -number if entry else -_SCORE_MAX, "id": entry}
        statement = _RANK
    else:
        given |= {"title": rest, "id": number}
        statement = _LIST
    with connection.cursor() as cursor:
        narrowed = "join catalogue_entry as entry on entry.id = entry_id" if filters else ""
        cursor.execute(statement.format(filters=filters, narrowed=narrowed), given)
        rows = cursor.fetchall()
    hits = tuple(_hit(row) for row in rows[:limit])
    more = ""
    if len(rows) > limit:
        last = rows[limit - 1]
        more = f"{last[8]}-{last[0]}" if asked.words else f"{last[0]}-{last[2]}"
    return ResourcesFound(hits, more)


def providers(*, public: bool = True) -> list[str]:
    """The codes of the agencies that offer something (`public`: to everybody)."""
    rows = (
        Entry.objects.filter(public__in=[True] if public else [True, False])
        .order_by("agency")
        .values_list("agency", flat=True)
    )
    return list(rows.distinct())


def _hit(row: Sequence[Any]) -> ResourceHit:
    _entry, code, title, summary, agency, agency_name, category, sharings, _score = row
    return ResourceHit(code, title, summary, agency, agency_name, category, tuple(sharings))


def note_unanswered_words(words: str) -> None:
    """Count words, cleaned by `kept_words`, that found no resource: demand, of nobody; a full list takes no new line."""
    if not words:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into catalogue_unanswered as held (words, times, first_on, last_on)"
            " select %(words)s, 1, %(today)s, %(today)s"
            " where (select count(*) from catalogue_unanswered) < %(most)s"
            " or exists (select from catalogue_unanswered where words = %(words)s)"
            " on conflict (words) do update set times = held.times + 1, last_on = excluded.last_on",
            {"words": words, "today": clock.today(), "most": UNANSWERED_MAX},
        )


def list_demand(*, limit: int = 100) -> list[tuple[str, int]]:
    """Words that found no resource and how often, the most frequent first."""
    return list(Unanswered.objects.order_by("-times", "words").values_list("words", "times")[:limit])


def _filters(asked: Asked) -> tuple[str, dict[str, Any]]:
    """Conditions over the entry, joined; the texts are constants of this module."""
    parts: list[str] = []
    given: dict[str, Any] = {"public": asked.public}
    if asked.agency:
        parts.append("agency = %(agency)s")
        given["agency"] = asked.agency
    if asked.category:
        parts.append("starts_with(category, %(category)s)")
        given["category"] = asked.category
    if asked.sharing:
        parts.append("sharings @> array[%(sharing)s]")
        given["sharing"] = asked.sharing
    return "".join(f" and {part}" for part in parts), given


def _key(text: str) -> tuple[int, str]:
    """The number and the rest of a key; nothing for what is no key."""
    first, mark, rest = text.partition("-")
    return (
        (int(first), rest) if mark and first.isascii() and first.isdigit() and len(first) < 16 else (-1, "")
    )
