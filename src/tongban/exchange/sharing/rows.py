"""A request under its lock, and the clock it runs under."""

from tongban.clocks.api import Limit, Pause
from tongban.exchange.sharing.models import Dispute, SharingRequest
from tongban.journal.api import bump


def take(request: int, seen: int | None) -> tuple[SharingRequest, int]:
    """The request under its lock, at its new version.

    Raises:
        NotFound: there is none.
        StaleObject: somebody acted on it since `seen`.
    """
    version = bump(SharingRequest, request, seen=seen)
    return SharingRequest.objects.get(pk=request), version


def limit_kept(row: SharingRequest | Dispute) -> Limit:
    """The limit as it stood when the request, or the tier of a dispute, began."""
    unit = "day" if row.limit_unit == "day" else "working_day"
    return Limit(row.limit_amount, unit, row.basis, row.verified)  # type: ignore[arg-type]


def pauses_of(row: SharingRequest) -> list[Pause]:
    """While the asker completes his request its days do not count."""
    if row.missing_on is None:
        return []
    return [Pause(row.missing_on, row.supplemented_on, "等申请部门补齐材料", row.basis)]
