"""What packs say of proofs: the tests of the law, and the papers that are asked for."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tongban.packs.ports import Cite, Code, Model, Names, Ref, Text

#: What a test looks at. The first four are judged from the graph, the others by whoever wrote the row of the paper.
Looks = Literal[
    "certificate",
    "check-inside",
    "check-across",
    "no-basis",
    "law-text",
    "promise",
    "check-online",
    "contract",
    "other-material",
    "cannot-verify",
]
#: Tests that a row of a paper may claim.
Claimed = Literal["law-text", "promise", "check-online", "contract", "other-material", "cannot-verify"]


class ProofTest(Model):
    """A test of the law: a paper that meets it may not be asked for."""

    code: Annotated[Code, Names("proof-test")]
    looks: Looks
    words: Text
    cite: Cite
    valid_from: date


class ProofTests(Model):
    """`proof-tests*.yaml`."""

    tests: tuple[ProofTest, ...]


class AskedIn(Model):
    """An item in which the paper is asked for; how many people that meets in a year, and where that was counted."""

    item: Annotated[Code, Ref("item")]
    people_a_year: Annotated[int, Field(ge=0)] | None = None
    counted: str = ""


class Replaced(Model):
    """What stands in for the paper, by the test that it meets."""

    looks: Claimed
    words: Text


class AskedProof(Model):
    """A paper that people are asked to bring (证明事项): who asks, who issues, in which item, what answers it.

    With `material` it is a material of the guides, and the items that need it ask for it; without, it is asked for
    although no guide says so, and `found` tells where that was seen. `issuer` may be no agency: then `issued_at` says it.
    """

    code: Annotated[Code, Names("asked-proof")]
    title: Text
    material: Annotated[Code, Ref("material")] | None = None
    asked_in: tuple[AskedIn, ...] = ()
    issuer: Annotated[Code, Ref("agency")] | None = None
    issued_at: str = ""
    issued_by: Annotated[Code, Ref("item")] | None = None
    resources: tuple[Annotated[Code, Ref("resource")], ...] = ()
    certificate: Annotated[Code, Ref("certificate-type")] | None = None
    replaced: tuple[Replaced, ...] = ()
    cites: tuple[Cite, ...] = ()
    found: Text


class AskedProofs(Model):
    """`proofs*.yaml`."""

    proofs: tuple[AskedProof, ...]
