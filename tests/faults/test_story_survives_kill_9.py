"""`kill -9` of the whole command, after its steps and at any moment: the story goes on where it stopped."""

import contextlib
import json
import random
import time
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest

from tests.city import STEP_LINE, City, own_city, read_until
from tests.faults.whole import check_whole

#: Lines the story prints, one a step; what follows the last but one is only arithmetic.
STEPS = 12
#: What a story needs before its first step, in a new folder and later, roughly.
FIRST_START_S, START_S = 6.0, 3.5


def play_to_the_end(city: City) -> None:
    """It must be 林夏 who reaches the end: nobody else may have been sent in her place meanwhile."""
    if summaries(
        city
    ):  # a kill may come too late: then the end was reached, and only what was written last is not logged
        log_what_is_left(city)
    else:
        done = city.run("story", "--json")
        assert done.returncode == 0, done.stderr
    assert [one["person"] for one in summaries(city)] == ["林夏"]


def log_what_is_left(city: City) -> None:
    """The next start does it by itself; here only its worker."""
    work = city.start("work")
    deadline = time.monotonic() + 30
    while not all_is_logged(city):
        assert time.monotonic() < deadline, "the worker does not log what was left"
        time.sleep(0.1)
    work.terminate()
    work.wait(timeout=20)


def all_is_logged(city: City) -> bool:
    """Whether every entry has its place and leaf, under published heads; not while the database is still coming up."""
    with contextlib.suppress(psycopg.OperationalError):
        waiting = city.count("select count(*) from journal_pending")
        heads = dict(city.rows("select origin, checkpoint from ledger_head"))
        unlogged = city.count("select (select count(*) from journal_placed) - sum(size) from ledger_head")
        return (
            not waiting
            and not unlogged
            and all(
                (city.home / "ledger" / origin / "checkpoint").read_text() == checkpoint
                for origin, checkpoint in heads.items()
            )
        )
    return False


def summaries(city: City) -> list[dict[str, Any]]:
    """What the runs that reached their end wrote down."""
    return [json.loads(path.read_text()) for path in city.home.glob("story/*.json")]


def play_and_kill(city: City, *, after_steps: int, later_s: float = 0.0) -> None:
    """Play, and kill after a number of steps (0: count from the start of the command) and a moment more."""
    command = city.start("story")
    if after_steps:
        read_until(command, STEP_LINE, times=after_steps)
    time.sleep(later_s)
    city.kill(command)


def interrupted(steps: Sequence[int]) -> None:
    with own_city("kill") as city:
        for after_steps in steps:
            if not summaries(city):
                play_and_kill(city, after_steps=after_steps)
        play_to_the_end(city)
        check_whole(city)


def test_killed_after_the_steps_with_most_acts_the_story_reaches_its_end() -> None:
    interrupted([4, 8, 10])


@pytest.mark.slow
def test_killed_after_each_step_in_turn_the_story_reaches_its_end() -> None:
    interrupted(range(1, STEPS))


def test_killed_within_steps_the_story_reaches_its_end() -> None:
    killed_at_moments(random.Random(20261124), rounds=2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_killed_within_steps_again_and_again_the_story_reaches_its_end(seed: int) -> None:
    killed_at_moments(random.Random(seed), rounds=12)


def killed_at_moments(chance: random.Random, *, rounds: int) -> None:
    with own_city("kill") as city:
        for _round in range(rounds):
            if summaries(city):
                break
            play_and_kill(city, after_steps=chance.randrange(2, 10), later_s=chance.uniform(0, 0.3))
        play_to_the_end(city)
        check_whole(city)


def test_killed_while_a_new_city_is_prepared_the_story_reaches_its_end() -> None:
    killed_before_the_story(random.Random(7), rounds=3)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_killed_again_and_again_before_the_first_step_the_story_reaches_its_end(seed: int) -> None:
    killed_before_the_story(random.Random(seed), rounds=10)


def killed_before_the_story(chance: random.Random, *, rounds: int) -> None:
    """Binaries copied, cluster created, tables made, packs activated, logs created: killed somewhere in it."""
    with own_city("kill") as city:
        for number in range(rounds):
            play_and_kill(
                city, after_steps=0, later_s=chance.uniform(0.2, START_S if number else FIRST_START_S)
            )
        play_to_the_end(city)
        check_whole(city)
