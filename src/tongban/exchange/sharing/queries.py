"""Requests and disputes as their parties see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from tongban.catalogue.api import get_resources
from tongban.clocks.api import Reading, read_clock
from tongban.exchange.models import Grant
from tongban.exchange.sharing.deciding import unassessed
from tongban.exchange.sharing.disputing import disputable
from tongban.exchange.sharing.models import Assessment, Dispute, RequestedItem, SharingRequest
from tongban.exchange.sharing.policy import OFFICER, OWNER
from tongban.exchange.sharing.rows import limit_kept, pauses_of
from tongban.exchange.sharing.terms import Grounds, grounds
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say
from tongban.packs.ports import Cite

TIER_TITLES = {1: "协商", 2: "主管部门协调", 3: "本级政府决定"}
OUTCOME_TITLES = {
    "": "处理中",
    "shared": "同意共享",
    "part": "部分共享",
    "kept": "维持不予共享",
    "withdrawn": "已撤回",
}
_STATE_TITLES = {"asked": "等待答复", "returned": "待补齐材料", "withdrawn": "已撤回"}


@dataclass(frozen=True)
class RequestRow:
    """A request in a list. `state` is `asked`, `late`, `returned`, `granted`, `part`, `refused` or `withdrawn`."""

    id: int
    number: str
    consumer: str
    provider: str
    resource: str
    resource_name: str
    purpose: str
    state: str
    state_title: str
    items: int
    waiting: int
    granted: int
    refused: int
    asked_on: date
    due_on: date
    #: By when the asker completes it, while it is returned.
    supplement_due_on: date | None
    answered_on: date | None
    tier: int | None

    @property
    def next_due_on(self) -> date:
        """By when somebody has to act: the owner, or the asker while it is returned."""
        return self.supplement_due_on or self.due_on


@dataclass(frozen=True)
class ItemState:
    """A requested item: what the catalogue says and what was decided, with the words and law of the grounds."""

    code: str
    name: str
    sharing: str
    sharing_title: str
    sensitive: bool
    state: str
    state_title: str
    conditions: tuple[tuple[str, Cite | None], ...]
    ground: tuple[str, Cite | None] | None
    reason: str
    catalogue_ground: str
    tier: int | None


@dataclass(frozen=True)
class DisputeView:
    """A tier of a dispute with its clock."""

    id: int
    request: int
    tier: int
    title: str
    items: tuple[str, ...]
    item_names: tuple[str, ...]
    reason: str
    raised_on: date
    due_on: date
    reading: Reading
    outcome: str
    outcome_title: str
    shared: tuple[str, ...]
    words: str
    document: UUID | None
    answered_on: date | None
    version: int


@dataclass(frozen=True)
class AssessmentView:
    """An assessment on file."""

    id: UUID
    request: int
    necessity: str
    risks: str
    measures: str
    document: UUID
    filed_at: datetime
    keep_until: date
    items: tuple[str, ...]


@dataclass(frozen=True)
class RequestView:
    """A request whole, with its clock and what the reader may do: `verbs`."""

    row: RequestRow
    cites: tuple[Cite, ...]
    case_kinds: tuple[str, ...]
    subsystem: str
    quota: int | None
    quota_given: int | None
    valid_to: date | None
    approved_by: str
    approval: UUID
    agreement: UUID
    grant: str
    renews: str
    widens: str
    missing: str
    missing_on: date | None
    supplement_due_on: date | None
    supplement: str
    supplemented_on: date | None
    reading: Reading
    basis: str
    verified: bool
    items: tuple[ItemState, ...]
    disputes: tuple[DisputeView, ...]
    assessments: tuple[AssessmentView, ...]
    unassessed: frozenset[str]
    disputable: tuple[str, ...]
    verbs: frozenset[str]
    version: int

    @property
    def objects(self) -> list[str]:
        """The objects whose acts are the request's timeline."""
        grant = [f"grant:{self.grant}"] if self.grant else []
        return [f"request:{self.row.id}", *(f"dispute:{one.id}" for one in self.disputes), *grant]


