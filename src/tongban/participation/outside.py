"""The desk's own system outside brings orders over the gateway, sees how they stand, and tells what the asker said."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from tongban.exchange.api import Caller, CallRefused, admit
from tongban.journal.api import Actor
from tongban.kernel.errors import Problem
from tongban.kernel.sentences import say
from tongban.participation.actions.answer import hear_asker
from tongban.participation.actions.place import About, check_contact, known_asker, receive
from tongban.participation.actions.settle import settle_order
from tongban.participation.entries import order_number
from tongban.participation.models import Order
from tongban.participation.policy import check_words
from tongban.participation.terms import desk, find_class, find_urgency


@dataclass(frozen=True)
class BroughtOrder:
    """What a system says of a demand. `person` is an identity number, or empty."""

    order_class: str
    urgency: str
    words: str
    caller: str = ""
    contact: str = ""
    person: str = ""
    item: str = ""
    case: str = ""


@dataclass(frozen=True)
class OutsideOrder:
    """How an order stands, for the system that brought it; never who asked."""

    number: str
    order: str
    state: str
    agency: str
    due_on: date | None
    answer: str
    confirm_by: date | None
    closed_by: str


def put_order(*, number: str, said: BroughtOrder, caller: Caller) -> OutsideOrder:
    """Bring an order; the same number with the same words again makes one.

    Raises:
        CallRefused: not known, replayed, not the desk's system, another order under that number, what is wrong in it.
    """
    with transaction.atomic():
        actor = _admitted(caller)
        held = _held(number, caller)
        if held is None:
            _bring(number, said, caller, actor)
        elif held.words != said.words.replace("\0", "").strip():
            raise CallRefused("Client.BadRequest", "这个编号已经报过另一件诉求；新的诉求请用新的编号。", 409)
    return _seen(number, caller)


def find_order(*, number: str, caller: Caller) -> OutsideOrder:
    """How an order of the caller's stands.

    Raises:
        CallRefused: not known, replayed, not the desk's system, or there is no such order.
    """
    with transaction.atomic():
        _admitted(caller)
    return _seen(number, caller)


def tell_word(*, number: str, solved: bool, words: str, caller: Caller) -> OutsideOrder:
    """Tell what the asker said when she was called back: solved closes, not solved is worked on again.

    Raises:
        CallRefused: not known, replayed, not the desk's system, no such order, nothing was answered yet, nothing said.
    """
    with transaction.atomic():
        actor = _admitted(caller)
    held = _held(number, caller)
    if held is None:
        raise _unknown()
    settle_order(held.pk)
    try:
        check_words(words, field="words", what="回访的情况")
        hear_asker(held.pk, solved=solved, words=words, seen=None, by=actor, who="call-back")
    except Problem as problem:
        raise _refused(problem) from problem
    return _seen(number, caller)


def _bring(number: str, said: BroughtOrder, caller: Caller, actor: Actor) -> None:
    try:
        row = Order(
            origin="system",
            system=caller.client,
            outside_number=number,
            asker=known_asker(said.person),
            order_class=find_class(said.order_class).code,
            urgency=find_urgency(said.urgency).code,
            words=check_words(said.words, field="words", what="诉求内容"),
            caller=check_contact(said.caller, field="caller"),
            contact=check_contact(said.contact, field="contact"),
        )
        receive(row, About(said.item, said.case), by=actor)
    except Problem as problem:
        raise _refused(problem) from problem


def _admitted(caller: Caller) -> Actor:
    """The system as an actor, if it is the desk's: others tell their people the number of the hotline."""
    admit(caller)
    agency = caller.client.split("/")[1]
    if agency != desk().agency:
        sentence = "只有热线管理部门自己的系统可以报送诉求。"
        raise CallRefused("Server.ServerProxy.AccessDenied", sentence, 403)
    return Actor(kind="subsystem", key=caller.client, agency=agency)


def _held(number: str, caller: Caller) -> Order | None:
    return Order.objects.filter(system=caller.client, outside_number=number).first()


def _seen(number: str, caller: Caller) -> OutsideOrder:
    held = _held(number, caller)
    if held is None:
        raise _unknown()
    return OutsideOrder(
        number=number,
        order=order_number(held.pk, held.received_at),
        state=held.state,
        agency=held.agency,
        due_on=held.due_on,
        answer=held.answer,
        confirm_by=held.confirm_by,
        closed_by=held.closed_by,
    )


def _unknown() -> CallRefused:
    return CallRefused("Client.UnknownOrder", "这个系统没有报送过这个编号的诉求。请先用 PUT 报送。", 404)


def _refused(problem: Problem) -> CallRefused:
    field = getattr(problem, "field", None)
    words = say("{field}：{words}", field=field, words=str(problem)) if field else str(problem)
    return CallRefused("Client.BadRequest", str(words), problem.status)
