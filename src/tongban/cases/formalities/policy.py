"""What the law asks of acts beside the state table. Pure."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from tongban.cases.policy import check_verb
from tongban.kernel.errors import BadInput, Conflict, NotAllowed
from tongban.kernel.sentences import say
from tongban.services.api import Formality, RegimeTable, Verb

#: A hearing is announced so many days before (行政许可法 48).
HEARING_NOTICE_DAYS = 7
#: Ways of delivery: title, whether somebody signed for it. An announced paper counts as delivered when its days have passed.
WAYS = {
    "in-person": "直接送达",
    "post": "邮寄送达",
    "left": "留置送达",
    "announced": "公告送达",
    "electronic": "电子送达",
}


def check_step(regime: RegimeTable, code: str, *, state: str) -> Verb | Formality:
    """The verb or the formality, if the regime has it and it may be done in this state.

    Raises:
        Conflict: the state does not allow it.
        NotAllowed: the regime has no such step.
    """
    found = next((one for one in regime.formalities if one.code == code), None)
    if found is None:
        return check_verb(regime, code, state=state)
    if regime.stages_of(state).isdisjoint(found.stages):
        words = {one.code: one.title for one in regime.states}
        raise Conflict(
            say(
                "办件现在是「{state}」，不能再做「{verb}」。", state=words.get(state, state), verb=found.title
            )
        )
    return found


def possible_formalities(regime: RegimeTable, state: str) -> dict[str, tuple[str, ...]]:
    """The formalities that a state allows, each with the roles that do it."""
    stages = regime.stages_of(state)
    return {one.code: one.by for one in regime.formalities if not stages.isdisjoint(one.stages)}


def check_not_archived(archived_on: date | None) -> None:
    """Nothing changes an archived case.

    Raises:
        Conflict: says since when, and how it is opened again.
    """
    if archived_on:
        raise Conflict(
            say("这一件已于 {day} 归档，不能再改动。确需再办的，请机关负责人先调卷重启。", day=archived_on)
        )


def check_hands_free(by: str, *, barred: Collection[str], stands_for: str) -> None:
    """Whoever withdrew, or of whom it is asked, does nothing on the case; nor does whoever stands in for him.

    Raises:
        NotAllowed: says why.
    """
    if by in barred:
        raise NotAllowed("您在这一件上已经回避，或者回避申请还没有决定，不能办理。请交给本部门其他人员。")
    if stands_for in barred:
        raise NotAllowed("您代理的人员在这一件上要回避，代理人也不能办理。请交给本部门其他人员。")


def check_nothing_held(held: Sequence[str]) -> None:
    """Nothing is open that has to come before a proposal or a decision.

    Raises:
        Conflict: names it.
    """
    if held:
        raise Conflict(say("「{title}」还没有结束，不能提出审查意见或者作出决定。", title=held[0]))


def check_extension(*, extended_days: int, legal_due_on: date | None, today: date) -> date:
    """The legal limit may be extended once, and before it has passed (行政许可法 42); returns the due day.

    Raises:
        Conflict: extended already, no legal limit, or it has passed.
    """
    if legal_due_on is None:
        raise Conflict("这一件没有法定时限，不需要延长。")
    if extended_days:
        raise Conflict(say("已经延长过 {n} 日，只能延长一次。", n=extended_days))
    if today > legal_due_on:
        raise Conflict(say("法定时限 {day} 已经过了，不能再延长。", day=legal_due_on))
    return legal_due_on


def check_delivered_on(day: date, *, way: str, decided_on: date, today: date) -> None:
    """The day of a delivery lies between the decision and today; only the way that the receiver chooses is not an officer's.

    Raises:
        BadInput: no such way, or the day does not fit.
    """
    if way not in WAYS or way == "electronic":
        raise BadInput("请选择送达方式。", field="way")
    if day < decided_on:
        raise BadInput(say("送达日期不能早于作出决定的 {day}。", day=decided_on), field="day")
    if day > today:
        raise BadInput("送达日期不能晚于今天。", field="day")


def check_deputy(
    officer: str, deputy: str, begins_on: date, ends_on: date, *, colleagues: Collection[str], today: date
) -> None:
    """Somebody else of the same agency stands in, from today or later.

    Raises:
        BadInput: not a colleague, the officer himself, or days that do not fit.
    """
    if deputy == officer:
        raise BadInput("代理人不能是本人。", field="deputy")
    if deputy not in colleagues:
        raise BadInput("代理人应是本部门的承办人或者批准人。", field="deputy")
    if begins_on < today:
        raise BadInput("代理从今天或者以后开始。", field="begins_on")
    if ends_on < begins_on:
        raise BadInput("代理结束的日期不能早于开始的日期。", field="ends_on")


def check_hearing(
    held_on: date, presider: str, *, hold_until: date, handlers: Collection[str], today: date
) -> None:
    """A hearing is told seven days before, held in time, and led by somebody who did not examine (行政许可法 47, 48).

    Raises:
        BadInput: names what does not fit.
    """
    first = today + timedelta(days=HEARING_NOTICE_DAYS)
    if held_on < first:
        raise BadInput(
            say("听证要在举行的 {n} 日前通知，最早可以定在 {day}。", n=HEARING_NOTICE_DAYS, day=first),
            field="held_on",
        )
    if held_on > hold_until:
        raise BadInput(say("听证应在 {day} 前举行。", day=hold_until), field="held_on")
    if presider in handlers:
        raise BadInput("听证主持人应是审查这一申请的工作人员以外的人员。", field="presider")
