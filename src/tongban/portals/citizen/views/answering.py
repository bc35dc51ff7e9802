"""What the person does while her cases run: supply what was missing, put a defect right, withdraw."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongban.cases.api import application_timeline, get_application, rectify, supply, withdraw_case
from tongban.documents.api import UPLOAD_BYTES_MAX
from tongban.journal.api import StaleObject
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.portals.citizen.views.presenting import wallet_links
from tongban.portals.design import parts
from tongban.portals.design.access import people, people_and_agents
from tongban.portals.design.asked import take_files, upload_field
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.shown import changes_since


@people_and_agents
@require_http_methods(["GET", "HEAD", "POST"])
def supplement(request: HttpRequest, number: str) -> HttpResponse:
    """Exactly what was named, all at once."""
    view = get_application(number, by=actor(request))
    if view.supplement is None or view.state != "supplementing":
        raise NotFound(_("现在没有需要补正的材料。"))
    reasons = {line["material"]: line["reason"] for line in view.supplement.lines}
    problems: dict[str, str] = {}
    if request.method == "POST":
        problems = take_files(request, view)
        if not problems:
            try:
                supply(number=number, seen=None, by=actor(request))
            except Conflict:
                view = get_application(number, by=actor(request))
                problems = {
                    one.code: _("请上传补正后的「{title}」。").format(title=one.title)
                    for one in view.materials
                    if one.state == "returned"
                }
            else:
                return HttpResponseRedirect(reverse("citizen:application", args=[number]))
    fields = [
        upload_field(one.code, one.title, f"{reasons[one.code]}。", problems.get(one.code, ""))
        for one in view.materials
        if one.code in reasons and one.state == "returned"
    ]
    context = {
        "application": view,
        "fields": fields,
        "errors": errors_of(fields),
        "wallet": wallet_links(view, in_person=actor(request).represents is None),
        "presented": [one.title for one in view.materials if one.presented and one.code in reasons],
        "here": "mine",
    }
    return render(request, "citizen/supplement.html", context, status=422 if problems else 200)


@people
@require_http_methods(["GET", "HEAD", "POST"])
def rectification(request: HttpRequest, number: str) -> HttpResponse:
    """Say that a defect is put right, with a photo if she likes. What was typed stays when somebody acted meanwhile."""
    view = get_application(number, by=actor(request))
    problem: BadInput | None = None
    stale: list[parts.Changed] = []
    if request.method == "POST":
        try:
            _rectify(request, number)
        except BadInput as bad:
            problem = bad
        except StaleObject as conflict:
            view = get_application(number, by=actor(request))
            stale = changes_since(view, application_timeline(view), conflict)
        else:
            return HttpResponseRedirect(reverse("citizen:application", args=[view.number]))
    case = next((one for one in view.cases if one.number == number), None)
    if case is None or (case.open_defect is None and not stale):
        raise NotFound(_("现在没有需要整改的问题。"))
    fields = _rectify_fields(request, problem)
    context = {
        "application": view,
        "case": case,
        "fields": fields,
        "errors": errors_of(fields),
        "stale": stale,
        "here": "mine",
    }
    return render(request, "citizen/rectify.html", context, status=409 if stale else 422 if problem else 200)


def _rectify(request: HttpRequest, number: str) -> None:
    file = request.FILES.get("file-photo")
    photo = (file.name or "", file.read(UPLOAD_BYTES_MAX + 1)) if file else None
    seen = request.POST.get("seen", "")
    words = request.POST.get("words", "")
    rectify(
        number=number, words=words, photo=photo, seen=int(seen) if seen.isdigit() else None, by=actor(request)
    )


def _rectify_fields(request: HttpRequest, problem: BadInput | None) -> list[Field]:
    words_wrong = problem is not None and problem.field == "words"
    error = str(problem) if problem else ""
    return [
        Field(
            name="words",
            label=_("怎么整改的"),
            kind="textarea",
            value=request.POST.get("words", ""),
            error=error if words_wrong else "",
        ),
        upload_field("photo", _("整改后的照片"), "", "" if words_wrong else error, required=False),
    ]


@people
@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw one case."""
    seen = request.POST.get("seen", "")
    withdraw_case(number=number, seen=int(seen) if seen.isdigit() else None, by=actor(request))
    return HttpResponseRedirect(reverse("citizen:application", args=[number.rpartition("-")[0]]))
