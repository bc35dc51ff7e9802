"""`tongban bench ledger`: how fast acts are recorded, placed, logged and proved, over a million of them.

The acts are invented here, with true commitments and seals, and written by COPY into the same tables as waiting for
their place; each has a common part and a part of one person. Database, logs and keys are of this benchmark alone, in a
process of its own. Baselines of the same run: the same million without fsync and with asynchronous commits
(sequencing, draining), a bare loop over hashlib (the library), the same act without its entry (the journal).
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import _watched
from tongban.site.benchmarks import Metric
from tongban.site.home import checkout

HOME = checkout() / "var" / "bench-ledger"
ENTRIES = 1_000_000


def run() -> list[Metric]:
    """Measure all of it; some minutes."""
    shutil.rmtree(HOME, ignore_errors=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    environment = {**kept, "TONGBAN_DATA": str(HOME)}
    try:
        for words in (["migrate"], ["ledger", "create"]):
            subprocess.run(
                [sys.executable, "-m", "tongban.site.cli", *words],
                env=environment,
                stdout=subprocess.DEVNULL,
                check=True,
            )
        child = Path(__file__).with_name("_ledger.py")
        done = subprocess.run(
            [sys.executable, str(child), str(ENTRIES)], env=environment, stdout=subprocess.PIPE, check=True
        )
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
    return [*metrics(json.loads(done.stdout)), *_watched.run()]


def metrics(measured: dict[str, Any]) -> list[Metric]:
    """The metrics of what the child measured, each beside its baseline."""

    def at_least(name: str, goal: float) -> Metric:
        value, baseline = measured[name]
        return Metric(name, value, "1/s", baseline=baseline, goal=goal, better="at least")

    def at_most(name: str, unit: str, goal: float) -> Metric:
        value, baseline = measured[name]
        return Metric(name, value, unit, baseline=baseline, goal=goal)

    return [
        at_least("library_append_per_s", 100_000),
        at_least("sequenced_per_s", 10_000),
        at_least("drained_per_s", 30_000),
        at_most("inclusion_p50_ms", "ms", 1),
        at_most("inclusion_p99_ms", "ms", 15),
        at_most("act_with_journal_over_without", "ratio", 1.5),
    ]
