"""One question to an upper library, journalled before it leaves and after it ended."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from tongban.certificates.mirroring.kinds import AnsweredAbove, AskedAbove, FailedAbove
from tongban.certificates.mirroring.libraries import fault_words, port_of
from tongban.certificates.mirroring.models import UpperLibrary
from tongban.certificates.ports import UpperCertificates
from tongban.exchange.ports import SourceDown
from tongban.journal.api import Act, Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import Unavailable
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Inquired:
    """A question to be asked: of which library, what for, about which types, and whom it concerns."""

    library: UpperLibrary
    verb: str
    cause: str
    types: Sequence[str]
    told: Mapping[UUID, Mapping[str, Json]]
    by: Actor
    case_number: str = ""


def ask_above(
    asked: Inquired, ask: Callable[[UpperCertificates], Answer], keep: Callable[[Answer], int]
) -> Answer:
    """Ask with no transaction open; `keep` stores the answer, in the transaction of its entry, and counts what it is.

    Raises:
        Unavailable: the library gave no answer that we use; says why and what to do.
    """
    query = uuid7()
    with transaction.atomic(durable=True):
        act = AskedAbove(library=asked.library.code, verb=asked.verb, types=list(asked.types))
        _record(asked, act, query, version=1)
    try:
        answer = ask(port_of(asked.library))
    except SourceDown as down:
        clock.refresh()
        with transaction.atomic(durable=True):
            failed = FailedAbove(library=asked.library.code, verb=asked.verb, fault=down.fault)
            _record(asked, failed, query, version=2)
        raise Unavailable(
            say("{library}：{fault}。请稍后再试。", library=asked.library.title, fault=fault_words(down))
        ) from down
    clock.refresh()
    with transaction.atomic(durable=True):
        done = AnsweredAbove(library=asked.library.code, verb=asked.verb, found=keep(answer))
        _record(asked, done, query, version=2)
    return answer


def _record(asked: Inquired, act: Act, query: UUID, *, version: int) -> None:
    record(
        act,
        on=Subject("upper-question", str(query), version),
        by=asked.by,
        purpose=asked.cause,
        case_number=asked.case_number,
        private=asked.told,
    )
