"""Hearing and interested parties (行政许可法 36, 46-48): told, asked in time, announced, held, recorded; and heard.

Both hold the case: nobody proposes or decides before they are over. What nobody asks for in its days lapses by itself.
"""

from datetime import date
from uuid import UUID

from tongban.cases.acting import Doing, act_on_case
from tongban.cases.formalities.kinds import (
    HearingAsked,
    HearingHeld,
    HearingSet,
    HearingTold,
    HearingWaived,
    InterestedHeard,
    InterestedTold,
)
from tongban.cases.formalities.lapsing import HEARING, INTERESTED
from tongban.cases.formalities.policy import check_hearing
from tongban.cases.formalities.recusing import handlers
from tongban.cases.formalities.rows import end_row, open_one, open_row, parties_of
from tongban.cases.models import Case, FormalityRow
from tongban.cases.policy import check_words
from tongban.clocks.api import clear_due, due_day, limit_of, set_due
from tongban.identity.api import find_person
from tongban.journal.api import Act, Actor
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import BadInput, Conflict
from tongban.kernel.sentences import say
from tongban.services.api import Formality

_HOLD_LIMIT = "hearing-held"


def tell_hearing(*, number: str, words: str, seen: int | None, by: Actor) -> None:
    """Tell the applicant of the right to a hearing before a decision that weighs on somebody.

    Raises:
        BadInput: nothing said about what is to be decided.
        Conflict: told already, or another state.
        NotAllowed, StaleObject: not the examiner, the regime has no hearing, somebody acted since.
    """
    said = check_words(words, field="words", what="拟作的决定和听证的事由")

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        if FormalityRow.objects.filter(case=doing.case, code=HEARING).exists():
            raise Conflict("已经告知过听证的权利。")
        step = doing.step
        assert isinstance(step, Formality)
        row = open_row(doing.case, step, by=by, agency=doing.case.agency, words=said)
        until = row.due_on.isoformat() if row.due_on else ""
        FormalityRow.objects.filter(pk=row.pk).update(facts={"ask_until": until})
        return HearingTold(ask_until=until), {"words": said}

    act_on_case(number, HEARING, seen=seen, by=by, change=change, others=parties_of(number))


def ask_hearing(*, number: str, asks: bool, words: str, seen: int | None, by: Actor) -> None:
    """The applicant asks for a hearing, or says that none is wanted; an officer enters that an interested party asks.

    Raises:
        Conflict: not told, the days have passed, asked before, or another state.
        NotAllowed, StaleObject: neither the applicant nor the examiner, somebody acted since.
    """
    code = "hearing-asked" if by.kind == "person" else "hearing-entered"

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        row = open_hearing(doing.case)
        if asks:
            return hearing_asked(row, who=words.strip()), {"words": words.strip()}
        _check_not_asked(row)
        end_row(row, by=by, state="lapsed", answer=words.strip())
        return HearingWaived(ask_until=str(row.facts["ask_until"])), {}

    act_on_case(number, code, seen=seen, by=by, change=change)


def hearing_asked(row: FormalityRow, *, who: str = "") -> HearingAsked:
    """Note that a hearing was asked for, by `who` if not by the applicant; part of the act of whoever asks.

    Raises:
        Conflict: asked before.
    """
    _check_not_asked(row)
    hold_until = due_day(limit_of(_HOLD_LIMIT, on=clock.today()), clock.today())
    facts = {**row.facts, "asked_on": clock.today().isoformat(), "hold_until": hold_until.isoformat()}
    if who:
        facts["asked_by"] = who
    FormalityRow.objects.filter(pk=row.pk).update(facts=facts, due_on=hold_until)
    clear_due(on=f"formality:{row.id}")
    set_due(on=f"formality:{row.id}", what=_HOLD_LIMIT, day=hold_until)
    return HearingAsked(hold_until=hold_until.isoformat())


def set_hearing(
    *, number: str, held_on: date, place: str, presider: str, seen: int | None, by: Actor
) -> None:
    """Announce day, place and who leads: seven days before, in time, somebody who did not examine.

    Raises:
        BadInput: a day that does not fit, no place, a presider who examined or is of another agency.
        Conflict: nobody asked, or another state.
        NotAllowed, StaleObject: not the examiner, somebody acted since.
    """
    where = check_words(place, field="place", what="听证的地点")

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        case = doing.case
        row = open_hearing(case)
        if not row.facts.get("asked_on"):
            raise Conflict("还没有人申请听证。")
        if presider not in handlers(case.agency):
            raise BadInput("听证主持人应是本机关的工作人员。", field="presider")
        hold_until = date.fromisoformat(str(row.facts["hold_until"]))
        check_hearing(
            held_on, presider, hold_until=hold_until, handlers=_examined(case, by), today=clock.today()
        )
        facts = {**row.facts, "held_on": held_on.isoformat(), "place": where, "presider": presider}
        FormalityRow.objects.filter(pk=row.pk).update(facts=facts)
        return HearingSet(held_on=held_on.isoformat(), presider=presider), {"place": where}

    act_on_case(number, "hearing-set", seen=seen, by=by, change=change, others=parties_of(number))


