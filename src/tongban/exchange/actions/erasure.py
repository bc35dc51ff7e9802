"""Erasure: a person asks, an officer examines, a second one confirms, the sequencer's role destroys (PIPL 47)."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from tongban.clocks.api import clear_due, due_day, limit_of, set_due
from tongban.exchange.erasures import CONFIRMS, ORDERS, assess_erasure, erasure_terms, kept_json
from tongban.exchange.kinds import (
    ErasureAsked,
    ErasureConfirmed,
    ErasureOrdered,
    ErasureRefused,
    ErasureReturned,
)
from tongban.exchange.models import Erasure
from tongban.exchange.policy import check_words
from tongban.journal.api import Actor, Subject, bump, erase_parts, record, system
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.kernel.ids import uuid7

_LIMIT = "erasure-answer"


def ask_erasure(*, reason: str, by: Actor) -> UUID:
    """Ask that what is recorded of oneself be erased; returns the request's id.

    Raises:
        NotAllowed: not a person.
        BadInput: no reason, or one too long.
        Conflict: an earlier request is not answered yet.
    """
    if by.person is None:
        raise NotAllowed("只有本人可以请求删除自己的个人信息。")
    words = check_words(reason, field="reason")
    limit = limit_of(_LIMIT, on=clock.today())
    row = Erasure(
        id=uuid7(),
        subject=by.person,
        state="asked",
        reason=words,
        asked_at=clock.now(),
        due_on=due_day(limit, clock.today()),
        basis=limit.cite,
        verified=limit.verified,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            set_due(on=f"erasure:{row.pk}", what="answer", day=row.due_on)
            record(
                ErasureAsked(due_on=row.due_on.isoformat()),
                on=Subject("erasure", str(row.pk), 1),
                by=by,
                basis=limit.cite,
                private={by.person: {"reason": words}},
            )
    except IntegrityError as error:
        raise Conflict("您已经提出过删除请求，还在处理，不用再提一次。") from error
    return row.pk


def order_erasure(*, erasure: UUID, ground: str, seen: int | None, by: Actor) -> None:
    """Find that the request holds for what law and retention allow; a second officer has to confirm.

    Raises:
        NotFound: there is none.
        NotAllowed: not a data officer.
        BadInput: no ground of the law.
        Conflict: nothing may be erased today, or somebody acted on the request since `seen`.
    """
    _check_role(by, ORDERS, "审查删除请求要「数据专员」角色。")
    chosen = {term.code: term for term in erasure_terms("ground")}.get(ground)
    if chosen is None:
        raise BadInput("请选择法律规定的一种删除理由。", field="ground")
    with transaction.atomic():
        row, version = _take(erasure, seen, state="asked")
        found = assess_erasure(row.subject)
        if not found.erasable:
            raise Conflict(
                "按保存期限和在办事项，今天没有可以删除的内容。请作出不予删除的答复，理由已经列在页面上。"
            )
        Erasure.objects.filter(pk=row.pk).update(state="ordered", ground=ground, ordered_by=by.key)
        record(
            ErasureOrdered(ground=ground, parts=len(found.erasable)),
            on=Subject("erasure", str(row.pk), version),
            by=by,
            basis=chosen.cite,
        )


def refuse_erasure(*, erasure: UUID, words: str, seen: int | None, by: Actor) -> None:
    """Erase nothing, and say why; what the rules keep is written down beside the words.

    Raises:
        NotFound: there is none.
        NotAllowed: not a data officer.
        BadInput: no words.
        Conflict: answered already, or somebody acted on the request since `seen`.
    """
    _check_role(by, ORDERS, "审查删除请求要「数据专员」角色。")
    text = check_words(words, field="words")
    with transaction.atomic():
        row, version = _take(erasure, seen, state="asked")
        _refuse(row, version, text, by)


def confirm_erasure(*, erasure: UUID, agreed: bool, seen: int | None, by: Actor) -> None:
    """Confirm an order, or return it to be examined again; never by the one who ordered.

    Raises:
        NotFound: there is none.
        NotAllowed: not a security officer, or the one who ordered it.
        Conflict: nothing is to be confirmed, or somebody acted on the request since `seen`.
    """
    _check_role(by, CONFIRMS, "复核销毁要「安全管理员」角色。")
    with transaction.atomic():
        row, version = _take(erasure, seen, state="ordered")
        if row.ordered_by == by.key:
            raise NotAllowed("提出销毁的人不能自己复核，请由另一位安全管理员复核。")
        act = ErasureConfirmed() if agreed else ErasureReturned()
        after = (
            {"state": "confirmed", "confirmed_by": by.key} if agreed else {"state": "asked", "ordered_by": ""}
        )
        Erasure.objects.filter(pk=row.pk).update(**after)
        record(act, on=Subject("erasure", str(row.pk), version), by=by)


def carry_out_erasures() -> int:
    """Destroy what was confirmed, each request in one transaction with its `erase.v1`; returns how many.

    For the worker: only the sequencer's role may. The rules are held against the day once more; if a case was opened
    meanwhile so that nothing may go, the request is refused with that reason.
    """
    done = 0
    for key in Erasure.objects.filter(state="confirmed").order_by("id").values_list("pk", flat=True):
        with suppress(Conflict), transaction.atomic():  # another worker was first: it is done there
            row, version = _take(key, None, state="confirmed")
            _carry_out(row, version)
            done += 1
    return done


def _carry_out(row: Erasure, version: int) -> None:
    found = assess_erasure(row.subject)
    by = system("erasure")
    if not found.erasable:
        _refuse(row, version, "复核以后又有了必须保存的理由，所以没有删除。", by)
        return
    term = next(one for one in erasure_terms("ground") if one.code == row.ground)
    erase_parts(
        found.erasable,
        subject=row.subject,
        ground=row.ground,
        basis=term.cite,
        on=Subject("erasure", str(row.pk), version),
        by=by,
    )
    Erasure.objects.filter(pk=row.pk).update(
        state="done",
        answered_at=clock.now(),
        erased=len(found.erasable),
        kept=kept_json(found.kept),
        backups_until=clock.today() + timedelta(days=settings.TONGBAN_BACKUP_DAYS),
    )
    clear_due(on=f"erasure:{row.pk}", what="answer")


def _refuse(row: Erasure, version: int, words: str, by: Actor) -> None:
    kept = assess_erasure(row.subject).kept
    Erasure.objects.filter(pk=row.pk).update(
        state="refused", answer=words, answered_at=clock.now(), kept=kept_json(kept)
    )
    clear_due(on=f"erasure:{row.pk}", what="answer")
    record(
        ErasureRefused(kept=sum(one.count for one in kept)),
        on=Subject("erasure", str(row.pk), version),
        by=by,
        basis="；".join(dict.fromkeys(one.cite for one in kept if one.cite)),
        private={row.subject: {"words": words}},
    )


def _take(erasure: UUID, seen: int | None, *, state: str) -> tuple[Erasure, int]:
    if not Erasure.objects.filter(pk=erasure).exists():
        raise NotFound("没有这项删除请求。")
    version = bump(Erasure, erasure, seen=seen)
    row = Erasure.objects.get(pk=erasure)
    if row.state != state:
        raise Conflict("这项删除请求已经走到下一步了，请刷新页面。")
    return row, version


def _check_role(by: Actor, role: str, sentence: str) -> None:
    if not by.has_role(role):
        raise NotAllowed(sentence)
