"""校核: somebody says that a record is wrong; its owner answers in time, and no case waits for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from tongban.catalogue.api import get_resource
from tongban.clocks.api import clear_due, due_day, limit_of, set_due
from tongban.exchange.kinds import CorrectionAnswered, CorrectionAsked, CorrectionViewed
from tongban.exchange.models import NOTHING_READ, Binding, Correction, Evidence
from tongban.exchange.policy import check_asker, check_correctable, check_owner, check_words
from tongban.exchange.ports import SourceDown, correctable, source_of
from tongban.exchange.queries import CorrectionView, find_correction, subjects_of, view_correction
from tongban.journal.api import Actor, Subject, bump, has_recent, record
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.kernel.sentences import say

_LIMIT = "correction-answer"


@dataclass(frozen=True)
class Asked:
    """Who asks (`comparison`, `person`, `officer:<number>`), which items, what they should be, and why."""

    by: str
    items: Sequence[str]
    stated: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


def request_correction(
    *, evidence: UUID, items: Sequence[str], stated: Mapping[str, str], reason: str, by: Actor
) -> None:
    """Say that what was read is wrong: whom it is about (for a firm, who represents it), or an officer who read it.

    What a comparison has already asked about gets her items and words added; its day stays. Pressing twice asks once.

    Raises:
        NotFound: there is no such reading, or it is none of theirs.
        BadInput: no item, no reason, or one too long.
        Conflict: nothing was read, it was asked in other words already, or it is answered.
    """
    row = Evidence.objects.filter(pk=evidence).first()
    if row is None:
        raise NotFound("没有这一次读取，或者它与您无关。")
    asker = check_asker(subject=row.subject, hers=subjects_of(by), consumer=row.consumer, by=by)
    chosen = check_correctable(row.outcome, row.items, items)
    words = check_words(reason, field="reason")
    right = {item: stated[item].strip() for item in chosen if stated.get(item, "").strip()}
    asked = Asked(asker, chosen, right, words)
    with transaction.atomic():
        Evidence.objects.select_for_update().get(pk=evidence)
        held = Correction.objects.filter(pk=evidence).first()
        if held is None:
            open_correction(row, get_resource(row.resource).agency, asked=asked, by=by)
        else:
            _join(held, row, asked, by=by)


def open_correction(row: Evidence, provider: str, *, asked: Asked, by: Actor) -> None:
    """Ask the provider by a day; part of the act that found the record wrong."""
    limit = limit_of(_LIMIT, on=clock.today())
    due_on = due_day(limit, clock.today())
    held = Correction.objects.create(
        evidence=row,
        provider=provider,
        items=list(asked.items),
        asked_on=clock.today(),
        due_on=due_on,
        asked_by=asked.by,
        reason=asked.reason,
        stated=dict(asked.stated),
        basis=limit.cite,
        verified=limit.verified,
    )
    set_due(on=f"evidence:{row.id}", what="correct", day=due_on)
    _note_asked(held, row, asked, version=1, by=by)


def open_request(evidence: UUID, *, by: Actor) -> tuple[CorrectionView, Mapping[str, Json] | None]:
    """A request for the provider's officer, with the record as it stands now (None: none, or no answer).

    Journalled once an hour: the record is a person's.

    Raises:
        NotFound: there is none, or it is another agency's to answer.
    """
    row = find_correction(evidence, provider=by.agency)
    on = Subject("evidence", str(evidence), row.version)
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if not has_recent(kind=CorrectionViewed.kind, on=str(on), actor=f"officer:{by.key}", since=hour):
        names = get_resource(row.evidence.resource).item_names(row.items)
        with transaction.atomic():
            record(
                CorrectionViewed(resource=row.evidence.resource, items=row.items),
                on=on,
                by=by,
                purpose="校核数据",
                case_number=row.evidence.case_number,
                private={row.evidence.subject: {"items": names}},
            )
    return view_correction(row, get_resource(row.evidence.resource)), _record_of(row)


def answer_correction(
    *, evidence: UUID, outcome: str, words: str, values: Mapping[str, str], seen: int | None, by: Actor
) -> None:
    """Answer: `corrected` (with the right `values`, written into the register if it is kept here) or `kept`.

    Raises:
        NotFound: there is no such request.
        NotAllowed: not the provider's resource owner.
        BadInput: no outcome, no words, a value that does not fit, or nothing that changes.
        Conflict: it is answered already, or somebody acted on it since `seen`.
    """
    text = check_words(words, field="words")
    with transaction.atomic():
        row = Correction.objects.filter(pk=evidence).select_related("evidence").first()
        if row is None:
            raise NotFound("没有这条校核请求。")
        check_owner(provider=row.provider, outcome=outcome, by=by)
        version = bump(Correction, evidence, seen=seen)
        row.refresh_from_db()
        if row.answered_on is not None:
            raise Conflict("这条校核请求已经答复过了。")
        changed = _correct(row, values, by=by) if outcome == "corrected" else []
        Correction.objects.filter(pk=evidence).update(
            outcome=outcome,
            answer=text,
            corrected=changed,
            answered_on=clock.today(),
            answered_by=by.key,
        )
        if row.erases:
            Evidence.objects.filter(pk=evidence).update(**NOTHING_READ)
        clear_due(on=f"evidence:{evidence}", what="correct")
        record(
            CorrectionAnswered(resource=row.evidence.resource, outcome=outcome, corrected=changed),
            on=Subject("evidence", str(evidence), version),
            by=by,
            case_number=row.evidence.case_number,
            basis=row.basis,
            private={row.evidence.subject: {"words": text}},
        )


def _join(held: Correction, row: Evidence, asked: Asked, *, by: Actor) -> None:
    """Add a person's or an officer's words to what a comparison asked."""
    if held.answered_on is not None:
        raise Conflict("这次读取的校核已经答复过。重新读取以后还是不对的，可以对新的那一次再提。")
    if held.asked_by == asked.by and held.reason == asked.reason:
        return
    if held.reason:
        raise Conflict(say("已经请提供部门校核，{day} 前答复；要补充请联系提供部门。", day=held.due_on))
    version = bump(Correction, held.pk)
    Correction.objects.filter(pk=held.pk).update(
        items=[item for item in row.items if item in {*held.items, *asked.items}],
        asked_by=asked.by,
        reason=asked.reason,
        stated=held.stated | dict(asked.stated),
    )
    _note_asked(held, row, asked, version=version, by=by)


def _note_asked(held: Correction, row: Evidence, asked: Asked, *, version: int, by: Actor) -> None:
    record(
        CorrectionAsked(resource=row.resource, items=list(asked.items), due_on=held.due_on.isoformat()),
        on=Subject("evidence", str(row.id), version),
        by=by,
        agency=row.consumer,
        case_number=row.case_number,
        basis=held.basis,
        private={row.subject: {"claims": dict(asked.stated), "reason": asked.reason}},
    )


def _correct(row: Correction, values: Mapping[str, str], *, by: Actor) -> list[str]:
    """Put the record right where it is kept here; elsewhere the owner does it in his own system, and says so."""
    binding = Binding.objects.filter(pk=row.evidence.resource).first()
    source = correctable(binding.adapter) if binding else None
    if binding is None or source is None or row.evidence.outcome == "none":
        return []
    given = {item: values[item] for item in row.items if item in values}
    origin = f"correction:{row.pk}"
    changed = source.correct(binding.target, row.evidence.keys, given, origin=origin, by=by)
    if not changed:
        raise BadInput("选了“更正”，请把不对的内容改成对的。", field=row.items[0])
    return changed


def _record_of(row: Correction) -> Mapping[str, Json] | None:
    binding = Binding.objects.filter(pk=row.evidence.resource).first()
    if binding is None or not row.evidence.keys:
        return None
    try:
        return source_of(binding.adapter).query(binding.target, row.evidence.keys, row.items)
    except SourceDown:
        return None
