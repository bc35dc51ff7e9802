"""Orders: what an agency has to answer, and the one page on which desk, agency and onlookers work on an order."""

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.identity.api import list_agencies
from tongban.journal.api import Actor
from tongban.kernel.errors import BadInput
from tongban.participation.api import (
    HANDLERS,
    ONLOOKERS,
    OPERATOR,
    PAGE,
    OrderView,
    answer_extension,
    answer_order,
    ask_extension,
    dispatch_order,
    get_order,
    inbox,
    link_order,
    note_call_back,
    order_acts,
    return_order,
)
from tongban.portals.counter.views.home import frame
from tongban.portals.counter.views.hotline import class_and_urgency
from tongban.portals.counter.views.intake import seen_of
from tongban.portals.design.access import officers
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
from tongban.supervision.api import SPEAKERS, WATCHERS, cards_on


@officers(*HANDLERS)
@require_safe
def inbox_page(request: HttpRequest) -> HttpResponse:
    """What the agency has to answer, the first due first; paged by day and id."""
    who = actor(request)
    found = inbox(by=who, after=_after(request.GET.get("after", "")))
    rows = found[:PAGE]
    context = {
        **frame(who, here="orders"),
        "rows": [(row, order_lamp(row)) for row in rows],
        "following": f"?after={rows[-1].due_on}_{rows[-1].id}" if len(found) > PAGE else "",
    }
    return render(request, "counter/orders.html", context)


@officers(OPERATOR, *HANDLERS, *ONLOOKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, order: int) -> HttpResponse:
    """One order; what is posted is one verb with its words."""
    who = actor(request)
    view = get_order(order, by=who)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            _do(request, order, who)
        except BadInput as bad:
            problem = bad
        else:
            given_back = request.POST.get("verb") == "return"
            return HttpResponseRedirect(reverse("counter:orders") if given_back else request.path)
    verb = request.POST.get("verb", "") if problem else ""
    forms = _forms(request, view, problem, verb)
    context = {
        **frame(who, here="hotline" if view.dispatches else "orders"),
        "order": view,
        "tag": order_tag(view),
        "lamp": order_lamp(view),
        "rows": order_rows(view, staff=True),
        "clocks": order_clocks(view),
        "events": order_events(order_acts(view)),
        "case_url": case_link(view, staff=True) if view.works else "",
        "cards": [(one, _may_open(who)) for one in cards_on([*view.objects, *_case_key(view)], by=who)],
        "oversees": any(who.has_role(role) for role in WATCHERS),
        "forms": forms,
        "errors": [one for form in forms for one in errors_of(form[2])],
    }
    return render(request, "counter/order.html", context, status=422 if problem else 200)


def _case_key(view: OrderView) -> list[str]:
    """The key under which cards of the linked case stand."""
    return [view.case_number] if view.case_number else []


def _may_open(who: Actor) -> bool:
    return any(who.has_role(role) for role in (*WATCHERS, *SPEAKERS))


def _do(request: HttpRequest, order: int, who: Actor) -> None:
    """The verb that was pressed.

    Raises:
        BadInput: no such verb, or what its act says.
    """
    said, seen = request.POST, seen_of(request)
    verb = said.get("verb", "")
    words = said.get(_WORDS.get(verb, ""), "")
    verbs: dict[str, Callable[[], None]] = {
        "dispatch": lambda: dispatch_order(
            order=order,
            agency=said.get("agency", ""),
            order_class=said.get("order_class", ""),
            urgency=said.get("urgency", ""),
            seen=seen,
            by=who,
        ),
        "link": lambda: link_order(
            order=order, item=said.get("item", ""), case=said.get("case", ""), seen=seen, by=who
        ),
        "agree": lambda: answer_extension(order=order, agreed=True, seen=seen, by=who),
        "refuse": lambda: answer_extension(order=order, agreed=False, seen=seen, by=who),
        "solved": lambda: note_call_back(order=order, solved=True, words=words, seen=seen, by=who),
        "unsolved": lambda: note_call_back(order=order, solved=False, words=words, seen=seen, by=who),
        "answer": lambda: answer_order(order=order, words=words, seen=seen, by=who),
        "return": lambda: return_order(order=order, words=words, seen=seen, by=who),
        "extend": lambda: ask_extension(order=order, words=words, seen=seen, by=who),
    }
    if verb not in verbs:
        raise BadInput(_("请选择要做什么。"))
    verbs[verb]()


