"""Disputes in three tiers: between the agencies, at the authority for data sharing, at the government of the level.

Each tier has its clock; what a tier shares is granted with it, and what it keeps may go to the next one.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tongban.clocks.api import clear_due, due_day, limit_of, set_due
from tongban.documents.api import find_documents
from tongban.exchange.policy import check_words
from tongban.exchange.sharing.deciding import unassessed
from tongban.exchange.sharing.granting import give
from tongban.exchange.sharing.kinds import DisputeAnswered, DisputeRaised
from tongban.exchange.sharing.models import Dispute, RequestedItem, SharingRequest
from tongban.exchange.sharing.policy import check_party, check_tier
from tongban.exchange.sharing.rows import take
from tongban.exchange.sharing.terms import grounds
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.kernel.sentences import say

_LIMITS = {1: "sharing-negotiation", 2: "sharing-coordination", 3: "sharing-decision"}


def disputable(row: SharingRequest, items: Sequence[RequestedItem]) -> list[str]:
    """The items about which a dispute can be raised: refused, or not answered inside the limit."""
    late = row.state == "asked" and clock.today() > row.due_on
    return [one.code for one in items if one.state == "refused" or (late and one.state == "waiting")]


def dispute_at_once(row: SharingRequest, items: Sequence[str], reason: str, *, by: Actor) -> None:
    """Raise the first tier about items that the catalogue refuses; part of the act that asks for them."""
    _open(row, 1, items, check_words(reason, field="dispute"), by=by)


def raise_dispute(*, request: int, items: Collection[str], reason: str, seen: int | None, by: Actor) -> None:
    """Begin a dispute about refused or overdue items, or take it to the next tier.

    The next tier is open when the one before shared less than was disputed, or did not answer in time.

    Raises:
        NotFound, NotAllowed: there is none; not the asker's.
        BadInput: no reason, or no item that can be disputed.
        Conflict: a tier is still running, all three are through, or somebody acted on the request since `seen`.
    """
    text = check_words(reason, field="reason")
    with transaction.atomic():
        row, _version = take(request, seen)
        check_party(row.consumer, by, what="共享争议由申请部门的资源管理员提出")
        before = row.disputes.order_by("-tier").first()
        open_items = disputable(row, list(row.items.order_by("id")))
        chosen = [item for item in open_items if item in items]
        if not chosen:
            raise BadInput("请选至少一个不予共享或者超期没有答复的信息项。", field="items")
        if before is not None:
            _check_next(before)
            _close_overdue(before, by=by)
        _open(row, 1 if before is None else before.tier + 1, chosen, text, by=by)


def answer_dispute(
    *,
    dispute: int,
    shared: Collection[str],
    conditions: Sequence[str],
    words: str,
    document: UUID | None,
    seen: int | None,
    by: Actor,
) -> None:
    """End a tier: these of its items are shared under these conditions, for these reasons; it binds both agencies.

    At the third tier the data officer enters the government's decision, with its paper.

    Raises:
        NotFound, NotAllowed: there is none; not who answers at this tier.
        BadInput: no words, an item beyond the dispute, no condition, no paper, or no assessment for a sensitive item.
        Conflict: it is answered, or somebody acted on it since `seen`.
    """
    text = check_words(words, field="words")
    with transaction.atomic():
        held = Dispute.objects.select_related("request").filter(pk=dispute).first()
        if held is None:
            raise NotFound("没有这项共享争议。")
        check_tier(held.tier, provider=held.request.provider, consumer=held.request.consumer, by=by)
        version = bump(Dispute, dispute, seen=seen)
        row, _request_version = take(held.request_id, None)
        held = Dispute.objects.get(pk=dispute)
        if held.answered_on is not None:
            raise Conflict("这一级争议已经处理过了。")
        chosen = [item for item in held.items if item in shared]
        _check_answer(row, held, shared, conditions, document)
        _share(row, held, chosen, conditions, by=by)
        outcome = "shared" if len(chosen) == len(held.items) else "part" if chosen else "kept"
        _end(held, outcome, chosen, text, document=document, by=by)
        act = DisputeAnswered(
            request=row.pk,
            tier=held.tier,
            outcome=outcome,
            shared=chosen,
            told=[row.consumer, row.provider],
        )
        record(act, on=Subject("dispute", str(held.pk), version), by=by, basis=held.basis)


def withdraw_dispute(*, dispute: int, seen: int | None, by: Actor) -> None:
    """Let a dispute go; what was refused stays refused.

    Raises:
        NotFound, NotAllowed: there is none; not the asker's.
        Conflict: it is answered, or somebody acted on it since `seen`.
    """
    with transaction.atomic():
        held = Dispute.objects.select_related("request").filter(pk=dispute).first()
        if held is None:
            raise NotFound("没有这项共享争议。")
        check_party(held.request.consumer, by, what="共享争议由申请部门的资源管理员撤回")
        version = bump(Dispute, dispute, seen=seen)
        held.refresh_from_db()
        if held.answered_on is not None:
            raise Conflict("这一级争议已经处理过了。")
        _end(held, "withdrawn", [], "", document=None, by=by)
        act = DisputeAnswered(
            request=held.request_id,
            tier=held.tier,
            outcome="withdrawn",
            shared=[],
            told=[held.request.provider],
        )
        record(act, on=Subject("dispute", str(held.pk), version), by=by)


def _open(row: SharingRequest, tier: int, items: Sequence[str], reason: str, *, by: Actor) -> None:
    limit = limit_of(_LIMITS[tier], on=clock.today())
    day = due_day(limit, clock.today())
    held = Dispute.objects.create(
        request=row,
        tier=tier,
        items=list(items),
        reason=reason,
        raised_by=by.key,
        raised_on=clock.today(),
        limit_amount=limit.amount,
        limit_unit=limit.unit,
        basis=limit.cite,
        verified=limit.verified,
        due_on=day,
    )
    set_due(on=f"dispute:{held.pk}", what="answer", day=day)
    act = DisputeRaised(
        request=row.pk, tier=tier, items=list(items), due_on=day.isoformat(), told=[row.provider]
    )
    record(act, on=Subject("dispute", str(held.pk), 1), by=by, basis=limit.cite)


def _check_next(before: Dispute) -> None:
    if before.tier == len(_LIMITS) and before.answered_on is not None:
        raise Conflict("本级人民政府已经决定，共享争议到此为止；情况变了的，请重新申请。")
    if before.outcome in {"shared", "withdrawn"}:
        raise Conflict("这项申请的争议已经结束；情况变了的，请重新申请。")
    if before.answered_on is None and (clock.today() <= before.due_on or before.tier == len(_LIMITS)):
        raise Conflict(
            say("上一级争议还在处理，{day} 前答复，超期没有答复的可以提到下一级。", day=before.due_on)
        )


def _close_overdue(before: Dispute, *, by: Actor) -> None:
    """A tier that did not answer in time shared nothing."""
    if before.answered_on is None:
        bump(Dispute, before.pk)
        _end(before, "kept", [], "超期没有答复。", document=None, by=by)


def _check_answer(
    row: SharingRequest,
    held: Dispute,
    shared: Collection[str],
    conditions: Sequence[str],
    document: UUID | None,
) -> None:
    if set(shared) - set(held.items):
        raise BadInput("只能处理这项争议里的信息项。", field="shared")
    if held.tier == len(_LIMITS) and (document is None or document not in find_documents([document])):
        raise BadInput("请上传本级人民政府的决定文件。", field="document")
    if not shared:
        return
    if not conditions or not set(conditions) <= {ground.code for ground in grounds(clock.today()).conditions}:
        raise BadInput("请选共享的条件，只能从列出的条文里选，不能自己加。", field="conditions")
    if late := unassessed(row, list(_rows(row, shared))):
        names = "、".join(one.name for one in _rows(row, late))
        raise BadInput(
            say("先由提供部门做个人信息保护影响评估并存档，才能共享：{names}。", names=names), field="shared"
        )


def _share(
    row: SharingRequest, held: Dispute, items: Sequence[str], conditions: Sequence[str], *, by: Actor
) -> None:
    if not items:
        return
    _rows(row, items).update(
        state="granted", conditions=list(conditions), ground="", reason="", tier=held.tier
    )
    if row.state == "asked" and not row.items.filter(state="waiting").exists():
        SharingRequest.objects.filter(pk=row.pk).update(
            state="answered", answered_on=clock.today(), answered_at=clock.now(), answered_by=by.key
        )
        clear_due(on=f"request:{row.pk}")
    give(row, items, by=by)


def _end(
    held: Dispute,
    outcome: str,
    shared: Sequence[str],
    words: str,
    *,
    document: UUID | None,
    by: Actor,
) -> None:
    Dispute.objects.filter(pk=held.pk).update(
        outcome=outcome,
        shared=list(shared),
        words=words,
        document=document,
        answered_on=clock.today(),
        answered_by=by.key,
    )
    clear_due(on=f"dispute:{held.pk}")


def _rows(row: SharingRequest, items: Collection[str]) -> QuerySet[RequestedItem]:
    return row.items.filter(code__in=list(items)).order_by("id")
