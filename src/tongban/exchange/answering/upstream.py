"""A call of the gateway to a source outside: the statement's verdict twice, and the question between.

First transaction: nonce, key, grant, stop and case as for every call, a permit, the entry `asked`. Then the question,
with no transaction open. Second transaction: key, grant, stop and case again, and the entry of the end; only then is
anything released.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.exchange.answering.plan import Bound
from tongban.exchange.answering.statement import VERDICT_SAYS, numbered, verdict
from tongban.exchange.answering.together import run
from tongban.exchange.answering.values import Call, Caller, arrays, grounds, searched, shared_values
from tongban.exchange.kinds import Refused
from tongban.exchange.ports import FAULT_WORDS, SourceDown
from tongban.exchange.upstream.asking import Heard, Outgoing, hear, note_answered, note_failed, send, sending
from tongban.exchange.upstream.gate import Permit
from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.canonical import canonical
from tongban.kernel.commitment import plain
from tongban.kernel.ids import uuid7


@dataclass(frozen=True)
class Asked:
    """A call, and what answers it; `purpose` is that of the grant under which it was asked before."""

    call: Call
    caller: Caller
    held: Bound
    leased: Sequence[str]
    items: Sequence[str]
    by: Actor
    purpose: str = ""

    @property
    def claims(self) -> Mapping[str, str]:
        """What is verified; nothing where values are read."""
        return self.call.claims if self.held.mode == "verify" else {}


@dataclass(frozen=True)
class Sent:
    """A call that was looked at: `row` is the verdict; allowed, it is on its way unless the source had no permit."""

    asked: Asked
    row: Mapping[str, Any]
    out: Outgoing | None = None
    permit: Permit | None = None
    down: SourceDown | None = None

    @property
    def allowed(self) -> bool:
        """Whether the law lets it be asked."""
        return self.out is not None


@dataclass(frozen=True)
class Ended:
    """What came of a call: a body to release, or the fault, or the verdict by which its ground fell away meanwhile."""

    query: UUID
    body: bytes | None = None
    outcome: str = ""
    fault: str = ""
    again_s: int = 0
    row: Mapping[str, Any] | None = None


def send_call(asked: Asked) -> Sent:
    """Look at the grounds, and if they hold, take a permit and journal the question; the commit is here."""
    with sending() as taken:
        row = _verdict(asked, again=False)
        if row["allowed"] is None:
            return Sent(asked, row)
        out = _outgoing(asked, row["allowed"])
        try:
            with transaction.atomic():
                taken.append(send(out))
            return Sent(asked, row, out, permit=taken[0])
        except SourceDown as down:
            _refused(out, down.fault)
            return Sent(asked, row, out, down=down)


def finish_call(sent: Sent) -> Ended:
    """Ask the source, look at the grounds again, and journal the end; the commit is here."""
    assert sent.out
    out = sent.out
    if sent.permit is None:
        assert sent.down
        return Ended(out.query, fault=sent.down.fault, again_s=sent.down.again_s)
    heard = hear(out, sent.permit)
    clock.refresh()
    with transaction.atomic(durable=True):
        if heard.fault:
            note_failed(out, heard.fault)
            return Ended(out.query, fault=heard.fault)
        row = _verdict(replace(sent.asked, purpose=out.purpose), again=True)
        if not row["planned"]:
            note_failed(out, "changed")
            return Ended(out.query, fault="changed")
        if row["allowed"] is None or row["allowed"]["code"] != out.grant:
            note_failed(out, "stopped")
            return Ended(out.query, row=row)
        body = _body(out, heard)
        on = Subject("query", str(out.query), 2)
        note_answered(out, heard, on=on, digest=hashlib.sha256(body).hexdigest(), entry=out.query)
        return Ended(out.query, body, heard.outcome)


def _refused(out: Outgoing, fault: str) -> None:
    reason = f"对方系统{FAULT_WORDS[fault]}，没有发出查询。"
    record(
        Refused(resource=out.resource.code, items=list(out.items), reason=reason),
        on=Subject("resource", out.resource.code, 1),
        by=out.by,
        purpose=out.purpose,
        case_number=out.case_number,
    )


def _verdict(asked: Asked, *, again: bool) -> dict[str, Any]:
    """Who may, now; asked `again` under its own grant's purpose, so that no grant that came meanwhile makes it ambiguous."""
    call, held = asked.call, asked.held
    ground = grounds(call, asked.caller, held, leased=asked.leased)
    if again:
        ground["purpose"] = asked.purpose
    wanted = [*asked.items, *searched(held, call.keys)]
    given = {**shared_values(held, call.resource, wanted, now=clock.now()), **arrays([ground])}
    (values,) = run(*_prepared(by_number=bool(held.subject_key), again=again), given)
    row = dict(zip(VERDICT_SAYS, values, strict=True))
    return {**row, "allowed": json.loads(row["allowed"]) if row["allowed"] else None}


@lru_cache(4)
def _prepared(*, by_number: bool, again: bool) -> tuple[bytes, tuple[str, ...]]:
    return numbered(verdict(by_number=by_number, again=again).as_string(None))


def _outgoing(asked: Asked, allowed: Mapping[str, Any]) -> Outgoing:
    held = asked.held
    return Outgoing(
        query=uuid7(),
        adapter=held.adapter,
        target=held.target,
        mode=held.mode,
        resource=held.resource,
        keys=asked.call.keys,
        items=asked.items,
        claims=asked.claims,
        grant=allowed["code"],
        by=asked.by,
        agency=allowed["agency"],
        purpose=allowed["purpose"],
        basis=allowed["basis"],
        case_number=asked.call.case_number,
        represented=asked.call.represented,
        disclose_after=datetime.fromisoformat(given) if (given := allowed["disclose_after"]) else None,
        told=[UUID(one) for one in allowed["told"]],
        request=asked.call.request,
        user=asked.call.user,
    )


def _body(out: Outgoing, heard: Heard) -> bytes:
    """The answer in the form of the one statement."""
    return canonical(
        {
            "as_of": plain(clock.now()),
            "items": dict(heard.compared if out.mode == "verify" else heard.values),
            "outcome": heard.outcome,
            "query": str(out.query),
            "resource": out.resource.code,
            "version": out.resource.version,
        }
    )
