"""Whether a reading is allowed, and who answers for it. Pure."""

import string
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from tongban.catalogue.api import ResourceView
from tongban.journal.api import Actor
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.kernel.sentences import say
from tongban.kernel.words import check_written

TITLE_MAX = 100
_CODE_CHARACTERS = frozenset(f"{string.ascii_letters}{string.digits}._-")


def basis_of(cites: Sequence[Mapping[str, str]]) -> str:
    """The legal basis in one line, as entries have it."""
    return "；".join(f"《{cite['law']}》{cite.get('article', '')}" for cite in cites)


@dataclass(frozen=True)
class Terms:
    """A grant's terms, as the policy needs them."""

    code: str
    items: tuple[str, ...]
    case_kinds: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    suspended: tuple[str, ...] = ()
    quota: int | None = None
    window_days: tuple[int, ...] = ()
    window_from: time | None = None
    window_until: time | None = None
    disclose_after: datetime | None = None
    #: The legal basis in one line.
    basis: str = ""

    def told_after(self, now: datetime) -> datetime | None:
        """The moment from which a reading made now is told; None: at once."""
        return self.disclose_after if self.disclose_after and self.disclose_after > now else None

    def is_open(self, at: datetime) -> bool:
        """Whether it may be used at `at`, a moment of the city's clock; hours may pass midnight."""
        if self.window_days and at.isoweekday() not in self.window_days:
            return False
        if self.window_from is None or self.window_until is None:
            return True
        if self.window_from < self.window_until:
            return self.window_from <= at.time() < self.window_until
        return at.time() >= self.window_from or at.time() < self.window_until


@dataclass(frozen=True)
class OpenCase:
    """A case reference, as the policy needs it."""

    state: str
    kinds: tuple[str, ...]
    subjects: tuple[UUID, ...]
    until: date | None


def check_reading(
    grants: Sequence[Terms], case: OpenCase | None, *, items: Sequence[str], subject: UUID, at: datetime
) -> Terms:
    """The grant under which the reading is allowed at a moment of the city's clock.

    Raises:
        NotAllowed: says which ground is missing.
    """
    on = at.date()
    case = check_case(case, subject=subject, on=on)
    in_force = [g for g in grants if g.valid_from <= on and (g.valid_to is None or on <= g.valid_to)]
    if not in_force:
        raise NotAllowed("本部门没有读取这项信息资源的授权，请先在目录中提出共享申请。")
    for grant in in_force:
        open_items = set(grant.items) - set(grant.suspended)
        if set(items) <= open_items and set(case.kinds) & set(grant.case_kinds) and grant.is_open(at):
            return grant
    if any(not grant.is_open(at) for grant in in_force):
        raise NotAllowed("授权限定了使用的时段，现在不在时段内。请在时段内再办。")
    if held := sorted({item for grant in in_force for item in grant.suspended} & set(items)):
        raise NotAllowed(
            say(
                "提供部门收紧了这些信息项的共享条件，授权里的这几项已暂停：{items}。请在目录中重新申请，其他信息项照常读取。",
                items="、".join(held),
            )
        )
    covered = {item for grant in in_force for item in grant.items}
    beyond = [item for item in items if item not in covered]
    if beyond:
        raise NotAllowed(say("授权不包含这些信息项：{items}。", items="、".join(beyond)))
    raise NotAllowed("授权不适用于这类事项。")


def check_case(case: OpenCase | None, *, subject: UUID, on: date) -> OpenCase:
    """The case that somebody's data may be taken for: it is open, and about that person or firm.

    Raises:
        NotAllowed: there is none, or it is about somebody else.
    """
    if case is None or case.state == "closed" or (case.until and case.until < on):
        raise NotAllowed("没有对应的在办事项，不能读取数据。")
    if subject not in case.subjects:
        raise NotAllowed("这项数据不属于本事项的当事人，不能读取。")
    return case


def check_offered(resource: ResourceView) -> None:
    """Raises NotAllowed where the catalogue offers the resource no more."""
    if not resource.offered:
        raise NotAllowed(
            say(
                "「{name}」已从目录中撤下，不能再读取；请改用其他资源，或者让当事人提交材料。",
                name=resource.name,
            )
        )


def check_words(words: str, *, field: str) -> str:
    """A reason or an answer, trimmed. Raises BadInput: empty, or too long."""
    return check_written(words, missing="请写明理由，一句话也可以。", field=field)


