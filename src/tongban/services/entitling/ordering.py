"""Ordering a screening, cancelling it, and approving that whom the rule fits is told: acts of the deciding agency."""

import hashlib

from django.db import IntegrityError, transaction

from tongban.journal.api import Actor, Subject, bump, has_recent, record
from tongban.kernel import clock
from tongban.kernel.canonical import canonical
from tongban.kernel.errors import Conflict, NotAllowed, NotFound
from tongban.kernel.sentences import say
from tongban.rules.api import BadRule
from tongban.services.entitling.models import Screening
from tongban.services.entitling.planning import plan_of
from tongban.services.entitling.queries import ScreenedView, ScreeningView, screened_in
from tongban.services.kinds import ScreeningCancelled, ScreeningOrdered, ScreeningViewed, TellingApproved
from tongban.services.queries.guides import get_item


def order_screening(*, item: str, by: Actor) -> int:
    """Have the worker run an item's rule over its register; returns the screening's number.

    Raises:
        NotFound: there is no such item in force.
        NotAllowed: not an examiner of the deciding agency, or a register may not be read as a whole.
        Conflict: the item cannot be screened, or a screening of it is at work.
    """
    terms = get_item(item)
    if not by.has_role("examiner") or by.agency != terms.deciding:
        raise NotAllowed("只有这个事项决定部门的承办人可以安排核对。")
    try:
        plan_of(terms, on=clock.today())
    except BadRule as bad:
        raise Conflict(say("「{title}」的条件不能成批核对，请在事项里改写条件。", title=terms.title)) from bad
    assert terms.eligibility
    said = terms.eligibility.model_dump(mode="json")
    digest = hashlib.sha256(canonical(said["rule"])).hexdigest()
    try:
        with transaction.atomic():
            row = Screening.objects.create(
                item=item,
                item_version=terms.version,
                title=terms.title,
                agency=by.agency,
                eligibility=said,
                rule_digest=digest,
                ordered_by=by.key,
                ordered_at=clock.now(),
            )
            record(
                ScreeningOrdered(item=item, item_version=terms.version, rule=digest),
                on=Subject("screening", str(row.pk), 1),
                by=by,
            )
    except IntegrityError as taken:
        raise Conflict("这个事项已经有一次核对在排队或者运行，请等它完成。") from taken
    return int(row.pk)


def cancel_screening(*, screening: int, by: Actor) -> None:
    """Take back what waits to run.

    Raises:
        NotFound: there is none, or it is another agency's.
        NotAllowed: not an examiner.
        Conflict: it runs already, or is over.
    """
    if not by.has_role("examiner"):
        raise NotAllowed("只有承办人可以取消核对。")
    with transaction.atomic():
        row = _own(screening, by)
        version = bump(Screening, screening)
        if not Screening.objects.filter(pk=screening, state="ordered").update(
            state="cancelled", ended_at=clock.now()
        ):
            raise Conflict("这次核对已经开始或者结束，不能取消。")
        record(ScreeningCancelled(item=row.item), on=Subject("screening", str(screening), version), by=by)


def approve_telling(*, screening: int, seen: int | None, by: Actor) -> None:
    """Approve that everybody whom the rule fits is told; the worker tells them. Telling grants nothing: she applies.

    Raises:
        NotFound: there is none, or it is another agency's.
        NotAllowed: not an approver, or the officer who ordered it.
        Conflict: it is not done, was approved already, nobody fits, or a newer screening is done.
    """
    if not by.has_role("approver"):
        raise NotAllowed("只有批准人可以决定告知。")
    with transaction.atomic():
        row = _own(screening, by)
        if row.ordered_by == by.key:
            raise NotAllowed("核对是您本人安排的，请由另一位批准人决定告知。")
        version = bump(Screening, screening, seen=seen)
        row.refresh_from_db()
        _check_to_tell(row)
        Screening.objects.filter(pk=screening).update(approved_by=by.key, approved_at=clock.now())
        record(
            TellingApproved(item=row.item, people=row.yes),
            on=Subject("screening", str(screening), version),
            by=by,
        )


def open_list(
    view: ScreeningView, which: str, *, after: str = "", limit: int = 50, by: Actor
) -> list[ScreenedView]:
    """A list of a screening for an officer of its agency; journalled once an hour, since it is of people.

    Raises:
        NotFound: there is no such list.
    """
    found = screened_in(view, which, after=after, limit=limit)
    on = Subject("screening", f"{view.id}/{which}", view.version)
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if found and not has_recent(kind=ScreeningViewed.kind, on=str(on), actor=f"officer:{by.key}", since=hour):
        with transaction.atomic():
            record(ScreeningViewed(item=view.item, list=which), on=on, by=by, purpose="免申即享核对")
    return found


def _own(screening: int, by: Actor) -> Screening:
    row = Screening.objects.filter(pk=screening, agency=by.agency).first()
    if row is None:
        raise NotFound("没有这次核对。")
    return row


def _check_to_tell(row: Screening) -> None:
    if row.state != "done":
        raise Conflict("核对还没有完成，不能告知。")
    if row.approved_at:
        raise Conflict("这次核对的结果已经决定告知了。")
    if Screening.objects.filter(item=row.item, pk__gt=row.pk, state="done").exists():
        raise Conflict("这个事项有更新的核对结果，请按新的那一次告知。")
    if not row.yes:
        raise Conflict("没有人符合条件，不用告知。")
