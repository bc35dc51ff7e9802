"""What sharing journals. `told` are the agencies that get a notice of it."""

from tongban.journal.api import Act, kind


@kind("sharing.asked.v1", "申请共享数据")
class SharingAsked(Act):
    """An agency asks for items of a resource; those shared unconditionally are granted in the same act."""

    resource: str
    items: list[str]
    at_once: list[str]
    renews: str
    widens: str
    due_on: str
    told: list[str]


@kind("sharing.missing-told.v1", "一次告知补齐")
class MissingTold(Act):
    """The owner says, once, what is missing; the clock stands until it is there."""

    words: str
    due_on: str
    told: list[str]


@kind("sharing.supplemented.v1", "补齐共享申请")
class Supplemented(Act):
    """The asker handed in what was missing; the clock goes on to the new day."""

    due_on: str
    told: list[str]


@kind("sharing.withdrawn.v1", "撤回共享申请")
class RequestWithdrawn(Act):
    """The asker needs the waiting items no more."""

    items: list[str]
    told: list[str]


@kind("sharing.answered.v1", "答复共享申请")
class RequestAnswered(Act):
    """The owner's answer: items granted with the codes of their conditions, items refused with the code of the ground."""

    granted: dict[str, list[str]]
    refused: dict[str, str]
    late: bool
    told: list[str]


@kind("assessment.filed.v1", "个人信息保护影响评估存档")
class AssessmentFiled(Act):
    """An impact assessment for sensitive items is on file, with the SHA-256 of its paper."""

    resource: str
    items: list[str]
    sha256: str


@kind("grant.made.v1", "给予授权")
class GrantMade(Act):
    """An agency may read these items from now on, under the terms of its request."""

    resource: str
    consumer: str
    items: list[str]
    valid_from: str
    valid_to: str
    told: list[str]


@kind("grant.widened.v1", "授权增加信息项")
class GrantWidened(Act):
    """A grant holds these items too."""

    resource: str
    items: list[str]
    told: list[str]


@kind("grant.returned.v1", "交还授权")
class GrantReturned(Act):
    """The holder needs it no more; nothing is read under it."""

    resource: str
    reason: str
    told: list[str]


@kind("grant.found-unused.v1", "授权长期未用")
class GrantFoundUnused(Act):
    """Nothing was read under a grant since a day; holder and owner are told."""

    resource: str
    since: str
    told: list[str]


@kind("grant.ends-soon.v1", "授权快到期")
class GrantEndsSoon(Act):
    """A grant ends on that day and nobody has asked to renew it; holder and owner are told, once."""

    resource: str
    valid_to: str
    told: list[str]


@kind("dispute.raised.v1", "提出共享争议")
class DisputeRaised(Act):
    """A tier of a dispute begins: 1 between the agencies, 2 at the authority, 3 at the government."""

    request: int
    tier: int
    items: list[str]
    due_on: str
    told: list[str]


@kind("dispute.answered.v1", "处理共享争议")
class DisputeAnswered(Act):
    """How a tier ended; `shared` are granted with it."""

    request: int
    tier: int
    outcome: str
    shared: list[str]
    told: list[str]


@kind("digest.sent.v1", "编发数据共享周报")
class DigestSent(Act):
    """The digest of the week that began on that Monday lies ready for the agency."""

    week: str
    told: list[str]


#: Acts whose content says whom to tell.
TELLING = (
    "sharing.asked.v1",
    "sharing.missing-told.v1",
    "sharing.supplemented.v1",
    "sharing.withdrawn.v1",
    "sharing.answered.v1",
    "grant.made.v1",
    "grant.widened.v1",
    "grant.returned.v1",
    "grant.found-unused.v1",
    "grant.ends-soon.v1",
    "dispute.raised.v1",
    "dispute.answered.v1",
    "digest.sent.v1",
)
