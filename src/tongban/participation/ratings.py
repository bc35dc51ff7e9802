"""A bad rating is an order: opened, answered and closed by what the journal says of it. Effects have natural keys."""

from uuid import UUID

from django.db import transaction

from tongban.cases.api import case_brief
from tongban.cases.kinds import Rated, RatedAgain, RatingAnswered
from tongban.journal.api import Act, Delivery, bump, system
from tongban.kernel import clock
from tongban.participation.actions.answer import answered, say_solved
from tongban.participation.entries import note_order
from tongban.participation.kinds import OrderDispatched
from tongban.participation.models import Order
from tongban.participation.terms import ORDINARY
from tongban.services.api import get_items

SUBSCRIBER = "hotline-ratings"
KINDS = (Rated.kind, RatingAnswered.kind, RatedAgain.kind)
#: The class of orders that ratings open.
CLASS = "rating"
#: GB/T 39046 A.8: 4 and 5 are bad; one that is followed by 1 to 3 was solved.
BAD_FROM = 4
_BY = system("participation")


def follow_rating(delivery: Delivery) -> None:
    """The subscriber's effect: the same entry again changes nothing."""
    entry = delivery.entry
    rating = UUID(entry.object.partition(":")[2])
    if entry.kind == Rated.kind:
        if int(str(entry.content.get("level", 0))) >= BAD_FROM:
            _open(rating, delivery)
        return
    with transaction.atomic():
        row = Order.objects.select_for_update().filter(rating=rating).first()
        if row is None or row.state == "closed" or row.reopened:
            return
        act: Act
        if entry.kind == RatingAnswered.kind and row.state == "dispatched":
            act = answered(row, "")
        elif entry.kind == RatedAgain.kind:
            act = say_solved(row, by="asker", solved=int(str(entry.content.get("level", 0))) < BAD_FROM)
        else:
            return
        row.save()
        row.version = bump(Order, row.pk)
        note_order(act, row, version=row.version, by=_BY)


def _open(rating: UUID, delivery: Delivery) -> None:
    """The order of a bad rating lies at the agency that handled the case, under the days of the rating."""
    entry, now = delivery.entry, clock.now()
    if Order.objects.filter(rating=rating).exists():
        return
    case = case_brief(entry.case_number)
    code = str(entry.content.get("item", ""))
    item = get_items([code]).get(code)
    row = Order(
        origin="rating",
        asker=case.applicant if case else None,
        rating=rating,
        order_class=CLASS,
        urgency=ORDINARY,
        words=item.title if item else code,
        item=code,
        case_number=entry.case_number,
        suggested=entry.agency,
        agency=entry.agency,
        state="dispatched",
        received_at=now,
        dispatch_by=now,
        dispatched_at=now,
        due_on=str(entry.content["mend_due_on"]),
    )
    with transaction.atomic():
        row.save(force_insert=True)
        row.refresh_from_db()
        act = OrderDispatched(
            came_by=row.origin,
            order_class=CLASS,
            urgency=ORDINARY,
            item=row.item,
            agency=row.agency,
            return_by="",
            due_on="",  # its clock is the rating's own, and one delay makes one card
            told=[row.agency],
        )
        note_order(act, row, version=1, by=_BY)
