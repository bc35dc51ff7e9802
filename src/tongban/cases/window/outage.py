"""Numbers for an outage (停机编号): issued ahead, used on paper, entered afterwards with the true time, the rest cancelled.

Whether a late entry is excused is no question of this module: supervision asks for a declared outage at that time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Min, Q, QuerySet

from tongban.cases.models import Application, PaperSerial, SerialBlock
from tongban.cases.window.filling import begin_at_window
from tongban.cases.window.holding import check_clerk
from tongban.cases.window.kinds import SerialsCancelled, SerialsIssued, SerialUsed
from tongban.identity.api import get_agency
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say
from tongban.kernel.words import check_written

LISTED = 30
#: A stack of slips that somebody still numbers and counts by hand.
SERIALS_MAX = 200


@dataclass(frozen=True)
class SerialView:
    """One number: unused, used for an application that was entered, or cancelled."""

    number: str
    state: str
    application: str
    matter: str
    received_at: datetime | None
    entered_at: datetime | None


@dataclass(frozen=True)
class BlockView:
    """A block of a window, with its counts; `serials` where one is looked at."""

    id: UUID
    words: str
    first: str
    last: str
    issued_at: datetime
    closed_at: datetime | None
    answer: str
    total: int
    used: int
    cancelled: int
    version: int
    serials: tuple[SerialView, ...] = ()

    @property
    def unused(self) -> int:
        """How many may still be used."""
        return self.total - self.used - self.cancelled


def issue_serials(*, count: int | None, words: str, by: Actor) -> UUID:
    """Give the officer's window numbers for an outage; `words` say for which.

    Raises:
        BadInput: no count, or no outage said.
        Conflict: two at once.
        NotAllowed: no clerk.
    """
    check_clerk(by, window=by.agency)
    why = check_written(words, missing="请写明为哪一次停机预发，例如「11 月 30 日夜间升级」。")
    if count is None or not 1 <= count <= SERIALS_MAX:
        raise BadInput("请填写预发几个编号，1 到 200。", field="count")
    prefix = f"{get_agency(by.agency).area}T{clock.today():%Y%m%d}"
    try:
        with transaction.atomic():
            taken = PaperSerial.objects.filter(number__startswith=prefix).count()
            block = SerialBlock.objects.create(
                id=uuid7(), window=by.agency, words=why, issued_by=by.key, issued_at=clock.now()
            )
            numbers = [f"{prefix}{n:04}" for n in range(taken + 1, taken + count + 1)]
            PaperSerial.objects.bulk_create([PaperSerial(number=one, block=block) for one in numbers])
            act = SerialsIssued(window=by.agency, first=numbers[0], last=numbers[-1], count=count)
            record(act, on=Subject("serial-block", str(block.id), 1), by=by)
    except IntegrityError:
        raise Conflict("有人同时预发了编号，请再试一次。") from None
    return block.id


def enter_paper(
    *, serial: str, received_at: datetime, bundle: str, applicant: UUID, shown: str, by: Actor
) -> str:
    """Begin what was received on paper under a number: its clock runs from that time; returns the application's number.

    Raises:
        BadInput: no such number, or a time before the block was issued or to come.
        Conflict: the number is used or cancelled, or the same is being entered under another one.
        NotAllowed, NotFound: another window takes this in, no such bundle.
    """
    with transaction.atomic():
        rows = PaperSerial.objects.select_for_update(of=("self",)).select_related("block", "application")
        row = rows.filter(number=serial.strip().upper(), block__window=by.agency).first()
        if row is None:
            raise BadInput("本窗口没有预发过这个编号，请对照纸质收件单核对。", field="serial")
        _check_free(row)
        if not row.block.issued_at <= received_at <= clock.now():
            raise BadInput("收件时间应在编号预发以后、现在以前，请照纸质收件单填写。", field="received_at")
        number = begin_at_window(bundle=bundle, applicant=applicant, shown=shown, by=by)
        if other := PaperSerial.objects.filter(application=number).exclude(pk=row.pk).first():
            raise Conflict(
                say("这份收件已经用了编号 {serial}，请先把它提交或者放弃，再录下一张。", serial=other.number)
            )
        Application.objects.filter(pk=number).update(received_at=received_at)
        PaperSerial.objects.filter(pk=row.pk).update(
            state="used", application=number, entered_at=clock.now(), entered_by=by.key
        )
        version = bump(SerialBlock, row.block_id)
        record(
            SerialUsed(serial=row.number, block=str(row.block_id)),
            on=Subject("serial-block", str(row.block_id), version),
            by=by,
            case_number=number,
            private={applicant: {}},
        )
    return number


def cancel_serials(*, block: UUID, words: str, seen: int | None, by: Actor) -> None:
    """The outage is over: cancel the numbers that nobody used.

    Raises:
        BadInput: nothing said of where the unused slips are.
        Conflict: closed before.
        NotAllowed, NotFound, StaleObject: not the window's clerk, no such block, somebody acted since `seen`.
    """
    said = check_written(words, missing="请写明没用的编号怎么处理了，例如「剩 3 张空白单已收回销毁」。")
    with transaction.atomic():
        version = bump(SerialBlock, block, seen=seen)
        row = _row(block, by)
        if row.closed_at:
            raise Conflict("这一段编号已经结清。")
        unused = PaperSerial.objects.filter(block=block, state="unused")
        cancelled = unused.update(state="cancelled")
        used = PaperSerial.objects.filter(block=block, state="used").count()
        SerialBlock.objects.filter(pk=block).update(closed_at=clock.now(), closed_by=by.key, answer=said)
        act = SerialsCancelled(window=row.window, used=used, cancelled=cancelled)
        record(act, on=Subject("serial-block", str(block), version), by=by)


def blocks_of(by: Actor) -> list[BlockView]:
    """The newest blocks of the officer's window, with their counts. One query."""
    return [_view(row) for row in _counted(by)[:LISTED]]


