"""Recusal (回避): an officer withdraws from a case or is asked to; the head decides; no further act by him on it."""

from tongban.cases.acting import Doing, act_on_case
from tongban.cases.formalities.kinds import RecusalAsked, RecusalDecided
from tongban.cases.formalities.rows import end_row, open_one, open_row
from tongban.cases.models import FormalityRow
from tongban.cases.policy import check_words
from tongban.identity.api import officers_with
from tongban.journal.api import Act, Actor
from tongban.kernel.canonical import Json
from tongban.kernel.errors import BadInput, Conflict, NotAllowed

CODE = "recuse"
_HANDLING = ("examiner", "approver", "head")


def ask_recusal(*, number: str, officer: str, words: str, seen: int | None, by: Actor) -> None:
    """Ask that an officer of the deciding agency withdraw: he himself, a colleague, or the applicant.

    Until it is decided the officer does nothing on the case.

    Raises:
        BadInput: no reason, or nobody who handles cases of the agency.
        Conflict: asked already, or another state.
        NotAllowed, StaleObject: neither the applicant nor an officer of the agency, somebody acted since.
    """
    said = check_words(words, field="words", what="回避的理由")
    code = CODE if by.kind == "officer" else f"{CODE}-asked"

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        case = doing.case
        if officer not in handlers(case.agency):
            raise BadInput("请选择办理这一件的工作人员。", field="officer")
        if FormalityRow.objects.filter(case=case, code=CODE, about=officer, state="done").exists():
            raise Conflict("这位工作人员已经回避了。")
        step = next(one for one in doing.regime.formalities if one.code == CODE)
        open_row(case, step, by=by, agency=case.agency, about=officer, words=said)
        return RecusalAsked(officer=officer), {"words": said}

    act_on_case(number, code, seen=seen, by=by, change=change)


def decide_recusal(
    *, number: str, officer: str, withdraws: bool, words: str, seen: int | None, by: Actor
) -> None:
    """Decide whether an officer withdraws; the head decides, and about himself nobody decides.

    Raises:
        BadInput: no reason.
        Conflict: nothing was asked, or decided before.
        NotAllowed, StaleObject: not the head, the head himself, somebody acted since.
    """
    said = check_words(words, field="words", what="决定的理由")
    if by.key == officer:
        raise NotAllowed("对自己的回避申请不能由自己决定，请由其他负责人决定。")

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        row = open_one(doing.case, CODE, about=officer)
        if row is None:
            raise Conflict("没有等您决定的回避申请。")
        if doing.deputy_for == officer:
            raise NotAllowed("对自己的回避申请不能由自己的代理人决定，请由其他负责人决定。")
        state = "done" if withdraws else "refused"
        end_row(row, by=by, state=state, answer=said, deputy_for=doing.deputy_for)
        return RecusalDecided(officer=officer, withdraws=withdraws), {"words": said}

    act_on_case(number, f"{CODE}-decided", seen=seen, by=by, change=change)


def handlers(agency: str) -> dict[str, str]:
    """The officers of an agency who handle cases, by number with their names."""
    return {one.key: one.name for role in _HANDLING for one in officers_with(role, agency=agency)}
