"""One quota over two real server processes: never exceeded, wholly used, and what a killed process held comes back."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.faults.gateway_city import BODY, Gateway, gateway_city, refused
from tests.faults.test_gateway_killed import KILLED

LEASED = "select coalesce(sum(size), 0) from exchange_lease"
TAKEN = "select coalesce(sum(taken), 0) from exchange_quota"
ANSWERED = "select count(*) from journal_entry where kind = 'exchange.answered.v1'"
THREADS = 3


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with gateway_city("quotas") as made:
        yield made


def set_quota(gateway: Gateway, calls: int) -> None:
    gateway.city.rows("update exchange_grant set quota = %s where code = 'fire-place'", [calls])


def ask(gateway: Gateway, port: int) -> int:
    """The status of one call; 0 where the connection broke."""
    try:
        message = gateway.posted(BODY, host=f"localhost:{port}")
        return gateway.ask(gateway.key.sign(message), port=port).status
    except (OSError, ValueError, json.JSONDecodeError):
        return 0


def ask_until_used_up(gateway: Gateway, ports: tuple[int, ...], *, patience: int = 8) -> Counter[int]:
    """Every port asked by several at once, each until it was refused so many times in a row."""
    counted: Counter[int] = Counter()

    def work(port: int) -> None:
        refusals = 0
        while refusals < patience:
            status = ask(gateway, port)
            counted[status] += 1
            refusals = 0 if status == 200 else refusals + 1
            if status != 200:
                time.sleep(0.2)

    threads = [threading.Thread(target=work, args=[port]) for port in ports for _ in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    return counted


def test_two_processes_share_one_quota_exactly_and_a_killed_one_gives_its_lease_back(
    gateway: Gateway,
) -> None:
    set_quota(gateway, 300)
    counted = ask_until_used_up(gateway, gateway.ports)
    assert counted[200] == 300
    assert counted[429] > 0
    assert gateway.city.count(ANSWERED) == 300
    assert gateway.city.count(TAKEN) == 300
    last = gateway.signed(gateway.posted(BODY))
    assert refused(last)[1] == "Server.ServerProxy.QuotaExceeded"
    assert int(last.headers["retry-after"]) > 0

    # One process takes a block, uses one call of it and dies with the rest; nine come back when the lease lapses.
    set_quota(gateway, 380)
    other, killed = gateway.ports  # the first server started the database: it lives on
    time.sleep(1.1)  # a process remembers for a second that nothing is left
    assert ask(gateway, killed) == 200
    ((lease, size),) = gateway.city.rows("select id, size from exchange_lease order by taken_at desc limit 1")
    assert size == 10
    server = gateway.servers[1]
    KILLED["kill_whole"](server.pid)
    server.wait(timeout=30)
    assert gateway.city.count(TAKEN) == 310
    gateway.city.rows("update exchange_lease set until = now() where id = %s", [lease])
    assert ask_until_used_up(gateway, (other,), patience=3)[200] == 79
    assert gateway.city.count(ANSWERED) == gateway.city.count(TAKEN) == 380


def test_a_server_that_is_told_to_end_gives_back_what_it_did_not_use(gateway: Gateway) -> None:
    set_quota(gateway, 80)
    assert ask(gateway, gateway.ports[1]) == 200
    assert gateway.city.count(TAKEN) == 10
    gateway.servers[1].terminate()
    gateway.servers[1].wait(timeout=30)
    assert gateway.city.count(TAKEN) == 1
    assert gateway.city.count(LEASED) == 0
    assert ask_until_used_up(gateway, (gateway.ports[0],), patience=3)[200] == 79
