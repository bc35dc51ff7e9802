"""Libraries above us: how telling them goes, what came back and is mended, and where both sides differ."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.certificates.api import (
    DifferenceView,
    LibraryView,
    OutboxView,
    RunView,
    UpwardView,
    ask_reconciliation,
    differences_of,
    get_upward_row,
    list_libraries,
    mend_row,
    outboxes,
    returned_rows,
    runs_of,
    settle_difference,
)
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.bureau.framing import OWNER, ROLES, frame
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, Text, errors_of
from tongban.portals.design.middleware import actor

PAGE = 50
_DIGITS_MAX = 18
_KINDS: dict[str, Text] = {
    "missing-above": gettext_lazy("上级没有"),
    "missing-here": gettext_lazy("本市没有"),
    "version": gettext_lazy("版本不同"),
    "status": gettext_lazy("状态不同"),
}
#: What to do about a difference of a certificate of ours, and of a copy of one above.
_OURS: dict[str, Text] = {
    "missing-above": gettext_lazy("以本市的记录为准：重新报送。"),
    "missing-here": gettext_lazy("本市没有签发过：请与上级证照库核对是谁报送的。"),
    "version": gettext_lazy("以本市的记录为准：重新报送。"),
    "status": gettext_lazy("以本市的记录为准：重新报送。"),
}
_THEIRS: dict[str, Text] = {
    "missing-above": gettext_lazy("以上级的记录为准：再取一次，仍然没有的标为「其他」。"),
    "version": gettext_lazy("以上级的记录为准：取回最新的一份。"),
    "status": gettext_lazy("以上级的记录为准：取回最新的一份。"),
}


@officers(*ROLES)
@require_safe
def above(request: HttpRequest) -> HttpResponse:
    """The libraries, and how telling each of them goes."""
    who = actor(request)
    held = outboxes(by=who)
    context = {
        **frame(who, here="above"),
        "rows": [(one, held[one.code], _state(one, held[one.code])) for one in list_libraries()],
    }
    return render(request, "bureau/above.html", context)


@officers(*ROLES)
@require_safe
def returned(request: HttpRequest) -> HttpResponse:
    """The error-return table: what waits to be mended, the oldest first."""
    who = actor(request)
    found = returned_rows(who, after=_uuid(request.GET.get("after", "")), limit=PAGE + 1)
    rows = found[:PAGE]
    context = {
        **frame(who, here="returned"),
        "rows": rows,
        "following": f"?after={rows[-1].id}" if len(found) > PAGE else "",
        "continued": "after" in request.GET,
    }
    return render(request, "bureau/returned.html", context)


@officers(*ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, row: UUID) -> HttpResponse:
    """One row: what the library says of it, and what may be mended."""
    who = actor(request)
    view = get_upward_row(row, by=who)
    problem: BadInput | None = None
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in view.told}
        seen = request.POST.get("seen", "")
        try:
            mend_row(row=row, values=given, seen=int(seen) if seen.isdecimal() else None, by=who)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("bureau:returned"))
    fields = _fields(request, view, problem)
    context = {
        **frame(who, here="returned"),
        "view": view,
        "rows": _rows(view),
        "fields": fields if view.state == "returned" else [],
        "errors": errors_of(fields),
        "mine": who.has_role(OWNER) and who.agency == view.issuer,
    }
    return render(request, "bureau/upward_row.html", context, status=422 if problem else 200)


@officers(*ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def library(request: HttpRequest, code: str) -> HttpResponse:
    """One library: its reconciliations and the differences of one; a press asks for the next."""
    who = actor(request)
    one = next((found for found in list_libraries() if found.code == code), None)
    if one is None:
        raise NotFound(_("没有这个上级证照库。请从「上级证照库」打开。"))
    if request.method == "POST":
        ask_reconciliation(code, by=who)
        return HttpResponseRedirect(request.path)
    runs = runs_of(code, by=who)
    chosen = _chosen(runs, _uuid(request.GET.get("run", "")))
    after = request.GET.get("after", "")
    after = after if after.isascii() and after.isdecimal() and len(after) <= _DIGITS_MAX else ""
    found = differences_of(chosen.id, by=who, after=int(after or 0), limit=PAGE + 1) if chosen else []
    rows = found[:PAGE]
    context = {
        **frame(who, here="above"),
        "one": one,
        "outbox": outboxes(by=who)[code],
        "runs": [(run, _run_state(run)) for run in runs],
        "chosen": chosen,
        "waits": any(run.ended_at is None for run in runs),
        "rows": [(row, *_difference(row)) for row in rows],
        "following": f"?run={chosen.id}&after={rows[-1].id}" if chosen and len(found) > PAGE else "",
        "continued": bool(request.GET),
    }
    return render(request, "bureau/library.html", context)


@officers(*ROLES)
@require_POST
def settle(request: HttpRequest, code: str, difference: int) -> HttpResponse:
    """Mend a difference: ours is sent again, theirs is fetched."""
    settle_difference(difference, by=actor(request))
    return HttpResponseRedirect(reverse("bureau:library", args=[code]))


def _state(one: LibraryView, outbox: OutboxView) -> parts.Status:
    fault = outbox.fault_words or one.fault_words
    if fault:
        return parts.Status(_("连不通：{fault}").format(fault=_(fault)), "danger")
    return parts.Status(_("正常"), "success") if one.looked_at else parts.Status(_("还没有往来"))


def _run_state(run: RunView) -> parts.Status:
    if run.ended_at is None:
        return parts.Status(_("正在对账"), "info")
    if run.fault_words:
        return parts.Status(_("没有对成：{fault}").format(fault=_(run.fault_words)), "danger")
    left = run.differences - run.settled
    if left:
        return parts.Status(_("{n} 条差异待处理").format(n=left), "warning")
    return parts.Status(_("一致") if not run.differences else _("差异已处理"), "success")


def _chosen(runs: list[RunView], asked: UUID | None) -> RunView | None:
    ended = [run for run in runs if run.ended_at and not run.fault_words]
    return next((run for run in ended if run.id == asked), ended[0] if ended else None)


def _difference(row: DifferenceView) -> tuple[parts.Status, Text, str]:
    """What differs, what to do, and the word on the button."""
    words = (_THEIRS if row.mirrored else _OURS)[row.kind]
    buttons = {"resend": _("重新报送"), "fetch": _("取回最新的一份")}
    tone: parts.Tone = "success" if row.settled_at else "warning"
    return parts.Status(str(_KINDS[row.kind]), tone), words, buttons.get(row.acts, "")


def _rows(view: UpwardView) -> list[parts.Row]:
    version = _("第 {n} 版，第 {revision} 次报送").format(n=view.certificate_version, revision=view.revision)
    rows = [
        parts.Row(_("证照编号"), view.number),
        parts.Row(_("持证主体"), view.holder_name),
        parts.Row(_("证照标识"), view.identifier),
        parts.Row(_("签发机关"), view.issuer_name),
        parts.Row(_("报送给"), view.library_title),
        parts.Row(_("版本"), version),
    ]
    if view.code:
        rows.append(parts.Row(_("退回代码"), view.code))
        rows.append(parts.Row(_("退回原因"), view.reason or _("上级没有写")))
    if view.behind:
        rows.append(parts.Row(_("后面的版本"), _("还有 {n} 个版本在等这一行").format(n=view.behind)))
    return rows


def _fields(request: HttpRequest, view: UpwardView, problem: BadInput | None) -> list[Field]:
    errors = {problem.field or "area": str(problem)} if problem else {}
    given = {name: request.POST.get(name, value) for name, value in view.told.items()}
    return [
        Field(
            name="area",
            label=_("属地区划代码"),
            hint=_("证照所属的县（市、区），六位数字，例如 990102。"),
            value=given["area"],
            error=errors.get("area", ""),
            inputmode="numeric",
            width="short",
        ),
        Field(
            name="holder_code_type",
            label=_("持证主体代码类型"),
            kind="select",
            options=(
                Option("", _("不写")),
                Option("111", _("公民身份号码（111）")),
                Option("001", _("统一社会信用代码（001）")),
            ),
            value=given["holder_code_type"],
            required=False,
            error=errors.get("holder_code_type", ""),
        ),
        Field(
            name="matter",
            label=_("关联办件编号"),
            hint=_("由哪一件办件签发；补录的存量证照没有。"),
            value=given["matter"],
            required=False,
            error=errors.get("matter", ""),
            width="medium",
        ),
    ]


def _uuid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
