"""The public scoreboard: rates with their denominators, small groups hidden; every figure names its formula and months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from tongban.kernel import clock
from tongban.supervision.facts import COUNTS
from tongban.supervision.models import Card, ScoringRow
from tongban.supervision.schema import LEVELS, RuleTerms, Scoring

MONTHS = 12


@dataclass(frozen=True)
class Score:
    """What is counted of a group: `hidden` where it is too small to be shown. `counts` are those of a tally."""

    agency: str
    item: str
    month: date | None
    hidden: bool
    counts: dict[str, int]

    def rate(self, numerator: str, denominator: str) -> float | None:
        """A quotient of two counts; None where nothing was counted or the group is hidden."""
        below = self.counts[denominator]
        return None if self.hidden or not below else self.counts[numerator] / below


@dataclass(frozen=True)
class Quarter:
    """An agency's points in a quarter: what it began with, what confirmed cards took, and its grade."""

    agency: str
    points: int
    grade: str
    cases: int
    cards: Sequence[tuple[Card, int]]


def scores(
    *, by: str, agency: str = "", item: str = "", months: int = MONTHS, until: date | None = None
) -> list[Score]:
    """Counts of the last months by `agency`, `item` or `month`, in the order of codes or months; one statement."""
    last = (until or clock.today()).replace(day=1)
    first = months_before(last, months - 1)
    group = {
        "agency": "agency, '', null::date",
        "item": "agency, item, null::date",
        "month": "'', '', month",
    }[by]
    sums = ", ".join(f"sum({name})" for name in COUNTS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {group}, {sums} from supervision_tally where month between %s and %s"  # noqa: S608
            " and (%s = '' or agency = %s) and (%s = '' or item = %s) group by 1, 2, 3 having sum(decided) > 0"
            " order by 1, 2, 3 desc",
            [first, last, agency, agency, item, item],
        )
        rows = cursor.fetchall()
    hidden = _hidden([row[3] for row in rows])
    return [
        Score(row[0], row[1], row[2], place in hidden, dict(zip(COUNTS, map(int, row[3:]), strict=True)))
        for place, row in enumerate(rows)
    ]


def _hidden(sizes: Sequence[int]) -> set[int]:
    """The places of groups that are too small; where it is one alone also the next, or a sum would give it away."""
    least = scoring().least_cases
    small = {place for place, size in enumerate(sizes) if size < least}
    if len(small) == 1 and len(sizes) > 1:
        small.add(min((place for place in range(len(sizes)) if place not in small), key=lambda n: sizes[n]))
    return small


def scoring() -> Scoring:
    """How quarters are scored, as the pack says."""
    return Scoring.model_validate(ScoringRow.objects.get(pk=1).terms)


def quarter(first: date) -> list[Quarter]:
    """Points and grades of the quarter that begins on `first`, of agencies with enough cases; three queries."""
    terms = scoring()
    end = months_before(first, -3)
    taken: dict[str, list[tuple[Card, int]]] = {}
    rows = Card.objects.filter(state__in=["confirmed", "published"])
    for card in (
        rows.filter(breach_at__date__gte=first, breach_at__date__lt=end).select_related("rule").order_by("pk")
    ):
        level = RuleTerms.model_validate(card.rule.terms).level(card.level)
        taken.setdefault(card.owner, []).append((card, level.points if level else 0))
    cases = {
        one.agency: one.counts["decided"]
        for one in scores(by="agency", months=3, until=months_before(end, 1))
    }
    found = []
    for agency in sorted(cases.keys() | taken.keys()):
        cards = taken.get(agency, [])
        points = max(terms.begins_with - sum(each for _card, each in cards), 0)
        enough = cases.get(agency, 0) >= terms.least_cases
        grades = sorted(terms.grades, key=lambda one: one.from_points, reverse=True)
        grade = next((one.title for one in grades if points >= one.from_points), "") if enough else ""
        found.append(Quarter(agency, points, grade, cases.get(agency, 0), cards))
    return found


def card_counts(*, since: date) -> dict[str, tuple[int, int]]:
    """By agency the yellow and the red cards published since a day that were not withdrawn; one statement."""
    found: dict[str, tuple[int, int]] = {}
    rows = Card.objects.filter(state="published", breach_at__date__gte=since)
    for agency, level in rows.order_by("agency").values_list("agency", "level"):
        yellow, red = found.get(agency, (0, 0))
        found[agency] = (yellow + (LEVELS[level] == "yellow"), red + (LEVELS[level] == "red"))
    return found


def months_before(first: date, months: int) -> date:
    """The first day of the month so many months before (negative: after) that of `first`."""
    number = first.year * 12 + first.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
