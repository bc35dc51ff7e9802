"""The core call of the gateway: what a caller asks, and what it is answered or why it is refused."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from psycopg import DataError

from tongban.exchange.answering import upstream
from tongban.exchange.answering.plan import Bound, bound, plan, version_of
from tongban.exchange.answering.together import ask_together
from tongban.exchange.answering.values import Call, Caller, searched
from tongban.exchange.kinds import Refused
from tongban.exchange.metering.leases import LeasedCalls, QuotaExceeded, lease, leased_calls
from tongban.exchange.metering.shares import set_pace
from tongban.exchange.metering.tried import note_tried
from tongban.exchange.models import CaseRef, Grant
from tongban.exchange.ports import FAULT_WORDS
from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.errors import NotFound, Problem

#: How a source outside that does not answer is told; whatever else it does is a bad answer.
_FAULTS = {
    "busy": ("ServiceFailed.Busy", 503),
    "open": ("ServiceFailed.Unavailable", 503),
    "changed": ("ServiceFailed.Unavailable", 503),
    "down": ("ServiceFailed.Unavailable", 503),
    "unset": ("ServiceFailed.Unavailable", 503),
    "unreachable": ("NetworkError", 503),
    "timeout": ("ServiceFailed.Timeout", 504),
}

#: How much of a question is told back.
_NAMES_SHOWN, _NAME_SHOWN = 5, 40
#: A plan or a lease may be made anew in between, and another thread may take the last call of a lease.
ATTEMPTS = 8


@dataclass(frozen=True)
class Reply:
    """The answer: its number, canonical JSON, and the outcome (fetched, verified, mismatch, none, silent)."""

    query: UUID
    body: bytes
    outcome: str


class CallRefused(Problem):
    """The gateway refuses: an X-Road error code, one sentence, and the status it is told with.

    `again_s`: after so many seconds it is worth while to ask again; 0 where waiting does not help.
    """

    def __init__(self, code: str, sentence: str, status: int, *, again_s: int = 0) -> None:
        super().__init__(sentence)
        self.code, self.answer_status, self.again_s = code, status, again_s


#: What a message is told that came before.
REPLAYED = ("Client.Replayed", "这个请求已经收到过一次。请用新的随机数重新签名再发。", 401)


def not_known(caller: Caller) -> CallRefused:
    """What a caller is told whose key does not stand for it now."""
    sentence = f"密钥 {caller.key} 现在不能代表 {caller.client} 签名：它没有登记、已停用或者过了有效期。"
    return CallRefused("Client.Unauthorized", sentence, 401)


def answer(call: Call, caller: Caller) -> Reply:
    """Answer one call under the law of its grant; the reading and its entry are one commit.

    Raises:
        CallRefused: says which ground is missing; the refusal of a known caller is journalled.
    """
    try:
        held = bound(call.resource)
    except NotFound as missing:
        raise CallRefused("Server.ServerProxy.UnknownService", str(missing), 404) from missing
    for attempt in range(ATTEMPTS):
        try:
            wanted = _wanted(call, caller, held)
            check_question(call, held, wanted)
        except CallRefused:
            # What this process holds may be of an older binding; only the one in force refuses a question.
            version = version_of(call.resource)
            if attempt or version in {None, held.version}:
                raise
            held = bound(call.resource, version)
            continue
        with leased_calls(caller.client, call.resource) as calls:
            given, row = _tried(call, caller, held, wanted, calls)
        if not row["planned"] and row["version"] is not None:
            clock.refresh()
            held = bound(call.resource, row["version"])
        elif row["unleased"]:
            lease_calls(caller.client, call.resource, row["unleased"])
        else:
            break
    else:
        raise CallRefused("Server.ServerProxy.Busy", "网关正忙，请稍后重新签名再发。", 503, again_s=1)
    set_pace(caller.client, row["pace"])
    if isinstance(given, upstream.Sent):
        return _outside(given, call, caller, held, wanted)
    if given:
        return given
    raise _refusal(call, caller, held, wanted, row)


def _tried(
    call: Call, caller: Caller, held: Bound, wanted: Sequence[str], calls: LeasedCalls
) -> tuple[Reply | upstream.Sent | None, Mapping[str, Any]]:
    """What the statement makes of the call (None: nothing was answered), and its verdict."""
    if held.inside is None:
        sent = upstream.send_call(_asked(call, caller, held, wanted, leased=calls.grants))
        if not sent.allowed:
            return None, sent.row
        calls.used = sent.out.grant if sent.out else ""
        return sent, sent.row
    made = plan(call.resource, held.version, wanted, tuple(call.keys))
    try:
        entry, row = ask_together(made, call, caller, leased=calls.grants)
    except DataError as error:
        raise CallRefused(
            "Client.BadRequest", "查询键的值不是它该有的形式，例如日期写作 2026-01-31。", 400
        ) from error
    if not row["outcome"]:
        return None, row
    calls.used = row["used"]
    return Reply(entry, row["body"], row["outcome"]), row


def lease_calls(client: str, resource: str, grant: str) -> None:
    """Take calls of the day; raises CallRefused (429) when they are used up."""
    try:
        lease(client, resource, grant, day=clock.today())
    except QuotaExceeded as problem:
        seconds = max(1, math.ceil((problem.again_at - clock.now()).total_seconds()))
        raise CallRefused(
            "Server.ServerProxy.QuotaExceeded", str(problem), problem.status, again_s=seconds
        ) from problem


def _wanted(call: Call, caller: Caller, held: Bound) -> tuple[str, ...]:
    """The items asked for; where none are named, those of the one grant there is."""
    if held.mode == "verify":
        return tuple(call.claims)
    if call.items:
        return tuple(call.items)
    rows = Grant.objects.filter(subsystem=caller.client, resource=call.resource, stopped_at=None)
    given = {
        tuple(item for item in items if item not in suspended)
        for items, suspended in rows.values_list("items", "suspended")[:2]
    }
    if len(given) != 1:
        return held.own_items
    return tuple(item for item in given.pop() if item in held.items)


def check_question(call: Call, held: Bound, wanted: Sequence[str]) -> None:
    """Raises CallRefused where the question cannot be one about this resource."""
    if not held.resource.offered:
        sentence = f"「{held.resource.name}」已从目录中撤下，不能再读取。"
        raise CallRefused("Server.ServerProxy.ServiceDisabled", sentence, 403)
    if call.provider != held.resource.agency:
        raise CallRefused(
            "Server.ServerProxy.UnknownService",
            f"「{held.resource.name}」由 {held.resource.agency} 提供，不是 {call.provider}。",
            404,
        )
    if not call.keys:
        raise CallRefused("Client.BadRequest", "没有写明查哪一条：请给出查询键，例如 id_number。", 400)
    if held.mode == "query" and call.claims:
        raise CallRefused("Client.BadRequest", "这项资源直接给值，不作核对：请去掉要核对的值。", 400)
    if held.mode == "verify" and call.items:
        raise CallRefused(
            "Client.BadRequest", "这项资源只核对、不给原值：请去掉要读的信息项，只写要核对的值。", 400
        )
    if held.mode == "verify" and not call.claims:
        raise CallRefused("Client.BadRequest", "这项资源只核对、不给原值：请给出要核对的信息项和值。", 400)
    unknown = [name for name in call.keys if name not in held.keys]
    unknown += [name for name in wanted if name not in held.items]
    if unknown or len(set(wanted)) != len(wanted):
        named = "、".join(name[:_NAME_SHOWN] for name in unknown[:_NAMES_SHOWN]) or "有重复"
        raise CallRefused("Client.BadRequest", f"这项资源没有这些信息项：{named}。", 400)


def _asked(
    call: Call, caller: Caller, held: Bound, wanted: Sequence[str], *, leased: Sequence[str]
) -> upstream.Asked:
    return upstream.Asked(
        call=call,
        caller=caller,
        held=held,
        leased=leased,
        items=wanted,
        by=Actor(kind="subsystem", key=caller.client, agency=caller.client.split("/")[1]),
    )


def _outside(sent: upstream.Sent, call: Call, caller: Caller, held: Bound, wanted: Sequence[str]) -> Reply:
    """The end of a question to a source outside: its answer, or in one sentence why there is none."""
    ended = upstream.finish_call(sent)
    if ended.body is not None:
        return Reply(ended.query, ended.body, ended.outcome)
    if ended.row is not None:
        raise _refusal(call, caller, held, wanted, {**ended.row, "fresh": True})
    code, status = _FAULTS.get(ended.fault, ("ServiceFailed.BadAnswer", 502))
    sentence = f"提供「{held.resource.name}」的系统{FAULT_WORDS[ended.fault]}，这次没有取到数据。查询号 {ended.query}。"
    if status != 502:
        sentence += "请稍后重新签名再发。"
    raise CallRefused(f"Server.ServerProxy.{code}", sentence, status, again_s=ended.again_s)


def _refusal(
    call: Call, caller: Caller, held: Bound, wanted: Sequence[str], row: Mapping[str, Any]
) -> CallRefused:
    """Why the statement answered nothing, the first ground that is missing; journalled for a known caller."""
    if not row["known"]:
        return not_known(caller)
    if not row["fresh"]:
        return CallRefused(*REPLAYED)
    code, sentence = missing_ground(call, held, wanted, _told_apart(call, caller, row))
    with transaction.atomic():
        entry = record(
            Refused(resource=call.resource, items=list(wanted), reason=sentence),
            on=Subject("resource", call.resource, 1),
            by=Actor(kind="subsystem", key=caller.client, agency=caller.client.split("/")[1]),
            purpose=call.purpose,
            case_number=call.case_number,
            represented=call.represented if row["mandated"] else "",
        )
        number = call.keys.get(held.subject_key, "") if held.subject_key else ""
        if number and row["granted"] and row["told"] == 0:
            note_tried(caller.client, number, entry=entry)
    return CallRefused(code, sentence, 403)


def _told_apart(call: Call, caller: Caller, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row, where a case of a kind that no grant of the caller names is as good as none.

    Else any system could ask which numbers are cases of others, and who is a party to them.
    """
    cases = CaseRef.objects.filter(pk=call.case_number, owner__in=["", caller.client])
    kinds = cases.values_list("kinds", flat=True).first() or []
    ours = Grant.objects.filter(
        subsystem=caller.client, resource=call.resource, stopped_at=None, case_kinds__overlap=kinds
    )
    return row if ours.exists() else {**row, "told": None}