def my_requests(by: Actor, *, before: int | None = None, limit: int = 50) -> list[RequestRow]:
    """What the officer's agency asked for, newest first; `before` is the last id seen. Four queries."""
    rows = SharingRequest.objects.filter(consumer=by.agency)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return listed_requests(rows.order_by("-id")[:limit]) if by.agency else []


def waiting_requests(
    by: Actor, *, after: tuple[date, int] | None = None, limit: int = 50
) -> list[RequestRow]:
    """What the officer's agency has to answer, what is late first; `after` is the last due day and id seen."""
    rows = SharingRequest.objects.filter(provider=by.agency, answered_on=None)
    if after:
        day, last = after
        rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, id__gt=last))
    return listed_requests(rows.order_by("due_on", "id")[:limit]) if by.agency else []


def answered_requests(by: Actor, *, limit: int = 20) -> list[RequestRow]:
    """What the officer's agency answered last, and what was granted at once."""
    rows = SharingRequest.objects.filter(provider=by.agency).exclude(answered_on=None)
    return listed_requests(rows.order_by("-answered_at")[:limit]) if by.agency else []


def open_disputes(
    by: Actor, *, after: tuple[date, int] | None = None, limit: int = 50
) -> list[tuple[DisputeView, RequestRow]]:
    """Running disputes, the most urgent first: all later tiers for the authority, those of his agency for an owner."""
    rows = Dispute.objects.filter(answered_on=None)
    parties = Q(request__consumer=by.agency) | Q(request__provider=by.agency)
    rows = rows.filter(Q(tier__gt=1) | parties) if by.has_role(OFFICER) else rows.filter(parties)
    if after:
        day, last = after
        rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, id__gt=last))
    held = list(rows.order_by("due_on", "id")[:limit]) if by.agency else []
    listed = listed_requests(SharingRequest.objects.filter(pk__in={one.request_id for one in held}))
    found = {row.id: row for row in listed}
    names = _names({one.request_id for one in held})
    return [(_dispute(one, names.get(one.request_id, {})), found[one.request_id]) for one in held]


def get_request(request: int, *, by: Actor) -> RequestView:
    """A request for an owner of one of its two agencies, or for the authority's data officer.

    Raises:
        NotFound: there is none, or it is none of theirs; told alike.
    """
    row = _whole().filter(pk=request).first()
    party = row is not None and by.agency in {row.consumer, row.provider} and by.has_role(OWNER)
    if row is None or by.kind != "officer" or not (party or by.has_role(OFFICER)):
        raise NotFound("没有这项共享申请，或者它与贵部门无关。")
    return _view(row, by)


def get_dispute(dispute: int, *, by: Actor) -> DisputeView:
    """A tier of a dispute, for whoever may open its request.

    Raises:
        NotFound: there is none, or it is none of theirs; told alike.
    """
    request = Dispute.objects.filter(pk=dispute).values_list("request", flat=True).first()
    return next(one for one in get_request(request or 0, by=by).disputes if one.id == dispute)


def named_objects(objects: Iterable[str]) -> dict[str, str]:
    """What requests, disputes and grants (`request:12`) are about, for the notices of their parties; few queries."""
    keys: dict[str, dict[str, str]] = {"request": {}, "dispute": {}, "grant": {}}
    for one in objects:
        noun, _colon, key = one.partition(":")
        keys.get(noun, {})[key] = one
    disputes = dict(Dispute.objects.filter(pk__in=[*keys["dispute"]]).values_list("pk", "request"))
    wanted = {int(key) for key in keys["request"]} | set(disputes.values())
    rows = {row.id: row for row in listed_requests(SharingRequest.objects.filter(pk__in=wanted))}
    held = list(Grant.objects.filter(pk__in=[*keys["grant"]]))
    names = get_resources({row.resource for row in held})
    requests = {key: int(key) for key in keys["request"]}
    about = {
        **{f"request:{key}": rows[number] for key, number in requests.items() if number in rows},
        **{f"dispute:{key}": rows[number] for key, number in disputes.items() if number in rows},
    }
    return {
        **{one: f"{row.number} · {row.resource_name} · {row.purpose}" for one, row in about.items()},
        **{
            f"grant:{row.code}": f"{names[row.resource].name} · {row.purpose}"
            for row in held
            if row.resource in names
        },
    }


