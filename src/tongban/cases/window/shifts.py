"""Shifts (交接班): what a clerk has open goes to a colleague, counted by both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tongban.cases.models import Application, Original, Shift
from tongban.cases.window.holding import ROLE, OriginalView, check_clerk, held_originals, originals_by_id
from tongban.cases.window.kinds import ShiftHanded, ShiftRecalled, ShiftTaken
from tongban.identity.api import officers_with
from tongban.journal.api import Act, Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say
from tongban.kernel.words import WORDS_MAX, check_written

LISTED = 30
#: More than so many of a kind are counted, and not listed one by one.
OPEN_MAX = 200
#: No window keeps more pieces than that.
COUNT_MAX = 10_000


@dataclass(frozen=True)
class OpenWork:
    """What a clerk has open: (number, title, applicant) of drafts and waiting supplements, and the originals."""

    drafts: tuple[tuple[str, str, str], ...]
    supplements: tuple[tuple[str, str, str], ...]
    originals: tuple[OriginalView, ...]

    @property
    def pieces(self) -> int:
        """How many pieces the originals are."""
        return sum(one.pieces for one in self.originals)


@dataclass(frozen=True)
class ShiftView:
    """A hand-over between two clerks; `state` is open, taken or recalled."""

    id: UUID
    giver: str
    giver_name: str
    receiver: str
    receiver_name: str
    handed_at: datetime
    drafts: tuple[str, ...]
    supplements: tuple[str, ...]
    originals: tuple[OriginalView, ...]
    pieces: int
    counted: int
    words: str
    state: str
    ended_at: datetime | None
    recounted: int | None
    answer: str
    version: int


def open_work(by: Actor) -> OpenWork:
    """What the clerk has open: her drafts and originals, and the supplements that her window waits for. Four queries."""
    at_window = Application.objects.filter(window=by.agency)
    drafts = at_window.filter(state="preparing", channel="window", clerk=by.key)
    waiting = at_window.filter(state="supplementing")
    return OpenWork(_lines(drafts), _lines(waiting), tuple(held_originals(by, keeper=by.key, most=OPEN_MAX)))


def hand_shift(*, receiver: str, counted: int | None, words: str, by: Actor) -> UUID:
    """Hand what is open to a colleague; `counted` are the pieces of originals on the desk.

    Raises:
        BadInput: no colleague, no count, a count that differs from the list and no word why.
        Conflict: an earlier hand-over is still open.
        NotAllowed: no clerk.
    """
    check_clerk(by, window=by.agency)
    colleagues = clerks(by.agency)
    if receiver == by.key or receiver not in colleagues:
        raise BadInput("请选择接班的同事。", field="receiver")
    work = open_work(by)
    number, said = _checked(counted, words, expected=work.pieces)
    try:
        with transaction.atomic():
            row = Shift.objects.create(
                id=uuid7(),
                window=by.agency,
                giver=by.key,
                receiver=receiver,
                handed_at=clock.now(),
                listed={
                    "drafts": [one[0] for one in work.drafts],
                    "supplements": [one[0] for one in work.supplements],
                    "originals": [str(one.id) for one in work.originals],
                },
                pieces=work.pieces,
                counted=number,
                words=said,
            )
            act = ShiftHanded(
                window=by.agency,
                receiver=receiver,
                drafts=len(work.drafts),
                supplements=len(work.supplements),
                originals=len(work.originals),
                pieces=work.pieces,
                counted=number,
            )
            _note(act, row, version=1, by=by)
    except IntegrityError:
        raise Conflict("您上一次交班还没有人接，请先请同事接班，或者撤回那一次。") from None
    return row.id


def take_shift(*, shift: UUID, counted: int | None, words: str, seen: int | None, by: Actor) -> None:
    """Count again and take over: originals get a new keeper, drafts another clerk.

    Raises:
        BadInput: no count, or one that differs from what was handed and no word why.
        Conflict: taken or recalled before.
        NotAllowed, NotFound, StaleObject: handed to somebody else, no such hand-over, somebody acted since `seen`.
    """
    with transaction.atomic():
        version = bump(Shift, shift, seen=seen)
        row = _row(shift, by)
        if row.receiver != by.key:
            raise NotAllowed(say("这一班交给了{name}，请由本人接班。", name=clerks(row.window)[row.receiver]))
        _check_open(row)
        number, said = _checked(counted, words, expected=row.counted)
        Shift.objects.filter(pk=shift).update(
            state="taken", ended_at=clock.now(), recounted=number, answer=said
        )
        handed = Original.objects.filter(pk__in=row.listed["originals"], returned_at=None)
        handed.filter(keeper=row.giver).update(keeper=by.key)
        drafts = Application.objects.filter(pk__in=row.listed["drafts"], state="preparing")
        drafts.filter(clerk=row.giver).update(clerk=by.key)
        _note(ShiftTaken(window=row.window, giver=row.giver, counted=number), row, version=version, by=by)


def recall_shift(*, shift: UUID, seen: int | None, by: Actor) -> None:
    """Take it back while nobody has taken over.

    Raises:
        Conflict: taken or recalled before.
        NotAllowed, NotFound, StaleObject: somebody else's, no such hand-over, somebody acted since `seen`.
    """
    with transaction.atomic():
        version = bump(Shift, shift, seen=seen)
        row = _row(shift, by)
        if row.giver != by.key:
            raise NotAllowed("只有交班的本人可以撤回交班。")
        _check_open(row)
        Shift.objects.filter(pk=shift).update(state="recalled", ended_at=clock.now())
        _note(ShiftRecalled(window=row.window, receiver=row.receiver), row, version=version, by=by)


def get_shift(shift: UUID, *, by: Actor) -> ShiftView:
    """One hand-over of the officer's window.

    Raises:
        NotFound: there is none at this window.
        NotAllowed: no clerk.
    """
    row = _row(shift, by)
    return _views([row], originals_by_id(row.listed["originals"], window=row.window))[0]


def shifts_of(by: Actor) -> list[ShiftView]:
    """The newest hand-overs of the officer's window, the open ones first. Two queries."""
    rows = Shift.objects.filter(window=by.agency).order_by("-id")[:LISTED]
    return sorted(_views(list(rows), {}), key=lambda one: one.state != "open")


