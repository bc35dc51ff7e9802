"""A person asks why her data were used; the agency that used them has to say so in time."""

from datetime import date
from uuid import UUID

from django.db import transaction

from tongban.clocks.api import clear_due, due_day, limit_of, set_due
from tongban.exchange.feeding.concerned import pages_about
from tongban.exchange.kinds import ObjectionAnswered, ObjectionRaised
from tongban.exchange.models import Objection
from tongban.exchange.policy import check_answer, check_same_words, check_words
from tongban.exchange.queries import subject_of
from tongban.journal.api import Actor, Subject, bump, find_trace, record
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, NotAllowed, NotFound
from tongban.kernel.ids import uuid7

_LIMIT = "objection-answer"


def raise_objection(*, entry: UUID, reason: str, by: Actor, firm: str = "") -> UUID:
    """Object to one use of one's data; the agency that used them is asked to answer by a day.

    `firm` is the number of a firm that she represents, where its data were used.

    Pressing twice makes one objection. Returns its id.

    Raises:
        NotAllowed: not a person.
        NotFound: the entry is not in the person's footprint.
        BadInput: no reason, or one too long.
        Conflict: she has objected to this use before, in other words.
    """
    if by.person is None:
        raise NotAllowed("只有本人可以对自己的数据足迹提出异议。")
    words = check_words(reason, field="reason")
    subject = subject_of(by.person, firm)
    trace = find_trace(subject, entry, also=pages_about(subject))
    if trace is None or not trace.act.agency:
        raise NotFound("您的数据足迹里没有这一条。")
    limit = limit_of(_LIMIT, on=clock.today())
    due_on = due_day(limit, clock.today())
    row = Objection(
        id=uuid7(),
        subject=subject,
        entry=entry,
        kind=trace.act.kind,
        reader=trace.act.actor,
        agency=trace.act.agency,
        case_number=trace.act.case_number,
        reason=words,
        raised_at=clock.now(),
        due_on=due_on,
        basis=limit.cite,
        verified=limit.verified,
    )
    with transaction.atomic():
        Objection.objects.bulk_create([row], ignore_conflicts=True)
        held = Objection.objects.get(subject=subject, entry=entry)
        if held.pk != row.pk:
            check_same_words(held.reason, words)
            return held.pk
        set_due(on=f"objection:{row.pk}", what="answer", day=due_on)
        _note_raised(row, due_on, by)
    return row.pk


def answer_objection(*, objection: UUID, outcome: str, words: str, seen: int | None, by: Actor) -> None:
    """Answer an objection: `explained` (it was right, and why) or `upheld` (it was not, and what follows).

    Raises:
        NotFound: there is none.
        NotAllowed: another agency's, or it is this officer's own use that is questioned.
        BadInput: no outcome or no words.
        Conflict: it is answered already, or somebody acted on it since `seen`.
    """
    text = check_words(words, field="words")
    with transaction.atomic():
        asked = Objection.objects.filter(pk=objection).first()
        if asked is None:
            raise NotFound("没有这条异议。")
        check_answer(agency=asked.agency, reader=asked.reader, outcome=outcome, by=by)
        version = bump(Objection, objection, seen=seen)
        row = Objection.objects.get(pk=objection)
        if row.answered_at is not None:
            raise Conflict("这条异议已经答复过了。")
        Objection.objects.filter(pk=row.pk).update(
            outcome=outcome, answer=text, answered_at=clock.now(), answered_by=by.key
        )
        clear_due(on=f"objection:{row.pk}", what="answer")
        record(
            ObjectionAnswered(entry=str(row.entry), outcome=outcome),
            on=Subject("objection", str(row.pk), version),
            by=by,
            case_number=row.case_number,
            private={row.subject: {"words": text}},
        )


def _note_raised(row: Objection, due_on: date, by: Actor) -> None:
    record(
        ObjectionRaised(entry=str(row.entry), agency=row.agency, due_on=due_on.isoformat()),
        on=Subject("objection", str(row.pk), 1),
        by=by,
        case_number=row.case_number,
        basis=row.basis,
        private={row.subject: {"reason": row.reason}},
    )
