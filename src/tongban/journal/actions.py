"""Writing the journal: bump the object's version, then record, in the transaction of the change."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model
from psycopg import Cursor

from tongban.journal.actors import Actor
from tongban.journal.marks import marks_of
from tongban.journal.ports import check_leaf, seal
from tongban.journal.registry import Act, common_content
from tongban.kernel import clock
from tongban.kernel.canonical import Json, canonical
from tongban.kernel.commitment import SALT_BYTES, commitment, part_hash, plain
from tongban.kernel.errors import Conflict, NotFound
from tongban.kernel.ids import uuid7

Private = Mapping[UUID, Mapping[str, Json]]
Row = TypeVar("Row", bound=Model)

_INSERT = """
with entry as (
    insert into journal_entry (id, kind, occurred_at, recorded_at, effective_on, actor, agency, represented,
        object, object_version, basis, purpose, case_number, disclose_after, supersedes,
        part_hashes, commitment, seal, marks)
    values (%(id)s, %(kind)s, %(occurred_at)s, %(recorded_at)s, %(effective_on)s, %(actor)s, %(agency)s,
        %(represented)s, %(object)s, %(object_version)s, %(basis)s, %(purpose)s, %(case_number)s,
        %(disclose_after)s, %(supersedes)s, %(part_hashes)s, %(commitment)s, %(seal)s, %(marks)s)
), parts as (
    insert into journal_part (entry, ordinal, subject, salt, bytes)
    select %(id)s, ordinal - 1, subject, salt, bytes
    from unnest(%(subjects)s::uuid[], %(salts)s::bytea[], %(contents)s::bytea[])
        with ordinality as part (subject, salt, bytes, ordinal)
)
insert into journal_pending (entry, origin) values (%(id)s, %(origin)s)
"""


class StaleObject(Conflict):
    """Somebody acted on the object since `seen`; nothing was changed."""

    def __init__(self, name: str, *, seen: int, current: int) -> None:
        super().__init__("这件事刚被别人处理过。您填的内容还在，请对照最新情况后再提交。")
        self.object, self.seen, self.current = name, seen, current


@dataclass(frozen=True)
class Subject:
    """The object of an act, at the version the act gives it."""

    kind: str
    key: str
    version: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


def bump(model: type[Model], key: UUID | str | int, *, seen: int | None = None) -> int:
    """Raise the version of the row `key` by one, locking it: the first statement of every act.

    With `seen` (the version a form was made from) it is a compare-and-swap. Returns the new version.

    Raises:
        StaleObject: the row's version is not `seen`.
        NotFound: there is no such row.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{_raising(model)} returning version", [key, seen, seen])
        row = cursor.fetchone()
    return int(row[0]) if row else _refuse(model, key, seen)


def take(model: type[Row], key: UUID | str | int, *, seen: int | None = None) -> Row:
    """As `bump`, in the same statement the row itself, as it is under the lock. Raises: as `bump`."""
    # as rows of a query, so that fields read their columns as ever
    rows = model._default_manager.raw(f"{_raising(model)} returning *", [key, seen, seen])
    return next(iter(rows), None) or _refuse(model, key, seen)


def _raising(model: type[Model]) -> str:
    return (
        f"update {model._meta.db_table} set version = version + 1"  # noqa: S608 - names of our own tables
        f" where {model._meta.pk.column} = %s and (%s::int is null or version = %s)"
    )


def _refuse(model: type[Model], key: UUID | str | int, seen: int | None) -> NoReturn:
    current = model._default_manager.filter(pk=key).values_list("version", flat=True).first()
    if current is None or seen is None:
        raise NotFound("没有找到要办的这件事，它可能已被移走。")
    raise StaleObject(f"{model._meta.model_name}:{key}", seen=seen, current=current)