def may_read_paper(request: int, document: UUID, *, by: Actor) -> bool:
    """Whether a document is one of a request that this officer may open."""
    view = get_request(request, by=by)
    papers = {view.approval, view.agreement, *(one.document for one in view.assessments)}
    return document in papers | {one.document for one in view.disputes if one.document}


def _whole() -> QuerySet[SharingRequest]:
    return SharingRequest.objects.prefetch_related(
        Prefetch("items", RequestedItem.objects.order_by("id")),
        Prefetch("disputes", Dispute.objects.order_by("tier")),
    )


def listed_requests(rows: QuerySet[SharingRequest]) -> list[RequestRow]:
    """Requests with the catalogue's names, in the order of `rows`; four queries."""
    held = list(
        rows.prefetch_related(
            Prefetch("items", RequestedItem.objects.order_by("id")),
            Prefetch("disputes", Dispute.objects.order_by("tier")),
        )
    )
    resources = get_resources({row.resource for row in held})
    names = {code: one.name for code, one in resources.items()}
    return [_row(row, names.get(row.resource, row.resource)) for row in held]


def _row(row: SharingRequest, resource_name: str) -> RequestRow:
    states = [item.state for item in row.items.all()]
    state = _state(row, states)
    title = {"granted": "同意", "part": "部分同意", "refused": "不予共享", "late": "超期未答复"}
    return RequestRow(
        id=row.pk,
        number=say("共享申请〔{year}〕{n} 号", year=row.asked_on.year, n=row.pk),
        consumer=row.consumer,
        provider=row.provider,
        resource=row.resource,
        resource_name=resource_name,
        purpose=row.purpose,
        state=state,
        state_title=title.get(state) or _STATE_TITLES[state],
        items=len(states),
        waiting=states.count("waiting"),
        granted=states.count("granted"),
        refused=states.count("refused"),
        asked_on=row.asked_on,
        due_on=row.due_on,
        supplement_due_on=row.supplement_due_on if row.state == "returned" else None,
        answered_on=row.answered_on,
        tier=next((one.tier for one in row.disputes.all() if one.answered_on is None), None),
    )


def _state(row: SharingRequest, states: Sequence[str]) -> str:
    if row.state == "asked":
        return "late" if clock.today() > row.due_on else "asked"
    if row.state != "answered":
        return row.state
    granted = states.count("granted")
    return "granted" if granted == len(states) else "part" if granted else "refused"


def _view(row: SharingRequest, by: Actor) -> RequestView:
    found = grounds(clock.today())
    items = list(row.items.all())
    resources = get_resources([row.resource])
    name = resources[row.resource].name if row.resource in resources else row.resource
    disputes = tuple(_dispute(one, {item.code: item.name for item in items}) for one in row.disputes.all())
    missing = unassessed(row, items)
    open_items = disputable(row, items)
    return RequestView(
        row=_row(row, name),
        cites=tuple(Cite.model_validate(cite) for cite in row.cites),
        case_kinds=tuple(row.case_kinds),
        subsystem=row.subsystem,
        quota=row.quota,
        quota_given=row.quota_given,
        valid_to=row.valid_to,
        approved_by=row.approved_by,
        approval=row.approval,
        agreement=row.agreement,
        grant=row.grant,
        renews=row.renews,
        widens=row.widens,
        missing=row.missing,
        missing_on=row.missing_on,
        supplement_due_on=row.supplement_due_on,
        supplement=row.supplement,
        supplemented_on=row.supplemented_on,
        reading=read_clock(
            limit_kept(row),
            row.asked_on,
            as_of=clock.today(),
            pauses=pauses_of(row),
            stopped_on=row.answered_on,
        ),
        basis=row.basis,
        verified=row.verified,
        items=tuple(_item(item, found) for item in items),
        disputes=disputes,
        assessments=_assessments(row),
        unassessed=frozenset(missing),
        disputable=tuple(open_items),
        verbs=frozenset(_verbs(row, items, disputes, open_items, by)),
        version=row.version,
    )


