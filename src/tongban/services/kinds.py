"""What this module journals: imports of items, the life of drafts, versions put in force; screenings and who was told."""

from tongban.journal.api import Act, kind


@kind("items.imported.v1", "导入公布的事项", origin="public")
class ItemsImported(Act):
    """Items that another system publishes were taken over: whoever holds the file can recompute `sha256`."""

    file_name: str
    sha256: str
    rows: int
    new: int
    changed: int
    flagged: int


@kind("item.saved.v1", "保存事项拟稿")
class ItemSaved(Act):
    """A draft of an item was written; `digest` is the SHA-256 of its terms in RFC 8785."""

    item: str
    digest: str


@kind("item.submitted.v1", "提交事项审核")
class ItemSubmitted(Act):
    """The draft waits for a second person."""

    item: str
    digest: str


@kind("item.recalled.v1", "撤回事项提交")
class ItemRecalled(Act):
    """The author took the draft back before it was looked at."""

    item: str


@kind("item.returned.v1", "退回事项拟稿")
class ItemReturned(Act):
    """The reviewer gave the draft back, with words."""

    item: str
    words: str


@kind("item.discarded.v1", "放弃事项修改")
class ItemDiscarded(Act):
    """The draft was given up; the version in force stays."""

    item: str
    base: int


@kind("item.published.v1", "发布事项版本", origin="public")
class ItemPublished(Act):
    """A second person put a version of an item in force from a day on: whoever reads the guide can recompute `digest`.

    `ends`: the last day of the item, empty where it goes on.
    """

    item: str
    number: int
    valid_from: str
    ends: str
    digest: str


@kind("proof.removal-proposed.v1", "建议取消证明")
class RemovalProposed(Act):
    """An officer proposed that an item asks for a paper no longer; the deciding agency answers by `due`."""

    proof: str
    item: str
    agency: str
    grounds: list[str]
    words: str
    due: str


@kind("proof.removal-agreed.v1", "同意取消证明")
class RemovalAgreed(Act):
    """The deciding agency wrote a draft that asks for the paper no longer."""

    proof: str
    item: str
    words: str


@kind("proof.removal-refused.v1", "保留证明")
class RemovalRefused(Act):
    """The deciding agency keeps asking for the paper, by a law that it names."""

    proof: str
    item: str
    basis: str
    words: str


@kind("proof.removal-withdrawn.v1", "撤回取消证明的建议")
class RemovalWithdrawn(Act):
    """The proposer took it back before it was answered."""

    proof: str
    item: str


@kind("proof.removed.v1", "取消证明", origin="public")
class ProofRemoved(Act):
    """A version of the item is in force that asks for the paper no longer."""

    proof: str
    item: str
    number: int


@kind("screening.ordered.v1", "安排免申即享核对")
class ScreeningOrdered(Act):
    """An officer of the deciding agency had an item's rule run over a register."""

    item: str
    item_version: int
    rule: str


@kind("screening.cancelled.v1", "取消免申即享核对")
class ScreeningCancelled(Act):
    """What was ordered does not run."""

    item: str


@kind("screening.done.v1", "完成免申即享核对")
class ScreeningDone(Act):
    """The rule ran over the registers `sources` as of a moment; counts only, `rule` is the SHA-256 of the rule."""

    item: str
    item_version: int
    rule: str
    sources: list[str]
    as_of: str
    people: int
    yes: int
    one_missing: int
    more_missing: int
    no: int


@kind("screening.failed.v1", "免申即享核对没有完成")
class ScreeningFailed(Act):
    """Nothing was found out; `reason` is the sentence that the agency reads."""

    item: str
    reason: str


@kind("screening.approved.v1", "批准告知符合条件的人")
class TellingApproved(Act):
    """A second officer approved that whom the rule fits is told."""

    item: str
    people: int


@kind("screening.told.v1", "您可能符合条件，可以办理")
class EntitledTold(Act):
    """People whom the rule fits were told so. Each one's part says of what."""

    item: str
    item_version: int
    people: int


@kind("screening.viewed.v1", "查看核对名单")
class ScreeningViewed(Act):
    """An officer of the agency opened a list of a screening; once an hour for each list."""

    item: str
    list: str
