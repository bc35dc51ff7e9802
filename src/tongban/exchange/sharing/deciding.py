"""The owner's answer, item by item, and the impact assessment that sensitive items wait for."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from tongban.clocks.api import clear_due
from tongban.documents.api import find_documents
from tongban.exchange.policy import check_words
from tongban.exchange.sharing.granting import give
from tongban.exchange.sharing.kinds import AssessmentFiled, RequestAnswered
from tongban.exchange.sharing.models import Assessment, RequestedItem, SharingRequest
from tongban.exchange.sharing.policy import ItemAnswer, check_answers, check_given, check_party, check_state
from tongban.exchange.sharing.rows import take
from tongban.exchange.sharing.terms import grounds, rule
from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.errors import BadAnswers, BadInput, Conflict, NotFound
from tongban.kernel.words import WORDS_MAX


def answer_share(
    *,
    request: int,
    answers: Mapping[str, ItemAnswer],
    seen: int | None,
    by: Actor,
    quota: int | None = None,
) -> None:
    """Answer every item that waits: granted under cited conditions, or refused on a cited ground with a reason.

    What is granted can be read from the next call on; `quota` is how often a day, if less than was asked.

    Raises:
        NotFound, NotAllowed: there is none; not the owner's.
        BadInput, BadAnswers: an item without an answer or beyond the request; see `policy.check_answers`.
        Conflict: it is answered, returned or withdrawn, or somebody acted on it since `seen`.
    """
    found = grounds(clock.today())
    with transaction.atomic():
        row, version = take(request, seen)
        check_party(row.provider, by, what="共享申请由数据提供部门的资源管理员答复")
        check_state(row.state, {"asked"})
        waiting = list(row.items.filter(state="waiting").order_by("id"))
        check_answers(
            answers,
            [item.code for item in waiting],
            conditions=[ground.code for ground in found.conditions],
            refusals=[ground.code for ground in found.refusals],
            unassessed=unassessed(row, waiting),
            words_max=WORDS_MAX,
        )
        row.quota_given = check_given(quota, asked=row.quota)
        for item in waiting:
            _settle(item, answers[item.code])
        RequestedItem.objects.bulk_update(waiting, ["state", "conditions", "ground", "reason"])
        SharingRequest.objects.filter(pk=row.pk).update(
            state="answered",
            answered_on=clock.today(),
            answered_at=clock.now(),
            answered_by=by.key,
            quota_given=row.quota_given,
        )
        clear_due(on=f"request:{row.pk}")
        act = RequestAnswered(
            granted={one.code: one.conditions for one in waiting if one.state == "granted"},
            refused={one.code: one.ground for one in waiting if one.state == "refused"},
            late=clock.today() > row.due_on,
            told=[row.consumer],
        )
        record(act, on=Subject("request", str(row.pk), version), by=by, basis=row.basis)
        if act.granted:
            give(row, list(act.granted), by=by)


def file_assessment(
    *,
    request: int,
    necessity: str,
    risks: str,
    measures: str,
    document: UUID | None,
    by: Actor,
) -> None:
    """Put an impact assessment for the sensitive items of a request on file.

    It says what the law asks (个人信息保护法 56): whether purpose and way are lawful and necessary, what it means for
    people and how risky it is, whether the measures fit; and is kept as long as the rule says.

    Raises:
        NotFound, NotAllowed: there is none; not the owner's.
        BadAnswers: one of the three is missing, or the paper.
        Conflict: nothing sensitive is asked for.
    """
    row = SharingRequest.objects.filter(pk=request).first()
    if row is None:
        raise NotFound("没有这项共享申请。")
    check_party(row.provider, by, what="影响评估由数据提供部门的资源管理员存档")
    said = {"necessity": necessity, "risks": risks, "measures": measures}
    problems: dict[str, str] = {}
    for name, words in said.items():
        try:
            said[name] = check_words(words, field=name)
        except BadInput as bad:
            problems[name] = str(bad)
    papers = find_documents([document]) if document else {}
    if document is None or document not in papers:
        problems["document"] = "请上传评估报告。"
    if problems:
        raise BadAnswers(problems)
    items = [one.code for one in row.items.filter(sensitive=True).order_by("id")]
    if not items:
        raise Conflict("这项申请没有敏感个人信息，不用做影响评估。")
    assert document
    with transaction.atomic():
        Assessment.objects.create(
            request=row,
            resource=row.resource,
            consumer=row.consumer,
            items=items,
            **said,
            document=document,
            filed_at=clock.now(),
            filed_by=by.key,
            keep_until=_months_on(clock.today(), rule("assessment-kept").amount),
        )
        act = AssessmentFiled(resource=row.resource, items=items, sha256=papers[document].sha256)
        record(
            act,
            on=Subject("request", str(row.pk), row.version),
            by=by,
            basis=str(rule("assessed-grounds").cite),
        )


def unassessed(row: SharingRequest, items: Sequence[RequestedItem]) -> set[str]:
    """The sensitive items for which no assessment of this resource for this agency is on file."""
    sensitive = {item.code for item in items if item.sensitive}
    if not sensitive:
        return set()
    filed = Assessment.objects.filter(resource=row.resource, consumer=row.consumer)
    return sensitive - {item for held in filed.values_list("items", flat=True) for item in held}


def _settle(item: RequestedItem, answer: ItemAnswer) -> None:
    if answer.result == "grant":
        item.state, item.conditions = "granted", list(dict.fromkeys(answer.conditions))
    else:
        item.state, item.ground, item.reason = "refused", answer.ground, answer.reason.strip()


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1, day=min(day.day, 28))
