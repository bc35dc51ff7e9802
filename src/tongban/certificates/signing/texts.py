"""Signing certificates: the text of one, or of many at once, each with its own place in a status list."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from tongban.certificates.issuer import issuer_address, issuer_key_name, type_address
from tongban.certificates.jose import Jwk
from tongban.certificates.models import Certificate
from tongban.certificates.sdjwt import make_sd_jwt
from tongban.certificates.signing.editions import claim_name, editions_of, integrity_of
from tongban.certificates.signing.models import FurtherHolder, TypeEdition
from tongban.certificates.statuses.places import Place, take_places
from tongban.identity.api import get_agencies
from tongban.kernel import clock
from tongban.keys.api import current_key, custody


@dataclass(frozen=True)
class Signed:
    """A signed text, and its SHA-256 (of the issuer's token alone, 32 bytes): what the ledger keeps of it."""

    text: str
    sha256: bytes


def sign_texts(
    rows: Sequence[Certificate],
    *,
    co_holders: Mapping[UUID, Sequence[FurtherHolder]] | None = None,
) -> list[Signed]:
    """Sign certificates (rows with their `type`), in their order; part of the act that records them.

    `exp` is left to the shown validity: an expired licence is still a true one, and says so. Costs three queries for
    each issuer, however many.

    Raises:
        Misconfigured: an issuing agency has no key.
    """
    return list(signing_texts(rows, co_holders=co_holders))


def signing_texts(
    rows: Sequence[Certificate],
    *,
    co_holders: Mapping[UUID, Sequence[FurtherHolder]] | None = None,
) -> Iterator[Signed]:
    """As `sign_texts`, but each is signed when it is taken: what the database is asked is asked before the first."""
    others = co_holders or {}
    editions = editions_of((row.type_id, row.edition) for row in rows)
    integrity = {pair: integrity_of(edition) for pair, edition in editions.items()}
    names = {code: agency.name for code, agency in get_agencies({row.issuer for row in rows}).items()}
    keys = {issuer: current_key(issuer_key_name(issuer)) for issuer in {row.issuer for row in rows}}
    places: dict[UUID, Place] = {}
    for issuer in sorted(keys):
        mine = [row.id for row in rows if row.issuer == issuer]
        places |= zip(mine, take_places(issuer, mine), strict=True)
    iat = int(clock.real_now().timestamp())

    def signed(row: Certificate) -> Signed:
        claims = {
            **_claims(row, editions[row.type_id, row.edition], names[row.issuer]),
            "vct#integrity": integrity[row.type_id, row.edition],
            "iat": iat,
            "status": places[row.id].claim,
        }
        key = keys[row.issuer]
        sign = partial(custody().sign, key)
        text = make_sd_jwt(claims, _chosen(row, others.get(row.id, ())), key_id=key, sign=sign)
        return Signed(text, digest_of(text))

    return map(signed, rows)


def sign_bound(row: Certificate, keys: Mapping[UUID, Jwk]) -> dict[UUID, Signed]:
    """Sign a certificate (with its `type`) once for each key, so that only who has the key can show it.

    Keys are by the id of the text that each becomes; each text has a place in a list, salts and decoys of its own, so
    that two of them tell nobody that they are of one holder before they say so.

    Raises:
        Misconfigured: the issuing agency has no key.
    """
    edition = editions_of([(row.type_id, row.edition)])[row.type_id, row.edition]
    claims = _claims(row, edition, get_agencies({row.issuer})[row.issuer].name)
    chosen = _chosen(row, list(row.co_holders.order_by("ordinal")))
    key = current_key(issuer_key_name(row.issuer))
    iat = int(clock.real_now().timestamp())
    signed = {}
    for (text, holder), place in zip(keys.items(), take_places(row.issuer, list(keys)), strict=True):
        said = {**claims, "iat": iat, "cnf": {"jwk": dict(holder)}, "status": place.claim}
        made = make_sd_jwt(said, chosen, key_id=key, sign=partial(custody().sign, key))
        signed[text] = Signed(made, digest_of(made))
    return signed


def digest_of(text: str) -> bytes:
    """What the ledger keeps of a text: the SHA-256 of the issuer's token, without what its holder may hold back."""
    return hashlib.sha256(text.split("~", 1)[0].encode()).digest()


def _claims(row: Certificate, edition: TypeEdition, issuer_name: str) -> dict[str, Any]:
    return {
        "iss": issuer_address(row.issuer),
        "vct": type_address(row.type.type_code, row.edition),
        "identifier": row.identifier,
        "title": edition.title,
        "issuer_name": issuer_name,
        "issued_on": row.issued_on.isoformat(),
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
    }


def _chosen(row: Certificate, others: Sequence[FurtherHolder]) -> dict[str, Any]:
    chosen: dict[str, Any] = {
        "number": row.number,
        "holder_name": row.holder_name,
        "holder_number": row.holder_number,
        **{claim_name(name): value for name, value in row.content.items()},
    }
    if others:
        chosen["co_holders"] = [{"name": one.name, "number": one.number} for one in others]
    return chosen
