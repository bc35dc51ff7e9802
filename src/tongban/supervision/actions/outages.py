"""Declared outages, mergers of agencies, what a lead was, and breaches that people report."""

from datetime import date, datetime

from django.db import transaction

from tongban.identity.api import get_agencies
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.kernel.sentences import say
from tongban.supervision.kinds import AgencySucceeded, LeadSeen, OutageConfirmed, OutageDeclared
from tongban.supervision.models import Card, GamingLead, Outage, Succession, Watch
from tongban.supervision.policy import check_declarer, check_other_person, check_watcher, check_words


def declare_outage(
    *, begins_at: datetime, ends_at: datetime, serials: tuple[str, str], reason: str, by: Actor
) -> int:
    """Say that the agency's own system did not work for a time; it counts when a second person confirms it.

    Raises:
        BadInput: no reason, or an end that is not after the begin.
        NotAllowed: neither speaks for the agency nor sits at its window.
    """
    check_declarer(by)
    text = check_words(reason, field="reason", what="故障原因")
    if ends_at <= begins_at:
        raise BadInput("结束时间应在开始时间之后。", field="ends_at")
    if begins_at > clock.now():
        raise BadInput("故障要在发生以后申报。", field="begins_at")
    with transaction.atomic():
        row = Outage.objects.create(
            agency=by.agency,
            begins_at=begins_at,
            ends_at=ends_at,
            serials_from=serials[0].strip()[:60],
            serials_to=serials[1].strip()[:60],
            reason=text,
            declared_by=by.key,
            declared_at=clock.now(),
        )
        act = OutageDeclared(
            agency=by.agency,
            begins_at=clock.local(begins_at).isoformat(timespec="minutes"),
            ends_at=clock.local(ends_at).isoformat(timespec="minutes"),
            serials="–".join(one for one in (row.serials_from, row.serials_to) if one),
            reason=text,
        )
        record(act, on=Subject("outage", str(row.pk), 1), by=by)
    return row.pk


def confirm_outage(*, outage: int, agreed: bool, seen: int | None, by: Actor) -> None:
    """A second person confirms or refuses it.

    Raises:
        NotAllowed, Conflict, StaleObject: no supervisor or the same person, decided already, somebody acted since.
    """
    check_watcher(by)
    with transaction.atomic():
        version = bump(Outage, outage, seen=seen)
        row = Outage.objects.get(pk=outage)
        check_other_person(by, than=row.declared_by, what="复核故障")
        if row.confirmed_by or row.refused:
            raise Conflict("这次故障已经复核过。")
        row.refused = not agreed
        if agreed:
            row.confirmed_by, row.confirmed_at = by.key, clock.now()
        row.save(update_fields=["refused", "confirmed_by", "confirmed_at"])
        record(
            OutageConfirmed(agency=row.agency, confirmed=agreed),
            on=Subject("outage", str(outage), version),
            by=by,
        )


def see_gaming_lead(*, lead: int, words: str, seen: int | None, by: Actor) -> None:
    """Write down what a lead was.

    Raises:
        BadInput: no words.
        NotAllowed, NotFound, Conflict, StaleObject: no supervisor, no such lead, seen already, somebody acted since.
    """
    check_watcher(by)
    text = check_words(words, field="words", what="核看结论")
    with transaction.atomic():
        version = bump(GamingLead, lead, seen=seen)
        row = GamingLead.objects.get(pk=lead)
        if row.seen_at:
            raise Conflict("这条线索已经核看过。")
        row.words, row.seen_at, row.seen_by = text, clock.now(), by.key
        row.save(update_fields=["words", "seen_at", "seen_by"])
        act = LeadSeen(detector=row.detector, agency=row.agency, words=text)
        record(act, on=Subject("gaming-lead", str(lead), version), by=by)


def note_succession(*, agency: str, successor: str, since: date, by: Actor) -> int:
    """An agency was merged into another: its open cards and watches are the successor's; returns how many cards.

    What was published stays under the name it had. A renamed agency keeps its code, so nothing has to be noted.

    Raises:
        BadInput: the same agency, or a merger in a circle.
        NotFound, NotAllowed, Conflict: no such agency, no supervisor, noted already.
    """
    check_watcher(by)
    if missing := {agency, successor} - get_agencies({agency, successor}).keys():
        raise NotFound(say("没有这个部门：{codes}。", codes="、".join(sorted(missing))))
    if agency == successor or Succession.objects.filter(agency=successor, successor=agency).exists():
        raise BadInput("承接的部门应是另一个部门，也不能互相承接。", field="successor")
    if Succession.objects.filter(agency=agency).exists():
        raise Conflict("这个部门的合并已经登记过。")
    with transaction.atomic():
        Succession.objects.create(agency=agency, successor=successor, since=since, noted_by=by.key)
        open_cards = Card.objects.filter(owner=agency).exclude(state__in=["dismissed", "withdrawn"])
        moved = open_cards.update(owner=successor)
        Watch.objects.filter(agency=agency, ended_at=None).update(agency=successor)
        act = AgencySucceeded(agency=agency, successor=successor, since=since.isoformat(), cards=moved)
        record(act, on=Subject("agency", agency, 1), by=by)
    return moved