#: The field that a verb's words are written in: each form has its own.
_WORDS = {
    "solved": "heard",
    "unsolved": "heard",
    "answer": "answer_words",
    "return": "return_words",
    "extend": "extend_words",
}
#: A form: its heading, why, its fields, its buttons (verb and words).
Form = tuple[str, str, list[Field], list[tuple[str, str]]]


def _forms(request: HttpRequest, view: OrderView, problem: BadInput | None, verb: str) -> list[Form]:
    """What whoever looks at it may do now."""
    errors: dict[str | None, str] = {problem.field: str(problem)} if problem else {}

    def words(label: str, of: str, *, hint: str = "") -> Field:
        mine = _WORDS.get(verb) == _WORDS[of]
        return Field(
            name=_WORDS[of],
            label=label,
            kind="textarea",
            hint=hint,
            value=request.POST.get(_WORDS[of], "") if mine else "",
            error=errors.get("words", "") if mine else "",
        )

    forms: list[Form] = []
    if view.dispatches and view.state == "received":
        forms.append((_("派单"), "", _dispatching(request, view, errors), [("dispatch", _("派给这个部门"))]))
    if (
        view.dispatches
        and view.extension_asked_at
        and view.extension_agreed is None
        and view.state == "dispatched"
    ):
        forms.append(
            (_("延期申请"), view.extension_words, [], [("agree", _("同意延期")), ("refuse", _("不同意"))])
        )
    if view.dispatches and view.state == "answered":
        field = words(_("回访的情况"), "solved", hint=_("什么时候打的，本人怎么说。"))
        buttons = [("solved", _("本人说解决了")), ("unsolved", _("本人说没有解决"))]
        forms.append((_("回访"), "", [field], buttons))
    if view.works and view.state == "dispatched" and not (view.rating and not view.reopened):
        field = words(
            _("给群众的答复"), "answer", hint=_("写做了什么、结果怎样、依据什么。答复以后由本人说解决没有。")
        )
        forms.append((_("答复"), "", [field], [("answer", _("答复"))]))
        if view.return_by and not view.reopened:
            field = words(_("退单的理由"), "return", hint=_("写明归哪个部门、依据哪一条。"))
            forms.append((_("不归本部门"), "", [field], [("return", _("退回派单台"))]))
        if not view.extension_asked_at:
            field = words(_("延期的理由"), "extend", hint=_("只能申请一次，由派单台决定。"))
            forms.append((_("申请延期"), "", [field], [("extend", _("申请延期"))]))
    if view.dispatches and view.state != "closed":
        forms.append((_("关联"), "", _linking(request, view, errors, verb), [("link", _("保存关联"))]))
    return forms


def _dispatching(request: HttpRequest, view: OrderView, errors: dict[str | None, str]) -> list[Field]:
    given = request.POST
    agencies = tuple(Option(one.code, one.name) for one in list_agencies())
    agency = Field(
        name="agency",
        label=_("承办部门"),
        kind="select",
        options=agencies,
        hint=_("已按事项或者办件选好，请核对。") if view.suggested else "",
        value=given.get("agency", view.suggested),
        error=errors.get("agency", ""),
    )
    both = class_and_urgency(
        given.get("order_class", view.order_class), given.get("urgency", view.urgency), errors
    )
    return [agency, *both]


def _linking(request: HttpRequest, view: OrderView, errors: dict[str | None, str], verb: str) -> list[Field]:
    given = request.POST if verb == "link" else {}
    return [
        Field(
            name=name,
            label=label,
            width="long",
            required=False,
            value=given.get(name, held),
            error=errors.get(name, "") if verb == "link" else "",
        )
        for name, label, held in (
            ("case", _("办件编号"), view.case_number),
            ("item", _("事项代码"), view.item),
        )
    ]


def _after(given: str) -> tuple[date, int] | None:
    """The key of the last row seen; anything else starts at the beginning."""
    day, _bar, last = given.partition("_")
    try:
        return date.fromisoformat(day), int(last)
    except ValueError:
        return None
