"""The command `bench`: runs the benchmarks of the checkout's `bench/` folder and prints what they measured.

A benchmark is a file with `run() -> list[Metric]`; each value stands beside a baseline of the same run where one
exists, and beside its goal.
"""

import importlib.util
import json
import operator
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from tongban.kernel.errors import Misconfigured
from tongban.kernel.files import write_durably
from tongban.site.home import checkout


@dataclass(frozen=True)
class Metric:
    """A measured value. `goal` is met when the value is at most (or `at least`) it."""

    metric: str
    value: float
    unit: str
    baseline: float | None = None
    goal: float | None = None
    better: Literal["at most", "at least"] = "at most"

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        if self.goal is None:
            return None
        holds: Callable[[float, float], bool] = operator.le if self.better == "at most" else operator.ge
        return holds(self.value, self.goal)

    def as_json(self) -> dict[str, Any]:
        """The record that `--json` prints (design 10)."""
        said = asdict(self)
        del said["better"]
        return {**said, "met": self.met}


def run_bench(name: str, *, as_json: bool) -> int:
    """Run one benchmark, or `all`; 1 if a goal is not met.

    Raises:
        Misconfigured: there is no such benchmark here.
    """
    folder = checkout() / "bench"
    known = sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))
    if name != "all" and name not in known:
        raise Misconfigured(
            f"There is no benchmark {name!r} in {folder}; there are: {', '.join(known) or 'none'}."
        )
    metrics = [
        metric for one in (known if name == "all" else [name]) for metric in _load(folder / f"{one}.py")()
    ]
    if name == "all":
        records = json.dumps([metric.as_json() for metric in metrics], indent=1)
        write_durably(folder / "results" / "latest.json", records.encode())
    print(json.dumps([metric.as_json() for metric in metrics]) if as_json else _table(metrics))  # noqa: T201
    return 1 if any(metric.met is False for metric in metrics) else 0


def _load(path: Path) -> Callable[[], list[Metric]]:
    if str(path.parent) not in sys.path:  # what several of them share lies beside them
        sys.path.insert(0, str(path.parent))
    found = importlib.util.spec_from_file_location(f"bench_{path.stem}", path)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    run: Callable[[], list[Metric]] = module.run
    return run


def _table(metrics: list[Metric]) -> str:
    head = f"{'metric':28} {'value':>12} {'unit':10} {'baseline':>12} {'goal':>16}  met"
    marks = {None: "", True: "yes", False: "NO"}
    lines = [
        f"{one.metric:28} {one.value:12.2f} {one.unit:10} "
        f"{'' if one.baseline is None else f'{one.baseline:.2f}':>12} "
        f"{'' if one.goal is None else f'{one.better} {one.goal:g}':>16}  {marks[one.met]}"
        for one in metrics
    ]
    return "\n".join([head, *lines])
