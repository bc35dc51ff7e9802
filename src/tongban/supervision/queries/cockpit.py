"""The cockpit: five dimensions as five rows; every number opens into formula, numerator, denominator, rows, worst causes.

The five names are public (国脉五维); their indicators are our own operationalisation and say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.supervision.facts import COUNTS
from tongban.supervision.models import COCKPIT_RULES
from tongban.supervision.queries.scoreboard import months_before

#: Months of the figure, and of the one before it that the trend compares with.
MONTHS = 3
WORST = 3


@dataclass(frozen=True)
class Indicator:
    """An indicator: `above` and `below` are counts of a tally, or `watch` is the rule whose watches ended in time.

    `missed`: who misses most is worst; where it is false, who adds most to `above`. A share is shown in percent.
    """

    code: str
    dimension: str
    title: str
    formula: str
    above: str = ""
    below: str = ""
    watch: str = ""
    missed: bool = True
    share: bool = True


@dataclass(frozen=True)
class Part:
    """What one agency and item (empty: all of the agency) add to an indicator."""

    agency: str
    item: str
    above: int
    below: int


@dataclass(frozen=True)
class Reading:
    """An indicator read: its quotient, that of the months before, every row behind it, and the worst causes."""

    indicator: Indicator
    above: int
    below: int
    before: float | None
    since: date
    rows: Sequence[Part]
    worst: Sequence[Part]

    @property
    def value(self) -> float | None:
        """The quotient; None where nothing was counted."""
        return self.above / self.below if self.below else None


DIMENSIONS = ("治理精细度", "体验度", "共享开放价值度", "制度包容度", "基础设施感知度")
INDICATORS = (
    Indicator("on-promise", "治理精细度", "承诺时限内办结率", "承诺到期日以前办结的件 ÷ 有承诺时限的办结件", "on_promise", "promised"),
    Indicator("on-legal", "治理精细度", "法定时限内办结率", "法定到期日以前办结的件 ÷ 有法定时限的办结件", "on_legal", "legal"),
    Indicator("saved", "体验度", "免交材料率", "由数据取得或以承诺代替的材料 ÷ 全部材料", "saved", "materials"),
    Indicator("visits", "体验度", "平均跑动次数", "到窗口的次数 ÷ 办结件", "visits", "decided", missed=False, share=False),
    Indicator("pleased", "体验度", "满意率", "评为基本满意以上的件 ÷ 评过的件", "pleased", "rated"),
    Indicator("shares", "共享开放价值度", "共享申请按时答复率", "期限内答复的共享申请 ÷ 已经答复或者已经到期的申请", watch="share-silence"),
    Indicator("corrections", "制度包容度", "数据校核按时答复率", "期限内答复的校核 ÷ 已经答复或者已经到期的校核", watch="correction-late"),
    Indicator("objections", "制度包容度", "数据使用异议按时答复率", "期限内答复的异议 ÷ 已经答复或者已经到期的异议", watch="objection-late"),
    Indicator("late", "基础设施感知度", "迟报率", "办结后 24 小时以上才录入的件 ÷ 办结件", "late", "decided", missed=False),
)  # fmt: skip


def read_cockpit() -> list[tuple[str, list[Reading]]]:
    """Every dimension with its indicators read; three statements."""
    held = _Counts()
    return [
        (dimension, [held.read(one) for one in INDICATORS if one.dimension == dimension])
        for dimension in DIMENSIONS
    ]


def read_indicator(code: str) -> Reading:
    """One indicator with all its rows.

    Raises:
        NotFound: there is none of that code.
    """
    found = next((one for one in INDICATORS if one.code == code), None)
    if found is None:
        raise NotFound("没有这个指标。请从驾驶舱里打开。")
    return _Counts().read(found)


class _Counts:
    """The tallies of the two stretches of months and the watches, read once."""

    def __init__(self) -> None:
        this = clock.today().replace(day=1)
        self.since = months_before(this, MONTHS - 1)
        before = months_before(this, 2 * MONTHS - 1)
        self._now = self._tallies(self.since, this)
        self._before = self._tallies(before, months_before(self.since, 1))
        self._watches = _watches(self.since)

    def read(self, one: Indicator) -> Reading:
        """An indicator from what was read."""
        if one.watch:
            rows = [Part(agency, "", *counts) for agency, counts in self._watches.get(one.watch, {}).items()]
            before = None
        else:
            rows = self._parts(self._now, one)
            earlier = self._parts(self._before, one)
            below = sum(part.below for part in earlier)
            before = sum(part.above for part in earlier) / below if below else None

        def bad(part: Part) -> int:
            return part.below - part.above if one.missed else part.above

        worst = sorted((part for part in rows if bad(part) > 0), key=bad, reverse=True)[:WORST]
        return Reading(
            indicator=one,
            above=sum(part.above for part in rows),
            below=sum(part.below for part in rows),
            before=before,
            since=self.since,
            rows=rows,
            worst=worst,
        )

    @staticmethod
    def _parts(tallies: Sequence[tuple[str, str, Mapping[str, int]]], one: Indicator) -> list[Part]:
        return [
            Part(agency, item, counts[one.above], counts[one.below])
            for agency, item, counts in tallies
            if counts[one.below]
        ]

    @staticmethod
    def _tallies(first: date, last: date) -> list[tuple[str, str, dict[str, int]]]:
        sums = ", ".join(f"sum({name})" for name in COUNTS)
        with connection.cursor() as cursor:
            cursor.execute(
                f"select agency, item, {sums} from supervision_tally"  # noqa: S608 - names of our own columns
                " where month between %s and %s group by agency, item order by agency, item",
                [first, last],
            )
            return [
                (row[0], row[1], dict(zip(COUNTS, map(int, row[2:]), strict=True)))
                for row in cursor.fetchall()
            ]


def _watches(since: date) -> dict[str, dict[str, tuple[int, int]]]:
    """By rule and agency how many watches ended in time, of those that ended or passed their day."""
    codes = ", ".join(f"'{code}'" for code in COCKPIT_RULES)  # literals: an index for just these has to fit
    found: dict[str, dict[str, tuple[int, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select code, agency, count(*) filter (where ended_at < yellow_at), count(*) from supervision_watch"  # noqa: S608
            f" where code in ({codes}) and began_at >= %s and yellow_at is not null"
            " and (ended_at is not null or yellow_at <= %s) group by code, agency order by code, agency",
            [since, clock.now()],
        )
        for code, agency, above, below in cursor.fetchall():
            found.setdefault(code, {})[agency] = (above, below)
    return found
