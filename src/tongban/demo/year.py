"""A year of the city, day by day, through the doors: people apply, windows accept, agencies decide, some of it late.

Nothing is written behind the doors and nobody knows what comes: what is begun on one day is gone on with on later ones.
What a door refuses (a person who does not qualify, papers that no register has) happens in cities too, and is counted.
"""

import heapq
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from tongban.cases.api import (
    answer_rating,
    bad_ratings,
    contact_rater,
    get_application,
    my_applications,
    rate_case,
)
from tongban.clocks.api import move_clock
from tongban.demo.city import DEEDS, fill_in, submit
from tongban.demo.models import History
from tongban.demo.packs import CityRun, Happening, HistoryTerms
from tongban.identity.api import find_actor, officers_with, people_usernames
from tongban.journal.api import Actor, last_position
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed, Problem
from tongban.participation.api import (
    OPERATOR,
    answer_order,
    confirm_order,
    desk_of,
    desk_orders,
    dispatch_order,
    inbox,
    my_orders,
    place_order,
)
from tongban.services.api import get_regime
from tongban.supervision.api import explain_card, list_cards, rule_card

#: Working days of a year, and what one working day brings for each thousand people.
DAYS = 250
APPLICATIONS_PER_1000, ORDERS_PER_1000 = 4, 1
#: After how many working days an office goes on with a case: most in time, some late.
_ACCEPTED_AFTER, _GONE_ON_AFTER = (0, 0, 1, 1, 2, 6), (1, 2, 3, 5, 8, 12, 25)
#: What people say of it; 4 and 5 are bad.
_LEVELS = (1, 1, 1, 2, 2, 3, 4, 5)
_RATING, _REFUSING, _SOLVED = 0.3, 0.06, 0.8
_SEED = 20_261_126
_OFFICES = ("examiner", "approver", "window-clerk")


@dataclass(frozen=True)
class DayPlayed:
    """A day that passed: which, what happened on it, how many acts in how many seconds."""

    number: int
    day: date
    happened: Counter[str]
    acts: int
    seconds: float


