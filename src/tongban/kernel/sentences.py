"""Sentences made of a pattern and values, so that a page can say them in another language than they were written in.

A module below the portals knows no language but its own: it raises `BadInput(say("请填写「{title}」。", title=…))`. What
comes of it is a `str` in Chinese, for logs, records and papers; only a page looks at pattern and values.
"""

from collections.abc import Mapping
from typing import Self


class Sentence(str):
    """A Chinese sentence that remembers its `pattern` (the key of its translations) and the `values` in it."""

    __slots__ = ("pattern", "values")
    pattern: str
    values: Mapping[str, object]

    def __new__(cls, pattern: str, values: Mapping[str, object]) -> Self:
        """The pattern filled in, with both at hand."""
        made = super().__new__(cls, pattern.format(**values))
        made.pattern, made.values = pattern, values
        return made

    def __getnewargs__(self) -> tuple[str, Mapping[str, object]]:  # type: ignore[override]
        """What a copy is made of."""
        return self.pattern, self.values


def say(pattern: str, /, **values: object) -> Sentence:
    """`pattern` with its named places filled in; `make messages` collects the patterns for translators."""
    return Sentence(pattern, values)
