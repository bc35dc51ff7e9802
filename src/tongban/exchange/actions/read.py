"""The core call of the exchange: one reading, with its grant, its case, its entry and its evidence."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction

from tongban.catalogue.api import ResourceView, get_resource
from tongban.exchange.actions.correction import Asked, open_correction
from tongban.exchange.kinds import Answered, Refused
from tongban.exchange.models import NOTHING_READ, Binding, CaseRef, Correction, Evidence, Grant
from tongban.exchange.policy import OpenCase, Terms, check_offered, check_reading
from tongban.exchange.ports import SourceDown, agrees, source_of
from tongban.exchange.queries import EvidenceView, view_evidence
from tongban.identity.api import get_person
from tongban.journal.api import Actor, Private, Subject, record
from tongban.kernel import clock
from tongban.kernel.canonical import Json, canonical
from tongban.kernel.errors import NotAllowed, NotFound
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say
from tongban.keys.api import keyed_digest


@dataclass(frozen=True)
class Question:
    """What is asked: a resource, the keys of the record, the items, and what the person states of them."""

    resource: str
    keys: Mapping[str, str]
    items: Sequence[str]
    claims: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Answer:
    outcome: str
    values: Mapping[str, Json]
    compared: Mapping[str, bool]


def write_case_ref(
    *, number: str, kinds: Sequence[str], subjects: Sequence[UUID], state: str, until: date | None = None
) -> None:
    """Make a case known to the exchange, or change its state (`preparing`, `open`, `closed`)."""
    numbers = [digest_of_number(get_person(subject).id_number) for subject in subjects]
    row = CaseRef(
        number=number, kinds=list(kinds), subjects=list(subjects), numbers=numbers, state=state, until=until
    )
    CaseRef.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["number"],
        update_fields=["kinds", "subjects", "numbers", "state", "until"],
    )


def digest_of_number(number: str) -> bytes:
    """How a case reference knows the number of a person or firm (HMAC-SHA-256, 32 bytes)."""
    return keyed_digest(f"exchange.subject:{number}".encode())


def erase_evidence(case_number: str) -> int:
    """Erase what was read for a case that came to nothing; returns how many readings lost their content.

    That they took place stays, with resource, items and outcome. What a correction is still to be answered about is
    erased with the answer.
    """
    asked = Correction.objects.filter(evidence__case_number=case_number, answered_on=None)
    asked.update(erases=True)
    rows = Evidence.objects.filter(case_number=case_number).exclude(pk__in=asked.values("evidence"))
    return rows.update(**NOTHING_READ)


def read_evidence(
    question: Question, *, consumer: str, case_number: str, subject: UUID, purpose: str, by: Actor
) -> EvidenceView:
    """Ask a source for a case, journal it and keep the evidence.

    A source that is down, has no record or disagrees with the person is an outcome, never an error.

    Raises:
        NotAllowed: no grant, no open case, or another subject; the refusal is journalled.
        NotFound: the catalogue has no such resource, or nothing is bound to it.
    """
    resource = get_resource(question.resource)
    binding = Binding.objects.filter(pk=question.resource).first()
    if binding is None:
        raise NotFound(say("「{name}」还没有接口，不能在线读取。", name=resource.name))
    try:
        check_offered(resource)
        grant = check_reading(
            _grants(consumer, question.resource),
            _case(case_number),
            items=question.items,
            subject=subject,
            on=clock.today(),
        )
    except NotAllowed as refusal:
        named = resource.item_names(question.items)
        _refuse(
            question,
            str(refusal),
            consumer=consumer,
            case_number=case_number,
            purpose=purpose,
            by=by,
            private={subject: {"items": named}},
        )
        raise
    answer = _ask(binding, question)
    evidence = uuid7()
    with transaction.atomic():
        entry = record(
            _answered(question, resource, grant=grant.code, mode=binding.mode, outcome=answer.outcome),
            on=Subject("evidence", str(evidence), 1),
            by=by,
            agency=consumer,
            purpose=purpose,
            basis=_basis(grant.code),
            case_number=case_number,
            private={subject: {"items": resource.item_names(question.items), "digest": _digest(answer)}},
        )
        row = Evidence.objects.create(
            id=evidence,
            case_number=case_number,
            subject=subject,
            consumer=consumer,
            resource=resource.code,
            resource_version=resource.version,
            items=list(question.items),
            keys=dict(question.keys),
            claims=dict(question.claims),
            values=answer.values,
            compared=answer.compared,
            outcome=answer.outcome,
            level="A",
            read_at=clock.now(),
            entry=entry,
        )
        if answer.outcome == "mismatch":
            _ask_correction(row, resource.agency, by=by)
    return view_evidence(row, resource)


def _answered(question: Question, resource: ResourceView, *, grant: str, mode: str, outcome: str) -> Answered:
    return Answered(
        resource=resource.code,
        resource_version=resource.version,
        provider=resource.agency,
        items=list(question.items),
        grant=grant,
        mode=mode,
        outcome=outcome,
    )


def _ask_correction(row: Evidence, provider: str, *, by: Actor) -> None:
    """Ask the provider to check the items that differ; nobody waits for the answer."""
    items = [item for item, same in row.compared.items() if not same]
    stated = {item: row.claims[item] for item in items}
    open_correction(row, provider, asked=Asked("comparison", items, stated), by=by)


def _ask(binding: Binding, question: Question) -> _Answer:
    """Ask the source; outside any transaction, since it may be far away."""
    source = source_of(binding.adapter)
    try:
        if binding.mode == "verify":
            compared = source.verify(binding.target, question.keys, question.claims)
            if compared is None:
                return _Answer("none", {}, {})
            return _Answer("verified" if all(compared.values()) else "mismatch", {}, compared)
        values = source.query(binding.target, question.keys, question.items)
    except SourceDown:
        return _Answer("silent", {}, {})
    if values is None:
        return _Answer("none", {}, {})
    same = {
        item: agrees(values.get(item), claim) for item, claim in question.claims.items() if item in values
    }
    return _Answer("fetched" if all(same.values()) else "mismatch", values, same)


def _refuse(
    question: Question,
    reason: str,
    *,
    consumer: str,
    case_number: str,
    purpose: str,
    by: Actor,
    private: Private,
) -> None:
    """Journal the refusal; whose data it would have been sees it in her footprint."""
    act = Refused(resource=question.resource, items=list(question.items), reason=reason)
    with transaction.atomic():
        record(
            act,
            on=Subject("resource", question.resource, 1),
            by=by,
            agency=consumer,
            purpose=purpose,
            case_number=case_number,
            private=private,
        )


def _grants(consumer: str, resource: str) -> list[Terms]:
    return [
        Terms(
            row.code,
            tuple(row.items),
            tuple(row.case_kinds),
            row.valid_from,
            row.valid_to,
            tuple(row.suspended),
        )
        for row in Grant.objects.filter(
            consumer=consumer, resource=resource, subsystem="", stopped_at=None
        ).order_by("code")
    ]


def _case(number: str) -> OpenCase | None:
    row = CaseRef.objects.filter(pk=number).first()
    return OpenCase(row.state, tuple(row.kinds), tuple(row.subjects), row.until) if row else None


def _basis(grant: str) -> str:
    row = Grant.objects.get(pk=grant)
    return "；".join(f"《{cite['law']}》{cite['article']}" for cite in row.cites)


def _digest(answer: _Answer) -> str:
    return hashlib.sha256(canonical({"values": answer.values, "compared": answer.compared})).hexdigest()
