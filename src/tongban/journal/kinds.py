"""What the journal itself records: what was erased from it, and readers of it that were set going again."""

from tongban.journal.registry import Act, kind


@kind("erase.v1", "销毁私密部分", origin="public")
class Erased(Act):
    """Parts were destroyed, bytes and salt: `parts` are `<entry>/<ordinal>`, `order` the erasure that named them."""

    parts: list[str]
    ground: str
    order: str


@kind("subscriber.resumed.v1", "恢复处理停放的对象")
class SubscriberResumed(Act):
    """What a reader of the journal had parked is to be tried again."""

    subscriber: str
    stopped_object: str
