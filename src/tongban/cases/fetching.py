"""Fetching what agencies hold: each material once, as soon as its keys are known."""

from collections.abc import Collection, Mapping, Sequence

from tongban.cases.access import application_of
from tongban.cases.answers import value_of
from tongban.cases.models import Application, Handed
from tongban.cases.pinning import guide_of
from tongban.cases.registers import Lookup, keys_of
from tongban.exchange.api import EvidenceView, Question, QuotaExceeded, evidence_of, read_evidence
from tongban.identity.api import PersonView, get_person
from tongban.journal.api import Actor
from tongban.kernel.errors import NotAllowed, NotFound
from tongban.services.api import MaterialTerms

#: What an outcome makes of a material: a mismatch never blocks, a silent source leaves it pending.
STATE_AFTER = {
    "fetched": "ready",
    "verified": "ready",
    "mismatch": "ready",
    "silent": "pending",
    "none": "waiting",
}

_Mark = tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]


def fetch_materials(number: str, *, by: Actor, only: Collection[str] | None = None) -> None:
    """Read every fetchable material (or `only` some) whose keys are known and that was not read with these keys.

    May be repeated: evidence that was read but not noted (the process ended between) is taken up, not read again.
    """
    row = Application.objects.get(pk=application_of(number))
    guide = guide_of(row)
    terms = {one.material.code: one.material for one in guide.materials}
    waiting = Handed.objects.filter(application=row, kind__in=["fetched", "certificate"], document=None)
    waiting = waiting.filter(material__in=terms)
    if only is not None:
        waiting = waiting.filter(material__in=only)
    held = _held(row)
    person = get_person(row.applicant)
    waiting = waiting.exclude(outcome__in=["presented", "paper"], state="ready")
    for handed in waiting.exclude(material__in=row.by_hand).order_by("id"):
        question = _question(row, terms[handed.material], person)
        if question is None:
            continue
        evidence = held.get(_mark(question.resource, question.keys, question.items)) or _read(
            row, guide.item(handed.needed_by[0]).deciding, question, by
        )
        if evidence and evidence.id != handed.evidence:
            Handed.objects.filter(pk=handed.pk).update(
                evidence=None if evidence.outcome in {"silent", "none"} else evidence.id,
                outcome=evidence.outcome,
                state=STATE_AFTER[evidence.outcome],
            )


def fetch_open(number: str, *, by: Actor) -> None:
    """As `fetch_materials`, where something is still to be read; a look at the materials alone where nothing is."""
    rows = Handed.objects.filter(application=number, kind__in=["fetched", "certificate"], document=None)
    if rows.exclude(state="ready").exists():
        fetch_materials(number, by=by)


def fetch_for_answer(number: str, lookups: Sequence[Lookup], *, by: Actor) -> None:
    """Make the readings that answer facts and are no material; what was read already is not read again."""
    row = Application.objects.get(pk=number)
    held, person = _held(row), get_person(row.applicant)
    for one in lookups:
        keys = keys_of(one.fetch, row, person)
        if one.material or keys is None or _mark(one.fetch.resource, keys, one.fetch.items) in held:
            continue
        _read(row, one.consumer, Question(resource=one.fetch.resource, keys=keys, items=one.fetch.items), by)


def _held(row: Application) -> dict[_Mark, EvidenceView]:
    """What was read already; a source that was silent is asked again."""
    answered = [one for one in evidence_of(row.number) if one.outcome != "silent"]
    return {_mark(one.resource, one.keys, one.items): one for one in answered}


def _mark(resource: str, keys: Mapping[str, str], items: Sequence[str]) -> _Mark:
    """What a reading is told apart by: another number is another reading."""
    return resource, tuple(sorted(keys.items())), tuple(items)


def _question(row: Application, material: MaterialTerms, person: PersonView) -> Question | None:
    """What to ask for a material; None while a key is not known yet."""
    assert material.fetch

    keys = keys_of(material.fetch, row, person)
    if keys is None:
        return None
    claims: Mapping[str, str] = material.fetch.claims
    stated = {
        item: claim
        for item, source in claims.items()
        if (claim := value_of(source, answers=row.answers, person=person, firm=row.firm))
    }
    return Question(resource=material.fetch.resource, keys=keys, items=material.fetch.items, claims=stated)


def _read(row: Application, consumer: str, question: Question, by: Actor) -> EvidenceView | None:
    """Ask the source; None where nobody may (the exchange has journalled why): the person hands it in herself."""
    try:
        return read_evidence(
            question,
            consumer=consumer,
            case_number=row.number,
            subject=row.applicant,
            purpose=f"办理「{row.title}」",
            by=by,
        )
    except (NotAllowed, NotFound, QuotaExceeded):
        return None
