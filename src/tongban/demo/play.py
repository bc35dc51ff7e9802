"""Playing a story: step by step, with times, to the summary."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from tongban.cases.api import Figure, summarise
from tongban.demo.proofs import prove_everything
from tongban.demo.scene import Scene, open_scene, summary_of
from tongban.demo.steps import steps_of
from tongban.kernel import clock
from tongban.kernel.files import write_durably

Result = TypeVar("Result")

#: A killed database is back within two seconds; a step that met it is played again.
TRIES = 25
PAUSE_S = 0.4


@dataclass(frozen=True)
class StepPlayed:
    """A step that held."""

    name: str
    title: str
    line: str
    seconds: float


@dataclass
class Played:
    """A story that held: its steps and the figures, each before and after."""

    person: str
    number: str
    folder: Path
    steps: list[StepPlayed] = field(default_factory=list)
    figures: dict[str, Figure] = field(default_factory=dict)
    proofs_verified: int = 0

    @property
    def seconds(self) -> float:
        """How long all steps took together."""
        return sum(step.seconds for step in self.steps)

    def as_json(self) -> dict[str, Any]:
        """The object that `story --json` prints (design 10)."""
        counted = {name: _counted(one) for name, one in self.figures.items()}
        return {
            "person": self.person,
            "application": self.number,
            "proofs": str(self.folder),
            "steps": [asdict(step) for step in self.steps],
            **counted,
            "proofs_verified": {"before": None, "after": self.proofs_verified},
            "seconds": {"before": None, "after": round(self.seconds, 2)},
        }


def play(code: str, *, tell: Callable[[StepPlayed], None]) -> Played:
    """Play a story from where it stands; `tell` hears of every step.

    Raises:
        StoryBroken: a step did not hold.
        NotFound: nobody is left to play it.
    """
    scene = _again(lambda: open_scene(code))
    played = Played(scene.person.name, "", Path())
    for step in steps_of(scene.story):
        _play_step(played, step.name, step.title, tell, lambda step=step: step.play(scene))  # type: ignore[misc]

    def prove_all() -> str:
        played.proofs_verified, played.folder = prove_everything(scene)
        return f"{played.proofs_verified} 条动作逐条离线验证；改动任何一个字节都会失败"

    _play_step(played, "prove", "账本证明", tell, prove_all)
    _play_step(played, "sum", "前后对比", tell, lambda: _sum(scene, played))
    figures = json.dumps(played.as_json(), ensure_ascii=False, indent=1)
    write_durably(summary_of(played.number), figures.encode())
    return played


def _counted(one: Figure) -> dict[str, int | None]:
    """A figure's numbers; calendar days stand beside working days, and only where there are any."""
    numbers: dict[str, int | None] = {"before": one.before, "after": one.after}
    return numbers | ({"after_calendar_days": one.calendar_days} if one.calendar_days else {})


def _play_step(
    played: Played, name: str, title: str, tell: Callable[[StepPlayed], None], act: Callable[[], str]
) -> None:
    begun = time.perf_counter()
    clock.refresh()
    line = _again(act)
    step = StepPlayed(name, title, line, round(time.perf_counter() - begun, 3))
    played.steps.append(step)
    tell(step)


def _sum(scene: Scene, played: Played) -> str:
    view = scene.view()
    summary = summarise(view)
    played.number = view.number
    played.figures = {one.name: one for one in summary.figures}
    figure = played.figures
    example = "（“改前”为示例）" if summary.before_is_example else ""
    return (
        f"跑动 {figure['visits'].before} → {figure['visits'].after}，"
        f"自己交的材料 {figure['materials_total'].before} → {figure['materials_uploaded'].after}，"
        f"工作日 {figure['days_promised'].before} → {figure['days_used'].after}{example}"
    )


def _again(act: Callable[[], Result]) -> Result:
    """Do an act again while the database comes back; every step may be repeated."""
    for attempt in range(TRIES):
        try:
            return act()
        except (OperationalError, InterfaceError) as error:
            connection.close()
            if attempt == TRIES - 1:
                raise DatabaseError("the database did not come back") from error
            time.sleep(PAUSE_S)
    raise AssertionError("unreachable")
