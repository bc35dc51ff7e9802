"""Deputies (代理): from one day to another a colleague stands in for an absent approver; his acts say for whom."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from tongban.cases.formalities.kinds import DeputyEnded, DeputyNamed
from tongban.cases.formalities.policy import check_deputy
from tongban.cases.models import Deputy
from tongban.cases.policy import check_words
from tongban.identity.api import officers_with
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, NotAllowed
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say

#: Whose acts a deputy may do, and who may be one.
ABSENT_ROLES = ("approver", "head")
_DEPUTY_ROLES = ("examiner", "approver", "head")
LISTED = 50


@dataclass(frozen=True)
class DeputyView:
    """Who stands in for whom; `state` is coming, now or over."""

    id: UUID
    officer: str
    officer_name: str
    deputy: str
    deputy_name: str
    begins_on: date
    ends_on: date
    reason: str
    state: str
    version: int


def name_deputy(*, deputy: str, begins_on: date, ends_on: date, reason: str, by: Actor) -> UUID:
    """Name a colleague who stands in for `by`; two for one officer do not overlap, nor does a deputy have a deputy.

    Raises:
        NotAllowed: neither approver nor head.
        BadInput: not a colleague, days that do not fit, no reason.
        Conflict: somebody stands in for him on one of the days, or he stands in for somebody.
    """
    why = check_words(reason, field="reason", what="代理的原因")
    if not any(by.has_role(role) for role in ABSENT_ROLES):
        raise NotAllowed("只有批准人和机关负责人可以指定代理人。")
    check_deputy(by.key, deputy, begins_on, ends_on, colleagues=colleagues(by.agency), today=clock.today())
    with transaction.atomic():
        held = Deputy.objects.select_for_update().filter(
            agency=by.agency, ended_on=None, begins_on__lte=ends_on, ends_on__gte=begins_on
        )
        for one in held.order_by("begins_on"):
            if one.officer == by.key:
                raise Conflict(
                    say(
                        "{begins} 到 {ends} 已经有人代理您，请先结束。",
                        begins=one.begins_on,
                        ends=one.ends_on,
                    )
                )
            if one.deputy == by.key:
                raise Conflict("这几天您在代理别人，代理不能再转给第三个人。")
            if one.officer == deputy:
                raise Conflict("这几天对方自己也由别人代理，请另选一位。")
        row = Deputy.objects.create(
            id=uuid7(),
            agency=by.agency,
            officer=by.key,
            deputy=deputy,
            begins_on=begins_on,
            ends_on=ends_on,
            reason=why,
            named_by=by.key,
            named_on=clock.today(),
        )
        act = DeputyNamed(
            officer=by.key, deputy=deputy, begins_on=begins_on.isoformat(), ends_on=ends_on.isoformat()
        )
        record(act, on=Subject("deputy", str(row.id), 1), by=by)
    return row.id


def end_deputy(*, deputy: UUID, seen: int | None, by: Actor) -> None:
    """The absent officer is back: from now on nobody stands in for him.

    Raises:
        NotFound: there is none.
        NotAllowed: another officer's.
        Conflict: it is over.
        StaleObject: changed since `seen`.
    """
    with transaction.atomic():
        version = bump(Deputy, deputy, seen=seen)
        row = Deputy.objects.get(pk=deputy)
        if row.officer != by.key:
            raise NotAllowed("只有被代理的本人可以提前结束代理。")
        if row.ended_on or row.ends_on < clock.today():
            raise Conflict("代理已经结束了。")
        Deputy.objects.filter(pk=deputy).update(ended_on=clock.today())
        act = DeputyEnded(officer=row.officer, deputy=row.deputy)
        record(act, on=Subject("deputy", str(deputy), version), by=by)


def deputies_of(by: Actor) -> list[DeputyView]:
    """Who stands in for whom in an officer's agency, the newest first."""
    names = colleagues(by.agency)
    rows = Deputy.objects.filter(agency=by.agency).order_by("-begins_on", "-id")[:LISTED]
    return [
        DeputyView(
            row.id,
            row.officer,
            names.get(row.officer, row.officer),
            row.deputy,
            names.get(row.deputy, row.deputy),
            row.begins_on,
            row.ends_on,
            row.reason,
            _state(row),
            row.version,
        )
        for row in rows
    ]


def colleagues(agency: str) -> dict[str, str]:
    """Who may stand in at an agency, by number with the name."""
    return {one.key: one.name for role in _DEPUTY_ROLES for one in officers_with(role, agency=agency)}


def _state(row: Deputy) -> str:
    today = clock.today()
    if row.ended_on or row.ends_on < today:
        return "over"
    return "coming" if row.begins_on > today else "now"
