"""Who may call the gateway: subsystems and the stops that act on the next call; their keys are in `keys.py`."""

from django.db import transaction

from tongban.catalogue.api import get_resource
from tongban.exchange.kinds import (
    GrantStopped,
    SubsystemRegistered,
    SubsystemRenamed,
    SubsystemStarted,
    SubsystemStopped,
)
from tongban.exchange.models import Binding, Grant, Subsystem
from tongban.exchange.policy import (
    check_data_officer,
    check_stopper,
    check_subsystem_code,
    check_title,
    check_words,
)
from tongban.identity.api import get_agency
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, NotFound
from tongban.kernel.sentences import say


def register_subsystem(*, code: str, title: str, by: Actor) -> None:
    """Make a system of an agency known to the gateway by its code `class/member/subsystem`; the member is the agency.

    Raises:
        NotAllowed: not a data officer.
        BadInput: the code has another form, or there is no name.
        NotFound: there is no such agency.
        Conflict: it is registered already.
    """
    check_data_officer(by)
    agency, name = get_agency(check_subsystem_code(code)).code, check_title(title)
    with transaction.atomic():
        _row, made = Subsystem.objects.get_or_create(
            pk=code, defaults={"agency": agency, "title": name, "source": f"edit:{by.key}"}
        )
        if not made:
            raise Conflict(say("子系统 {code} 已经登记过。", code=code))
        record(SubsystemRegistered(agency=agency, name=name), on=Subject("subsystem", code, 1), by=by)


def rename_subsystem(code: str, *, title: str, seen: int | None = None, by: Actor) -> None:
    """Give a subsystem another name; its code, by which it is known, stays for ever.

    Raises:
        NotAllowed: not a data officer.
        BadInput: no name.
        NotFound: there is no such subsystem.
        StaleObject: somebody acted on it since `seen`.
    """
    check_data_officer(by)
    name = check_title(title)
    with transaction.atomic():
        version = bump(Subsystem, code, seen=seen)
        Subsystem.objects.filter(pk=code).update(title=name)
        record(SubsystemRenamed(name=name), on=Subject("subsystem", code, version), by=by)


def stop_subsystem(code: str, *, reason: str, seen: int | None = None, by: Actor) -> None:
    """Stop a subsystem: from the next call on, in every process, it is refused.

    Raises:
        NotAllowed: not a data officer.
        BadInput: no reason.
        NotFound: there is no such subsystem.
        Conflict: it is stopped already.
    """
    check_data_officer(by)
    words = check_words(reason, field="reason")
    with transaction.atomic():
        version = bump(Subsystem, code, seen=seen)
        if not Subsystem.objects.filter(pk=code, stopped_at=None).update(stopped_at=clock.now()):
            raise Conflict("这个子系统已经停用。")
        record(SubsystemStopped(reason=words), on=Subject("subsystem", code, version), by=by)


def start_subsystem(code: str, *, reason: str, seen: int | None = None, by: Actor) -> None:
    """Let a stopped subsystem call again, with the keys that are still valid.

    Raises:
        NotAllowed: not a data officer.
        BadInput: no reason.
        NotFound: there is no such subsystem.
        Conflict: it is not stopped.
    """
    check_data_officer(by)
    words = check_words(reason, field="reason")
    with transaction.atomic():
        version = bump(Subsystem, code, seen=seen)
        if not Subsystem.objects.filter(pk=code).exclude(stopped_at=None).update(stopped_at=None):
            raise Conflict("这个子系统没有停用，不用恢复。")
        record(SubsystemStarted(reason=words), on=Subject("subsystem", code, version), by=by)


def stop_grant(code: str, *, reason: str, by: Actor) -> None:
    """Stop a grant: from the next call on, in every process, nothing is read under it.

    Raises:
        NotAllowed: neither the owner of the resource nor a data officer.
        NotFound: there is no such grant.
        BadInput: no reason.
        Conflict: it is stopped or handed back already.
    """
    row = Grant.objects.filter(pk=code).first()
    if row is None:
        raise NotFound(f"没有授权 {code}。")
    check_stopper(by, provider=get_resource(row.resource).agency)
    words = check_words(reason, field="reason")
    with transaction.atomic():
        version = bump(Grant, code)
        if not Grant.objects.filter(pk=code, stopped_at=None).update(stopped_at=clock.now()):
            raise Conflict("这项授权已经停用或者交还了。")
        record(GrantStopped(reason=words, resource=row.resource), on=Subject("grant", code, version), by=by)


def renew_plans(resource: str) -> None:
    """Say that something changed that answers are made from; processes make their statements anew at the next call."""
    bump(Binding, resource)
