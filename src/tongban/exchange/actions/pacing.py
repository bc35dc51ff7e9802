"""What supervisors and data officers do about leads: look and write down what it was; slow a subsystem down or not."""

from uuid import UUID

from django.db import transaction

from tongban.exchange.kinds import AnomalySeen, SlowingSet, SubsystemPaced
from tongban.exchange.metering.models import Lead
from tongban.exchange.models import Subsystem
from tongban.exchange.policy import check_data_officer, check_words
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.kernel.sentences import say

PACE_MAX = 10_000
#: Who may look at leads.
WATCHERS = ("auditor", "supervisor")


def see_lead(*, lead: UUID, words: str, seen: int | None, by: Actor) -> None:
    """Write down what a lead was; from then on only what comes later makes a new one.

    Raises:
        NotAllowed: not a supervisor.
        NotFound: there is none.
        BadInput: no words.
        Conflict: somebody looked at it since `seen`.
    """
    if not any(by.has_role(role) for role in WATCHERS):
        raise NotAllowed("线索由监督员或者审计员核看，您没有这个角色。")
    text = check_words(words, field="words")
    with transaction.atomic():
        version = bump(Lead, lead, seen=seen)
        row = Lead.objects.get(pk=lead)
        if row.seen_at is not None:
            raise Conflict("这条线索已经有人核看过了，结论写在页面上。")
        now = clock.real_now()
        Lead.objects.filter(pk=lead).update(seen_at=now, until=now, seen_by=by.key, words=text)
        record(
            AnomalySeen(subsystem=row.subsystem, pattern=row.pattern, words=text),
            on=Subject("lead", str(lead), version),
            by=by,
        )


def pace_subsystem(*, subsystem: str, pace: int | None, reason: str, by: Actor) -> None:
    """Let a subsystem make so many calls a second in each process; None gives it everybody's share again.

    Raises:
        NotAllowed: not a data officer.
        NotFound: there is no such subsystem.
        BadInput: no reason, or a number out of range.
    """
    check_data_officer(by)
    text = check_words(reason, field="reason")
    if pace is not None and not 1 <= pace <= PACE_MAX:
        raise BadInput(say("每秒次数应在 1 到 {n} 之间。", n=PACE_MAX), field="pace")
    with transaction.atomic():
        version = _bumped(subsystem)
        Subsystem.objects.filter(pk=subsystem).update(pace=pace)
        act = SubsystemPaced(pace=pace or 0, reason=text)
        record(act, on=Subject("subsystem", subsystem, version), by=by)


def set_slowing(*, subsystem: str, by_itself: bool, by: Actor) -> None:
    """Decide whether a subsystem is slowed down by itself when something strange is found.

    Raises:
        NotAllowed: not a data officer.
        NotFound: there is no such subsystem.
    """
    check_data_officer(by)
    with transaction.atomic():
        version = _bumped(subsystem)
        Subsystem.objects.filter(pk=subsystem).update(slows_itself=by_itself)
        record(SlowingSet(by_itself=by_itself), on=Subject("subsystem", subsystem, version), by=by)


def _bumped(subsystem: str) -> int:
    try:
        return bump(Subsystem, subsystem)
    except NotFound as missing:
        raise NotFound(say("没有子系统 {code}。", code=subsystem)) from missing
