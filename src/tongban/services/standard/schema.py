"""What packs say of the service standard."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tongban.packs.ports import Cite, Code, Model, Names, Text

#: What a rule looks at. The last four are not judged from the item alone: the proof graph judges `obtainable`, the
#: tests that each release has to pass judge the pages.
Looks = Literal[
    "limit",
    "promise",
    "fee",
    "fee-basis",
    "phone",
    "complaint-phone",
    "basis",
    "conditions",
    "steps",
    "visits",
    "result",
    "delegation",
    "remedy",
    "code",
    "vague",
    "issuer",
    "material-how",
    "form-options",
    "form-known",
    "obtainable",
    "page-access",
    "page-narrow",
    "page-plain",
]
#: Rules that the proof graph judges, and rules that tests of each release judge.
BY_GRAPH: tuple[Looks, ...] = ("obtainable",)
BY_TESTS: tuple[Looks, ...] = ("page-access", "page-narrow", "page-plain")


class StandardRule(Model):
    """A rule: what is owed, and the law or standard that says so. What breaks a blocking rule is not published.

    `terms` are the words that the rules `vague` and `form-known` look for.
    """

    code: Annotated[Code, Names("standard-rule")]
    part: Literal["guide", "material", "form", "page"]
    looks: Looks
    words: Text
    why: Text
    blocks: bool = True
    terms: tuple[Text, ...] = ()
    cite: Cite
    valid_from: date


class Standard(Model):
    """`standard*.yaml`."""

    rules: Annotated[tuple[StandardRule, ...], Field(min_length=1)]
