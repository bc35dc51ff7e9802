"""The private PostgreSQL: comes back after kill -9, leaves no process, shares itself between commands."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tongban.kernel.errors import Misconfigured
from tongban.site.home import data_home
from tongban.site.postgres import PrivatePostgres


@pytest.fixture
def server() -> Iterator[PrivatePostgres]:
    home = data_home() / f"pg{os.getpid()}"
    made = PrivatePostgres(home)
    made.start()
    yield made
    made.stop()
    subprocess.run(["rm", "-rf", str(home)], check=True)


def postmaster(server: PrivatePostgres) -> int:
    return int((server.cluster / "postmaster.pid").read_text().split("\n")[0])


def wait_for(address: str, seconds: float) -> psycopg.Connection:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return psycopg.connect(address)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def test_after_kill_9_it_is_back_by_itself_with_every_committed_row(server: PrivatePostgres) -> None:
    server.create_database("city")
    address = server.address(database="city")
    with psycopg.connect(address) as link:
        link.execute("create table kept (n int)")
    for round_ in range(3):
        with psycopg.connect(address) as link:
            link.execute("insert into kept values (%s)", [round_])
        os.kill(postmaster(server), signal.SIGKILL)
        with wait_for(address, 20.0) as link:
            (count,) = link.execute("select count(*) from kept").fetchone() or (0,)
        assert count == round_ + 1


def test_a_second_command_uses_the_running_server_and_keeps_it_when_the_first_ends(
    server: PrivatePostgres,
) -> None:
    other = PrivatePostgres(server.folder.parent)
    other.start()
    assert not other.started_here
    server.stop()
    with wait_for(other.address(database="postgres"), 20.0) as link:
        assert link.execute("select 1").fetchone() == (1,)
    assert other.started_here
    other.stop()


def test_chinese_trigrams_work_in_it(server: PrivatePostgres) -> None:
    with psycopg.connect(server.address(database="postgres")) as link:
        link.execute("create extension pg_trgm")
        assert link.execute("select show_trgm('政务服务') <> '{}'").fetchone() == (True,)


def test_no_database_process_outlives_a_killed_command(tmp_path: Path) -> None:
    home = data_home() / f"orphan{os.getpid()}"
    script = (
        "import sys, time; from pathlib import Path; from tongban.site.postgres import PrivatePostgres;"
        f"PrivatePostgres(Path({str(home)!r})).start(); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout
        assert command.stdout.readline() == "up\n"
        pid = postmaster(PrivatePostgres(home))
        command.kill()
        command.wait()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
    subprocess.run(["rm", "-rf", str(home)], check=True)


def test_too_long_a_data_folder_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_DATA", "/srv/" + "long" * 30)
    with pytest.raises(Misconfigured, match="TONGBAN_DATA to a shorter one"):
        data_home()
