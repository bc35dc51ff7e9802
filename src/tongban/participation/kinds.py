"""What participation journals. Rounds of an order are objects of their own (`order:12/1`); words stay in private parts."""

from tongban.journal.api import Act, kind


@kind("order.received.v1", "受理诉求")
class OrderReceived(Act):
    """Somebody said what is wrong; the desk has until `dispatch_by` to send it on. `again_of`: it was said before."""

    came_by: str
    order_class: str
    urgency: str
    item: str
    agency: str
    dispatch_by: str
    again_of: str
    told: list[str]


@kind("order.queued.v1", "退回派单台")
class OrderQueued(Act):
    """An order that was given back waits at the desk once more, under the same hours."""

    item: str
    dispatch_by: str
    told: list[str]


@kind("order.dispatched.v1", "派单")
class OrderDispatched(Act):
    """An agency has it: until `return_by` it may give it back (empty: no more), until `due_on` it has to answer."""

    came_by: str
    order_class: str
    urgency: str
    item: str
    agency: str
    return_by: str
    due_on: str
    told: list[str]


@kind("order.returned.v1", "退单")
class OrderReturned(Act):
    """The agency says that it is the wrong one, and why."""

    agency: str
    told: list[str]


@kind("order.extension-asked.v1", "申请延期")
class ExtensionAsked(Act):
    """The agency wants more days, once; the desk decides."""

    agency: str
    due_on: str
    told: list[str]


@kind("order.extension-answered.v1", "答复延期申请")
class ExtensionAnswered(Act):
    """The desk agreed or not; `due_on` is the day that holds from here on."""

    agency: str
    agreed: bool
    due_on: str
    told: list[str]


@kind("order.answered.v1", "答复诉求")
class OrderAnswered(Act):
    """The agency replied; nothing is closed. `alike` is a short mark of the words, to find answers word for word alike."""

    came_by: str
    agency: str
    item: str
    due_on: str
    confirm_by: str
    alike: str


@kind("order.reopened.v1", "诉求没有解决，重新办理")
class OrderReopened(Act):
    """Who asked says that it is not solved: the same agency has it again, and cannot give it back."""

    came_by: str
    agency: str
    item: str
    due_on: str
    times: int
    told: list[str]


@kind("order.closed.v1", "办结诉求")
class OrderClosed(Act):
    """Closed by the `asker`, by a `call-back` that heard the asker, or by the `deadline`; solved: yes, no or unsaid."""

    came_by: str
    agency: str
    item: str
    by: str
    solved: str


@kind("order.linked.v1", "关联诉求")
class OrderLinked(Act):
    """The order is about an item, a case; which case stands in the asker's part."""

    item: str


@kind("call-back.drawn.v1", "抽取回访")
class CallBacksDrawn(Act):
    """The desk drew `drawn` of `closed` orders by lot: nobody chooses whom to call."""

    drawn: int
    closed: int


@kind("call-back.noted.v1", "记录回访")
class CallBackNoted(Act):
    """What the asker of a drawn order said: solved yes, no or unsaid, `level` 1 to 5 (0: not reached).

    `unsolved` is the order's number where it was closed but not solved.
    """

    agency: str
    item: str
    reached: bool
    solved: str
    level: int
    unsolved: str


@kind("order.viewed.v1", "查看诉求")
class OrderViewed(Act):
    """An officer opened it; once in an hour."""

    as_role: str


#: Acts whose content says which agencies to tell.
TELLING = (
    "order.received.v1",
    "order.queued.v1",
    "order.dispatched.v1",
    "order.extension-asked.v1",
    "order.extension-answered.v1",
    "order.reopened.v1",
)
