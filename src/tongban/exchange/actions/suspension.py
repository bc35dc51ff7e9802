"""Items of running grants that the catalogue shares more narrowly are suspended; the rest of the grant stands."""

from collections.abc import Iterable, Sequence

from django.db.models import F, Q, QuerySet

from tongban.catalogue.ports import Holder
from tongban.exchange.kinds import GrantResumed, GrantSuspended
from tongban.exchange.models import Binding, Grant
from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock


class Grants:
    """Keeps the grants for the catalogue (`catalogue.ports.GrantKeeper`)."""

    def holders(self, resource: str) -> list[Holder]:
        """Who holds grants in force on a resource."""
        return [Holder(row.consumer, row.code, tuple(row.items)) for row in _running(resource)]

    def suspend(self, resource: str, items: Sequence[str], *, why: str, by: Actor) -> list[Holder]:
        """Suspend just these items of running grants, in the caller's transaction, each grant journalled."""
        changed = []
        for row in _running(resource).select_for_update():
            lost = _in_order(row.items, set(items) - set(row.suspended))
            if not lost:
                continue
            row.suspended = [*row.suspended, *lost]
            act = GrantSuspended(grant=row.code, resource=resource, items=lost, why=why)
            record(act, on=Subject("grant", row.code, 1), by=by)
            changed.append((row, Holder(row.consumer, row.code, tuple(lost))))
        return _kept(changed)

    def changed(self, resource: str) -> None:
        """The gateway makes its statements anew."""
        Binding.objects.filter(pk=resource).update(version=F("version") + 1)

    def resume(self, resource: str, items: Sequence[str], *, by: Actor) -> list[Holder]:
        """Give back items that were suspended, in the caller's transaction, each grant journalled."""
        changed = []
        for row in _running(resource).select_for_update():
            back = _in_order(row.suspended, set(items))
            if not back:
                continue
            row.suspended = [item for item in row.suspended if item not in back]
            record(
                GrantResumed(grant=row.code, resource=resource, items=back),
                on=Subject("grant", row.code, 1),
                by=by,
            )
            changed.append((row, Holder(row.consumer, row.code, tuple(back))))
        return _kept(changed)


def _kept(changed: Sequence[tuple[Grant, Holder]]) -> list[Holder]:
    Grant.objects.bulk_update([row for row, _holder in changed], ["suspended"])
    return [holder for _row, holder in changed]


def _in_order(items: Sequence[str], wanted: Iterable[str]) -> list[str]:
    asked = set(wanted)
    return [item for item in items if item in asked]


def _running(resource: str) -> QuerySet[Grant]:
    today = clock.today()
    return Grant.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), resource=resource).order_by("code")
