"""An interested party's page: what is asked for that touches him, what he may say, the hearing he may ask for."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.cases.api import InterestView, ask_hearing_as_party, get_interest, state_interest
from tongban.kernel.errors import BadInput
from tongban.portals.design import parts
from tongban.portals.design.access import people
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.formal import formality_status
from tongban.portals.design.language import day_words
from tongban.portals.design.middleware import actor


@people
@require_http_methods(["GET", "HEAD", "POST"])
def interest(request: HttpRequest, interest: UUID) -> HttpResponse:
    """What concerns him of the case; then his opinion, and the hearing where one was offered."""
    who = actor(request)
    problem = ""
    if request.method == "POST":
        try:
            if request.POST.get("step") == "hearing":
                ask_hearing_as_party(interest=interest, by=who)
            else:
                state_interest(interest=interest, words=request.POST.get("words", ""), by=who)
        except BadInput as bad:
            problem = str(bad)
        else:
            return HttpResponseRedirect(request.path)
    view = get_interest(interest, by=who)
    field = Field(
        name="words",
        label=_("您的意见"),
        kind="textarea",
        hint=_("写明同意不同意、理由、希望怎么办。办理部门会在决定以前看；申请人看不到。"),
        value=request.POST.get("words", ""),
        error=problem,
    )
    context = {
        "interest": view,
        "tag": formality_status(view.view),
        "rows": _rows(view),
        "field": field if view.view.state == "open" else None,
        "errors": errors_of([field]),
        "here": "mine",
    }
    return render(request, "citizen/interest.html", context, status=422 if problem else 200)


def _rows(view: InterestView) -> list[parts.Row]:
    told = view.view
    hearing = view.hearing.facts if view.hearing else {}
    held = f"{hearing['held_on']} {hearing['place']}" if "held_on" in hearing else ""
    said = [
        (_("申请人"), view.applicant),
        (_("申请的事项"), view.title),
        (_("办理部门"), f"{view.agency.name} {view.agency.phone}"),
        (_("和您有什么关系"), told.words),
        (_("现在"), view.state),
        (_("提意见的期限"), day_words(told.due_on) if told.state == "open" and told.due_on else ""),
        (_("您的意见"), told.answer),
        (_("听证"), held),
        (_("决定"), f"{view.paper} {view.decided_on}" if view.paper and view.decided_on else ""),
    ]
    return [parts.Row(term, value) for term, value in said if value]
