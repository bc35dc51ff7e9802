"""No answer without its entry: web workers and the database server are killed while systems read through the gateway."""

import os
import random
import runpy
import signal
import time
from typing import Any

import pytest

from tests.city import checkout, until
from tests.faults.gateway_city import Gateway, gateway_city, written

KILLED: dict[str, Any] = runpy.run_path(str(checkout() / "bench" / "_killed.py"))


def asked(gateway: Gateway, port: int) -> bytes:
    message = gateway.question(host=f"localhost:{port}")
    return written(gateway.key.sign(message))


def kill_web(gateway: Gateway, which: int) -> None:
    """`kill -9` of the web server's worker, then of all of it; it is started again at the same port."""
    server, port = gateway.servers[which], gateway.ports[which]
    workers = KILLED["workers_of"](server.pid)
    assert workers
    os.kill(workers[-1], signal.SIGKILL)
    time.sleep(0.2)
    KILLED["kill_whole"](server.pid)
    server.wait(timeout=30)
    gateway.servers[which] = gateway.city.serve(port)


def lost_rows(*, rounds: int, chance: random.Random) -> None:
    with gateway_city("killed") as gateway:
        first, second = gateway.ports
        with (
            KILLED["asking"](first, lambda: asked(gateway, first)) as here,
            KILLED["asking"](second, lambda: asked(gateway, second)) as there,
        ):
            for _ in range(rounds):
                for fault in ("web", "database"):
                    time.sleep(chance.uniform(0.2, 1.5))
                    if fault == "web":
                        kill_web(gateway, 0)
                    else:
                        gateway.city.kill_postmaster()
                    before = len(here), len(there)
                    until(
                        lambda before=before: len(here) > before[0] + 20 and len(there) > before[1] + 20,
                        what=f"both servers answer again after kill -9 of {fault}",
                    )
        answered = [*here, *there]
        assert len(answered) > 80 * rounds
        assert KILLED["lost"](gateway.city.server.address(), answered) == 0
        audited = gateway.city.run("ledger", "audit")
        assert audited.returncode == 0, audited.stdout + audited.stderr


def test_every_answer_that_was_received_has_its_entry_place_and_leaf_whatever_is_killed() -> None:
    lost_rows(rounds=1, chance=random.Random(5))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_every_answer_that_was_received_has_its_entry_after_many_kills(seed: int) -> None:
    lost_rows(rounds=6, chance=random.Random(seed))
