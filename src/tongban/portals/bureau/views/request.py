"""One request: what is asked and why, its clock, the answer item by item, what is missing, the dispute."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.documents.api import find_documents, read_document
from tongban.exchange.api import (
    DisputeView,
    ItemAnswer,
    RequestView,
    answer_dispute,
    answer_share,
    file_assessment,
    get_dispute,
    get_request,
    grants_on_mine,
    may_read_paper,
    raise_dispute,
    supplement_request,
    tell_missing,
    withdraw_dispute,
    withdraw_request,
)
from tongban.identity.api import get_agencies
from tongban.journal.api import Actor
from tongban.kernel.errors import BadAnswers, BadInput, NotFound
from tongban.portals.bureau.answering import (
    assessment_fields,
    dispute_fields,
    item_forms,
    quota_field,
    raise_fields,
    supplement_fields,
    words_field,
)
from tongban.portals.bureau.asking import keep_papers, typed, whole_number
from tongban.portals.bureau.framing import ROLES, frame
from tongban.portals.bureau.sharing import (
    acts,
    cite_rows,
    dispute_clock,
    item_status,
    limit_clock,
    request_status,
    seen_of,
)
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor
from tongban.services.api import titles_of

PAPERS = {
    "supplement": ("approval", "agreement"),
    "assess": ("document",),
    "answer-dispute": ("document",),
}
SIMILAR = 5


@officers(*ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def share_request(request: HttpRequest, number: int) -> HttpResponse:
    """The facts beside what this officer may do about it; each button sends its verb to this address."""
    who = actor(request)
    view = get_request(number, by=who)
    verb = request.POST.get("verb", "")
    problems: dict[str, str] = {}
    papers: dict[str, UUID | None] = {}
    if request.method == "POST":
        if verb not in _ACTS:
            raise NotFound("没有这个动作。请从页面上的按钮办理。")
        papers, problems = keep_papers(request, PAPERS.get(verb, ()), by=who)
        try:
            if not problems:
                _ACTS[verb](request, view, papers, who)
                return HttpResponseRedirect(reverse("bureau:request", args=[number]))
        except BadAnswers as bad:
            problems = bad.problems
        except BadInput as bad:
            problems = {bad.field or "": str(bad)}
    context = _context(request, view, _Sent(verb, problems, papers), who)
    return render(request, "bureau/request.html", context, status=422 if problems else 200)


@officers(*ROLES)
@require_safe
def dispute(request: HttpRequest, number: int) -> HttpResponse:
    """A dispute is settled on the page of its request."""
    one = get_dispute(number, by=actor(request))
    return HttpResponseRedirect(f"{reverse('bureau:request', args=[one.request])}#dispute")


@officers(*ROLES)
@require_safe
def paper(request: HttpRequest, number: int, document: UUID) -> HttpResponse:
    """A paper of a request, for those who may open the request."""
    if not may_read_paper(number, document, by=actor(request)):
        raise NotFound("这项申请没有这份文件。")
    shown, data = read_document(document)
    response = HttpResponse(data, content_type=shown.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


_Papers = Mapping[str, UUID | None]


def _answer(request: HttpRequest, view: RequestView, _papers: _Papers, who: Actor) -> None:
    waiting = [item for item in view.items if item.state == "waiting"]
    if request.POST.get("then") == "all":
        answers = {item.code: ItemAnswer("grant", conditions=(item.catalogue_ground,)) for item in waiting}
    else:
        answers = {
            item.code: ItemAnswer(
                typed(request, f"result.{item.code}", limit=20),
                conditions=tuple(request.POST.getlist(f"conditions.{item.code}")),
                ground=typed(request, f"ground.{item.code}", limit=80),
                reason=typed(request, f"reason.{item.code}"),
            )
            for item in waiting
        }
    answer_share(
        request=view.row.id,
        answers=answers,
        seen=seen_of(request),
        by=who,
        quota=whole_number(typed(request, "quota", limit=12)),
    )


def _tell_missing(request: HttpRequest, view: RequestView, _papers: _Papers, who: Actor) -> None:
    tell_missing(request=view.row.id, words=typed(request, "missing"), seen=seen_of(request), by=who)


def _supplement(request: HttpRequest, view: RequestView, papers: _Papers, who: Actor) -> None:
    supplement_request(
        request=view.row.id,
        words=typed(request, "supplement"),
        approval=papers["approval"],
        agreement=papers["agreement"],
        seen=seen_of(request),
        by=who,
    )


def _withdraw(request: HttpRequest, view: RequestView, _papers: _Papers, who: Actor) -> None:
    withdraw_request(request=view.row.id, seen=seen_of(request), by=who)


def _assess(request: HttpRequest, view: RequestView, papers: _Papers, who: Actor) -> None:
    file_assessment(
        request=view.row.id,
        necessity=typed(request, "necessity"),
        risks=typed(request, "risks"),
        measures=typed(request, "measures"),
        document=papers["document"],
        by=who,
    )


def _dispute(request: HttpRequest, view: RequestView, _papers: _Papers, who: Actor) -> None:
    raise_dispute(
        request=view.row.id,
        items=request.POST.getlist("items"),
        reason=typed(request, "reason"),
        seen=seen_of(request),
        by=who,
    )


def _answer_dispute(request: HttpRequest, view: RequestView, papers: _Papers, who: Actor) -> None:
    answer_dispute(
        dispute=_running(view).id,
        shared=request.POST.getlist("shared"),
        conditions=request.POST.getlist("conditions"),
        words=typed(request, "words"),
        document=papers["document"],
        seen=seen_of(request),
        by=who,
    )


def _withdraw_dispute(request: HttpRequest, view: RequestView, _papers: _Papers, who: Actor) -> None:
    withdraw_dispute(dispute=_running(view).id, seen=seen_of(request), by=who)


_ACTS: Mapping[str, Callable[[HttpRequest, RequestView, _Papers, Actor], None]] = {
    "answer": _answer,
    "tell-missing": _tell_missing,
    "supplement": _supplement,
    "withdraw": _withdraw,
    "assess": _assess,
    "dispute": _dispute,
    "answer-dispute": _answer_dispute,
    "withdraw-dispute": _withdraw_dispute,
}


def _running(view: RequestView) -> DisputeView:
    found = next((one for one in view.disputes if one.answered_on is None), None)
    if found is None:
        raise NotFound("这项申请没有在处理的争议，可能刚刚处理完。")
    return found


@dataclass(frozen=True)
class _Sent:
    """The act that was sent and not taken: what is wrong, and the papers that were kept."""

    verb: str
    problems: Mapping[str, str]
    papers: _Papers


def _context(request: HttpRequest, view: RequestView, sent: _Sent, who: Actor) -> dict[str, object]:
    verb, problems = sent.verb, sent.problems
    mine = view.row.consumer == who.agency
    forms = _forms(request, view, sent, who)
    errors = errors_of(
        [field for name, fields in forms.items() if name == verb for field in fields]
    ) or tuple(errors_of([Field(name="top", label="", error=one) for one in problems.values()]))
    running = next((one for one in view.disputes if one.answered_on is None), None)
    return {
        **frame(who, here="requests" if mine else "inbox" if view.row.provider == who.agency else "disputes"),
        "view": view,
        "status": request_status(view.row),
        "clock": limit_clock(_("答复时限"), view.reading),
        "basis": limit_clock("", view.reading).basis,
        "facts": _facts(view),
        "items": [(item, item_status(item.state, item.state_title)) for item in view.items],
        "answers": item_forms(request, view, problems) if "answer" in view.verbs else [],
        "forms": {name.replace("-", "_"): fields for name, fields in forms.items()},
        "quota": quota_field(request, view, problems),
        "sent": verb if problems else "",
        "disputes": [(one, dispute_clock(one)) for one in view.disputes],
        "running": running,
        "similar": _similar(view, who) if "answer" in view.verbs else [],
        "papers": _paper_links(view),
        "events": acts(view.objects),
        "mine": mine,
        "errors": errors if problems else (),
    }


def _forms(request: HttpRequest, view: RequestView, sent: _Sent, who: Actor) -> dict[str, list[Field]]:
    """The fields of each act that this officer may do; what was typed and is wrong stands in the one that was sent."""
    running = next((one for one in view.disputes if one.answered_on is None), None)
    made: dict[str, list[Field]] = {}
    for name in view.verbs:
        told = sent.problems if name == sent.verb else {}
        held = sent.papers if name == sent.verb else {}
        match name:
            case "answer":
                made[name] = [
                    *(field for one in item_forms(request, view, told) for field in one.fields),
                    quota_field(request, view, told),
                ]
            case "tell-missing":
                made[name] = [words_field("missing", _("缺什么"), request, told)]
            case "supplement":
                made[name] = supplement_fields(request, told, held, by=who)
            case "assess":
                made[name] = assessment_fields(request, told, held, by=who)
            case "dispute":
                made[name] = raise_fields(request, view, told)
            case "answer-dispute":
                assert running
                made[name] = dispute_fields(request, running, told, held, by=who)
            case _:
                made[name] = []
    return made


def _facts(view: RequestView) -> list[parts.Row]:
    agencies = get_agencies({view.row.consumer, view.row.provider})
    kinds = titles_of(view.case_kinds)
    rows = [
        (_("申请部门"), agencies[view.row.consumer].name),
        (_("提供部门"), agencies[view.row.provider].name),
        (_("信息资源"), view.row.resource_name),
        (_("用途"), view.row.purpose),
        (_("履职依据"), cite_rows(view.cites)),
        (_("办哪些事项时用"), "、".join(kinds.get(one, one) for one in view.case_kinds)),
        (_("哪个系统来读"), view.subsystem or _("只在本平台办事时用")),
        (_("每天最多读几次"), str(view.quota) if view.quota else _("没有写")),
        (_("答复每天最多读几次"), str(view.quota_given or "")),
        (_("用到哪一天"), str(view.valid_to) if view.valid_to else _("同原授权")),
        (_("批准的部门负责人"), view.approved_by),
        (_("续期的授权"), view.renews),
        (_("增加信息项的授权"), view.widens),
        (_("一次告知缺少的"), view.missing),
        (_("补齐说明"), view.supplement),
    ]
    return [parts.Row(term, value) for term, value in rows if value]


def _similar(view: RequestView, who: Actor) -> list[tuple[str, str, str]]:
    """Earlier grants on the resource, so that alike is answered alike."""
    held = grants_on_mine(who, resource=view.row.resource, limit=SIMILAR)
    names = get_agencies({one.consumer for one in held})
    return [(one.code, names[one.consumer].short_name, "、".join(one.items)) for one in held]


def _paper_links(view: RequestView) -> list[tuple[str, str, str]]:
    """What each paper is, its name, where it is read."""
    given: list[tuple[str, UUID | None]] = [
        (_("部门负责人批准文件"), view.approval),
        (_("数据使用协议"), view.agreement),
        *((_("影响评估报告"), one.document) for one in view.assessments),
        *((_("政府决定文件"), one.document) for one in view.disputes),
    ]
    held = find_documents([one for _words, one in given if one])
    return [
        (words, held[one].name, reverse("bureau:request-paper", args=[view.row.id, one]))
        for words, one in given
        if one and one in held
    ]
