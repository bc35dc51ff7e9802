"""Deciding a case: the written decision with its remedies, and what it brings into being."""

from django.db import transaction

from tongban.cases.access import find_case
from tongban.cases.acting import check_nothing_open, settle_case, take_in_hand
from tongban.cases.actions.close import close_if_all_decided
from tongban.cases.entries import note_case
from tongban.cases.fetching import fetch_materials
from tongban.cases.formalities.owing import open_owed
from tongban.cases.formalities.rows import parties_of
from tongban.cases.granting import bring_about
from tongban.cases.kinds import Decided
from tongban.cases.models import Case
from tongban.cases.policy import check_second_pair_of_eyes, check_words
from tongban.cases.terms import item_of
from tongban.cases.written import Ruling, write_decision
from tongban.clocks.api import clear_due
from tongban.identity.api import get_agency
from tongban.journal.api import Actor, bump, system
from tongban.kernel import clock
from tongban.services.api import Verb

_VERBS = {"granted": "grant", "refused": "refuse", "advised": "advise"}


def decide(*, number: str, result: str, words: str, seen: int | None, by: Actor) -> None:
    """Decide a case: `result` is `granted`, `refused` or (guidance) `advised`; `words` are the reasons.

    Raises:
        BadInput: no reasons.
        NotAllowed: not the approver, or the one who examined.
        Conflict: another state.
        StaleObject: somebody acted since `seen`.
    """
    said = check_words(words, field="words", what="决定的理由和依据")
    application = find_case(number).application_id
    settle_case(number)
    with transaction.atomic():
        version = bump(Case, number, seen=seen)
        doing = take_in_hand(number, _VERBS.get(result, result), by=by)
        case, verb = doing.case, doing.step
        assert isinstance(verb, Verb), "nobody decides by a step beside the table"
        agency = get_agency(case.agency)
        if opinion := getattr(case, "opinion", None):
            for decider in (by.key, doing.deputy_for):
                check_second_pair_of_eyes(examiner=opinion.officer, decider=decider)
        check_nothing_open(case, doing.regime)
        item = item_of(case)
        basis = "；".join(str(cite) for cite in item.basis)
        Case.objects.filter(pk=number).update(state=verb.leads, decided_on=clock.today())
        clear_due(on=f"case:{number}")
        ruling = Ruling(case, agency, result, said, basis, by.key, doing.deputy_for)
        entry = note_case(
            Decided(item=case.item, result=result, paper=ruling.paper),
            case,
            version=version,
            by=by,
            said={"words": said, **({"deputy_for": doing.deputy_for} if doing.deputy_for else {})},
            others=parties_of(number),
            basis=basis,
        )
        certificate = bring_about(ruling, item, entry=entry, by=by) if result == "granted" else None
        write_decision(ruling, entry=entry, certificate=certificate)
        open_owed(case, doing.regime, state=verb.leads, by=by)
        close_if_all_decided(case.application_id)
    fetch_materials(application, by=system("cases"))
