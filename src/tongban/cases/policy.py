"""Who may do what in which state. Pure; the table is the regime's."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from tongban.journal.api import Actor
from tongban.kernel.errors import BadInput, Conflict, NotAllowed
from tongban.kernel.sentences import say
from tongban.kernel.words import check_written
from tongban.services.api import RegimeTable, ServiceItem, Verb

ROLE_WORDS = {
    "window-clerk": "窗口收件人员",
    "examiner": "承办人",
    "approver": "批准人",
    "applicant": "申请人本人",
    "head": "机关负责人",
    "system": "系统",
}
#: Findings and decisions may be long.
WORDS_MAX = 2000

_OFFICERS = {"examiner", "approver"}


class CaseState(Protocol):
    """What the policy needs to know of a case."""

    state: str
    agency: str
    title: str


def check_verb(regime: RegimeTable, verb: str, *, state: str) -> Verb:
    """The verb, if the regime has it and it may be done in this state.

    Raises:
        Conflict: the state does not allow it.
        NotAllowed: the regime has no such verb.
    """
    found = [one for one in regime.verbs if one.code == verb]
    if not found:
        raise NotAllowed(
            say("「{regime}」程序里没有这一步，依据{law}。", regime=regime.title, law=regime.law)
        )
    for one in found:
        if state in one.begins:
            return one
    words = {one.code: one.title for one in regime.states}
    raise Conflict(
        say("办件现在是「{state}」，不能再做「{verb}」。", state=words.get(state, state), verb=found[0].title)
    )


def can_verb(regime: RegimeTable, verb: str, *, state: str) -> bool:
    """Whether `check_verb` passes."""
    return any(one.code == verb and state in one.begins for one in regime.verbs)


def next_role(regime: RegimeTable, state: str) -> str:
    """Which officer has to act next in a state: the role of the verb that leads on from it; empty for none."""
    leading = [
        one for one in regime.verbs if state in one.begins and one.by in _OFFICERS and one.leads != state
    ]
    if any(one.leads in _ends(regime) for one in leading):
        leading = [one for one in leading if one.leads in _ends(regime)]
    return leading[0].by if leading else ""


def _ends(regime: RegimeTable) -> set[str]:
    return {one.code for one in regime.states if one.final}


def check_officer(by: Actor, *, role: str, agency: str, agency_name: str) -> None:
    """An officer of the agency with the role.

    Raises:
        NotAllowed: names agency and role that are needed.
    """
    if by.agency != agency or not by.has_role(role):
        raise NotAllowed(
            say(
                "这一步由{agency}的{role}办理。请联系该部门，或请管理员为您配置岗位。",
                agency=agency_name,
                role=ROLE_WORDS[role],
            )
        )


def check_applicant(by: Actor, applicant: object) -> None:
    """The applicant in person.

    Raises:
        NotAllowed: somebody else.
    """
    if by.represents or by.person is None or by.person != applicant:
        raise NotAllowed("这一步只能由申请人本人办理。")


def check_represented(by: Actor, *, bundle: str, title: str, items: Sequence[ServiceItem]) -> None:
    """Whether somebody may begin this; only an agent is ever kept from it.

    Raises:
        NotAllowed: the mandate covers something else, or the law wants the person herself.
    """
    if by.represents is None:
        return
    if by.matter and by.matter != bundle:
        raise NotAllowed(
            say("您的代办权限不包括「{title}」。请对方另外委托，或者请对方自己办。", title=title)
        )
    for item in items:
        if item.in_person:
            raise NotAllowed(
                say(
                    "「{title}」不能代办：{reason}依据{cite}。",
                    title=item.title,
                    reason=item.in_person.text,
                    cite=str(item.in_person.cite),
                )
            )


def check_told_once(*, already_told: bool, accepted: Sequence[str]) -> None:
    """What is missing is told once, before acceptance.

    Raises:
        NotAllowed: cites the article.
    """
    article = "依据《中华人民共和国行政许可法》第三十二条第一款第四项"
    if accepted:
        raise NotAllowed(
            say(
                "「{title}」已受理，不能再要求补正；审查中发现的问题请用限期整改。{article}。",
                title=accepted[0],
                article=article,
            )
        )
    if already_told:
        raise NotAllowed(say("已经一次性告知过，不能第二次要求补正。{article}。", article=article))


def check_second_pair_of_eyes(*, examiner: str, decider: str) -> None:
    """Examining and deciding are two people's work.

    Raises:
        NotAllowed: the same officer.
    """
    if examiner == decider:
        raise NotAllowed("审查和批准不能是同一个人，请由另一位批准人作出决定。")


def check_uninvolved(by: Actor, *, handlers: Collection[str]) -> None:
    """A complaint is not handled by the one it is about.

    Raises:
        NotAllowed: he examined or decided the case.
    """
    if by.key in handlers:
        raise NotAllowed("这条差评说的是您经办的件，请由本部门没有经办这一件的人员处理。")


def check_officers_on_site(officers: Sequence[str], *, least: int) -> None:
    """On the spot there are at least `least` different officers (行政许可法 34).

    Raises:
        BadInput: too few.
    """
    if len(set(officers)) < least:
        raise BadInput(
            say("现场核查应有 {n} 名以上工作人员参加（行政许可法第三十四条）。", n=least), field="officers"
        )


def check_words(words: str, *, field: str, what: str) -> str:
    """Something was written; returns it trimmed. Raises BadInput: nothing, or too much."""
    return check_written(words, missing=say("请填写{what}。", what=what), field=field, most=WORDS_MAX)


def check_ready(needed: Mapping[str, str]) -> None:
    """Every material of the case is there.

    Raises:
        Conflict: names what is not; `needed` maps title to state.
    """
    missing = [title for title, state in needed.items() if state not in {"ready", "pending"}]
    if missing:
        raise Conflict(say("还缺：{missing}。材料齐全后才能受理。", missing="、".join(missing)))
