"""`c_nonce`: fresh values for proofs (VCI 7). Giving one writes nothing; a value is used once.

A nonce carries its moment and a keyed digest, so that a flood of requests for nonces fills no table, and its age is
told by our clock, however wrong the wallet's is (VCI 13.8).
"""

import hmac
import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from tongban.certificates.jose import BadCredential, b64, unb64
from tongban.certificates.wallets.models import UsedNonce
from tongban.certificates.wallets.refusals import WalletRefused
from tongban.kernel import clock
from tongban.keys.api import keyed_digest

LIVES = timedelta(minutes=5)
_USED = "certificates.used-nonce:"
_MOMENT_BYTES, _RANDOM_BYTES, _MAC_BYTES = 8, 16, 16


def new_nonce() -> str:
    """A nonce that holds for five minutes."""
    made = int(clock.real_now().timestamp()).to_bytes(_MOMENT_BYTES) + secrets.token_bytes(_RANDOM_BYTES)
    return b64(made + _mac(made))


def check_nonce(nonce: str) -> datetime:
    """The moment at which a nonce of ours ends.

    Raises:
        WalletRefused: `invalid_nonce`, it is not ours or too old.
    """
    try:
        given = unb64(nonce)
    except BadCredential as error:
        raise _invalid("The nonce was not issued here") from error
    made, mac = given[: _MOMENT_BYTES + _RANDOM_BYTES], given[_MOMENT_BYTES + _RANDOM_BYTES :]
    if len(mac) != _MAC_BYTES or not hmac.compare_digest(mac, _mac(made)):
        raise _invalid("The nonce was not issued here")
    ends = datetime.fromtimestamp(int.from_bytes(made[:_MOMENT_BYTES]), UTC) + LIVES
    if ends < clock.real_now():
        raise _invalid("The nonce has expired")
    return ends


def use_nonces(nonces: Collection[str]) -> None:
    """Use nonces up; part of the transaction that their proofs are for.

    Raises:
        WalletRefused: `invalid_nonce`, one is not ours, too old, or was used before.
    """
    rows = [
        UsedNonce(digest=keyed_digest(f"{_USED}{one}".encode()), ends_at=check_nonce(one)) for one in nonces
    ]
    UsedNonce.objects.filter(ends_at__lt=clock.real_now()).delete()
    try:
        with transaction.atomic():
            UsedNonce.objects.bulk_create(rows)
    except IntegrityError as error:
        raise _invalid("The nonce was used before") from error


def _mac(made: bytes) -> bytes:
    return keyed_digest(b"certificates.nonce:" + made)[:_MAC_BYTES]


def _invalid(why: str) -> WalletRefused:
    return WalletRefused("invalid_nonce", why)
