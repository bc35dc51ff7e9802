"""Call-backs by lot: the desk draws closed orders, calls, and notes what the asker said."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tongban.cases.api import rating_levels
from tongban.identity.api import get_agencies
from tongban.kernel.errors import BadInput, Problem
from tongban.participation.api import (
    DRAW_MAX,
    OPERATOR,
    PAGE,
    CallBackView,
    call_backs,
    draw_call_backs,
    get_call_back,
    note_sample,
)
from tongban.portals.counter.views.home import frame
from tongban.portals.counter.views.intake import seen_of
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.ordered import order_rows

#: What the asker may have said of it, as the form names it, and whether it is solved; None: nobody was reached.
_HEARD: dict[str, tuple[str | Promise, bool | None]] = {
    "yes": (gettext_lazy("解决了"), True),
    "no": (gettext_lazy("没有解决"), False),
    "away": (gettext_lazy("没有联系上"), None),
}
DRAWN = "10"


@officers(OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def samples(request: HttpRequest) -> HttpResponse:
    """Orders that the lot fell on, and the form that draws more; `noted` shows those that were called."""
    who = actor(request)
    problem: Problem | None = None
    given = request.POST.get("amount", DRAWN)
    if request.method == "POST":
        try:
            draw_call_backs(amount=_number(given) or 0, by=who)
        except Problem as refused:
            problem = refused
        else:
            return HttpResponseRedirect(request.path)
    noted = request.GET.get("noted") == "1"
    found = call_backs(by=who, noted=noted, before=_number(request.GET.get("before", "")))
    rows = found[:PAGE]
    agencies = get_agencies({row.order.agency for row in rows})
    amount = Field(
        name="amount",
        label=_("抽几件"),
        kind="number",
        width="tiny",
        hint=_("从最近办结、还没有回访过的里面随机抽，一次最多 {n} 件。").format(n=DRAW_MAX),
        value=given,
        error=str(problem) if problem else "",
    )
    context = {
        **frame(who, here="hotline"),
        "rows": [(row, agencies[row.order.agency].name, _tag(row)) for row in rows],
        "noted": noted,
        "following": f"?noted=1&before={rows[-1].id}" if noted and len(found) > PAGE else "",
        "amount": amount,
        "errors": errors_of([amount]),
    }
    return render(request, "counter/samples.html", context, status=problem.status if problem else 200)


@officers(OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def sample(request: HttpRequest, call_back: int) -> HttpResponse:
    """One drawn order: what was asked and answered, and the form of the call."""
    who = actor(request)
    problem: BadInput | None = None
    if request.method == "POST":
        heard = request.POST.get("solved", "")
        try:
            note_sample(
                call_back=call_back,
                reached=heard != "away",
                solved=_HEARD[heard][1] if heard in _HEARD else None,
                level=_number(request.POST.get("level", "")),
                words=request.POST.get("words", ""),
                seen=seen_of(request),
                by=who,
            )
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("counter:samples"))
    view = get_call_back(call_back, by=who)
    fields = [] if view.called_at else _fields(request, problem)
    context = {
        **frame(who, here="hotline"),
        "row": view,
        "tag": _tag(view),
        "level": next((one.title for one in rating_levels() if one.level == view.level), ""),
        "facts": order_rows(view.order, staff=True),
        "fields": fields,
        "errors": errors_of(fields),
    }
    return render(request, "counter/sample.html", context, status=422 if problem else 200)


def _fields(request: HttpRequest, problem: BadInput | None) -> list[Field]:
    errors: dict[str | None, str] = {problem.field: str(problem)} if problem else {}
    return [
        Field(
            name="solved",
            label=_("本人说"),
            kind="radios",
            options=tuple(Option(code, words) for code, (words, _solved) in _HEARD.items()),
            value=request.POST.get("solved", ""),
            error=errors.get("solved", ""),
        ),
        Field(
            name="level",
            label=_("本人满不满意"),
            kind="radios",
            hint=_("没有联系上的不填。"),
            required=False,
            options=tuple(Option(str(one.level), one.title) for one in rating_levels()),
            value=request.POST.get("level", ""),
            error=errors.get("level", ""),
        ),
        Field(
            name="words",
            label=_("回访的情况"),
            kind="textarea",
            hint=_("什么时候打的，本人怎么说。记下以后不能改。"),
            value=request.POST.get("words", ""),
            error=errors.get("words", ""),
        ),
    ]


def _tag(view: CallBackView) -> parts.Status:
    if view.called_at is None:
        return parts.Status(_("待回访"), "info")
    if view.solved is None:
        return parts.Status(_("没有联系上"))
    return parts.Status(_("解决了"), "success") if view.solved else parts.Status(_("没有解决"), "warning")


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
