"""A card on its way: explained by the agency, confirmed or dismissed by a person, appealed, withdrawn openly; letters."""

from collections.abc import Callable
from datetime import date

from django.db import transaction

from tongban.journal.api import Act, Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict
from tongban.kernel.sentences import say
from tongban.supervision.kinds import (
    AppealAnswered,
    CardAppealed,
    CardConfirmed,
    CardDismissed,
    CardExplained,
    CardWithdrawn,
    LetterAnswered,
    LetterIssued,
)
from tongban.supervision.models import Card, Letter
from tongban.supervision.policy import (
    check_other_person,
    check_speaker,
    check_state,
    check_watcher,
    check_words,
)
from tongban.supervision.reading import card_number, letter_number, term_end
from tongban.supervision.schema import LEVELS

OPEN, STANDING = ("proposed", "explained"), ("confirmed", "published")


def explain_card(*, card: int, words: str, seen: int | None, by: Actor) -> None:
    """The agency that answers for a card says how it came to it.

    Raises:
        BadInput: no words.
        NotAllowed, Conflict, StaleObject: another agency, too late, somebody acted since.
    """
    text = check_words(words, field="words", what="说明")

    def change(row: Card, number: str) -> Act:
        check_speaker(by, row.owner)
        check_state(row.state, OPEN, what="说明")
        row.state, row.explanation, row.explained_at = "explained", text, clock.now()
        return CardExplained(number=number, words=text)

    _act(card, seen, by, change)


def rule_card(*, card: int, confirmed: bool, words: str, seen: int | None, by: Actor) -> None:
    """Confirm a card or dismiss it: a person's finding, after the agency spoke or its days are over.

    Raises:
        BadInput: no reasons.
        NotAllowed, Conflict, StaleObject: no supervisor, the agency still has days, somebody acted since.
    """
    text = check_words(words, field="words", what="认定的理由")

    def change(row: Card, number: str) -> Act:
        check_watcher(by)
        check_state(row.state, OPEN, what="认定")
        if confirmed and row.state == "proposed" and clock.today() <= row.explain_by:
            raise Conflict("部门的说明期还没有过，也还没有说明；等说明或者过期后再认定。")
        row.ruled_at, row.ruled_by, row.ruling = clock.now(), by.key, text
        if not confirmed:
            row.state = "dismissed"
            return CardDismissed(number=number, words=text, told=[row.owner])
        row.state, row.appeal_by = "confirmed", term_end("card-appeal")
        row.publish_on = term_end("card-publication")
        return CardConfirmed(
            number=number,
            level=LEVELS[row.level],
            agency=row.agency,
            words=text,
            publish_on=row.publish_on.isoformat(),
            appeal_by=row.appeal_by.isoformat(),
            told=[row.owner],
        )

    _act(card, seen, by, change)


def appeal_card(*, card: int, words: str, seen: int | None, by: Actor) -> None:
    """The agency asks another person to look at a confirmed card again; a clock of its own runs, publication waits.

    Raises:
        BadInput: no words.
        NotAllowed, Conflict, StaleObject: another agency, too late or twice, somebody acted since.
    """
    text = check_words(words, field="words", what="申诉理由")

    def change(row: Card, number: str) -> Act:
        check_speaker(by, row.owner)
        check_state(row.state, STANDING, what="申诉")
        if row.appealed_at:
            raise Conflict("这张牌已经申诉过，一张牌申诉一次。")
        if row.appeal_by and clock.today() > row.appeal_by:
            raise Conflict(say("申诉期到 {day} 为止，已经过了。", day=row.appeal_by))
        row.appeal, row.appealed_at = text, clock.now()
        row.appeal_due_on = term_end("card-appeal-answer")
        return CardAppealed(number=number, words=text, due_on=row.appeal_due_on.isoformat())

    _act(card, seen, by, change)


