"""Withdrawing a resource: announced, holders told, in force when the notice period is over."""

from datetime import date

from django.db import transaction

from tongban.catalogue.actions.telling import tell
from tongban.catalogue.kinds import ResourceWithdrawn, WithdrawalAnnounced, WithdrawalCancelled
from tongban.catalogue.models import Resource
from tongban.catalogue.policy import check_verb, check_words
from tongban.catalogue.ports import keeper
from tongban.catalogue.writing import reindex
from tongban.clocks.api import clear_due, due_day, limit_of, set_due
from tongban.journal.api import Actor, Subject, bump, record, system
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say

_LIMIT = "catalogue-withdrawal"


def announce_withdrawal(*, code: str, words: str, seen: int | None, by: Actor) -> date:
    """Say that a resource will be withdrawn, and tell every agency that holds a grant; gives the day.

    Until that day everything goes on as before.

    Raises:
        BadInput: no words.
        NotFound, NotAllowed, Conflict: there is none, not its owner, or its state does not allow it.
    """
    text = check_words(words)
    limit = limit_of(_LIMIT, on=clock.today())
    day = due_day(limit, clock.today())
    with transaction.atomic():
        row, state, version = _begin("announce-withdrawal", code, seen, by)
        Resource.objects.filter(pk=code).update(state=state, withdraw_on=day, withdraw_words=text)
        told = tell(
            row,
            (holder.agency for holder in keeper().holders(code)),
            what="withdrawal",
            words=say("「{name}」将在 {day} 撤下：{words}", name=row.name, day=day, words=text),
            on=day,
        )
        set_due(on=f"resource:{code}", what="withdraw", day=day)
        act = WithdrawalAnnounced(resource=code, words=text, withdraw_on=day.isoformat(), told=told)
        record(act, on=Subject("resource", code, version), by=by, basis=limit.cite)
    return day


def cancel_withdrawal(*, code: str, seen: int | None, by: Actor) -> None:
    """Keep a resource that was to be withdrawn; the holders are told.

    Raises:
        NotFound, NotAllowed, Conflict: there is none, not its owner, or its state does not allow it.
    """
    with transaction.atomic():
        settle_withdrawals(code)
        row, state, version = _begin("cancel-withdrawal", code, seen, by)
        told = tell(
            row,
            (holder.agency for holder in keeper().holders(code)),
            what="withdrawal-cancelled",
            words=say("「{name}」不撤下了，授权照旧。", name=row.name),
            on=clock.today(),
        )
        Resource.objects.filter(pk=code).update(state=state, withdraw_on=None, withdraw_words="")
        clear_due(on=f"resource:{code}", what="withdraw")
        act = WithdrawalCancelled(resource=code, told=told)
        record(act, on=Subject("resource", code, version), by=by)


def settle_withdrawals(code: str = "") -> int:
    """Withdraw what is due, dated to its day (one resource, or all of them); gives how many.

    Readers see the resource as withdrawn from that day on, even before this ran.
    """
    rows = Resource.objects.filter(state="withdrawing", withdraw_on__lte=clock.today())
    due = list((rows.filter(pk=code) if code else rows).order_by("code").values_list("code", flat=True))
    for one in due:
        with transaction.atomic():
            row, state, version = _begin("withdraw", one, None, system("catalogue"))
            Resource.objects.filter(pk=one).update(state=state)
            clear_due(on=f"resource:{one}", what="withdraw")
            reindex([one])
            assert row.withdraw_on
            act = ResourceWithdrawn(resource=one, withdraw_on=row.withdraw_on.isoformat())
            record(
                act,
                on=Subject("resource", one, version),
                by=system("catalogue"),
                effective_on=row.withdraw_on,
            )
    return len(due)


def _begin(verb: str, code: str, seen: int | None, by: Actor) -> tuple[Resource, str, int]:
    held = Resource.objects.filter(pk=code).first()
    if held is None:
        raise NotFound(say("目录里没有「{code}」这项信息资源。", code=code))
    check_verb(verb, state=held.state, agency=held.agency, by=by)
    version = bump(Resource, code, seen=seen)
    keeper().changed(code)
    row = Resource.objects.get(pk=code)
    return row, check_verb(verb, state=row.state, agency=row.agency, by=by), version