def get_block(block: UUID, *, by: Actor) -> BlockView:
    """One block with its numbers.

    Raises:
        NotFound: the window has none such.
        NotAllowed: no clerk.
    """
    _row(block, by)
    rows = PaperSerial.objects.filter(block=block).select_related("application").order_by("number")
    return _view(_counted(by).get(pk=block), [_serial(one) for one in rows])


def _row(block: UUID, by: Actor) -> SerialBlock:
    row = SerialBlock.objects.filter(pk=block, window=by.agency).first()
    if row is None:
        raise NotFound("本窗口没有这一段编号。")
    check_clerk(by, window=row.window)
    return row


def _check_free(row: PaperSerial) -> None:
    """A number is free until what it was entered for was submitted, or is still being filled in."""
    entered = row.application
    if entered and not (entered.state == "withdrawn" and entered.submitted_at is None):
        raise Conflict(
            say(
                "编号 {serial} 已经用在 {number} 上，一个编号只能用一次。",
                serial=row.number,
                number=entered.number,
            )
        )
    if row.state == "cancelled":
        raise Conflict(say("编号 {serial} 已经作废，不能再用。", serial=row.number))


def _counted(by: Actor) -> QuerySet[SerialBlock]:
    used, cancelled = Count("serials", filter=Q(serials__state="used")), Q(serials__state="cancelled")
    rows = SerialBlock.objects.filter(window=by.agency).annotate(
        total=Count("serials"),
        used=used,
        cancelled=Count("serials", filter=cancelled),
        first=Min("serials__number"),
        last=Max("serials__number"),
    )
    return rows.order_by("-id")


def _view(row: Any, serials: Sequence[SerialView] = ()) -> BlockView:
    return BlockView(
        row.id,
        row.words,
        row.first,
        row.last,
        row.issued_at,
        row.closed_at,
        row.answer,
        row.total,
        row.used,
        row.cancelled,
        row.version,
        tuple(serials),
    )


def _serial(row: PaperSerial) -> SerialView:
    entered = row.application
    return SerialView(
        row.number,
        row.state,
        entered.number if entered else "",
        entered.title if entered else "",
        entered.received_at if entered else None,
        row.entered_at,
    )
