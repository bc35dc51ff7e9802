"""The door of identity."""

from tongban.identity.actions import register_firm
from tongban.identity.numbers import is_credit_code, is_id_number, is_organisation_code, masked
from tongban.identity.queries import (
    AgencyView,
    Candidate,
    FirmView,
    PersonView,
    actor_of,
    candidates,
    find_account,
    find_actor,
    get_agencies,
    get_agency,
    get_firms_of,
    get_person,
    officer_posts,
    officers_with,
    role_titles,
)

__all__ = [
    "AgencyView",
    "Candidate",
    "FirmView",
    "PersonView",
    "actor_of",
    "candidates",
    "find_account",
    "find_actor",
    "get_agencies",
    "get_agency",
    "get_firms_of",
    "get_person",
    "is_credit_code",
    "is_id_number",
    "is_organisation_code",
    "masked",
    "officer_posts",
    "officers_with",
    "register_firm",
    "role_titles",
]
