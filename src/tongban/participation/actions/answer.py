"""The agency replies, the asker says whether it is solved: only her word, or the day that passes without it, closes."""

import hashlib
import re

from django.db import transaction

from tongban.journal.api import Act, Actor, bump
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import Conflict, NotFound
from tongban.participation.actions.send import act_on
from tongban.participation.entries import note_order
from tongban.participation.kinds import OrderAnswered, OrderClosed, OrderReopened
from tongban.participation.models import Order
from tongban.participation.policy import check_handler, check_operator, check_state, check_words
from tongban.participation.terms import answer_day, confirm_day, desk

OPEN = ("received", "dispatched", "answered")
#: What marks two answers as word for word alike; shorter ones are alike by chance.
MARK_SHOWN, WORDS_LEAST = 12, 8


def answer_order(*, order: int, words: str, seen: int | None, by: Actor) -> None:
    """The agency says what was done; the order stays open until the asker or a day closes it.

    Raises:
        BadInput: no words.
        NotAllowed, Conflict, StaleObject: another agency, answered already, somebody acted since.
    """
    text = check_words(words, field="words", what="给群众的答复")

    def change(row: Order) -> tuple[Act, dict[str, Json]]:
        check_handler(by, row.agency)
        check_state(row.state, ("dispatched",), what="答复")
        if row.origin == "rating" and not row.reopened:
            raise Conflict("这件由差评而来，请在差评页面联系评价人并答复，这里会跟着更新。")
        return answered(row, text), {"words": text}

    act_on(order, seen, by, change)


def answered(row: Order, text: str) -> OrderAnswered:
    """The order with its answer, and the act that says so."""
    row.state, row.answer, row.answered_at, row.confirm_by = "answered", text, clock.now(), confirm_day()
    return OrderAnswered(
        came_by=row.origin,
        agency=row.agency,
        item=row.item,
        due_on=row.due_on.isoformat() if row.due_on else "",
        confirm_by=row.confirm_by.isoformat(),
        alike=mark_of(text),
    )


def confirm_order(*, order: int, solved: bool, words: str, seen: int | None, by: Actor) -> None:
    """The asker closes her order at any time, or says after a reply that it is not solved: then it is worked on again.

    Raises:
        BadInput: not solved, but nothing said of what is missing.
        NotFound: somebody else's.
        Conflict, StaleObject: closed already, nothing was answered yet, somebody acted since.
    """
    if by.represents or not Order.objects.filter(pk=order, asker=by.person, asker__isnull=False).exists():
        raise NotFound("没有这件诉求，或者它不是您的。")
    hear_asker(order, solved=solved, words=words, seen=seen, by=by, who="asker")


def note_call_back(*, order: int, solved: bool, words: str, seen: int | None, by: Actor) -> None:
    """An operator called the asker back and notes what she said (回访).

    Raises:
        BadInput: nothing written.
        NotAllowed, Conflict, StaleObject: nobody of the desk, nothing was answered yet, somebody acted since.
    """
    check_operator(by, desk().agency)
    check_words(words, field="words", what="回访的情况")
    hear_asker(order, solved=solved, words=words, seen=seen, by=by, who="call-back")


def mark_of(text: str) -> str:
    """A short mark of an answer's words without spaces and punctuation; empty for a very short one."""
    plain = re.sub(r"[\W_]+", "", text)
    return hashlib.sha256(plain.encode()).hexdigest()[:MARK_SHOWN] if len(plain) >= WORDS_LEAST else ""


def say_solved(row: Order, *, by: str, solved: bool | None) -> OrderClosed:
    """The order closed by somebody's word, and the act that says so."""
    row.state, row.closed_at, row.closed_by, row.solved = "closed", clock.now(), by, solved
    return OrderClosed(
        came_by=row.origin,
        agency=row.agency or row.suggested,
        item=row.item,
        by=by,
        solved={True: "yes", False: "no", None: "unsaid"}[solved],
    )


def hear_asker(order: int, *, solved: bool, words: str, seen: int | None, by: Actor, who: str) -> None:
    """What the asker said, herself (`asker`) or when she was called back (`call-back`): closed, or worked on again.

    Raises:
        BadInput: not solved, but nothing said of what is missing.
        Conflict, StaleObject: closed already, nothing was answered yet, somebody acted since.
    """
    if solved:

        def close(row: Order) -> tuple[Act, dict[str, Json]]:
            check_state(row.state, ("answered",) if who == "call-back" else OPEN, what="办结")
            row.said_words = words.replace("\0", "").strip()[:2000]
            return say_solved(row, by=who, solved=True if row.state == "answered" else None), {"words": words}

        act_on(order, seen, by, close)
        return
    text = check_words(words, field="words", what="哪里没有解决")
    with transaction.atomic():
        version = bump(Order, order, seen=seen)
        row = Order.objects.get(pk=order)
        check_state(row.state, ("answered",), what="要求重办")
        if row.confirm_by and row.confirm_by < clock.today():
            raise Conflict("说没有解决的期限已经过了，这件已经办结；还没解决的请另提一件。")
        row.state, row.round, row.reopened = "dispatched", row.round + 1, row.reopened + 1
        row.said_words, row.confirm_by, row.return_by = text, None, None
        row.due_on, row.dispatched_at = answer_day(row.order_class, row.urgency), clock.now()
        row.save()
        act = OrderReopened(
            came_by=row.origin,
            agency=row.agency,
            item=row.item,
            due_on=row.due_on.isoformat(),
            times=row.reopened,
            told=[row.agency],
        )
        note_order(act, row, version=version, by=by, said={"words": text})
