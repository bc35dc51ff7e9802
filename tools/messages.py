"""Collects what pages say into `locale/en/LC_MESSAGES/django.po`, compiles it, and lists what nobody has translated.

Usage: python -m tools.messages [--check] [more.po ...]
(--check changes nothing and fails if something is missing; another catalogue's translations fill gaps)

Collected: `translate` and `blocktranslate` in templates, `gettext` and its relatives and `say` in Python, and every
Chinese text of a module below the portals and every error of the portals, since they reach pages as they are. No GNU gettext needed.
The catalogue is sorted and names no lines, so that branches merge; a translation whose text is gone goes too.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeGuard

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as CatalogMessage
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tongban.site.home import checkout

SOURCES = checkout() / "src" / "tongban"
FOLDER = SOURCES / "locale" / "en" / "LC_MESSAGES"
HAN = re.compile("[\u3400-\u9fff]")
SQL = re.compile(r"\b(?:select|coalesce|case when)\b")
HAN_OR_MARK = re.compile("[\u3001-\u303f\u3400-\u9fff\uff01-\uff65]")
CALLS = {"_", "gettext", "gettext_lazy", "say"}
PLURAL_CALLS = {"ngettext", "ngettext_lazy"}
#: Take texts apart: a pattern or the marks at an end are no sentence.
TAKING_APART = {"compile", "strip"}
#: Written papers are in Chinese whatever the page says; the story and the commands speak to operators, the gateway
#: to other systems.
CHINESE_ONLY = (
    "bulk/inventing.py",
    "bulk/normalising.py",
    "demo/",
    "site/",
    "cases/written.py",
    "documents/paper.py",
    "documents/seal.py",
    "documents/typesetting.py",
    "exchange/answering/",
    "exchange/feeding/",
    "exchange/metering/shares.py",
    "exchange/outside/cases.py",
    "exchange/sandbox/cases.py",
    "exchange/sandbox/feed.py",
    "exchange/sandbox/rows.py",
    "portals/gateway/",
    "portals/design/letters.py",
    "portals/design/slips.py",
    "portals/design/written.py",
    "kernel/grams.py",
)
#: Kept as data in Chinese, or said to operators: no page translates what these put together.
KEPT_IN_CHINESE = (
    *CHINESE_ONLY,
    "cases/fetching.py",
    "exchange/actions/subsystems.py",
    "exchange/packs.py",
    "ledger/asking.py",
    "ledger/cosigning.py",
    "ledger/evidence.py",
    "ledger/leaf.py",
    "portals/design/language.py",
    "registers/drops/",
    "registers/pulling.py",
    "services/codes.py",
    "services/listing.py",
)
Message = str | tuple[str, str]


def collected() -> Catalog:
    """Every text of the program that pages may say."""
    catalog = Catalog(locale="en", domain="django", fuzzy=False)
    for path in sorted(SOURCES.rglob("*.html")):
        for message in _of_template(path):
            catalog.add(message)
    for path in sorted(SOURCES.rglob("*.py")):
        for message, context in _of_python(path):
            catalog.add(message, context=context)
    return catalog


def translated() -> Catalog:
    """The catalogue as committed."""
    return _read(FOLDER / "django.po")


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def written(catalog: Catalog) -> bytes:
    """The catalogue as a file: sorted, no dates, no line numbers."""
    buffer = io.BytesIO()
    write_po(
        buffer, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True
    )
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n"Language: en\\n"\n\n'
    return head.encode() + re.sub(rb"(?m)^#, python-(brace-)?format\n", b"", buffer.getvalue())


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as gettext reads it; the same bytes whenever it is made."""
    catalog.creation_date = catalog.revision_date = datetime(2026, 11, 25, tzinfo=UTC)
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def merged(*others: Path) -> Catalog:
    """What the program says now, with the translations there are; near misses are not guessed."""
    catalog = collected()
    for known in (*map(_read, others), translated()):
        for message in catalog:
            found = known.get(message.id, message.context) if message.id else None
            if found and _is_translated(found) and found.pluralizable == message.pluralizable:
                message.string = found.string
    return catalog


