"""How an order comes in: a resident writes it, a hotline operator hears it, another system brings it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from tongban.cases.api import CaseBrief, case_brief
from tongban.identity.api import find_holder, is_id_number
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotAllowed
from tongban.kernel.sentences import say
from tongban.participation.entries import moment_words, note_order, order_number
from tongban.participation.kinds import OrderReceived
from tongban.participation.models import Order
from tongban.participation.policy import CONTACT_MAX, check_operator, check_words
from tongban.participation.terms import ORDINARY, desk, dispatch_end, find_class, find_urgency
from tongban.services.api import get_items

#: Said again within so many days after it was closed, it was closed but not solved.
AGAIN_DAYS = 15


@dataclass(frozen=True)
class About:
    """What an order is about, as it was given; the case's item and agency stand in for what was left out."""

    item: str = ""
    case: str = ""


def place_order(*, order_class: str, words: str, item: str = "", case: str = "", by: Actor) -> int:
    """A resident says what is wrong, about an item, a case of her own, or neither; returns the order's id.

    Raises:
        BadInput: no class, no words, an item or a case that is not there or not hers.
        NotAllowed: an officer, or somebody's agent.
    """
    if by.person is None or by.represents:
        raise NotAllowed("诉求由本人提出。工作人员接到来电，请在热线派单页面登记。")
    row = Order(
        origin="page",
        asker=by.person,
        order_class=find_class(order_class).code,
        urgency=ORDINARY,
        words=check_words(words, field="words", what="您的诉求"),
    )
    return receive(row, About(item, case), by=by)


def take_order(
    *,
    origin: str,
    order_class: str,
    urgency: str,
    words: str,
    caller: str = "",
    contact: str = "",
    id_number: str = "",
    item: str = "",
    case: str = "",
    by: Actor,
) -> int:
    """An operator writes down what somebody says on the telephone or at the window; returns the order's id.

    With the caller's identity number she finds the order under her own affairs; without, she is called back.

    Raises:
        BadInput: no class, urgency, words, no way to call back, or what is wrong with number, item or case.
        NotAllowed: nobody of the desk.
    """
    check_operator(by, desk().agency)
    if origin not in {"phone", "window"}:
        raise BadInput("请选择来电还是来窗口。", field="origin")
    asker = known_asker(id_number)
    row = Order(
        origin=origin,
        asker=asker,
        order_class=find_class(order_class).code,
        urgency=find_urgency(urgency).code,
        words=check_words(words, field="words", what="诉求内容"),
        caller=check_contact(caller, field="caller"),
        contact=check_contact(contact, field="contact"),
    )
    if asker is None and not row.contact:
        raise BadInput("没有身份号码的，请留下回访电话。", field="contact")
    return receive(row, About(item, case), by=by)


def receive(row: Order, about: About, *, by: Actor) -> int:
    """Link, give it its hours, keep it and journal it.

    Raises:
        BadInput: an item or a case that is not there, or is not the asker's.
    """
    _link(row, about)
    row.received_at = clock.now()
    row.dispatch_by = dispatch_end(find_urgency(row.urgency), row.received_at)
    with transaction.atomic():
        again = _said_before(row)
        row.save(force_insert=True)
        act = OrderReceived(
            came_by=row.origin,
            order_class=row.order_class,
            urgency=row.urgency,
            item=row.item,
            agency=again.agency if again else row.suggested,
            dispatch_by=moment_words(row.dispatch_by),
            again_of=order_number(again.pk, again.received_at) if again else "",
            told=[desk().agency],
        )
        note_order(act, row, version=1, by=by, said={"words": row.words})
    return row.pk


def known_asker(id_number: str) -> UUID | None:
    """Whose number it is; None where none was given.

    Raises:
        BadInput: it is none, or nobody here has it.
    """
    number = id_number.strip().upper()
    if not number:
        return None
    holder = find_holder(number) if is_id_number(number) else None
    if holder is None:
        raise BadInput("没有查到这个公民身份号码，请核对；也可以不填，留回访电话。", field="id_number")
    return holder.subject


def check_contact(given: str, *, field: str) -> str:
    """A name or a telephone number, short.

    Raises:
        BadInput: too long.
    """
    text = given.replace("\0", "").strip()
    if len(text) > CONTACT_MAX:
        raise BadInput(say("请写在 {n} 字以内。", n=CONTACT_MAX), field=field)
    return text


def find_links(row: Order, about: About) -> tuple[str, str, str]:
    """Item, case and the agency that they point to.

    Raises:
        BadInput: an item or a case that is not there, or is not the asker's.
    """
    case: CaseBrief | None = None
    if number := about.case.strip():
        case = case_brief(number)
        if case is None or (row.asker and case.applicant != row.asker):
            raise BadInput("没有这个编号的办件，或者它不是提出诉求的人的。请核对办件编号。", field="case")
    code = about.item.strip() or (case.item if case else "")
    item = get_items([code]).get(code) if code else None
    if about.item.strip() and item is None:
        raise BadInput("没有这个事项，请从列表里选。", field="item")
    return code, case.number if case else "", case.agency if case else item.deciding if item else ""


def _link(row: Order, about: About) -> None:
    row.item, row.case_number, row.suggested = find_links(row, about)


def _said_before(row: Order) -> Order | None:
    """An order of the same person about the same thing that was closed not long ago."""
    if row.asker is None or not (row.case_number or row.item):
        return None
    since = clock.now() - timedelta(days=AGAIN_DAYS)
    earlier = Order.objects.filter(asker=row.asker, state="closed", closed_at__gte=since)
    same = earlier.filter(case_number=row.case_number) if row.case_number else earlier.filter(item=row.item)
    return same.order_by("-pk").first()
