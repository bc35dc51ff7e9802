"""The file of trusted issuers: their keys, and since when one is revoked. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tongban.certificates.jose import BadCredential, Jwk
from tongban.certificates.sdjwt import MOMENT


def read_issuer_keys(document: Mapping[str, Any]) -> dict[tuple[str, str], Jwk]:
    """Issuer keys from the file that `issuer_document` writes.

    Raises:
        BadCredential: the file has another form.
    """
    try:
        return {(row["iss"], row["kid"]): row["jwk"] for row in document["issuers"]}
    except (KeyError, TypeError) as error:
        raise BadCredential("unreadable", "签发者名单文件的格式不对。") from error


def read_revoked_issuers(document: Mapping[str, Any]) -> dict[tuple[str, str], datetime]:
    """The issuers' keys of that file that are revoked, each with the moment since which.

    Raises:
        BadCredential: the file has another form.
    """
    try:
        return {
            (row["iss"], row["kid"]): datetime.strptime(row["revoked"], MOMENT).replace(tzinfo=UTC)
            for row in document["issuers"]
            if "revoked" in row
        }
    except (KeyError, TypeError, ValueError) as error:
        raise BadCredential("unreadable", "签发者名单文件的格式不对。") from error
