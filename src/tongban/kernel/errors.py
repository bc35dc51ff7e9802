"""Errors that a person may read: one clear sentence that says what is wrong and what to do.

Each class carries the HTTP status that a page or an interface answers with, so that no door has to translate.
"""

from datetime import datetime
from typing import ClassVar


class Problem(Exception):  # noqa: N818 - "problem" is the word of RFC 9457
    """Something the caller can understand and act on; `str(problem)` is the sentence."""

    status: ClassVar[int] = 500

    def __str__(self) -> str:
        """The sentence just as it was given: a `Sentence` keeps its pattern, so that a page can translate it."""
        return self.args[0] if self.args else ""


class BadInput(Problem):
    """What was sent cannot be taken; `field` names the input at fault when there is one."""

    status = 422

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class BadAnswers(BadInput):
    """Several answers of a form cannot be taken; `problems` has a sentence for each field."""

    def __init__(self, problems: dict[str, str]) -> None:
        field = next(iter(problems))
        super().__init__(problems[field], field=field)
        self.problems = problems


class NotAllowed(Problem):
    """The actor is known and may not do this; the sentence names who may."""

    status = 403


class NotFound(Problem):
    """There is no such thing, or the actor may not know that there is."""

    status = 404


class Conflict(Problem):
    """Somebody acted meanwhile, or the state no longer allows the act; nothing was changed."""

    status = 409


class TooMany(Problem):
    """Too many tries in a short time; `again_at` is when the next one will be looked at."""

    status = 429

    def __init__(self, again_at: datetime) -> None:
        super().__init__("试的次数太多了，请稍后再试。")
        self.again_at = again_at


class Unavailable(Problem):
    """A source or a part of the system does not answer now; the sentence says what still works.

    `passes`: waiting helps; else somebody has to do something first.
    """

    status = 503
    passes: ClassVar[bool] = True


class Misconfigured(Problem):
    """The program cannot start or run like this; the sentence names the setting to change."""
