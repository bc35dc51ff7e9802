"""The witness as a program: over HTTP, beside slow and rude clients, killed, and watching a city whose key changes."""

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.city import City, own_city, read_until, until
from tests.ledger.signing import Log
from tests.ledger.test_witness import proof_lines, request
from tongban.ledger.note import read_vkey

LOG_NAME = "city.example/log"


class Program:
    """A running `tongban witness`."""

    def __init__(self, home: Path, *words: str) -> None:
        command = [
            sys.executable,
            "-m",
            "tongban.site.cli",
            "witness",
            "--home",
            str(home),
            "--port",
            "0",
            *words,
        ]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TONGBAN_")}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
        assert self.process.stdout
        self.vkey = self.process.stdout.readline().removeprefix("VKEY ").strip()
        self.address = self.process.stdout.readline().removeprefix("READY ").strip()
        self.port = int(self.address.rsplit(":", 1)[1])

    def add(self, old: int, size: int, log: Log) -> tuple[int, bytes]:
        body = request(old, log.sign(size, note_root(size)), proof_lines(old, size))
        asked = urllib.request.Request(f"{self.address}/add-checkpoint", data=body, method="POST")
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return int(answer.status), answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


def note_root(size: int) -> bytes:
    from tests.ledger.test_tree import defined

    return defined(0, size)


@pytest.fixture
def log() -> Log:
    return Log(LOG_NAME)


@pytest.fixture
def program(tmp_path: Path, log: Log) -> Iterator[Program]:
    one = Program(tmp_path / "home", "--name", "witness.example/one", "--log", str(log.verifier))
    yield one
    one.end()


def test_slow_and_rude_clients_keep_nobody_waiting(program: Program, log: Log) -> None:
    slow = []
    for _ in range(40):
        client = socket.create_connection(("127.0.0.1", program.port))
        client.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 500\r\n\r\nold 0")
        slow.append(client)
    begun = time.monotonic()
    assert program.add(0, 5, log)[0] == 200
    assert time.monotonic() - begun < 5
    with socket.create_connection(("127.0.0.1", program.port)) as rude:
        rude.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 99999999\r\n\r\n")
        rude.settimeout(10)
        assert b" 413 " in rude.recv(100)
    for client in slow:
        client.close()


def test_what_it_cosigned_survives_kill_9(program: Program, log: Log, tmp_path: Path) -> None:
    size = 0
    for grown in (3, 300):
        assert program.add(size, grown, log)[0] == 200
        size = grown
    program.process.send_signal(signal.SIGKILL)
    program.process.wait()
    again = Program(tmp_path / "home")
    try:
        assert again.vkey == program.vkey
        assert again.add(0, 400, log) == (409, b"300\n")
        assert again.add(300, 400, log)[0] == 200
        place = hashlib.sha256(LOG_NAME.encode()).hexdigest()
        with urllib.request.urlopen(f"{again.address}/{place}/checkpoint", timeout=10) as answer:
            assert answer.headers["Content-Type"].startswith("text/plain")
            assert answer.read().startswith(log.sign(400, note_root(400)))
    finally:
        again.end()


def test_it_has_no_way_to_the_main_database(program: Program) -> None:
    mapped = Path(f"/proc/{program.process.pid}/maps").read_text()
    assert "sqlite3" in mapped
    assert "psycopg" not in mapped
    assert read_vkey(program.vkey).name == "witness.example/one"


def test_a_new_witness_without_a_name_is_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tongban.site.cli", "witness", "--home", str(tmp_path / "w"), "--port", "0"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"tongban: A new witness needs a name .*\n", done.stderr)


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    with own_city("watch") as city:
        yield city


def test_keys_change_while_the_story_plays_and_every_receipt_holds(city: City, tmp_path: Path) -> None:
    """The demonstration's own witness cosigns throughout; the policy of before still reads what both keys sign."""
    from tests.city import free_port

    demo = city.start("demo", "--port", str(free_port()))
    until((city.home / "ledger/acts/witnessed").exists, what="a head is witnessed")
    rotated = city.run("keys", "rotate", "log.acts", "--overlap", "2h")
    assert rotated.returncode == 0, rotated.stderr
    assert "log.acts@2 signs from now on" in rotated.stdout
    issuer = city.run("keys", "rotate", "issuer.lanchuan.approval", "--overlap", "0s")
    assert issuer.returncode == 0, issuer.stderr
    read_until(demo, re.compile(r"^READY "))
    papers = sorted(map(str, city.home.glob("story/*/*")))
    checked = city.run("verify", "--max-age", "1h", *papers, str(city.home / "ledger"))
    assert checked.returncode == 0, checked.stderr
    proofs = [line for line in checked.stdout.splitlines() if "recorded as" in line]
    assert proofs
    assert all("witnessed by demonstration at" in line for line in proofs)
    newest = (city.home / "ledger/acts/witnessed").read_bytes()
    assert newest.count("— ".encode()) == 3
    assert "revoked" not in city.run("keys", "list", "log.acts").stdout
    demo.terminate()
    demo.wait(timeout=30)


def test_the_witness_of_the_demonstration_is_started_again(city: City) -> None:
    from tests.city import free_port

    port = free_port()
    demo = city.start("demo", "--port", str(port))
    read_until(demo, re.compile(r"^READY "))
    before = (city.home / "witnesses.txt").read_text()
    (first,) = [line for line in city.processes() if "cli witness" in line]
    os.kill(int(first.split()[0]), signal.SIGKILL)
    until(
        lambda: [line for line in city.processes() if "cli witness" in line and line != first],
        what="another witness runs",
    )
    until(lambda: (city.home / "witnesses.txt").read_text() == before, what="at the same address")
    demo.terminate()
    demo.wait(timeout=30)
