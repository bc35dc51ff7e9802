"""The ledger's home: both logs with their signed heads, who watches them, the last audit; and the public entries."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.identity.api import get_agencies
from tongban.journal.api import EntryView, all_kinds, public_entries, waiting_since
from tongban.kernel import clock
from tongban.kernel.ids import moment_of
from tongban.ledger.api import LogHead, WitnessState, last_audit, log_heads, witness_states
from tongban.portals.design import limits, parts
from tongban.portals.design.access import everybody
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import visitor
from tongban.portals.public.views.proving import Asked, ask, shown

#: An entry is in the log within seconds; when one waits so long, the log stands still.
STOPPED_AFTER = timedelta(minutes=2)
PAGE = 50
_ALL = "all"
_INDEX_DIGITS_MAX = 18


@dataclass(frozen=True)
class Log:
    """A log as the page shows it; `stopped` says since when how many entries wait, empty while it grows."""

    head: LogHead
    title: str
    words: str
    stopped: str
    witnesses: tuple[WitnessState, ...]


@everybody
@limits.limited(lambda: limits.VERIFICATION, names="entry")
@require_safe
def ledgers(request: HttpRequest) -> HttpResponse:
    """Both logs, how to check them without us, and one act looked up."""
    given = request.GET.get("entry", "").strip()[:100]
    asked = ask(given, visitor(request)) if given else Asked()
    field = Field(
        name="entry",
        label=_("账目编号、证照核验码、文件指纹，或您自己的办件编号"),
        hint=_("账目编号在办件的“账本证明”页上；也可以写账本和序号，例如 public 12；用办件编号要先登录。"),
        value=given,
        error=asked.error,
        width="long",
    )
    witnesses = witness_states()
    context = {
        "logs": _logs(witnesses),
        "outside": any(one.outside for one in witnesses),
        "witnessed": bool(witnesses),
        "audit": _audit(last_audit()),
        "field": field,
        "file_field": Field(
            name="file",
            label=_("选一个文件"),
            kind="file",
            hint=_(
                "电子证照的文本、导入过的清单或者证明文件。浏览器在您的电脑上算出指纹，文件不会上传；证明文件会送来核对。"
            ),
        ),
        "errors": errors_of([field]),
        **shown(asked),
    }
    return render(request, "public/trust.html", context, status=asked.status)


@everybody
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """What the public log holds, newest first, by kind; paged by log index."""
    kinds = {name: kind.title for name, kind in sorted(all_kinds().items()) if kind.origin == "public"}
    chosen = request.GET.get("kind", _ALL)
    before = request.GET.get("before", "")
    start = (
        int(before) if before.isascii() and before.isdigit() and len(before) <= _INDEX_DIGITS_MAX else None
    )
    kind = chosen if chosen in kinds else ""
    found = public_entries(kind=kind, before=start, limit=PAGE + 1)
    rows = found[:PAGE]
    agencies = get_agencies({row.agency for row in rows if row.agency})
    context = {
        "field": Field(
            name="kind",
            label=_("种类"),
            kind="select",
            options=(Option(_ALL, _("全部")), *(Option(name, title) for name, title in kinds.items())),
            value=kind or _ALL,
        ),
        "rows": [(row, agencies[row.agency].name if row.agency in agencies else "") for row in rows],
        "following": f"?kind={kind or _ALL}&before={rows[-1].log_index}" if len(found) > PAGE else "",
        "newest": f"?kind={kind or _ALL}" if start is not None else "",
    }
    return render(request, "public/entries.html", context)


def _logs(witnesses: list[WitnessState]) -> list[Log]:
    heads = {head.origin: head for head in log_heads()}
    told = (
        ("acts", _("办理动作"), _("每一步办理、每一次读数的承诺值。内容不公开，当事人自己能打开自己的。")),
        ("public", _("公开事项"), _("内容包、办事指南、公钥这些人人可读的事，内容也在账里。")),
    )
    return [
        Log(
            heads[origin],
            title,
            words,
            _stopped(heads[origin]),
            tuple(one for one in witnesses if one.origin == origin),
        )
        for origin, title, words in told
        if origin in heads
    ]


def _stopped(head: LogHead) -> str:
    waiting = waiting_since(head.origin, size=head.size)
    if waiting is None or clock.real_now() - moment_of(waiting[0]) < STOPPED_AFTER:
        return ""
    since = f"{clock.local(moment_of(waiting[0])):%Y-%m-%d %H:%M}"
    words = _("这本账停了：{since} 以来有 {n} 条已经记录，还没有入账。办事不受影响，运维人员正在处理。")
    return words.format(since=since, n=waiting[1])


def _audit(done: EntryView | None) -> list[parts.Row]:
    if done is None:
        return []
    said = done.content
    sizes = said["sizes"] if isinstance(said["sizes"], dict) else {}
    scope = _("抽查 {n} 条") if said["sampled"] else _("逐条核对 {n} 条")
    found = _("没有发现问题") if said["findings"] == 0 else _("发现 {n} 处问题").format(n=said["findings"])
    logs = "，".join(f"{name} {size}" for name, size in sizes.items())
    return [
        parts.Row(_("时间"), f"{clock.local(done.recorded_at):%Y-%m-%d %H:%M:%S}"),
        parts.Row(_("范围"), f"{scope.format(n=said['checked'])}（{logs}）"),
        parts.Row(
            _("结果"), found, action=_("看这一条"), action_url=reverse("public:ledger-entry", args=[done.id])
        ),
    ]
