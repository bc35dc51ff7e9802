"""Who may call the gateway: subsystems, their keys, and the stops that act on the next call."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from django.db import transaction

from tongban.catalogue.api import get_resource
from tongban.exchange.kinds import GrantStopped, KeyAdded, KeyRevoked, SubsystemRegistered, SubsystemStopped
from tongban.exchange.models import Binding, Grant, Subsystem, SubsystemKey
from tongban.exchange.policy import check_data_officer, check_stopper, check_subsystem_code, check_words
from tongban.identity.api import get_agency
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound

#: Bits of a token; as much as its digest can hold against guessing.
_TOKEN_BYTES = 32


def register_subsystem(*, code: str, title: str, by: Actor) -> None:
    """Make a system of an agency known to the gateway by its code `class/member/subsystem`; the member is the agency.

    Raises:
        NotAllowed: not a data officer.
        BadInput: the code has another form.
        NotFound: there is no such agency.
        Conflict: it is registered already.
    """
    check_data_officer(by)
    agency = get_agency(check_subsystem_code(code)).code
    with transaction.atomic():
        _row, made = Subsystem.objects.get_or_create(
            pk=code, defaults={"agency": agency, "title": title.strip(), "source": f"edit:{by.key}"}
        )
        if not made:
            raise Conflict(f"子系统 {code} 已经登记过。")
        record(
            SubsystemRegistered(agency=agency, name=title.strip()), on=Subject("subsystem", code, 1), by=by
        )


def add_key(
    *, subsystem: str, key: str, suite: str, public: bytes, valid_to: datetime | None, by: Actor
) -> None:
    """Let a public key sign for a subsystem from now on: ES256 (65 bytes, uncompressed) or Ed25519 (32 bytes).

    Raises:
        NotAllowed: not a data officer.
        BadInput: not a key of that suite, or no id for it.
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
    """
    check_data_officer(by)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    _add(subsystem, digest_of_token(token), suite="token", valid_to=valid_to, by=by)
    return token


def trust_address(*, subsystem: str, address: str, valid_to: datetime | None, by: Actor) -> None:
    """Let an X-Road system that neither signs nor holds a token call from one address of the government extranet.

    Raises:
        NotAllowed: not a data officer.
    """
    check_data_officer(by)
    _add(subsystem, f"address:{address}", suite="address", valid_to=valid_to, by=by)


def digest_of_token(token: str) -> str:
    """The id under which a token is known: it is random, so a plain digest says nothing of it."""
    return f"token:{hashlib.sha256(token.encode()).hexdigest()}"


def revoke_key(key: str, *, by: Actor) -> None:
    """Take a key, token or address back; the next call with it is refused.

    Raises:
        NotAllowed: not a data officer.
        NotFound: there is no such key.
    """
    check_data_officer(by)
    with transaction.atomic():
        row = SubsystemKey.objects.select_for_update().filter(pk=key).first()
        if row is None:
            raise NotFound(f"没有密钥 {key}。")
        if row.revoked_at is None:
            SubsystemKey.objects.filter(pk=key).update(revoked_at=clock.real_now())
            version = bump(Subsystem, row.subsystem_id)
            record(KeyRevoked(key=key), on=Subject("subsystem", row.subsystem_id, version), by=by)


def stop_subsystem(code: str, *, reason: str, by: Actor) -> None:
    """Stop a subsystem: from the next call on, in every process, it is refused.

    Raises:
        NotAllowed: not a data officer.
    """
    check_data_officer(by)
    with transaction.atomic():
        version = bump(Subsystem, code)
        Subsystem.objects.filter(pk=code).update(stopped_at=clock.now())
        record(SubsystemStopped(reason=reason), on=Subject("subsystem", code, version), by=by)


def stop_grant(code: str, *, reason: str, by: Actor) -> None:
    """Stop a grant: from the next call on, in every process, nothing is read under it.

    Raises:
        NotAllowed: neither the owner of the resource nor a data officer.
        NotFound: there is no such grant.
        BadInput: no reason.
        Conflict: it is stopped or handed back already.
    """
    row = Grant.objects.filter(pk=code).first()
    if row is None:
        raise NotFound(f"没有授权 {code}。")
    check_stopper(by, provider=get_resource(row.resource).agency)
    words = check_words(reason, field="reason")
    with transaction.atomic():
        version = bump(Grant, code)
        if not Grant.objects.filter(pk=code, stopped_at=None).update(stopped_at=clock.now()):
            raise Conflict("这项授权已经停用或者交还了。")
        record(GrantStopped(reason=words, resource=row.resource), on=Subject("grant", code, version), by=by)


def renew_plans(resource: str) -> None:
    """Say that something changed that answers are made from; processes make their statements anew at the next call."""
    bump(Binding, resource)


def _add(
    subsystem: str, key: str, *, suite: str, public: bytes = b"", valid_to: datetime | None, by: Actor
) -> UUID:
    now = clock.real_now()
    if valid_to is not None and valid_to <= now:
        raise BadInput("有效期要在今天以后。", field="valid_to")
    with transaction.atomic():
        version = bump(Subsystem, subsystem)
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
            raise Conflict(f"密钥编号 {key} 已经用过，请换一个。")
        return record(
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
        raise BadInput(
            "公钥应为 ES256（P-256 的未压缩点，65 字节）或者 Ed25519（32 字节）。", field="public"
        ) from error
