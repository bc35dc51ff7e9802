"""What she told the city: her orders, a new one, and whether a reply solved it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases.api import my_cases
from tongban.journal.api import Actor
from tongban.kernel.errors import BadInput
from tongban.participation.api import (
    OrderView,
    confirm_limit,
    confirm_order,
    desk_of,
    get_order,
    my_orders,
    order_acts,
    order_classes,
    place_order,
)
from tongban.portals.design.access import people
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.ordered import (
    case_link,
    order_clocks,
    order_events,
    order_lamp,
    order_rows,
    order_tag,
)
from tongban.services.api import get_items


@people
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """Everything she said, newest first."""
    _agency, phone = desk_of()
    rows = [(one, order_tag(one), order_lamp(one)) for one in my_orders(actor(request))]
    return render(request, "citizen/orders.html", {"rows": rows, "phone": phone, "here": "mine"})


@people
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Say what is wrong; about a case of hers, an item, or neither."""
    who = actor(request)
    problem: BadInput | None = None
    if request.method == "POST":
        kind, _colon, code = request.POST.get("about", "").partition(":")
        try:
            made = place_order(
                order_class=request.POST.get("order_class", ""),
                words=request.POST.get("words", ""),
                item=code if kind == "item" else "",
                case=code if kind == "case" else "",
                by=who,
            )
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("citizen:order", args=[made]))
    fields = _fields(request, who, problem)
    _agency, phone = desk_of()
    context = {"fields": fields, "errors": errors_of(fields), "phone": phone, "here": "mine"}
    return render(request, "citizen/order_new.html", context, status=422 if problem else 200)


@people
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, order: int) -> HttpResponse:
    """One order with its clock and its way; she alone, or the day that passes, closes it."""
    who = actor(request)
    problem: BadInput | None = None
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            confirm_order(
                order=order,
                solved=request.POST.get("verb") == "solved",
                words=request.POST.get("words", ""),
                seen=int(seen) if seen.isdigit() else None,
                by=who,
            )
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(request.path)
    view = get_order(order, by=who)
    words = _missing(request, view, problem)
    context = {
        "order": view,
        "tag": order_tag(view),
        "lamp": order_lamp(view),
        "rows": order_rows(view, staff=False),
        "clocks": order_clocks(view),
        "events": order_events(order_acts(view)),
        "case_url": case_link(view, staff=False),
        "words": words,
        "errors": errors_of([words]),
        "confirm": str(confirm_limit()),
        "here": "mine",
    }
    return render(request, "citizen/order.html", context, status=422 if problem else 200)


def _missing(request: HttpRequest, view: OrderView, problem: BadInput | None) -> Field:
    return Field(
        name="words",
        label=_("哪里没有解决") if view.state == "answered" else _("想补充的话"),
        kind="textarea",
        required=view.state == "answered",
        hint=_("说没有解决时请写；说解决了可以不写。") if view.state == "answered" else "",
        value=request.POST.get("words", ""),
        error=str(problem) if problem else "",
    )


def _fields(request: HttpRequest, who: Actor, problem: BadInput | None) -> list[Field]:
    errors = {problem.field: str(problem)} if problem else {}
    cases = my_cases(who)
    asked = request.GET.get("item", "") or request.POST.get("about", "").removeprefix("item:")
    item = get_items([asked]).get(asked) if asked else None
    of = request.GET.get("application", "")
    first = next((f"case:{one.number}" for one in cases if of and one.number.startswith(f"{of}-")), "")
    options = (
        Option("", _("不是为了哪一件")),
        *([Option(f"item:{asked}", item.title)] if item else []),
        *(
            Option(f"case:{one.number}", _("{title}（{number}）").format(title=one.title, number=one.number))
            for one in cases
        ),
    )
    about = request.POST.get("about", f"item:{asked}" if item else first)
    return [
        Field(
            name="order_class",
            label=_("您要说的是"),
            kind="radios",
            options=tuple(
                Option(
                    one.code, one.title, _("{words}{limit}内答复。").format(words=one.words, limit=one.limit)
                )
                for one in order_classes()
            ),
            value=request.POST.get("order_class", ""),
            error=errors.get("order_class", ""),
        ),
        Field(
            name="about",
            label=_("为的是哪一件"),
            kind="select",
            options=options,
            value=about,
            error=errors.get("case", "") or errors.get("item", ""),
        ),
        Field(
            name="words",
            label=_("发生了什么，希望怎么解决"),
            kind="textarea",
            hint=_("写清时间、地点、找过谁。不用写身份号码；答复会出现在这一页，也会发消息给您。"),
            value=request.POST.get("words", ""),
            error=errors.get("words", ""),
        ),
    ]
