"""Commands in a bad place: one sentence that says what to do, exit code 1, nothing half-done."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.city import City, free_port, own_city, until


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    with own_city("commands") as city:
        city.prepare()
        yield city


def said(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a command that failed."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.strip()


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_busy_port_is_named_with_another_to_choose(city: City, command: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        sentence = said(city.run(command, "--port", str(port)))
    assert sentence == (
        f"tongban: Port {port} is in use by another program. Stop that program or choose another port: "
        f"--port {port + 1}."
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["demo", "--port", "99999999"], "'99999999' is not a port; it is a number up to 65535"),
        (["serve", "--port", "http"], "'http' is not a port"),
        (["witness", "--home", "x", "--port", "-1"], "'-1' is not a port"),
        (["witness", "--home", "/proc/nowhere", "--port", "0"], "The folder /proc/nowhere cannot be made"),
        (
            ["keys", "revoke", "log.acts", "--number", "1", "--reason", "x", "--since", "2026-11-25T08:00"],
            "is not a moment; write it with its time zone",
        ),
        (
            ["keys", "revoke", "log.acts", "--number", "1", "--reason", "x", "--since", "then"],
            "is not a moment",
        ),
        (["ledger", "token", "--for", "x", "--until", "tomorrow"], "is not a day"),
        (["verify", "/nowhere"], "/nowhere: not checked. It cannot be read"),
    ],
)
def test_a_wrong_argument_is_one_sentence(city: City, words: list[str], sentence: str) -> None:
    done = city.run(*words)
    assert done.returncode in {1, 2}
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_witness_names_the_port_that_it_cannot_have(city: City) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = city.run("witness", "--home", str(city.home / "w"), "--name", "w.example", "--port", port)
    assert said(done) == (
        f"tongban: Nothing can listen on port {port} of 127.0.0.1: Address already in use. "
        "Choose another one with --port."
    )


@pytest.mark.parametrize("command", ["serve", "work"])
def test_an_empty_folder_is_told_what_to_run_first(command: str) -> None:
    port = ["--port", str(free_port())] if command == "serve" else []
    with own_city("empty") as empty:
        assert said(empty.run(command, *port)).endswith("Run first: tongban migrate")


def test_a_demonstration_is_not_served_to_other_machines(city: City) -> None:
    assert "demonstration city" in said(city.run("serve", "--host", "192.0.2.7", "--port", str(free_port())))


def test_a_pack_that_is_not_there_is_a_finding_like_any_other(city: City) -> None:
    done = city.run("packs", "activate", "base", "luanchuan")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "tongban: The packs have 1 mistake(s); nothing was activated:",
        "  luanchuan:1: pack.yaml: there is no such pack (no pack.yaml)",
    ]


def test_a_reader_that_has_seen_enough_gets_no_traceback(city: City) -> None:
    command = city.start("packs", "check", "base", "lanchuan")
    assert command.stdout
    command.stdout.close()
    assert command.wait(timeout=60) == 128 + signal.SIGPIPE


def test_an_unknown_benchmark_is_answered_with_those_there_are(city: City) -> None:
    assert "start" in said(city.run("bench", "stort"))


@pytest.mark.parametrize("database_is_away", [False, True])
def test_the_worker_ends_when_told_to(city: City, database_is_away: bool) -> None:
    work = city.start("work")
    until(city.postmaster, what="the database server answers")
    at_work = "select count(*) from pg_stat_activity where usename = 'tongban_sequencer'"
    until(lambda: city.count(at_work), what="the worker speaks to the database")
    time.sleep(1.0)
    if database_is_away:
        city.kill_postmaster()
    os.kill(work.pid, signal.SIGTERM)
    assert work.wait(timeout=10) == 0
    city.stands_still()
