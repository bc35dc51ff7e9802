"""What may go and what must stay: open cases, terms that run, terms that are not fixed."""

from datetime import UTC, date, datetime

import pytest

from tongban.exchange.retention import Retention, assess, months_after
from tongban.journal.api import PartAbout
from tongban.kernel.ids import uuid7

ALL = Retention("all", "六个月", ("",), 6, "《甲》", verified=True)
SHARED = Retention("shared", "三年", ("exchange.",), 36, "《乙》", verified=False)
FILES = Retention("files", "归档", ("case.",), None, "《丙》", verified=True)
RULES = (ALL, SHARED, FILES)


def part(kind: str, on: date, number: str = "") -> PartAbout:
    return PartAbout(uuid7(), 1, kind, datetime(on.year, on.month, on.day, 4, tzinfo=UTC), number)


@pytest.mark.parametrize(
    ("day", "months", "until"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 36, date(2029, 12, 1)),
        (date(2026, 6, 15), 6, date(2026, 12, 15)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(day: date, months: int, until: date) -> None:
    assert months_after(day, months) == until


def test_a_part_goes_on_the_day_after_its_longest_term() -> None:
    read = part("exchange.answered.v1", date(2026, 1, 10))
    for on, erasable in ((date(2029, 1, 10), False), (date(2029, 1, 11), True)):
        assert bool(assess([read], RULES, open_cases=(), on=on).erasable) is erasable
    (kept,) = assess([read], RULES, open_cases=(), on=date(2026, 2, 1)).kept
    assert (kept.reason, kept.until, kept.verified, kept.count) == ("三年", date(2029, 1, 10), False, 1)


def test_what_has_no_fixed_term_stays_without_an_end() -> None:
    (kept,) = assess(
        [part("case.decided.v1", date(2000, 1, 1))], RULES, open_cases=(), on=date(2026, 1, 1)
    ).kept
    assert (kept.reason, kept.until) == ("归档", None)


@pytest.mark.parametrize("number", ["99", "99-01"])
def test_an_open_case_keeps_all_that_belongs_to_it(number: str) -> None:
    old = date(2000, 1, 1)
    found = assess(
        [part("case.viewed.v1", old, number), part("exchange.answered.v1", old)],
        (ALL, SHARED),
        open_cases={"99"},
        on=date(2026, 1, 1),
    )
    assert [one.kind for one in found.erasable] == ["exchange.answered.v1"]
    assert [one.reason for one in found.kept] == [f"办件 {number} 还没有办结"]


def test_reasons_are_counted_with_the_last_day_of_all() -> None:
    parts = [part("x.y.v1", date(2026, 1, 5)), part("x.y.v1", date(2026, 3, 5))]
    (kept,) = assess(parts, RULES, open_cases=(), on=date(2026, 4, 1)).kept
    assert (kept.count, kept.until) == (2, date(2026, 9, 5))
