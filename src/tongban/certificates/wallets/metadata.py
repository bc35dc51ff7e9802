"""What wallets read before they ask: the credential issuer's metadata (VCI 12.2) and the authorization server's (12.3)."""

from collections.abc import Callable, Mapping
from typing import Any

from tongban.certificates.issuer import credential_issuer, type_address
from tongban.certificates.jose import ALGORITHM
from tongban.certificates.models import CertificateType
from tongban.certificates.sdjwt import MEDIA_TYPE
from tongban.certificates.signing.editions import claim_titles
from tongban.certificates.signing.models import TypeEdition
from tongban.certificates.wallets.offering import GRANT, configuration_id
from tongban.certificates.wallets.policy import BATCH_SIZE
from tongban.certificates.wallets.proofs import PROOF_TYPE
from tongban.certificates.wallets.tokens import REFRESH
from tongban.identity.api import get_agencies
from tongban.kernel.errors import NotFound

#: Says a Chinese text in English; empty where nobody translated it.
English = Callable[[str], str]
#: What not every certificate of a type has.
_SOMETIMES = {"co_holders"}


def issuer_offers(
    agency: str, *, endpoints: Mapping[str, str], english: English, city: str
) -> dict[str, Any]:
    """The metadata of an agency as credential issuer, or (empty) of the installation as one; VCI 12.2.4.

    `endpoints` are the addresses by their names in the metadata, `city` is the installation's own name.

    Raises:
        NotFound: no agency of that code issues certificates here.
    """
    rows = TypeEdition.objects.select_related("type").order_by("type_id", "number")
    if agency:
        rows = rows.filter(type__issuers__contains=[agency])
    found = list(rows)
    if not found:
        raise NotFound("没有这个签发机关。")
    name = get_agencies({agency})[agency].name if agency else city
    return {
        "credential_issuer": credential_issuer(agency),
        "authorization_servers": [credential_issuer()],
        **endpoints,
        "batch_credential_issuance": {"batch_size": BATCH_SIZE},
        "display": _display(name, english),
        "credential_configurations_supported": {
            configuration_id(one.type_id, one.number): _configuration(one, english) for one in found
        },
    }


def authorization_server(*, token_endpoint: str) -> dict[str, Any]:
    """The metadata of the authorization server (RFC 8414).

    Without `response_types_supported`: there is no authorization endpoint, and VCI 12.2.4 lets it be left out.
    """
    return {
        "issuer": credential_issuer(),
        "token_endpoint": token_endpoint,
        "token_endpoint_auth_methods_supported": ["none"],
        "grant_types_supported": [GRANT, REFRESH],
        "pre-authorized_grant_anonymous_access_supported": True,
        "authorization_details_types_supported": ["openid_credential"],
    }


def _configuration(edition: TypeEdition, english: English) -> dict[str, Any]:
    """One edition of a type: the profile of `dc+sd-jwt` (VCI appendix A.3.2)."""
    kind: CertificateType = edition.type
    return {
        "format": MEDIA_TYPE,
        "vct": type_address(kind.type_code, edition.number),
        "scope": f"certificate:{configuration_id(kind.code, edition.number)}",
        "cryptographic_binding_methods_supported": ["jwk"],
        "credential_signing_alg_values_supported": [ALGORITHM],
        "proof_types_supported": {PROOF_TYPE: {"proof_signing_alg_values_supported": [ALGORITHM]}},
        "credential_metadata": {
            "display": _display(edition.title, english),
            "claims": [
                {
                    "path": [name],
                    "mandatory": name not in _SOMETIMES,
                    "display": _display(title, english),
                }
                for name, title, _chosen in claim_titles(edition.fields)
            ],
        },
    }


def _display(text: str, english: English) -> list[dict[str, str]]:
    """A text in Chinese, and in English where it is translated: one object for each language."""
    said = [{"name": text, "locale": "zh-CN"}]
    if words := english(text):
        said.append({"name": words, "locale": "en"})
    return said
