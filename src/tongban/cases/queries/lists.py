"""Lists: a person's applications, the window's intake. Paged by key, never by offset."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tongban.cases.access import visible_to
from tongban.cases.actions.close import FINAL_STATES
from tongban.cases.models import Application, Case, Defect
from tongban.cases.queries.views import ListRow, Waiting
from tongban.journal.api import Actor

#: Rows of a page.
PAGE = 50
#: Applications that say what is asked for most.
SAMPLE = 1000


def my_applications(by: Actor) -> list[ListRow]:
    """A person's applications, newest first. One query."""
    return _rows(visible_to(by).order_by("-created_at")) if by.person else []


def waiting_for(by: Actor) -> list[Waiting]:
    """What waits for a person, the soonest due first, drafts last; an agent mends no defects. Two queries."""
    if not by.person:
        return []
    rows = visible_to(by).filter(state__in=["preparing", "supplementing"]).select_related("supplement")
    found = [
        Waiting("supplement", row.number, row.title, row.supplement.due_on)
        if row.state == "supplementing"
        else Waiting("draft", row.number, row.title)
        for row in rows.order_by("-created_at")[:PAGE]
    ]
    defects = Defect.objects.select_related("case").filter(
        rectified_on=None, case__state="rectifying", case__application__in=visible_to(by)
    )
    if by.represents is None:
        found += [Waiting("rectify", one.case.number, one.case.title, one.due_on) for one in defects[:PAGE]]
    return sorted(found, key=lambda one: one.due_on or date.max)


def most_used_bundles() -> dict[str, int]:
    """How often each bundle or item was applied for, among the newest `SAMPLE` applications: a bounded amount of work."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select bundle, count(*) from (select bundle from cases_application where submitted_at is not null"
            " order by submitted_at desc limit %s) as newest group by bundle",
            [SAMPLE],
        )
        return dict(cursor.fetchall())


def people_by_item() -> dict[str, int]:
    """How many different people each item met among the newest `SAMPLE` applications: a bounded amount of work."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select item, count(distinct applicant) from (select number, applicant from cases_application"
            " where submitted_at is not null order by submitted_at desc limit %s) as newest"
            " join cases_case on application_id = newest.number group by item",
            [SAMPLE],
        )
        return dict(cursor.fetchall())


def intake_list(by: Actor, *, state: str = "submitted", after: str = "") -> list[ListRow]:
    """Applications at the officer's window in a state, the longest waiting first; `after` is the last number seen.

    Only those with a case that the window has still to accept.
    """
    to_accept = Case.objects.filter(application=OuterRef("pk"), state="submitted")
    rows = Application.objects.filter(Exists(to_accept), window=by.agency, state=state, number__gt=after)
    return _rows(rows.order_by("number"))


def _rows(applications: QuerySet[Application]) -> list[ListRow]:
    closed = Count("cases", filter=Q(cases__state__in=FINAL_STATES))
    accepted = Count("cases", filter=Q(cases__accepted_on__isnull=False))
    rows = applications.annotate(total=Count("cases"), closed_cases=closed, accepted=accepted)[:PAGE]
    return [
        ListRow(
            row.number,
            row.title,
            row.state,
            row.applicant_name,
            row.created_at,
            row.submitted_at,
            row.total - row.closed_cases,
            row.closed_cases,
            row.accepted > 0,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class CaseBrief:
    """What somebody who names a case has to know of it: what it is, whose, and who decides."""

    number: str
    title: str
    item: str
    agency: str
    applicant: UUID


def case_brief(number: str) -> CaseBrief | None:
    """A case by its number; None where there is none. One query."""
    row = Case.objects.select_related("application").filter(number=number).first()
    return _brief(row) if row else None


def my_cases(by: Actor) -> list[CaseBrief]:
    """A person's own cases, the newest applications first, a page of them. One query."""
    if by.person is None or by.represents:
        return []
    rows = Case.objects.select_related("application").filter(application__applicant=by.person)
    return [_brief(row) for row in rows.order_by("-application__created_at", "ordinal")[:PAGE]]


def _brief(row: Case) -> CaseBrief:
    return CaseBrief(row.number, row.title, row.item, row.agency, row.application.applicant)
