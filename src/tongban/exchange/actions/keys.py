"""The keys of subsystems: public keys, tokens, trusted addresses; added beside each other, ended, taken back."""

import hashlib
import secrets
from base64 import b64decode
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.db import transaction
from django.db.models import Q

from tongban.exchange.kinds import KeyAdded, KeyEnding, KeyRevoked
from tongban.exchange.models import Subsystem, SubsystemKey
from tongban.exchange.policy import check_data_officer
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.kernel.sentences import say

#: Bytes of a token; as much as its digest can hold against guessing.
_TOKEN_BYTES = 32
#: Whoever holds a token is its system, so it is renewed at least once a year.
TOKEN_DAYS_MAX = 366
_ED25519_BYTES = 32
_NO_KEY = "公钥应为 ES256（P-256）或者 Ed25519：PEM，或者原始字节的十六进制、base64（65 或 32 字节）。"


def add_key(
    *, subsystem: str, key: str, suite: str, public: bytes, valid_to: datetime | None, by: Actor
) -> None:
    """Let a public key sign for a subsystem from now on: ES256 (65 bytes, uncompressed) or Ed25519 (32 bytes).

    Keys that are valid stay so: a new one is added beside the old one, which is then ended (`end_key`).

    Raises:
        NotAllowed: not a data officer.
        BadInput: not a key of that suite, or no id for it.
        NotFound: there is no such subsystem.
        Conflict: the id is taken; a key is never replaced, a new one gets a new id.
    """
    check_data_officer(by)
    _check_public(suite, public)
    if not key.isascii() or not key.isprintable() or not 0 < len(key) <= 200 or set(key) & set(' "\\:'):
        raise BadInput("密钥编号用不带空格和引号的 ASCII 字符，最多 200 个。", field="key")
    _add(subsystem, key, suite=suite, public=public, valid_to=valid_to, by=by)


def issue_token(*, subsystem: str, valid_to: datetime, by: Actor) -> str:
    """A new token for a system that cannot sign, shown this once; only its digest is kept.

    Raises:
        NotAllowed: not a data officer.
        BadInput: longer than a year.
        NotFound: there is no such subsystem.
    """
    check_data_officer(by)
    if valid_to > clock.real_now() + timedelta(days=TOKEN_DAYS_MAX + 1):
        raise BadInput(say("令牌最长用 {n} 天，到期前再发一个新的。", n=TOKEN_DAYS_MAX), field="until")
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    _add(subsystem, digest_of_token(token), suite="token", valid_to=valid_to, by=by)
    return token


def trust_address(*, subsystem: str, address: str, valid_to: datetime | None, by: Actor) -> None:
    """Let an X-Road system that neither signs nor holds a token call from one address of the government extranet.

    Raises:
        NotAllowed: not a data officer.
        BadInput: not one IP address.
        NotFound: there is no such subsystem.
        Conflict: the address is trusted already.
    """
    check_data_officer(by)
    try:
        one = ip_address(address.strip())
    except ValueError as error:
        raise BadInput("地址写成一个 IP，例如 10.20.30.40；网段和域名不行。", field="address") from error
    if one.is_multicast or one.is_unspecified:
        raise BadInput("这不是一台机器的地址。", field="address")
    _add(subsystem, f"address:{one}", suite="address", valid_to=valid_to, by=by)


def digest_of_token(token: str) -> str:
    """The id under which a token is known: it is random, so a plain digest says nothing of it."""
    return f"token:{hashlib.sha256(token.encode()).hexdigest()}"


def revoke_key(key: str, *, subsystem: str = "", by: Actor) -> None:
    """Take a key, token or address back (of `subsystem`, if named); the next call with it is refused.

    Raises:
        NotAllowed: not a data officer.
        NotFound: there is no such key.
    """
    check_data_officer(by)
    with transaction.atomic():
        row = _locked(key, subsystem)
        if row.revoked_at is None:
            SubsystemKey.objects.filter(pk=key).update(revoked_at=clock.real_now())
            version = bump(Subsystem, row.subsystem_id)
            record(KeyRevoked(key=key), on=Subject("subsystem", row.subsystem_id, version), by=by)


