"""Telling the agencies that hold grants on a resource what happens to it."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction

from tongban.catalogue.kinds import NoticeSeen
from tongban.catalogue.models import Resource, Told
from tongban.catalogue.policy import OFFICER, OWNER
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed, NotFound


def tell(row: Resource, agencies: Iterable[str], *, what: str, words: str, on: date) -> list[str]:
    """Write a notice to each agency, once each; gives their codes."""
    told = sorted(set(agencies))
    Told.objects.bulk_create(
        Told(
            resource_id=row.code, agency=agency, what=what, words=words, effective_on=on, told_at=clock.now()
        )
        for agency in told
    )
    return told


def acknowledge(*, notice: UUID, by: Actor) -> None:
    """Say that one's agency knows; a second press changes nothing.

    Raises:
        NotFound: no such notice for this agency.
        NotAllowed: neither its resource owner nor its data officer.
    """
    row = Told.objects.filter(pk=notice, agency=by.agency).first() if by.agency else None
    if row is None:
        raise NotFound("没有这条告知，或者它不是给贵部门的。")
    if not (by.has_role(OWNER) or by.has_role(OFFICER)):
        raise NotAllowed("由本部门的资源管理员或者数据专员确认知悉。")
    if row.seen_at is not None:
        return
    with transaction.atomic():
        version = bump(Told, row.pk)
        Told.objects.filter(pk=row.pk).update(seen_at=clock.now(), seen_by=by.key)
        act = NoticeSeen(resource=row.resource_id, what=row.what)
        record(act, on=Subject("told", str(row.pk), version), by=by)
