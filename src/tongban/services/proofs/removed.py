"""What becomes of agreed removals when a draft of the item is published or given up; part of those acts."""

from collections.abc import Collection

from django.db.models import F, QuerySet

from tongban.clocks.api import set_due
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.services.kinds import ProofRemoved
from tongban.services.models import ProofRemoval
from tongban.services.schema import ServiceItem


def close_removals(item: ServiceItem, *, by: Actor) -> None:
    """The version in force asks no longer for what was agreed: those proposals have come to their end."""
    gone = {one.proof for one in item.dropped}
    for row in _agreed(item.code, gone):
        version = bump(ProofRemoval, row.pk, seen=None)
        ProofRemoval.objects.filter(pk=row.pk).update(
            state="removed", number=item.version, removed_on=clock.today()
        )
        record(
            ProofRemoved(proof=row.proof, item=item.code, number=item.version),
            on=Subject("proof-removal", str(row.pk), version),
            by=by,
        )


def reopen_removals(code: str, proofs: Collection[str]) -> None:
    """The draft that would have dropped these papers is given up: the agency has to answer anew."""
    rows = _agreed(code, proofs)
    for pk, due_on in rows.values_list("pk", "due_on"):
        set_due(on=f"proof-removal:{pk}", what="answer", day=due_on)
    rows.update(state="proposed", answer="", answered_by="", answered_on=None, version=F("version") + 1)


def _agreed(code: str, proofs: Collection[str]) -> QuerySet[ProofRemoval]:
    return ProofRemoval.objects.filter(item=code, state="agreed", proof__in=[*proofs]).order_by("id")
