"""What pages show of orders: the asker's own, the desk's, an agency's; one order with its clocks and its acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from tongban.clocks.api import Limit, Reading, limit_of, made_limit, read_clock
from tongban.journal.api import Actor, EntryView, Subject, has_recent, record, timeline
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.participation.entries import order_number
from tongban.participation.kinds import OrderViewed
from tongban.participation.models import CallBack, Desk, Order, OrderClass, Urgency
from tongban.participation.policy import HANDLERS, ONLOOKERS, OPERATOR, handles
from tongban.participation.terms import CONFIRM, answer_limit, desk

PAGE = 50


@dataclass(frozen=True)
class ClassView:
    """A class of demands with the limit of its answer."""

    code: str
    title: str
    words: str
    limit: Limit


@dataclass(frozen=True)
class UrgencyView:
    """An urgency with the desk's hours and where they are written."""

    code: str
    title: str
    hours: int
    limit: Limit


@dataclass(frozen=True)
class OrderView:
    """An order; `own` says whether the reader asked, `works` whether the reader's agency has it, `dispatches` the desk."""

    id: int
    number: str
    origin: str
    order_class: str
    class_title: str
    urgency: str
    urgency_title: str
    words: str
    caller: str
    contact: str
    item: str
    case_number: str
    rating: UUID | None
    suggested: str
    agency: str
    state: str
    round: int
    returns: int
    reopened: int
    received_at: datetime
    dispatch_by: datetime
    return_by: datetime | None
    return_words: str
    due_on: date | None
    extension_words: str
    extension_asked_at: datetime | None
    extension_agreed: bool | None
    answer: str
    answered_at: datetime | None
    confirm_by: date | None
    said_words: str
    closed_at: datetime | None
    closed_by: str
    solved: bool | None
    version: int
    own: bool
    works: bool
    dispatches: bool
    clock: Reading | None

    @property
    def objects(self) -> list[str]:
        """The order's rounds, as the journal and cards name them."""
        return [f"order:{self.id}/{number}" for number in range(1, self.round + 1)]

    @property
    def overdue(self) -> bool:
        """Whether the one who has it is late."""
        if self.state == "received":
            return clock.now() > self.dispatch_by
        return self.state == "dispatched" and self.due_on is not None and clock.today() > self.due_on


@dataclass(frozen=True)
class CallBackView:
    """A drawn order, and what its asker said once she was called."""

    id: int
    order: OrderView
    drawn_at: datetime
    called_at: datetime | None
    reached: bool | None
    solved: bool | None
    level: int | None
    words: str
    version: int


def my_orders(by: Actor) -> list[OrderView]:
    """What somebody asked, newest first; three queries."""
    if by.person is None or by.represents:
        return []
    return _views(Order.objects.filter(asker=by.person).order_by("-pk")[:PAGE], by)


def desk_orders(*, by: Actor, state: str = "received", before: int | None = None) -> list[OrderView]:
    """What the desk has to do: received ones by their hour; of the others the newest; a row more than a page."""
    rows = _visible(by).filter(state=state) if state else _visible(by)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    order = ("dispatch_by", "pk") if state == "received" else ("-pk",)
    return _views(rows.order_by(*order)[: PAGE + 1], by)


def extensions_asked(*, by: Actor) -> list[OrderView]:
    """Orders for which more days were asked and nobody answered; the first due first."""
    rows = _visible(by).filter(state="dispatched", extension_asked_at__isnull=False, extension_agreed=None)
    return _views(rows.order_by("due_on", "pk")[:PAGE], by)


def inbox(*, by: Actor, after: tuple[date, int] | None = None) -> list[OrderView]:
    """What the officer's agency has to answer, the first due first, a row more than a page."""
    rows = Order.objects.filter(agency=by.agency, state="dispatched")
    if not handles(by, by.agency):
        return []
    if after is not None:
        day, number = after
        rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, pk__gt=number))
    return _views(rows.order_by("due_on", "pk")[: PAGE + 1], by)


def call_backs(*, by: Actor, noted: bool = False, before: int | None = None) -> list[CallBackView]:
    """Drawn orders for the desk: those to be called, the longest drawn first, or the noted ones; a row more than a page."""
    if not _dispatches(by):
        return []
    rows = CallBack.objects.select_related("order").filter(called_at__isnull=not noted)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return _called(rows.order_by("-pk" if noted else "pk")[: PAGE + 1], by)


def get_call_back(call_back: int, *, by: Actor) -> CallBackView:
    """One drawn order.

    Raises:
        NotFound: there is none, or the reader is not of the desk.
    """
    rows = CallBack.objects.select_related("order").filter(pk=call_back)
    if not _dispatches(by) or not rows:
        raise NotFound("没有这次回访。请从抽样回访里打开。")
    return _called(rows, by)[0]


def orders_of_case(number: str, *, by: Actor) -> list[OrderView]:
    """Orders about a case that the reader may see, newest first."""
    return _views(_visible(by).filter(case_number=number).order_by("-pk")[:PAGE], by)


