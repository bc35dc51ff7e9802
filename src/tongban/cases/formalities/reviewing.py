"""Joint review (并联审查、会签): another agency is asked for its opinion; the task is that agency's own object.

Whoever answers sees the question, the member it is about and the materials shared with it, nothing else of the application.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from tongban.cases.acting import Doing, act_on_case
from tongban.cases.entries import note_formality
from tongban.cases.formalities.kinds import ReviewAnswered, ReviewAsked, ReviewRecalled, TaskViewed
from tongban.cases.formalities.policy import check_not_archived
from tongban.cases.formalities.rows import end_row, find_row, open_one, open_row
from tongban.cases.models import FormalityRow
from tongban.cases.policy import check_officer, check_words
from tongban.identity.api import get_agency
from tongban.journal.api import Act, Actor, bump, has_recent
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.kernel.sentences import say
from tongban.services.api import Formality

CODE = "consult"
ANSWERING_ROLES = ("examiner", "approver")


def ask_review(
    *, number: str, agency: str, materials: Sequence[str], words: str, seen: int | None, by: Actor
) -> None:
    """Ask another agency for its opinion; `materials` of the case are shared with it, others are not.

    Raises:
        BadInput: no question, no other agency, a material that the case does not need.
        Conflict: the agency is asked already, or another state.
        NotAllowed, StaleObject: not the examiner, the regime has no joint review, somebody acted since.
    """
    said = check_words(words, field="words", what="请对方看什么")

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        case, step = doing.case, doing.step
        assert isinstance(step, Formality)
        if agency == case.agency or not agency:
            raise BadInput("请选择另一个部门。", field="agency")
        try:
            name = get_agency(agency).name
        except NotFound:
            raise BadInput("没有这个部门，请从列出的部门里选。", field="agency") from None
        needed = case.application.materials.filter(needed_by__contains=[case.item])
        if strange := set(materials) - set(needed.values_list("material", flat=True)):
            raise BadInput(
                say("这一件不用这些材料：{names}。", names="、".join(sorted(strange))), field="materials"
            )
        facts: dict[str, Json] = {"materials": list(materials), "agency": name}
        row = open_row(case, step, by=by, agency=agency, about=agency, words=said, facts=facts)
        due_on = row.due_on.isoformat() if row.due_on else ""
        act = ReviewAsked(review=str(row.id), agency=agency, materials=list(materials), due_on=due_on)
        return act, {"words": said}

    act_on_case(number, CODE, seen=seen, by=by, change=change)


def answer_review(*, review: UUID, agrees: bool, words: str, seen: int | None, by: Actor) -> None:
    """Give the opinion of the agency that was asked.

    Raises:
        BadInput: no reasons.
        Conflict: answered or recalled before.
        NotAllowed, NotFound, StaleObject: another agency, no such task, a colleague acted since.
    """
    said = check_words(words, field="words", what="会签意见")
    with transaction.atomic():
        version = bump(FormalityRow, review, seen=seen)
        row = find_task(review, code=CODE, by=by)
        check_not_archived(row.case.archived_on)
        end_row(row, by=by, answer=said, facts={"agrees": agrees})
        note_formality(ReviewAnswered(agrees=agrees), row, version=version, by=by, said={"words": said})


def recall_review(*, number: str, agency: str, seen: int | None, by: Actor) -> None:
    """Take a question back that is not answered yet.

    Raises:
        Conflict: nothing is asked of that agency.
        NotAllowed, StaleObject: not the examiner, somebody acted since.
    """

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        row = open_one(doing.case, CODE, about=agency)
        if row is None:
            raise Conflict("没有等这个部门答复的会签。")
        end_row(row, by=by, state="lapsed")
        return ReviewRecalled(review=str(row.id), agency=agency), {}

    act_on_case(number, CODE, seen=seen, by=by, change=change)


def open_task(task: UUID, *, code: str, by: Actor) -> FormalityRow:
    """What another agency has to do on a case, for its officers; journalled once an hour.

    Raises:
        NotFound, NotAllowed: no such task, or another agency's.
    """
    row = find_task(task, code=code, by=by)
    on = f"formality:{row.id}"
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if not has_recent(kind=TaskViewed.kind, on=on, actor=f"officer:{by.key}", since=hour):
        with transaction.atomic():
            act = TaskViewed(materials=list(row.facts.get("materials", [])))
            note_formality(act, row, version=row.version, by=by, purpose=code)
    return row


def find_task(task: UUID, *, code: str, by: Actor) -> FormalityRow:
    """What another agency has to do on a case, for an officer of it who handles cases.

    Raises:
        NotFound, NotAllowed: no such task, or another agency's.
    """
    row = find_row(task, code=code)
    if by.agency != row.agency or not any(by.has_role(role) for role in ANSWERING_ROLES):
        check_officer(by, role="examiner", agency=row.agency, agency_name=get_agency(row.agency).name)
    return row
