"""Lamps by agency, lists of cards, one card with its sum and its acts, leads with their rows. Nobody is ranked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from tongban.journal.api import Actor, EntryView, timeline
from tongban.kernel.errors import NotAllowed, NotFound
from tongban.packs.ports import Cite
from tongban.supervision.models import Breach, Card, Detector, GamingLead, LeadRow, Letter, Outage, Rule
from tongban.supervision.moments import pair
from tongban.supervision.policy import WATCHERS, speaks_for
from tongban.supervision.reading import card_number, letter_number
from tongban.supervision.schema import LEVELS, RuleTerms

PAGE = 50


@dataclass(frozen=True)
class LampRow:
    """An agency's lamps: what runs under a limit, what was reminded of, its cards that are open, what stands."""

    agency: str
    running: int
    reminded: int
    yellow: int
    red: int
    unruled: int


@dataclass(frozen=True)
class CardView:
    """A card as lists and its page show it."""

    id: int
    number: str
    rule: str
    rule_number: str
    rule_words: str
    cite: Cite
    agency: str
    owner: str
    item: str
    object: str
    case_number: str
    level: str
    state: str
    breach_at: datetime
    proposed_at: datetime
    points: int
    row: Card


@dataclass(frozen=True)
class CardPage:
    """A card with everything around it."""

    card: CardView
    due_on: date | None
    began_at: datetime | None
    ended_at: datetime | None
    pauses: Sequence[tuple[date, date | None]]
    letters: Sequence[tuple[str, Letter]]
    acts: Sequence[EntryView]
    acts_of_object: Sequence[EntryView]
    breach: Breach | None


@dataclass(frozen=True)
class LeadPage:
    """A lead with its rows; `excused` are rows of a declared outage, which do not count."""

    lead: GamingLead
    detector: Detector
    rows: Sequence[LeadRow]
    excused: int


def lamps() -> list[LampRow]:
    """Every agency that has something under supervision, in the order of codes; two statements."""
    rows: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select agency, count(*), count(*) filter (where level = 1) from supervision_watch"
            " where began_at is not null and ended_at is null and due_on is not null"
            " and (yellow_at is null or yellow_at <> began_at) and (red_at is null or red_at <> began_at)"
            " group by agency order by agency"
        )
        for agency, running, reminded in cursor.fetchall():
            rows.setdefault(agency, {}).update(running=running, reminded=reminded)
        cursor.execute(
            "select owner, count(*) filter (where level = 2), count(*) filter (where level = 3),"
            " count(*) filter (where state in ('proposed', 'explained')) from supervision_card"
            " where state not in ('dismissed', 'withdrawn') group by owner order by owner"
        )
        for agency, yellow, red, unruled in cursor.fetchall():
            rows.setdefault(agency, {}).update(yellow=yellow, red=red, unruled=unruled)
    names = ("running", "reminded", "yellow", "red", "unruled")
    return [LampRow(agency, *(row.get(name, 0) for name in names)) for agency, row in sorted(rows.items())]


def list_cards(
    *, by: Actor, state: str = "", agency: str = "", before: int | None = None, limit: int = PAGE
) -> list[CardView]:
    """Cards that the officer may see, newest first: supervisors all, agencies their own. One query."""
    rows = _seen_by(by)
    if state:
        rows = rows.filter(state=state)
    if agency:
        rows = rows.filter(owner=agency)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_view(row) for row in rows.select_related("rule", "watch").order_by("-pk")[:limit]]


def get_card(card: int, *, by: Actor) -> CardPage:
    """One card with its sum, letters and acts.

    Raises:
        NotFound: there is none that this officer may see.
    """
    row = _seen_by(by).select_related("rule", "watch").filter(pk=card).first()
    if row is None:
        raise NotFound("没有这张监察牌，或者它不是本部门的。")
    watch = row.watch
    return CardPage(
        card=_view(row),
        due_on=watch.due_on,
        began_at=watch.began_at,
        ended_at=watch.ended_at,
        pauses=pair(watch.pause_begins, watch.pause_ends),
        letters=[(letter_number(one.pk, one.issued_at), one) for one in row.letters.order_by("pk")],
        acts=timeline(objects=[f"card:{row.pk}", f"watch:{watch.pk}"]),
        acts_of_object=timeline(objects=[watch.object]),
        breach=_breach(watch.object),
    )


