"""Making, widening and ending grants; part of the acts that call it, or an act of the holder."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from tongban.catalogue.api import get_resource
from tongban.exchange.models import Grant
from tongban.exchange.policy import basis_of, check_words
from tongban.exchange.sharing.kinds import GrantMade, GrantReturned, GrantWidened
from tongban.exchange.sharing.models import SharingRequest
from tongban.exchange.sharing.policy import check_party
from tongban.exchange.sharing.terms import rule
from tongban.journal.api import Actor, Subject, bump, record, system
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, NotFound
from tongban.kernel.sentences import say

#: Terms of a grant that are not asked for anew when it is renewed.
_KEPT = ("forms", "window_days", "window_from", "window_until", "represented", "disclose_after")


def give(row: SharingRequest, items: Sequence[str], *, by: Actor) -> str:
    """Let the asker read `items`, in the transaction at hand; gives the grant's code.

    A request has one grant: a later answer widens it. What renews a grant begins on the day after its end. Where the
    asker's own act gives it, the catalogue does: the entry names the provider, and nobody who decided.

    Raises:
        Conflict: the grant that is to hold more was stopped or handed back meanwhile.
    """
    code = row.widens or f"request-{row.pk:06d}"
    held = Grant.objects.select_for_update().filter(pk=code).first()
    act = _make(row, code, items, by=by) if held is None else _widen(row, held, items, by=by)
    version = Grant.objects.values_list("version", flat=True).get(pk=code)
    at_once = by.agency == row.consumer
    record(
        act,
        on=Subject("grant", code, version),
        by=system("exchange") if at_once else by,
        agency=row.provider if at_once else None,
        purpose=row.purpose,
        basis=basis_of(row.cites),
    )
    SharingRequest.objects.filter(pk=row.pk).update(grant=code)
    row.grant = code
    return code


def _make(row: SharingRequest, code: str, items: Sequence[str], *, by: Actor) -> GrantMade:
    first, kept = clock.today(), {}
    if row.renews:
        before = Grant.objects.get(pk=row.renews)
        first = max(first, before.valid_to + timedelta(days=1)) if before.valid_to else first
        kept = {name: getattr(before, name) for name in _KEPT}
    Grant.objects.create(
        code=code,
        consumer=row.consumer,
        subsystem=row.subsystem,
        resource=row.resource,
        items=list(items),
        purpose=row.purpose,
        cites=row.cites,
        case_kinds=row.case_kinds,
        valid_from=first,
        valid_to=row.valid_to,
        quota=row.quota_given or row.quota,
        source=_source(by),
        **kept,
    )
    return GrantMade(
        resource=row.resource,
        consumer=row.consumer,
        items=list(items),
        valid_from=first.isoformat(),
        valid_to=_day(row.valid_to),
        told=[row.consumer, row.provider],
    )


def _widen(row: SharingRequest, held: Grant, items: Sequence[str], *, by: Actor) -> GrantWidened:
    if held.stopped_at is not None:
        raise Conflict("这项授权已经停用或者交还，不能再增加信息项；请由申请部门重新申请。")
    bump(Grant, held.code)
    new = [item for item in items if item not in held.items or item in held.suspended]
    Grant.objects.filter(pk=held.code).update(
        items=[*held.items, *(item for item in new if item not in held.items)],
        suspended=[item for item in held.suspended if item not in new],
        source=_source(by),
    )
    return GrantWidened(resource=row.resource, items=new, told=[row.consumer, row.provider])


def return_grant(code: str, *, reason: str, by: Actor) -> None:
    """Hand back a grant that is needed no more: from the next call on nothing is read under it.

    Raises:
        NotFound: there is none, or another agency holds it.
        NotAllowed: not a resource owner.
        BadInput: no reason.
        Conflict: it is stopped or handed back already.
    """
    row = Grant.objects.filter(pk=code, consumer=by.agency).first() if by.agency else None
    if row is None:
        raise NotFound("没有这项授权，或者它不是贵部门的。")
    check_party(row.consumer, by, what="交还授权由持有部门的资源管理员办理")
    words = check_words(reason, field="reason")
    provider = get_resource(row.resource).agency
    with transaction.atomic():
        version = bump(Grant, code)
        if not Grant.objects.filter(pk=code, stopped_at=None).update(
            stopped_at=clock.now(), source=_source(by)
        ):
            raise Conflict("这项授权已经停用或者交还了。")
        act = GrantReturned(resource=row.resource, reason=words, told=[provider])
        record(act, on=Subject("grant", code, version), by=by)


def grant_for(code: str, *, renews: bool, by: Actor) -> Grant:
    """A running grant of the asker's agency that can be renewed or widened.

    Raises:
        NotFound: there is none, or another agency holds it.
        Conflict: it has ended, or it is too early to renew it, or it was asked for already.
    """
    row = Grant.objects.filter(pk=code, consumer=by.agency).first() if by.agency else None
    if row is None:
        raise NotFound("没有这项授权，或者它不是贵部门的。")
    today = clock.today()
    if row.stopped_at is not None or (row.valid_to and row.valid_to < today):
        raise Conflict("这项授权已经停用、交还或者到期，请重新申请。")
    if not renews:
        return row
    if row.valid_to is None:
        raise Conflict("这项授权没有写到期日，不用续期。")
    opens = row.valid_to - timedelta(days=rule("renewal-window").amount)
    if today < opens:
        raise Conflict(
            say("还早：这项授权 {day} 到期，{opens} 起可以申请续期。", day=row.valid_to, opens=opens)
        )
    if SharingRequest.objects.filter(renews=code).exclude(state="withdrawn").exists():
        raise Conflict("这项授权的续期已经申请过，请在“我的申请”里看进展。")
    return row


def check_no_twin(row: SharingRequest) -> None:
    """One purpose has one grant, since a call that two grants fit would be refused.

    Raises:
        Conflict: the agency holds a running grant on the resource for the purpose and a kind of case, or asked for one.
    """
    same = {
        "consumer": row.consumer,
        "subsystem": row.subsystem,
        "resource": row.resource,
        "purpose": row.purpose,
        "case_kinds__overlap": row.case_kinds,
    }
    running = Grant.objects.filter(Q(valid_to=None) | Q(valid_to__gte=clock.today()), stopped_at=None, **same)
    if (held := running.order_by("code").first()) is not None:
        raise Conflict(
            say(
                "贵部门已经有同一用途的授权「{code}」。要增加信息项或者延长，请在“我的授权”里办理；"
                "用途不同的，请把用途写清楚。",
                code=held.code,
            )
        )
    waiting = SharingRequest.objects.filter(state__in=["asked", "returned"], **same).exclude(pk=row.pk)
    if waiting.exists():
        raise Conflict("贵部门已经为同一用途申请过这个资源，正在等答复，不用再申请一次。")


def _source(by: Actor) -> str:
    return f"edit:{by.key}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
