"""`texts-<language>.yaml`: what texts of the packs are in another language, one file for a translator.

The key is the Chinese text itself, wherever it stands in the packs: title, summary, question, agency. What has no entry
is shown in Chinese and marked so; legal texts have none, for only the Chinese one is law.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel

from tongban.packs.actions import store
from tongban.packs.models import Activation, TranslatedText
from tongban.packs.ports import Document, Finding, Known, Model, Section, Source, Stored, Text


class TextsFile(Model):
    """The file: the language, and each Chinese text with its translation."""

    language: Literal["en"]
    texts: dict[Text, Text]


def check_texts(document: Document, known: Known) -> Iterable[Finding]:
    """Every key is a text that the packs still say somewhere, or a part of one."""
    said = "\n".join(
        text
        for data in known["document"].values()
        if not isinstance(data, TextsFile)
        for text in _texts_of(data)
    )
    for text in document.data.texts:
        if text not in said:
            sentence = f"the packs say {text[:40]!r} nowhere; correct or remove it"
            yield document.finding(("texts", text), sentence, level="warning")


def load_texts(documents: Sequence[Document], source: Source) -> Stored:
    """Write the translated texts."""
    rows = [
        {"language": document.data.language, "text": text, "words": words}
        for document in documents
        for text, words in document.data.texts.items()
    ]
    return store(TranslatedText, rows, key=("language", "text"), source=source)


_held: dict[str, tuple[int, Mapping[str, str]]] = {}


def translated_texts(language: str) -> Mapping[str, str]:
    """Each Chinese text of the active packs that has a translation; read anew when a pack was activated since."""
    newest = Activation.objects.order_by("-id").values_list("id", flat=True).first() or 0
    held = _held.get(language)
    if held is None or held[0] != newest:
        rows = TranslatedText.objects.filter(language=language).values_list("text", "words")
        held = _held[language] = (newest, dict(rows))
    return held[1]


def _texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts_of(getattr(value, name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts_of(inner)


SECTIONS = [Section("texts", "texts-*.yaml", TextsFile, load_texts, check_texts)]
