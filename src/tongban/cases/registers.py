"""「我能办吗」 with registers asked first: what they hold answers the questions, what they do not is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from tongban.cases.answers import value_of
from tongban.cases.form import questions_of
from tongban.cases.models import Application
from tongban.exchange.api import EvidenceView, GrantTerms, evidence_of, find_terms
from tongban.identity.api import PersonView, get_person
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.services.api import Fact, Fetch, Guide, Question, Reads

FactValue = str | int | bool


@dataclass(frozen=True)
class Lookup:
    """A reading that answers facts: what is fetched, for which agency, as which material (empty: only for the answer).

    `terms` is the grant under which it may be read; without one it is not read.
    """

    title: str
    material: str
    fetch: Fetch
    consumer: str
    facts: tuple[str, ...]
    terms: GrantTerms | None


@dataclass(frozen=True)
class FactFound:
    """What a register says of a fact, and where that is from. `value` is None where it leaves the fact open."""

    code: str
    value: FactValue | None
    outcome: str
    resource_name: str
    provider: str
    read_at: datetime
    evidence: UUID


def lookups_of(guide: Guide) -> tuple[Lookup, ...]:
    """The readings that would answer facts of the guide's check, each once. Two queries."""
    found: dict[tuple[str, str], tuple[str, Fetch, str, list[str]]] = {}
    materials = {one.material.code: one for one in guide.materials}
    for fact in guide.bundle.eligibility.facts if guide.bundle.eligibility else ():
        if fact.reads is None:
            continue
        held = materials.get(fact.reads.material or "")
        fetch = held.material.fetch if held else fact.reads.fetch
        item = held.needed_by[0] if held else fact.reads.needed_by
        if fetch is None or item is None:
            continue
        title = held.material.title if held else ""
        key = (fact.reads.material or "", fetch.resource)
        found.setdefault(key, (title, fetch, guide.item(item).deciding, []))[3].append(fact.code)
    terms = find_terms([(consumer, fetch.resource) for _title, fetch, consumer, _facts in found.values()])
    return tuple(
        Lookup(title, material, fetch, consumer, tuple(facts), terms.get((consumer, resource)))
        for (material, resource), (title, fetch, consumer, facts) in found.items()
    )


def lookup_questions(guide: Guide, lookups: Sequence[Lookup]) -> list[Question]:
    """What she has to say so that the records can be found, in the order of the form."""
    keys = {answer for one in lookups for answer in one.fetch.keys.values()}
    return [question for code, question in questions_of(guide).items() if code in keys]


def keys_of(fetch: Fetch, row: Application, person: PersonView) -> dict[str, str] | None:
    """The keys of a reading; None while one of them is not known."""
    keys = {
        item: value_of(source, answers=row.answers, person=person, firm=row.firm)
        for item, source in fetch.keys.items()
    }
    return keys if all(keys.values()) else None


def facts_found(guide: Guide, row: Application) -> dict[str, FactFound]:
    """What the evidence of an application says of the facts of its check; what was read with another number says nothing."""
    person = get_person(row.applicant)
    newest = {(one.resource, tuple(one.items)): one for one in evidence_of(row.number)}
    facts = {fact.code: fact for fact in guide.bundle.eligibility.facts} if guide.bundle.eligibility else {}
    found: dict[str, FactFound] = {}
    for one in lookups_of(guide):
        evidence = newest.get((one.fetch.resource, tuple(one.fetch.items)))
        if evidence and evidence.keys == keys_of(one.fetch, row, person):
            found |= {code: _found(facts[code], evidence) for code in one.facts}
    return found


def read_fact(fact: Fact, outcome: str, values: Mapping[str, Json], *, on: date) -> FactValue | None:
    """What a record says of a fact, typed as the rule reads it; None where it says nothing."""
    reads = fact.reads
    if reads is None or outcome == "silent":
        return None
    if outcome == "none" or _passed(values.get(reads.valid_to), on):
        return reads.absent
    held = values.get(reads.item)
    return None if held is None or held == "" else _answer(fact, reads, held, on)


def _answer(fact: Fact, reads: Reads, held: Json, on: date) -> FactValue | None:
    text = str(held)
    if reads.measure:
        return _since(date.fromisoformat(text), on, reads.measure)
    if reads.more_than is not None:
        return Decimal(text) > reads.more_than
    if reads.present or reads.equals or reads.starts_with:
        return reads.present or (text == reads.equals if reads.equals else text.startswith(reads.starts_with))
    if fact.kind == "number":
        return int(Decimal(text))
    allowed: dict[str, FactValue] = {option.value: option.value for option in fact.options}
    return (allowed or {"是": True, "否": False}).get(text)


def _since(day: date, on: date, measure: str) -> int:
    """Full months or years from a day to another."""
    months = (on.year - day.year) * 12 + on.month - day.month - (on.day < day.day)
    return months if measure == "months" else months // 12


def _passed(held: Json, on: date) -> bool:
    try:
        return date.fromisoformat(str(held)) < on
    except ValueError:
        return False


def _found(fact: Fact, evidence: EvidenceView) -> FactFound:
    return FactFound(
        code=fact.code,
        value=read_fact(fact, evidence.outcome, evidence.values, on=clock.today()),
        outcome=evidence.outcome,
        resource_name=evidence.resource_name,
        provider=evidence.provider,
        read_at=evidence.read_at,
        evidence=evidence.id,
    )
