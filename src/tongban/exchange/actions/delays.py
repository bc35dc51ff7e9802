"""Telling later: readings under a grant (an investigation's) are told to those they are about only after a fixed day.

One person orders it on a cited ground, another of another role confirms; both acts, the reason and the end are in the
log. What was read keeps the day it was read with: an end is never moved for readings that were made.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.exchange.kinds import DelayConfirmed, DelayOrdered, DelayReturned
from tongban.exchange.metering.models import Delay, DelayGround
from tongban.exchange.models import Grant
from tongban.exchange.policy import check_data_officer, check_words
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say

#: Who confirms: those who watch, never those who run the exchange.
CONFIRMS = ("auditor", "supervisor")


def order_delay(*, grant: str, ground: str, reason: str, ends_on: date | None, by: Actor) -> UUID:
    """Ask that readings under a grant be told only after a day; a second person has to confirm.

    Raises:
        NotAllowed: not a data officer.
        NotFound: there is no such grant.
        BadInput: no ground of the law, no reason, or an end that is past or later than the ground allows.
        Conflict: one is waiting already.
    """
    check_data_officer(by)
    chosen = DelayGround.objects.filter(pk=ground).first()
    if chosen is None:
        raise BadInput("请选择一种有依据的延迟告知情形。", field="ground")
    text = check_words(reason, field="reason")
    if not Grant.objects.filter(pk=grant, stopped_at=None).exists():
        raise NotFound(say("没有授权 {code}，或者它已经停用。", code=grant))
    last = clock.today() + timedelta(days=chosen.days_max)
    if ends_on is None or not clock.today() <= ends_on <= last:
        raise BadInput(
            say("请写明哪天止：从今天起最多 {n} 天，到 {last}。", n=chosen.days_max, last=last.isoformat()),
            field="ends_on",
        )
    cite = chosen.cite
    row = Delay(
        id=uuid7(),
        grant=grant,
        ground=ground,
        basis=f"《{cite['law']}》{cite.get('article', '')}",
        verified=bool(cite.get("verified_by")),
        reason=text,
        ends_on=ends_on,
        state="ordered",
        ordered_by=by.key,
        ordered_at=clock.now(),
    )
    act = DelayOrdered(grant=grant, ground=ground, reason=text, ends_on=ends_on.isoformat())
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record(act, on=Subject("delay", str(row.pk), 1), by=by, basis=row.basis)
    except IntegrityError as error:
        raise Conflict("这项授权已经有一个延迟告知在等复核。") from error
    return row.pk


def confirm_delay(*, delay: UUID, agreed: bool, seen: int | None, by: Actor) -> None:
    """Confirm an order, so that it holds for readings from here on, or return it; never by the one who ordered.

    Raises:
        NotFound: there is none.
        NotAllowed: neither supervisor nor auditor, or the one who ordered it.
        Conflict: it was decided already, or its end is past.
    """
    if not any(by.has_role(role) for role in CONFIRMS):
        raise NotAllowed("延迟告知由监督员或者审计员复核，您没有这个角色。")
    with transaction.atomic():
        version = bump(Delay, delay, seen=seen)
        row = Delay.objects.get(pk=delay)
        if row.state != "ordered":
            raise Conflict("这个延迟告知已经复核过了。")
        if row.ordered_by == by.key:
            raise NotAllowed("提出延迟告知的人不能自己复核，请由另一位复核。")
        if agreed and row.ends_on < clock.today():
            raise Conflict("写明的止日已经过了，只能退回。")
        state = "running" if agreed else "returned"
        Delay.objects.filter(pk=delay).update(state=state, confirmed_by=by.key, confirmed_at=clock.now())
        act: DelayConfirmed | DelayReturned = DelayReturned(grant=row.grant)
        if agreed:
            bump(Grant, row.grant)
            Grant.objects.filter(pk=row.grant).update(disclose_after=told_from(row.ends_on))
            act = DelayConfirmed(
                grant=row.grant, ground=row.ground, reason=row.reason, ends_on=row.ends_on.isoformat()
            )
        record(act, on=Subject("delay", str(delay), version), by=by, basis=row.basis)


def told_from(ends_on: date) -> datetime:
    """The moment from which readings are told: the city's midnight after the last day."""
    return datetime.combine(ends_on + timedelta(days=1), time(), clock.CITY_ZONE)
