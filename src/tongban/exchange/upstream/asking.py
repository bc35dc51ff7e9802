"""A question to a source outside, from the moment it leaves us to the moment its end is journalled.

Both doors use it (the gateway, and readings for our own cases): `send` in a transaction that commits, `hear` with none
open, then `note_answered` or `note_failed` in the transaction that releases the answer or refuses it.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tongban.catalogue.api import ResourceView
from tongban.exchange.kinds import Answered, UpstreamAsked, UpstreamFailed
from tongban.exchange.ports import CausedSource, RemoteSource, SourceDown, agrees, source_of
from tongban.exchange.upstream import gate
from tongban.exchange.upstream.models import Inquiry
from tongban.exchange.upstream.timing import end_inquiry
from tongban.journal.api import Act, Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.canonical import Json

#: Beyond the longest answer: so long the journal may take to write its end.
_GRACE = timedelta(seconds=5)


@dataclass(frozen=True)
class Outgoing:
    """A question that was found allowed: what is asked of whom, under which ground, and whom it concerns (`told`)."""

    query: UUID
    adapter: str
    target: str
    mode: str
    resource: ResourceView
    keys: Mapping[str, str]
    items: Sequence[str]
    claims: Mapping[str, str]
    grant: str
    by: Actor
    agency: str
    purpose: str
    basis: str
    case_number: str
    told: Sequence[UUID]
    request: str = ""
    user: str = ""
    represented: str = ""
    disclose_after: datetime | None = None

    @property
    def source(self) -> RemoteSource:
        """Whom it goes to."""
        source = source_of(self.adapter)
        assert isinstance(source, RemoteSource)
        return source.because(self.purpose) if isinstance(source, CausedSource) else source


@dataclass(frozen=True)
class Heard:
    """What came of it: an outcome with its values, or the fault for which there are none."""

    outcome: str
    values: Mapping[str, Json] = field(default_factory=dict)
    compared: Mapping[str, bool] = field(default_factory=dict)
    fault: str = ""


@contextmanager
def sending() -> Iterator[list[gate.Permit]]:
    """The transaction in which a question is sent; permits put into the list are given back unless it commits."""
    taken: list[gate.Permit] = []
    try:
        with transaction.atomic(durable=True):
            yield taken
    except BaseException:
        for permit in taken:
            gate.give_back(permit)
        raise


def send(out: Outgoing) -> gate.Permit:
    """Take a permit and journal that the question leaves us, in the transaction at hand; commit before `hear`.

    Raises:
        SourceDown: no permit, or the breaker is open; nothing was written.
    """
    reach = out.source.reach(out.target)
    permit = gate.take(reach)
    try:
        act = UpstreamAsked(
            resource=out.resource.code,
            resource_version=out.resource.version,
            provider=out.resource.agency,
            items=list(out.items),
            grant=out.grant,
            mode=out.mode,
            request=out.request,
            user=out.user,
        )
        entry = _record(out, act, on=Subject("query", str(out.query), 1))
        now = clock.real_now()
        Inquiry.objects.create(
            id=out.query,
            entry=entry,
            resource=out.resource.code,
            system=reach.system,
            consumer=out.agency,
            case_number=out.case_number,
            asked_at=now,
            given_up_at=now + timedelta(seconds=reach.longest_s) + _GRACE,
        )
    except BaseException:
        gate.give_back(permit)
        raise
    return permit


def hear(out: Outgoing, permit: gate.Permit) -> Heard:
    """Ask, with no transaction open; gives the permit back and tells the breaker. A silent source is an outcome."""
    try:
        heard = _heard(out, permit.system)
        if heard.fault:
            logging.getLogger("tongban").warning("upstream %s: %s", permit.system, heard.fault)
        return heard
    finally:
        gate.give_back(permit)


def _heard(out: Outgoing, system: str) -> Heard:
    try:
        with gate.watched(system):
            return _asked(out)
    except SourceDown as down:
        return Heard("silent", fault=down.fault)


def _asked(out: Outgoing) -> Heard:
    if out.mode == "verify":
        compared = out.source.verify(out.target, out.keys, out.claims)
        if compared is None:
            return Heard("none")
        compared = {item: compared[item] for item in out.claims}
        return Heard("verified" if all(compared.values()) else "mismatch", {}, compared)
    values = out.source.query(out.target, out.keys, out.items)
    if values is None:
        return Heard("none")
    # Whatever came, only what was granted and asked for goes on.
    values = {item: values.get(item) for item in out.items}
    same = {item: agrees(values[item], claim) for item, claim in out.claims.items() if item in values}
    return Heard("fetched" if all(same.values()) else "mismatch", values, same)


def note_answered(
    out: Outgoing, heard: Heard, *, on: Subject, digest: str, entry: UUID | None = None
) -> UUID:
    """Journal the answer, in the transaction that releases it; returns the entry."""
    end_inquiry(out.query)
    act = Answered(
        resource=out.resource.code,
        resource_version=out.resource.version,
        provider=out.resource.agency,
        items=list(out.items),
        grant=out.grant,
        mode=out.mode,
        outcome=heard.outcome,
        request=out.request,
        user=out.user,
    )
    return _record(out, act, on=on, entry=entry, digest=digest)


def note_failed(out: Outgoing, fault: str) -> UUID:
    """Journal that nothing is released, and why; returns the entry."""
    end_inquiry(out.query, fault)
    act = UpstreamFailed(
        resource=out.resource.code,
        provider=out.resource.agency,
        items=list(out.items),
        grant=out.grant,
        mode=out.mode,
        fault=fault,
        request=out.request,
    )
    return _record(out, act, on=Subject("query", str(out.query), 2), entry=out.query)


def _record(out: Outgoing, act: Act, *, on: Subject, entry: UUID | None = None, **said: Json) -> UUID:
    """Journal a step of the question under its grant; what is `said` beside the items goes to each person it is about."""
    return record(
        act,
        on=on,
        by=out.by,
        agency=out.agency,
        purpose=out.purpose,
        basis=out.basis,
        case_number=out.case_number,
        represented=out.represented,
        disclose_after=out.disclose_after,
        private={person: {"items": out.resource.item_names(out.items), **said} for person in out.told},
        entry=entry,
    )