def clerks(window: str) -> dict[str, str]:
    """The clerks of a window, by number with the name."""
    return {one.key: one.name for one in officers_with(ROLE, agency=window)}


def _lines(rows: QuerySet[Application]) -> tuple[tuple[str, str, str], ...]:
    found = rows.order_by("number").values_list("number", "title", "applicant_name")
    return tuple(found[:OPEN_MAX])


def _checked(counted: int | None, words: str, *, expected: int) -> tuple[int, str]:
    """What was counted, and what was said of it; a difference has to be explained."""
    if counted is None or not 0 <= counted <= COUNT_MAX:
        raise BadInput("请清点原件，填写一共几件；没有就填 0。", field="counted")
    if counted == expected:
        return counted, words.replace("\0", "").strip()[:WORDS_MAX]
    missing = say(
        "清点是 {counted} 件，应是 {expected} 件，请写明差在哪里。", counted=counted, expected=expected
    )
    return counted, check_written(words, missing=missing)


def _row(shift: UUID, by: Actor) -> Shift:
    row = Shift.objects.filter(pk=shift, window=by.agency).first()
    if row is None:
        raise NotFound("本窗口没有这一次交接班。")
    check_clerk(by, window=row.window)
    return row


def _check_open(row: Shift) -> None:
    if row.state != "open":
        raise Conflict("这一班已经接了。" if row.state == "taken" else "这一次交班已经撤回。")


def _note(act: Act, row: Shift, *, version: int, by: Actor) -> None:
    record(act, on=Subject("shift", str(row.id), version), by=by)


def _views(rows: Sequence[Shift], originals: Mapping[str, OriginalView]) -> list[ShiftView]:
    names = clerks(rows[0].window) if rows else {}
    return [
        ShiftView(
            id=row.id,
            giver=row.giver,
            giver_name=names.get(row.giver, row.giver),
            receiver=row.receiver,
            receiver_name=names.get(row.receiver, row.receiver),
            handed_at=row.handed_at,
            drafts=tuple(row.listed["drafts"]),
            supplements=tuple(row.listed["supplements"]),
            originals=tuple(originals[one] for one in row.listed["originals"] if one in originals),
            pieces=row.pieces,
            counted=row.counted,
            words=row.words,
            state=row.state,
            ended_at=row.ended_at,
            recounted=row.recounted,
            answer=row.answer,
            version=row.version,
        )
        for row in rows
    ]
