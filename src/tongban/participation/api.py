"""The door of participation."""

from tongban.participation.actions.answer import answer_order, confirm_order, note_call_back
from tongban.participation.actions.place import place_order, take_order
from tongban.participation.actions.sampling import DRAW_MAX, draw_call_backs, note_sample
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
    CallBackView,
    ClassView,
    OrderView,
    UrgencyView,
    call_backs,
    confirm_limit,
    desk_of,
    desk_orders,
    extensions_asked,
    get_call_back,
    get_order,
    inbox,
    my_orders,
    order_acts,
    order_classes,
    orders_of_case,
    urgencies,
)
from tongban.participation.rates import AgencyRates, Rate, hotline_rates
from tongban.participation.ratings import KINDS as RATING_KINDS
from tongban.participation.ratings import SUBSCRIBER as RATING_SUBSCRIBER
from tongban.participation.ratings import follow_rating

__all__ = [
    "DRAW_MAX",
    "HANDLERS",
    "ONLOOKERS",
    "OPERATOR",
    "PAGE",
    "RATING_KINDS",
    "RATING_SUBSCRIBER",
    "AgencyRates",
    "BroughtOrder",
    "CallBackView",
    "ClassView",
    "OrderView",
    "OutsideOrder",
    "Rate",
    "UrgencyView",
    "answer_extension",
    "answer_order",
    "ask_extension",
    "call_backs",
    "confirm_limit",
    "confirm_order",
    "desk_of",
    "desk_orders",
    "dispatch_order",
    "draw_call_backs",
    "extensions_asked",
    "find_order",
    "follow_rating",
    "get_call_back",
    "get_order",
    "hotline_rates",
    "inbox",
    "link_order",
    "my_orders",
    "note_call_back",
    "note_sample",
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
