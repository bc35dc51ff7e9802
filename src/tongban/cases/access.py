"""Which application or case somebody may have in hand; the right is part of the query.

An agent sees what the mandate covers and she herself prepared, as long as the mandate is in force; the rest of the
represented person's affairs does not exist for her.
"""

from django.db import transaction
from django.db.models import Q, QuerySet

from tongban.cases.kinds import Viewed, ViewedByAgent, ViewRefused
from tongban.cases.models import Application, Case
from tongban.cases.references import subjects_of
from tongban.identity.api import check_mandate, get_agency
from tongban.journal.api import Actor, Subject, has_recent, record
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed, NotFound
from tongban.kernel.sentences import say

_NOT_YOURS = "没有找到这件事，或者它不属于您。"


def visible_to(by: Actor) -> QuerySet[Application]:
    """The applications that somebody may open: his own, those of a mandate, or those his agency collects or decides.

    Raises:
        NotAllowed: the mandate has ended.
    """
    if by.represents:
        check_mandate(by)
        rows = Application.objects.filter(applicant=by.represents, agent=by.person)
        return rows.filter(bundle=by.matter) if by.matter else rows
    if by.person:
        return Application.objects.filter(applicant=by.person)
    if by.kind != "officer":
        return Application.objects.none()
    concerned = Q(submitted_at__isnull=False) & (Q(window=by.agency) | Q(cases__agency=by.agency))
    drafts = Q(window=by.agency, channel="window", state="preparing")
    return Application.objects.filter(
        concerned | drafts if by.has_role("window-clerk") else concerned
    ).distinct()


def at_window(by: Actor) -> QuerySet[Application]:
    """What a clerk fills in with whoever stands before her: what the window began, and what it sent back."""
    if not by.has_role("window-clerk"):
        return Application.objects.none()
    return Application.objects.filter(Q(channel="window") | Q(state="supplementing"), window=by.agency)


def own_application(number: str, by: Actor, *, in_person: bool = False) -> Application:
    """The person's own application, one that an agent prepares, or that a clerk fills in; some steps are `in_person` only.

    Raises:
        NotFound: there is none, or it is somebody else's; the two are told alike.
        NotAllowed: the mandate has ended, or an agent takes a step that is the applicant's own.
    """
    if in_person and by.represents:
        raise NotAllowed("这一步只能由申请人本人办理，代办人不能做。请本人登录后办理。")
    rows = visible_to(by) if by.person or in_person else at_window(by)
    row = rows.filter(number=number).first() if by.person or not in_person else None
    if row is None:
        raise NotFound(_NOT_YOURS)
    return row


def open_application(number: str, by: Actor) -> Application:
    """An application for whoever may see it. An officer's opening is journalled once an hour, a refusal always.

    Raises:
        NotFound: there is none, or it is another person's.
        NotAllowed: it is other agencies'.
    """
    row = visible_to(by).filter(number=number).first()
    if row and by.kind == "officer":
        _note_view(row, by)
    if row and by.represents:
        _note_agents_view(row, by)
    if row:
        return row
    if by.kind != "officer":
        raise NotFound(_NOT_YOURS)
    other = Application.objects.filter(number=number).exclude(submitted_at=None).first()
    if other is None:
        raise NotFound("没有这个编号的办件。")
    reason = say("这件事由{window}收件，贵部门不参与办理，不能查看。", window=get_agency(other.window).name)
    with transaction.atomic():
        on = Subject("application", number, other.version)
        record(
            ViewRefused(reason=reason),
            on=on,
            by=by,
            case_number=number,
            private={one: {} for one in subjects_of(other)},
        )
    raise NotAllowed(reason)


def find_case(number: str) -> Case:
    """A case with its application.

    Raises:
        NotFound: there is none.
    """
    row = Case.objects.select_related("application").filter(number=number).first()
    if row is None:
        raise NotFound("没有这个编号的办件。")
    return row


def application_of(case_number: str) -> str:
    """The application's number in a case number (`<application>-<two digits>`)."""
    return case_number.rpartition("-")[0] or case_number


def _note_view(row: Application, by: Actor) -> None:
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    on = Subject("application", row.number, row.version)
    if has_recent(kind=Viewed.kind, on=str(on), actor=f"officer:{by.key}", since=hour):
        return
    with transaction.atomic():
        role = "window-clerk" if by.agency == row.window else "officer"
        record(
            Viewed(as_role=role),
            on=on,
            by=by,
            purpose="办理申请",
            case_number=row.number,
            private={one: {"title": row.title} for one in subjects_of(row)},
        )


def _note_agents_view(row: Application, by: Actor) -> None:
    """What an agent opens is told to the represented person, in her footprint."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    on = Subject("application", row.number, row.version)
    if has_recent(kind=ViewedByAgent.kind, on=str(on), person=by.person, since=hour):
        return
    with transaction.atomic():
        record(
            ViewedByAgent(mandate=by.mandate),
            on=on,
            by=by,
            purpose="代您办理申请",
            case_number=row.number,
            private={row.applicant: {"title": row.title}},
        )
