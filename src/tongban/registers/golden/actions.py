"""Looking at golden records: one's own, those that an agency keeps; and asking a source about a value that lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from psycopg import sql

from tongban.exchange.api import (
    ask_of_linkage,
    columns_in_batches,
    note_own_reading,
    registers_bound,
)
from tongban.identity.api import FirmView, find_holder, get_firms_of, subject_numbers
from tongban.journal.api import Actor, Subject, record
from tongban.kernel.errors import BadInput, NotAllowed, NotFound
from tongban.kernel.sentences import say
from tongban.kernel.words import check_written
from tongban.registers.golden.assembling import GoldenView, assemble
from tongban.registers.golden.models import GoldenRecord
from tongban.registers.kinds import GoldenViewed
from tongban.registers.models import Register
from tongban.registers.schema import table_of


@dataclass(frozen=True)
class OwnRow:
    """A register that has a record under one's number; `resource` is where it may be questioned (empty: nowhere here)."""

    register: str
    title: str
    agency: str
    resource: str
    since: date


@dataclass(frozen=True)
class OwnRecord:
    """All that registers say of a person or of a firm that she represents: put together, and register by register."""

    golden: GoldenView | None
    rows: tuple[OwnRow, ...]
    firms: tuple[FirmView, ...]
    #: The firm it is of; None: of herself.
    firm: FirmView | None


def own_record(*, by: Actor, firm: str = "") -> OwnRecord:
    """What registers say of the person who asks, or of a firm that she represents. Journalled once an hour.

    Raises:
        NotAllowed: not a person.
        NotFound: she does not represent that firm.
    """
    if by.person is None:
        raise NotAllowed("只有本人可以查看登记簿里自己的记录。")
    firms = tuple(get_firms_of(by.person))
    of = next((one for one in firms if one.uscc == firm), None)
    if firm and of is None:
        raise NotFound("您不是这家经营主体的法定代表人或者经营者，看不到它的数据足迹和登记记录。")
    number = of.uscc if of else subject_numbers([by.person])[0]
    declared = GoldenRecord.objects.filter(of="firm" if of else "person").first()
    golden = assemble(declared, number, None) if declared else None
    rows = _rows_of(number)
    note_own_reading(registers=[row.title for row in rows], by=by)
    return OwnRecord(golden, tuple(rows), firms, of)


def golden_records(by: Actor) -> list[tuple[str, str]]:
    """The golden records that the officer's agency keeps, code and title, people's first."""
    rows = GoldenRecord.objects.filter(agency=by.agency).order_by("-of")
    return list(rows.values_list("code", "title"))


def view_golden(*, code: str, number: str, purpose: str, by: Actor) -> GoldenView:
    """A golden record for the agency that keeps it, as far as its grants in batches go; whom it is of is told.

    Raises:
        NotAllowed: not a data officer of the agency.
        BadInput: no number or no purpose.
        NotFound: no such golden record.
    """
    declared = _kept(code, by)
    words = check_written(purpose, missing="请写明为什么要看，本人会在数据足迹里看到。", field="purpose")
    plain = number.strip().upper()
    if not plain:
        raise BadInput("请填写公民身份号码或者统一社会信用代码。", field="number")
    found = assemble(declared, plain, _reach(declared, by))
    read = sorted({one.register for field in found.fields for one in (*field.lost, field.taken) if one})
    holder = find_holder(plain)
    titles = [field.title for field in found.fields if field.taken or field.lost]
    with transaction.atomic():
        record(
            GoldenViewed(golden=code, registers=read),
            on=Subject("golden-record", code, 1),
            by=by,
            purpose=words,
            private={holder.subject: {"items": titles}} if holder else {},
        )
    return found


def ask_about_lost(*, code: str, number: str, field: str, register: str, by: Actor) -> UUID:
    """Ask the keeper of a register about a value that lost against another one: the taken one is what it should be.

    Raises:
        NotAllowed: not a data officer of the agency that keeps the golden record.
        NotFound: no such golden record, nothing there that differs any more, or nobody to ask here.
        Conflict: it was asked already and waits for its answer.
    """
    declared = _kept(code, by)
    found = assemble(declared, number.strip().upper(), _reach(declared, by))
    named = next((one for one in found.fields if one.name == field), None)
    lost = (
        next((one for one in named.lost if one.register == register and one.differs), None) if named else None
    )
    resource = _resources().get(register, "")
    if named is None or named.taken is None or lost is None or not resource:
        raise NotFound("这一项现在没有不一致，不用校核。")
    return ask_of_linkage(
        resource=resource, number=number.strip().upper(), stated={lost.column: named.taken.value}, by=by
    )


def _kept(code: str, by: Actor) -> GoldenRecord:
    if not by.has_role("data-officer"):
        raise NotAllowed("主数据由数据专员查看，您没有这个角色。")
    declared = GoldenRecord.objects.filter(pk=code, agency=by.agency).first()
    if declared is None:
        raise NotFound(say("没有主数据「{code}」，或者它不归本部门。", code=code))
    return declared


def _reach(declared: GoldenRecord, by: Actor) -> dict[str, Sequence[str] | frozenset[str]]:
    """The columns that the officer's agency may read: its own registers, and what grants for this purpose give in batches."""
    own = Register.objects.filter(agency=by.agency)
    return {
        **columns_in_batches(by.agency, purpose=declared.purpose),
        **{row.name: [field["name"] for field in row.fields] for row in own},
    }


def _resources() -> dict[str, str]:
    """The resource through which a register's records are questioned: the first by its code."""
    found: dict[str, str] = {}
    for resource, register in registers_bound().items():
        found.setdefault(register, resource)
    return found


def _rows_of(number: str) -> list[OwnRow]:
    """The registers whose key is this number and that have its row, by title. Three queries."""
    registers = [
        row
        for row in Register.objects.filter(paused=False).order_by("title", "name")
        if any(field["name"] == row.key and field["type"] == "string" for field in row.fields)
    ]
    if not registers:
        return []
    parts = [
        sql.SQL("select {}, coalesce(valid_from, recorded_at::date) from {} where {} = %(number)s").format(
            sql.Literal(row.name), table_of(row.name), sql.Identifier(row.key)
        )
        for row in registers
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" union all ").join(parts), {"number": number})
        since = dict(cursor.fetchall())
    resources = _resources()
    return [
        OwnRow(row.name, row.title, row.agency, resources.get(row.name, ""), since[row.name])
        for row in registers
        if row.name in since
    ]
