"""The hotline's desk: what came in and by when it has to be sent on; what a caller says is written down here."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tongban.kernel.errors import BadInput
from tongban.participation.api import (
    OPERATOR,
    PAGE,
    desk_orders,
    extensions_asked,
    order_classes,
    take_order,
    urgencies,
)
from tongban.portals.counter.views.home import frame
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.ordered import ORIGINS, STATES, order_lamp, order_tag

_SHOWN = {
    "received": STATES["received"],
    "answered": gettext_lazy("待回访"),
    "dispatched": STATES["dispatched"],
}
_SHOWN |= {"closed": STATES["closed"]}


@officers(OPERATOR)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Orders at the desk by their hour; of the other states the newest; extensions to decide."""
    who = actor(request)
    state = request.GET.get("state", "received")
    state = state if state in _SHOWN else "received"
    before = request.GET.get("before", "")
    found = desk_orders(
        by=who, state=state, before=int(before) if before.isascii() and before.isdigit() else None
    )
    rows = found[:PAGE]
    context = {
        **frame(who, here="hotline"),
        "rows": [(row, order_lamp(row), order_tag(row), ORIGINS[row.origin]) for row in rows],
        "asked": [(row, order_lamp(row)) for row in extensions_asked(by=who)] if state == "received" else [],
        "states": [(code, words, code == state) for code, words in _SHOWN.items()],
        "state": state,
        "following": f"?state={state}&before={rows[-1].id}"
        if len(found) > PAGE and state != "received"
        else "",
    }
    return render(request, "counter/hotline.html", context)


@officers(OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write down what somebody says on the telephone or at the window."""
    who = actor(request)
    problem: BadInput | None = None
    said = {name: request.POST.get(name, "") for name in _NAMES}
    if request.method == "POST":
        try:
            made = take_order(**said, by=who)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("counter:order", args=[made]))
    fields = _fields(said, problem)
    context = {**frame(who, here="hotline"), "fields": fields, "errors": errors_of(fields)}
    return render(request, "counter/hotline_new.html", context, status=422 if problem else 200)


_NAMES = ("origin", "order_class", "urgency", "words", "caller", "contact", "id_number", "item", "case")


def class_and_urgency(order_class: str, urgency: str, errors: dict[str | None, str]) -> list[Field]:
    """The two questions that give the limits."""
    return [
        Field(
            name="order_class",
            label=_("类型"),
            kind="select",
            options=tuple(
                Option(one.code, _("{title}（{limit}）").format(title=one.title, limit=one.limit))
                for one in order_classes()
            ),
            value=order_class,
            error=errors.get("order_class", ""),
        ),
        Field(
            name="urgency",
            label=_("紧急程度"),
            kind="radios",
            options=tuple(
                Option(one.code, one.title, _("{n} 小时内派单").format(n=one.hours)) for one in urgencies()
            ),
            value=urgency,
            error=errors.get("urgency", ""),
        ),
    ]


def _fields(said: dict[str, str], problem: BadInput | None) -> list[Field]:
    errors: dict[str | None, str] = {problem.field: str(problem)} if problem else {}

    def box(name: str, label: str, *, hint: str = "", required: bool = False) -> Field:
        return Field(
            name=name,
            label=label,
            hint=hint,
            width="long",
            value=said[name],
            required=required,
            error=errors.get(name, ""),
        )

    origin = Field(
        name="origin",
        label=_("怎么来的"),
        kind="radios",
        options=(Option("phone", ORIGINS["phone"]), Option("window", ORIGINS["window"])),
        value=said["origin"],
        error=errors.get("origin", ""),
    )
    words = Field(
        name="words",
        label=_("说了什么，希望怎么解决"),
        kind="textarea",
        value=said["words"],
        error=errors.get("words", ""),
    )
    return [
        origin,
        words,
        *class_and_urgency(said["order_class"], said["urgency"], errors),
        box("caller", _("怎么称呼")),
        box("contact", _("回访电话"), hint=_("没有身份号码的必须留。")),
        box("id_number", _("公民身份号码"), hint=_("有账户的，本人能在“我的诉求”里看到进度。")),
        box("case", _("办件编号"), hint=_("说的是哪一件办件，知道就填。")),
        box("item", _("事项代码"), hint=_("没有办件的，知道就填。")),
    ]
