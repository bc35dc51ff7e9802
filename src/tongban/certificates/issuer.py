"""How an issuing agency, its types and its lists are named to those who check. Names are for ever."""

from uuid import UUID

from django.conf import settings

#: The name of an issuing agency's key begins so.
ISSUER_KEYS = "issuer."


def issuer_key_name(agency: str) -> str:
    """The name of an issuing agency's key."""
    return f"{ISSUER_KEYS}{agency}"


def issuer_address(agency: str) -> str:
    """The `iss` of an agency's certificates."""
    return f"https://{settings.TONGBAN_NAME}/issuers/{agency}"


def type_address(type_code: str, edition: int) -> str:
    """The `vct` of a type's edition."""
    return f"https://{settings.TONGBAN_NAME}/vct/{type_code}/{edition}"


def list_address(status_list: UUID) -> str:
    """The address of a status list."""
    return f"https://{settings.TONGBAN_NAME}/status-lists/{status_list}"


def credential_issuer(agency: str = "") -> str:
    """The identifier of an agency as an issuer to wallets (VCI 12.2.1); without one, of the whole installation.

    Wallets fetch from it, so it lies where the pages lie, and not under the name that certificates carry for ever.
    """
    origin = settings.TONGBAN_ORIGIN.rstrip("/")
    return f"{origin}/issuers/{agency}" if agency else str(origin)
