"""What packs say of asking: the questions of forms, who signs a part, the facts of 「我能办吗」 and their rule."""

from typing import Annotated, Any, Literal

from pydantic import Field

from tongban.packs.ports import Cite, Code, Model, Names, Ref, Text

Plain = Literal["text", "number", "choice", "yes-no", "tel", "name", "id-number", "month", "date"]


class Fetch(Model):
    """How a material is fetched: resource, items, and which answers are keys or statements to compare."""

    resource: Annotated[Code, Ref("resource")]
    items: tuple[Code, ...]
    keys: dict[str, str]
    claims: dict[str, str] = Field(default_factory=dict)


class WalletTerms(Model):
    """What of a certificate its holder may show from a wallet for a material: items of a resource that the library answers."""

    resource: Annotated[Code, Ref("resource")]
    items: Annotated[tuple[Code, ...], Field(min_length=1)]


class Option(Model):
    """An answer to choose."""

    value: Text
    title: Text
    hint: str = ""


class SignerTerms(Model):
    """Who signs a part: the questions that give name and identity number, and what the person is called in pages.

    `shows` are the answers that the signer is shown beside the text; no others.
    """

    title: Text
    name: Annotated[Code, Ref("question")]
    number: Annotated[Code, Ref("question")]
    shows: tuple[Annotated[Code, Ref("question")], ...] = ()


class GroupPart(Model):
    """A question inside a group; its code is unlike all others of the group."""

    code: Code
    title: Text
    hint: str = ""
    kind: Plain = "text"
    options: tuple[Option, ...] = ()
    unit: str = ""
    required: bool = True
    length_max: int = 100


class Question(Model):
    """A question of the form, typed; asked once for all members. `prefill` is `<material>.<item>`.

    `when` is a rule over other answers: asked only where it says yes. A `group` asks its `parts` (codes of their own
    inside it) as often as `least` to `most` times, once for each `row`.
    """

    code: Annotated[Code, Names("question")]
    title: Text
    hint: str = ""
    kind: Plain | Literal["group"] = "text"
    when: dict[str, Any] | None = None
    parts: tuple[GroupPart, ...] = ()
    row: str = ""
    least: Annotated[int, Field(ge=0)] = 1
    most: Annotated[int, Field(gt=0, le=50)] = 10
    options: tuple[Option, ...] = ()
    unit: str = ""
    page: Annotated[Code, Ref("page")]
    required: bool = True
    prefill: str = ""
    length_max: int = 200


class Page(Model):
    """A page of the form: one topic."""

    code: Annotated[Code, Names("page")]
    title: Text
    hint: str = ""


class Form(Model):
    """`questions*.yaml`: pages and questions in the order in which they are asked."""

    pages: tuple[Page, ...]
    questions: tuple[Question, ...]


class Reads(Model):
    """How a register answers a fact: from a material of a member, or from a reading of its own for `needed_by`.

    The answer is the value of `item` (or the full `measure` since that day); with `equals`, `starts_with`, `more_than`
    or `present` it is whether that holds. A record whose `valid_to` has passed counts as none. `absent` is what it
    means that there is no record; without it nothing is concluded.
    """

    material: Annotated[Code, Ref("material")] | None = None
    fetch: Fetch | None = None
    needed_by: Annotated[Code, Ref("item")] | None = None
    item: Code
    measure: Literal["months", "years"] | None = None
    equals: str = ""
    starts_with: str = ""
    more_than: int | None = None
    present: bool = False
    valid_to: str = ""
    absent: bool | None = None


class GradedRow(Model):
    """A legal age that rises with the month of birth: `age`, `step` and `most` in months.

    People born before the month `first` (YYYY-MM) have `age`; then `step` more for every `every` months of birth, up
    to `most` more.
    """

    value: Text
    title: Text
    age: Annotated[int, Field(gt=0)]
    first: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    every: Annotated[int, Field(gt=0)]
    step: Annotated[int, Field(gt=0)] = 1
    most: Annotated[int, Field(ge=0)]
    cite: Cite


class Graded(Model):
    """How a yes-no fact is counted from two others: the month of birth, and what kind of worker chooses the row."""

    born: Text
    by: Text
    rows: Annotated[tuple[GradedRow, ...], Field(min_length=1)]


class Fact(Model):
    """A fact of the eligibility check: how it is asked, who holds it, and what to do when nobody knows it.

    `own` names what the signed-in person's own record says of it; a `graded` fact is never asked but counted.
    """

    code: Text
    title: Text
    question: Text
    kind: Literal["yes-no", "choice", "number", "month"]
    options: tuple[Option, ...] = ()
    own: Literal["age", "birth-month"] | None = None
    reads: Reads | None = None
    graded: Graded | None = None
    find_out: Text


class EligibilityTest(Model):
    """A test of the rule, kept beside it: these facts give this answer and miss these facts."""

    facts: dict[str, Any]
    answer: Literal["yes", "no", "unknown"]
    missing: tuple[Text, ...] = ()


class Eligibility(Model):
    """「我能办吗」 of an item or a bundle: the facts, the rule over them, and tests that `packs check` runs."""

    facts: tuple[Fact, ...]
    rule: dict[str, Any]
    tests: tuple[EligibilityTest, ...] = ()
