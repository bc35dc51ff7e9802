"""Taking over the items of a Table Schema into a draft: good fields become items, the others come back with reasons."""

from dataclasses import dataclass

from tongban.catalogue.actions.drafting import save_resource
from tongban.catalogue.checks import find_problems
from tongban.catalogue.content import ItemContent
from tongban.catalogue.queries.desk import get_desk
from tongban.catalogue.schema import SchemaField, read_schema
from tongban.catalogue.vocabulary import Vocabulary
from tongban.journal.api import Actor


@dataclass(frozen=True)
class SchemaRead:
    """What a Table Schema did: names of items that are new, of items that were changed, and fields that come back."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    bad: tuple[tuple[SchemaField, str], ...]


def import_schema(*, code: str, data: bytes, seen: int | None, words: Vocabulary, by: Actor) -> SchemaRead:
    """Write the fields of a Table Schema into the draft of a resource; items that it does not name stay.

    A field is the item of the same code, or of the same name; what it leaves open stays as it was.

    Raises:
        BadInput: the file is no Table Schema.
        NotFound, NotAllowed, Conflict: as `save_resource`.
    """
    desk = get_desk(code, words, by=by)
    items = {item.code: item for item in desk.content.items}
    codes = {item.name: item.code for item in desk.content.items}
    added: list[str] = []
    changed: list[str] = []
    bad: list[tuple[SchemaField, str]] = []
    taken: set[str] = set()
    for field in read_schema(data):
        if field.fault:
            bad.append((field, field.fault))
            continue
        item = _coded(field.item, codes, items)
        before = items.get(item.code)
        if before is not None:
            given = {name: value for name, value in item.model_dump().items() if value}
            item = before.model_copy(update=given)
        tried = {**items, item.code: item}
        place = f"items.{[*tried].index(item.code)}."
        content = desk.content.model_copy(update={"items": tuple(tried.values())})
        faults = [
            one.sentence
            for one in find_problems(content, words)
            if one.blocks and one.field.startswith(place)
        ]
        if item.code in taken:
            faults = ["和前面的字段代码一样。"]
        if faults:
            bad.append((field, "".join(faults)))
            continue
        taken.add(item.code)
        items = tried
        if before is None:
            added.append(item.name)
        elif before != item:
            changed.append(item.name)
    if added or changed:
        content = desk.content.model_copy(update={"items": tuple(items.values())})
        save_resource(code=code, content=content, seen=seen, by=by)
    return SchemaRead(tuple(added), tuple(changed), tuple(bad))


def _coded(item: ItemContent, codes: dict[str, str], items: dict[str, ItemContent]) -> ItemContent:
    """The item with a code: its own, that of the item of the same name, or the next free one."""
    if item.code:
        return item
    free = next(n for n in range(1, 10_000) if f"item_{n}" not in items)
    return item.model_copy(update={"code": codes.get(item.name, f"item_{free}")})
