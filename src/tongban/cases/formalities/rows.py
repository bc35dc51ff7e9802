"""Rows of formalities: opened with their clock, found, answered once."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from tongban.cases.models import Case, FormalityRow
from tongban.clocks.api import clear_due, due_day, limit_of, set_due
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import Conflict, NotFound
from tongban.services.api import Formality


def open_row(
    case: Case,
    step: Formality,
    *,
    by: Actor,
    agency: str = "",
    about: str = "",
    party: UUID | None = None,
    words: str = "",
    facts: Mapping[str, Json] | None = None,
    due_on: date | None = None,
) -> FormalityRow:
    """Open one; its clock runs from today where the pack names a limit and no day is given.

    Raises:
        Conflict: the same is open already.
    """
    if FormalityRow.objects.filter(case=case, code=step.code, about=about, state="open").exists():
        raise Conflict("同样的一步已经在办，不能再开一次。")
    today = clock.today()
    if due_on is None and step.limit:
        due_on = due_day(limit_of(step.limit, on=today), today)
    row = FormalityRow.objects.create(
        case=case,
        code=step.code,
        about=about,
        party=party,
        agency=agency,
        words=words,
        facts=dict(facts or {}),
        opened_by=opener(by),
        opened_on=today,
        due_on=due_on,
    )
    if due_on:
        set_due(on=f"formality:{row.id}", what=step.code, day=due_on)
    return row


def end_row(
    row: FormalityRow,
    *,
    by: Actor,
    state: str = "done",
    answer: str = "",
    facts: Mapping[str, Json] | None = None,
    deputy_for: str = "",
    on: date | None = None,
) -> None:
    """Answer an open one.

    Raises:
        Conflict: it was answered before.
    """
    changed = FormalityRow.objects.filter(pk=row.pk, state="open").update(
        state=state,
        answer=answer,
        facts={**row.facts, **(facts or {})},
        answered_by="party" if row.party and row.party == by.person else opener(by),
        answered_on=on or clock.today(),
        deputy_for=deputy_for,
    )
    if not changed:
        raise Conflict("这一步已经办完了。")
    clear_due(on=f"formality:{row.id}")


def write_done(
    case: Case,
    code: str,
    *,
    by: Actor,
    words: str,
    facts: Mapping[str, Json],
    deputy_for: str = "",
) -> None:
    """Note a step that is done as soon as it is begun: what its paper says."""
    FormalityRow.objects.create(
        case=case,
        code=code,
        agency=case.agency,
        state="done",
        words=words,
        facts=dict(facts),
        opened_by=opener(by),
        opened_on=clock.today(),
        answered_by=opener(by),
        answered_on=clock.today(),
        deputy_for=deputy_for,
    )


def open_one(case: Case, code: str, *, about: str | None = None) -> FormalityRow | None:
    """The open one of a code on a case, if there is one."""
    rows = FormalityRow.objects.filter(case=case, code=code, state="open")
    return (rows if about is None else rows.filter(about=about)).order_by("id").first()


def find_row(row: UUID, *, code: str) -> FormalityRow:
    """One by its id.

    Raises:
        NotFound: there is none.
    """
    found = FormalityRow.objects.select_related("case__application").filter(pk=row, code=code).first()
    if found is None:
        raise NotFound("没有找到这一步，它可能已被撤回。")
    return found


def parties_of(number: str) -> dict[UUID, dict[str, Json]]:
    """What an entry of a case says to the interested parties that have an account."""
    rows = FormalityRow.objects.filter(case=number, party__isnull=False)
    return {party: {"title": title} for party, title in rows.values_list("party", "case__title") if party}


def opener(by: Actor) -> str:
    """How a row names who acted: an officer by number, the applicant as such."""
    return by.key if by.kind == "officer" else "applicant" if by.kind == "person" else "system"
