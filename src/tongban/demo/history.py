"""What happened in the city before the visitor came: applications left in every state, made through the doors.

Each deed and the note that it was done commit together, so that a history broken off goes on where it stopped.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction

from tongban.cases.api import (
    CaseView,
    accept_case,
    decide,
    examine,
    find_defect,
    inspect,
    pause_case,
    refuse_acceptance,
    tell_once,
    withdraw_case,
)
from tongban.clocks.api import add_working_days, move_clock
from tongban.demo.models import HistoryRun, Story
from tongban.demo.packs import Deed, Run, StoryTerms
from tongban.demo.scene import Scene
from tongban.demo.steps import finish, steps_of
from tongban.identity.api import find_actor
from tongban.kernel import clock

#: Working days that a defect of the history leaves for putting it right.
RECTIFY_DAYS = 3


Deeds = list[Callable[[], object]]


def play_deeds(history: str, name: str, deeds: Deeds) -> int:
    """Do what is left of a run's deeds; each and the note that it was done commit together. Returns how many."""
    rows = HistoryRun.objects.filter(story=history, username=name)
    done = rows.values_list("done", flat=True).first() or 0
    for number, deed in enumerate(deeds[done:], start=done + 1):
        clock.refresh()
        with transaction.atomic():
            deed()
            HistoryRun.objects.update_or_create(story=history, username=name, defaults={"done": number})
    return max(len(deeds) - done, 0)


@dataclass(frozen=True)
class RunPlayed:
    """A run that was played: whose, and the states in which it left the cases."""

    person: str
    states: tuple[str, ...]


def play_history(code: str) -> Iterator[RunPlayed]:
    """Play what is left of a story's history, run by run."""
    story = StoryTerms.model_validate(Story.objects.get(pk=code).terms)
    for run in story.history:
        terms = story.model_copy(update={"uploads": story.uploads | run.uploads})
        scene = Scene(terms, run.username, find_actor(run.username), {**story.answers, **run.answers})
        if play_deeds(code, run.username, list(_deeds(scene, run))):
            view = scene.view()
            titles = [case.state_title for case in view.cases] or [view.state_words]
            yield RunPlayed(scene.person.name, tuple(dict.fromkeys(titles)))


def _deeds(scene: Scene, run: Run) -> Iterator[Callable[[], object]]:
    """Everything that happens in a run, in order: steps of the story, then single deeds, then days that pass."""
    steps = steps_of(scene.story)
    names = [step.name for step in steps]
    for step in steps[names.index("fetch") : names.index(run.until) + 1]:
        yield lambda step=step: step.play(scene)  # type: ignore[misc]
    for deed in run.deeds:
        yield lambda deed=deed: DEEDS[deed.do](scene, scene.case(deed.item), deed)  # type: ignore[misc]
    if run.days_after:
        yield lambda: move_clock(working_days=run.days_after, by=scene.person)


def _tell(scene: Scene, _case: CaseView, _deed: Deed) -> None:
    tell_once(number=scene.number(), reasons=scene.story.returned, seen=None, by=scene.clerk())


def _accept(scene: Scene, case: CaseView, _deed: Deed) -> None:
    accept_case(number=case.number, seen=None, by=scene.clerk())


def _refuse_acceptance(scene: Scene, case: CaseView, deed: Deed) -> None:
    refuse_acceptance(number=case.number, reason=deed.words, seen=None, by=scene.clerk())


def _finish(scene: Scene, _case: CaseView, deed: Deed) -> None:
    finish(scene, deed.item)


def _examine(scene: Scene, case: CaseView, _deed: Deed) -> None:
    by = scene.examiner(case.item.code)
    examine(number=case.number, proposes="granted", words=scene.story.opinion, seen=None, by=by)


def _refuse(scene: Scene, case: CaseView, deed: Deed) -> None:
    if "examine" in case.verbs:
        by = scene.examiner(case.item.code)
        examine(number=case.number, proposes="refused", words=deed.words, seen=None, by=by)
    decide(
        number=case.number, result="refused", words=deed.words, seen=None, by=scene.approver(case.item.code)
    )


def _inspect(scene: Scene, case: CaseView, deed: Deed) -> None:
    """On the spot something is found that has to be put right."""
    by = scene.examiner(case.item.code)
    on_site = scene.story.crews[case.item.code].on_site
    inspect(number=case.number, officers=on_site, finding=deed.words, seen=None, by=by)
    due_on = add_working_days(clock.today(), RECTIFY_DAYS)
    find_defect(number=case.number, words=deed.words, due_on=due_on, seen=None, by=by)


def _pause(scene: Scene, case: CaseView, deed: Deed) -> None:
    pause_case(number=case.number, ground=deed.words, seen=None, by=scene.examiner(case.item.code))


def _withdraw(scene: Scene, case: CaseView, _deed: Deed) -> None:
    withdraw_case(number=case.number, seen=None, by=scene.person)


DEEDS: Mapping[str, Callable[[Scene, CaseView, Deed], None]] = {
    "tell": _tell,
    "accept": _accept,
    "refuse-acceptance": _refuse_acceptance,
    "finish": _finish,
    "examine": _examine,
    "refuse": _refuse,
    "inspect": _inspect,
    "pause": _pause,
    "withdraw": _withdraw,
}
