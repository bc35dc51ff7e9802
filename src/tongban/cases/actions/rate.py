"""Rating a handling (好差评): once, freely; a bad rating is talked about and answered for in time, and may be followed once."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.cases.access import find_case, own_application
from tongban.cases.entries import note_rating
from tongban.cases.kinds import Rated, RatedAgain, RaterContacted, RatingAnswered
from tongban.cases.models import BAD_FROM, Case, Rating, RatingLevel
from tongban.cases.policy import check_uninvolved, check_words
from tongban.clocks.api import clear_due, due_day, limit_of, set_due
from tongban.identity.api import get_agency
from tongban.journal.api import Actor, bump
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say

WORDS_MAX = 500
OUTCOMES = ("mended", "explained", "unfounded")
#: What a rating may be about: a handling that came to its end.
_RATED_STATES = ("granted", "refused", "not-accepted", "advised", "revoked", "called-back", "annulled")
_HANDLERS = ("window-clerk", "examiner", "approver")


def rate_case(*, number: str, level: int | None, tags: Sequence[str], words: str, by: Actor) -> UUID:
    """Rate one handling on five levels, 1 the best; nothing is chosen for anybody, and nobody has to.

    Raises:
        BadInput: no level, a tick of another level, or too many words.
        Conflict: the case is not decided, or is rated already.
        NotFound: it is somebody else's.
        NotAllowed: not the applicant in person.
    """
    application = own_application(number.rpartition("-")[0], by, in_person=True)
    chosen = _level(level, tags)
    said = _within(words)
    case = Case.objects.filter(pk=number, application=application).first()
    if case is None:
        raise NotFound("没有这个编号的办件。")
    if case.state not in _RATED_STATES:
        raise Conflict("这一件还没有办结，办结以后才能评价。")
    today = clock.today()
    bad = chosen.level >= BAD_FROM
    contact = due_day(limit_of("rating-contact", on=today), today) if bad else None
    mend = due_day(limit_of("rating-mend", on=today), today) if bad else None
    rating = Rating(
        id=uuid7(),
        case=case,
        item=case.item,
        agency=case.agency,
        level=chosen.level,
        tags=list(dict.fromkeys(tags)),
        words=said,
        rated_on=today,
        contact_due_on=contact,
        mend_due_on=mend,
    )
    try:
        with transaction.atomic():
            rating.save(force_insert=True)
            for what, day in (("contact", contact), ("mend", mend)):
                if day:
                    set_due(on=f"rating:{rating.id}", what=what, day=day)
            act = Rated(
                item=case.item,
                level=chosen.level,
                contact_due_on=contact.isoformat() if contact else "",
                mend_due_on=mend.isoformat() if mend else "",
            )
            note_rating(act, rating, version=1, by=by, said={"words": said, "tags": rating.tags})
    except IntegrityError:  # the second of two clicks, or a second thought
        raise Conflict("这一件您已经评价过了。差评答复以后可以再追加一次评价。") from None
    return rating.id


def contact_rater(*, rating: UUID, words: str, seen: int | None, by: Actor) -> None:
    """Note that the person was talked to about her bad rating, and what was found.

    Raises:
        BadInput: nothing written.
        NotAllowed: another agency, or the officer who handled the case.
        Conflict: no bad rating, or done already.
        StaleObject: somebody acted since `seen`.
    """
    said = check_words(words, field="words", what="联系的情况")
    with transaction.atomic():
        row, version = _open(rating, seen=seen, by=by)
        if row.contacted_on:
            raise Conflict("已经联系过评价人，请整改后答复。")
        Rating.objects.filter(pk=rating).update(
            contacted_on=clock.today(), contact_words=said, officer=by.key
        )
        clear_due(on=f"rating:{rating}", what="contact")
        act = RaterContacted(due_on=_iso(row.contact_due_on))
        note_rating(act, row, version=version, by=by, said={"words": said})


def answer_rating(*, rating: UUID, outcome: str, words: str, seen: int | None, by: Actor) -> None:
    """Tell the person what came of her bad rating; one found to be unfounded no longer counts in figures.

    Raises:
        BadInput: no outcome, nothing written.
        NotAllowed: another agency, or the officer who handled the case.
        Conflict: the person was not talked to yet, or it is answered already.
        StaleObject: somebody acted since `seen`.
    """
    if outcome not in OUTCOMES:
        raise BadInput("请选择处理结果。", field="outcome")
    said = check_words(words, field="words", what="给评价人的答复")
    with transaction.atomic():
        row, version = _open(rating, seen=seen, by=by)
        if row.contacted_on is None:
            raise Conflict("请先联系评价人，问清楚再答复。")
        Rating.objects.filter(pk=rating).update(
            answered_on=clock.today(), outcome=outcome, answer=said, officer=by.key
        )
        clear_due(on=f"rating:{rating}")
        act = RatingAnswered(outcome=outcome, due_on=_iso(row.mend_due_on))
        note_rating(act, row, version=version, by=by, said={"words": said})


def rate_again(*, number: str, level: int | None, words: str, by: Actor) -> None:
    """Rate once more after the answer; it stands beside the first rating.

    Raises:
        BadInput: no level, or too many words.
        Conflict: nothing was answered, or it was followed already.
        NotFound, NotAllowed: somebody else's, or not in person.
    """
    application = own_application(number.rpartition("-")[0], by, in_person=True)
    chosen = _level(level, ())
    said = _within(words)
    with transaction.atomic():
        found = Rating.objects.filter(case=number, case__application=application).first()
        if found is None:
            raise NotFound("这一件还没有评价。")
        version = bump(Rating, found.pk)
        row = _row(found.pk)
        if row.answered_on is None:
            raise Conflict("部门还没有答复您的评价，答复以后才能追加。")
        if row.again_on:
            raise Conflict("追加评价只有一次，您已经追加过了。")
        Rating.objects.filter(pk=row.pk).update(
            again_level=chosen.level, again_words=said, again_on=clock.today()
        )
        note_rating(RatedAgain(level=chosen.level), row, version=version, by=by, said={"words": said})


def _open(rating: UUID, *, seen: int | None, by: Actor) -> tuple[Rating, int]:
    """A bad rating that is still to be answered, its version raised, for an officer who may."""
    version = bump(Rating, rating, seen=seen)
    row = _row(rating)
    if by.agency != row.agency or not any(by.has_role(role) for role in _HANDLERS):
        words = "这条评价由{agency}处理。"
        raise NotAllowed(say(words, agency=get_agency(row.agency).name))
    check_uninvolved(by, handlers=handlers_of(row.case_id))
    if row.level < BAD_FROM:
        raise Conflict("这不是差评，不用联系和整改。")
    if row.answered_on:
        raise Conflict("这条差评已经答复。")
    return row, version


def handlers_of(number: str) -> set[str]:
    """The officers who examined or decided a case."""
    case = find_case(number)
    opinion, decision = getattr(case, "opinion", None), getattr(case, "decision", None)
    return {one.officer for one in (opinion, decision) if one is not None}


def _row(rating: UUID) -> Rating:
    row = Rating.objects.select_related("case__application").filter(pk=rating).first()
    if row is None:
        raise NotFound("没有这条评价。")
    return row


def _level(level: int | None, tags: Sequence[str]) -> RatingLevel:
    found = RatingLevel.objects.filter(pk=level).first() if level else None
    if found is None:
        raise BadInput("请选一个满意程度；不想评价可以直接离开。", field="level")
    if strange := set(tags) - set(found.tags):
        raise BadInput(
            say("「{tag}」不是「{level}」的选项，请重新勾选。", tag=min(strange), level=found.title),
            field="tags",
        )
    return found


def _within(words: str) -> str:
    if len(words) > WORDS_MAX:
        raise BadInput(say("最多写 {n} 个字。", n=WORDS_MAX), field="words")
    return words.strip()


def _iso(day: object) -> str:
    return str(day) if day else ""
