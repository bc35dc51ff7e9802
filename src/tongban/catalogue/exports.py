"""A resource as rows of the guide's sheet."""

from tongban.catalogue.content import ITEM_TYPES, Content
from tongban.catalogue.sheet import RESOURCE_COLUMNS
from tongban.catalogue.shown import CHOICES, ground_words, words_of
from tongban.catalogue.vocabulary import Vocabulary
from tongban.identity.api import AgencyView


def sheet_rows(
    content: Content, agency: AgencyView, words: Vocabulary, *, published_on: str
) -> list[dict[str, str]]:
    """A resource as rows of the guide's sheet, one for each item, each whole."""
    head = {
        name: words_of(content, name, words)
        for name in RESOURCE_COLUMNS
        if name not in {"provider", "provider_code", "published_on"}
    }
    for name in ("ground", "open_ground"):
        head[name] = ground_words(getattr(content, name), words)
    head |= {"provider": agency.name, "provider_code": agency.uscc, "published_on": published_on}
    return [
        {
            **head,
            "item_name": item.name,
            "item_code": item.code,
            "item_type": ITEM_TYPES.get(item.type, item.type),
            "item_length": item.length,
            "item_code_set": item.code_set,
            "item_sharing": CHOICES["sharing"].get(item.sharing, item.sharing),
            "item_ground": ground_words(item.ground, words),
            "item_open": CHOICES["open"].get(item.open, item.open),
            "item_open_ground": ground_words(item.open_ground, words),
            "item_grade": item.grade,
        }
        for item in content.items
    ]
