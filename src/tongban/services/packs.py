"""Loading regimes, questions, materials, items and bundles into rows."""

from collections.abc import Sequence
from typing import Any

from tongban.kernel.grams import fold, pinyin_of
from tongban.packs.api import store
from tongban.packs.ports import Document, Section, Source, Stored
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
from tongban.services.schema import (
    BundleFile,
    Form,
    FrontPageFile,
    ItemFile,
    Materials,
    Regimes,
    ServiceItem,
    Synonyms,
    Topics,
)


def _json(record: Any) -> Any:
    return record.model_dump(mode="json", by_alias=True)


def load_regimes(documents: Sequence[Document], source: Source) -> Stored:
    """Write the regimes."""
    rows = [
        {"code": row.code, "title": row.title, "table": _json(row)}
        for document in documents
        for row in document.data.regimes
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
    """Write new versions of items. A version once written stays what it was: cases are decided by it."""
    rows = [_item(row) for document in documents for row in document.data.items]
    held = {
        (row.code, row.version): _json(ServiceItem.model_validate(row.terms)) for row in Item.objects.all()
    }
    changed = [row for row in rows if held.get((row["code"], row["version"]), row["terms"]) != row["terms"]]
    stored = store(Item, [row for row in rows if row not in changed], key=("code", "version"), source=source)
    stored.conflicts += [
        f"the item {row['code']} changed within its version {row['version']}: give it version {row['version'] + 1}"
        for row in changed
    ]
    index_items()
    return stored


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


def _item(row: ServiceItem) -> dict[str, Any]:
    return {
        "code": row.code,
        "version": row.version,
        "title": row.title,
        "kind": row.kind,
        "regime_id": row.regime,
        "deciding": row.deciding,
        "competent": row.competent,
        "supervising": row.supervising,
        "window": row.window,
        "visits": row.visits,
        "materials": list(row.materials),
        "questions": list(row.questions),
        "topic": row.topic,
        "serves": list(row.serves),
        "sorts_as": pinyin_of(row.title),
        "terms": _json(row),
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


SECTIONS = [
    Section("regimes", "regimes*.yaml", Regimes, load_regimes, check_regimes),
    Section("questions", "questions*.yaml", Form, load_questions, check_questions),
    Section("materials", "materials*.yaml", Materials, load_materials, check_materials),
    Section("topics", "topics.yaml", Topics, load_topics),
    Section("items", "items/*.yaml", ItemFile, load_items, check_items),
    Section("synonyms", "synonyms.yaml", Synonyms, load_synonyms),
    Section("bundles", "bundles/*.yaml", BundleFile, load_bundles, check_bundles),
    *PROOF_SECTIONS,
    Section("front-page", "front-page.yaml", FrontPageFile, load_front_page, check_front_page),
]
