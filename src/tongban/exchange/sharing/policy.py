"""Who may ask, answer, dispute and hand back, and what has to stand in it. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tongban.catalogue.api import ResourceView
from tongban.journal.api import Actor
from tongban.kernel.errors import BadAnswers, BadInput, Conflict, NotAllowed
from tongban.kernel.sentences import say

OWNER, OFFICER = "resource-owner", "data-officer"
PURPOSE_MAX = 100
NAME_MAX = 40
QUOTA_MAX = 10_000_000
YEARS_MAX = 5


@dataclass(frozen=True)
class ItemAnswer:
    """What the owner decided of one item: granted under conditions, or refused on a ground for a reason."""

    result: str
    conditions: tuple[str, ...] = ()
    ground: str = ""
    reason: str = ""


def check_asks(by: Actor) -> None:
    """Raises NotAllowed where somebody may not ask for his agency."""
    if by.kind != "officer" or not by.agency or not by.has_role(OWNER):
        raise NotAllowed("共享申请由本部门的资源管理员提出，您没有这个岗位；请找本部门的系统管理员授予。")


def check_offers(resource: ResourceView, by: Actor) -> None:
    """Raises Conflict where the resource cannot be asked for by this agency."""
    if resource.agency == by.agency:
        raise Conflict("这是本部门自己的资源，不用申请，直接使用。")
    if not resource.offered:
        raise Conflict(say("「{name}」已从目录中撤下，不能再申请；请改用其他资源。", name=resource.name))


def check_items(resource: ResourceView, items: Sequence[str], *, disputes: bool) -> dict[str, str]:
    """What is wrong with the items asked for, as a sentence for the field; empty where nothing is."""
    shared = {item.code: item for item in resource.items}
    if not items:
        return {"items": "请至少选一个信息项。"}
    if unknown := [code for code in items if code not in shared]:
        return {
            "items": say(
                "这个资源的目录里没有这些信息项：{items}。请按目录重新选择。", items="、".join(unknown)
            )
        }
    refused = [shared[code].name for code in items if shared[code].sharing == "refused"]
    if refused and not disputes:
        return {
            "items": say(
                "目录写明不予共享，不能申请：{items}。认为应当共享的，请在下面写明理由，提出争议。",
                items="、".join(refused),
            )
        }
    return {}


def check_terms(
    *,
    purpose: str,
    bases: Collection[str],
    offered_bases: Collection[str],
    case_kinds: Collection[str],
    approved_by: str,
    quota: int | None,
    valid_to: date | None,
    ends: bool,
    today: date,
) -> dict[str, str]:
    """What is wrong with the other terms of a request, a sentence for each field."""
    problems: dict[str, str] = {}
    if not purpose:
        problems["purpose"] = "请写明用途，一句话，当事人会看到它。"
    elif len(purpose) > PURPOSE_MAX:
        problems["purpose"] = say("用途请控制在 {n} 字以内。", n=PURPOSE_MAX)
    if not bases or not set(bases) <= set(offered_bases):
        problems["bases"] = "请至少选一条履职依据，只能从列出的条文里选。"
    if not case_kinds:
        problems["case_kinds"] = "请至少选一类要用到数据的事项。"
    if not approved_by or len(approved_by) > NAME_MAX:
        problems["approved_by"] = "请填写批准这项申请的部门负责人的姓名。"
    if quota is not None and not 0 < quota <= QUOTA_MAX:
        problems["quota"] = say("每日次数请填 1 到 {n} 之间的整数，或者留空。", n=f"{QUOTA_MAX:,}")
    if not ends:
        return problems
    if valid_to is None or not today < valid_to:
        problems["valid_to"] = "请填写授权到期日，要在今天以后，例如 2027-12-31。"
    elif valid_to > today.replace(year=today.year + YEARS_MAX, day=min(today.day, 28)):
        problems["valid_to"] = say("授权最长 {n} 年，到期前可以续期；请填早一些的日期。", n=YEARS_MAX)
    return problems


def raise_problems(problems: dict[str, str]) -> None:
    """Raises BadAnswers with all of them, if there are any."""
    if problems:
        raise BadAnswers(problems)


def check_party(agency: str, by: Actor, *, what: str) -> None:
    """Raises NotAllowed where somebody is no resource owner of the agency whose turn it is."""
    if by.kind != "officer" or by.agency != agency or not by.has_role(OWNER):
        raise NotAllowed(say("{what}，您不属于那个部门或者没有这个岗位。", what=what))


def check_state(state: str, allowed: Collection[str]) -> None:
    """Raises Conflict where a request is past what was wanted of it."""
    if state in allowed:
        return
    told = {
        "asked": "这项申请正在等提供部门答复。",
        "returned": "已经请申请部门补齐材料，补齐以前不能答复。",
        "answered": "这项申请已经答复过了。",
        "withdrawn": "申请部门已经撤回这项申请。",
    }
    raise Conflict(told[state])


def check_answers(
    answers: Mapping[str, ItemAnswer],
    waiting: Sequence[str],
    *,
    conditions: Collection[str],
    refusals: Collection[str],
    unassessed: Collection[str],
    words_max: int,
) -> None:
    """Whether every waiting item is answered as the law asks.

    Raises:
        BadInput: an item beyond the request.
        BadAnswers: an item without an answer; a grant without a condition, or before its assessment; a refusal without
            ground or reason. The fields are `result.<item>`, `conditions.<item>`, `ground.<item>`, `reason.<item>`.
    """
    if set(answers) - set(waiting):
        raise BadInput(
            "只能答复这项申请里等待答复的信息项。", field=f"result.{waiting[0]}" if waiting else None
        )
    problems: dict[str, str] = {}
    for item in waiting:
        given = answers.get(item, ItemAnswer(""))
        if given.result == "grant":
            if not given.conditions or not set(given.conditions) <= set(conditions):
                problems[f"conditions.{item}"] = "请选共享的条件，只能从列出的条文里选，不能自己加。"
            if item in unassessed:
                problems[f"result.{item}"] = (
                    "这是敏感个人信息，先做个人信息保护影响评估并存档，才能同意（个人信息保护法第五十五条）。"
                )
        elif given.result == "refuse":
            if given.ground not in refusals:
                problems[f"ground.{item}"] = "不同意要有法律依据，请从列出的依据里选一条。"
            if not given.reason.strip() or len(given.reason) > words_max:
                problems[f"reason.{item}"] = say(
                    "请写明不同意的理由，{n} 字以内，申请部门会看到。", n=words_max
                )
        else:
            problems[f"result.{item}"] = "请选同意还是不同意。"
    raise_problems(problems)


def check_given(quota: int | None, *, asked: int | None) -> int | None:
    """How often a day the owner lets the asker read; None: as often as was asked.

    Raises:
        BadInput: no whole number above nought, or more than was asked.
    """
    if quota is None:
        return None
    if not 0 < quota <= (asked or QUOTA_MAX):
        raise BadInput(
            say("每日次数请填 1 到 {n} 之间的整数，或者留空。", n=f"{asked or QUOTA_MAX:,}"), field="quota"
        )
    return quota


def check_tier(tier: int, *, provider: str, consumer: str, by: Actor) -> None:
    """Whether an officer may answer a tier of a dispute.

    Raises:
        NotAllowed: not of the provider at the first tier, no data officer later, or a data officer of a party.
    """
    if tier == 1:
        check_party(provider, by, what="协商由数据提供部门的资源管理员答复")
    elif not by.has_role(OFFICER) or by.agency in {provider, consumer}:
        raise NotAllowed("协调由政务数据共享主管部门的数据专员办理，争议双方的人员不能办理。")
