"""What pages show of screenings: to the agency that ordered them, and to the person who was told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.rules.api import Clause, Evaluation, Rule, clauses_of, evaluate, read_rule
from tongban.services.asking import Eligibility, Fact
from tongban.services.entitling.models import Screened, Screening
from tongban.services.models import Item
from tongban.services.schema import ServiceItem

#: The lists of a screening, as addresses name them.
LISTS = ("yes", "one-missing", "more-missing", "no")


@dataclass(frozen=True)
class ScreeningView:
    """A screening with the rule that ran."""

    id: int
    item: str
    title: str
    agency: str
    state: str
    ordered_by: str
    ordered_at: datetime
    as_of: datetime | None
    ended_at: datetime | None
    seconds: float | None
    fault: str
    sources: tuple[Mapping[str, Any], ...]
    people: int
    yes: int
    one_missing: int
    more_missing: int
    no: int
    #: The clauses in the order of the rule, each with how many noes it decided.
    decided: tuple[tuple[Clause, int], ...]
    facts: Mapping[str, Fact]
    rule_digest: str
    approved_at: datetime | None
    told_at: datetime | None
    told: int
    unreached: int
    version: int


@dataclass(frozen=True)
class ScreenedView:
    """What a screening says of a person, explained by the same evaluation that her own check uses."""

    id: int
    number: str
    name: str
    facts: Mapping[str, Any]
    evaluation: Evaluation
    told_at: datetime | None
    reached: bool


@dataclass(frozen=True)
class EntitledView:
    """What a person was told: of which item, by whom, on which facts of which sources and when."""

    screening: int
    item: str
    title: str
    agency: str
    told_at: datetime
    as_of: datetime
    sources: tuple[Mapping[str, Any], ...]
    facts: Mapping[str, Fact]
    values: Mapping[str, Any]
    evaluation: Evaluation


def items_to_screen(agency: str) -> list[ServiceItem]:
    """The agency's items in force that have a check, by title. One query."""
    today, found = clock.today(), {}
    rows = Item.objects.filter(deciding=agency, valid_from__lte=today).order_by("code", "version")
    for row in rows:
        found[row.code] = row
    items = [
        ServiceItem.model_validate(row.terms)
        for row in found.values()
        if row.valid_to is None or row.valid_to >= today
    ]
    return sorted((item for item in items if item.eligibility), key=lambda item: item.title)


def screenings_of(agency: str, *, before: int | None = None, limit: int = 30) -> list[ScreeningView]:
    """An agency's screenings, the newest first. One query."""
    rows = Screening.objects.filter(agency=agency)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_view(row) for row in rows.order_by("-pk")[:limit]]


def get_screening(screening: int, *, agency: str) -> ScreeningView:
    """One screening of an agency.

    Raises:
        NotFound: there is none, or it is another agency's.
    """
    row = Screening.objects.filter(pk=screening, agency=agency).first()
    if row is None:
        raise NotFound("没有这次核对。")
    return _view(row)


def screened_in(view: ScreeningView, which: str, *, after: str = "", limit: int = 50) -> list[ScreenedView]:
    """A list of a screening from the number `after` on, each person with the reasons. One query.

    Raises:
        NotFound: there is no such list.
    """
    if which not in LISTS:
        raise NotFound("没有这个名单。")
    rows = Screened.objects.filter(screening=view.id, number__gt=after)
    match which:
        case "one-missing":
            rows = rows.filter(answer="unknown", missing__len=1)
        case "more-missing":
            rows = rows.filter(answer="unknown", missing__len__gt=1)
        case _:
            rows = rows.filter(answer=which)
    rule = _rule_of(view.id)
    return [
        ScreenedView(
            row.pk,
            row.number,
            row.name,
            _known(row.facts),
            evaluate(rule, _known(row.facts)),
            row.told_at,
            row.person is not None,
        )
        for row in rows.order_by("number")[:limit]
    ]


def entitled_of(person: UUID, *, limit: int = 50) -> list[EntitledView]:
    """What a person was told that she may have, the newest of each item, newest first. One query."""
    rows = (
        Screened.objects.filter(person=person, answer="yes", told_at__isnull=False)
        .select_related("screening")
        .order_by("-screening__pk")[:limit]
    )
    newest: dict[str, Screened] = {}
    for row in rows:
        newest.setdefault(row.screening.item, row)
    return [_entitled(row) for row in newest.values()]


def _entitled(row: Screened) -> EntitledView:
    run = row.screening
    assert row.told_at
    assert run.as_of
    said = Eligibility.model_validate(run.eligibility)
    values = _known(row.facts)
    return EntitledView(
        run.pk,
        run.item,
        run.title,
        run.agency,
        row.told_at,
        run.as_of,
        tuple(run.sources),
        {fact.code: fact for fact in said.facts},
        values,
        evaluate(read_rule(said.rule), values),
    )


def _rule_of(screening: int) -> Rule:
    said: dict[str, Any] = Screening.objects.values_list("eligibility", flat=True).get(pk=screening)
    return read_rule(said["rule"])


def _known(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {code: value for code, value in facts.items() if value is not None}


def _view(row: Screening) -> ScreeningView:
    said = Eligibility.model_validate(row.eligibility)
    clauses = clauses_of(read_rule(said.rule))
    return ScreeningView(
        id=row.pk,
        item=row.item,
        title=row.title,
        agency=row.agency,
        state=row.state,
        ordered_by=row.ordered_by,
        ordered_at=row.ordered_at,
        as_of=row.as_of,
        ended_at=row.ended_at,
        seconds=row.seconds,
        fault=row.fault,
        sources=tuple(row.sources),
        people=row.people,
        yes=row.yes,
        one_missing=row.one_missing,
        more_missing=row.more_missing,
        no=row.no,
        decided=tuple(zip(clauses, row.decided, strict=False)),
        facts={fact.code: fact for fact in said.facts},
        rule_digest=row.rule_digest,
        approved_at=row.approved_at,
        told_at=row.told_at,
        told=row.told,
        unreached=row.unreached,
        version=row.version,
    )
