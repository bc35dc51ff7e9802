"""Sequencers that are killed, stopped, starved of disk or doubled: no entry lost, none twice, no checkpoint contradicted."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.city import City, own_city
from tongban.ledger.api import size_of
from tongban.ledger.tiles import TILE_WIDTH, tile_path
from tongban.site.home import checkout

PUBLISHED_KILLS = 10


class Process:
    """The nursery from outside."""

    def __init__(self, city: City) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            env=city.environment,
            cwd=checkout(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == "ready"

    def _answer(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the nursery ended"
        return json.loads(line)

    def do(self, what: str, **words: Any) -> Any:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": what, **words}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def run(self, **words: Any) -> dict[str, Any]:
        """A child from birth to end."""
        ended: dict[str, Any] = self.do("wait", child=self.do("start", **words))
        return ended

    def check(self) -> dict[str, Any]:
        """All is well after one more sequencer has run undisturbed."""
        done = self.run(acts=1)
        assert "error" not in done, done
        checked = self.run(body="check")
        assert "result" in checked, checked
        result: dict[str, Any] = checked["result"]
        return result

    def end(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


@contextmanager
def nursery() -> Iterator[tuple[Process, City]]:
    with own_city("seq") as city:
        for words in (["migrate"], ["ledger", "create"]):
            done = city.run(*words)
            assert done.returncode == 0, done.stderr
        process = Process(city)
        try:
            yield process, city
        finally:
            process.end()


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Process, City]]:
    """One log for all tests: what one leaves behind, the next one must live with."""
    with nursery() as both:
        yield both


@pytest.fixture
def process(shared: tuple[Process, City]) -> Process:
    return shared[0]


def steps_of(process: Process, acts: int) -> list[str]:
    """The steps that a sequencer takes which nothing happens to, by name; numbers begin with 1."""
    ended = process.run(acts=acts)
    assert "error" not in ended, ended
    steps: list[str] = ended["steps"]
    return steps


def numbers(steps: list[str], *names: str) -> list[int]:
    return [number for number, name in enumerate(steps, 1) if name in names]


def kill_at(process: Process, steps: list[int], acts: int) -> int:
    killed = 0
    for at in steps:
        ended = process.run(fate="kill", at=at, acts=acts)
        assert ended.get("signal") == signal.SIGKILL or "steps" in ended, ended
        killed += ended.get("signal") == signal.SIGKILL
    return killed


def test_killed_at_steps_all_over_a_round_the_log_stays_whole(process: Process) -> None:
    steps = len(steps_of(process, 3))
    spread = [1 + number * (steps - 1) // PUBLISHED_KILLS for number in range(PUBLISHED_KILLS)]
    assert kill_at(process, spread, acts=3) >= PUBLISHED_KILLS - 2
    result = process.check()
    assert result["checkpoints"] > 1


@pytest.mark.slow
def test_killed_at_every_step_of_sequencing_again_and_again_the_log_stays_whole(process: Process) -> None:
    kills = 0
    for acts in (1, 5, 20):
        steps = len(steps_of(process, acts))
        first = max(1, steps - 120)  # the recording of many acts is always the same
        kills += kill_at(process, list(range(first, steps + 1)), acts=acts)
        process.check()
    assert kills >= 200


def test_a_full_disk_refuses_the_round_and_the_next_one_goes_on(process: Process) -> None:
    writes = numbers(steps_of(process, 2), "before synced", "before renamed")
    refused = 0
    for at in range(writes[0] - 2, writes[-1], 3):
        ended = process.run(fate="full", at=at, acts=2)
        error = ended.get("error", "")
        assert not error or error.startswith("LogRefused: The files of acts cannot be"), ended
        refused += bool(error)
    assert refused >= 3
    process.check()


def test_a_commit_whose_outcome_is_unknown_is_looked_up(process: Process) -> None:
    lost = 0
    for at in numbers(steps_of(process, 1), "committed"):
        ended = process.run(fate="lost", at=at, acts=1)
        lost += "connection was lost" in ended.get("error", "")
    assert lost >= 3
    process.check()


def test_two_sequencers_at_once_make_one_log(process: Process) -> None:
    children = [process.do("start", acts=60) for _ in range(3)]
    for child in children:
        ended = process.do("wait", child=child)
        assert "error" not in ended, ended
    process.check()


def test_a_sequencer_that_was_stopped_signs_nothing_when_it_wakes(process: Process) -> None:
    steps = steps_of(process, 2)
    staging, publishing = numbers(steps, "before renamed")[0], numbers(steps, "before renamed")[-1]
    said = []
    for at in (staging - 3, staging, numbers(steps, "committed")[-1], publishing - 2, publishing):
        sleeper = process.do("start", fate="stop", at=at, acts=2)
        stopped = process.do("stopped", child=sleeper)
        other = process.run(acts=3)
        if stopped:
            process.do("signal", child=sleeper, number=int(signal.SIGCONT))
        ended = process.do("wait", child=sleeper)
        assert "error" not in other or "another sequencer holds" in other["error"], other
        said.append(ended.get("error", ""))
    assert any("idle-in-transaction timeout" in one for one in said), said
    process.check()


def test_twelve_writers_that_commit_out_of_order_lose_nothing(shared: tuple[Process, City]) -> None:
    process, city = shared
    city.rows("create table if not exists thing (key int primary key, version int not null)")
    city.rows("grant select, update on thing to tongban_sequencer")
    city.rows("insert into thing select number, 1 from generate_series(0, 3) number on conflict do nothing")
    before = city.count("select coalesce(sum(version), 0) from thing")
    writers = [process.do("start", body="write", seed=seed, acts=12) for seed in range(12)]
    while writers:
        process.run(acts=1)  # drains and sequences while they write
        ended = process.do("wait", child=writers.pop())
        assert "error" not in ended, ended
    process.check()
    assert city.count("select sum(version) from thing") - before == 12 * 12
    wrong = city.rows(
        "select * from (select object, object_version, lag(object_version) over (partition by object order by position)"
        " as earlier from journal_placed placed join journal_entry entry on entry.id = placed.entry"
        " where object like 'shared:%') ordered where earlier is not null and object_version <> earlier + 1"
    )
    assert not wrong


def test_what_is_restored_by_command_goes_on_growing_the_same_log(shared: tuple[Process, City]) -> None:
    process, city = shared
    folder = city.home / "ledger" / "acts"
    note = (folder / "checkpoint").read_bytes()
    spoiled = folder / tile_path("entries", 0, min(TILE_WIDTH, size_of(note)))
    data = bytearray(spoiled.read_bytes())
    data[70] ^= 1
    spoiled.write_bytes(data)
    done = city.run("ledger", "adopt")
    assert done.returncode == 0, done.stderr
    assert "built anew" in done.stdout, done.stdout
    assert (folder / "checkpoint").read_bytes() == note
    process.check()