def record(
    act: Act,
    *,
    on: Subject,
    by: Actor,
    private: Private | None = None,
    basis: str = "",
    purpose: str = "",
    case_number: str = "",
    represented: str = "",
    agency: str | None = None,
    occurred_at: datetime | None = None,
    effective_on: date | None = None,
    disclose_after: datetime | None = None,
    supersedes: UUID | None = None,
    entry: UUID | None = None,
) -> UUID:
    """Write one entry, its parts and its pending mark in one statement; returns the entry's id.

    `private` holds what is said of each person (by id), kept in a part of its own; outside parts a person is only
    a pseudonym of this entry (`s1`, `s2` ...). Where somebody acts for a person, that person's part says who, and
    `represented` is that person's pseudonym. `occurred_at` differs from now for acts that are entered late or
    that the law dated itself. `entry` is the id of the entry where it was told to somebody before (UUIDv7).

    Raises:
        RuntimeError: called outside a transaction; an act and its entry stand or fall together.
        BadInput: the act is too large for the log that it goes to.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{act.kind} was recorded outside the transaction of its act")
    row = compose(
        act,
        on=on,
        by=by,
        private=private,
        basis=basis,
        purpose=purpose,
        case_number=case_number,
        represented=represented,
        agency=agency,
        occurred_at=occurred_at,
        effective_on=effective_on,
        disclose_after=disclose_after,
        supersedes=supersedes,
        entry=entry,
    )
    # The driver's own cursor keeps the plan; Django's would have it made anew, over all partitions, for each act.
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(_INSERT, row, prepare=True)
    return row["id"]  # type: ignore[no-any-return]


def compose(
    act: Act,
    *,
    on: Subject,
    by: Actor,
    private: Private | None = None,
    basis: str = "",
    purpose: str = "",
    case_number: str = "",
    represented: str = "",
    agency: str | None = None,
    occurred_at: datetime | None = None,
    effective_on: date | None = None,
    disclose_after: datetime | None = None,
    supersedes: UUID | None = None,
    entry: UUID | None = None,
) -> dict[str, Any]:
    """What an entry is made of, as `record` writes it: its columns, and its parts with their salts.

    Raises:
        BadInput: the act is too large for the log that it goes to.
    """
    said = dict(private or {})
    if by.represents:
        told = {"agent": str(by.person), "mandate": by.mandate}
        said[by.represents] = {**said.get(by.represents, {}), **told}
    if by.person:
        said.setdefault(by.person, {})
    pseudonyms = {person: f"s{number}" for number, person in enumerate(said, 1)}
    now = clock.now()
    columns = {
        "id": entry or uuid7(),
        "kind": act.kind,
        "occurred_at": occurred_at or now,
        "recorded_at": now,
        "effective_on": effective_on,
        "actor": pseudonyms[by.person] if by.person else f"{by.kind}:{by.key}",
        "agency": by.agency if agency is None else agency,
        "represented": pseudonyms[by.represents] if by.represents else represented,
        "object": str(on),
        "object_version": on.version,
        "basis": basis,
        "purpose": purpose,
        "case_number": case_number,
        "disclose_after": disclose_after,
        "supersedes": supersedes,
    }
    contents = [canonical(common_content(act))]
    check_leaf(act.kind, str(columns["agency"]), contents[0] if act.origin == "public" else b"")
    contents += [
        canonical({"as": pseudonyms[person], "subject": str(person), **content})
        for person, content in said.items()
    ]
    return _sealed(act, columns, [None, *said], contents)


def _sealed(
    act: Act, columns: dict[str, Any], subjects: list[UUID | None], contents: list[bytes]
) -> dict[str, Any]:
    """Entries of the public log have no salt: whoever holds the content can recompute the commitment."""
    length = 0 if act.origin == "public" else SALT_BYTES
    salts = [secrets.token_bytes(length) for _ in contents]
    hashes = [part_hash(salt, content) for salt, content in zip(salts, contents, strict=True)]
    said = {name: plain(value) for name, value in columns.items()}
    committed = commitment(said, hashes)
    return {
        **columns,
        "part_hashes": hashes,
        "commitment": committed,
        "seal": seal(columns["id"], committed),
        "marks": marks_of(columns["id"], said, salts),
        "subjects": subjects,
        "salts": salts,
        "contents": contents,
        "origin": act.origin,
    }
