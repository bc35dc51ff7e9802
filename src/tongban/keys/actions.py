"""Handing a key over to a new one, and taking one back that others may hold."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.keys.custody import custody, note_act
from tongban.keys.generation import KeyGeneration
from tongban.keys.kinds import KeyRevoked, KeyRotated
from tongban.keys.queries import MOMENT, key_generations, rotation_statement

#: What can be rotated: keys whose every generation is named to those who check.
ROTATABLE = ("log.", "issuer.", "seal.", "verifier.")
#: Key of the advisory lock under which the keys of this installation change one after another.
_LOCK = 0x6B657973


def rotate_key(name: str, *, overlap: timedelta, by: Actor | None = None) -> KeyGeneration:
    """Make a new key under `name` and journal it, signed by both; the old one goes on signing for `overlap`.

    `by`: the officer who does it on a page; None: whoever runs the command on this machine.

    Raises:
        BadInput: a key that cannot be rotated, or an overlap below zero.
        NotFound: there is no such key.
        Conflict: the last hand-over is not over yet.
    """
    _check_rotatable(name)
    if overlap < timedelta(0):
        raise BadInput("The overlap cannot be less than nothing.")
    with transaction.atomic():
        known = _locked(name)
        now, old = clock.real_now(), known[-1]
        if any(key.signs(now) for key in known[:-1]):
            raise Conflict(
                f"The last hand-over of {name} is not over yet: two keys sign. Wait until one remains."
            )
        new = KeyGeneration(name, old.number + 1, old.suite, b"")
        if not custody().has(new.held_as):
            custody().create(new.held_as, old.suite)
        public = custody().public(new.held_as)
        said = {
            "name": name,
            "suite": old.suite,
            "number": new.number,
            "previous": b64encode(old.public).decode(),
            "public": b64encode(public).decode(),
            "until": f"{now + overlap:{MOMENT}}",
        }
        statement = rotation_statement(**said)  # type: ignore[arg-type]
        act = KeyRotated(
            **said,  # type: ignore[arg-type]
            by_previous=b64encode(custody().sign(old.held_as, statement)).decode(),
            by_new=b64encode(custody().sign(new.held_as, statement)).decode(),
        )
        note_act(act, name=name, version=_version(known), by=by)
    return KeyGeneration(name, new.number, old.suite, public)


def revoke_key(name: str, *, number: int, since: datetime, reason: str, by: Actor | None = None) -> None:
    """Take back a key that others may hold since a moment; it signs no more, and checkers are told.

    Raises:
        NotFound: there is no such key.
        BadInput: the newest one, without which nothing is signed; a moment to come; no reason.
        Conflict: it is revoked already.
    """
    _check_rotatable(name)
    with transaction.atomic():
        known = _locked(name)
        chosen = next((key for key in known if key.number == number), None)
        if chosen is None:
            raise NotFound(f"There is no key {number} under {name}.")
        if chosen is known[-1]:
            raise BadInput(
                f"Key {number} of {name} is the newest. First: tongban keys rotate {name} --overlap 0s"
            )
        if chosen.revoked:
            raise Conflict(f"Key {number} of {name} is revoked already, since {chosen.revoked:{MOMENT}}.")
        if since > clock.real_now() or not reason.strip():
            raise BadInput("A revocation names a moment that has passed, and a reason that anybody may read.")
        act = KeyRevoked(
            name=name,
            number=number,
            public=b64encode(chosen.public).decode(),
            since=f"{since.astimezone(UTC):{MOMENT}}",
            reason=reason.strip(),
        )
        note_act(act, name=name, version=_version(known), by=by)


def _locked(name: str) -> list[KeyGeneration]:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
    known = key_generations(name)
    if not known:
        raise NotFound(f"There is no key {name}.")
    return known


def _version(known: list[KeyGeneration]) -> int:
    """The version that the next act gives the key: each generation and each revocation is one."""
    return len(known) + sum(key.revoked is not None for key in known) + 1


def _check_rotatable(name: str) -> None:
    if not name.startswith(ROTATABLE):
        raise BadInput(
            f"The key {name} cannot be rotated by this command; the logs' (log.…), the issuing agencies' (issuer.…), their seals' (seal.…) and verifiers' (verifier.…) can."
        )
