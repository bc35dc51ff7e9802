"""Who may call the gateway: the systems, and one with its keys, what it may read and what it called."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tongban.exchange.api import (
    OUTCOME_WORDS,
    CallView,
    KeyView,
    SubsystemView,
    calls_of,
    expiring_keys,
    get_subsystem,
    grants_held,
    keys_of,
    register_subsystem,
    registered_subsystems,
)
from tongban.identity.api import get_agencies, list_agencies
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.bureau.callers import OVERLAP_DAYS, carry_out, forms_of
from tongban.portals.bureau.framing import frame
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, FieldError, Option, Text, errors_of
from tongban.portals.design.middleware import actor
from tongban.services.api import titles_of

PAGE = 50
CALLS = 30
KEY_STATES: dict[str, parts.Status] = {
    "valid": parts.Status(gettext_lazy("有效"), "success"),
    "ending": parts.Status(gettext_lazy("快到期"), "warning"),
    "over": parts.Status(gettext_lazy("已到期"), "plain"),
    "revoked": parts.Status(gettext_lazy("已撤销"), "plain"),
}
GRANT_STATES: dict[str, parts.Status] = {
    "running": parts.Status(gettext_lazy("可以读"), "success"),
    "coming": parts.Status(gettext_lazy("还没开始"), "info"),
    "stopped": parts.Status(gettext_lazy("已停用"), "danger"),
    "over": parts.Status(gettext_lazy("已到期"), "plain"),
}
_GOOD = {OUTCOME_WORDS["fetched"], OUTCOME_WORDS["verified"]}
SUITES: dict[str, Text] = {"token": gettext_lazy("令牌"), "address": gettext_lazy("信任地址")}


@officers("data-officer")
@require_safe
def callers(request: HttpRequest) -> HttpResponse:
    """Keys that run out first; then the systems by code."""
    after = request.GET.get("after", "")
    found = registered_subsystems(after=after, limit=PAGE + 1)
    rows, ending = found[:PAGE], [] if after else expiring_keys()
    agencies = get_agencies({row.agency for row in rows})
    context = {
        **frame(actor(request), here="callers"),
        "rows": [
            (
                row,
                agencies[row.agency].name if row.agency in agencies else row.agency,
                _state(row),
                _page(row.code),
            )
            for row in rows
        ],
        "ending": [(key, SUITES.get(key.suite, key.suite), _page(key.subsystem)) for key in ending],
        "following": f"?after={rows[-1].code}" if len(found) > PAGE else "",
        "paged": bool(after),
    }
    return render(request, "bureau/callers.html", context)


@officers("data-officer")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A system is registered under its agency; keys are added on its own page."""
    who, bad = actor(request), None
    given = {
        name: request.POST.get(name, "").replace("\0", "").strip() for name in ("agency", "system", "title")
    }
    if request.method == "POST":
        code = f"GOV/{given['agency']}/{given['system']}"
        try:
            if not given["agency"]:
                raise BadInput(_("请选择它是哪个部门的系统。"), field="agency")
            register_subsystem(code=code, title=given["title"], by=who)
        except BadInput as problem:
            bad = problem
        else:
            return HttpResponseRedirect(_page(code))
    wrong = {("system" if bad.field == "code" else bad.field or "title"): str(bad)} if bad else {}
    fields = [
        Field(name="agency", label=_("部门"), kind="select", value=given["agency"], error=wrong.get("agency", ""),
              options=tuple(Option(one.code, one.name) for one in list_agencies())),
        Field(name="system", label=_("系统编号"), value=given["system"], error=wrong.get("system", ""), width="medium",
              hint=_("字母、数字、点、横线和下划线，例如 inspection；以后不能改。")),
        Field(name="title", label=_("系统名称"), value=given["title"], error=wrong.get("title", ""), width="long"),
    ]  # fmt: skip
    context = {**frame(who, here="callers"), "fields": fields, "errors": errors_of(fields)}
    return render(request, "bureau/caller_new.html", context, status=422 if bad else 200)


@officers("data-officer")
@require_http_methods(["GET", "HEAD", "POST"])
def caller(request: HttpRequest, member_class: str, member: str, system: str) -> HttpResponse:
    """One system; each act is a form of this page, and a new token is shown in the answer to its form, once."""
    who, code = actor(request), f"{member_class}/{member}/{system}"
    shown = get_subsystem(code)
    if request.method != "POST":
        return _caller(request, who, shown)
    try:
        token = carry_out(request.POST, code, who)
    except KeyError as unknown:
        raise NotFound(_("没有这个动作。请从页面上的按钮办理。")) from unknown
    except BadInput as bad:
        return _caller(request, who, shown, bad=bad)
    if token:
        return _caller(request, who, get_subsystem(code), token=token)
    return HttpResponseRedirect(_page(code))


def _caller(
    request: HttpRequest,
    who: Actor,
    shown: SubsystemView,
    *,
    bad: BadInput | None = None,
    token: str = "",
) -> HttpResponse:
    post = request.POST if bad else None
    forms = forms_of(shown, post=post, bad=bad)
    calls = calls_of(shown.code, before=_id(request.GET.get("before", "")), limit=CALLS + 1)
    grants = grants_held(shown.code)
    agencies = {
        code: one.name
        for code, one in get_agencies({shown.agency, *(one.provider for one in grants)}).items()
    }
    kinds = titles_of({kind for one in grants for kind in one.case_kinds})
    context = {
        **frame(who, here="callers"),
        "system": shown,
        "agency": agencies.get(shown.agency, shown.agency),
        "state": _state(shown),
        "key_rows": [_key_row(key, post, bad) for key in keys_of(shown.code)],
        "grants": [
            (one, agencies.get(one.provider, one.provider), GRANT_STATES[one.state],
             [kinds.get(kind, kind) for kind in one.case_kinds])
            for one in grants
        ],
        "calls": [(one, _ended(one)) for one in calls[:CALLS]],
        "following": f"?before={calls[CALLS - 1].id}#calls" if len(calls) > CALLS else "",
        "forms": forms,
        "errors": [error for form in forms for error in form.errors]
        or ([FieldError("keys", str(bad))] if bad else []),
        "token": token,
    }  # fmt: skip
    response = render(request, "bureau/caller.html", context, status=422 if bad else 200)
    if token:
        response.headers["Cache-Control"] = "no-store"
    return response


def _key_row(
    key: KeyView, post: QueryDict | None, bad: BadInput | None
) -> tuple[KeyView, Text, parts.Status, Field]:
    """A key with the field for its earlier end; `end-until` is proposed two weeks ahead."""
    mine = bool(post and post.get("verb") == "end" and post.get("end-key") == key.id)
    proposed = (clock.local(clock.real_now()).date() + timedelta(days=OVERLAP_DAYS)).isoformat()
    field = Field(
        name="end-until",
        label=_("用到哪天为止"),
        kind="date",
        width="short",
        value=post.get("end-until", "") if post and mine else proposed,
        error=str(bad) if bad and mine else "",
    )
    return key, SUITES.get(key.suite, key.suite), KEY_STATES[key.state], field


def _ended(call: CallView) -> parts.Status | None:
    if call.refused:
        return parts.Status(_("拒绝"), "danger")
    return parts.Status(call.ended, "success" if call.ended in _GOOD else "warning") if call.ended else None


def _state(system: SubsystemView) -> parts.Status:
    return parts.Status(_("已停用"), "danger") if system.stopped_at else parts.Status(_("在用"), "success")


def _page(code: str) -> str:
    return reverse("bureau:caller", args=code.split("/"))


def _id(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
