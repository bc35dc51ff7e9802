"""The door of participation."""

from tongban.participation.actions.answer import answer_order, confirm_order, note_call_back
from tongban.participation.actions.place import place_order, take_order
from tongban.participation.actions.send import (
    answer_extension,
    ask_extension,
    dispatch_order,
    link_order,
    return_order,
)
from tongban.participation.actions.settle import settle_orders
from tongban.participation.outside import BroughtOrder, OutsideOrder, find_order, put_order, tell_word
from tongban.participation.policy import HANDLERS, ONLOOKERS, OPERATOR
from tongban.participation.queries import (
    PAGE,
    ClassView,
    OrderView,
    UrgencyView,
    confirm_limit,
    desk_of,
    desk_orders,
    extensions_asked,
    get_order,
    inbox,
    my_orders,
    order_acts,
    order_classes,
    orders_of_case,
    urgencies,
)
from tongban.participation.ratings import KINDS as RATING_KINDS
from tongban.participation.ratings import SUBSCRIBER as RATING_SUBSCRIBER
from tongban.participation.ratings import follow_rating

__all__ = [
    "HANDLERS",
    "ONLOOKERS",
    "OPERATOR",
    "PAGE",
    "RATING_KINDS",
    "RATING_SUBSCRIBER",
    "BroughtOrder",
    "ClassView",
    "OrderView",
    "OutsideOrder",
    "UrgencyView",
    "answer_extension",
    "answer_order",
    "ask_extension",
    "confirm_limit",
    "confirm_order",
    "desk_of",
    "desk_orders",
    "dispatch_order",
    "extensions_asked",
    "find_order",
    "follow_rating",
    "get_order",
    "inbox",
    "link_order",
    "my_orders",
    "note_call_back",
    "order_acts",
    "order_classes",
    "orders_of_case",
    "place_order",
    "put_order",
    "return_order",
    "settle_orders",
    "take_order",
    "tell_word",
    "urgencies",
]
