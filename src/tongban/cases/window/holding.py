"""Originals (原件): what the window keeps of a person's own papers, with a slip, and to whom it went back."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.cases.access import open_application
from tongban.cases.models import RETURN_WAYS, Application, Original
from tongban.cases.policy import check_officer
from tongban.cases.window.kinds import OriginalReturned, OriginalTaken
from tongban.identity.api import get_agency, officers_with
from tongban.journal.api import Act, Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.kernel.words import check_written

ROLE = "window-clerk"
PAGE = 50
TITLE_MAX = 100
#: A stack that nobody counts through is no list of originals.
PIECES_MAX = 200
WAYS = {"in-person": "申请人本人领回", "agent": "他人代领", "post": "邮寄退还"}


@dataclass(frozen=True)
class OriginalView:
    """A paper that the window keeps, or kept: for which application, by whom, and to whom it went back."""

    id: UUID
    application: str
    matter: str
    applicant_name: str
    slip: str
    title: str
    pieces: int
    reason: str
    keeper: str
    keeper_name: str
    taken_at: datetime
    returned_at: datetime | None
    returned_to: str
    way: str
    proof: str
    closed: bool
    version: int

    @property
    def held(self) -> bool:
        """Whether the window still has it."""
        return self.returned_at is None

    @property
    def way_words(self) -> str:
        """How it went back, in Chinese; empty while it is held."""
        return WAYS.get(self.way, "")


def take_original(*, number: str, title: str, pieces: int, reason: str, by: Actor) -> UUID:
    """Keep a person's own paper for an application; returns what its slip is about.

    Raises:
        BadInput: no title, no number of pieces, no reason.
        Conflict: the application has ended.
        NotAllowed, NotFound: not a clerk of its window, no such application.
    """
    what = check_written(title, missing="请写明收存的是什么原件。", field="title", most=TITLE_MAX)
    why = check_written(
        reason, missing="请写明为什么要收存原件，核对以后能当场退还的不要收存。", field="reason"
    )
    if not 1 <= pieces <= PIECES_MAX:
        raise BadInput("请填写收存的件数，1 到 200。", field="pieces")
    open_application(number, by)
    with transaction.atomic():
        row = Application.objects.select_for_update().get(pk=number)
        check_clerk(by, window=row.window)
        if row.state in {"closed", "withdrawn"}:
            raise Conflict("这份申请已经办结或者撤回，不能再收存原件。")
        original = Original.objects.create(
            application=row,
            ordinal=Original.objects.filter(application=row).count() + 1,
            window=row.window,
            title=what,
            pieces=pieces,
            reason=why,
            keeper=by.key,
            taken_by=by.key,
            taken_at=clock.now(),
        )
        said: dict[str, Json] = {"title": what, "reason": why}
        _note(OriginalTaken(slip=slip_of(original), pieces=pieces), original, version=1, by=by, said=said)
    return original.id


def return_original(*, original: UUID, way: str, to: str, proof: str, seen: int | None, by: Actor) -> None:
    """Give a paper back; `proof` is the identity card or mandate that was shown, or the number of the letter.

    Raises:
        BadInput: no way, nobody named, no proof.
        Conflict: it was given back before.
        NotAllowed, NotFound, StaleObject: not a clerk of the window, no such paper, somebody acted since `seen`.
    """
    if way not in RETURN_WAYS:
        raise BadInput("请选择怎样退还。", field="way")
    name = check_written(to, missing="请写明退给了谁。", field="to", most=TITLE_MAX)
    shown = check_written(
        proof, missing="请写明凭什么退还：出示的证件、委托书，或者邮件单号。", field="proof"
    )
    with transaction.atomic():
        version = bump(Original, original, seen=seen)
        row = _row(original)
        check_clerk(by, window=row.window)
        if row.returned_at:
            raise Conflict("这份原件已经退还，不能再退一次。")
        Original.objects.filter(pk=original).update(
            returned_at=clock.now(), returned_by=by.key, returned_to=name, way=way, proof=shown
        )
        said: dict[str, Json] = {"title": row.title, "to": name, "proof": shown}
        _note(OriginalReturned(slip=slip_of(row), way=way), row, version=version, by=by, said=said)


def get_original(original: UUID, *, by: Actor) -> OriginalView:
    """One of them, for the window that keeps it.

    Raises:
        NotAllowed, NotFound: another window's, or there is none.
    """
    row = _row(original)
    check_clerk(by, window=row.window)
    return _views([row], window=row.window)[0]


def originals_of(number: str) -> list[OriginalView]:
    """Every one of an application, the oldest first, for whoever has it open already."""
    rows = list(Original.objects.select_related("application").filter(application=number).order_by("id"))
    return _views(rows, window=rows[0].window) if rows else []


def held_originals(
    by: Actor, *, after: UUID | None = None, keeper: str = "", most: int = PAGE
) -> list[OriginalView]:
    """What an officer's window keeps, the oldest first, a page by key; of one `keeper` if named. Two queries."""
    rows = Original.objects.select_related("application").filter(window=by.agency, returned_at=None)
    if keeper:
        rows = rows.filter(keeper=keeper)
    if after:
        rows = rows.filter(id__gt=after)
    return _views(list(rows.order_by("id")[:most]), window=by.agency)


def originals_by_id(ids: Collection[str], *, window: str) -> dict[str, OriginalView]:
    """Those of a window with these ids. Two queries, none without ids."""
    if not ids:
        return {}
    rows = Original.objects.select_related("application").filter(pk__in=list(ids), window=window)
    return {str(one.id): one for one in _views(rows.order_by("id"), window=window)}


def check_clerk(by: Actor, *, window: str) -> None:
    """A clerk of that window.

    Raises:
        NotAllowed: somebody else.
    """
    if by.agency != window or not by.has_role(ROLE):
        check_officer(by, role=ROLE, agency=window, agency_name=get_agency(window).name)


def slip_of(row: Original) -> str:
    """The number of its slip."""
    return f"{row.application_id}-Y{row.ordinal:02}"


def _row(original: UUID) -> Original:
    row = Original.objects.select_related("application").filter(pk=original).first()
    if row is None:
        raise NotFound("没有这份原件的收存记录。")
    return row


def _note(act: Act, row: Original, *, version: int, by: Actor, said: dict[str, Json]) -> None:
    record(
        act,
        on=Subject("original", str(row.id), version),
        by=by,
        case_number=row.application_id,
        private={row.application.applicant: said},
    )


def _views(rows: Iterable[Original], *, window: str) -> list[OriginalView]:
    names = {one.key: one.name for one in officers_with(ROLE, agency=window)}
    return [
        OriginalView(
            id=row.id,
            application=row.application_id,
            matter=row.application.title,
            applicant_name=row.application.firm_name or row.application.applicant_name,
            slip=slip_of(row),
            title=row.title,
            pieces=row.pieces,
            reason=row.reason,
            keeper=row.keeper,
            keeper_name=names.get(row.keeper, row.keeper),
            taken_at=row.taken_at,
            returned_at=row.returned_at,
            returned_to=row.returned_to,
            way=row.way,
            proof=row.proof,
            closed=row.application.state in {"closed", "withdrawn"},
            version=row.version,
        )
        for row in rows
    ]
