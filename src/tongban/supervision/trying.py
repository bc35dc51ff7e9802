"""What a drafted rule would have done: past acts go through it in memory, nothing is written, nobody is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.journal.api import EntryView, entries_of_kinds
from tongban.kernel import clock
from tongban.kernel.sentences import Sentence, say
from tongban.supervision.book import Rulebook, held
from tongban.supervision.following import CASE_KINDS, Following
from tongban.supervision.models import Rule
from tongban.supervision.moments import midnight
from tongban.supervision.telling import YELLOW
from tongban.supervision.watches import Watched

#: Entries that a trial reads at most; the pages it reads them in; the cards that it shows.
ENTRIES_MAX, PAGE, ROWS = 300_000, 5000, 50
#: From so many objects on, so large a share of cards means that the rule hits nearly everything.
MANY, NEARLY_ALL = 10, 0.9


@dataclass(frozen=True)
class TrialAgency:
    """What a rule would have meant for one agency."""

    agency: str
    watched: int
    yellow: int
    red: int


@dataclass(frozen=True)
class TrialRow:
    """A card that would have been proposed."""

    object: str
    agency: str
    due_on: str
    level: int
    breach_at: str


@dataclass(frozen=True)
class Trial:
    """A rule's trial: the stretch, what it read, what it saw, what it would have proposed, newest cards first."""

    since: date
    until: date
    entries: int
    whole: bool
    agencies: Sequence[TrialAgency]
    rows: Sequence[TrialRow]

    @property
    def watched(self) -> int:
        """Objects that it saw begin."""
        return sum(one.watched for one in self.agencies)

    @property
    def yellow(self) -> int:
        """Yellow cards it would have proposed."""
        return sum(one.yellow for one in self.agencies)

    @property
    def red(self) -> int:
        """Red cards it would have proposed."""
        return sum(one.red for one in self.agencies)

    @property
    def matches_nothing(self) -> bool:
        """It saw no object at all."""
        return self.watched == 0

    @property
    def matches_everything(self) -> bool:
        """Nearly each object would have had a card."""
        return self.watched >= MANY and self.yellow + self.red >= NEARLY_ALL * self.watched

    @property
    def warning(self) -> Sentence | str:
        """What is strange about it, in one sentence; empty where nothing is."""
        if self.matches_nothing:
            return "试算的这段时间里一件也没有盯到。请核对开始计时的动作和条件，或者把时间放长。"
        if self.matches_everything:
            return say(
                "盯到的 {n} 件里有 {cards} 件要发牌，几乎件件都发。请核对时限和条件。",
                n=self.watched,
                cards=self.yellow + self.red,
            )
        if not self.yellow + self.red:
            return say("盯到 {n} 件，一张牌也不会发。启用以后多半也看不见它。", n=self.watched)
        return ""


def try_terms(rule: Rule, *, since: date, until: date) -> Trial:
    """Run a rule over what was recorded from one day to before another, as if it had been in force all the time."""
    rule.valid_from, rule.valid_to = since, None
    terms = held(rule)
    following = Following(Rulebook([terms], {}), {}, {})
    kinds = terms.terms.kinds | frozenset(CASE_KINDS)
    read, whole = 0, True
    for entries in _pages(kinds, since, until):
        for entry in entries:
            following.take(entry, {})
        read += len(entries)
        if read >= ENTRIES_MAX:
            whole = False
            break
    end = min(midnight(until), clock.now())
    return _trial(following.changes(), since, until, end, read, whole=whole)


def trial_of(said: dict[str, Any]) -> Trial:
    """A trial as it was kept with its draft."""
    return Trial(
        since=date.fromisoformat(said["since"]),
        until=date.fromisoformat(said["until"]),
        entries=said["entries"],
        whole=said["whole"],
        agencies=[TrialAgency(**one) for one in said["agencies"]],
        rows=[TrialRow(**one) for one in said["rows"]],
    )


def _pages(kinds: frozenset[str], since: date, until: date) -> Iterator[Sequence[EntryView]]:
    last = 0
    while True:
        found = entries_of_kinds(kinds, since=midnight(since), until=midnight(until), after=last, limit=PAGE)
        if not found:
            return
        yield found
        last = found[-1].position or 0


def _trial(
    watches: Sequence[Watched], since: date, until: date, end: datetime, read: int, *, whole: bool
) -> Trial:
    counts: dict[str, list[int]] = {}
    rows: list[tuple[datetime, TrialRow]] = []
    for one in watches:
        if one.began_at is None:
            continue
        level = one.reached(end)
        held_counts = counts.setdefault(one.agency, [0, 0, 0])
        held_counts[0] += 1
        if level >= YELLOW:
            held_counts[level - 1] += 1
            at = one.moment_of(level) or one.began_at
            words = f"{clock.local(at):%Y-%m-%d %H:%M}"
            due = one.due_on.isoformat() if one.due_on else ""
            rows.append((at, TrialRow(one.object, one.agency, due, level, words)))
    rows.sort(key=lambda pair: pair[0], reverse=True)
    return Trial(
        since=since,
        until=until,
        entries=read,
        whole=whole,
        agencies=[TrialAgency(agency, *three) for agency, three in sorted(counts.items())],
        rows=[row for _at, row in rows[:ROWS]],
    )
