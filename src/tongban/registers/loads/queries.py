"""What pages and commands show of loads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import Sentence, say
from tongban.registers.kinds import BadRowsTaken
from tongban.registers.loads.models import AT_WORK, BadRow, Load, RowError
from tongban.registers.loads.ordering import check_gatherer
from tongban.registers.models import Register

#: What a view takes over as it is.
_PLAIN = (
    "id", "register", "agency", "source", "batch", "mode", "form", "file_name", "as_of", "state", "reason", "rules", "rows",
    "bad", "twice", "to_land", "inserted", "updated", "same", "older", "deleted", "ordered_at", "ended_at", "seconds",
)  # fmt: skip


@dataclass(frozen=True)
class FailedCheck:
    """A check, and how many rows of a load failed it."""

    code: str
    column: str
    sentence: Sentence
    failed: int


@dataclass(frozen=True)
class LoadView:
    """A load as pages show it. `at_work`: it has not ended; `landed` of `to_land` rows are in the register."""

    id: UUID
    register: str
    title: str
    agency: str
    source: str
    batch: str
    mode: str
    form: str
    file_name: str
    digest: str
    as_of: date
    state: str
    reason: str
    rules: str
    checks: tuple[FailedCheck, ...]
    more: tuple[str, ...]
    rows: int
    bad: int
    twice: int
    to_land: int
    inserted: int
    updated: int
    same: int
    older: int
    deleted: int
    mends: UUID | None
    ordered_at: datetime
    ended_at: datetime | None
    seconds: float | None

    @property
    def at_work(self) -> bool:
        """Whether it has not ended."""
        return self.state in AT_WORK

    @property
    def landed(self) -> int:
        """How many rows are done with, one way or another."""
        return self.inserted + self.updated + self.same + self.older + self.deleted


@dataclass(frozen=True)
class RowErrorView:
    """Why a row was sent back: its place in the file, the column, the text there, and the sentence."""

    id: int
    row: int
    title: str
    value: str
    sentence: Sentence
    mended: bool
    hides: bool


def odd_sentence(code: str) -> Sentence:
    """What is said of a row that fails no check of the schema but is none of the table, or stands twice."""
    match code:
        case "key-twice":
            return say("同一个号码在这一批里出现了不止一次，内容不同。请只留对的一行。")
        case "cells-missing":
            return say("这一行的格数比表头少。")
        case "cells-more":
            return say("这一行的格数比表头多，多半是内容里的逗号没有加引号。")
        case _:
            return say("这一行读不出来。")


def loads_of(register: str, *, agency: str, before: UUID | None = None, limit: int = 50) -> list[LoadView]:
    """The loads of an agency's register, the newest first. Two queries."""
    rows = Load.objects.filter(register=register, agency=agency).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[:limit])
    titles = dict(Register.objects.filter(pk=register).values_list("name", "title"))
    return [_view(row, titles.get(row.register, row.register)) for row in found]


def get_load(load: UUID, *, agency: str) -> LoadView:
    """A load of an agency's register. Two queries.

    Raises:
        NotFound: there is none, or it is another agency's.
    """
    row = Load.objects.filter(pk=load, agency=agency).first()
    if row is None:
        raise NotFound("没有这个归集批次，或者它不归本部门。")
    return _view(row, Register.objects.values_list("title", flat=True).get(pk=row.register))


def row_errors(
    load: LoadView, *, code: str = "", after: tuple[int, int] = (0, 0), limit: int = 50
) -> list[RowErrorView]:
    """Why rows of a load were sent back, by row; `code`: one check alone, `after`: the row and id of the last one seen."""
    row, seen = after
    found = RowError.objects.filter(load_id=load.id).filter(Q(row=row, id__gt=seen) | Q(row__gt=row))
    if code:
        found = found.filter(check_code=code)
    said = {one.code: one.sentence for one in load.checks}
    fields = {
        field["name"]: field
        for field in Register.objects.values_list("fields", flat=True).get(pk=load.register)
    }
    return [
        RowErrorView(
            one.id,
            one.row,
            fields.get(one.column, {}).get("title", ""),
            one.value,
            said.get(one.check_code) or odd_sentence(one.check_code),
            one.mended_by_id is not None,
            fields.get(one.column, {}).get("domain") == "id-number",
        )
        for one in found.order_by("row", "id")[:limit]
    ]


def waiting_errors(agency: str) -> dict[str, int]:
    """How many rows wait for an agency to mend them, by register. One query."""
    counted = (
        RowError.objects.filter(agency=agency, mended_by=None, load__state="done")
        .values("load__register")
        .annotate(rows=Count("row"))
        .order_by()
    )
    return {row["load__register"]: row["rows"] for row in counted}


def take_bad_rows(load: UUID, *, by: Actor) -> tuple[list[tuple[str, str]], Iterator[dict[str, str]]]:
    """The rows that a load sent back, to be mended and handed in again: columns with their titles, and the rows.

    Each row has `row` and `reason` besides. What is mended already is left out. Journalled, since people are in it.

    Raises:
        NotFound: there is no such load, or it is another agency's.
        NotAllowed: not the resource owner.
    """
    view = get_load(load, agency=by.agency)
    register = Register.objects.get(pk=view.register)
    check_gatherer(register, by)
    said = {one.code: str(one.sentence) for one in view.checks}
    reasons: dict[int, list[str]] = {}
    for row, code in (
        RowError.objects.filter(load_id=load, mended_by=None)
        .order_by("row", "id")
        .values_list("row", "check_code")
    ):
        reasons.setdefault(row, []).append(said.get(code) or str(odd_sentence(code)))
    with transaction.atomic():
        version = bump(Register, register.name)
        act = BadRowsTaken(register=register.name, load=str(load), rows=len(reasons))
        record(act, on=Subject("register", register.name, version), by=by)
    columns = [(field["name"], field["title"]) for field in register.fields]
    cells = BadRow.objects.filter(load_id=load).order_by("row").values_list("row", "cells")
    rows = (
        {
            "row": str(row),
            "reason": " ".join(reasons[row]),
            **{name: held.get(name) or "" for name, _title in columns},
        }
        for row, held in cells.iterator()
        if row in reasons
    )
    return columns, rows


def _view(row: Load, title: str) -> LoadView:
    return LoadView(
        **{name: getattr(row, name) for name in _PLAIN},
        title=title,
        digest=bytes(row.digest).hex(),
        mends=row.mends_id,
        more=tuple(row.more),
        checks=tuple(
            FailedCheck(one["code"], one["column"], say(one["pattern"], **one["values"]), one["failed"])
            for one in row.checks
        ),
    )