@dataclass
class _Year:
    """What is still to come, by the number of the working day, and who lives here."""

    people: Sequence[str]
    runs: Sequence[CityRun]
    chance: random.Random
    today: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    ahead: list[tuple[int, int, Callable[[], None]]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def later(self, days: int, deed: Callable[[], None]) -> None:
        """Do something so many working days from today."""
        heapq.heappush(self.ahead, (self.today + days, next(self.numbers), deed))

    def due(self) -> Iterator[Callable[[], None]]:
        """What is to be done today."""
        while self.ahead and self.ahead[0][0] <= self.today:
            yield heapq.heappop(self.ahead)[2]

    def person(self) -> Actor:
        """Somebody."""
        return find_actor(self.chance.choice(self.people))


def play_year(*, days: int = DAYS) -> Iterator[DayPlayed]:
    """Play so many working days; each is told when it is over.

    Raises:
        NotAllowed: no active pack tells a history to draw on.
    """
    runs = [
        run
        for row in History.objects.order_by("code")
        for run in HistoryTerms.model_validate(row.terms).runs
        if run.submitted
    ]
    if not runs:
        raise NotAllowed("没有可以照着过日子的历史；请先启用演示内容包。")
    year = _Year(people_usernames(), runs, random.Random(_SEED))  # noqa: S311 - chance of a play
    for number in range(1, days + 1):
        year.today = number
        begun, before = time.perf_counter(), last_position()
        clock.refresh()
        _play_day(year)
        yield DayPlayed(
            number=number,
            day=clock.today(),
            happened=year.happened,
            acts=last_position() - before,
            seconds=time.perf_counter() - begun,
        )
        year.happened = Counter()
        move_clock(working_days=1, by=year.person())


def _play_day(year: _Year) -> None:
    thousands = len(year.people) / 1000
    for deed in list(year.due()):
        _try(year, deed)
    for _ in range(max(round(APPLICATIONS_PER_1000 * thousands), 1)):
        person, run = year.person(), year.chance.choice(year.runs)
        _try(year, lambda person=person, run=run: _apply(year, person, run))  # type: ignore[misc]
    for _ in range(max(round(ORDERS_PER_1000 * thousands), 1)):
        person = year.person()
        _try(year, lambda person=person: _say(year, person))  # type: ignore[misc]
    _try(year, lambda: _desk(year))
    if year.today % 5 == 0:
        _try(year, lambda: _watch(year))


def _try(year: _Year, deed: Callable[[], None]) -> None:
    """Do it; what a door refuses is counted and the day goes on."""
    try:
        deed()
    except Problem:
        year.happened["没有办成"] += 1


def _apply(year: _Year, person: Actor, run: CityRun) -> None:
    if any(row.title and row.open_cases for row in my_applications(person)):
        return
    number = fill_in(run, person)
    submit(get_application(number, by=person), person)
    year.happened["申请"] += 1
    year.later(year.chance.choice(_ACCEPTED_AFTER), lambda: _go_on(year, person, number))


def _go_on(year: _Year, person: Actor, number: str) -> None:
    """The next step of each case; what is not over comes back another day."""
    view = get_application(number, by=person)
    for case in view.cases:
        if case.final:
            continue
        by = {verb.code: verb.by for verb in get_regime(case.item.regime).verbs}
        words = "材料齐全，符合条件。"
        do = next((one for one in ("accept", "examine", "grant") if one in case.verbs), "")
        if do == "grant" and year.chance.random() < _REFUSING and "refuse" in by:
            do, words = "refuse", "核对的情况不符合这一事项的条件。"
        if do:
            deed = Happening.model_validate({"do": do, "item": case.item.code, "words": words})
            _try(year, lambda deed=deed: DEEDS[deed.do](view, person, deed))  # type: ignore[misc]
            year.happened["办结" if do in {"grant", "refuse"} else "办理"] += 1
    after = get_application(number, by=person)
    if any(not case.final for case in after.cases):
        if year.happened["没有办成"] == 0 or year.chance.random() < _SOLVED:
            year.later(year.chance.choice(_GONE_ON_AFTER), lambda: _go_on(year, person, number))
        return
    for case in after.cases:
        if year.chance.random() < _RATING:
            _try(year, lambda case=case: _rate(year, person, case.number))  # type: ignore[misc]


def _rate(year: _Year, person: Actor, number: str) -> None:
    level = year.chance.choice(_LEVELS)
    rate_case(number=number, level=level, tags=[], words="", by=person)
    year.happened["评价"] += 1
    agency = next(case.agency for case in get_application(number, by=person).cases if case.number == number)
    if level > 3:
        year.happened["差评"] += 1
        year.later(year.chance.choice(_GONE_ON_AFTER), lambda: _mend(year, agency))


def _mend(year: _Year, agency: str) -> None:
    """An officer of the agency who did not handle the case talks to the person and answers."""
    for role in _OFFICES:
        for officer in officers_with(role, agency=agency):
            for row in bad_ratings(officer)[:3]:
                if not row.handled_by_me:
                    contact_rater(rating=row.id, words="电话核实。", seen=None, by=officer)
                    answer_rating(
                        rating=row.id,
                        outcome="mended",
                        words="已经整改，谢谢您指出来。",
                        seen=None,
                        by=officer,
                    )
                    year.happened["答复差评"] += 1


def _say(year: _Year, person: Actor) -> None:
    run = year.chance.choice(year.runs)
    kind = year.chance.choice(("consult", "stuck", "help", "complaint", "advice"))
    place_order(order_class=kind, words=f"想问「{run.matter}」怎么办，窗口没有说清楚。", by=person)
    year.happened["诉求"] += 1
    year.later(year.chance.choice(_GONE_ON_AFTER), lambda: _confirm(year, person))


def _desk(year: _Year) -> None:
    """The desk sends on what came in; some days it does not come to all."""
    agency, _phone = desk_of()
    operator = officers_with(OPERATOR, agency=agency)[0]
    for row in desk_orders(by=operator)[: year.chance.randrange(3, 9)]:
        to = row.suggested or year.chance.choice(("lanchuan.approval", "lanchuan.fire", "lanchuan.hrss"))
        dispatch_order(
            order=row.id,
            agency=to,
            order_class=row.order_class,
            urgency=row.urgency,
            seen=row.version,
            by=operator,
        )
        year.later(year.chance.choice(_GONE_ON_AFTER), lambda to=to: _reply(year, to))  # type: ignore[misc]


def _reply(year: _Year, agency: str) -> None:
    officer = officers_with("approver", agency=agency)[0]
    for row in inbox(by=officer)[:2]:
        if row.origin != "rating" or row.reopened:
            words = "已经联系您说明办理条件，并请窗口改进告知。"
            answer_order(order=row.id, words=words, seen=row.version, by=officer)
            year.happened["答复诉求"] += 1


def _confirm(year: _Year, person: Actor) -> None:
    for row in my_orders(person):
        if row.state == "answered":
            solved = year.chance.random() < _SOLVED
            confirm_order(
                order=row.id, solved=solved, words="" if solved else "还是没有解决。", seen=None, by=person
            )


def _watch(year: _Year) -> None:
    """Once a week agencies explain their cards, and a supervisor finds."""
    supervisor = officers_with("supervisor", agency="lanchuan.data")[0]
    for card in list_cards(by=supervisor, state="explained", limit=20):
        confirmed = year.chance.random() < _SOLVED
        words = "说明和账目不符，认定。" if confirmed else "说明属实，不予认定。"
        rule_card(card=card.id, confirmed=confirmed, words=words, seen=None, by=supervisor)
        year.happened["认定监察牌"] += confirmed
    for card in list_cards(by=supervisor, state="proposed", limit=20):
        for officer in officers_with("approver", agency=card.owner)[:1]:
            words = f"{card.rule}：当时件多人少，已经安排人手。"
            _try(year, lambda card=card, officer=officer, words=words: _explain(card.id, words, officer))  # type: ignore[misc]


def _explain(card: int, words: str, officer: Actor) -> None:
    explain_card(card=card, words=words, seen=None, by=officer)
