"""What this module journals: imports of published items, the life of drafts, and versions of items put in force."""

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
