"""Which limits an order has: hours for the desk, days for the agency, and how it is given back."""

from datetime import date, datetime, timedelta

from tongban.clocks.api import Limit, due_day, limit_of, made_limit
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.participation.models import Desk, OrderClass, Returning, Sampling, Urgency

ORDINARY = "ordinary"
EXTENSION, CONFIRM = "order-extension", "order-confirm"


def desk() -> Desk:
    """The city's desk."""
    return Desk.objects.get(pk=1)


def sampling() -> Sampling:
    """Which closed orders are drawn, and when a rate is shown."""
    return Sampling.objects.get(pk=1)


def find_class(code: str) -> OrderClass:
    """A class of demands.

    Raises:
        BadInput: none was chosen, or there is none of that code.
    """
    found = OrderClass.objects.filter(pk=code).first()
    if found is None:
        raise BadInput("请选择诉求的类型。", field="order_class")
    return found


def find_urgency(code: str) -> Urgency:
    """An urgency.

    Raises:
        BadInput: none was chosen, or there is none of that code.
    """
    found = Urgency.objects.filter(pk=code).first()
    if found is None:
        raise BadInput("请选择紧急程度。", field="urgency")
    return found


def dispatch_end(urgency: Urgency, begin: datetime) -> datetime:
    """Until when the desk has to send it on: hours run day and night."""
    return begin + timedelta(hours=urgency.hours)


def return_end() -> datetime:
    """Until when the agency may give it back, from now."""
    return clock.now() + timedelta(hours=Returning.objects.get(pk=1).hours)


def answer_limit(order_class: str, urgency: str, *, on: date) -> Limit:
    """The limit under which the agency answers: the urgency's own where it has one, else the class's."""
    shorter = Urgency.objects.filter(pk=urgency).values_list("answer", flat=True).first()
    return limit_of(shorter or OrderClass.objects.get(pk=order_class).answer, on=on)


def answer_day(order_class: str, urgency: str) -> date:
    """The last day for the answer of what is dispatched today."""
    today = clock.today()
    return due_day(answer_limit(order_class, urgency, on=today), today)


def extended_day(due_on: date) -> date:
    """The day that a due day becomes when it is extended once."""
    return due_day(limit_of(EXTENSION, on=clock.today()), due_on)


def confirm_day() -> date:
    """The last day on which the asker may say that it is not solved, from today."""
    return due_day(limit_of(CONFIRM, on=clock.today()), clock.today())


def returning_limit() -> tuple[int, int, Limit]:
    """Hours and times of giving back, and where they are written."""
    row = Returning.objects.get(pk=1)
    return row.hours, row.times, made_limit(1, "day", row.cite)
