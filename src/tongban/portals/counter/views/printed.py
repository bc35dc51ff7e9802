"""The papers of a case for the officers who handle it: the same sealed files that the applicant has.

Opening the application for it is on record, once an hour, as every opening is; the applicant finds it in her footprint.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.cases.api import ApplicationView, CaseView, get_application
from tongban.journal.api import Actor
from tongban.kernel.errors import NotAllowed
from tongban.portals.counter.views.home import DECIDING_ROLES
from tongban.portals.design import letters, printed
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor

HANDLING_ROLES = ("window-clerk", *DECIDING_ROLES)


@officers(*HANDLING_ROLES)
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """申请回执."""
    return printed.receipt_file(get_application(number, by=actor(request)))


@officers(*HANDLING_ROLES)
@require_safe
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """一次性告知书."""
    return printed.notice_file(get_application(number, by=actor(request)))


@officers(*HANDLING_ROLES)
@require_safe
def acceptance(request: HttpRequest, number: str) -> HttpResponse:
    """受理通知书 of one case."""
    return printed.acceptance_file(*_handled(number, actor(request)))


@officers(*HANDLING_ROLES)
@require_safe
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """决定书 of one case."""
    return printed.decision_file(request, *_handled(number, actor(request)))


@officers(*HANDLING_ROLES)
@require_safe
def letter(request: HttpRequest, number: str, formality: UUID) -> HttpResponse:
    """The letter of an act beside the table."""
    view, case = _handled(number, actor(request))
    return letters.letter_file(view, case, letters.formality_of(case, formality))


def papers_of(view: ApplicationView, by: Actor, *, of: CaseView | None = None) -> list[tuple[str, str]]:
    """Title and address of each paper that was given and that this officer may take; `of` one case alone."""
    found = []
    if view.submitted_at and of is None:
        found.append((_("申请回执"), reverse("counter:receipt-pdf", args=[view.number])))
    if view.supplement:
        found.append((_("一次性告知书"), reverse("counter:notice-pdf", args=[view.number])))
    for case in view.cases if of is None else [of]:
        if by.agency not in {case.agency, view.window}:
            continue
        if case.accepted_on:
            title = _("受理通知书：{title}").format(title=case.title)
            found.append((title, reverse("counter:acceptance-pdf", args=[case.number])))
        if case.decision:
            title = _("决定文书：{title}").format(title=case.title)
            found.append((title, reverse("counter:decision-pdf", args=[case.number])))
    return found


def _handled(number: str, by: Actor) -> tuple[ApplicationView, CaseView]:
    """A case for the agency that decides it and for the window that hands its papers out."""
    view = get_application(number, by=by)
    case = printed.case_of(view, number)
    if by.agency not in {case.agency, view.window}:
        words = _("这一件由{agency}办理，文书由它和{window}给出，贵部门不能取。")
        raise NotAllowed(words.format(agency=case.agency_name, window=view.window_name))
    return view, case
