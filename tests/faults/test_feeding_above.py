"""A real worker is killed (kill -9) while a batch is on its way to the library above: nothing is lost, nothing doubled."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.certificates.above import Above
from tests.city import City, own_city, until

#: Longer than it takes to see that the question is on its way and to kill who asked; shorter than he waits.
SLOW_S = 2.0
ENTER = """
from datetime import timedelta
from tongban.certificates.api import Holder, Term, enter_certificate
from tongban.identity.api import find_actor
from tongban.kernel import clock
today = clock.today()
content = dict(name="顾念面馆", uscc="92990102MA990001X1", operator="顾念", address="青石街 120 号", scope="热食类食品制售")
for n in range(3):
    enter_certificate(type_code="food-permit", number=f"JY2990102000{n}", content=content,
        holder=Holder("顾念面馆", "92990102MA990001X1", find_actor("gunian").person),
        term=Term(today, today, today + timedelta(days=900)), by=find_actor("food-approver"))
"""
SETTLED = "select count(*) from certificates_upward_row where state in ('accepted', 'returned')"
OPEN = "select count(*) from certificates_upward_batch where answered_at is null"


@pytest.fixture
def above(tmp_path: Path, settings: Settings) -> Iterator[Above]:
    one = Above(tmp_path, settings)
    one.start()
    yield one
    one.stop()


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch, above: Above) -> Iterator[City]:
    ordinary = City.environment.fget  # type: ignore[attr-defined]
    named = {
        "TONGBAN_UPSTREAM_ROUTES": above.route,
        "TONGBAN_UPSTREAM_NETWORKS": "127.0.0.1/32",
    }
    monkeypatch.setattr(City, "environment", property(lambda self: {**ordinary(self), **named}))
    with own_city("feeding") as made:
        made.prepare()
        yield made


def test_a_worker_killed_while_a_batch_is_on_its_way_doubles_nothing(city: City, above: Above) -> None:
    with city.database():
        done = city.run("django", "shell", "-c", ENTER)
        assert done.returncode == 0, done.stderr
        above.faults(slow=SLOW_S)
        worker = city.start("work")
        until(lambda: above.asked("uploadBatch"), what="a batch is on its way")
        worker.kill()
        worker.wait()
        (first,) = above.asked("uploadBatch")
        assert city.count(OPEN) == 1
        assert city.count(SETTLED) == 0
        above.faults()
        city.rows("update certificates_upward_batch set next_at = now() where answered_at is null")
        city.start("work")
        until(lambda: not city.count(OPEN), what="the batch is answered")
        again = [one for one in above.asked("uploadBatch") if one["batch"] == first["batch"]]
        assert [one["rows"] for one in again] == [first["rows"]] * len(again)
        assert len(again) == 2
        assert city.count("select count(*) from certificates_upward_batch") == 1
        told = city.rows(
            "select kind, count(*) from journal_entry where object like 'upward-batch:%' group by kind order by kind"
        )
        assert told == [("certificate.fed-answered.v1", 1), ("certificate.fed.v1", 1)]
        assert city.count(SETTLED) == 3
