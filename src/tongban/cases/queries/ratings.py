"""Ratings: of one case, those an agency has to answer, and what an item was rated and how it was handled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from tongban.cases.access import application_of, own_application
from tongban.cases.actions.rate import handlers_of
from tongban.cases.models import BAD_FROM, Rating, RatingLevel
from tongban.clocks.api import Reading, limit_of, read_clock
from tongban.identity.api import get_agency
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotFound

#: Newest handlings of an item that its figures are of: a bounded amount of work.
SAMPLE = 1000
#: Fewer ratings than this say nothing of an item, and may say something of a person.
LEAST = 5


@dataclass(frozen=True)
class LevelView:
    """A level with its words; `bad` ones are answered for."""

    level: int
    title: str
    tags: tuple[str, ...]
    bad: bool


@dataclass(frozen=True)
class RatingView:
    """A rating with what became of it; the clocks are those of a bad one that still run."""

    id: UUID
    case: str
    title: str
    agency: str
    agency_name: str
    level: int
    level_title: str
    bad: bool
    tags: tuple[str, ...]
    words: str
    rated_on: date
    contact_due_on: date | None
    contacted_on: date | None
    contact_words: str
    mend_due_on: date | None
    answered_on: date | None
    outcome: str
    answer: str
    again_level: int | None
    again_title: str
    again_words: str
    again_on: date | None
    version: int
    contact_clock: Reading | None
    mend_clock: Reading | None
    handled_by_me: bool = False

    @property
    def due_on(self) -> date | None:
        """What is due next: the talk, else the answer."""
        if self.answered_on or not self.bad:
            return None
        return self.mend_due_on if self.contacted_on else self.contact_due_on


@dataclass(frozen=True)
class ItemFigures:
    """How an item was handled and rated, of its newest `cases`; `None` where there is too little to say."""

    cases: int
    days_used: float | None
    visits: float | None
    asked: float | None
    fetched: float | None
    replaced: float | None
    uploaded: float | None
    ratings: int
    by_level: tuple[tuple[str, int], ...]
    content: float | None
    bad: int
    contacted_in_time: int
    answered_in_time: int
    open: int


def rating_levels() -> list[LevelView]:
    """The five levels, the best first."""
    return [
        LevelView(row.level, row.title, tuple(row.tags), row.level >= BAD_FROM)
        for row in RatingLevel.objects.order_by("level")
    ]


def rating_of_case(number: str, *, by: Actor) -> RatingView | None:
    """What the person said of one handling of hers; None if she said nothing.

    Raises:
        NotFound: it is somebody else's.
    """
    application = own_application(application_of(number), by, in_person=True)
    row = Rating.objects.select_related("case").filter(case=number, case__application=application).first()
    return _view(row, _titles(), get_agency(row.agency).name) if row else None


def rated_cases(numbers: Sequence[str]) -> dict[str, int]:
    """Of these cases those that are rated, with their level. One query."""
    return dict(Rating.objects.filter(case__in=numbers).values_list("case", "level"))


def get_rating(rating: UUID, *, by: Actor) -> RatingView:
    """A rating for an officer of the agency that it is about.

    Raises:
        NotFound: there is none, or it is about another agency; told alike.
    """
    row = Rating.objects.select_related("case").filter(pk=rating, agency=by.agency).first()
    if row is None or by.kind != "officer":
        raise NotFound("没有这条评价，或者它说的不是贵部门。")
    return _view(row, _titles(), get_agency(row.agency).name, mine=by.key in handlers_of(row.case_id))


def bad_ratings(by: Actor, *, after: tuple[date, UUID] | None = None, limit: int = 50) -> list[RatingView]:
    """Bad ratings that an officer's agency has still to answer, the soonest due first."""
    rows = Rating.objects.select_related("case").filter(
        agency=by.agency, level__gte=BAD_FROM, answered_on=None
    )
    if after:
        due_on, last = after
        rows = rows.filter(mend_due_on__gte=due_on).exclude(mend_due_on=due_on, id__lte=last)
    titles, name = _titles(), get_agency(by.agency).name
    return [_view(row, titles, name) for row in rows.order_by("mend_due_on", "id")[:limit]]


