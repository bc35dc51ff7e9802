"""What comes due by itself: reminders, proposed cards, cards that late acts change, publication, leads worth a look.

The worker calls `supervise` every second. Nothing is told before the journal is read up to the moment it is due.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from tongban.journal.api import Subject, find_entries, read_up_to, record, system
from tongban.kernel import clock
from tongban.kernel.sentences import say
from tongban.supervision.book import HeldRule, Rulebook, read_book
from tongban.supervision.kinds import (
    CardChanged,
    CardProposed,
    CardPublished,
    CardRaised,
    CardWithdrawn,
    LeadFound,
    ReminderSent,
)
from tongban.supervision.models import Card, Watch
from tongban.supervision.reading import SUBSCRIBER, card_number, successors, term_end
from tongban.supervision.schema import LEVELS
from tongban.supervision.storing import _WATCH
from tongban.supervision.watches import Watched

ROUND = 200
YELLOW = 2
_BY = system("supervision")
#: States that a person's finding gave.
STANDING = ("confirmed", "published")


def supervise() -> int:
    """One round of everything; returns how many watches were told of."""
    told = tell_due()
    publish_due()
    tell_leads()
    return told


def tell_due(*, limit: int = ROUND) -> int:
    """Tell what is due, each step dated to its own moment; returns how many watches had something."""
    until = read_up_to(SUBSCRIBER)
    if until is None or not Watch.objects.filter(next_at__lte=until).exists():
        return 0
    book, heirs = read_book(), successors()
    with transaction.atomic():
        rows = list(
            Watch.objects.select_for_update(skip_locked=True)
            .filter(next_at__lte=until)
            .order_by("next_at", "id")[:limit]
        )
        for row in rows:
            row.agency = heirs.get(row.agency, row.agency)
            _tell(row, book, until)
    return len(rows)


def publish_due() -> int:
    """Publish confirmed cards whose day has come and that no appeal holds up; returns how many."""
    rows = Card.objects.filter(state="confirmed", publish_on__lte=clock.today())
    waiting = list(rows.filter(Q(appealed_at=None) | ~Q(appeal_outcome="")).order_by("id")[:ROUND])
    for one in waiting:
        with transaction.atomic():
            card = Card.objects.select_for_update().select_related("rule").get(pk=one.pk)
            if card.state != "confirmed" or (card.appealed_at and not card.appeal_outcome):
                continue
            card.state, card.published_at, card.version = "published", clock.now(), card.version + 1
            card.save(update_fields=["state", "published_at", "version"])
            act = CardPublished(
                number=card_number(card.pk, card.proposed_at),
                rule=card.rule.code,
                level=LEVELS[card.level],
                agency=card.agency,
                item=card.item,
                breach_at=_words(card.breach_at),
            )
            record(act, on=subject(card), by=_BY)
    return len(waiting)


def tell_leads() -> int:
    """Journal leads that have as many rows as their detector wants, without rows of declared outages; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select lead.id, lead.detector, lead.agency, lead.period, count(*) from supervision_lead lead"
            " join supervision_detector detector on detector.code = lead.detector"
            " join supervision_lead_row row on row.lead_id = lead.id"
            " where lead.told_at is null and lead.rows >= detector.least and not exists"
            " (select from supervision_outage outage where outage.agency = lead.agency and outage.confirmed_by <> ''"
            " and row.occurred_at between outage.begins_at and outage.ends_at)"
            " group by lead.id, detector.least having count(*) >= detector.least order by lead.id"
        )
        found = cursor.fetchall()
    for number, detector, agency, period, rows in found:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "update supervision_lead set told_at = %s, version = version + 1"
                " where id = %s and told_at is null returning version",
                [clock.now(), number],
            )
            if row := cursor.fetchone():
                act = LeadFound(detector=detector, agency=agency, period=period, rows=rows)
                record(act, on=Subject("gaming-lead", str(number), row[0]), by=_BY)
    return len(found)


def subject(card: Card) -> Subject:
    """The card as the object of an act, at the version it has now."""
    return Subject("card", str(card.pk), card.version)


