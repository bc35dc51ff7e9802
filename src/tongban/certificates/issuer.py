"""How an issuing agency is named to those who check: the address in `iss`, the name of its key in `kid`."""

from django.conf import settings


def issuer_key_name(agency: str) -> str:
    """The name of an issuing agency's key."""
    return f"issuer.{agency}"


def issuer_address(agency: str) -> str:
    """The `iss` of an agency's certificates."""
    return f"https://{settings.TONGBAN_NAME}/issuers/{agency}"
