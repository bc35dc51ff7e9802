"""Systems outside over real processes: pages do not wait for one that hangs, and kill -9 leaves what was asked."""

import http.client
import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from pytest_django.fixtures import Settings

from tests.city import City, free_port, own_city, until
from tests.exchange.outside import Province, interface, province  # noqa: F401
from tests.exchange.test_gateway import CASE, CLIENT, PLACE
from tests.exchange.test_upstream import hanging

# ruff: noqa: F811 - fixtures come from the modules beside
#: Seconds that the source may take; long beside what a page takes, also on a busy machine.
WHOLE_S = 6.0
#: What an officer does before an agency's system may call: it is registered, its address trusted, a grant given.
SEED = """
from datetime import date
from tongban.exchange.api import register_subsystem, trust_address, write_case_ref
from tongban.exchange.models import Binding, Grant
from tongban.identity.models import Person
from tongban.journal.api import Actor
officer = Actor(kind="officer", key="LC-SJ-001", agency="lanchuan.data", roles=frozenset({{"data-officer"}}))
register_subsystem(code="{client}", title="消防检查系统", by=officer)
trust_address(subsystem="{client}", address="127.0.0.1", valid_to=None, by=officer)
Grant.objects.create(code="fire-place", consumer="lanchuan.fire", subsystem="{client}", resource="real-estate",
    items=["address", "area"], purpose="核对场所", cites=[{{"law": "消防法", "article": "第十五条"}}],
    case_kinds=["fire-check"], valid_from=date(2026, 1, 1), source="test")
write_case_ref(number="{case}", kinds=["fire-check"], subjects=[Person.objects.get(name="林夏").pk], state="open")
Binding.objects.filter(pk="real-estate").update(adapter="upstream", target="real-estate", settings={settings}, version=9)
"""


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch, province: Province, settings: Settings) -> Iterator[City]:
    """A city whose register of real estate is the province's, and that one may be reached on loopback."""
    ordinary = City.environment.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(
        City,
        "environment",
        property(lambda self: {**ordinary(self), "TONGBAN_UPSTREAM_NETWORKS": "127.0.0.0/8"}),
    )
    with own_city("outside") as made:
        made.prepare()
        yield made


def seed(city: City, province: Province) -> None:
    settings = interface(province.address, whole_s=WHOLE_S)
    done = city.run("django", "shell", "-c", SEED.format(client=CLIENT, case=CASE, settings=settings))
    assert done.returncode == 0, done.stderr


def call(port: int) -> tuple[int, float, dict[str, str], bytes]:
    """One call of an agency's system: status, seconds, headers, body."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    began = time.monotonic()
    try:
        link.request(
            "GET",
            f"/r1/LC/GOV/lanchuan.land/data/real-estate?certificate_no={quote(PLACE)}&items=area",
            headers={
                "X-Road-Client": f"LC/{CLIENT}",
                "X-Road-Id": secrets.token_hex(8),
                "X-Road-Issue": CASE,
            },
        )
        answer = link.getresponse()
        body = answer.read()
        return (
            answer.status,
            time.monotonic() - began,
            {name.lower(): value for name, value in answer.getheaders()},
            body,
        )
    finally:
        link.close()


def page(port: int) -> float:
    """The seconds that the front page takes."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    began = time.monotonic()
    link.request("GET", "/", headers={"Host": f"localhost:{port}"})
    answer = link.getresponse()
    answer.read()
    link.close()
    assert answer.status == 200
    return time.monotonic() - began


def test_pages_do_not_wait_for_a_source_that_hangs_and_kill_9_leaves_what_was_asked(
    city: City, province: Province
) -> None:
    port = free_port()
    command = city.serve(port)
    seed(city, province)
    status, _, _, body = call(port)
    assert (status, json.loads(body)["items"]) == (200, {"area": "96.5"}), body
    province.behave = hanging
    with ThreadPoolExecutor(6) as pool:
        calls = [pool.submit(call, port) for _ in range(6)]
        until(lambda: len(province.questions) == 3, what="two questions hang outside", within=5)
        pages = [page(port) for _ in range(10)]
        ended = [one.result() for one in calls]
    assert max(pages) < WHOLE_S / 2, pages
    hung = [one for one in ended if one[0] == 504]
    busy = [one for one in ended if one[0] == 503]
    assert (len(hung), len(busy)) == (2, 4), [one[0] for one in ended]
    assert min(one[1] for one in hung) > WHOLE_S - 0.5
    assert max(one[1] for one in busy) < WHOLE_S / 2
    # No place at the source, or the caller's own share of threads: both at once, with a time to come back.
    told = {(one[2]["x-road-error"], one[2]["retry-after"]) for one in busy}
    assert told <= {("Server.ServerProxy.ServiceFailed.Busy", "2"), ("Server.ServerProxy.Busy", "1")}
    _kill_while_it_asks(city, province, command, port)


def _kill_while_it_asks(city: City, province: Province, command: subprocess.Popen[str], port: int) -> None:
    before = len(province.questions)
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(_call_lost, port)
        until(lambda: len(province.questions) > before, what="a question hangs outside", within=5)
        for pid in _children(command.pid):
            if b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
        assert lost.result()
    city.kill(command)
    with city.database():
        ((query, entry),) = city.rows("select id, entry from exchange_inquiry")
        kinds = city.rows("select kind from journal_entry where object = %s", [f"query:{query}"])
        assert kinds == [("exchange.asked.v1",)]
        assert city.count("select count(*) from journal_entry where id = %s", [entry]) == 1
    province.behave = Province.answers_well
    again = free_port()
    city.serve(again)
    status, _, _, body = call(again)  # the permits of the dead process are free
    assert status == 200, body
    assert city.rows("select id from exchange_inquiry") == [(query,)]


def _children(pid: int) -> list[int]:
    """All processes below one, the deepest first."""
    near = [
        int(one) for task in Path(f"/proc/{pid}/task").glob("*/children") for one in task.read_text().split()
    ]
    return [deep for one in near for deep in (*_children(one), one)]


def _call_lost(port: int) -> bool:
    try:
        call(port)
    except (OSError, http.client.HTTPException):
        return True
    return False
