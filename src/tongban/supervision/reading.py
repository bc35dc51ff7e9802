"""Small readings that several acts share: who answers for an agency's cards today, what a card is called."""

from collections.abc import Mapping
from datetime import date, datetime

from tongban.clocks.api import due_day, limit_of
from tongban.kernel import clock
from tongban.kernel.sentences import say
from tongban.supervision.models import Succession

#: The name under which the journal is followed.
SUBSCRIBER = "supervision"


def successors() -> Mapping[str, str]:
    """By agency the one that took it over, through every later merger; one query."""
    direct = dict(
        Succession.objects.filter(since__lte=clock.today())
        .order_by("agency")
        .values_list("agency", "successor")
    )
    found = {}
    for agency, first in direct.items():
        successor, seen = first, {agency}
        while successor in direct and successor not in seen:
            seen.add(successor)
            successor = direct[successor]
        found[agency] = successor
    return found


def card_number(number: int, proposed_at: datetime) -> str:
    """The 监察编号 of a card (GB/T 39046 table 11)."""
    return str(say("监牌〔{year}〕{number:06}", year=clock.local(proposed_at).year, number=number))


def letter_number(number: int, issued_at: datetime) -> str:
    """The number of a 督办 letter."""
    return str(say("督办〔{year}〕{number:04}", year=clock.local(issued_at).year, number=number))


def term_end(code: str) -> date:
    """The last day of a term of this module that begins today."""
    return due_day(limit_of(code, on=clock.today()), clock.today())