def check_title(title: str) -> str:
    """The name of a system, without blanks around it.

    Raises:
        BadInput: empty, or longer than a hundred characters.
    """
    text = " ".join(title.split())
    if not 0 < len(text) <= TITLE_MAX:
        raise BadInput(say("请写系统的名称，最多 {n} 字。", n=TITLE_MAX), field="title")
    return text


def check_asker(*, subject: UUID, hers: Collection[UUID], consumer: str, by: Actor) -> str:
    """How the asker of a correction is kept: the person whom the record is about, or an officer who read it.

    `hers` are the subjects that a person speaks for: herself, and the firms that she represents.

    Raises:
        NotFound: the reading is of somebody else, by another agency.
    """
    if by.person and subject in hers:
        return "person"
    if by.kind == "officer" and by.agency == consumer:
        return f"officer:{by.key}"
    raise NotFound("没有这一次读取，或者它与您无关。")


def check_correctable(outcome: str, items: Sequence[str], asked: Sequence[str]) -> list[str]:
    """The items that shall be checked, of those that were read.

    Raises:
        Conflict: the source gave no answer that could be wrong.
        BadInput: no item was chosen, or one that was not read.
    """
    if outcome == "silent":
        raise Conflict("对方系统没有响应，还没有取到可以校核的记录。请稍后再取，或者自己提供材料。")
    if not asked:
        raise BadInput("请至少选一项不对的。", field="items")
    if set(asked) - set(items):
        raise BadInput("只能校核这一次读取过的内容。", field="items")
    return [item for item in items if item in asked]


def check_owner(*, provider: str, outcome: str, by: Actor) -> None:
    """Whether an officer may give this answer to a correction.

    Raises:
        NotAllowed: not the provider's resource owner.
        BadInput: no outcome was chosen.
    """
    if by.agency != provider or not by.has_role("resource-owner"):
        raise NotAllowed("校核由数据提供部门的资源管理员答复，您不属于那个部门或者没有这个岗位。")
    if outcome not in {"corrected", "kept"}:
        raise BadInput("请选择记录改不改。", field="outcome")


def check_same_words(held: str, given: str) -> None:
    """A second press sends the same words; other words are another objection.

    Raises:
        Conflict: she has objected to this use before.
    """
    if held != given:
        raise Conflict("您已经对这一条提出过异议，处理情况在数据足迹里；要补充请联系使用数据的部门。")


def check_answer(*, agency: str, reader: str, outcome: str, by: Actor) -> None:
    """Whether an officer may give this answer.

    Raises:
        NotAllowed: not of the agency that used the data, or it is the officer's own use.
        BadInput: no outcome was chosen.
    """
    if by.kind != "officer" or by.agency != agency:
        raise NotAllowed("这条异议由使用数据的部门答复，您不属于那个部门。")
    if reader == f"officer:{by.key}":
        raise NotAllowed("异议针对的是您本人的这次使用，请由本部门的其他人员答复。")
    if outcome not in {"explained", "upheld"}:
        raise BadInput("请选择这次使用数据是否有依据。", field="outcome")


def check_data_officer(by: Actor) -> None:
    """Whether an officer may say who calls the gateway.

    Raises:
        NotAllowed: not a data officer.
    """
    if not by.has_role("data-officer"):
        raise NotAllowed("登记和停用子系统由数据专员办理，您没有这个角色；请找数据主管部门的数据专员。")


def check_stopper(by: Actor, *, provider: str) -> None:
    """Whether an officer may stop a grant.

    Raises:
        NotAllowed: neither the provider's resource owner nor a data officer.
    """
    if not by.has_role("data-officer") and not (by.has_role("resource-owner") and by.agency == provider):
        raise NotAllowed("停用授权由数据提供部门的资源管理员或者数据专员办理。")


def check_subsystem_code(code: str) -> str:
    """The agency of a subsystem's code.

    Raises:
        BadInput: it is not of the form `class/member/subsystem`.
    """
    parts = code.split("/")
    if len(parts) != 3 or not all(
        part and part.isascii() and set(part) <= _CODE_CHARACTERS for part in parts
    ):
        raise BadInput(
            "子系统编号应为 类别/部门代码/系统，各部分只用字母、数字、点、横线和下划线。", field="code"
        )
    return parts[1]
