"""Asking for data: the request, what was missing in it, its withdrawal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from tongban.catalogue.api import ResourceView, get_resource
from tongban.clocks.api import clear_due, due_day, limit_of, set_due
from tongban.documents.api import find_documents
from tongban.exchange.models import Grant, Subsystem
from tongban.exchange.policy import basis_of, check_words
from tongban.exchange.sharing.disputing import dispute_at_once
from tongban.exchange.sharing.granting import check_no_twin, give, grant_for
from tongban.exchange.sharing.kinds import MissingTold, RequestWithdrawn, SharingAsked, Supplemented
from tongban.exchange.sharing.models import RequestedItem, SharingRequest
from tongban.exchange.sharing.policy import (
    check_asks,
    check_items,
    check_offers,
    check_party,
    check_state,
    check_terms,
    raise_problems,
)
from tongban.exchange.sharing.rows import limit_kept, pauses_of, take
from tongban.exchange.sharing.terms import bases_for, sensitive_items
from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict

_ANSWER, _SUPPLEMENT = "sharing-answer", "sharing-supplement"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What an agency asks for; `renews` or `widens` is the code of a grant of its own.

    `dispute` is why items that the catalogue refuses should be shared all the same; empty where none is asked for.
    """

    resource: str
    items: Sequence[str]
    purpose: str
    bases: Sequence[str]
    case_kinds: Sequence[str]
    valid_to: date | None
    approved_by: str
    approval: UUID | None
    agreement: UUID | None
    subsystem: str = ""
    quota: int | None = None
    renews: str = ""
    widens: str = ""
    dispute: str = ""


def ask_share(wanted: Wanted, *, token: UUID, by: Actor) -> int:
    """Ask for items of a resource; gives the request's number. The same `token` asks once.

    What is shared unconditionally is granted at once; what has conditions waits for the owner; what is refused is
    disputed, with a reason, or not asked for.

    Raises:
        NotAllowed: not a resource owner of an agency.
        NotFound: no such resource, or no such grant to renew.
        BadAnswers: something is missing or wrong, a sentence for each field.
        Conflict: the resource is one's own or withdrawn, or a grant for the same purpose runs.
    """
    check_asks(by)
    if (held := SharingRequest.objects.filter(token=token, consumer=by.agency).first()) is not None:
        return held.pk
    resource = get_resource(wanted.resource)
    check_offers(resource, by)
    of_grant = wanted.renews or wanted.widens
    held_grant = grant_for(of_grant, renews=bool(wanted.renews), by=by) if of_grant else None
    row = _row(wanted, resource, held_grant, token=token, by=by)
    items = _items(row, resource, wanted)
    with transaction.atomic():
        row.save(force_insert=True)
        if held_grant is None:
            check_no_twin(row)
        RequestedItem.objects.bulk_create(items)
        waits = any(item.state == "waiting" for item in items)
        at_once = [item.code for item in items if item.state == "granted"]
        if waits:
            set_due(on=f"request:{row.pk}", what="answer", day=row.due_on)
        else:
            _answered_at_once(row)
        act = SharingAsked(
            resource=row.resource,
            items=[item.code for item in items],
            at_once=at_once,
            renews=row.renews,
            widens=row.widens,
            due_on=row.due_on.isoformat() if waits else "",
            told=[row.provider],
        )
        on = Subject("request", str(row.pk), 1)
        record(act, on=on, by=by, purpose=row.purpose, basis=basis_of(row.cites))
        if at_once:
            give(row, at_once, by=by)
        refused = [item.code for item in items if item.state == "refused"]
        if refused:
            dispute_at_once(row, refused, wanted.dispute, by=by)
    return row.pk


def tell_missing(*, request: int, words: str, seen: int | None, by: Actor) -> None:
    """Say what is missing in a request, all of it and once; the clock stands until it is there.

    Raises:
        NotFound, NotAllowed: there is none; not the owner's.
        BadInput: no words.
        Conflict: it was told before, answered, or somebody acted on it since `seen`.
    """
    text = check_words(words, field="missing")
    limit = limit_of(_SUPPLEMENT, on=clock.today())
    with transaction.atomic():
        row, version = take(request, seen)
        check_party(row.provider, by, what="由数据提供部门的资源管理员办理")
        check_state(row.state, {"asked"})
        if row.missing_on is not None:
            raise Conflict("缺什么只能一次告知，这项申请已经告知过；请按现有材料答复。")
        day = due_day(limit, clock.today())
        SharingRequest.objects.filter(pk=row.pk).update(
            state="returned", missing=text, missing_on=clock.today(), supplement_due_on=day
        )
        set_due(on=f"request:{row.pk}", what="supplement", day=day, instead_of="answer")
        act = MissingTold(words=text, due_on=day.isoformat(), told=[row.consumer])
        record(act, on=Subject("request", str(row.pk), version), by=by, basis=limit.cite)


