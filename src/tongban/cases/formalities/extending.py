"""Extending the legal limit: once, by the head of the agency, with the reason told to the applicant (行政许可法 42)."""

from tongban.cases.acting import Doing, act_on_case
from tongban.cases.formalities.kinds import Extended
from tongban.cases.formalities.policy import check_extension
from tongban.cases.formalities.rows import end_row, open_row
from tongban.cases.models import Case
from tongban.cases.policy import check_words
from tongban.cases.terms import due_days, extended, item_of, stretches_of
from tongban.clocks.api import limit_of, set_due
from tongban.journal.api import Act, Actor
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.services.api import Formality


def extend(*, number: str, words: str, seen: int | None, by: Actor) -> None:
    """Extend the legal limit of a case by what the law gives; `words` are the reason, told to the applicant.

    Raises:
        BadInput: no reason.
        Conflict: extended before, no legal limit, it has passed, or another state.
        NotAllowed, StaleObject: not the head, the regime has no extension, somebody acted since.
    """
    reason = check_words(words, field="words", what="延长的理由")

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        case, step = doing.case, doing.step
        assert isinstance(step, Formality)
        assert step.limit, "packs give an extension its limit"
        before = check_extension(
            extended_days=case.extended_days, legal_due_on=case.legal_due_on, today=clock.today()
        )
        days = limit_of(step.limit, on=clock.today()).amount
        start = case.accepted_on or clock.today()
        legal, _promised = due_days(
            extended(item_of(case), days), start, stretches_of(list(case.pauses.all()))
        )
        until = legal or before
        Case.objects.filter(pk=case.pk).update(extended_days=days, legal_due_on=until)
        set_due(on=f"case:{case.number}", what="decide", day=until)
        facts: dict[str, Json] = {"days": days, "before": before.isoformat(), "until": until.isoformat()}
        row = open_row(case, step, by=by, agency=case.agency, words=reason, facts=facts, due_on=until)
        end_row(row, by=by, deputy_for=doing.deputy_for)
        return Extended(days=days, legal_due_on=until.isoformat()), {"words": reason}

    act_on_case(number, "extend", seen=seen, by=by, change=change)