_HANDLED = """
with newest as (
    select number, application_id, item, accepted_on, decided_on from cases_case
    where item = %(item)s and decided_on is not null and accepted_on is not null
    order by decided_on desc limit %(sample)s
), counted as (
    select newest.number, decided_on - accepted_on as days, count(handed.id) as asked,
        count(*) filter (where handed.document is null and handed.outcome <> 'paper'
            and handed.kind in ('fetched', 'certificate')) as fetched,
        count(*) filter (where handed.kind in ('promise', 'template')) as replaced,
        count(*) filter (where handed.document is not null or handed.outcome = 'paper') as uploaded,
        bool_or(application.channel = 'window')::int as visits
    from newest join cases_application application on application.number = newest.application_id
        left join cases_handed handed
            on handed.application_id = newest.application_id and handed.needed_by @> array[newest.item]
    group by newest.number, decided_on, accepted_on
)
select count(*), avg(days), avg(visits), avg(asked), avg(fetched), avg(replaced), avg(uploaded) from counted
"""


def item_figures(item: str) -> ItemFigures:
    """How an item was handled and rated lately. Four queries, however many cases there are.

    A rating counts by its second level where the person followed it; one found unfounded does not count.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HANDLED, {"item": item, "sample": SAMPLE})
        cases, *found = cursor.fetchone() or (0, *[None] * 6)
    rows = list(
        Rating.objects.filter(item=item)
        .order_by("-rated_on", "-id")
        .values_list(
            "level", "again_level", "outcome", "contact_due_on", "contacted_on", "mend_due_on", "answered_on"
        )[:SAMPLE]
    )
    counted = [again or level for level, again, outcome, *_days in rows if outcome != "unfounded"]
    bad = [days for level, _again, _outcome, *days in rows if level >= BAD_FROM]
    titles = _titles()
    means = [None if one is None else float(one) for one in found]
    return ItemFigures(
        cases=cases,
        days_used=means[0],
        visits=means[1],
        asked=means[2],
        fetched=means[3],
        replaced=means[4],
        uploaded=means[5],
        ratings=len(counted),
        by_level=tuple((title, counted.count(level)) for level, title in titles.items()),
        content=sum(level < BAD_FROM for level in counted) / len(counted) if len(counted) >= LEAST else None,
        bad=len(bad),
        contacted_in_time=sum(bool(talked and due and talked <= due) for due, talked, _until, _done in bad),
        answered_in_time=sum(bool(done and until and done <= until) for _due, _talked, until, done in bad),
        open=sum(done is None for *_others, done in bad),
    )


def rated_items() -> list[tuple[str, int]]:
    """The items that were rated at least `LEAST` times, with how often."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select item, count(*) from cases_rating group by item having count(*) >= %s order by item",
            [LEAST],
        )
        return [(str(item), int(count)) for item, count in cursor.fetchall()]


def _titles() -> dict[int, str]:
    return dict(RatingLevel.objects.order_by("level").values_list("level", "title"))


def _view(row: Rating, titles: dict[int, str], agency_name: str, *, mine: bool = False) -> RatingView:
    bad = row.level >= BAD_FROM
    return RatingView(
        id=row.id,
        case=row.case_id,
        title=row.case.title,
        agency=row.agency,
        agency_name=agency_name,
        level=row.level,
        level_title=titles[row.level],
        bad=bad,
        tags=tuple(row.tags),
        words=row.words,
        rated_on=row.rated_on,
        contact_due_on=row.contact_due_on,
        contacted_on=row.contacted_on,
        contact_words=row.contact_words,
        mend_due_on=row.mend_due_on,
        answered_on=row.answered_on,
        outcome=row.outcome,
        answer=row.answer,
        again_level=row.again_level,
        again_title=titles[row.again_level] if row.again_level else "",
        again_words=row.again_words,
        again_on=row.again_on,
        version=row.version,
        contact_clock=_clock("rating-contact", row.rated_on, row.contacted_on) if bad else None,
        mend_clock=_clock("rating-mend", row.rated_on, row.answered_on) if bad else None,
        handled_by_me=mine,
    )


def _clock(code: str, start: date, stopped_on: date | None) -> Reading:
    return read_clock(limit_of(code, on=start), start, as_of=clock.today(), stopped_on=stopped_on)