def _tell(row: Watch, book: Rulebook, until: datetime) -> None:
    watched = Watched(**{name: getattr(row, name) for name in _WATCH})
    rule = book.by_id.get(row.rule or 0)
    if watched.level and watched.reached(until) < watched.level:
        _amend(row, watched.reached(until), watched.late)
        watched.level = watched.reached(until)
    step = watched.next_step()
    while step and step[1] <= until and rule:
        watched.level = step[0]
        _step(row, rule, level=step[0], at=step[1])
        step = watched.next_step()
    row.level, row.late = watched.level, None
    row.next_at = step[1] if step and rule else None
    row.version += 1
    row.save(update_fields=["level", "late", "next_at", "version", "agency"])


def _step(row: Watch, rule: HeldRule, *, level: int, at: datetime) -> None:
    told, due_on = [row.agency] if row.agency else [], row.due_on.isoformat() if row.due_on else ""
    if level < YELLOW:
        act = ReminderSent(rule=rule.code, agency=row.agency, object=row.object, due_on=due_on, told=told)
        record(act, on=Subject("watch", str(row.pk), row.version + 1), by=_BY, occurred_at=at)
        return
    card = Card.objects.filter(watch=row).first()
    if card is not None and card.state != "withdrawn":
        if card.state == "dismissed" or card.level >= level:
            return
        card.level, card.version = level, card.version + 1
        if card.state in STANDING:  # a person found yellow, nobody has found red yet
            card.state, card.explain_by = "proposed", term_end("card-explanation")
        card.save(update_fields=["level", "version", "state", "explain_by"])
        number = card_number(card.pk, card.proposed_at)
        act_raised = CardRaised(rule=rule.code, number=number, level=LEVELS[level], told=told)
        record(act_raised, on=subject(card), by=_BY, occurred_at=at)
        return
    card = _proposed(row, rule, level, at, card)
    act_proposed = CardProposed(
        rule=rule.code,
        number=card_number(card.pk, card.proposed_at),
        level=LEVELS[level],
        agency=row.agency,
        item=row.item,
        object=row.object,
        due_on=due_on,
        told=told,
    )
    record(act_proposed, on=subject(card), by=_BY, occurred_at=at, basis=rule.number)


def _proposed(row: Watch, rule: HeldRule, level: int, at: datetime, again: Card | None) -> Card:
    """A new card, or one that was withdrawn and is proposed once more."""
    terms = {
        "rule_id": rule.id,
        "agency": row.agency,
        "owner": row.agency,
        "item": row.item,
        "level": level,
        "breach_at": at,
        "state": "proposed",
        "explain_by": term_end("card-explanation"),
    }
    if again is None:
        return Card.objects.create(watch=row, proposed_at=clock.now(), **terms)
    Card.objects.filter(pk=again.pk).update(**terms, version=again.version + 1, withdrawn_at=None)
    again.refresh_from_db()
    return again


def _amend(row: Watch, level: int, late: UUID | None) -> None:
    """A late act shows that less was wrong: the card says so, and is withdrawn openly if nothing is left."""
    card = Card.objects.select_for_update().filter(watch=row).first()
    if card is None or card.state in {"dismissed", "withdrawn"}:
        return
    entry = next(iter(find_entries([late])), None) if late else None
    words = ""
    if entry:
        gap = entry.recorded_at - entry.occurred_at
        late_by = (
            say("{n} 天", n=gap.days)
            if gap.days
            else say("{n} 小时 {minutes} 分", n=gap.seconds // 3600, minutes=gap.seconds % 3600 // 60)
        )
        words = str(
            say(
                "「{act}」发生在 {at}，晚报 {time}",
                act=entry.title,
                at=_words(entry.occurred_at),
                time=late_by,
            )
        )
    number, before = card_number(card.pk, card.proposed_at), LEVELS[card.level]
    kept = level if level >= YELLOW else 0
    card.version += 1
    card.late_words = words
    if kept:
        card.level = kept
    act = CardChanged(
        number=number,
        entry=str(late or ""),
        late_by=words,
        before=before,
        level=LEVELS[kept],
        told=[card.owner],
    )
    record(act, on=subject(card), by=_BY)
    if not kept:
        card.version += 1
        card.state, card.withdrawn_at = "withdrawn", clock.now()
        card.withdrawn_why = (
            str(say("补报的记录表明没有超期：{words}", words=words)) if words else "补报的记录表明没有超期"
        )
        record(
            CardWithdrawn(number=number, agency=card.agency, why=card.withdrawn_why), on=subject(card), by=_BY
        )
    card.save()


def _words(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"
