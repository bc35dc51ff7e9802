"""The token endpoint (VCI 6): a code becomes an access token; while a case runs, a refresh token keeps the place."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tongban.certificates.jose import BadCredential, read_json
from tongban.certificates.wallets.models import WalletAccess, WalletOffer
from tongban.certificates.wallets.offering import (
    GRANT,
    configuration_id,
    digest_of,
    identifiers_of,
    right_code,
)
from tongban.certificates.wallets.policy import ACCESS_LIVES, REFRESH_LIVES, state_of
from tongban.certificates.wallets.refusals import WalletRefused, bad_token, no_token
from tongban.kernel import clock
from tongban.kernel.ids import new_code

REFRESH = "refresh_token"
_TOKEN_LENGTH = 32
_CLIENT_MAX = 200
_AUTHORIZATION = "openid_credential"


@dataclass(frozen=True)
class Tokens:
    """What the token endpoint answers; `refresh` is empty unless the case still runs."""

    access: str
    refresh: str
    details: tuple[Mapping[str, object], ...]

    @property
    def answer(self) -> dict[str, object]:
        """The token response (RFC 6749 5.1, VCI 6.2)."""
        said: dict[str, object] = {
            "access_token": self.access,
            "token_type": "Bearer",
            "expires_in": int(ACCESS_LIVES.total_seconds()),
        }
        if self.refresh:
            said["refresh_token"] = self.refresh
        if self.details:
            said["authorization_details"] = list(self.details)
        return said


def give_tokens(form: Mapping[str, Sequence[str]]) -> Tokens:
    """Answer a token request, a form by names with all values each.

    Raises:
        WalletRefused: `invalid_request`, `invalid_grant`, `unsupported_grant_type` (RFC 6749 5.2, VCI 6.3), or
            `invalid_authorization_details` (RFC 9396 5).
    """
    if any(len(values) > 1 for values in form.values()):
        raise WalletRefused("invalid_request", "A parameter is given more than once")
    given = {name: values[0] for name, values in form.items() if values[0]}
    grant = given.get("grant_type")
    if grant is None:
        raise WalletRefused("invalid_request", "grant_type is missing")
    if grant == GRANT:
        return _redeemed(given)
    if grant == REFRESH:
        return _refreshed(given)
    raise WalletRefused("unsupported_grant_type", "Only pre-authorized codes and refresh tokens are taken")


def access_of(token: str | None) -> WalletAccess:
    """The access that a bearer token gives, with its offer.

    Raises:
        WalletRefused: none was shown, or it is unknown or over.
    """
    if not token:
        raise no_token()
    row = (
        WalletAccess.objects.select_related("offer__type")
        .filter(access_digest=digest_of(token), access_until__gt=clock.real_now(), offer__withdrawn_at=None)
        .first()
    )
    if row is None:
        raise bad_token()
    return row


def _redeemed(given: Mapping[str, str]) -> Tokens:
    if "pre-authorized_code" not in given:
        raise WalletRefused("invalid_request", "pre-authorized_code is missing")
    if "tx_code" not in given:
        raise WalletRefused("invalid_request", "tx_code is missing: ask the holder for the six digits")
    client = given.get("client_id", "")
    if len(client) > _CLIENT_MAX:
        raise WalletRefused("invalid_request", "client_id is too long")
    with transaction.atomic():
        row = (
            WalletOffer.objects.select_for_update(of=("self",))
            .select_related("type")
            .filter(code_digest=digest_of(given["pre-authorized_code"]))
            .first()
        )
        if row is None or state_of(row, now=clock.real_now()) != "open":
            raise WalletRefused("invalid_grant", "The code is unknown, was used, or has expired")
        right = right_code(row, given["tx_code"])
        if right:
            details = _details(row, given.get("authorization_details"))
            return _opened(row, client=client, details=details)
        row.wrong += 1
        row.save(update_fields=["wrong"])
    raise WalletRefused("invalid_grant", "The transaction code is wrong")


def _opened(row: WalletOffer, *, client: str, details: tuple[Mapping[str, object], ...]) -> Tokens:
    now, access = clock.real_now(), new_code(_TOKEN_LENGTH)
    row.redeemed_at = clock.now()
    row.save(update_fields=["redeemed_at"])
    family, secret = new_code(_TOKEN_LENGTH), new_code(_TOKEN_LENGTH) if row.case_number else ""
    WalletAccess.objects.create(
        offer=row,
        client=client,
        identified=bool(details),
        access_digest=digest_of(access),
        access_until=now + ACCESS_LIVES,
        family=family,
        refresh_digest=digest_of(secret) if secret else None,
        refresh_until=now + REFRESH_LIVES if secret else None,
    )
    return Tokens(access, f"{family}.{secret}" if secret else "", details)


def _refreshed(given: Mapping[str, str]) -> Tokens:
    """A refresh token is used once (RFC 9700 4.14.2); whoever shows an old one ends all that came of the offer."""
    family, _dot, secret = given.get("refresh_token", "").partition(".")
    if not secret:
        raise WalletRefused("invalid_request", "refresh_token is missing")
    now = clock.real_now()
    with transaction.atomic():
        row = (
            WalletAccess.objects.select_for_update(of=("self",))
            .select_related("offer__type")
            .filter(family=family, refresh_until__gt=now, offer__withdrawn_at=None)
            .first()
        )
        if row is None:
            raise _bad_refresh()
        if secrets.compare_digest(bytes(row.refresh_digest or b""), digest_of(secret)):
            return _renewed(row, now)
        row.refresh_until = row.access_until = now
        row.save(update_fields=["refresh_until", "access_until"])
    raise _bad_refresh()


def _renewed(row: WalletAccess, now: datetime) -> Tokens:
    access, secret = new_code(_TOKEN_LENGTH), new_code(_TOKEN_LENGTH)
    row.access_digest, row.access_until = digest_of(access), now + ACCESS_LIVES
    row.refresh_digest = digest_of(secret)
    row.save(update_fields=["access_digest", "access_until", "refresh_digest"])
    return Tokens(access, f"{row.family}.{secret}", (_detail(row.offer),) if row.identified else ())


def _details(row: WalletOffer, asked: str | None) -> tuple[Mapping[str, object], ...]:
    """What `authorization_details` (RFC 9396) ask for: the certificate of the offer, and nothing else (VCI 6.1.1)."""
    if asked is None:
        return ()
    try:
        found = read_json(asked.encode())
    except BadCredential as error:
        raise _bad_details("authorization_details is not JSON") from error
    if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], dict):
        raise _bad_details("authorization_details must be an array of one object")
    if found[0].get("type") != _AUTHORIZATION:
        raise _bad_details(f"type must be {_AUTHORIZATION}")
    detail = _detail(row)
    if found[0].get("credential_configuration_id") != detail["credential_configuration_id"]:
        raise _bad_details("credential_configuration_id must be the one that was offered")
    locations = found[0].get("locations")
    if not isinstance(locations, list) or not set(identifiers_of(row)) & set(map(str, locations)):
        raise _bad_details("locations must hold the credential issuer identifier (VCI 6.1)")
    return (detail,)


def _detail(row: WalletOffer) -> dict[str, object]:
    return {
        "type": _AUTHORIZATION,
        "credential_configuration_id": configuration_id(row.type_id, row.edition),
        "credential_identifiers": [credential_identifier(row)],
    }


def credential_identifier(row: WalletOffer) -> str:
    """How a wallet names what the offer gives (VCI 6.2)."""
    return f"{configuration_id(row.type_id, row.edition)}.{row.id.hex}"


def _bad_details(why: str) -> WalletRefused:
    return WalletRefused("invalid_authorization_details", why)


def _bad_refresh() -> WalletRefused:
    return WalletRefused("invalid_grant", "The refresh token is unknown, was used, or has expired")
