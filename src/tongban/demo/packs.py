"""`stories/*.yaml`: who plays, what they answer, what the officers say. `histories/*.yaml`: what happened before."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import Field

from tongban.demo.models import History, Story
from tongban.packs.api import store
from tongban.packs.ports import (
    Code,
    Document,
    Finding,
    Known,
    Model,
    Names,
    Ref,
    Section,
    Source,
    Stored,
    Text,
)

#: What a story can be made of.
STEP_NAMES = (
    *(
        "city",
        "find",
        "fetch",
        "apply",
        "sign",
        "submit",
        "tell",
        "begin",
        "side",
        "site",
        "handle",
        "end",
        "check",
    ),
)


class Candidate(Model):
    """Somebody who can play the story, with the answers that are hers alone."""

    username: Text
    answers: dict[Text, Text]
    #: Who signs which part, from an account of his own: user names by material.
    signers: dict[Text, Text] = Field(default_factory=dict)


class Crew(Model):
    """Usernames of the officers who decide one item; `on_site` are numbers of the officers who go there."""

    examiner: Text
    approver: Text
    on_site: tuple[Text, ...] = ()


class Deed(Model):
    """One deed on the case of an item; `words` are the reason, the finding, or the ground of a pause."""

    item: Annotated[Code, Ref("item")]
    do: Literal[
        "tell",
        "accept",
        "refuse-acceptance",
        "finish",
        "examine",
        "refuse",
        "inspect",
        "pause",
        "withdraw",
    ]
    words: str = ""


class Run(Model):
    """An application of the city's history: played up to a step of the story, then deed by deed; then days pass."""

    username: Text
    answers: dict[Text, Text]
    uploads: dict[Text, Text] = Field(default_factory=dict)
    until: Literal["fetch", "apply", "tell"]
    deeds: tuple[Deed, ...] = ()
    days_after: int = Field(default=0, ge=0)


class StoryTerms(Model):
    """A story: its steps in order, and what they need to know.

    `returned` and `mended` belong together: what the window sends back, and the file that mends it. `expects` is what
    the check answers, with the fact it misses; `met` are outcomes of readings that the story must meet.
    """

    code: Annotated[Code, Names("story")]
    title: Text
    bundle: Annotated[Code, Ref("bundle")]
    steps: tuple[Text, ...] = (
        "city",
        "find",
        "fetch",
        "apply",
        "tell",
        "begin",
        "side",
        "site",
        "end",
        "check",
    )
    query: Text
    facts: dict[str, str | bool | int]
    expects: Literal["yes", "no", "unknown"] = "unknown"
    unknown_fact: str = ""
    met: tuple[Text, ...] = ("verified", "mismatch")
    first_item: str = ""
    inspected_item: str = ""
    candidates: Annotated[tuple[Candidate, ...], Field(min_length=1)]
    answers: dict[Text, Text]
    uploads: dict[Text, Text] = Field(default_factory=dict)
    clerk: Text
    returned: dict[Text, Text] = Field(default_factory=dict)
    mended: dict[Text, Text] = Field(default_factory=dict)
    crews: dict[Text, Crew]
    inspection: str = ""
    defect: str = ""
    rectified: str = ""
    opinion: Text
    decision: Text
    advice: str = ""
    history: tuple[Run, ...] = ()


class StoryFile(Model):
    """The file."""

    stories: tuple[StoryTerms, ...]


class Happening(Model):
    """One deed in the city's history, on the case of an item; `words` are reasons or a ground.

    `ask-correction` and `answer-correction` name the resource whose reading is wrong and by item what is right.
    """

    do: Literal[
        "tell",
        "accept",
        "refuse-acceptance",
        "examine",
        "grant",
        "refuse",
        "pause",
        "withdraw",
        "ask-correction",
        "keep-record",
        "correct-record",
    ]
    item: Annotated[Code, Ref("item")] | None = None
    material: Annotated[Code, Ref("material")] | None = None
    resource: Annotated[Code, Ref("resource")] | None = None
    right: dict[str, str] = Field(default_factory=dict)
    words: str = ""


class CityRun(Model):
    """An application of somebody, as a whole or as a draft, and what followed."""

    username: Text
    matter: Code
    answers: dict[Text, Text]
    submitted: bool = True
    deeds: tuple[Happening, ...] = ()


