"""Systems outside and drops of batches: how they do, and the rows behind each number."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tongban.catalogue.api import get_resources
from tongban.exchange.api import (
    NEWEST,
    UpstreamCall,
    UpstreamHealth,
    ended_calls,
    source_health,
    unanswered_calls,
)
from tongban.identity.api import get_agencies
from tongban.kernel.errors import NotFound
from tongban.portals.bureau.framing import frame
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor
from tongban.registers.api import BatchView, DropHealth, batches_of, drop_health

PAGE = 50
#: So many sentences about rows stand on the page; the file or the table that came has them all.
ERRORS_SHOWN = 20
_TONES: dict[str, parts.Tone] = {
    "unasked": "plain",
    "well": "success",
    "failing": "warning",
    "open": "danger",
    "trying": "warning",
}
_WORST_FIRST = ("open", "trying", "failing", "well", "unasked")
_BATCH_WORDS = {
    "waiting": gettext_lazy("等其余的"),
    "refused": gettext_lazy("退回"),
    "landed": gettext_lazy("已入库"),
}
_BATCH_TONES: dict[str, parts.Tone] = {"waiting": "warning", "refused": "danger", "landed": "success"}


@officers("data-officer")
@require_safe
def system(request: HttpRequest) -> HttpResponse:
    """One system outside: its breaker, its times, the questions without an end, the newest ones that ended."""
    origin = request.GET.get("at", "")
    found = [one for one in source_health() if one.system == origin]
    if not found:
        raise NotFound(_("没有绑定这个地址上的外部系统。请从「来源健康」打开。"))
    ended = ended_calls(origin, before=_query_key(request.GET.get("before", "")), limit=PAGE + 1)
    shown, lost = ended[:PAGE], unanswered_calls(origin)
    resources = get_resources({*found[0].resources, *(one.resource for one in (*shown, *lost))})
    names = {code: resource.name for code, resource in resources.items()}
    agencies = get_agencies({one.consumer for one in (*shown, *lost)})
    short = {code: agency.short_name for code, agency in agencies.items()}
    key = f"{shown[-1].ended_at.isoformat()}_{shown[-1].query}" if shown and shown[-1].ended_at else ""
    context = {
        **frame(actor(request), here="overview"),
        "one": found[0],
        "state": parts.Status(found[0].state_words, _TONES[found[0].state]),
        "times": _times(found[0]),
        "resources": [(code, names.get(code, code)) for code in found[0].resources],
        "newest": NEWEST,
        "ended": _call_rows(shown, names, short),
        "lost": _call_rows(lost, names, short),
        "following": f"?{urlencode({'at': origin, 'before': key})}" if len(ended) > PAGE else "",
        "continued": "before" in request.GET,
    }
    return render(request, "bureau/system.html", context)


@officers("data-officer")
@require_safe
def drop(request: HttpRequest, code: str) -> HttpResponse:
    """One drop: since when it cannot be looked at, and its batches, those that wait or were sent back if asked so."""
    found = [one for one in drop_health() if one.code == code]
    if not found:
        raise NotFound(_("没有这个前置投放。请从「来源健康」打开。"))
    state = request.GET.get("state", "")
    states = (state,) if state in _BATCH_WORDS else tuple(_BATCH_WORDS)
    batches = batches_of(
        code, states=states, before=_batch_key(request.GET.get("before", "")), limit=PAGE + 1
    )
    shown = batches[:PAGE]
    asked = {"state": state} if state in _BATCH_WORDS else {}
    key = f"{shown[-1].seen_at.isoformat()}_{shown[-1].number}" if shown else ""
    address = reverse("bureau:health-drop", args=[code])
    context = {
        **frame(actor(request), here="overview"),
        "one": found[0],
        "state": _drop_state(found[0]),
        "choices": [
            (_("全部"), address, not asked),
            *((str(words), f"{address}?state={one}", one == state) for one, words in _BATCH_WORDS.items()),
        ],
        "batches": [_batch_row(one) for one in shown],
        "shown_errors": ERRORS_SHOWN,
        "following": f"?{urlencode({**asked, 'before': key})}" if len(batches) > PAGE else "",
        "continued": "before" in request.GET,
    }
    return render(request, "bureau/drop.html", context)


def system_rows(
    found: Sequence[UpstreamHealth],
) -> list[tuple[UpstreamHealth, parts.Status, str, str]]:
    """Each system with its state, its times and its own page; the worst first."""
    ranked = sorted(found, key=lambda one: (_WORST_FIRST.index(one.state), -one.unanswered, one.system))
    return [
        (
            one,
            parts.Status(one.state_words, _TONES[one.state]),
            _times(one),
            f"{reverse('bureau:health-system')}?{urlencode({'at': one.system})}",
        )
        for one in ranked
    ]


def drop_rows(found: Sequence[DropHealth]) -> list[tuple[DropHealth, parts.Status, str]]:
    """Each drop with its state and its own page; those that cannot be looked at first, then those that wait."""
    ranked = sorted(found, key=lambda one: (not one.fault, -one.waiting, -one.refused, one.code))
    return [(one, _drop_state(one), reverse("bureau:health-drop", args=[one.code])) for one in ranked]


def _drop_state(one: DropHealth) -> parts.Status:
    if one.fault:
        return parts.Status(_("不能读取"), "danger")
    if one.looked_at is None:
        return parts.Status(_("还没有看过"))
    if one.waiting:
        return parts.Status(_("有没到齐的批次"), "warning")
    return parts.Status(_("正常"), "success")


def _times(one: UpstreamHealth) -> str:
    if one.times.p50_s is None or one.times.p95_s is None:
        return ""
    return _("一半在 {p50} 秒内，95% 在 {p95} 秒内").format(
        p50=f"{one.times.p50_s:.2f}", p95=f"{one.times.p95_s:.2f}"
    )


def _call_rows(
    calls: Sequence[UpstreamCall], names: dict[str, str], agencies: dict[str, str]
) -> list[tuple[UpstreamCall, str, str, str]]:
    """Each question with its resource, who asked, and its seconds."""
    return [
        (
            one,
            names.get(one.resource, one.resource),
            agencies.get(one.consumer, one.consumer),
            "" if one.seconds is None else f"{one.seconds:.2f}",
        )
        for one in calls
    ]


def _batch_row(one: BatchView) -> tuple[BatchView, parts.Status, tuple[tuple[int, str], ...], int]:
    """A batch, its state, the first sentences about its rows, and how many more there are."""
    status = parts.Status(str(_BATCH_WORDS[one.state]), _BATCH_TONES[one.state])
    return one, status, one.errors[:ERRORS_SHOWN], max(0, len(one.errors) - ERRORS_SHOWN)


def _query_key(given: str) -> tuple[datetime, UUID] | None:
    """Where a list goes on; None, so from its beginning, for anything that is no such place."""
    at, _bar, query = given.partition("_")
    try:
        return _moment(at), UUID(query)
    except ValueError:
        return None


def _batch_key(given: str) -> tuple[datetime, str] | None:
    at, _bar, number = given.partition("_")
    try:
        return None if "\0" in number else (_moment(at), number)
    except ValueError:
        return None


def _moment(text: str) -> datetime:
    made = datetime.fromisoformat(text)
    if made.tzinfo is None:
        raise ValueError("a moment without a zone is none")
    return made
