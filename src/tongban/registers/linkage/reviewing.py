"""Deciding pairs that the weights leave open: an officer sees both records and says whether they are one."""

from django.db import transaction

from tongban.journal.api import Actor, Subject, bump, has_recent, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotFound
from tongban.registers.kinds import PairDecided, PairsViewed
from tongban.registers.linkage.models import VERDICTS, Pair
from tongban.registers.linkage.ordering import own_linkage
from tongban.registers.linkage.queries import PairView, waiting_pairs

NOTE_MAX = 200


def open_pairs(linkage: str, *, by: Actor, limit: int = 1) -> list[PairView]:
    """The pairs that wait for a decision, the likeliest first; journalled once an hour, since people are in them.

    Raises:
        NotFound: there is no such linkage, or it is another agency's.
        NotAllowed: not its data officer.
    """
    row = own_linkage(linkage, by)
    found = waiting_pairs(linkage, limit=limit)
    on = Subject("linkage", linkage, row.version)
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if found and not has_recent(kind=PairsViewed.kind, on=str(on), actor=f"officer:{by.key}", since=hour):
        with transaction.atomic():
            record(PairsViewed(linkage=linkage), on=on, by=by, purpose=row.purpose)
    return found


def decide_pair(*, pair: int, verdict: str, note: str = "", seen: int | None = None, by: Actor) -> None:
    """Say of two records whether they are one. It holds in every later run; what the records say is kept no longer.

    Raises:
        NotFound: there is no such pair, or it is another agency's.
        NotAllowed: not the data officer of its linkage.
        BadInput: no verdict, or a note that is too long; `field` names it.
        Conflict: somebody decided it meanwhile.
    """
    if verdict not in VERDICTS:
        raise BadInput("请选择：同一个、不是同一个，还是说不准。", field="verdict")
    if len(note) > NOTE_MAX:
        raise BadInput("说明最多 200 个字。", field="note")
    with transaction.atomic():
        row = Pair.objects.filter(pk=pair).first()
        if row is None:
            raise NotFound("没有这一对记录，可能下一次关联已经不再问它。")
        linkage = own_linkage(row.linkage_id, by)
        version = bump(Pair, pair, seen=seen)
        kept = [{name: one[name] for name in ("field", "level", "weight")} for one in row.reasons]
        Pair.objects.filter(pk=pair).update(
            verdict=verdict, note=note.strip(), decided_by=by.key, decided_at=clock.now(), reasons=kept
        )
        act = PairDecided(linkage=linkage.pk, pair=pair, verdict=verdict)
        record(act, on=Subject("linkage-pair", str(pair), version), by=by, purpose=linkage.purpose)
