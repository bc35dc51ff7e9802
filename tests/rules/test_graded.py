"""Ages of law that rise with the month of birth: anchors of the published table, and what holds for every month."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tongban.rules.api import BadMonth, GradedAge, month_text

MEN = GradedAge(720, "1965-01", 4, 1, 36)
WOMEN_55 = GradedAge(660, "1970-01", 4, 1, 36)
WOMEN_50 = GradedAge(600, "1975-01", 2, 1, 60)
AGES = (MEN, WOMEN_55, WOMEN_50)
months = some.integers(1940 * 12, 2010 * 12).map(month_text)


@pytest.mark.parametrize(
    ("age", "born", "reached"),
    [
        (MEN, "1964-12", "2024-12"),
        (MEN, "1965-01", "2025-02"),
        (MEN, "1965-05", "2025-07"),
        (MEN, "1976-08", "2039-07"),
        (MEN, "1976-09", "2039-09"),
        (WOMEN_55, "1970-01", "2025-02"),
        (WOMEN_55, "1981-09", "2039-09"),
        (WOMEN_50, "1975-01", "2025-02"),
        (WOMEN_50, "1975-03", "2025-05"),
        (WOMEN_50, "1984-11", "2039-11"),
    ],
)
def test_the_anchors_of_the_table(age: GradedAge, born: str, reached: str) -> None:
    assert age.reached(born) == reached


@given(some.sampled_from(AGES), months)
def test_nobody_waits_longer_than_the_most_and_nobody_born_earlier_waits_at_all(
    age: GradedAge, born: str
) -> None:
    assert 0 <= age.later(born) <= age.most
    assert (age.later(born) == 0) == (born < age.first)


@given(some.sampled_from(AGES), months, months)
def test_who_is_born_later_never_retires_earlier(age: GradedAge, one: str, other: str) -> None:
    first, second = sorted([one, other])
    assert age.reached(first) <= age.reached(second)


@pytest.mark.parametrize("text", ["1965", "1965-13", "65-01", ""])
def test_what_is_no_month_is_told(text: str) -> None:
    with pytest.raises(BadMonth):
        MEN.reached(text)
