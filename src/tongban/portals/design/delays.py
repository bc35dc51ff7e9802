"""Delays of telling as a table shows them: to those who order them and to those who confirm."""

from django.utils.translation import gettext_lazy as _

from tongban.exchange.api import DelayView, list_delays
from tongban.identity.api import get_agencies
from tongban.portals.design import parts

_STATES = {
    "ordered": parts.Status(_("等复核"), "info"),
    "running": parts.Status(_("延迟中"), "warning"),
    "ended": parts.Status(_("已到止日，本人看得到了"), "success"),
    "returned": parts.Status(_("已退回，照常告知"), "plain"),
}
DelayRow = tuple[DelayView, str, parts.Status, bool]


def delay_rows(*, decided_by: str = "") -> list[DelayRow]:
    """Each delay with agency, state, and whether the officer `decided_by` (a key) may confirm or return it."""
    rows = list_delays()
    agencies = get_agencies({row.consumer for row in rows if row.consumer})
    return [
        (
            row,
            agencies[row.consumer].name if row.consumer in agencies else row.consumer,
            _STATES[row.state],
            bool(decided_by) and row.state == "ordered" and row.ordered_by != decided_by,
        )
        for row in rows
    ]