def missing_ground(  # noqa: PLR0911 - a list of grounds, the first that is missing
    call: Call, held: Bound, wanted: Sequence[str], row: Mapping[str, Any]
) -> tuple[str, str]:
    """Error code and sentence of the first ground that is missing, by what the statement says of them."""
    denied, name = "Server.ServerProxy.AccessDenied", held.resource.name
    if not row["granted"]:
        return denied, f"没有读取「{name}」的授权，或者授权已停用、已到期。请在目录中提出共享申请。"
    if not row["covered"]:
        named = "、".join(held.resource.item_names([*wanted, *searched(held, call.keys)]))
        own = "、".join(sorted(held.own_keys))
        return denied, f"授权不包含全部这些信息项：{named}。请只要授权里有的，也只用它们或者 {own} 去查。"
    if not row["mandated"]:
        return denied, f"授权没有写明可以代 {call.represented} 读取。请以本单位的名义读取，或者先登记委托。"
    if row["told"] is None:
        named = call.case_number or "（X-Road-Issue 没有填）"
        return denied, f"没有在办的事项 {named}，或者授权不适用于这类事项，不能读取数据。"
    if not row["told"]:
        return denied, "查询的不是这个事项的当事人，不能读取。"
    if not row["open"]:
        return denied, "授权限定了使用的时段，现在不在时段内。请在时段内再发。"
    if row["fitting"] > 1:
        return "Client.AmbiguousGrant", "有不止一项授权合用，请用 Tongban-Purpose 写明用途。"
    if call.purpose:
        return denied, f"没有一项授权同时合这类事项和用途「{call.purpose}」。"
    return denied, "没有一项授权既包含这些信息项、又适用于这类事项。"
