"""A content in words, as forms, sheets and comparisons write it; and back from words."""

from collections.abc import Callable, Mapping
from typing import Any

from tongban.catalogue.content import GRADES, ITEM_TYPES, SYSTEM_LEVELS, Content, ItemContent, System
from tongban.catalogue.models import OPEN_TYPES, SHARING_TYPES, STANDINGS
from tongban.catalogue.vocabulary import Vocabulary

CODE_SET_OF = {
    "category": "resource-class",
    "format_class": "resource-format",
    "format_type": "resource-format",
    "method_class": "share-method",
    "method_type": "share-method",
    "update_cycle": "update-cycle",
}
CHOICES: Mapping[str, Mapping[str, str]] = {
    "sharing": SHARING_TYPES,
    "open": OPEN_TYPES,
    "grade": GRADES,
    "standing": STANDINGS,
    "type": ITEM_TYPES,
}


def _system(system: System) -> str:
    return f"{system.name}，{SYSTEM_LEVELS.get(system.level, system.level)}"


def _cite(cite: Mapping[str, str]) -> str:
    return "，".join(part for part in (cite["law"], cite.get("article", "")) if part)


_LISTS: Mapping[str, Callable[[Any], str]] = {"basis": _cite, "systems": _system}


def words_of(content: Content, name: str, words: Vocabulary) -> str:
    """What a content says of an element; several lines where there are several."""
    value: Any = getattr(content, name)
    if name in CODE_SET_OF:
        return (
            words.path(CODE_SET_OF[name], value)
            if name == "category"
            else words.title(CODE_SET_OF[name], value)
        )
    if name in CHOICES:
        return CHOICES[name].get(value, value)
    if name in {"ground", "open_ground"}:
        return ground_words(value, words)
    if name in _LISTS:
        return "\n".join(_LISTS[name](one) for one in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "\n".join(value) if isinstance(value, tuple) else str(value)


def _coded(name: str, value: str, words: Vocabulary) -> str:
    if name in CHOICES:
        return CHOICES[name].get(value, value)
    if name in CODE_SET_OF:
        if name == "category":
            return words.path(CODE_SET_OF[name], value)
        return words.title(CODE_SET_OF[name], value)
    return ground_words(value, words)


def item_words(item: ItemContent, name: str, words: Vocabulary) -> str:
    """What an item says of a column."""
    value = str(getattr(item, name))
    if name in {"ground", "open_ground"}:
        return ground_words(value, words)
    return CHOICES.get(name, {}).get(value, value)


def ground_words(code: str, words: Vocabulary) -> str:
    """A ground with its law; the code itself where nobody knows it."""
    ground = words.grounds.get(code)
    return f"{ground.words}（{ground.cite}）" if ground else code


def code_of(words_given: str, name: str) -> str:
    """The code for what a sheet says: a title or a code; what is neither comes back as it is, for `checks` to name."""
    given = words_given.strip()
    for code, title in CHOICES[name].items():
        if given.casefold() in {code, title.casefold()}:
            return code
    return given


def ground_of(words_given: str, kind: str, words: Vocabulary) -> str:
    """The ground of a kind for its code or its words, with or without the law behind them."""
    given = words_given.strip()
    for ground in words.grounds.values():
        said = {ground.code, ground.words, ground_words(ground.code, words)}
        if ground.kind == kind and given in said:
            return ground.code
    return given
