"""Call-backs by lot: of the orders that were closed lately some are drawn, and the asker is heard by the desk, not the agency."""

from datetime import timedelta
from secrets import SystemRandom
from uuid import UUID

from django.db import transaction

from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say
from tongban.participation.entries import order_number
from tongban.participation.kinds import CallBackNoted, CallBacksDrawn
from tongban.participation.models import CallBack, Order
from tongban.participation.policy import check_operator, check_words
from tongban.participation.terms import desk, sampling

#: So many at most in one draw.
DRAW_MAX = 100
#: GB/T 39046 A.8: 1 is very pleased, 5 not at all.
LEVELS = range(1, 6)


def draw_call_backs(*, amount: int, by: Actor) -> int:
    """Draw some of the orders that were closed lately without the desk having heard the asker; returns how many.

    Raises:
        BadInput: none, or too many at once.
        NotAllowed, Conflict: nobody of the desk; nothing is left to draw.
    """
    check_operator(by, desk().agency)
    if not 1 <= amount <= DRAW_MAX:
        raise BadInput(say("一次抽 1 到 {n} 件。", n=DRAW_MAX), field="amount")
    terms, now = sampling(), clock.now()
    closed = Order.objects.filter(
        state="closed",
        closed_by__in=["asker", "deadline"],
        closed_at__gte=now - timedelta(days=terms.within_days),
    ).exclude(agency="")
    pool = list(closed.filter(call_back=None).order_by("pk").values_list("pk", flat=True))
    if not pool:
        raise Conflict(say("最近 {n} 天办结的诉求都抽过了，过些日子再抽。", n=terms.within_days))
    picked, draw = sorted(SystemRandom().sample(pool, min(amount, len(pool)))), uuid7()
    with transaction.atomic():
        rows = [CallBack(order_id=order, draw=draw, drawn_at=now) for order in picked]
        CallBack.objects.bulk_create(rows, ignore_conflicts=True)  # a colleague drew some of them just now
        drawn = CallBack.objects.filter(draw=draw).count()
        act = CallBacksDrawn(drawn=drawn, closed=len(pool))
        record(act, on=Subject("call-back-draw", str(draw), 1), by=by)
    return drawn


def note_sample(
    *,
    call_back: int,
    reached: bool,
    solved: bool | None,
    level: int | None,
    words: str,
    seen: int | None,
    by: Actor,
) -> None:
    """Note what the asker of a drawn order said, once; the order stays as it is.

    Raises:
        BadInput: reached, but not said whether solved and how pleased; nothing written.
        NotAllowed, NotFound, Conflict, StaleObject: nobody of the desk, no such call-back, noted before.
    """
    check_operator(by, desk().agency)
    if reached and solved is None:
        raise BadInput("请选择本人说解决没有。", field="solved")
    if reached and level not in LEVELS:
        raise BadInput("请选择本人满意不满意。", field="level")
    text = check_words(words, field="words", what="回访的情况")
    with transaction.atomic():
        if not CallBack.objects.filter(pk=call_back).exists():
            raise NotFound("没有这次回访。请从抽样回访里打开。")
        version = bump(CallBack, call_back, seen=seen)
        row = CallBack.objects.select_related("order").get(pk=call_back)
        if row.called_at:
            raise Conflict("这次回访已经记过，不能改。")
        row.called_at, row.called_by, row.reached, row.words = clock.now(), by.key, reached, text
        row.solved, row.level = (solved, level) if reached else (None, None)
        row.save()
        order: Order = row.order
        number = order_number(order.pk, order.received_at)
        act = CallBackNoted(
            agency=order.agency,
            item=order.item,
            reached=reached,
            solved={True: "yes", False: "no", None: "unsaid"}[row.solved],
            level=row.level or 0,
            unsolved=number if row.solved is False else "",
        )
        told: dict[UUID, dict[str, str]] = (
            {order.asker: {"number": number, "words": text}} if order.asker else {}
        )
        record(act, on=Subject("call-back", str(call_back), version), by=by, private=told or None)
