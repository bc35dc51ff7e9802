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
    """A statement differs, or somebody says that a record is wrong: its provider is asked to check it by a day."""

    resource: str
    items: list[str]
    due_on: str


@kind("correction.viewed.v1", "查看校核请求")
class CorrectionViewed(Act):
    """An officer of the provider opened a request with the record it is about (once an hour)."""

    resource: str
    items: list[str]


@kind("correction.answered.v1", "答复校核请求")
class CorrectionAnswered(Act):
    """The provider answered: `corrected` (with the items put right in its register) or `kept`."""

    resource: str
    outcome: str
    corrected: list[str]


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
