"""A licence that does not hold any more: revoked, called back or annulled; and a slip of the pen put right.

The status of the certificate changes in the same transaction, on the same ground, in its row and in its lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.cases.acting import Doing, act_on_case
from tongban.cases.formalities.kinds import Corrected, Undone
from tongban.cases.formalities.rows import write_done
from tongban.cases.models import Decision
from tongban.cases.policy import check_words
from tongban.cases.written import last_day_to_contest, undoing_paper
from tongban.certificates.api import change_certificate, change_grounds
from tongban.identity.api import get_agency
from tongban.journal.api import Act, Actor
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import BadInput
from tongban.packs.ports import Cite

#: What each does to the certificate, and its word.
_HOW: Mapping[str, tuple[str, str]] = {
    "revoke": ("revoke", "撤销"),
    "call-back": ("cancel", "撤回"),
    "annul": ("cancel", "注销"),
}
#: Grounds of the packs on which a licence is called back begin so.
_CALL_BACK = "call-back"


@dataclass(frozen=True)
class UndoGround:
    """A ground of law on which a licence is undone."""

    code: str
    title: str
    cite: Cite


def undo_grounds(how: str) -> list[UndoGround]:
    """The grounds on which a licence may be revoked, called back or annulled; none for anything else."""
    if how not in _HOW:
        return []
    return [
        UndoGround(one.code, one.title, Cite.model_validate(one.cite))
        for one in change_grounds([_HOW[how][0]])
        if how == "revoke" or one.code.startswith(_CALL_BACK) == (how == _CALL_BACK)
    ]


def undo(*, number: str, how: str, ground: str, words: str, seen: int | None, by: Actor) -> None:
    """Revoke, call back or annul what was granted: a written decision with its ground, reasons and remedies.

    Raises:
        BadInput: no such way, no ground of it, no reasons.
        Conflict: another state of the case, or of its certificate.
        NotAllowed, StaleObject: not the approver, the regime has no such step, somebody acted since.
    """
    said = check_words(words, field="words", what="事实和理由")
    chosen = next((one for one in undo_grounds(how) if one.code == ground), None)
    if chosen is None:
        raise BadInput("请从列出的法定情形里选一个。", field="ground")
    change, word = _HOW[how]

    def act(doing: Doing) -> tuple[Act, dict[str, Json]]:
        case = doing.case
        agency = get_agency(case.agency)
        made = Decision.objects.get(case=case)
        if made.certificate and _changes(how, case.state):
            change_certificate(
                certificate=made.certificate, change=change, ground=ground, words=said, seen=None, by=by
            )
        paper = undoing_paper(agency, how, case.number)
        facts: dict[str, Json] = {
            "kind": word,
            "ground": chosen.title,
            "basis": str(chosen.cite),
            "unread": not chosen.cite.verified_by,
            "paper": paper,
            "decided_on": made.decided_on.isoformat(),
            "review_body": agency.reviewed_by,
            "review_until": last_day_to_contest(clock.today()).isoformat(),
        }
        write_done(case, how, by=by, words=said, facts=facts, deputy_for=doing.deputy_for)
        return Undone(how=how, ground=chosen.code, paper=paper), {"words": said}

    act_on_case(number, how, seen=seen, by=by, change=act)


def correct(*, number: str, before: str, after: str, words: str, seen: int | None, by: Actor) -> None:
    """Put a slip of the pen in the written decision right; what was decided stays.

    Raises:
        BadInput: the wrong words do not stand in the decision, or nothing is put in their place, or no reason.
        NotAllowed, Conflict, StaleObject: not the approver, another state, somebody acted since.
    """
    said = check_words(words, field="words", what="更正的理由")
    wrong = check_words(before, field="before", what="写错的文字")
    right = check_words(after, field="after", what="更正后的文字")

    def act(doing: Doing) -> tuple[Act, dict[str, Json]]:
        case = doing.case
        made = Decision.objects.get(case=case)
        if wrong not in made.words or wrong == right:
            raise BadInput("决定书里没有这几个字，请照决定书的理由原样填写。", field="before")
        Decision.objects.filter(pk=made.pk).update(words=made.words.replace(wrong, right))
        facts: dict[str, Json] = {"before_text": wrong, "after_text": right}
        write_done(case, "correct", by=by, words=said, facts=facts, deputy_for=doing.deputy_for)
        return Corrected(paper=made.paper), {"words": said, "before": wrong, "after": right}

    act_on_case(number, "correct", seen=seen, by=by, change=act)


def _changes(how: str, state: str) -> bool:
    """Whether the certificate has still to change: what was called back is cancelled already."""
    return not (how == "annul" and state == "called-back")