def _verbs(
    row: SharingRequest,
    items: Sequence[RequestedItem],
    disputes: Sequence[DisputeView],
    open_items: Sequence[str],
    by: Actor,
) -> Iterable[str]:
    owns = by.has_role(OWNER)
    running = next((one for one in disputes if one.answered_on is None), None)
    if owns and by.agency == row.provider:
        yield from _verbs_of_provider(row, items, running)
    elif owns and by.agency == row.consumer:
        if row.state == "returned":
            yield "supplement"
        if row.state in {"asked", "returned"}:
            yield "withdraw"
        if open_items and _may_dispute(disputes):
            yield "dispute"
        if running:
            yield "withdraw-dispute"
    elif running and running.tier > 1 and by.has_role(OFFICER):
        yield "answer-dispute"


def _verbs_of_provider(
    row: SharingRequest, items: Sequence[RequestedItem], running: DisputeView | None
) -> Iterable[str]:
    if row.state == "asked":
        yield "answer"
        if row.missing_on is None:
            yield "tell-missing"
    if any(item.sensitive for item in items) and row.state != "withdrawn":
        yield "assess"
    if running and running.tier == 1:
        yield "answer-dispute"


def _may_dispute(disputes: Sequence[DisputeView]) -> bool:
    if not disputes:
        return True
    last = disputes[-1]
    if last.answered_on is None:
        return last.tier < max(TIER_TITLES) and last.reading.overdue
    return last.tier < max(TIER_TITLES) and last.outcome in {"part", "kept"}


def _item(item: RequestedItem, found: Grounds) -> ItemState:
    sharing = {"unconditional": "无条件共享", "conditional": "有条件共享", "refused": "不予共享"}
    states = {"waiting": "等待答复", "granted": "已授权", "refused": "不予共享", "withdrawn": "已撤回"}
    return ItemState(
        code=item.code,
        name=item.name,
        sharing=item.sharing,
        sharing_title=sharing[item.sharing],
        sensitive=item.sensitive,
        state=item.state,
        state_title=states[item.state],
        conditions=tuple(found.words(item.conditions)),
        ground=found.words([item.ground])[0] if item.ground else None,
        reason=item.reason,
        catalogue_ground=item.catalogue_ground,
        tier=item.tier,
    )


def _dispute(one: Dispute, names: dict[str, str]) -> DisputeView:
    return DisputeView(
        id=one.pk,
        request=one.request_id,
        tier=one.tier,
        title=TIER_TITLES[one.tier],
        items=tuple(one.items),
        item_names=tuple(names.get(item, item) for item in one.items),
        reason=one.reason,
        raised_on=one.raised_on,
        due_on=one.due_on,
        reading=read_clock(limit_kept(one), one.raised_on, as_of=clock.today(), stopped_on=one.answered_on),
        outcome=one.outcome,
        outcome_title=OUTCOME_TITLES[one.outcome],
        shared=tuple(names.get(item, item) for item in one.shared),
        words=one.words,
        document=one.document,
        answered_on=one.answered_on,
        version=one.version,
    )


def _assessments(row: SharingRequest) -> tuple[AssessmentView, ...]:
    held = Assessment.objects.filter(resource=row.resource, consumer=row.consumer).order_by("-filed_at")
    return tuple(
        AssessmentView(
            one.id,
            one.request_id,
            one.necessity,
            one.risks,
            one.measures,
            one.document,
            one.filed_at,
            one.keep_until,
            tuple(one.items),
        )
        for one in held
    )


def _names(requests: Iterable[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for request, code, name in RequestedItem.objects.filter(request__in=set(requests)).values_list(
        "request", "code", "name"
    ):
        found.setdefault(request, {})[code] = name
    return found
