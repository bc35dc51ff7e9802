"""What packs say of services: regimes, materials, items, bundles. The records are the JSON that rows keep."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from tongban.packs.ports import Cite, Code, Model, Names, Ref, Text
from tongban.services.asking import Eligibility, Fetch, SignerTerms, WalletTerms
from tongban.services.particulars import (
    Condition,
    Delegation,
    Fee,
    Particulars,
    RegistersFirm,
    Renews,
    Result,
    Site,
    Step,
)

Unit = Literal["working_day", "day"]
Who = Literal["applicant", "window-clerk", "examiner", "approver", "head", "system"]
#: When an act beside the state table may be done: while a case runs, once it has ended, once it was granted.
Stage = Literal["running", "ended", "granted"]


class State(Model):
    """A state of a case: `title` for officers, `words` for the person."""

    code: Code
    title: Text
    words: Text
    final: bool = False


class Letter(Model):
    """What an act beside the state table says in writing: a title and paragraphs with places for what differs.

    `{name}` stands for a fact of the act; `remedies` adds how to contest it.
    """

    title: Text
    text: Annotated[tuple[Text, ...], Field(min_length=1)]
    remedies: bool = False


class Verb(Model):
    """What may be done in which states, by whom, with which effect; `article` carries its law."""

    code: Code
    title: Text
    begins: tuple[Code, ...] = Field(alias="from")
    leads: Code = Field(alias="to")
    by: Who
    letter: Letter | None = None
    cite: Cite


class PauseGround(Model):
    """A ground on which the clock may stand still; a closed list."""

    ground: Text
    cite: Cite


class Formality(Model):
    """An act that leaves a case in its state: who (any of `by`) may do it at which `stages`, and its law.

    `regimes` are those whose law has it (none named: all). `limit` is its clock. While one that `holds` is open, nobody
    proposes or decides. `owed` ones are opened by the decision itself; the others when somebody does them.
    """

    code: Code
    title: Text
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    by: Annotated[tuple[Who, ...], Field(min_length=1)]
    regimes: tuple[Annotated[Code, Ref("regime")], ...] = ()
    limit: Annotated[Code, Ref("limit")] | None = None
    holds: bool = False
    owed: bool = False
    letter: Letter | None = None
    cite: Cite


class RegimeTable(Model):
    """A regime. `acceptance` names the limit in which somebody must speak; `deemed_acceptance` what happens if nobody does.

    `renewal` is how long before its end a renewal is asked for; with `deemed_renewal` one that was asked for in time and
    is not decided before the end counts as granted.
    `formalities` are put in when packs are activated: those that name the regime, and those of every regime.
    """

    code: Annotated[Code, Names("regime")]
    title: Text
    law: Cite
    acceptance: Annotated[Code, Ref("limit")] | None = None
    deemed_acceptance: Cite | None = None
    renewal: Annotated[Code, Ref("limit")] | None = None
    deemed_renewal: Cite | None = None
    officers_on_site: int = 2
    states: tuple[State, ...]
    verbs: tuple[Verb, ...]
    pauses: tuple[PauseGround, ...] = ()
    formalities: tuple[Formality, ...] = ()

    def stages_of(self, state: str) -> set[str]:
        """The stages in which a case in this state is; none before it is accepted or once it was withdrawn."""
        found = next((one for one in self.states if one.code == state), None)
        if found is None or state in {self.states[0].code, "withdrawn"}:
            return set()
        if not found.final:
            return {"running"}
        return {"ended", "granted"} if state == "granted" else {"ended"}


class MaterialTerms(Model):
    """A material. `kind`: fetched from a register or as a certificate, replaced by a promise or a template, her own.

    A `signature` is a part that somebody else signs from an account of his own. `when` is a rule over the answers of
    the form; where it says no, the material is not needed.
    """

    code: Annotated[Code, Names("material")]
    title: Text
    kind: Literal["fetched", "certificate", "promise", "template", "upload", "signature"]
    #: Who gives it out; the service standard blocks a guide with a material of nobody.
    issuer: str = ""
    least_level: Literal["A", "B", "C", "D"] = "C"
    necessary: bool = True
    originals: Annotated[int, Field(ge=0, le=99)] = 0
    copies: Annotated[int, Field(ge=0, le=99)] = 0
    issued_within: str = ""
    fetch: Fetch | None = None
    #: A certificate that the applicant may show from a wallet instead.
    wallet: WalletTerms | None = None
    signer: SignerTerms | None = None
    when: dict[str, Any] | None = None
    text: str = ""
    hint: str = ""
    asks: Annotated[Code, Ref("question")] | None = None
    once_needed: str = ""
    cites: tuple[Cite, ...] = ()


class LimitTerms(Model):
    """A limit of an item."""

    amount: Annotated[int, Field(ge=0, le=400)]
    unit: Unit = "working_day"
    cite: Cite


class Promised(Model):
    """A promised limit: an agency's own word, so it cites nothing."""

    amount: Annotated[int, Field(ge=0, le=400)]
    unit: Unit = "working_day"


class AboutChild(Model):
    """Whom the item is about, who may have no number yet: the answers with name, birth record, sex and day of birth.

    `numbers`: the grant gives the number.
    """

    name: Annotated[Code, Ref("question")]
    paper: Annotated[Code, Ref("question")]
    sex: Annotated[Code, Ref("question")]
    born_on: Annotated[Code, Ref("question")]
    numbers: bool = False


