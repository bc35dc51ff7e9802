"""A call in the sandbox: the checks and errors of the real one, over invented rows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from tongban.exchange.answering.call import CallRefused, Reply, check_question, missing_ground, not_known
from tongban.exchange.answering.values import Call, Caller, searched
from tongban.exchange.callers import take_nonce
from tongban.exchange.ports import agrees
from tongban.exchange.sandbox.cases import parties_of
from tongban.exchange.sandbox.interface import Described, describe
from tongban.exchange.sandbox.keys import is_known_in_sandbox
from tongban.exchange.sandbox.models import SandboxCall
from tongban.exchange.sandbox.rows import ROWS, invented
from tongban.kernel import clock
from tongban.kernel.canonical import Json, canonical
from tongban.kernel.commitment import plain
from tongban.kernel.errors import NotFound
from tongban.kernel.ids import uuid7

PURPOSE = "联调测试"
#: The value of a key at which the source is silent.
SILENT = "SILENT"


@dataclass(frozen=True)
class SandboxCase:
    """A case that always stands: of which places the people and firms are its parties."""

    number: str
    state: str
    parties: tuple[int, ...]


@dataclass(frozen=True)
class _Ended:
    """How a call ended: status, outcome or type of the error, sentence."""

    status: int
    how: str
    message: str = ""


CASES = (
    SandboxCase("TEST0001", "open", tuple(range(ROWS // 2))),
    SandboxCase("TEST0002", "open", tuple(range(ROWS // 2, ROWS))),
    SandboxCase("TEST0003", "closed", tuple(range(ROWS))),
)


def answer_sandbox(call: Call, caller: Caller) -> Reply:
    """Answer one call from invented rows; nothing of it is an act of the city.

    Raises:
        CallRefused: what the real instance would say.
    """
    query = uuid7()
    with noted(query, call, caller) as ended:
        admitted(caller)
        described = described_for(call.resource)
        outcome, items = _answer(call, described, own=parties_of(call.case_number, caller.client))
        ended.append(outcome)
    return Reply(query, _body(query, call, described, outcome, items), outcome)


def _body(query: UUID, call: Call, described: Described, outcome: str, items: Mapping[str, Json]) -> bytes:
    """The answer as the real statement writes it."""
    return canonical(
        {
            "as_of": plain(clock.now()),
            "items": items,
            "outcome": outcome,
            "query": str(query),
            "resource": call.resource,
            "version": described.resource.version,
        }
    )


def sample_answer(call: Call, described: Described) -> bytes:
    """What the sandbox answers to a question, made without anybody asking: nothing is kept of it.

    Raises:
        CallRefused: what the real instance would say.
    """
    outcome, items = _answer(call, described, own=None)
    return _body(uuid7(), call, described, outcome, items)


@contextmanager
def noted(query: UUID, call: Call, caller: Caller, *, outcome: str = "") -> Iterator[list[str]]:
    """A block that answers a call; how it ended is kept for its developer, unless nobody knows the caller."""
    ended = [outcome] if outcome else []
    try:
        yield ended
    except CallRefused as refused:
        if refused.code != "Client.Unauthorized":
            _note(query, call, caller, _Ended(refused.answer_status, refused.code, str(refused)))
        raise
    _note(query, call, caller, _Ended(200, ended[0]))


def admitted(caller: Caller) -> None:
    """Take a message once, of a key that stands for its client.

    Raises:
        CallRefused: it is not known, or the message came before.
    """
    if not is_known_in_sandbox(caller):
        raise not_known(caller)
    take_nonce(caller)


def described_for(resource: str) -> Described:
    """The interface of a resource.

    Raises:
        CallRefused: there is none that everybody may know of.
    """
    try:
        return describe(resource)
    except NotFound as missing:
        raise CallRefused("Server.ServerProxy.UnknownService", str(missing), 404) from missing


def _answer(
    call: Call, described: Described, *, own: tuple[int, ...] | None
) -> tuple[str, Mapping[str, Json]]:
    wanted = tuple(call.claims) if described.mode == "verify" else tuple(call.items) or described.granted
    check_question(call, described.bound, wanted)
    row = _grounds(call, described, wanted, own=own)
    if not row["fitting"] or not row["told"]:
        code, sentence = missing_ground(call, described.bound, wanted, row)
        raise CallRefused(code, sentence, 403)
    if SILENT in call.keys.values():
        return "silent", {}
    found = [
        one for one in described.rows if all(agrees(one[name], value) for name, value in call.keys.items())
    ]
    if len(found) != 1:
        return "none", {}
    if described.mode == "verify":
        same: dict[str, Json] = {name: agrees(found[0][name], value) for name, value in call.claims.items()}
        return "verified" if all(same.values()) else "mismatch", same
    return "fetched", {name: found[0][name] for name in wanted}


def _grounds(
    call: Call, described: Described, wanted: tuple[str, ...], *, own: tuple[int, ...] | None
) -> dict[str, object]:
    """What the real statement says of the grounds; the sandbox's one grant gives every item that is not refused, at any hour."""
    standing = {one.number: one.parties for one in CASES if one.state == "open"}
    parties = standing.get(call.case_number, own)
    told: list[int] | None = None
    if parties is not None:
        number = call.keys.get(described.bound.subject_key, "") if described.bound.subject_key else ""
        told = [
            n
            for n in parties
            if not described.bound.subject_key
            or number in {invented()[n].number, invented()[n].credit_code, SILENT}
        ]
    asked = {*wanted, *searched(described.bound, call.keys)}
    covered = bool(described.granted) and asked <= set(described.granted)
    mandated = not call.represented
    fits = covered and mandated and told is not None and call.purpose in {"", PURPOSE}
    return {
        "granted": int(bool(described.granted)),
        "covered": covered,
        "mandated": mandated,
        "open": True,
        "told": told,
        "fitting": int(fits),
    }


def _note(query: UUID, call: Call, caller: Caller, ended: _Ended) -> None:
    SandboxCall.objects.create(
        id=query,
        client=caller.client,
        at=clock.real_now(),
        resource=call.resource[:100],
        case_number=call.case_number[:100],
        status=ended.status,
        ended=ended.how,
        message=ended.message,
    )
