"""What people told the hotline before the visitor came: orders that wait, are worked on, were answered and closed."""

from collections.abc import Iterator

from tongban.demo.history import Deeds, RunPlayed, play_deeds
from tongban.demo.models import History
from tongban.demo.packs import HistoryTerms, SaidOrder
from tongban.identity.api import find_actor, officers_with
from tongban.journal.api import Actor
from tongban.participation.api import (
    OPERATOR,
    OrderView,
    answer_order,
    confirm_order,
    desk_of,
    dispatch_order,
    draw_call_backs,
    my_orders,
    place_order,
)

#: Closed orders that the lot falls on at the end.
_DRAWN = 1


def play_hotline() -> Iterator[RunPlayed]:
    """Play what is left of every order that the active packs tell; then the lot is drawn among the closed ones."""
    for row in History.objects.order_by("code"):
        orders = HistoryTerms.model_validate(row.terms).orders
        for number, said in enumerate(orders, 1):
            person = find_actor(said.username)
            if play_deeds(row.code, f"order {number}", _deeds(said, person)):
                yield RunPlayed(person.name, (said.words,))
        if any(said.solved for said in orders):
            play_deeds(row.code, "call-backs", [lambda: draw_call_backs(amount=_DRAWN, by=_operator())])


def _deeds(said: SaidOrder, person: Actor) -> Deeds:
    agency = said.agency or ""
    deeds: Deeds = [
        lambda: place_order(order_class=said.order_class, words=said.words, item=said.item or "", by=person)
    ]
    if agency:
        deeds += [lambda: _send(_order(said, person), agency)]
    if said.answer:
        approver = officers_with("approver", agency=agency)[0]
        deeds += [
            lambda: answer_order(order=_order(said, person).id, words=said.answer, seen=None, by=approver)
        ]
    if said.solved is not None:
        solved = said.solved
        words = "" if solved else "还是没有解决。"
        deeds += [
            lambda: confirm_order(
                order=_order(said, person).id, solved=solved, words=words, seen=None, by=person
            )
        ]
    return deeds


def _send(order: OrderView, agency: str) -> None:
    dispatch_order(
        order=order.id,
        agency=agency,
        order_class=order.order_class,
        urgency=order.urgency,
        seen=order.version,
        by=_operator(),
    )


def _order(said: SaidOrder, person: Actor) -> OrderView:
    return next(one for one in my_orders(person) if one.words == said.words)


def _operator() -> Actor:
    agency, _phone = desk_of()
    return officers_with(OPERATOR, agency=agency)[0]
