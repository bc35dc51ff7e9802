"""`catalogue/*.yaml`, `grounds.yaml`, `schemes.yaml`: resources with their items, and what they may be written in.

A resource of a pack is an edition like any other; a changed pack publishes the next one. What somebody edited here
since, is left alone as a whole, with its items.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from tongban.catalogue.checks import find_problems
from tongban.catalogue.content import SURVEY, Content, ItemContent, System
from tongban.catalogue.models import OFFERED, Edition, Ground, Item, Resource, Scheme
from tongban.catalogue.vocabulary import GroundView, Vocabulary, read_vocabulary
from tongban.catalogue.writing import item_rows, reindex, resource_columns
from tongban.kernel import clock
from tongban.packs.api import CodeView, store
from tongban.packs.ports import (
    Cite,
    Code,
    Document,
    Edited,
    Finding,
    Known,
    Model,
    Names,
    Ref,
    Section,
    Source,
    Stored,
    Text,
    cites_json,
)

#: How the source of a row begins that an editor wrote.
EDITED = "edit:"

Sharing = Literal["unconditional", "conditional", "refused"]
GroundCode = Annotated[Code, Ref("ground")]
ItemCode = Annotated[Code, Ref("item")]


class GroundRow(Model):
    """A ground that conditions and refusals are chosen from."""

    code: Annotated[Code, Names("ground")]
    kind: Literal["condition", "refusal", "open-condition", "closed"]
    words: Text
    cite: Cite
    valid_from: date
    valid_to: date | None = None


class Grounds(Model):
    """The file."""

    grounds: tuple[GroundRow, ...]


class SchemeRow(Model):
    """Which program makes resource codes from a day on."""

    code: Annotated[Code, Names("resource-scheme")]
    title: Text
    program: Code
    cite: Cite
    valid_from: date
    valid_to: date | None = None


class Schemes(Model):
    """The file."""

    schemes: tuple[SchemeRow, ...]


class ItemRow(Model):
    """One information item; what it does not say is as its resource says."""

    code: Code
    name: Text
    type: Literal["text", "number", "date", "datetime", "code", "yes-no", "file"]
    length: int | None = None
    code_set: Annotated[Code, Ref("code-set")] | None = None
    sharing: Sharing | None = None
    ground: GroundCode | None = None
    open: Sharing | None = None
    open_ground: GroundCode | None = None
    grade: Annotated[int, Field(ge=1, le=4)] | None = None


class SystemRow(Model):
    """A system that holds the data."""

    name: Text
    level: Literal["own", "nation", "province", "city", "county"]


class Survey(Model):
    """The six numbers of the survey, sizes in GB."""

    storage_gb: str
    records: int
    shared_gb: str
    shared_records: int
    opened_gb: str = "0"
    opened_records: int = 0


class ResourceRow(Model):
    """One resource, with the elements of the 2017 guide."""

    code: Annotated[Code, Names("resource")]
    number: str = ""
    name: Text
    agency: Annotated[Code, Ref("agency")]
    summary: Text
    category: Text
    format_class: str = ""
    format_type: str = ""
    sharing: Sharing
    ground: GroundCode | None = None
    method_class: str = ""
    method_type: str = ""
    open: Sharing = "refused"
    open_ground: GroundCode | None = None
    update_cycle: Text
    related: tuple[Annotated[Code, Ref("resource")], ...] = ()
    basis: tuple[Cite, ...] = ()
    produced_by: tuple[ItemCode, ...] = ()
    needed_by: tuple[ItemCode, ...] = ()
    unlinked_reason: str = ""
    grade: str = ""
    systems: tuple[SystemRow, ...] = ()
    standing: Literal["own", "mirror", "delegate"] = "own"
    survey: Survey | None = None
    public: bool = False
    items: tuple[ItemRow, ...]

    @classmethod
    def of(cls, code: str, content: Content) -> Self:
        """A resource as a pack says it: the reverse of `content`."""
        plain = content.model_dump(exclude={*SURVEY, "items", "basis"})
        return cls.model_validate(
            {
                "code": code,
                **{name: value for name, value in plain.items() if value != ""},
                "basis": content.basis,
                "survey": {name: getattr(content, name) for name in SURVEY} if content.records else None,
                "items": [
                    {name: value for name, value in item.model_dump().items() if value != ""}
                    for item in content.items
                ],
            }
        )

    def content(self) -> Content:
        """The resource as every edition says it."""
        plain = self.model_dump(exclude={"code", "items", "survey", "basis", "systems"})
        return Content(
            **{name: "" if value is None else value for name, value in plain.items()},
            basis=tuple(cites_json(self.basis)),
            systems=tuple(System(name=one.name, level=one.level) for one in self.systems),
            **{name: str(getattr(self.survey, name)) if self.survey else "" for name in SURVEY},
            items=tuple(
                ItemContent(
                    **{name: "" if value is None else str(value) for name, value in item.model_dump().items()}
                )
                for item in self.items
            ),
        )


class Resources(Model):
    """The file."""

    resources: tuple[ResourceRow, ...]


def check_resources(document: Document, known: Known) -> Iterable[Finding]:
    """What keeps an edition from being submitted keeps a pack from being activated."""
    words = _known_words(known)
    for number, row in enumerate(document.data.resources):
        for one in find_problems(row.content(), words):
            if one.blocks:
                steps = tuple(int(step) if step.isdigit() else step for step in one.field.split("."))
                at = ("survey", *steps) if one.field in SURVEY else steps
                yield document.finding(("resources", number, *at), one.sentence)


def _known_words(known: Known) -> Vocabulary:
    """The vocabulary of the packs at hand."""
    sets = {
        name: {
            value.code: CodeView(name, value.code, value.title, value.parent, value.valid_from, value.until)
            for value in one.values
        }
        for name, one in known.get("code-set", {}).items()
    }
    grounds = {
        row.code: GroundView(row.code, row.kind, row.words, row.cite, row.valid_from, row.valid_to)
        for row in known.get("ground", {}).values()
    }
    return Vocabulary(clock.real_now().date(), sets, grounds)


def load_resources(documents: Sequence[Document], source: Source) -> Stored:
    """Write resources, items, the editions they make, and what search reads of them."""
    rows = [row for document in documents for row in document.data.resources]
    contents = {row.code: row.content() for row in rows}
    words = read_vocabulary(clock.today())
    held = {
        edition.resource_id: edition
        for edition in Edition.objects.filter(resource__in=contents, state="published").order_by("number")
    }
    made = {
        code: Edition(
            resource_id=code,
            number=(before.number or 0) + 1 if before else 1,
            base=before.number or 0 if before else 0,
            state="published",
            content=content.model_dump(mode="json"),
            changed_at=clock.now(),
            published_at=clock.now(),
            source=str(source),
        )
        for code, content in contents.items()
        if (before := held.get(code)) is None or before.content != content.model_dump(mode="json")
    }
    same = [code for code, before in held.items() if code not in made]
    for model, key in ((Resource, "code__in"), (Item, "resource__in")):
        # as an editor wrote it, and now the pack's too
        model.objects.filter(source__startswith=EDITED, **{key: same}).update(source=str(source))
    stored = store(
        Resource,
        [
            _columns(code, content, words, held.get(code), made.get(code))
            for code, content in contents.items()
        ],
        key=("code",),
        source=source,
    )
    edited = {conflict.split()[1] for conflict in stored.conflicts}
    ours = {code: content for code, content in contents.items() if code not in edited}
    Edition.objects.bulk_create(edition for code, edition in made.items() if code in ours)
    items = [row for code, content in ours.items() for row in item_rows(code, content, words)]
    kept = {(row["resource_id"], row["code"]) for row in items}
    gone = [
        item.id
        for item in Item.objects.filter(resource__in=ours).only("id", "resource_id", "code")
        if (item.resource_id, item.code) not in kept
    ]
    Item.objects.filter(id__in=gone).delete()
    stored.add(store(Item, items, key=("resource_id", "code"), source=source))
    reindex(ours)
    return stored


def _columns(
    code: str, content: Content, words: Vocabulary, held: Edition | None, made: Edition | None
) -> Mapping[str, Any]:
    edition = made or held
    assert edition
    day = clock.local(edition.published_at or clock.now()).date()
    return {"code": code, **resource_columns(content, words, published_on=day), "edition": edition.number}


def load_grounds(documents: Sequence[Document], source: Source) -> Stored:
    """Write the grounds."""
    rows = [_dated(row) for document in documents for row in document.data.grounds]
    return store(Ground, rows, key=("code",), source=source)


def load_schemes(documents: Sequence[Document], source: Source) -> Stored:
    """Write the code schemes."""
    rows = [_dated(row) for document in documents for row in document.data.schemes]
    return store(Scheme, rows, key=("code",), source=source)


def _dated(row: GroundRow | SchemeRow) -> dict[str, Any]:
    return {**row.model_dump(exclude={"cite"}), "cite": row.cite.model_dump(mode="json")}


def edited_resources() -> Iterable[Edited]:
    """The resources in force whose newest edition was published here."""
    rows = Resource.objects.filter(source__startswith=EDITED, state__in=OFFERED).order_by("code")
    newest = (
        Edition.objects.filter(resource__in=rows, state="published")
        .order_by("resource", "-number")
        .distinct("resource")
    )
    for edition in newest:
        row = ResourceRow.of(edition.resource_id, Content.model_validate(edition.content))
        record = row.model_dump(mode="json", exclude_defaults=True)
        yield Edited("resource", edition.resource_id, record, replaces=True)


SECTIONS = [
    Section("grounds", "grounds*.yaml", Grounds, load_grounds),
    Section("schemes", "schemes*.yaml", Schemes, load_schemes),
    Section("catalogue", "catalogue/*.yaml", Resources, load_resources, check_resources, edited_resources),
]
