"""What pages, cases and other modules read of services: guides, search, listed items."""

from tongban.services.queries.guides import (
    FormPage,
    Guide,
    GuideMaterial,
    bundles_with,
    check_eligibility,
    get_guide,
    get_items,
    get_regime,
    get_regimes,
    list_bundles,
    next_question,
)
from tongban.services.queries.listed import Listed, get_listed
from tongban.services.queries.ranking import Found, Hit, UnansweredWords, list_unanswered, search

__all__ = [
    "FormPage",
    "Found",
    "Guide",
    "GuideMaterial",
    "Hit",
    "Listed",
    "UnansweredWords",
    "bundles_with",
    "check_eligibility",
    "get_guide",
    "get_items",
    "get_listed",
    "get_regime",
    "get_regimes",
    "list_bundles",
    "list_unanswered",
    "next_question",
    "search",
]