def end_key(key: str, *, valid_to: datetime, subsystem: str = "", by: Actor) -> None:
    """Let a key end sooner than it would: how an old key overlaps with its successor, and until when.

    Raises:
        NotAllowed: not a data officer.
        NotFound: there is no such key.
        BadInput: not sooner, or not in the future.
        Conflict: it is over or revoked already.
    """
    check_data_officer(by)
    with transaction.atomic():
        row, now = _locked(key, subsystem), clock.real_now()
        if row.revoked_at is not None or (row.valid_to is not None and row.valid_to <= now):
            raise Conflict("这把密钥已经失效，不用再改有效期。")
        if valid_to <= now or (row.valid_to is not None and valid_to >= row.valid_to):
            raise BadInput("截止日要在今天以后，并且比原来的早；要延长，请登记一把新密钥。", field="until")
        SubsystemKey.objects.filter(pk=key).update(valid_to=valid_to)
        version = bump(Subsystem, row.subsystem_id)
        act = KeyEnding(key=key, until=valid_to.isoformat(timespec="seconds"))
        record(act, on=Subject("subsystem", row.subsystem_id, version), by=by)


def _locked(key: str, subsystem: str) -> SubsystemKey:
    row = SubsystemKey.objects.select_for_update().filter(pk=key).first()
    if row is None or subsystem not in {"", row.subsystem_id}:
        raise NotFound(say("没有密钥 {key}。", key=key))
    return row


def _add(
    subsystem: str, key: str, *, suite: str, public: bytes = b"", valid_to: datetime | None, by: Actor
) -> None:
    now = clock.real_now()
    if valid_to is not None and valid_to <= now:
        raise BadInput("有效期要在今天以后。", field="until")
    with transaction.atomic():
        version = bump(Subsystem, subsystem)
        if (
            suite == "address"
        ):  # an address that was given up may be another machine's; keys and tokens never return
            over = Q(valid_to__lte=now) | Q(revoked_at__isnull=False)
            SubsystemKey.objects.filter(over, pk=key, suite="address").delete()
        _row, made = SubsystemKey.objects.get_or_create(
            pk=key,
            defaults={
                "subsystem_id": subsystem,
                "suite": suite,
                "public": public,
                "valid_from": now,
                "valid_to": valid_to,
            },
        )
        if not made:
            raise Conflict(say("密钥编号 {key} 已经用过，请换一个。", key=key))
        record(
            KeyAdded(key=key, suite=suite, public=public.hex()),
            on=Subject("subsystem", subsystem, version),
            by=by,
        )


def _check_public(suite: str, public: bytes) -> None:
    try:
        if suite == "Ed25519":
            ed25519.Ed25519PublicKey.from_public_bytes(public)
        elif suite == "ES256":
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
        else:
            raise ValueError(suite)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadInput(_NO_KEY, field="public") from error


def read_public_key(text: str, *, suite: str = "") -> tuple[str, bytes]:
    """Suite and bytes of a public key as people hand it over: PEM (ES256 or Ed25519), hex or base64 of the bytes.

    `suite` is what raw bytes are of; without it their length says so (32 bytes: Ed25519, 65: ES256).

    Raises:
        BadInput: no such key; a private key, which nobody should hand over.
    """
    given = text.strip()
    if "PRIVATE KEY" in given:
        raise BadInput("这是私钥。私钥只留在您自己的系统里：请换一把新的，只交公钥。", field="public")
    public = _from_pem(given) if given.startswith("-----BEGIN") else _from_text(given)
    held = suite or ("Ed25519" if len(public) == _ED25519_BYTES else "ES256")
    _check_public(held, public)
    return held, public


def _from_pem(text: str) -> bytes:
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadInput(_NO_KEY, field="public") from error
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key.public_bytes_raw()
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    raise BadInput(_NO_KEY, field="public")


def _from_text(text: str) -> bytes:
    plain = "".join(text.split())
    try:
        return bytes.fromhex(plain)
    except ValueError:
        pass
    try:
        return b64decode(plain.replace("-", "+").replace("_", "/") + "=" * (-len(plain) % 4), validate=True)
    except ValueError as error:
        raise BadInput(_NO_KEY, field="public") from error
