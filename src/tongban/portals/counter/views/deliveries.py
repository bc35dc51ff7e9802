"""Delivery at the window: what waits here for its receiver; one decision handed out, posted, or signed for by post."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases.api import (
    PAPERS,
    ApplicationView,
    CaseView,
    FormalityView,
    Receipt,
    deliveries_at,
    get_application,
    hand_out,
    post_decision,
    post_received,
)
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.counter.views.formalities import PAGE, id_of
from tongban.portals.counter.views.home import frame
from tongban.portals.counter.views.intake import seen_of
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.formal import NIL, formality_lamp, formality_status
from tongban.portals.design.language import day_words
from tongban.portals.design.middleware import actor
from tongban.portals.design.printed import case_of


@officers("window-clerk")
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """What was decided and waits here to be received, the most urgent first; another page goes on by key."""
    who = actor(request)
    rows = deliveries_at(who, after=id_of(request.GET.get("after", "")))
    context = {
        **frame(who, here="deliveries"),
        "rows": [(row, formality_lamp(row.view)) for row in rows],
        "following": f"?after={rows[-1].view.id}" if len(rows) == PAGE else "",
    }
    return render(request, "counter/deliveries.html", context)


@officers("window-clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def delivery(request: HttpRequest, number: str) -> HttpResponse:
    """One decision: who takes it, what was shown, how it is signed for; or its way by post."""
    who = actor(request)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            _act(request, number, who)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(request.path)
    view = get_application(number, by=who)
    case = case_of(view, number)
    held = case.formality("deliver")
    if held is None or case.decision is None:
        raise NotFound(_("这一件没有要送达的决定书。"))
    groups = _groups(request, view, held, problem) if held.state == "open" else {}
    context = {
        **frame(who, here="deliveries"),
        "case": case,
        "application": view,
        "tag": formality_status(held),
        "rows": _rows(view, case, held),
        **groups,
        "errors": errors_of(field for fields in groups.values() for field in fields),
        "letter": reverse("counter:letter-pdf", args=[number, NIL]).replace(str(NIL), str(held.id))
        if held.written
        else "",
    }
    return render(request, "counter/delivery.html", context, status=422 if problem else 200)


def _act(request: HttpRequest, number: str, who: Actor) -> None:
    given, seen = request.POST, seen_of(request)
    step = given.get("step", "")
    if step == "post":
        post_decision(number=number, mail=given.get("mail", ""), seen=seen, by=who)
    elif step == "received":
        try:
            day = date.fromisoformat(given.get("day", ""))
        except ValueError:
            raise BadInput(_("请填写日期，例如 2026-12-10。"), field="day") from None
        post_received(number=number, day=day, name=given.get("signer", ""), seen=seen, by=who)
    else:
        other = given.get("taker") == "other"
        receipt = Receipt(
            paper=given.get("paper", ""),
            paper_number=given.get("paper_number", ""),
            name=given.get("name", "") if other else "",
            relation=(given.get("relation", "") or " ") if other else "",
            code=given.get("code", ""),
            signed=bool(given.get("signed")),
        )
        hand_out(number=number, receipt=receipt, seen=seen, by=who)


def _groups(
    request: HttpRequest, view: ApplicationView, held: FormalityView, problem: BadInput | None
) -> dict[str, list[Field]]:
    """The fields of the forms: at the window, posting, and the signature for what was posted."""

    def field(name: str, **more: Any) -> Field:
        # The one who signs for a letter is the `name` of its act, and has a field of its own.
        at = (
            "signer" if problem and problem.field == "name" and request.POST.get("step") == "received" else ""
        )
        mine = problem is not None and (at or problem.field) == name
        more.setdefault("value", request.POST.get(name, more.pop("first", "")))
        return Field(name=name, error=str(problem) if mine else "", **more)

    takers = (
        Option("self", _("申请人本人：{name}").format(name=view.applicant_name)),
        Option("other", _("别人代领")),
    )
    window = [
        field("taker", label=_("谁来领"), kind="radios", options=takers, first="self"),
        field("name", label=_("代领人姓名"), required=False, hint=_("本人来的不填。"), width="medium"),
        field(
            "relation",
            label=_("和申请人的关系"),
            required=False,
            hint=_("例如：同住的成年家属、受委托人。"),
            width="medium",
        ),
        field(
            "paper",
            label=_("出示的证件"),
            kind="select",
            options=tuple(Option(code, title) for code, title in PAPERS.items()),
        ),
        field("paper_number", label=_("证件号码"), hint=_("只存最后四位。"), width="long"),
        field(
            "code",
            label=_("领件码"),
            required=False,
            hint=_("申请人在办件页取的八位码，可以代替签名。"),
            width="medium",
        ),
        field("signed", label=_("领件人已在送达回证上签名"), kind="checkbox", required=False),
    ]
    post = [field("mail", label=_("邮件编号"), hint=_("8 到 20 位字母和数字，照邮单抄写。"), width="long")]
    received = [
        field("signer", label=_("签收人"), width="medium"),
        field("day", label=_("签收日期"), kind="date", first=clock.today().isoformat(), width="medium"),
    ]
    return {"window": window, "post": post, "received": received if "mail" in held.facts else []}


def _rows(view: ApplicationView, case: CaseView, held: FormalityView) -> list[parts.Row]:
    assert case.decision
    said = [
        (_("受送达人"), view.firm_name or view.applicant_name),
        (_("文书"), case.decision.paper),
        (_("作出日期"), day_words(case.decision.decided_on)),
        (_("应送达"), day_words(held.due_on) if held.due_on else ""),
        (_("寄出"), f"{held.facts['posted_on']} {held.facts['mail']}" if "mail" in held.facts else ""),
        (_("送达方式"), held.way_words),
        (_("凭据"), held.answer),
        (_("送达日期"), day_words(held.answered_on) if held.answered_on else ""),
    ]
    return [parts.Row(term, value) for term, value in said if value]
