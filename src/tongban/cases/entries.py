"""How the acts of this module reach the journal: on the application or on a case, about the applicant."""

from collections.abc import Mapping
from datetime import date, datetime, time
from uuid import UUID

from tongban.cases.models import Application, Case, FormalityRow, Rating
from tongban.journal.api import Act, Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.canonical import Json


def note_application(
    act: Act,
    application: Application,
    *,
    version: int,
    by: Actor,
    said: Mapping[str, Json] | None = None,
    others: Mapping[UUID, Mapping[str, Json]] | None = None,
    occurred_at: datetime | None = None,
) -> UUID:
    """Journal an act on the application; `said` goes into the applicant's part, `others` into those of others."""
    return record(
        act,
        on=Subject("application", application.number, version),
        by=by,
        case_number=application.number,
        private=_parts(application, said, others),
        occurred_at=occurred_at,
    )


def note_case(
    act: Act,
    case: Case,
    *,
    version: int,
    by: Actor,
    said: Mapping[str, Json] | None = None,
    others: Mapping[UUID, Mapping[str, Json]] | None = None,
    basis: str = "",
    occurred_at: datetime | None = None,
    effective_on: date | None = None,
) -> UUID:
    """Journal an act on a case; `said` goes into the applicant's part, `others` into those of others."""
    return record(
        act,
        on=Subject("case", case.number, version),
        by=by,
        basis=basis,
        case_number=case.number,
        private=_parts(case.application, said, others),
        occurred_at=occurred_at,
        effective_on=effective_on,
    )


def note_formality(
    act: Act,
    row: FormalityRow,
    *,
    version: int,
    by: Actor,
    said: Mapping[str, Json] | None = None,
    basis: str = "",
    purpose: str = "",
) -> UUID:
    """Journal an act on an agency's own task beside a case; the applicant finds it in her part."""
    case = row.case
    return record(
        act,
        on=Subject("formality", str(row.id), version),
        by=by,
        basis=basis,
        purpose=purpose,
        case_number=case.number,
        private={case.application.applicant: {"title": case.title, **dict(said or {})}},
    )


def note_rating(
    act: Act, rating: Rating, *, version: int, by: Actor, said: Mapping[str, Json] | None = None
) -> UUID:
    """Journal an act on a rating; `said` goes into the part of the person who rated."""
    case = rating.case
    return record(
        act,
        on=Subject("rating", str(rating.id), version),
        by=by,
        agency=rating.agency,
        case_number=case.number,
        private={case.application.applicant: {"title": case.title, **dict(said or {})}},
    )


def end_of(day: date) -> datetime:
    """The last moment of a day: a limit in days ends with it."""
    return datetime.combine(day, time(23, 59, 59), clock.CITY_ZONE)


def _parts(
    application: Application,
    said: Mapping[str, Json] | None,
    others: Mapping[UUID, Mapping[str, Json]] | None,
) -> dict[UUID, dict[str, Json]]:
    told = {who: dict(one) for who, one in (others or {}).items()}
    return {application.applicant: dict(said or {}), **told}
