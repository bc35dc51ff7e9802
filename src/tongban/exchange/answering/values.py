"""What calls give the gateway's statement: an array for each name, in the database's own form.

The driver would look through every element of a list for what has to be quoted; here their lengths say where they end.
"""

import secrets
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

from tongban.exchange.actions.read import digest_of_number
from tongban.exchange.answering.plan import Bound, Plan
from tongban.exchange.answering.statement import given_columns, is_bytes, quoted
from tongban.exchange.kinds import Answered
from tongban.journal.api import column_marks, marking_key, sealing_key
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.commitment import SALT_BYTES

#: A call counts as made in its minute; four buckets hold the minutes that may still be replayed, and one to empty.
BUCKETS = 4


@dataclass(frozen=True)
class Caller:
    """Who asks: the subsystem (`class/member/subsystem`), the key that signed, when and under which nonce.

    Without a nonce (`token`, `trusted-network`) nothing is remembered against replay: those types have other guards.
    """

    client: str
    key: str
    created: int
    nonce: str


@dataclass(frozen=True)
class Call:
    """What is asked: keys find the record; `items` are read (none: all that the grant gives), `claims` verified."""

    resource: str
    provider: str
    keys: Mapping[str, str]
    items: Sequence[str] = ()
    claims: Mapping[str, str] = field(default_factory=dict)
    case_number: str = ""
    purpose: str = ""
    user: str = ""
    #: In whose name it is asked (`GOV/<agency>`, `COM/<firm>`); empty: in the caller's own.
    represented: str = ""
    #: The caller's own digest of its request, kept in the entry so that question and answer belong together.
    request: str = ""


class Texts(list[str]):
    """A `text[]`."""


class Blobs(list[bytes]):
    """A `bytea[]`."""


class _ArrayDumper(Dumper):
    format = Format.BINARY
    element = 0

    def dump(self, obj: Sequence[Any]) -> Buffer:
        """One dimension, no nulls, counted from one; each element after its length."""
        pieces = [struct.pack("!iiIii", 1, 0, self.element, len(obj), 1)]
        for one in obj:
            data = one if isinstance(one, bytes) else one.encode()
            pieces += (len(data).to_bytes(4, "big"), data)
        return b"".join(pieces)


class TextsDumper(_ArrayDumper):
    """Writes `Texts`."""

    oid, element = 1009, 25


class BlobsDumper(_ArrayDumper):
    """Writes `Blobs`."""

    oid, element = 1001, 17


def arrays(calls: Sequence[Mapping[str, str | bytes]]) -> dict[str, Texts | Blobs]:
    """The values of some calls, which have the same names, by name."""
    return {
        name: (Blobs if is_bytes(name) else Texts)([one[name] for one in calls])  # type: ignore[misc]
        for name in calls[0]
    }


def searched(held: Bound, keys: Mapping[str, str]) -> list[str]:
    """The keys that are not the record's own: who searches by them learns what they hold, so they must be granted."""
    return [key for key in keys if key not in held.own_keys]


def shared_values(held: Bound, resource: str, wanted: Sequence[str], *, now: datetime) -> dict[str, Any]:
    """What is the same for all calls of a moment: what decides who may."""
    return {
        "moment": clock.real_now(),
        "resource": resource,
        "version": held.version,
        "today": clock.today(),
        "ahead": int(clock.offset().total_seconds()),
        "wanted": list(wanted),
        "now": now,
    }


def grounds(call: Call, caller: Caller, held: Bound, *, leased: Sequence[str]) -> dict[str, str | bytes]:
    """What a call gives to decide who may; `leased` are the grants of which it holds a call."""
    number = call.keys.get(held.subject_key, "") if held.subject_key else ""
    return {
        "key": caller.key,
        "client": caller.client,
        "nonce": caller.nonce,
        "bucket": str(caller.created // 60 % BUCKETS),
        "issue": call.case_number,
        "purpose": call.purpose,
        "represented": call.represented,
        "leased": "\n".join(leased),
        "number": digest_of_number(number) if number else b"",
    }


def whole_values(
    made: Plan, call: Call, caller: Caller, entry: UUID, moment: str, *, leased: Sequence[str]
) -> dict[str, str | bytes]:
    """What a call gives to be answered in the statement, as the entry `entry` of `moment`."""
    columns = _columns(call, caller, entry, moment)
    return {
        **grounds(call, caller, made.bound, leased=leased),
        "entry": str(entry),
        "actor": str(columns["actor"]),
        "object": str(columns["object"]),
        "request_json": quoted(call.request),
        "user_json": quoted(call.user),
        "seed": secrets.token_bytes(SALT_BYTES),
        "sealing": sealing_key(entry),
        "marking": marking_key(entry),
        **given_columns(columns, column_marks(entry, columns)),
        **{f"key_{n}": value for n, value in enumerate(call.keys.values())},
        **{f"claim_{n}": value for n, value in enumerate(call.claims.values())},
    }


def _columns(call: Call, caller: Caller, entry: UUID, moment: str) -> dict[str, Json]:
    """The plain columns that are known before the statement."""
    return {
        "id": str(entry),
        "kind": Answered.kind,
        "occurred_at": moment,
        "recorded_at": moment,
        "effective_on": None,
        "actor": f"subsystem:{caller.client}",
        "represented": call.represented,
        "object": f"query:{entry}",
        "object_version": 1,
        "case_number": call.case_number,
        "supersedes": None,
    }
