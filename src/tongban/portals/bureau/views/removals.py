"""证明清理: what the agency has to answer and what it proposed; the proposal's form; one proposal and its answer."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases.api import people_by_item
from tongban.identity.api import get_agencies
from tongban.journal.api import Actor
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.bureau.framing import EDITOR, OFFICER, frame
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.removals import grounds_of, status_of
from tongban.services.api import (
    Judged,
    agree_removal,
    find_proofs,
    get_removal,
    keep_proof,
    propose_removal,
    removals_around,
    removals_to_answer,
    withdraw_removal,
)

PAGE = 30


@officers(EDITOR, OFFICER)
@require_safe
def removals(request: HttpRequest) -> HttpResponse:
    """What waits for this agency's answer, then what it proposed and what it has answered."""
    who = actor(request)
    waiting = removals_to_answer(who) if who.has_role(EDITOR) else []
    found = removals_around(who, before=_before(request), limit=PAGE + 1)
    named = get_agencies({one.agency for one in found} | {one.proposer for one in [*waiting, *found]})
    context = {
        **frame(who, here="removals"),
        "waiting": [(one, named[one.proposer].name) for one in waiting],
        "rows": [(one, named[one.agency].name, status_of(one)) for one in found[:PAGE]],
        "following": f"?before={found[PAGE - 1].id}" if len(found) > PAGE else "",
    }
    return render(request, "bureau/removals.html", context)


@officers(EDITOR, OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, proof: str, item: str) -> HttpResponse:
    """What was found of a paper in an item, and the box for the reason."""
    who = actor(request)
    judged = _judged(proof)
    asking = next((one for one in judged.paper.askings if one.item == item), None)
    if asking is None:
        raise NotFound(_("这个事项现在不要这种证明。请从证明清单里选。"))
    words, wrong = request.POST.get("words", ""), ""
    if request.method == "POST":
        try:
            made = propose_removal(proof=proof, item=item, words=words, by=who)
        except BadInput as bad:
            wrong = str(bad)
        else:
            return HttpResponseRedirect(reverse("bureau:removal", args=[made]))
    reason = Field(
        name="words",
        label=_("建议的理由"),
        hint=_(
            "写明没有它怎么办：查什么、由谁查，或者凭什么不需要。办理部门和公众都会看到，不要写个人信息。"
        ),
        kind="textarea",
        value=words,
        error=wrong,
    )
    context = {
        **frame(who, here="removals"),
        "paper": judged.paper,
        "asking": asking,
        "agency": get_agencies([asking.agency])[asking.agency].name,
        "grounds": grounds_of(judged),
        "reason": reason,
        "errors": errors_of([reason]),
    }
    return render(request, "bureau/removal_new.html", context, status=422 if wrong else 200)


@officers(EDITOR, OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def removal(request: HttpRequest, removal: UUID) -> HttpResponse:
    """One proposal; its agency agrees or names its law, its proposer may take it back."""
    who = actor(request)
    given: Mapping[str, str] = {name: request.POST.get(name, "") for name in ("text", "basis", "words")}
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            _answer(request, removal, given, who)
        except BadInput as bad:
            wrong = {bad.field or "words": str(bad)}
        else:
            return HttpResponseRedirect(reverse("bureau:removal", args=[removal]))
    one = get_removal(removal, by=who)
    text, basis, words = _fields(given, wrong)
    named = get_agencies({one.agency, one.proposer})
    context = {
        **frame(who, here="removals"),
        "one": one,
        "status": status_of(one),
        "agency": named[one.agency].name,
        "proposer": named[one.proposer].name,
        "grounds": grounds_of(_judged(one.proof), one.grounds) if one.state == "proposed" else [],
        "text": text,
        "keeping": (basis, words),
        "errors": errors_of([text, basis, words]),
    }
    return render(request, "bureau/removal.html", context, status=422 if wrong else 200)


def _answer(request: HttpRequest, removal: UUID, given: Mapping[str, str], who: Actor) -> None:
    raw = request.POST.get("seen", "")
    seen = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None
    match request.POST.get("verb"):
        case "agree":
            agree_removal(removal=removal, text=given["text"], seen=seen, by=who)
        case "keep":
            keep_proof(removal=removal, basis=given["basis"], words=given["words"], seen=seen, by=who)
        case "withdraw":
            withdraw_removal(removal=removal, seen=seen, by=who)
        case _:
            raise NotFound("没有这个动作。请从页面上的按钮办理。")


def _fields(given: Mapping[str, str], wrong: Mapping[str, str]) -> tuple[Field, Field, Field]:
    text = Field(
        name="text",
        label=_("指南里怎么告诉大家"),
        hint=_("同意以后，我们写好一份不要它的拟稿；另一个人审核发布，它才取消。"),
        value=given["text"],
        error=wrong.get("text", ""),
    )
    basis = Field(
        name="basis",
        label=_("凭哪部法第几条"),
        hint=_("只有法律、法规和国务院决定能作依据。"),
        value=given["basis"],
        error=wrong.get("basis", ""),
    )
    words = Field(
        name="words",
        label=_("为什么仍然要"),
        kind="textarea",
        value=given["words"],
        error=wrong.get("words", ""),
    )
    return text, basis, words


def _judged(proof: str) -> Judged:
    for one in find_proofs(people=people_by_item()).papers:
        if one.paper.code == proof:
            return one
    raise NotFound(
        _("现在没有事项要“{code}”这种证明，它可能已经取消。请从证明清理的列表里选。").format(code=proof)
    )


def _before(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("before", ""))
    except ValueError:
        return None
