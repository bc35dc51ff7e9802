"""The terms of items: sharing type and ground by code, as they are compared between editions."""

from collections.abc import Mapping

from tongban.catalogue.content import Content

#: Sharing type and ground of items, by code.
Terms = Mapping[str, tuple[str, str]]


def terms_of(content: Content) -> Terms:
    """The terms that a content says."""
    return {item.code: (item.sharing, item.ground) for item in map(content.terms_of, content.items)}


def sharings(terms: Terms) -> dict[str, str]:
    """The sharing types alone."""
    return {item: sharing for item, (sharing, _ground) in terms.items()}