def supplement_request(
    *,
    request: int,
    words: str,
    approval: UUID | None,
    agreement: UUID | None,
    seen: int | None,
    by: Actor,
) -> None:
    """Hand in what was missing: an explanation, new papers in the place of the old ones, or both.

    Raises:
        NotFound, NotAllowed: there is none; not the asker's.
        BadInput: no words.
        Conflict: nothing is missing, or somebody acted on it since `seen`.
    """
    text = check_words(words, field="supplement")
    _check_papers([one for one in (approval, agreement) if one])
    with transaction.atomic():
        row, version = take(request, seen)
        check_party(row.consumer, by, what="由申请部门的资源管理员补齐")
        if row.state != "returned":
            raise Conflict("现在没有要补齐的材料。")
        row.supplemented_on = clock.today()
        day = due_day(limit_kept(row), row.asked_on, pauses_of(row))
        SharingRequest.objects.filter(pk=row.pk).update(
            state="asked",
            supplement=text,
            supplemented_on=row.supplemented_on,
            due_on=day,
            approval=approval or row.approval,
            agreement=agreement or row.agreement,
        )
        set_due(on=f"request:{row.pk}", what="answer", day=day, instead_of="supplement")
        act = Supplemented(due_on=day.isoformat(), told=[row.provider])
        record(act, on=Subject("request", str(row.pk), version), by=by)


def withdraw_request(*, request: int, seen: int | None, by: Actor) -> None:
    """Take back what still waits; what was granted already stays granted.

    Raises:
        NotFound, NotAllowed: there is none; not the asker's.
        Conflict: it is answered, or somebody acted on it since `seen`.
    """
    with transaction.atomic():
        row, version = take(request, seen)
        check_party(row.consumer, by, what="由申请部门的资源管理员撤回")
        check_state(row.state, {"asked", "returned"})
        waiting = list(row.items.filter(state="waiting").order_by("id").values_list("code", flat=True))
        row.items.filter(state="waiting").update(state="withdrawn")
        SharingRequest.objects.filter(pk=row.pk).update(
            state="withdrawn", answered_on=clock.today(), answered_at=clock.now()
        )
        clear_due(on=f"request:{row.pk}")
        act = RequestWithdrawn(items=waiting, told=[row.provider])
        record(act, on=Subject("request", str(row.pk), version), by=by)


def _row(
    wanted: Wanted, resource: ResourceView, held: Grant | None, *, token: UUID, by: Actor
) -> SharingRequest:
    """The request as a row, checked."""
    today = clock.today()
    limit, amount = limit_of(_ANSWER, on=today), wanted.quota
    bases = {basis.code: basis for basis in bases_for(by.agency)}
    purpose = held.purpose if held else wanted.purpose.strip()
    kinds = list(held.case_kinds if held else dict.fromkeys(wanted.case_kinds))
    problems = check_items(resource, wanted.items, disputes=bool(wanted.dispute.strip()))
    problems |= check_terms(
        purpose=purpose,
        bases=wanted.bases,
        offered_bases=bases,
        case_kinds=kinds,
        approved_by=wanted.approved_by.strip(),
        quota=amount,
        valid_to=wanted.valid_to,
        ends=not wanted.widens,
        today=today,
    )
    for name, words, paper in (
        ("approval", "请上传部门负责人批准这项申请的文件。", wanted.approval),
        ("agreement", "请上传双方的数据使用协议：目的、方式、范围和安全保护义务。", wanted.agreement),
    ):
        if paper is None:
            problems[name] = words
    subsystem = held.subsystem if held else wanted.subsystem
    if subsystem and not Subsystem.objects.filter(pk=subsystem, agency=by.agency, stopped_at=None).exists():
        problems["subsystem"] = "这个系统不是贵部门登记的，或者已经停用；请重新选择。"
    raise_problems(problems)
    assert wanted.approval
    assert wanted.agreement
    _check_papers([wanted.approval, wanted.agreement])
    return SharingRequest(
        token=token,
        consumer=by.agency,
        asked_by=by.key,
        resource=resource.code,
        edition=resource.version,
        provider=resource.agency,
        purpose=purpose,
        cites=[bases[code].cite.model_dump(mode="json") for code in dict.fromkeys(wanted.bases)],
        case_kinds=kinds,
        subsystem=subsystem,
        quota=amount,
        valid_to=held.valid_to if held and wanted.widens else wanted.valid_to,
        approved_by=wanted.approved_by.strip(),
        approval=wanted.approval,
        agreement=wanted.agreement,
        renews=wanted.renews,
        widens=wanted.widens,
        asked_at=clock.now(),
        asked_on=today,
        limit_amount=limit.amount,
        limit_unit=limit.unit,
        basis=limit.cite,
        verified=limit.verified,
        due_on=due_day(limit, today),
    )


def _items(row: SharingRequest, resource: ResourceView, wanted: Wanted) -> list[RequestedItem]:
    """The items in the catalogue's order: granted at once, waiting, or refused by the catalogue."""
    asked = [item for item in resource.items if item.code in set(wanted.items)]
    sensitive = sensitive_items(asked)
    states = {"unconditional": "granted", "conditional": "waiting", "refused": "refused"}
    return [
        RequestedItem(
            request=row,
            code=item.code,
            name=item.name,
            sharing=item.sharing,
            catalogue_ground=item.ground,
            sensitive=item.code in sensitive,
            state=states[item.sharing],
            ground=item.ground if item.sharing == "refused" else "",
            reason=(item.condition or "目录写明不予共享") if item.sharing == "refused" else "",
        )
        for item in asked
    ]


def _answered_at_once(row: SharingRequest) -> None:
    """Nothing waits for the owner: the catalogue has answered."""
    row.state, row.answered_on, row.answered_at = "answered", clock.today(), clock.now()
    SharingRequest.objects.filter(pk=row.pk).update(
        state=row.state, answered_on=row.answered_on, answered_at=row.answered_at
    )


def _check_papers(papers: Sequence[UUID]) -> None:
    if len(find_documents(list(papers))) != len(set(papers)):
        raise BadInput("附件没有保存好，请重新上传。", field="approval")
