"""What this module journals: the life of a resource. Contents are named by their digest, item terms by code."""

from tongban.journal.api import Act, kind


@kind("resource.saved.v1", "保存目录拟稿")
class ResourceSaved(Act):
    """A draft was written; `digest` is the SHA-256 of its content in RFC 8785."""

    resource: str
    digest: str


@kind("resource.submitted.v1", "提交目录审核")
class ResourceSubmitted(Act):
    """The draft waits for a second person. `public`: its entry is meant for everybody."""

    resource: str
    digest: str
    public: bool


@kind("resource.recalled.v1", "撤回目录提交")
class ResourceRecalled(Act):
    """The owner took the draft back before it was looked at."""

    resource: str


@kind("resource.returned.v1", "退回目录拟稿")
class ResourceReturned(Act):
    """The reviewer gave the draft back, with words."""

    resource: str
    words: str


@kind("resource.published.v1", "发布信息资源")
class ResourcePublished(Act):
    """A second person published an edition; items whose sharing is narrower now, and grants that lost them."""

    resource: str
    edition: int
    digest: str
    public: bool
    tightened: list[str]
    suspended: list[str]


@kind("resource.confirmed.v1", "核对信息资源目录")
class ResourceConfirmed(Act):
    """The owner looked at the entry: it still holds. `edition` is the one in force."""

    resource: str
    edition: int


@kind("resource.discarded.v1", "放弃目录修改")
class ResourceDiscarded(Act):
    """The draft of a change was given up; the edition in force stays."""

    resource: str
    edition: int


@kind("resource.withdrawal-announced.v1", "公告撤下信息资源")
class WithdrawalAnnounced(Act):
    """The resource will be withdrawn on a day; the agencies named hold grants and were told."""

    resource: str
    words: str
    withdraw_on: str
    told: list[str]


@kind("resource.withdrawal-cancelled.v1", "取消撤下信息资源")
class WithdrawalCancelled(Act):
    """The resource stays; the same agencies were told."""

    resource: str
    told: list[str]


@kind("resource.withdrawn.v1", "撤下信息资源")
class ResourceWithdrawn(Act):
    """The notice period is over: the resource is offered no more."""

    resource: str
    withdraw_on: str


@kind("resource.notice-seen.v1", "知悉信息资源变动")
class NoticeSeen(Act):
    """An agency that holds grants says that it knows."""

    resource: str
    what: str
