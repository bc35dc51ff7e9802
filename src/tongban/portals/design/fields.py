"""One question of a form, as data: what `{% tb_field %}` and `{% tb_errors %}` draw.

The view decides everything (value kept after an error, source of a prefilled value); the template only writes it
down. Ids are stable: the control is `f-<name>`, its hint, source and error are `f-<name>-hint`, `-source`, `-error`;
the first choice of a group is `f-<name>`, the others `f-<name>-2`, `-3` and so on. Nothing relies on HTML5 checks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.utils.functional import Promise

#: A label may be a lazy translation.
Text = str | Promise
Kind = Literal[
    "text",
    "textarea",
    "number",
    "date",
    "tel",
    "radios",
    "checkboxes",
    "checkbox",
    "select",
    "file",
    "password",
    "hidden",
]
#: How wide the box is: it tells people how long the answer is.
Width = Literal["full", "long", "medium", "short", "tiny"]

GROUPS = {"radios", "checkboxes"}
#: Numbers are typed, not spun (GOV.UK): a wheel must not change an area.
INPUT_TYPES = {"date": "date", "tel": "tel", "file": "file", "password": "password"}
KEYBOARDS = {"number": "decimal", "tel": "tel"}


class Option(NamedTuple):
    """One answer to choose from."""

    value: str
    label: Text
    hint: Text = ""


class Choice(NamedTuple):
    """An option as the template draws it."""

    id: str
    value: str
    label: Text
    hint: Text
    chosen: bool


class FieldError(NamedTuple):
    """One line of the error summary."""

    target: str
    text: Text


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question: its words, its control, the value as typed, where the value came from, what is wrong with it."""

    name: str
    label: Text
    kind: Kind = "text"
    hint: Text = ""
    #: As typed; for `checkbox` any text means ticked.
    value: str = ""
    #: The chosen values of `checkboxes`.
    values: tuple[str, ...] = ()
    #: What to do about it, in one sentence; empty when right.
    error: Text = ""
    options: tuple[Option | tuple[str, str, str], ...] = ()
    #: What need not be answered is marked 可不填; nothing else changes.
    required: bool = True
    autocomplete: str = ""
    inputmode: str = ""
    #: The unit behind the box: 平方米.
    suffix: Text = ""
    #: Where a prefilled value comes from: 来自 不动产登记信息 · 2026-11-20.
    source: Text = ""
    #: Where 不对? leads.
    correction_url: str = ""
    accept: str = ""
    #: `environment` opens the camera of a telephone.
    capture: str = ""
    multiple: bool = False
    width: Width = "full"
    #: The label is the page's only question and stands as its h1.
    heading: bool = False

    @property
    def id(self) -> str:
        """The id of the control, of the first choice in a group."""
        return f"f-{self.name}"

    @property
    def is_group(self) -> bool:
        """Several controls under one legend."""
        return self.kind in GROUPS

    @property
    def input_type(self) -> str:
        """The `type` attribute; always written."""
        return INPUT_TYPES.get(self.kind, "text")

    @property
    def keyboard(self) -> str:
        """The `inputmode` attribute."""
        return self.inputmode or KEYBOARDS.get(self.kind, "")

    @property
    def described_by(self) -> str:
        """The ids that describe the control, in reading order."""
        parts = (("hint", self.hint), ("source", self.source), ("error", self.error))
        return " ".join(f"{self.id}-{part}" for part, words in parts if words)

    @property
    def offers_nothing(self) -> bool:
        """One of the options stands for no answer, so that no 请选择 is needed."""
        return any(not option[0] for option in self.options)

    @property
    def choices(self) -> list[Choice]:
        """The options with their ids and whether they are chosen."""
        chosen = set(self.values) | ({self.value} if self.value else set())
        return [
            Choice(
                id=self.id if place == 1 else f"{self.id}-{place}",
                value=option.value,
                label=option.label,
                hint=option.hint,
                chosen=option.value in chosen,
            )
            for place, option in enumerate((Option(*given) for given in self.options), start=1)
        ]


def errors_of(fields: Iterable[Field]) -> tuple[FieldError, ...]:
    """The lines of the summary, in the order of the form."""
    return tuple(FieldError(field.id, field.error) for field in fields if field.error)
