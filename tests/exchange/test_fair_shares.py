"""Fair shares: a subsystem that floods the gateway leaves others their answers, and is told when to come again."""

import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from tests.exchange.test_gateway import caller, linxia, place
from tongban.exchange.answering.call import answer
from tongban.exchange.answering.values import Caller
from tongban.exchange.api import OverShare, pace_subsystem, set_slowing, share
from tongban.exchange.metering.shares import Bucket, forget_shares, set_pace
from tongban.exchange.models import Subsystem
from tongban.journal.api import Actor, timeline
from tongban.kernel.errors import BadInput, NotAllowed, NotFound

__all__ = ["caller", "linxia"]
OFFICER = Actor(kind="officer", key="LC-SJ-001", agency="lanchuan.data", roles=frozenset({"data-officer"}))
CLIENT = "GOV/lanchuan.fire/inspection"


def test_a_flooding_caller_leaves_a_quiet_one_its_share_of_the_threads(settings: Settings) -> None:
    settings.TONGBAN_CALLS_AT_ONCE, settings.TONGBAN_CALLS_A_SECOND = 3, 0
    pool = threading.BoundedSemaphore(4)  # the four threads of a process
    ending = threading.Event()
    counted: Counter[str] = Counter()

    def flood() -> None:
        while not ending.is_set():
            with pool:
                try:
                    with share("loud"):
                        time.sleep(0.05)
                        counted["loud"] += 1
                except OverShare:
                    counted["refused"] += 1
            time.sleep(0.001)

    threads = [threading.Thread(target=flood) for _ in range(12)]
    for one in threads:
        one.start()
    waited = []
    for _call in range(20):
        began = time.monotonic()
        with pool, share("quiet"):
            waited.append(time.monotonic() - began)
        time.sleep(0.01)
    ending.set()
    for one in threads:
        one.join()
    assert len(waited) == 20
    assert max(waited) < 2
    assert sorted(waited)[10] < 0.2
    assert counted["refused"] > 0
    assert counted["loud"] > 0


def test_nobody_has_more_than_so_many_threads_and_gets_them_back(settings: Settings) -> None:
    settings.TONGBAN_CALLS_AT_ONCE, settings.TONGBAN_CALLS_A_SECOND = 2, 0
    with share("loud"), share("loud"):
        with pytest.raises(OverShare) as over, share("loud"):
            pass
        assert (over.value.answer_status, over.value.code) == (503, "Server.ServerProxy.Busy")
        assert over.value.retry_after >= 1
        with share("quiet"):
            pass
    with pytest.raises(ZeroDivisionError), share("loud"):
        raise ZeroDivisionError
    with share("loud"), share("loud"):
        pass


def test_calls_a_second_are_a_bucket_that_fills_again() -> None:
    bucket = Bucket(level=4.0, at=100.0)
    assert [bucket.take(100.0, 2.0) for _call in range(4)] == [0.0] * 4
    assert bucket.take(100.0, 2.0) == pytest.approx(0.5)
    assert bucket.take(100.5, 2.0) == 0.0
    assert bucket.take(99.0, 2.0) > 0  # a clock that goes back gives nothing
    assert [bucket.take(200.0, 2.0) for _call in range(5)].count(0.0) == 4


def test_who_is_over_its_rate_is_told_when_to_come_again(settings: Settings) -> None:
    settings.TONGBAN_CALLS_A_SECOND, settings.TONGBAN_CALLS_AT_ONCE = 3, 0
    for _call in range(6):
        with share("loud"):
            pass
    with pytest.raises(OverShare, match="每秒最多 3 次") as over, share("loud"):
        pass
    assert (over.value.answer_status, over.value.retry_after) == (429, 1)
    with share("quiet"):
        pass


@pytest.mark.django_db
def test_a_pace_that_an_officer_sets_acts_with_the_next_answer(
    caller: Callable[..., Caller], settings: Settings
) -> None:
    settings.TONGBAN_CALLS_AT_ONCE = 0
    forget_shares()
    with share(CLIENT):
        answer(place(), caller())
    pace_subsystem(subsystem=CLIENT, pace=1, reason="夜里查得太多，先放慢", by=OFFICER)
    with share(CLIENT):
        answer(place(), caller())
    with share(CLIENT):
        pass
    with pytest.raises(OverShare, match="每秒最多 1 次"), share(CLIENT):
        pass
    pace_subsystem(subsystem=CLIENT, pace=None, reason="已说明", by=OFFICER)
    told = timeline(objects=[f"subsystem:{CLIENT}"], kinds=["subsystem.paced.v1"])
    assert [one.content["pace"] for one in told] == [1, 0]
    assert Subsystem.objects.get(pk=CLIENT).pace is None


@pytest.mark.django_db
def test_only_a_data_officer_paces_and_says_why(caller: Callable[..., Caller]) -> None:
    auditor = Actor(kind="officer", key="x", agency="lanchuan.data", roles=frozenset({"auditor"}))
    with pytest.raises(NotAllowed):
        pace_subsystem(subsystem=CLIENT, pace=1, reason="x", by=auditor)
    with pytest.raises(NotAllowed):
        set_slowing(subsystem=CLIENT, by_itself=True, by=auditor)
    with pytest.raises(BadInput, match="理由"):
        pace_subsystem(subsystem=CLIENT, pace=1, reason=" ", by=OFFICER)
    with pytest.raises(BadInput, match="每秒次数"):
        pace_subsystem(subsystem=CLIENT, pace=0, reason="x", by=OFFICER)
    with pytest.raises(NotFound, match="没有子系统"):
        set_slowing(subsystem="GOV/x/y", by_itself=True, by=OFFICER)


def test_a_pace_of_a_caller_that_never_called_is_nobodys() -> None:
    set_pace("GOV/x/y", 1)
    with share("GOV/x/y"), share("GOV/x/y"):
        pass
