"""Asking about a record that nobody read for a case: by the person whose it is, or where linkage found two that differ."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from tongban.catalogue.api import ResourceView, get_resource
from tongban.exchange.actions.correction import Asked, open_correction
from tongban.exchange.kinds import OwnRead, RecordQuestioned
from tongban.exchange.models import Binding, Correction, Evidence
from tongban.exchange.policy import check_correctable, check_words
from tongban.exchange.ports import DescribedSource, SourceDown, source_of
from tongban.exchange.queries import subject_of
from tongban.identity.api import find_holder, subject_numbers
from tongban.journal.api import Actor, Subject, has_recent, record
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import Conflict, NotAllowed, NotFound, Unavailable
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say


def note_own_reading(*, registers: Sequence[str], by: Actor) -> None:
    """A person looked at what registers say of her; one entry an hour, with a part about her.

    Raises:
        NotAllowed: not a person.
    """
    if by.person is None:
        raise NotAllowed("只有本人可以查看登记簿里自己的记录。")
    on = Subject("own-record", clock.today().isoformat(), 1)
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if not has_recent(kind=OwnRead.kind, on=str(on), since=hour, person=by.person):
        with transaction.atomic():
            record(OwnRead(), on=on, by=by, private={by.person: {"registers": list(registers)}})


def own_values(resource: str, *, by: Actor, firm: str = "") -> tuple[ResourceView, Mapping[str, Json]]:
    """What a register says of the person who asks, or of a firm that she represents, item by item.

    Journalled once an hour.

    Raises:
        NotAllowed: not a person.
        NotFound: the resource is kept elsewhere, has no record of hers, or she does not represent that firm.
        Unavailable: the register does not answer now.
    """
    if by.person is None:
        raise NotAllowed("只有本人可以查看登记簿里自己的记录。")
    view = get_resource(resource)
    _keys, held = _record(view, subject_numbers([subject_of(by.person, firm)])[0])
    note_own_reading(registers=[view.name], by=by)
    return view, held


def dispute_record(
    *,
    resource: str,
    items: Sequence[str],
    stated: Mapping[str, str],
    reason: str,
    by: Actor,
    firm: str = "",
) -> UUID:
    """Say that one's own record in a register is wrong, or that of a firm one represents; its keeper is asked by a day.

    Returns the id of the reading.

    Pressing twice asks once.

    Raises:
        NotAllowed: not a person.
        NotFound: the register has no record of hers, or she does not represent that firm.
        BadInput: no item, no reason, or one too long.
        Conflict: it was asked in other words already and waits for its answer.
        Unavailable: the register does not answer now.
    """
    if by.person is None:
        raise NotAllowed("只有本人可以对自己的记录提出校核。")
    subject = subject_of(by.person, firm)
    (number,) = subject_numbers([subject])
    words = check_words(reason, field="reason")
    return _ask(resource, number, subject, Asked("person", items, stated, words), by=by)


def ask_of_linkage(*, resource: str, number: str, stated: Mapping[str, str], by: Actor) -> UUID:
    """Ask a register's keeper about items of the record of `number` that differ from another register's: `stated` by item.

    Pressing twice asks once.

    Raises:
        NotAllowed: not a data officer.
        NotFound: nobody here has the number, or the register has no such record.
        BadInput: no item.
        Conflict: it was asked already and waits for its answer.
        Unavailable: the register does not answer now.
    """
    if not by.has_role("data-officer"):
        raise NotAllowed("比对发现的不一致由数据专员请来源部门校核，您没有这个角色。")
    holder = find_holder(number)
    if holder is None:
        raise NotFound("平台上还没有这个号码的人或者经营主体，请直接联系来源部门核对。")
    return _ask(resource, number, holder.subject, Asked("linkage", list(stated), stated), by=by)


def _ask(resource: str, number: str, subject: UUID, asked: Asked, *, by: Actor) -> UUID:
    """Read the record as it stands, keep it as the evidence of the question, and ask."""
    view = get_resource(resource)
    keys, held = _record(view, number)
    chosen = check_correctable("fetched", list(held), asked.items)
    right = {item: asked.stated[item].strip() for item in chosen if asked.stated.get(item, "").strip()}
    with transaction.atomic():
        Binding.objects.select_for_update().get(pk=resource)  # a second press waits for the first
        waiting = _waiting(resource, subject)
        if waiting is not None:
            if (waiting.asked_by, waiting.reason, waiting.items) == (asked.by, asked.reason, chosen):
                return waiting.evidence_id
            raise Conflict(
                say("这条记录已经请提供部门校核，{day} 前答复；答复以后可以再提。", day=waiting.due_on)
            )
        row = _keep(view, keys, held, subject, asked.by, by=by)
        open_correction(row, view.agency, asked=Asked(asked.by, chosen, right, asked.reason), by=by)
    return row.pk


def _record(view: ResourceView, number: str) -> tuple[Mapping[str, str], Mapping[str, Json]]:
    """The keys that find the record of `number` in the register behind a resource, and what its items are there."""
    binding = Binding.objects.filter(pk=view.code).first()
    source = source_of(binding.adapter) if binding else None
    if binding is None or source is None or not isinstance(source, DescribedSource):
        raise NotFound(say("「{name}」不在本平台的登记簿里，请联系提供部门核对。", name=view.name))
    key, fields = source.describe(binding.target)
    columns = {str(field["name"]) for field in fields}
    items = [item.code for item in view.items if item.code in columns]
    try:
        held = source.query(binding.target, {key: number}, items)
    except SourceDown as down:
        raise Unavailable(say("「{name}」正在停机维护，请稍后再提。", name=view.name)) from down
    if held is None:
        raise NotFound(say("「{name}」里没有这个号码的记录。", name=view.name))
    return {key: number}, held


def _waiting(resource: str, subject: UUID) -> Correction | None:
    """What was asked about this record outside any case and is not answered yet."""
    return Correction.objects.filter(
        evidence__subject=subject, evidence__resource=resource, evidence__case_number="", answered_on=None
    ).first()


def _keep(
    view: ResourceView,
    keys: Mapping[str, str],
    held: Mapping[str, Json],
    subject: UUID,
    asked_by: str,
    *,
    by: Actor,
) -> Evidence:
    """The record as it stood when it was questioned, with the entry of that reading."""
    evidence = uuid7()
    entry = record(
        RecordQuestioned(resource=view.code, asked_by=asked_by),
        on=Subject("evidence", str(evidence), 1),
        by=by,
        purpose="校核数据",
        private={subject: {"items": view.item_names(list(held))}},
    )
    return Evidence.objects.create(
        id=evidence,
        case_number="",
        subject=subject,
        consumer=by.agency,
        resource=view.code,
        resource_version=view.version,
        items=list(held),
        keys=dict(keys),
        claims={},
        values=dict(held),
        compared={},
        outcome="fetched",
        level="A",
        read_at=clock.now(),
        entry=entry,
    )