class ServiceItem(Particulars):
    """A service item; code schemes of the nation and of the place stand side by side in `codes`, each code opaque.

    `alone` items may be applied for by themselves; `topic` is where people look for them, `aliases` how they call them,
    `serves` whom they are for (GB/T 39046 A.4). An item ends with the day `valid_to`, for the reason `ended`, and
    `successor` is what stands in its place. `in_person` says why nobody may be represented,
    `minors` that it handles data of a child under fourteen, to which a parent or guardian agrees.
    """

    code: Annotated[Code, Names("item")]
    version: int = 1
    valid_from: date
    valid_to: date | None = None
    ended: Condition | None = None
    successor: Annotated[Code, Ref("item")] | None = None
    title: Text
    aliases: tuple[Text, ...] = ()
    kind: Text
    kind_code: Text
    codes: dict[Text, Annotated[Text, Field(max_length=64)]] = Field(default_factory=dict)
    regime: Annotated[Code, Ref("regime")]
    deciding: Annotated[Code, Ref("agency")]
    competent: Annotated[Code, Ref("agency")]
    supervising: Annotated[Code, Ref("agency")]
    window: Annotated[Code, Ref("agency")]
    delegation: Delegation | None = None
    handling: Literal["native", "bridged", "tracked", "linked"] = "native"
    standing: Literal["own", "mirror", "delegate"] = "own"
    summary: Text
    legal: LimitTerms | None = None
    promised: Promised
    visits: int = 0
    visits_why: str = ""
    fee: Fee = Fee()
    basis: Annotated[tuple[Cite, ...], Field(min_length=1)]
    conditions: tuple[Condition, ...] = ()
    materials: tuple[Annotated[Code, Ref("material")], ...]
    questions: tuple[Annotated[Code, Ref("question")], ...] = ()
    steps: tuple[Step, ...]
    site: Site | None = None
    on_promise: bool = False
    result: Result
    registers_firm: RegistersFirm | None = None
    renews: Renews | None = None
    about: AboutChild | None = None
    certificate_fields: dict[str, str] = Field(default_factory=dict)
    not_needed: tuple[Condition, ...] = ()
    alone: bool = False
    topic: str = ""
    serves: Annotated[tuple[Text, ...], Field(min_length=1)] = ("1",)
    in_person: Condition | None = None
    minors: Condition | None = None
    eligibility: Eligibility | None = None


class Member(Model):
    """An item in a bundle; it waits for the decisions of `after`. `when`: left out where that rule over answers says no."""

    item: Annotated[Code, Ref("item")]
    after: tuple[Annotated[Code, Ref("item")], ...] = ()
    when: dict[str, Any] | None = None


class BeforeRow(Model):
    """One line of the old way: a step, its agency, visits, materials and days."""

    title: Text
    agency: Text
    visits: int
    materials: int
    days: int


class Before(Model):
    """How it was: a named guide with city and date, or marked as an example."""

    source: Text
    example: bool
    rows: tuple[BeforeRow, ...]


class BundleTerms(Model):
    """A bundle."""

    code: Annotated[Code, Names("bundle")]
    version: int = 1
    valid_from: date
    title: Text
    summary: Text
    aliases: tuple[Text, ...]
    lead: Annotated[Code, Ref("agency")]
    window: Annotated[Code, Ref("agency")]
    members: Annotated[tuple[Member, ...], Field(min_length=1)]
    eligibility: Eligibility | None = None
    before: Before | None = None


class Regimes(Model):
    """`regimes*.yaml`."""

    regimes: tuple[RegimeTable, ...] = ()
    formalities: tuple[Formality, ...] = ()


def with_formalities(files: Iterable[Regimes]) -> list[RegimeTable]:
    """The regimes of a pack's files, each with the acts beside its state table."""
    held = list(files)
    acts = [one for file in held for one in file.formalities]
    return [
        row.model_copy(
            update={"formalities": tuple(one for one in acts if not one.regimes or row.code in one.regimes)}
        )
        for file in held
        for row in file.regimes
    ]


class Materials(Model):
    """`materials*.yaml`."""

    materials: tuple[MaterialTerms, ...]


class ItemFile(Model):
    """`items/*.yaml`."""

    items: tuple[ServiceItem, ...]


class BundleFile(Model):
    """`bundles/*.yaml`."""

    bundles: tuple[BundleTerms, ...]


class Synonym(Model):
    """What people say, and the words of titles that it means; any one of them in a title is enough."""

    say: Annotated[tuple[Text, ...], Field(min_length=1)]
    means: Annotated[tuple[Text, ...], Field(min_length=1)]


class Synonyms(Model):
    """`synonyms.yaml`."""

    synonyms: tuple[Synonym, ...]


class TopicRow(Model):
    """Where people look for items; items name it by its title, addresses by its code."""

    code: Annotated[Code, Names("topic-code")]
    title: Annotated[Text, Names("topic")]


class Topics(Model):
    """`topics.yaml`, in the order in which pages list them."""

    topics: Annotated[tuple[TopicRow, ...], Field(min_length=1)]


class Hotline(Model):
    """The number to call when somebody does not know where to begin."""

    title: Text
    phone: Text
    hours: Text


class ElderTask(Model):
    """One of the big tasks on the front page of the 长辈版: exactly one of item, bundle and page."""

    title: Text
    words: Text
    item: Annotated[Code, Ref("item")] | None = None
    bundle: Annotated[Code, Ref("bundle")] | None = None
    page: Literal["mine", "certificates"] | None = None


class FrontPageFile(Model):
    """`front-page.yaml`: what the front page of this place says beside what is counted."""

    hotline: Hotline
    elder_tasks: Annotated[tuple[ElderTask, ...], Field(min_length=6, max_length=6)]
