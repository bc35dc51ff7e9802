"""`tongban bench cases`: from submitting to accepted over HTTP, an officer's queue and a case among a million, clocks.

Cases are cloned from one that was made through the doors, by one statement a table, with their evidence; each of the
million has its entry in the journal, with true commitment and seal, placed before anything is timed. Baselines of the
same run: a bare handler that inserts the same rows in one transaction (submitting), the same pages among ten thousand
(queue, case), a bare UPDATE of the same two columns (recount after a calendar change).
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from _servers import environment, prepare
from tongban.site.benchmarks import Metric
from tongban.site.home import checkout
from tongban.site.postgres import PrivatePostgres

HOME = checkout() / "var" / "bench-cases"


def run() -> list[Metric]:
    """Measure all of it; about six minutes, most of them the million."""
    shutil.rmtree(HOME, ignore_errors=True)
    server = PrivatePostgres(HOME)
    try:
        server.start()
        prepare(HOME)
        server.stop()
        child = Path(__file__).with_name("_cases.py")
        done = subprocess.run(
            [sys.executable, str(child)], env=environment(HOME), stdout=subprocess.PIPE, check=True
        )
    finally:
        server.stop()
        shutil.rmtree(HOME, ignore_errors=True)
    return metrics(json.loads(done.stdout))


def metrics(measured: dict[str, Any]) -> list[Metric]:
    """The metrics of what the child measured, each beside its baseline."""
    accepted, read = measured["submit_to_accepted_per_s"], measured["evidence_per_case"]

    def at_most(name: str, unit: str, goal: float) -> Metric:
        value, baseline = measured[name]
        return Metric(name, value, unit, baseline=baseline, goal=goal)

    over_insert, bare = measured["submit_over_bare_insert"]
    return [
        Metric(
            "submit_to_accepted_per_s", accepted[0], "1/s", baseline=accepted[1], goal=100, better="at least"
        ),
        Metric("submit_over_bare_insert", over_insert, "ratio", baseline=bare, goal=0.3, better="at least"),
        at_most("queue_1m_over_10k", "ratio", 1.3),
        at_most("case_1m_over_10k", "ratio", 1.3),
        at_most("queue_p95_ms", "ms", 60),
        at_most("eligibility_200_ms", "ms", 20),
        at_most("recompute_over_update", "ratio", 3),
        Metric("evidence_fetched_per_case", read, "1"),
    ]