def hold_hearing(*, number: str, record: str, seen: int | None, by: Actor) -> None:
    """Note that the hearing was held; the decision is made from its record (行政许可法 48).

    Raises:
        BadInput: no record.
        Conflict: not announced, or its day has not come.
        NotAllowed, StaleObject: not the examiner, somebody acted since.
    """
    said = check_words(record, field="record", what="听证笔录")

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        row = open_hearing(doing.case)
        if not row.facts.get("held_on"):
            raise Conflict("还没有发出听证通知。")
        held_on = str(row.facts["held_on"])
        if date.fromisoformat(held_on) > clock.today():
            raise Conflict(say("听证定在 {day}，还没有举行。", day=held_on))
        end_row(row, by=by, answer=said, deputy_for=doing.deputy_for)
        return HearingHeld(held_on=held_on, presider=str(row.facts["presider"])), {"words": said}

    act_on_case(number, "hearing-held", seen=seen, by=by, change=change)


def tell_interested(
    *, number: str, name: str, words: str, seen: int | None, by: Actor, id_number: str = ""
) -> None:
    """Tell somebody whose weighty interests the matter touches; the name stays out of the journal.

    Whoever is told with the identity number reads it on a page of his own; others are told on paper.

    Raises:
        BadInput: no name, nothing said of the interest, nobody has that name and number, or it is the applicant.
        Conflict: told already, or another state.
        NotAllowed, StaleObject: not the examiner, the regime has no such step, somebody acted since.
    """
    who = check_words(name, field="name", what="利害关系人的姓名或者名称")
    said = check_words(words, field="words", what="和这件事有什么利害关系")

    party = _person(who, id_number.strip()) if id_number.strip() else None

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        step = doing.step
        assert isinstance(step, Formality)
        if party == doing.case.application.applicant:
            raise BadInput("利害关系人不能是申请人自己。", field="id_number")
        row = open_row(doing.case, step, by=by, agency=doing.case.agency, about=who, party=party, words=said)
        return InterestedTold(due_on=row.due_on.isoformat() if row.due_on else ""), {}

    others = {party: {"words": said}} if party else None
    act_on_case(number, INTERESTED, seen=seen, by=by, change=change, others=others)


def hear_interested(*, number: str, name: str, words: str, seen: int | None, by: Actor) -> None:
    """Note what an interested party said.

    Raises:
        BadInput: nothing said.
        Conflict: not told, or heard before.
        NotAllowed, StaleObject: not the examiner, somebody acted since.
    """
    said = check_words(words, field="words", what="利害关系人的意见")

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        row = open_one(doing.case, INTERESTED, about=name)
        if row is None:
            raise Conflict("没有等着听取意见的这位利害关系人。")
        end_row(row, by=by, answer=said, deputy_for=doing.deputy_for)
        return InterestedHeard(heard=True), {}

    act_on_case(number, "interested-heard", seen=seen, by=by, change=change)


def open_hearing(case: Case) -> FormalityRow:
    """The hearing of a case that was told and is not over.

    Raises:
        Conflict: there is none.
    """
    row = open_one(case, HEARING)
    if row is None:
        raise Conflict("没有进行中的听证：还没有告知，或者申请的期限已经过了。")
    return row


def _check_not_asked(row: FormalityRow) -> None:
    if row.facts.get("asked_on"):
        raise Conflict("已经申请了听证，等待通知。")


def _person(name: str, id_number: str) -> UUID:
    found = find_person(name=name, id_number=id_number)
    if found is None:
        raise BadInput(
            "没有找到姓名和身份证号码都相符的人；没有账户的不填号码，用书面告知。", field="id_number"
        )
    return found.id


def _examined(case: Case, by: Actor) -> set[str]:
    """Who examined so far; at least whoever announces the hearing does."""
    opinion = getattr(case, "opinion", None)
    there = case.inspections.values_list("officers", flat=True)
    return {by.key, *([opinion.officer] if opinion else []), *(one for several in there for one in several)}
