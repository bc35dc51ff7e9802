"""What an agency has to do beside the tables: its list, review tasks, hand-overs."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases.api import (
    TENDING,
    FormalityView,
    HandOverView,
    ReviewView,
    answer_review,
    claim,
    get_hand_over,
    get_review,
    shared_file,
    tended,
)
from tongban.kernel.errors import BadInput
from tongban.portals.counter.views.home import frame
from tongban.portals.counter.views.intake import seen_of
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.formal import formality_lamp, formality_status
from tongban.portals.design.language import day_words
from tongban.portals.design.middleware import actor

PAGE = 50


@officers(*TENDING)
@require_safe
def formalities(request: HttpRequest) -> HttpResponse:
    """What the agency has to do beside the tables, the most urgent first; another page goes on by key."""
    who = actor(request)
    rows = tended(who, after=id_of(request.GET.get("after", "")))
    context = {
        **frame(who, here="formalities"),
        "rows": [(row, _address(row.view, row.case), formality_lamp(row.view)) for row in rows],
        "following": f"?after={rows[-1].view.id}" if len(rows) == PAGE else "",
    }
    return render(request, "counter/formalities.html", context)


@officers("examiner", "approver")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, review: UUID) -> HttpResponse:
    """A review task: the question, its member, what is shared; then the opinion."""
    who = actor(request)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            agrees = request.POST.get("agrees", "")
            if agrees not in {"yes", "no"}:
                raise BadInput(_("请选择同意还是不同意。"), field="agrees")
            answer_review(
                review=review,
                agrees=agrees == "yes",
                words=request.POST.get("words", ""),
                seen=seen_of(request),
                by=who,
            )
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(request.path)
    view = get_review(review, by=who)
    fields = _opinion(request, problem) if view.view.state == "open" else []
    context = {
        **frame(who, here="formalities"),
        "review": view,
        "tag": formality_status(view.view),
        "rows": _review_rows(view),
        "fields": fields,
        "errors": errors_of(fields),
    }
    return render(request, "counter/review.html", context, status=422 if problem else 200)


@officers("examiner", "approver")
@require_safe
def review_file(request: HttpRequest, review: UUID, material: str) -> HttpResponse:
    """A file that is shared with whoever reviews."""
    shown, data = shared_file(review, material, by=actor(request))
    response = HttpResponse(data, content_type=shown.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@officers("examiner", "approver")
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, hand_over: UUID) -> HttpResponse:
    """What was handed over; the supervising agency claims it."""
    who = actor(request)
    if request.method == "POST":
        claim(hand_over=hand_over, seen=seen_of(request), by=who)
        return HttpResponseRedirect(request.path)
    view = get_hand_over(hand_over, by=who)
    context = {
        **frame(who, here="formalities"),
        "handed": view,
        "tag": formality_status(view.view),
        "rows": _hand_over_rows(view),
    }
    return render(request, "counter/hand_over.html", context)


def id_of(text: str) -> UUID | None:
    """The id that a page goes on after; a mangled address begins at the beginning."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _address(one: FormalityView, case: str) -> str:
    if one.code == "consult":
        return reverse("counter:review", args=[one.id])
    if one.code == "hand-over":
        return reverse("counter:hand-over", args=[one.id])
    return reverse("counter:case", args=[case])


def _opinion(request: HttpRequest, problem: BadInput | None) -> list[Field]:
    errors = {problem.field: str(problem)} if problem else {}
    options = (Option("yes", _("同意")), Option("no", _("不同意")))
    return [
        Field(
            name="agrees",
            label=_("会签结论"),
            kind="radios",
            options=options,
            value=request.POST.get("agrees", ""),
            error=errors.get("agrees", ""),
        ),
        Field(
            name="words",
            label=_("会签意见"),
            kind="textarea",
            value=request.POST.get("words", ""),
            error=errors.get("words", ""),
        ),
    ]


def _review_rows(view: ReviewView) -> list[parts.Row]:
    one = view.view
    rows = [
        parts.Row(_("来文部门"), f"{view.asking} {view.asking_phone}"),
        parts.Row(_("办件"), f"{view.title} {view.case}"),
        parts.Row(_("请贵部门看"), one.words),
        parts.Row(_("期限"), day_words(one.due_on) if one.due_on else _("没有期限")),
    ]
    if one.state == "done":
        agrees = _("同意") if one.facts.get("agrees") else _("不同意")
        rows.append(parts.Row(_("会签结论"), agrees))
        rows.append(parts.Row(_("会签意见"), one.answer))
    return rows


def _hand_over_rows(view: HandOverView) -> list[parts.Row]:
    rows = [
        parts.Row(_("决定机关"), view.deciding),
        parts.Row(_("持有人"), view.holder),
        parts.Row(_("决定文书"), view.paper),
        parts.Row(_("决定日期"), day_words(view.decided_on) if view.decided_on else ""),
        parts.Row(_("认领期限"), day_words(view.view.due_on) if view.view.due_on else _("没有期限")),
    ]
    if view.view.answered_on:
        rows.append(parts.Row(_("认领日期"), day_words(view.view.answered_on)))
    return rows
