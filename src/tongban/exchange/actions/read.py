"""The core call of the exchange: one reading, with its grant, its case, its entry and its evidence."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from tongban.catalogue.api import ResourceView, get_resource
from tongban.exchange.actions.correction import Asked, open_correction
from tongban.exchange.granted import terms_of
from tongban.exchange.kinds import Answered, Refused
from tongban.exchange.metering.leases import spend
from tongban.exchange.models import NOTHING_READ, Binding, CaseRef, Correction, Evidence, Grant
from tongban.exchange.policy import OpenCase, Terms, check_offered, check_reading
from tongban.exchange.ports import RemoteSource, SourceDown, agrees, source_of
from tongban.exchange.queries import EvidenceView, view_evidence
from tongban.exchange.upstream.asking import Heard, Outgoing, hear, note_answered, note_failed, send, sending
from tongban.identity.api import firms_among, subject_numbers
from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.canonical import canonical
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
class _Reading:
    """A question with who asks it, for whom and why, and the evidence it will be."""

    question: Question
    binding: Binding
    resource: ResourceView
    consumer: str
    case_number: str
    subject: UUID
    purpose: str
    by: Actor
    evidence: UUID


_WRITE_CASE_REF = """
insert into exchange_case_ref (number, kinds, subjects, numbers, state, until)
values (%s, %s::text[], %s::uuid[], %s::bytea[], %s, %s)
on conflict (number) do update set kinds = excluded.kinds, subjects = excluded.subjects, numbers = excluded.numbers,
    state = excluded.state, until = excluded.until
