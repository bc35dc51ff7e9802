"""What happens by itself: nobody says that it is not solved, and the day passes."""

from datetime import datetime, time, timedelta

from django.db import transaction

from tongban.journal.api import bump, system
from tongban.kernel import clock
from tongban.participation.entries import note_order
from tongban.participation.kinds import OrderClosed
from tongban.participation.models import Order

ROUND = 200
_BY = system("participation")


def settle_orders() -> int:
    """Close answered orders whose last day for an objection is over, dated to that midnight; returns how many."""
    due = Order.objects.filter(state="answered", confirm_by__lt=clock.today()).order_by("confirm_by", "id")
    numbers = list(due.values_list("pk", flat=True)[:ROUND])
    return sum(settle_order(number) for number in numbers)


def settle_order(order: int) -> bool:
    """Do it for one order where it is due; the first step of every act. Returns whether it was."""
    with transaction.atomic():
        row = Order.objects.select_for_update().filter(pk=order).first()
        if (
            row is None
            or row.state != "answered"
            or row.confirm_by is None
            or row.confirm_by >= clock.today()
        ):
            return False
        at = datetime.combine(row.confirm_by + timedelta(days=1), time(), clock.CITY_ZONE)
        version = bump(Order, order)
        Order.objects.filter(pk=order).update(state="closed", closed_at=at, closed_by="deadline")
        act = OrderClosed(
            came_by=row.origin, agency=row.agency, item=row.item, by="deadline", solved="unsaid"
        )
        note_order(act, row, version=version, by=_BY, occurred_at=at)
    return True