def answer_appeal(*, card: int, upheld: bool, words: str, seen: int | None, by: Actor) -> None:
    """Somebody who did not confirm the card keeps it, or finds the appeal right and withdraws it openly.

    Raises:
        BadInput: no reasons.
        NotAllowed, Conflict, StaleObject: who confirmed it, no open appeal, somebody acted since.
    """
    text = check_words(words, field="words", what="答复理由")

    def change(row: Card, number: str) -> Act:
        check_watcher(by)
        if row.appealed_at is None or row.appeal_outcome:
            raise Conflict("这张牌没有等答复的申诉。")
        check_other_person(by, than=row.ruled_by, what="答复申诉")
        row.appeal_outcome = "withdrawn" if upheld else "kept"
        row.appeal_words, row.appeal_answered_at = text, clock.now()
        return AppealAnswered(number=number, outcome=row.appeal_outcome, words=text, told=[row.owner])

    with transaction.atomic():
        _act(card, seen, by, change)
        if upheld:
            _act(card, None, by, lambda row, number: _withdraw(row, number, text))


def withdraw_card(*, card: int, why: str, seen: int | None, by: Actor) -> None:
    """Withdraw a wrong card openly; it stays to be seen with the reason.

    Raises:
        BadInput: no reason.
        NotAllowed, Conflict, StaleObject: no supervisor, nothing to withdraw, somebody acted since.
    """
    text = check_words(why, field="words", what="撤回理由")

    def change(row: Card, number: str) -> Act:
        check_watcher(by)
        check_state(row.state, STANDING, what="撤回")
        return _withdraw(row, number, text)

    _act(card, seen, by, change)


def issue_letter(*, card: int, words: str, due_on: date, by: Actor) -> int:
    """Send the agency a 督办 letter: what is to be done by a day; returns its id.

    Raises:
        BadInput: no words, or a day that is not ahead.
        NotAllowed, Conflict: no supervisor, a card that does not stand.
    """
    text = check_words(words, field="letter", what="督办内容")
    check_watcher(by)
    if due_on <= clock.today():
        raise BadInput("办结日应在今天之后。", field="due_on")
    with transaction.atomic():
        version = bump(Card, card)
        row = Card.objects.get(pk=card)
        check_state(row.state, (*OPEN, *STANDING), what="督办")
        letter = Letter.objects.create(
            card=row, agency=row.owner, words=text, due_on=due_on, issued_at=clock.now(), issued_by=by.key
        )
        act = LetterIssued(
            number=letter_number(letter.pk, letter.issued_at),
            card=card_number(row.pk, row.proposed_at),
            words=text,
            due_on=due_on.isoformat(),
            told=[row.owner],
        )
        record(act, on=Subject("card", str(card), version), by=by)
    return letter.pk


def answer_letter(*, letter: int, words: str, seen: int | None, by: Actor) -> None:
    """The agency says what was done about a letter.

    Raises:
        BadInput: no words.
        NotAllowed, Conflict, StaleObject: another agency, answered already, somebody acted since.
    """
    text = check_words(words, field="answer", what="办理情况")
    with transaction.atomic():
        bump(Letter, letter, seen=seen)
        row = Letter.objects.select_related("card").get(pk=letter)
        check_speaker(by, row.card.owner)
        if row.answered_at:
            raise Conflict("这份督办单已经答复过。")
        row.answer, row.answered_at = text, clock.now()
        row.save(update_fields=["answer", "answered_at"])
        version = bump(Card, row.card_id)
        act = LetterAnswered(number=letter_number(row.pk, row.issued_at), words=text)
        record(act, on=Subject("card", str(row.card_id), version), by=by)


def _withdraw(row: Card, number: str, why: str) -> Act:
    row.state, row.withdrawn_at, row.withdrawn_why = "withdrawn", clock.now(), why
    return CardWithdrawn(number=number, agency=row.agency, why=why)


def _act(card: int, seen: int | None, by: Actor, change: Callable[[Card, str], Act]) -> None:
    """Bump, check and change, save, journal: one transaction."""
    with transaction.atomic():
        version = bump(Card, card, seen=seen)
        row = Card.objects.get(pk=card)
        act = change(row, card_number(row.pk, row.proposed_at))
        row.save()
        record(act, on=Subject("card", str(card), version), by=by)
