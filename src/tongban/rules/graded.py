"""Ages of law that rise with the month of birth, as numbers of months; a month is written YYYY-MM."""

import re
from dataclasses import dataclass

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


class BadMonth(ValueError):  # noqa: N818 - the sentence says what is wrong
    """A text is no month."""


@dataclass(frozen=True)
class GradedAge:
    """Everybody born before `first` reaches it at `age` months; then `step` more for each `every` months of birth.

    Never more than `most` months above `age`.
    """

    age: int
    first: str
    every: int
    step: int
    most: int

    def later(self, born: str) -> int:
        """By how many months somebody born in that month reaches it later."""
        since = month_number(born) - month_number(self.first)
        return 0 if since < 0 else min((since // self.every + 1) * self.step, self.most)

    def reached(self, born: str) -> str:
        """The month in which somebody born in that month reaches it."""
        return month_text(month_number(born) + self.age + self.later(born))


def month_number(text: str) -> int:
    """Months since the year 0.

    Raises:
        BadMonth: the text is no month.
    """
    found = _MONTH.fullmatch(text)
    if found is None:
        raise BadMonth(f"{text!r} is no month; write it as 1966-06")
    return int(found[1]) * 12 + int(found[2]) - 1


def month_text(number: int) -> str:
    """A month as text."""
    return f"{number // 12:04}-{number % 12 + 1:02}"
