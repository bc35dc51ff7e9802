"""`stories/*.yaml`: who plays, what they answer, what the officers say."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from tongban.demo.models import Story
from tongban.packs.api import store
from tongban.packs.ports import Code, Document, Model, Names, Ref, Section, Source, Stored, Text


class Candidate(Model):
    """Somebody who can play the story, with the answers that are hers alone."""

    username: Text
    answers: dict[Text, Text]


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
    """A story. `returned` and `mended` belong together: what the window sends back, and the file that mends it."""

    code: Annotated[Code, Names("story")]
    title: Text
    bundle: Annotated[Code, Ref("bundle")]
    query: Text
    facts: dict[str, str | bool | int]
    unknown_fact: Text
    first_item: Annotated[Code, Ref("item")]
    inspected_item: Annotated[Code, Ref("item")]
    candidates: Annotated[tuple[Candidate, ...], Field(min_length=1)]
    answers: dict[Text, Text]
    uploads: dict[Text, Text]
    clerk: Text
    returned: dict[Text, Text]
    mended: dict[Text, Text]
    crews: dict[Text, Crew]
    inspection: Text
    defect: Text
    rectified: Text
    opinion: Text
    decision: Text
    advice: Text
    history: tuple[Run, ...] = ()


class StoryFile(Model):
    """The file."""

    stories: tuple[StoryTerms, ...]


def load_stories(documents: Sequence[Document], source: Source) -> Stored:
    """Write the stories."""
    rows = [
        {"code": story.code, "terms": story.model_dump(mode="json")}
        for document in documents
        for story in document.data.stories
    ]
    return store(Story, rows, key=("code",), source=source)


SECTIONS = [Section("stories", "stories/*.yaml", StoryFile, load_stories)]
