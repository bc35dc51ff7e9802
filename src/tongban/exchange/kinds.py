"""What this module journals: readings, refusals of them, requests to check a record, objections and their answers."""

from tongban.journal.api import Act, kind


@kind("exchange.answered.v1", "读取数据")
class Answered(Act):
    """A source was asked under a grant and answered (or did not: `outcome` silent)."""

    resource: str
    resource_version: int
    provider: str
    items: list[str]
    grant: str
    mode: str
    outcome: str


@kind("exchange.refused.v1", "拒绝读取数据")
class Refused(Act):
    """A reading was asked for and refused; `reason` names the missing ground."""

    resource: str
    items: list[str]
    reason: str


@kind("correction.asked.v1", "请求校核数据")
class CorrectionAsked(Act):
    """A statement differs from a record: its provider is asked to check it by a day."""

    resource: str
    items: list[str]
    due_on: str


@kind("objection.raised.v1", "对数据使用提出异议")
class ObjectionRaised(Act):
    """A person asks why her data were used: the agency of that entry answers by a day."""

    entry: str
    agency: str
    due_on: str


@kind("objection.answered.v1", "答复数据使用异议")
class ObjectionAnswered(Act):
    """The agency answered: `explained` or `upheld`."""

    entry: str
    outcome: str


@kind("grant.suspended.v1", "暂停授权中的信息项")
class GrantSuspended(Act):
    """The catalogue shares these items more narrowly now: the grant stands, without them."""

    grant: str
    resource: str
    items: list[str]
    why: str


@kind("grant.resumed.v1", "恢复授权中的信息项")
class GrantResumed(Act):
    """The catalogue shares these items as widely again: the grant holds them once more."""

    grant: str
    resource: str
    items: list[str]