"""


def write_case_ref(
    *, number: str, kinds: Sequence[str], subjects: Sequence[UUID], state: str, until: date | None = None
) -> None:
    """Make a case known to the exchange, or change its state (`preparing`, `open`, `closed`).

    `subjects` are people, or firms by what the journal calls them.
    """
    numbers = [digest_of_number(number) for number in subject_numbers(subjects)]
    with connection.cursor() as cursor:  # one statement: most acts of an application say it
        cursor.execute(_WRITE_CASE_REF, [number, list(kinds), list(subjects), numbers, state, until])


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
    reading = _Reading(question, binding, resource, consumer, case_number, subject, purpose, by, uuid7())
    try:
        grant = _grant(reading)
    except NotAllowed as refusal:
        _refuse(reading, str(refusal))
        raise
    if grant.quota is not None:
        spend(grant.code, day=clock.today())
    if isinstance(source_of(binding.adapter), RemoteSource):
        return _read_outside(reading, grant)
    answer = _ask(binding, question)
    with transaction.atomic():
        return _keep(reading, answer, _note(reading, grant, answer))


def _grant(reading: _Reading) -> Terms:
    check_offered(reading.resource)
    return check_reading(
        _grants(reading.consumer, reading.question.resource),
        case_of(reading.case_number),
        items=reading.question.items,
        subject=reading.subject,
        at=clock.local(clock.now()),
    )


def _read_outside(reading: _Reading, grant: Terms) -> EvidenceView:
    """The question leaves us: journalled and committed before, and its ground looked at again after."""
    out = _outgoing(reading, grant)
    try:
        with sending() as taken:
            taken.append(send(out))
    except SourceDown:  # nothing left us
        silent = Heard("silent")
        with transaction.atomic():
            return _keep(reading, silent, _note(reading, grant, silent))
    heard = hear(out, taken[0])
    clock.refresh()
    with transaction.atomic(durable=True):
        lost = _lost(reading, grant)
        if lost or heard.fault:
            entry = note_failed(out, "stopped" if lost else heard.fault)
        else:
            on = Subject("evidence", str(reading.evidence), 1)
            entry = note_answered(out, heard, on=on, digest=_digest(heard))
        if lost is None:
            return _keep(reading, heard, entry)
    raise lost


def _lost(reading: _Reading, grant: Terms) -> NotAllowed | None:
    """Why the ground of a reading no longer stands; None while it does."""
    try:
        now = _grant(replace(reading, resource=get_resource(reading.question.resource)))
    except NotAllowed as refusal:
        return refusal
    if now.code != grant.code:
        return NotAllowed("等候答复的时候，读取所依据的授权已停用。请重新读取。")
    return None


def _outgoing(reading: _Reading, grant: Terms) -> Outgoing:
    question, binding = reading.question, reading.binding
    return Outgoing(
        query=reading.evidence,
        adapter=binding.adapter,
        target=binding.target,
        mode=binding.mode,
        resource=reading.resource,
        keys=question.keys,
        items=question.items,
        claims=question.claims,
        grant=grant.code,
        by=reading.by,
        agency=reading.consumer,
        purpose=reading.purpose,
        basis=grant.basis,
        case_number=reading.case_number,
        disclose_after=grant.told_after(clock.now()),
        told=_told(reading),
    )


def _note(reading: _Reading, grant: Terms, answer: Heard) -> UUID:
    resource, items = reading.resource, list(reading.question.items)
    act = Answered(
        resource=resource.code,
        resource_version=resource.version,
        provider=resource.agency,
        items=items,
        grant=grant.code,
        mode=reading.binding.mode,
        outcome=answer.outcome,
    )
    return record(
        act,
        on=Subject("evidence", str(reading.evidence), 1),
        by=reading.by,
        agency=reading.consumer,
        purpose=reading.purpose,
        basis=grant.basis,
        case_number=reading.case_number,
        disclose_after=grant.told_after(clock.now()),
        private={
            one: {"items": resource.item_names(items), "digest": _digest(answer)} for one in _told(reading)
        },
    )


def _keep(reading: _Reading, answer: Heard, entry: UUID) -> EvidenceView:
    """Keep the evidence, in the transaction of its entry; what differs goes to the provider to check."""
    question, resource = reading.question, reading.resource
    row = Evidence.objects.create(
        id=reading.evidence,
        case_number=reading.case_number,
        subject=reading.subject,
        consumer=reading.consumer,
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
        _ask_correction(row, resource.agency, by=reading.by)
    return view_evidence(row, resource)


def _ask_correction(row: Evidence, provider: str, *, by: Actor) -> None:
    """Ask the provider to check the items that differ; nobody waits for the answer."""
    items = [item for item, same in row.compared.items() if not same]
    stated = {item: row.claims[item] for item in items}
    open_correction(row, provider, asked=Asked("comparison", items, stated), by=by)


def _ask(binding: Binding, question: Question) -> Heard:
    """Ask a source of our own database."""
    source = source_of(binding.adapter)
    try:
        if binding.mode == "verify":
            compared = source.verify(binding.target, question.keys, question.claims)
            if compared is None:
                return Heard("none", {}, {})
            return Heard("verified" if all(compared.values()) else "mismatch", {}, compared)
        values = source.query(binding.target, question.keys, question.items)
    except SourceDown:
        return Heard("silent", {}, {})
    if values is None:
        return Heard("none", {}, {})
    same = {
        item: agrees(values.get(item), claim) for item, claim in question.claims.items() if item in values
    }
    return Heard("fetched" if all(same.values()) else "mismatch", values, same)


def _refuse(reading: _Reading, reason: str) -> None:
    """Journal the refusal; whose data it would have been sees it in her footprint."""
    question = reading.question
    act = Refused(resource=question.resource, items=list(question.items), reason=reason)
    with transaction.atomic():
        record(
            act,
            on=Subject("resource", question.resource, 1),
            by=reading.by,
            agency=reading.consumer,
            purpose=reading.purpose,
            case_number=reading.case_number,
            private={one: {"items": reading.resource.item_names(question.items)} for one in _told(reading)},
        )


def _told(reading: _Reading) -> list[UUID]:
    """Whom a reading is about: the person of the case, and a firm whose number the question names."""
    return [reading.subject, *firms_among(reading.question.keys.values())]


def _grants(consumer: str, resource: str) -> list[Terms]:
    rows = Grant.objects.filter(consumer=consumer, resource=resource, subsystem="", stopped_at=None)
    return [terms_of(row) for row in rows.order_by("code")]


def case_of(number: str) -> OpenCase | None:
    """A case of this platform as the policy needs it; None if there is none."""
    row = CaseRef.objects.filter(pk=number, owner="").first()
    return OpenCase(row.state, tuple(row.kinds), tuple(row.subjects), row.until) if row else None


def _digest(answer: Heard) -> str:
    return hashlib.sha256(
        canonical({"values": dict(answer.values), "compared": dict(answer.compared)})
    ).hexdigest()
