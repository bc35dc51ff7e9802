"""`catalogue/*.yaml`: resources with their items."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from tongban.catalogue.models import Item, Resource
from tongban.packs.api import store
from tongban.packs.ports import (
    Cite,
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

Sharing = Literal["unconditional", "conditional", "refused"]


class ItemRow(Model):
    """One information item; without `sharing` it shares as its resource does."""

    code: Code
    name: Text
    type: Literal["text", "number", "date", "code", "yes-no"]
    sharing: Sharing | None = None
    condition: str = ""
    cite: Cite | None = None


class ResourceRow(Model):
    """One resource; `condition` and `cite` hold for every item that names none of its own."""

    code: Annotated[Code, Names("resource")]
    name: Text
    agency: Annotated[Code, Ref("agency")]
    summary: Text
    category: Text
    sharing: Sharing
    condition: str = ""
    cite: Cite | None = None
    update_cycle: Text
    items: tuple[ItemRow, ...]


class Resources(Model):
    """The file."""

    resources: tuple[ResourceRow, ...]


def check_resources(document: Document, _known: Known) -> Iterable[Finding]:
    """Conditions and refusals must cite (国发〔2016〕51号); item codes are used once."""
    for number, resource in enumerate(document.data.resources):
        seen = set()
        for n, item in enumerate(resource.items):
            place = ("resources", number, "items", n)
            if item.code in seen:
                yield document.finding((*place, "code"), f"the item {item.code!r} stands twice")
            seen.add(item.code)
            if (item.sharing or resource.sharing) != "unconditional" and not (item.cite or resource.cite):
                yield document.finding(
                    (*place, "cite"), "an item that is not shared unconditionally needs its legal ground"
                )


def load_resources(documents: Sequence[Document], source: Source) -> Stored:
    """Write resources and items."""
    resources = [row for document in documents for row in document.data.resources]
    stored = store(
        Resource,
        [row.model_dump(exclude={"items", "condition", "cite"}) for row in resources],
        key=("code",),
        source=source,
    )
    items = [
        {
            "resource_id": row.code,
            "code": item.code,
            "name": item.name,
            "type": item.type,
            "sharing": item.sharing or row.sharing,
            "condition": item.condition or row.condition,
            "cite": cite.model_dump(mode="json") if (cite := item.cite or row.cite) else None,
            "ordinal": ordinal,
        }
        for row in resources
        for ordinal, item in enumerate(row.items)
    ]
    stored.add(store(Item, items, key=("resource_id", "code"), source=source))
    return stored


SECTIONS = [Section("catalogue", "catalogue/*.yaml", Resources, load_resources, check_resources)]