def missing(catalog: Catalog) -> list[str]:
    """The texts without a translation."""
    return [str(message.id) for message in catalog if message.id and not _is_translated(message)]


def _is_translated(message: CatalogMessage) -> bool:
    """In every number, if it has several."""
    return all([message.string] if isinstance(message.string, str) else message.string or [""])


def unsayable() -> list[str]:
    """Chinese f-strings below the portals: no catalogue can translate them; `say` can."""
    return [
        f"{path.relative_to(SOURCES)}:{node.lineno}: {ast.unparse(node)}"
        for path in sorted(SOURCES.rglob("*.py"))
        if not _stands_in(path, KEPT_IN_CHINESE)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr) and _says(node)
    ]


def _says(node: ast.JoinedStr) -> bool:
    return any(isinstance(one, ast.Constant) and HAN.search(str(one.value)) for one in node.values)


def _of_template(path: Path) -> Iterator[Message]:
    source = templatize(path.read_text("utf-8"))
    keywords: dict[str, tuple[int, ...] | None] = {"gettext": None, "ngettext": (1, 2), "pgettext": (2,)}
    for _line, message, _comments, _context in extract("python", io.BytesIO(source.encode()), keywords):
        yield message


def _of_python(path: Path) -> Iterator[tuple[Message, str | None]]:
    tree = ast.parse(path.read_text("utf-8"))
    heard = not _stands_in(path, CHINESE_ONLY)
    below = heard and "portals" not in path.parts
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    silent |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    raised = {id(part) for node in ast.walk(tree) if isinstance(node, ast.Raise) for part in _given(node.exc)}
    silent |= {id(part) for node in ast.walk(tree) if _takes_apart(node) for part in node.args}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            texts = [
                one.value for one in node.args if isinstance(one, ast.Constant) and _is_chinese(one.value)
            ]
            if node.func.id in CALLS and texts:
                yield texts[0], None
            elif node.func.id in PLURAL_CALLS and len(texts) > 1:
                yield (texts[0], texts[1]), None
            elif node.func.id == "npgettext":
                yield (texts[0], texts[1]), ast.literal_eval(node.args[0])
        elif (
            isinstance(node, ast.Constant)
            and _is_chinese(node.value)
            and ((below and id(node) not in silent) or (heard and id(node) in raised))
        ):
            yield node.value, None


def _given(error: ast.expr | None) -> list[ast.expr]:
    return error.args if isinstance(error, ast.Call) else []


def _takes_apart(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TAKING_APART
    )


def _is_chinese(value: object) -> bool:
    """Whether a page may say it: a statement for the database or a whole file is no sentence."""
    if not isinstance(value, str) or SQL.search(value) or "\n\n" in value:
        return False
    return bool(HAN_OR_MARK.search(value))


def _stands_in(path: Path, places: tuple[str, ...]) -> bool:
    return path.relative_to(SOURCES).as_posix().startswith(places) or "migrations" in path.parts


def main(words: list[str]) -> int:
    """Write the catalogue and say what is missing."""
    catalog = merged(*(Path(word) for word in words if word != "--check"))
    if "--check" not in words:
        (FOLDER / "django.po").write_bytes(written(catalog))
        (FOLDER / "django.mo").write_bytes(compiled(translated()))
    gaps, lost = missing(catalog), unsayable()
    said = [f"cannot be translated, use say(): {sentence}" for sentence in lost]
    said += [f"not translated: {text}" for text in gaps]
    said += [f"{len(catalog)} texts, {len(gaps)} not translated, {len(lost)} that cannot be", ""]
    sys.stdout.write("\n".join(said))
    return 1 if "--check" in words and (gaps or lost) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