class PaperCertificate(Model):
    """A certificate that an agency entered from paper; it ends so many days from the day it is entered."""

    type: Annotated[Code, Ref("certificate-type")]
    number: Text
    owner: Text
    holder: Text
    holder_number: Text
    content: dict[Text, Text]
    approver: Text
    years: int = Field(gt=0)
    ends_in: int
    change: Literal["suspend", "revoke", "cancel"] | None = None
    ground: Annotated[Code, Ref("certificate-ground")] | None = None
    words: str = ""


class SaidOrder(Model):
    """What somebody told the hotline: sent to `agency` (empty: it waits), answered, and what she said of the answer."""

    username: Text
    order_class: Code
    item: Annotated[Code, Ref("item")] | None = None
    words: Text
    agency: Annotated[Code, Ref("agency")] | None = None
    answer: str = ""
    solved: bool | None = None


class SharingStep(Model):
    """What followed on a request; `words` are the reason, `items` what is disputed or shared in a dispute."""

    do: Literal["answer", "assess", "tell-missing", "withdraw", "dispute", "answer-dispute", "stop", "return"]
    refuse: tuple[Code, ...] = ()
    ground: Annotated[Code, Ref("ground")] | None = None
    items: tuple[Code, ...] = ()
    words: str = ""


class SharingRun(Model):
    """An agency asks another for data; the grant ends so many days from then. `early`: before the story is played."""

    name: Code
    asker: Text
    resource: Annotated[Code, Ref("resource")]
    items: Annotated[tuple[Code, ...], Field(min_length=1)]
    purpose: Text
    bases: tuple[Annotated[Code, Ref("sharing-term")], ...]
    case_kinds: tuple[Annotated[Code, Ref("item")], ...]
    days: int = Field(gt=0)
    quota: int | None = None
    approved_by: Text
    dispute: str = ""
    early: bool = False
    steps: tuple[SharingStep, ...] = ()


class OutsideRun(Model):
    """A system of an agency here asks one outside, so many times, for a case of its own about some people."""

    subsystem: Text
    title: Text
    #: The data officer's user name.
    registered_by: Text
    number: Text
    kinds: Annotated[tuple[Annotated[Code, Ref("item")], ...], Field(min_length=1)]
    #: Their identity numbers.
    people: Annotated[tuple[Text, ...], Field(min_length=1)]
    resource: Annotated[Code, Ref("resource")]
    provider: Annotated[Code, Ref("agency")]
    claims: dict[Code, Text] = Field(default_factory=dict)
    times: int = Field(gt=0)


class HistoryTerms(Model):
    """What happened in the city beside the story."""

    code: Annotated[Code, Names("history")]
    sharing: tuple[SharingRun, ...] = ()
    outside: tuple[OutsideRun, ...] = ()
    runs: tuple[CityRun, ...] = ()
    certificates: tuple[PaperCertificate, ...] = ()
    orders: tuple[SaidOrder, ...] = ()
    #: People who had their certificates fetched from above.
    fetched: tuple[Code, ...] = ()


class HistoryFile(Model):
    """The file."""

    histories: tuple[HistoryTerms, ...]


def check_stories(document: Document, _known: Known) -> Iterable[Finding]:
    """A story has steps that exist."""
    for number, story in enumerate(document.data.stories):
        for step in story.steps:
            if step not in STEP_NAMES:
                yield document.finding(("stories", number, "steps"), f"there is no step {step!r}")


def load_histories(documents: Sequence[Document], source: Source) -> Stored:
    """Write the histories."""
    rows = [
        {"code": one.code, "terms": one.model_dump(mode="json")}
        for document in documents
        for one in document.data.histories
    ]
    return store(History, rows, key=("code",), source=source)


def load_stories(documents: Sequence[Document], source: Source) -> Stored:
    """Write the stories."""
    rows = [
        {"code": story.code, "terms": story.model_dump(mode="json")}
        for document in documents
        for story in document.data.stories
    ]
    return store(Story, rows, key=("code",), source=source)


SECTIONS = [
    Section("stories", "stories/*.yaml", StoryFile, load_stories, check_stories),
    Section("histories", "histories/*.yaml", HistoryFile, load_histories),
]
