"""Search over bundles, items and listed items, in the database, with a bounded amount of work for each query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tongban.kernel import clock
from tongban.kernel.grams import Unit, lone_characters, query_units, weigh
from tongban.services.models import Gram, Unanswered

#: A hit holds at least this share of what was asked, each piece counted by how rare it is.
COVER_MIN = 0.45
#: Entries that are ranked in the end; nobody turns twenty-five pages.
RANKED_MAX = 500
NEAREST = 3

_RANK = """
with asked as (
    select * from unnest(%(grams)s::text[], %(places)s::int[], %(gains)s::float8[], %(parts)s::float8[])
        as asked (gram, place, gain, part)
), held as (
    select entry_id, place, max(weight * gain) as gain, max(part) as part
    from asked join services_posting using (gram) group by entry_id, place
), best as (
    select entry_id, sum(gain) as gain, least(sum(part), 1) as cover
    from held group by entry_id having sum(part) >= %(least)s
    order by sum(gain) * power(least(sum(part), 1), 2) desc, entry_id limit %(ranked)s
), ranked as (
    select entry.*, round(gain * cover * cover * favour)::bigint as score
    from best join services_search_entry as entry on entry.id = entry_id
    where coalesce(valid_from <= %(today)s, true) and coalesce(valid_to > %(today)s, true)
)
select kind, code, title, summary, agency, area, score, id from ranked
"""
_ORDERS = {
    "first": "order by score desc, id limit %(limit)s",
    "after": "where (-score, id) > (%(score)s, %(id)s) order by score desc, id limit %(limit)s",
    "before": "where (-score, id) < (%(score)s, %(id)s) order by score, id desc limit %(limit)s",
}


@dataclass(frozen=True)
class Hit:
    """A search result: a bundle, an item, or a `listed` item, whose code is its number here."""

    kind: str
    code: str
    title: str
    summary: str
    agency: str = ""
    area: str = ""
    score: int = 0
    entry: int = 0

    @property
    def key(self) -> str:
        """Where the hit stands in its order, for the page before or after it."""
        return f"{self.score}-{self.entry}"


@dataclass(frozen=True)
class Found:
    """A page of hits, and the keys to go on from; where nothing is found, what is `nearest`."""

    hits: tuple[Hit, ...] = ()
    nearest: tuple[Hit, ...] = ()
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class UnansweredWords:
    """Words that found nothing, and how often."""

    words: str
    times: int


def search(query: str, *, limit: int = 20, after: str = "", before: str = "") -> Found:
    """What people's own words find, best first: two queries, whatever the number of entries.

    Ranking. The query is cut into pairs of characters (`grams`). Each pair that an entry holds counts its rarity (BM25's
    idf over all entries) times its weight there (title and aliases three times the rest; short fields more), less where
    it is held only by sound (a homophone typo, or pinyin typed) or with a character more, less or different between.
    The sum is multiplied by the square of the share of the query that is held, so that three of four words beat one word thrice, and
    by a favour for the city's own bundles and items. A title or alias that is the whole query, in characters, pinyin or
    initials, stands above. An entry that holds less than `COVER_MIN` of the query is no hit.

    Pairs are read rarest first, up to `grams.POSTINGS_MAX` postings; the best `RANKED_MAX` entries are ranked. `after` and
    `before` are keys of hits; a key that is none counts as the beginning.
    """
    asked = _weigh(query_units(query))
    if asked is None:
        return Found(nearest=_nearest(query))
    way, place = next(
        ((w, p) for w, p in (("after", _key(after)), ("before", _key(before))) if p), ("first", None)
    )
    hits = _ranked(asked, way=way, place=place or (0, 0), least=COVER_MIN, limit=limit + 1)
    more, hits = len(hits) > limit, hits[:limit]
    if way == "before":
        hits.reverse()
    if not hits:
        return Found(nearest=_nearest(query) if way == "first" else ())
    goes_back, goes_on = (more, True) if way == "before" else (way == "after", more)
    return Found(tuple(hits), (), hits[0].key if goes_back else "", hits[-1].key if goes_on else "")


def list_unanswered(*, limit: int = 50) -> list[UnansweredWords]:
    """Words that found nothing, the most frequent first."""
    rows = Unanswered.objects.order_by("-times", "words")[:limit]
    return [UnansweredWords(row.words, row.times) for row in rows]


def _nearest(query: str) -> tuple[Hit, ...]:
    """What holds most of the single characters, where no pair is held well enough."""
    asked = _weigh([*query_units(query), *lone_characters(query)])
    if asked is None:
        return ()
    return tuple(_ranked(asked, way="first", place=(0, 0), least=0.0, limit=NEAREST))


def _weigh(units: Sequence[Unit]) -> Mapping[str, list[Any]] | None:
    """The grams to read with what each is worth; None where no entry holds any of them. One query."""
    counts = Gram.objects.filter(gram__in={"", *(unit.gram for unit in units)}).values_list("gram", "entries")
    return weigh(units, dict(counts))


def _ranked(
    asked: Mapping[str, list[Any]], *, way: str, place: tuple[int, int], least: float, limit: int
) -> list[Hit]:
    given: dict[str, Any] = {
        **asked,
        "least": least,
        "ranked": RANKED_MAX,
        "today": clock.today(),
        "score": -place[0],
        "id": place[1],
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RANK + _ORDERS[way], given)
        return [Hit(*row) for row in cursor.fetchall()]


def _key(text: str) -> tuple[int, int] | None:
    """Score and entry of a key; None for what is no key."""
    score, _mark, entry = text.partition("-")
    if not (score.isascii() and score.isdigit() and entry.isascii() and entry.isdigit()):
        return None
    return (int(score), int(entry)) if len(score) < 16 and len(entry) < 16 else None