def get_order(order: int, *, by: Actor) -> OrderView:
    """One order. An officer's look is journalled once in an hour.

    Raises:
        NotFound: there is none that the reader may see.
    """
    row = _visible(by).filter(pk=order).first()
    if row is None:
        raise NotFound("没有这件诉求，或者它不归您办理。")
    if by.kind == "officer":
        _note_view(row, by)
    return _views([row], by)[0]


def order_acts(view: OrderView) -> list[EntryView]:
    """Everything that was done on an order, oldest first; one query."""
    return timeline(objects=view.objects)


def order_classes() -> list[ClassView]:
    """Every class with its limit, in the order of the pack."""
    today = clock.today()
    rows = OrderClass.objects.exclude(code="rating").order_by("position", "code")
    return [ClassView(row.code, row.title, row.words, limit_of(row.answer, on=today)) for row in rows]


def urgencies() -> list[UrgencyView]:
    """Every urgency, the most urgent first."""
    rows = Urgency.objects.order_by("position", "code")
    return [UrgencyView(row.code, row.title, row.hours, made_limit(1, "day", row.cite)) for row in rows]


def confirm_limit() -> Limit:
    """How long the asker may say that it is not solved."""
    return limit_of(CONFIRM, on=clock.today())


def desk_of() -> tuple[str, str]:
    """The desk's agency and the number that people call."""
    row = Desk.objects.get(pk=1)
    return row.agency, row.phone


def _visible(by: Actor) -> QuerySet[Order]:
    """Orders that the reader may see: permissions are part of the query."""
    if by.person is not None:
        return Order.objects.none() if by.represents else Order.objects.filter(asker=by.person)
    if any(by.has_role(role) for role in ONLOOKERS) or _dispatches(by):
        return Order.objects.all()
    if any(by.has_role(role) for role in HANDLERS) and by.agency:
        return Order.objects.filter(agency=by.agency)
    return Order.objects.none()


def _dispatches(by: Actor) -> bool:
    return by.has_role(OPERATOR) and by.agency == desk().agency


def _views(rows: "QuerySet[Order] | Sequence[Order]", by: Actor) -> list[OrderView]:
    found = list(rows)
    if not found:
        return []
    classes = dict(OrderClass.objects.order_by("code").values_list("code", "title"))
    haste = dict(Urgency.objects.order_by("code").values_list("code", "title"))
    dispatches, today = _dispatches(by), clock.today()
    limits = {
        key: answer_limit(*key, on=today)
        for key in {(row.order_class, row.urgency) for row in found if row.due_on}
    }
    return [
        OrderView(
            **{name: getattr(row, name) for name in _PLAIN},
            id=row.pk,
            number=order_number(row.pk, row.received_at),
            class_title=classes.get(row.order_class, row.order_class),
            urgency_title=haste.get(row.urgency, row.urgency),
            own=row.asker is not None and row.asker == by.person,
            works=handles(by, row.agency),
            dispatches=dispatches,
            clock=_clock(row, limits.get((row.order_class, row.urgency)), today),
        )
        for row in found
    ]


#: What a view takes from the row as it is.
_PLAIN = (
    *("origin", "order_class", "urgency", "words", "caller", "contact", "item", "case_number", "rating"),
    *("suggested", "agency", "state", "round", "returns", "reopened", "received_at", "dispatch_by"),
    *("return_by", "return_words", "due_on", "extension_words", "extension_asked_at", "extension_agreed"),
    *("answer", "answered_at", "confirm_by", "said_words", "closed_at", "closed_by", "solved", "version"),
)


def _called(rows: "QuerySet[CallBack]", by: Actor) -> list[CallBackView]:
    found = list(rows)
    orders = {one.id: one for one in _views([row.order for row in found], by)}
    return [
        CallBackView(
            row.pk,
            orders[row.order.pk],
            row.drawn_at,
            row.called_at,
            row.reached,
            row.solved,
            row.level,
            row.words,
            row.version,
        )
        for row in found
    ]


def _clock(row: Order, limit: Limit | None, today: date) -> Reading | None:
    """The answer's clock as it runs; none before it was dispatched, nor once more days were given by another rule."""
    if limit is None or row.dispatched_at is None or row.extension_agreed or row.origin == "rating":
        return None
    stopped = clock.local(row.answered_at).date() if row.answered_at and row.state != "dispatched" else None
    return read_clock(limit, clock.local(row.dispatched_at).date(), as_of=today, stopped_on=stopped)


def _note_view(row: Order, by: Actor) -> None:
    """Who opened it stands in the asker's footprint."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    on = Subject("order", f"{row.pk}/{row.round}", row.version)
    if has_recent(kind=OrderViewed.kind, on=str(on), actor=f"officer:{by.key}", since=hour):
        return
    with transaction.atomic():
        role = OPERATOR if _dispatches(by) else "officer"
        told = {row.asker: {"number": order_number(row.pk, row.received_at)}} if row.asker else None
        record(OrderViewed(as_role=role), on=on, by=by, purpose="办理诉求", private=told)
