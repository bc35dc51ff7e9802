"""A run of a story: who plays, and what its steps need to know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.conf import settings

from tongban.cases.api import ApplicationView, CaseView, get_application, my_applications
from tongban.clocks.api import move_clock, working_day
from tongban.demo.models import Story
from tongban.demo.packs import StoryTerms
from tongban.identity.api import find_actor
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotFound

ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Scene:
    """One run: the story, the person who plays it, and her answers."""

    story: StoryTerms
    username: str
    person: Actor
    answers: dict[str, str]
    signers: Mapping[str, str] = field(default_factory=dict)

    def number(self) -> str:
        """The number of her application, empty before it is begun."""
        mine = (get_application(row.number, by=self.person) for row in my_applications(self.person))
        return next((view.number for view in mine if view.guide.bundle.code == self.story.bundle), "")

    def view(self) -> ApplicationView:
        """Her application as it stands."""
        return get_application(self.number(), by=self.person)

    def case(self, item: str) -> CaseView:
        """The case of an item as it stands."""
        return self.view().case(item)

    def clerk(self) -> Actor:
        """The officer at the window."""
        return find_actor(self.story.clerk)

    def examiner(self, item: str) -> Actor:
        """The officer who examines an item."""
        return find_actor(self.story.crews[item].examiner)

    def approver(self, item: str) -> Actor:
        """The officer who decides an item."""
        return find_actor(self.story.crews[item].approver)


def papers_of(number: str) -> Path:
    """The folder of an application's proofs and certificates."""
    return Path(settings.HOME) / "story" / number


def summary_of(number: str) -> Path:
    """The file of a run's figures; it stands once the run was played to its summary."""
    return papers_of(number).with_suffix(".json")


def open_scene(code: str) -> Scene:
    """The run to play: the first candidate whose application was not played to its summary, or who has none.

    Raises:
        NotFound: no such story is active, or everybody has played it.
    """
    row = Story.objects.filter(pk=code).first()
    if row is None:
        known = sorted(Story.objects.values_list("pk", flat=True))
        if not known:
            raise NotFound("No story is active; activate the demonstration packs first: tongban demo")
        raise NotFound(f"There is no story {code!r}; choose one of: {', '.join(known)}.")
    story = StoryTerms.model_validate(row.terms)
    for candidate in story.candidates:
        person = find_actor(candidate.username)
        scene = Scene(
            story, candidate.username, person, {**story.answers, **candidate.answers}, candidate.signers
        )
        if not (number := scene.number()) or not summary_of(number).exists():
            return scene
    raise NotFound(
        f"All {len(story.candidates)} people of the story {code!r} have played it. Begin anew with: tongban demo --fresh"
    )


def let_days_pass(scene: Scene, *, since: date, days: int) -> int:
    """Move the city's time until `days` working days have passed since a day; returns how many were missing."""
    today = clock.today()
    passed = sum(
        working_day(date.fromordinal(day))[0] for day in range(since.toordinal() + 1, today.toordinal() + 1)
    )
    missing = days - passed
    if missing > 0:
        move_clock(working_days=missing, by=scene.person)
    return max(missing, 0)


def picture(name: str) -> tuple[str, bytes]:
    """A drawing that the story uploads: its name and bytes."""
    path = ASSETS / name
    return path.name, path.read_bytes()
