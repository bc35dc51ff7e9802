"""Pausing a register for maintenance, and taking it up again."""

from django.db import transaction

from tongban.journal.api import Act, Actor, Subject, bump, record
from tongban.kernel.errors import BadInput, NotAllowed
from tongban.registers.kinds import RegisterPaused, RegisterResumed
from tongban.registers.models import Register


def pause_register(*, name: str, reason: str, by: Actor) -> None:
    """Stop a register from answering; those who ask get `silent` and go on by hand.

    Raises:
        NotAllowed: the officer does not own the agency's resources.
        BadInput: no reason.
    """
    if not reason.strip():
        raise BadInput("请写明停机原因，办事人会看到它。", field="reason")
    _set_paused(name, RegisterPaused(register=name, reason=reason), paused=True, by=by)


def resume_register(*, name: str, by: Actor) -> None:
    """Let a register answer again.

    Raises:
        NotAllowed: the officer does not own the agency's resources.
    """
    _set_paused(name, RegisterResumed(register=name), paused=False, by=by)


def _set_paused(name: str, act: Act, *, paused: bool, by: Actor) -> None:
    agency = Register.objects.values_list("agency", flat=True).get(pk=name)
    if not by.has_role("resource-owner") or by.agency != agency:
        raise NotAllowed("只有登记簿所属部门的资源管理员可以停机或恢复。")
    with transaction.atomic():
        version = bump(Register, name)
        Register.objects.filter(pk=name).update(paused=paused)
        record(act, on=Subject("register", name, version), by=by)
