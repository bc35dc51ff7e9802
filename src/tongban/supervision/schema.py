"""What a supervision rule and a detector say, as packs and officers write them."""

from collections.abc import Collection
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tongban.journal.api import all_kinds
from tongban.packs.ports import Cite, Code, Model, Names, Text

#: Levels in the order in which they are reached; 0 is none.
LEVELS = ("", "reminder", "yellow", "red")
#: What a condition may ask of an entry: its columns, its common content, and what its case shows.
COLUMNS = ("actor", "basis", "purpose")
CASE_FACTS = ("held-again", "unaccepted")


class Level(Model):
    """When a level is reached: by days before (reminder) or after (cards) the due day, or by a share of the limit.

    `ratio` 1 is the due day itself. Where both stand, the earlier one counts. `points` are taken when it is confirmed.
    """

    days: Annotated[int, Field(ge=0, le=400)] | None = None
    ratio: Annotated[float, Field(gt=0, le=10)] | None = None
    points: Annotated[int, Field(ge=0, le=100)] = 0


class Condition(Model):
    """One condition on an entry: `field` is a column, `content.<name>` or `case.<fact>`."""

    field: Text
    among: tuple[Text, ...] = ()
    empty: bool = False

    @model_validator(mode="after")
    def _known(self) -> "Condition":
        head, _, rest = self.field.partition(".")
        of_case = head == "case" and rest in CASE_FACTS
        if not (self.field in COLUMNS or of_case or (head == "content" and rest)):
            raise ValueError(f"no entry has the field {self.field!r}")
        return self


class RuleTerms(Model):
    """What a rule watches.

    `limit`: a clock from `starts` to `ends`, moved by `moves`, standing still from `pauses` to `resumes`; the due day
    is stated in the content field `due` (a day; a moment where `unit` is hour), or counted from `amount` and `unit`; an act that moves it ends a pause. `act`: one entry is enough.
    `key` is what one watch is of; `agency` says who answers for it.
    """

    pattern: Literal["limit", "act"]
    starts: Annotated[tuple[Text, ...], Field(min_length=1)]
    ends: tuple[Text, ...] = ()
    moves: tuple[Text, ...] = ()
    pauses: tuple[Text, ...] = ()
    resumes: tuple[Text, ...] = ()
    key: Literal["case", "object"] = "object"
    due: str = ""
    amount: Annotated[int, Field(ge=1, le=400)] | None = None
    unit: Literal["working_day", "day", "hour"] = "working_day"
    when: tuple[Condition, ...] = ()
    agency: Literal["item", "window", "told", "provider", "actor", "stated"] = "item"
    reminder: Level | None = None
    yellow: Level | None = None
    red: Level | None = None

    @model_validator(mode="after")
    def _whole(self) -> "RuleTerms":
        if self.pattern == "limit" and not self.ends:
            raise ValueError("a limit has acts that end it")
        if self.pattern == "limit" and bool(self.due) == bool(self.amount):
            raise ValueError("a limit is either stated (due) or counted (amount)")
        if self.unit == "hour" and (self.pauses or self.moves):
            raise ValueError("hours run day and night: a limit in hours has no pauses and is not moved")
        if self.yellow is None and self.red is None:
            raise ValueError("a rule gives a yellow card, a red card, or both")
        return self

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind that the rule reads."""
        return frozenset((*self.starts, *self.ends, *self.moves, *self.pauses, *self.resumes))

    def level(self, number: int) -> Level | None:
        """The level with that number."""
        return getattr(self, LEVELS[number]) if number else None


class RuleRow(Model):
    """A rule of a pack; `number` is its 监察规则编号 (GB/T 39046 table 11)."""

    code: Annotated[Code, Names("supervision-rule")]
    number: Text
    title: Text
    words: Text
    terms: RuleTerms
    cite: Cite
    valid_from: date
    valid_to: date | None = None


class DetectorRow(Model):
    """A detector: `least` rows make a lead, `amount` is its own measure (hours, days, times, seconds)."""

    code: Annotated[Code, Names("detector")]
    title: Text
    words: Text
    least: Annotated[int, Field(ge=1, le=10_000)]
    amount: Annotated[int, Field(ge=0, le=10_000)]
    fields: dict[Text, Text] = Field(default_factory=dict)
    cite: Cite


class Grade(Model):
    """A quarterly grade from so many points on."""

    title: Text
    from_points: Annotated[int, Field(ge=0, le=1000)]


class Scoring(Model):
    """How a quarter is scored: what an agency begins with, its grades, and the size below which nothing is shown."""

    begins_with: Annotated[int, Field(ge=1, le=1000)]
    grades: Annotated[tuple[Grade, ...], Field(min_length=1)]
    least_cases: Annotated[int, Field(ge=2, le=1000)]
    cite: Cite


def unknown_kinds(kinds: Collection[str]) -> list[str]:
    """Those that no module journals."""
    known = all_kinds()
    return sorted(kind for kind in kinds if kind not in known)
