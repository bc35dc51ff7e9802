"""Loading regimes, questions, materials, items and bundles into rows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from tongban.kernel.grams import fold
from tongban.packs.api import store
from tongban.packs.ports import Document, Edited, Section, Source, Stored
from tongban.services.asking import Form
from tongban.services.checks import (
    check_bundles,
    check_front_page,
    check_items,
    check_materials,
    check_questions,
    check_regimes,
)
from tongban.services.index import index_all_listed, index_bundles, index_items
from tongban.services.models import Bundle, FrontPage, Item, Material, Question, Regime, Synonym, Topic
from tongban.services.proofs.content import SECTIONS as PROOF_SECTIONS
from tongban.services.rows import item_row
from tongban.services.schema import (
    BundleFile,
    FrontPageFile,
    ItemFile,
    Materials,
    Regimes,
    ServiceItem,
    Synonyms,
    Topics,
    with_formalities,
)
from tongban.services.standard.content import SECTIONS as STANDARD_SECTIONS

#: How the source of a row begins that an editor wrote.
EDITED = "edit:"


def _json(record: Any) -> Any:
    return record.model_dump(mode="json", by_alias=True)


def load_regimes(documents: Sequence[Document], source: Source) -> Stored:
    """Write the regimes."""
    rows = [
        {"code": row.code, "title": row.title, "table": _json(row)}
        for row in with_formalities(document.data for document in documents)
    ]
    return store(Regime, rows, key=("code",), source=source)


def load_questions(documents: Sequence[Document], source: Source) -> Stored:
    """Write the questions in the order of the files."""
    pages = {page.code: page for document in documents for page in document.data.pages}
    asked = [row for document in documents for row in document.data.questions]
    rows = [
        {
            "code": row.code,
            "ordinal": ordinal,
            "page": row.page,
            "page_title": pages[row.page].title,
            "page_hint": pages[row.page].hint,
            "terms": _json(row),
        }
        for ordinal, row in enumerate(asked)
    ]
    return store(Question, rows, key=("code",), source=source)


def load_materials(documents: Sequence[Document], source: Source) -> Stored:
    """Write the materials."""
    rows = [
        {"code": row.code, "title": row.title, "kind": row.kind, "issuer": row.issuer, "terms": _json(row)}
        for document in documents
        for row in document.data.materials
    ]
    return store(Material, rows, key=("code",), source=source)


def load_items(documents: Sequence[Document], source: Source) -> Stored:
    """Write new versions of items. A version once written stays what it was: cases are decided by it.

    What an editor wrote is never overwritten, nor is it passed over by a newer version of a pack that does not have it:
    both are conflicts. A version that a pack now has as the editor wrote it (`packs export`) is the pack's from here on.
    """
    rows = [item_row(row) for document in documents for row in document.data.items]
    held = {(row.code, row.version): row for row in Item.objects.all()}
    same, kept, conflicts = [], [], []
    said = {(row["code"], row["version"]) for row in rows}
    for row in rows:
        key = (row["code"], row["version"])
        before = held.get(key)
        if before and _json(ServiceItem.model_validate(before.terms)) != row["terms"]:
            conflicts.append(_clash(before))
        elif before is None and (written := _passed_over(row, held, said)):
            conflicts.append(
                f"the item {row['code']} has version {written} edited here, which the pack lacks: "
                f"`packs export` it before version {row['version']}"
            )
        else:
            kept.append(row)
            same += [before.pk] if before and before.source.startswith(EDITED) else []
    Item.objects.filter(pk__in=same).update(source=str(source))
    stored = store(Item, kept, key=("code", "version"), source=source)
    stored.conflicts += conflicts
    index_items()
    return stored


def _clash(held: Item) -> str:
    if held.source.startswith(EDITED):
        return (
            f"the item {held.code} version {held.version} was edited here since: "
            f"`packs export` it, and give the pack's own version {held.version + 1}"
        )
    return (
        f"the item {held.code} changed within its version {held.version}: give it version {held.version + 1}"
    )


def _passed_over(
    row: Mapping[str, Any], held: Mapping[tuple[str, int], Item], said: Collection[tuple[str, int]]
) -> int:
    """The version that an editor wrote here and a newer one of the pack would pass over; 0 for none."""
    versions = [
        version
        for (code, version), one in held.items()
        if code == row["code"]
        and version < row["version"]
        and one.source.startswith(EDITED)
        and (code, version) not in said
    ]
    return max(versions, default=0)


def load_bundles(documents: Sequence[Document], source: Source) -> Stored:
    """Write the bundles."""
    rows = [
        {
            **row.model_dump(exclude={"members", "eligibility", "before", "aliases"}),
            "aliases": list(row.aliases),
            "members": [_json(member) for member in row.members],
            "eligibility": _json(row.eligibility) if row.eligibility else None,
            "before": _json(row.before) if row.before else None,
        }
        for document in documents
        for row in document.data.bundles
    ]
    stored = store(Bundle, rows, key=("code", "version"), source=source)
    index_bundles()
    return stored


def load_topics(documents: Sequence[Document], source: Source) -> Stored:
    """Write the topics in their order; those that left the pack go."""
    topics = [row for document in documents for row in document.data.topics]
    rows = [{"code": row.code, "title": row.title, "ordinal": n} for n, row in enumerate(topics)]
    Topic.objects.filter(source__startswith=f"pack:{source.pack}@").exclude(
        code__in=[row.code for row in topics]
    ).delete()
    return store(Topic, rows, key=("code",), source=source)


def load_front_page(documents: Sequence[Document], source: Source) -> Stored:
    """Write what the front page says."""
    rows = [
        {
            "pack": source.pack,
            "hotline": _json(document.data.hotline),
            "elder_tasks": [_json(task) for task in document.data.elder_tasks],
        }
        for document in documents
    ]
    return store(FrontPage, rows, key=("pack",), source=source)


def load_synonyms(documents: Sequence[Document], source: Source) -> Stored:
    """Write what people say for what titles say; words that left the pack go. All entries learn of a change."""
    means: dict[str, list[str]] = {}
    for document in documents:
        for row in document.data.synonyms:
            for word in row.say:
                means.setdefault(fold(word), []).extend(row.means)
    before = dict(Synonym.objects.values_list("word", "means"))
    rows = [{"word": word, "means": list(dict.fromkeys(said))} for word, said in means.items()]
    stored = store(Synonym, rows, key=("word",), source=source)
    Synonym.objects.filter(source__startswith=f"pack:{source.pack}@").exclude(word__in=means).delete()
    if before != dict(Synonym.objects.values_list("word", "means")):
        index_all_listed()
        index_items()
        index_bundles()
    return stored


def edited_items() -> Iterable[Edited]:
    """The versions of items that editors wrote here; they stand beside the pack's older ones."""
    for row in Item.objects.filter(source__startswith=EDITED).order_by("code", "version"):
        item = ServiceItem.model_validate(row.terms)
        # what an item says is written even where it is the default: no fee must be said to be free
        said = item.model_dump(mode="json", by_alias=True, exclude_none=True).items()
        record = {name: value for name, value in said if value not in ("", [], {})}
        yield Edited("item", row.code, record, replaces=False)


SECTIONS = [
    *STANDARD_SECTIONS,
    Section("regimes", "regimes*.yaml", Regimes, load_regimes, check_regimes),
    Section("questions", "questions*.yaml", Form, load_questions, check_questions),
    Section("materials", "materials*.yaml", Materials, load_materials, check_materials),
    Section("topics", "topics.yaml", Topics, load_topics),
    Section("items", "items/*.yaml", ItemFile, load_items, check_items, edited_items),
    Section("synonyms", "synonyms.yaml", Synonyms, load_synonyms),
    Section("bundles", "bundles/*.yaml", BundleFile, load_bundles, check_bundles),
    *PROOF_SECTIONS,
    Section("front-page", "front-page.yaml", FrontPageFile, load_front_page, check_front_page),
]
