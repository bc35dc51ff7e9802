"""Sending notices where people want to be told: planned with the notice, sent by the worker, tried again when it fails.

A message is sent outside any transaction. Who sends first moves its next try ahead, so that two workers do not send the
same; a worker killed between sending and noting it sends a second copy under the same id.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from tongban.journal.api import title_of
from tongban.kernel import clock
from tongban.notices.contacts import masked, quiet_until
from tongban.notices.models import Contact, Sending, Template
from tongban.notices.ports import AddressRefused, ChannelDown, channel_of

#: From one try to the next; after the last it is given up: three days in all, so that a server may be down for one.
DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    *(timedelta(hours=8),) * 9,
)
#: As long as a try may take; who died meanwhile is succeeded after it.
LEASE = timedelta(minutes=2)
BATCH = 20
FAULT_MAX = 300

_PLAN = """
insert into notices_sending (notice_id, channel, address, state, tries, next_at, template, fault)
select notice.id, contact.channel, contact.address, 'waiting', 0, %(now)s, '', ''
from notices_notice notice join notices_contact contact on contact.person = notice.person
where notice.entry = %(entry)s and contact.is_on
on conflict do nothing
"""
_TAKE = """
update notices_sending set next_at = %(lease)s, tries = tries + 1
where id in (
    select id from notices_sending where state = 'waiting' and next_at <= %(now)s
    order by next_at limit %(limit)s for update skip locked)
returning id
"""


@dataclass(frozen=True)
class SendingView:
    """What became of one message to a person."""

    title: str
    channel: str
    address: str
    state: str
    tries: int
    at: datetime


def plan_sendings(entry: UUID) -> None:
    """Line up the notices of an entry for those who want to be told elsewhere too; once, however often it is called."""
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, {"entry": entry, "now": clock.real_now()})


def send_notices(*, limit: int = BATCH) -> int:
    """Send what is due, up to `limit`; returns how many were handed over. For the worker, with no transaction open."""
    now = clock.real_now()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"now": now, "lease": now + LEASE, "limit": limit})
        taken = [row[0] for row in cursor.fetchall()]
    if not taken:
        return 0
    rows = list(Sending.objects.filter(pk__in=taken).select_related("notice").order_by("pk"))
    contacts = {
        (row.person, row.channel): row
        for row in Contact.objects.filter(person__in={row.notice.person for row in rows})
    }
    words = _templates()
    return sum(_send(row, contacts.get((row.notice.person, row.channel)), words) for row in rows)


def sendings_of(person: UUID, *, limit: int = 20) -> list[SendingView]:
    """What was lately sent to a person, or waits, or failed; newest first."""
    rows = (
        Sending.objects.filter(notice__person=person)
        .select_related("notice")
        .order_by("-notice_id", "channel")
    )
    return [
        SendingView(
            title_of(row.notice.kind),
            row.channel,
            masked(row.channel, row.address),
            row.state,
            row.tries,
            row.sent_at or row.next_at,
        )
        for row in rows[:limit]
    ]


def _send(row: Sending, contact: Contact | None, words: dict[str, Template]) -> bool:
    """Send one; whether it was handed over."""
    now, port = clock.real_now(), channel_of(row.channel)
    if contact is None or not contact.is_on or contact.address != row.address:
        row.delete()
        return False
    if ends := quiet_until(contact, now):
        _put_off(row, ends, tries=row.tries - 1)
        return False
    template = words.get(row.notice.kind) or words.get("*")
    if port is None or template is None:
        _put_off(row, now + DELAYS[-1], fault="no channel" if port is None else "no words in the packs")
        return False
    said = _said(row, template)
    try:
        port.send(row.address, message=f"notice-{row.pk}", **said)
    except AddressRefused as refused:
        _finish(row, "failed", str(refused))
        return False
    except ChannelDown as down:
        if row.tries > len(DELAYS):
            _finish(row, "failed", str(down))
        else:
            _put_off(row, now + DELAYS[row.tries - 1], fault=str(down))
        return False
    row.template = f"{template.kind}@{template.version}"
    _finish(row, "sent", "")
    return True


def _said(row: Sending, template: Template) -> dict[str, str]:
    case = row.notice.case_number
    places = {
        "city": settings.TONGBAN_CITY,
        "title": title_of(row.notice.kind),
        "case": f"（{case}）" if case else "",
        "address": settings.TONGBAN_ORIGIN,
    }
    return {name: getattr(template, name).format(**places) for name in ("subject", "text", "short")}


def _put_off(row: Sending, until: datetime, *, fault: str = "", tries: int | None = None) -> None:
    row.next_at, row.fault = until, fault[:FAULT_MAX]
    row.tries = row.tries if tries is None else tries
    row.save(update_fields=["next_at", "fault", "tries"])


def _finish(row: Sending, state: str, fault: str) -> None:
    row.state, row.fault, row.sent_at = state, fault[:FAULT_MAX], clock.real_now()
    row.save(update_fields=["state", "fault", "sent_at", "template"])


def _templates() -> dict[str, Template]:
    """The newest words by kind."""
    return {row.kind: row for row in Template.objects.order_by("kind", "version")}