def cards_on(keys: Sequence[str], *, by: Actor) -> list[CardView]:
    """Cards about objects (`order:12/1`), oldest first: supervisors see all, others published ones and their own."""
    rows = Card.objects.filter(watch__key__in=list(keys)).exclude(state="dismissed")
    if not _watches(by):
        rows = rows.filter(Q(published_at__isnull=False) | Q(owner=by.agency))
    return [_view(row) for row in rows.select_related("rule", "watch").order_by("pk")]


def published_cards(*, agency: str = "", before: int | None = None, limit: int = PAGE) -> list[CardView]:
    """Cards that stand on the public scoreboard, withdrawn ones with their reason; newest first. One query."""
    rows = Card.objects.filter(published_at__isnull=False)
    rows = rows.filter(agency=agency) if agency else rows
    rows = rows.filter(pk__lt=before) if before is not None else rows
    return [_view(row) for row in rows.select_related("rule", "watch").order_by("-pk")[:limit]]


def list_gaming_leads() -> list[tuple[GamingLead, Detector]]:
    """Leads that have as many rows as make them worth a look, those that nobody saw first; two queries."""
    detectors = {one.code: one for one in Detector.objects.order_by("code")}
    rows = GamingLead.objects.filter(told_at__isnull=False).order_by(
        F("seen_at").asc(nulls_first=True), "-pk"
    )
    return [(row, detectors[row.detector]) for row in rows[: PAGE * 4] if row.detector in detectors]


def get_gaming_lead(lead: int) -> LeadPage:
    """One lead with its rows, without those of declared outages.

    Raises:
        NotFound: there is none.
    """
    row = GamingLead.objects.filter(pk=lead, told_at__isnull=False).first()
    if row is None:
        raise NotFound("没有这条线索。请回到规避线索里重新打开。")
    outages = list(Outage.objects.filter(agency=row.agency).exclude(confirmed_by="").order_by("pk"))
    found = list(row.evidence.order_by("-pk")[:500])
    kept = [
        one for one in found if not any(out.begins_at <= one.occurred_at <= out.ends_at for out in outages)
    ]
    detector = Detector.objects.get(pk=row.detector)
    return LeadPage(row, detector, kept, len(found) - len(kept))


def list_breaches() -> list[Breach]:
    """Breaches that were written down, newest first; one query."""
    return list(Breach.objects.order_by("-pk")[:PAGE])


def list_rules() -> list[tuple[Rule, RuleTerms, Cite]]:
    """Every rule, by number and day; one query."""
    rows = Rule.objects.order_by("number", "-valid_from")
    return [(row, RuleTerms.model_validate(row.terms), Cite.model_validate(row.cite)) for row in rows]


def get_rule(rule: int) -> tuple[Rule, RuleTerms, Cite]:
    """One version of a rule, a draft or in force.

    Raises:
        NotFound: there is none.
    """
    row = Rule.objects.filter(pk=rule).first()
    if row is None:
        raise NotFound("没有这条监察规则。")
    return row, RuleTerms.model_validate(row.terms), Cite.model_validate(row.cite)


def list_outages(*, by: Actor) -> list[Outage]:
    """Declared outages: supervisors all, agencies their own; newest first. One query."""
    rows = Outage.objects.order_by("-pk")
    return list((rows if _watches(by) else rows.filter(agency=by.agency))[:PAGE])


def _breach(name: str) -> Breach | None:
    kind, _colon, key = name.partition(":")
    return Breach.objects.filter(pk=key).first() if kind == "breach" else None


def _watches(by: Actor) -> bool:
    return any(by.has_role(role) for role in WATCHERS)


def _seen_by(by: Actor) -> "QuerySet[Card]":
    if _watches(by):
        return Card.objects.all()
    if not speaks_for(by, by.agency):
        raise NotAllowed("监察牌由效能监督员、首席数据官和被监察部门的批准人、资源管理员查看。")
    return Card.objects.filter(Q(owner=by.agency) | Q(agency=by.agency))


def _view(row: Card) -> CardView:
    rule: Any = row.rule
    terms = RuleTerms.model_validate(rule.terms)
    level = terms.level(row.level)
    return CardView(
        id=row.pk,
        number=card_number(row.pk, row.proposed_at),
        rule=rule.title,
        rule_number=rule.number,
        rule_words=rule.words,
        cite=Cite.model_validate(rule.cite),
        agency=row.agency,
        owner=row.owner,
        item=row.item,
        object=row.watch.object,
        case_number=row.watch.case_number,
        level=LEVELS[row.level],
        state=row.state,
        breach_at=row.breach_at,
        proposed_at=row.proposed_at,
        points=level.points if level and row.state in {"confirmed", "published"} else 0,
        row=row,
    )
