"""The door of services."""

from tongban.services.queries import (
    FormPage,
    Guide,
    GuideMaterial,
    Hit,
    bundles_with,
    check_eligibility,
    get_guide,
    get_items,
    get_regime,
    get_regimes,
    list_bundles,
    search,
)
from tongban.services.schema import (
    BundleTerms,
    Fact,
    MaterialTerms,
    Question,
    RegimeTable,
    ServiceItem,
    Verb,
)

__all__ = [
    "BundleTerms",
    "Fact",
    "FormPage",
    "Guide",
    "GuideMaterial",
    "Hit",
    "MaterialTerms",
    "Question",
    "RegimeTable",
    "ServiceItem",
    "Verb",
    "bundles_with",
    "check_eligibility",
    "get_guide",
    "get_items",
    "get_regime",
    "get_regimes",
    "list_bundles",
    "search",
]
