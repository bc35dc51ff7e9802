"""The city beside the story: applications of other regimes, records that are wrong, certificates near their end.

Everything goes through the doors; who acts for an agency is found by agency and role.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from tongban.cases.api import (
    ApplicationView,
    CaseView,
    accept_case,
    acknowledge_notice,
    agree,
    attach_document,
    decide,
    examine,
    get_application,
    my_applications,
    pause_case,
    prepare_application,
    refuse_acceptance,
    save_answers,
    submit_application,
    tell_once,
    withdraw_case,
)
from tongban.certificates.api import (
    Holder,
    Term,
    change_certificate,
    enter_certificate,
    fetch_mine,
    mirrored_of,
)
from tongban.demo.history import Deeds, RunPlayed, play_deeds
from tongban.demo.models import History, HistoryRun
from tongban.demo.packs import CityRun, Happening, HistoryTerms, PaperCertificate
from tongban.demo.scene import picture
from tongban.exchange.api import EvidenceView, answer_correction, evidence_of, request_correction
from tongban.identity.api import find_actor, officers_with
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.services.api import get_regime

#: What somebody photographs where no register holds it.
_PHOTO = "floor-plan.png"


def play_city() -> Iterator[RunPlayed]:
    """Play what is left of every history that the active packs tell."""
    for row in History.objects.order_by("code"):
        history = HistoryTerms.model_validate(row.terms)
        for one in history.certificates:
            if play_deeds(row.code, one.number, [lambda one=one: _enter(one)]):  # type: ignore[misc]
                yield RunPlayed(one.holder, (one.number,))
        for username in history.fetched:
            if fetched := _fetch(row.code, username):
                yield fetched
        for run in history.runs:
            person = find_actor(run.username)
            if play_deeds(row.code, run.username, _deeds(run, person)):
                view = _view(run, person)
                titles = [case.state_title for case in view.cases] or [view.state_words]
                yield RunPlayed(person.name, tuple(dict.fromkeys(titles)))


def _fetch(history: str, username: str) -> RunPlayed | None:
    """She has her certificates fetched from above, once; the question is asked in no transaction, so it is noted after."""
    person, name = find_actor(username), f"{username} above"
    if person.person is None or HistoryRun.objects.filter(story=history, username=name).exists():
        return None
    fetch_mine(by=person)
    play_deeds(history, name, [lambda: None])
    held = mirrored_of(person.person)
    return RunPlayed(person.name, tuple(one.title for one in held)) if held else None


def _deeds(run: CityRun, person: Actor) -> Deeds:
    deeds: Deeds = [lambda: fill_in(run, person)]
    if run.submitted:
        deeds.append(lambda: submit(_view(run, person), person))
    deeds += [lambda deed=deed: DEEDS[deed.do](_view(run, person), person, deed) for deed in run.deeds]  # type: ignore[misc]
    return deeds


def fill_in(run: CityRun, person: Actor) -> str:
    """As a person would: answers, the notice, promises, and paper where no register answers; returns the number."""
    number = prepare_application(bundle=run.matter, by=person)
    save_answers(number=number, answers=run.answers, by=person)
    acknowledge_notice(number=number, by_hand=(), by=person, guardian=True)
    if not run.submitted:
        return number
    view = get_application(number, by=person)
    agree(
        number=number,
        materials=[one.code for one in view.materials if one.kind in {"promise", "template"}],
        by=person,
    )
    file, data = picture(_PHOTO)
    for one in view.materials:
        if (one.by_hand or one.kind == "signature") and one.document is None and one.outcome != "silent":
            attach_document(number=number, material=one.code, name=file, data=data, by=person)
    return number


def _view(run: CityRun, person: Actor) -> ApplicationView:
    """The application of a run as it stands; people of the history have few."""
    views = (get_application(row.number, by=person) for row in my_applications(person))
    return next(view for view in views if view.guide.bundle.code == run.matter)


def _case(view: ApplicationView, deed: Happening) -> CaseView:
    return view.case(deed.item or view.guide.bundle.code)


def _clerk(view: ApplicationView) -> Actor:
    return officers_with("window-clerk", agency=view.window)[0]


def submit(view: ApplicationView, person: Actor) -> None:
    """She hands it in."""
    submit_application(number=view.number, seen=None, by=person)


def _tell(view: ApplicationView, _person: Actor, deed: Happening) -> None:
    tell_once(number=view.number, reasons={deed.material or "": deed.words}, seen=None, by=_clerk(view))


def _accept(view: ApplicationView, _person: Actor, deed: Happening) -> None:
    accept_case(number=_case(view, deed).number, seen=None, by=_clerk(view))


def _refuse_acceptance(view: ApplicationView, _person: Actor, deed: Happening) -> None:
    number = _case(view, deed).number
    refuse_acceptance(number=number, reason=deed.words, seen=None, by=_clerk(view))


def _examine(view: ApplicationView, _person: Actor, deed: Happening, *, proposes: str = "granted") -> None:
    case = _case(view, deed)
    by = officers_with("examiner", agency=case.agency)[0]
    examine(number=case.number, proposes=proposes, words=deed.words, seen=None, by=by)


def _end(view: ApplicationView, person: Actor, deed: Happening) -> None:
    """Grant or refuse, after the opinion where the regime asks for one."""
    result = "granted" if deed.do == "grant" else "refused"
    case = _case(view, deed)
    verbs = {verb.code: verb.by for verb in get_regime(case.item.regime).verbs}
    if "examine" in case.verbs:
        _examine(view, person, deed, proposes=result)
    by = officers_with(verbs[deed.do], agency=case.agency)[-1]
    decide(number=case.number, result=result, words=deed.words, seen=None, by=by)


def _pause(view: ApplicationView, _person: Actor, deed: Happening) -> None:
    case = _case(view, deed)
    by = officers_with("examiner", agency=case.agency)[0]
    pause_case(number=case.number, ground=deed.words, seen=None, by=by)


def _withdraw(view: ApplicationView, person: Actor, deed: Happening) -> None:
    withdraw_case(number=_case(view, deed).number, seen=None, by=person)


def _reading(view: ApplicationView, deed: Happening) -> EvidenceView:
    return next(one for one in evidence_of(view.number) if one.resource == deed.resource)


def _ask_correction(view: ApplicationView, person: Actor, deed: Happening) -> None:
    request_correction(
        evidence=_reading(view, deed).id,
        items=list(deed.right),
        stated=deed.right,
        reason=deed.words,
        by=person,
    )


def _answer_correction(view: ApplicationView, _person: Actor, deed: Happening) -> None:
    reading = _reading(view, deed)
    answer_correction(
        evidence=reading.id,
        outcome="corrected" if deed.do == "correct-record" else "kept",
        words=deed.words,
        values=deed.right,
        seen=None,
        by=officers_with("resource-owner", agency=reading.provider)[0],
    )


def _enter(one: PaperCertificate) -> None:
    """Enter a certificate with the days it had on paper, and what became of it."""
    owner, approver = find_actor(one.owner), find_actor(one.approver)
    assert owner.person
    last = clock.today() + timedelta(days=one.ends_in)
    first = last.replace(year=last.year - one.years, day=min(last.day, 28)) + timedelta(days=1)
    certificate = enter_certificate(
        type_code=one.type,
        number=one.number,
        holder=Holder(one.holder, one.holder_number, owner.person),
        content=one.content,
        term=Term(first, first, last),
        by=approver,
    )
    if one.change and one.ground:
        change_certificate(
            certificate=certificate,
            change=one.change,
            ground=one.ground,
            words=one.words,
            seen=None,
            by=approver,
        )


DEEDS: Mapping[str, Callable[[ApplicationView, Actor, Happening], None]] = {
    "tell": _tell,
    "accept": _accept,
    "refuse-acceptance": _refuse_acceptance,
    "examine": _examine,
    "grant": _end,
    "refuse": _end,
    "pause": _pause,
    "withdraw": _withdraw,
    "ask-correction": _ask_correction,
    "keep-record": _answer_correction,
    "correct-record": _answer_correction,
}
