"""The desk sends an order on; the wrong agency gives it back in time; more days are asked for once; links are made."""

from collections.abc import Callable

from django.db import transaction

from tongban.identity.api import get_agencies
from tongban.journal.api import Act, Actor, bump, system
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.kernel.sentences import say
from tongban.participation.actions.place import About, find_links
from tongban.participation.actions.settle import settle_order
from tongban.participation.entries import moment_words, note_order
from tongban.participation.kinds import (
    ExtensionAnswered,
    ExtensionAsked,
    OrderDispatched,
    OrderLinked,
    OrderQueued,
    OrderReturned,
)
from tongban.participation.models import Order
from tongban.participation.policy import check_handler, check_operator, check_state, check_words
from tongban.participation.terms import (
    answer_day,
    desk,
    dispatch_end,
    extended_day,
    find_class,
    find_urgency,
    return_end,
    returning_limit,
)

Change = Callable[[Order], tuple[Act, dict[str, Json]]]


def dispatch_order(
    *, order: int, agency: str, order_class: str, urgency: str, seen: int | None, by: Actor
) -> None:
    """The desk sends an order to the agency whose business it is; class and urgency give the days.

    Raises:
        BadInput: no such agency, class or urgency.
        NotAllowed, Conflict, StaleObject: nobody of the desk, it is out already, somebody acted since.
    """
    check_operator(by, desk().agency)
    if agency not in get_agencies([agency]):
        raise BadInput("请选择承办部门。", field="agency")
    kind, haste = find_class(order_class).code, find_urgency(urgency).code

    def change(row: Order) -> tuple[Act, dict[str, Json]]:
        check_state(row.state, ("received",), what="派单")
        _hours, times, _limit = returning_limit()
        row.order_class, row.urgency, row.agency, row.state = kind, haste, agency, "dispatched"
        row.dispatched_at, row.due_on = clock.now(), answer_day(kind, haste)
        row.return_by = return_end() if row.returns < times else None
        return _dispatched(row), {}

    act_on(order, seen, by, change)


def return_order(*, order: int, words: str, seen: int | None, by: Actor) -> None:
    """The agency gives back what is not its business, within its hours and with a reason; the desk has it again.

    Raises:
        BadInput: no reason.
        NotAllowed, Conflict, StaleObject: another agency; the hours are over, it was given back too often, it came back
            because it was not solved; somebody acted since.
    """
    text = check_words(words, field="words", what="退单的理由")

    def change(row: Order) -> tuple[Act, dict[str, Json]]:
        check_handler(by, row.agency)
        check_state(row.state, ("dispatched",), what="退单")
        hours, times, _limit = returning_limit()
        if row.reopened or row.origin == "rating":
            raise Conflict("这件诉求是本部门办过的，不能退单；办不了的请在答复里写明理由。")
        if row.returns >= times:
            raise Conflict(say("这件诉求已经退过 {n} 次，按首接负责不再退单。", n=times))
        if row.return_by is None or clock.now() > row.return_by:
            raise Conflict(say("退单要在派单后 {n} 小时内，已经过了；请由本部门办理。", n=hours))
        told = [desk().agency]
        act = OrderReturned(agency=row.agency, told=told)
        row.state, row.agency, row.return_words = "received", "", text
        row.returns, row.due_on, row.return_by = row.returns + 1, None, None
        row.dispatch_by = dispatch_end(find_urgency(row.urgency), clock.now())
        return act, {"words": text}

    with transaction.atomic():
        row = act_on(order, seen, by, change)
        version = bump(Order, order)
        Order.objects.filter(pk=order).update(round=row.round + 1)
        row.round += 1
        queued = OrderQueued(item=row.item, dispatch_by=moment_words(row.dispatch_by), told=[desk().agency])
        note_order(queued, row, version=version, by=system("participation"))


def ask_extension(*, order: int, words: str, seen: int | None, by: Actor) -> None:
    """The agency asks for more days, once and before the day is over; the desk decides.

    Raises:
        BadInput: no reason.
        NotAllowed, Conflict, StaleObject: another agency, asked before, too late, somebody acted since.
    """
    text = check_words(words, field="words", what="延期的理由")

    def change(row: Order) -> tuple[Act, dict[str, Json]]:
        check_handler(by, row.agency)
        check_state(row.state, ("dispatched",), what="申请延期")
        if row.extension_asked_at:
            raise Conflict("延期只能申请一次，这件已经申请过。")
        if row.due_on is None or clock.today() > row.due_on:
            raise Conflict("已经过了答复期限，不能再申请延期；请尽快答复。")
        row.extension_words, row.extension_asked_at = text, clock.now()
        day = extended_day(row.due_on)
        return ExtensionAsked(agency=row.agency, due_on=day.isoformat(), told=[desk().agency]), {
            "words": text
        }

    act_on(order, seen, by, change)


def answer_extension(*, order: int, agreed: bool, seen: int | None, by: Actor) -> None:
    """The desk agrees to more days, or does not.

    Raises:
        NotAllowed, Conflict, StaleObject: nobody of the desk, nothing to decide, somebody acted since.
    """
    check_operator(by, desk().agency)

    def change(row: Order) -> tuple[Act, dict[str, Json]]:
        check_state(row.state, ("dispatched",), what="答复延期申请")
        if row.extension_asked_at is None or row.extension_agreed is not None or row.due_on is None:
            raise Conflict("这件诉求没有等答复的延期申请。")
        row.extension_agreed = agreed
        row.due_on = extended_day(row.due_on) if agreed else row.due_on
        day = row.due_on.isoformat()
        return ExtensionAnswered(agency=row.agency, agreed=agreed, due_on=day, told=[row.agency]), {}

    act_on(order, seen, by, change)


def link_order(*, order: int, item: str, case: str, seen: int | None, by: Actor) -> None:
    """The desk says what the order is about: an item, a case; an empty one takes a link away.

    Raises:
        BadInput: an item or a case that is not there, or is not the asker's.
        NotAllowed, Conflict, StaleObject: nobody of the desk, it is closed, somebody acted since.
    """
    check_operator(by, desk().agency)

    def change(row: Order) -> tuple[Act, dict[str, Json]]:
        check_state(row.state, ("received", "dispatched", "answered"), what="关联")
        row.item, row.case_number, row.suggested = find_links(row, About(item, case))
        return OrderLinked(item=row.item), {"case": row.case_number}

    act_on(order, seen, by, change)


def act_on(order: int, seen: int | None, by: Actor, change: Change) -> Order:
    """Settle, bump, check and change, save, journal: one transaction. Returns the order as it is now.

    Raises:
        NotFound, StaleObject: there is none, or somebody acted since.
    """
    settle_order(order)
    with transaction.atomic():
        if not Order.objects.filter(pk=order).exists():
            raise NotFound("没有这件诉求，或者它不归您办理。")
        version = bump(Order, order, seen=seen)
        row = Order.objects.get(pk=order)
        act, said = change(row)
        row.save()
        note_order(act, row, version=version, by=by, said=said)
    return row


def _dispatched(row: Order) -> OrderDispatched:
    return OrderDispatched(
        came_by=row.origin,
        order_class=row.order_class,
        urgency=row.urgency,
        item=row.item,
        agency=row.agency,
        return_by=moment_words(row.return_by) if row.return_by else "",
        due_on=row.due_on.isoformat() if row.due_on else "",
        told=[row.agency],
    )
