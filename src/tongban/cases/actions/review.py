"""After acceptance: on the spot, defects with a date, pauses on a legal ground, the examiner's opinion."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tongban.cases.access import find_case
from tongban.cases.acting import Doing, act_on_case, check_nothing_open
from tongban.cases.kinds import (
    CasePaused,
    CaseResumed,
    DefectFound,
    Examined,
    Inspected,
    RectificationConfirmed,
    Rectified,
)
from tongban.cases.models import Case, CasePause, Defect, Inspection, Opinion
from tongban.cases.policy import (
    check_applicant,
    check_officers_on_site,
    check_words,
)
from tongban.cases.terms import due_days, extended, item_of, stretches_of
from tongban.clocks.api import clear_due, set_due
from tongban.documents.api import keep_document
from tongban.identity.api import officers_with
from tongban.journal.api import Act, Actor
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import BadInput, Conflict
from tongban.kernel.sentences import say


def inspect(*, number: str, officers: Sequence[str], finding: str, seen: int | None, by: Actor) -> None:
    """Note a check on the spot by `officers` (their numbers), held today.

    Raises:
        BadInput: too few officers, or of another agency, or nothing written.
        NotAllowed, Conflict, StaleObject: not the examiner, another state, somebody acted since.
    """
    words = check_words(finding, field="finding", what="核查情况")

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        case = doing.case
        check_officers_on_site(officers, least=doing.regime.officers_on_site)
        ours = {
            one.key for role in ("examiner", "approver") for one in officers_with(role, agency=case.agency)
        }
        if strangers := set(officers) - ours:
            raise BadInput(
                say("参加核查的人员不属于本部门：{names}。", names="、".join(sorted(strangers))),
                field="officers",
            )
        Inspection.objects.create(case=case, held_on=clock.today(), officers=list(officers), finding=words)
        return Inspected(held_on=clock.today().isoformat(), officers=list(officers)), {"finding": words}

    act_on_case(number, "inspect", seen=seen, by=by, change=change)


def find_defect(*, number: str, words: str, due_on: date, seen: int | None, by: Actor) -> None:
    """Ask for something to be put right by a day; the clock runs on.

    Raises:
        BadInput: nothing written, or a day that is not in the future or beyond the legal limit.
        NotAllowed, Conflict, StaleObject: not the examiner, another state, somebody acted since.
    """
    said = check_words(words, field="words", what="要整改的问题")

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        case = doing.case
        if due_on <= clock.today():
            raise BadInput("整改期限应在今天之后。", field="due_on")
        if case.legal_due_on and due_on > case.legal_due_on:
            raise BadInput(
                say("整改期限不能晚于法定办结日 {day}:整改期间不停表。", day=case.legal_due_on),
                field="due_on",
            )
        Defect.objects.create(case=case, found_on=clock.today(), words=said, due_on=due_on)
        set_due(on=f"case:{case.number}", what="rectify", day=due_on)
        return DefectFound(due_on=due_on.isoformat()), {"words": said}

    act_on_case(number, "find-defect", seen=seen, by=by, change=change)


def rectify(*, number: str, words: str, photo: tuple[str, bytes] | None, seen: int | None, by: Actor) -> None:
    """The person says that the defect is put right, with a photo if she likes.

    Raises:
        BadInput: nothing written, or not an acceptable file.
        NotAllowed, Conflict, StaleObject: not the applicant, nothing to put right, somebody acted since.
    """
    said = check_words(words, field="words", what="整改情况")
    check_applicant(by, find_case(number).application.applicant)
    document: UUID | None = keep_document(name=photo[0], data=photo[1]).id if photo else None

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        case = doing.case
        open_defects = Defect.objects.filter(case=case, rectified_on=None)
        if not open_defects.update(rectified_on=clock.today(), rectified_words=said, document=document):
            raise Conflict("没有需要整改的问题。")
        clear_due(on=f"case:{case.number}", what="rectify")
        return Rectified(channel=case.application.channel), {"words": said}

    act_on_case(number, "rectify", seen=seen, by=by, change=change)


def confirm_rectified(*, number: str, seen: int | None, by: Actor) -> None:
    """Confirm that the defects are put right.

    Raises:
        Conflict: one is still open.
        NotAllowed, StaleObject: not the examiner, somebody acted since.
    """

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        case = doing.case
        if Defect.objects.filter(case=case, rectified_on=None).exists():
            raise Conflict("申请人还没有完成整改。")
        Defect.objects.filter(case=case, confirmed_on=None).update(confirmed_on=clock.today())
        return RectificationConfirmed(confirmed_on=clock.today().isoformat()), {}

    act_on_case(number, "confirm-rectified", seen=seen, by=by, change=change)


def pause_case(*, number: str, ground: str, seen: int | None, by: Actor) -> None:
    """Stop the clock on a ground of the regime's closed list.

    Raises:
        BadInput: the ground is not on the list.
        NotAllowed, Conflict, StaleObject: not the examiner, another state, somebody acted since.
    """

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        cite = next((one.cite for one in doing.regime.pauses if one.ground == ground), None)
        if cite is None:
            raise BadInput(say("「{ground}」不是法定的暂停事由。", ground=ground), field="ground")
        CasePause.objects.create(case=doing.case, begins_on=clock.today(), ground=ground, cite=str(cite))
        return CasePaused(ground=ground), {}

    act_on_case(number, "pause", seen=seen, by=by, change=change)


def resume_case(*, number: str, seen: int | None, by: Actor) -> None:
    """Let the clock run again; the due days move by the days that did not count.

    Raises:
        NotAllowed, Conflict, StaleObject: not the examiner, the clock is not paused, somebody acted since.
    """

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        case = doing.case
        row = CasePause.objects.filter(case=case, ends_on=None).first()
        if row is None or case.accepted_on is None:
            raise Conflict("计时没有暂停。")
        row.ends_on = clock.today()
        row.save(update_fields=["ends_on"])
        terms = extended(item_of(case), case.extended_days)
        legal, promised = due_days(terms, case.accepted_on, stretches_of(list(case.pauses.all())))
        Case.objects.filter(pk=case.pk).update(legal_due_on=legal, promised_due_on=promised)
        set_due(on=f"case:{case.number}", what="decide", day=legal or promised)
        return CaseResumed(ground=row.ground), {}

    act_on_case(number, "resume", seen=seen, by=by, change=change)


def examine(*, number: str, proposes: str, words: str, seen: int | None, by: Actor) -> None:
    """Give the examiner's opinion: `proposes` is `granted` or `refused`.

    Raises:
        BadInput: nothing written, or another proposal.
        Conflict: a defect is open, or another state.
        NotAllowed, StaleObject: not the examiner, somebody acted since.
    """
    said = check_words(words, field="words", what="审查意见")
    if proposes not in {"granted", "refused"}:
        raise BadInput("请选择建议准予或建议不予。", field="proposes")

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        case = doing.case
        check_nothing_open(case, doing.regime)
        if Defect.objects.filter(case=case, confirmed_on=None).exists() and proposes == "granted":
            raise Conflict("还有整改没有复核通过，不能建议准予。")
        Opinion.objects.update_or_create(
            case=case,
            defaults={"officer": by.key, "proposes": proposes, "words": said, "given_on": clock.today()},
        )
        return Examined(proposes=proposes), {"words": said}

    act_on_case(number, "examine", seen=seen, by=by, change=change)
