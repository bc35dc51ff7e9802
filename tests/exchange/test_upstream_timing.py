"""How long systems outside take: kept for each question, told of the newest."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.exchange.outside import Province, bind, province  # noqa: F401 - a fixture
from tests.exchange.test_gateway import caller, linxia, place, refusal  # noqa: F401 - fixtures
from tongban.exchange.answering.call import answer
from tongban.exchange.answering.values import Caller
from tongban.exchange.api import NEWEST, ended_calls, forget_answer_times
from tongban.exchange.upstream.models import AnswerTime
from tongban.exchange.upstream.timing import times_of
from tongban.kernel import clock

# ruff: noqa: F811 - fixtures come from the modules beside
pytestmark = pytest.mark.django_db
Calling = Callable[..., Caller]
SYSTEM = "https://hub.province.example:443"


def ended(seconds: float, *, ago: float = 0, fault: str = "") -> None:
    at = clock.real_now() - timedelta(seconds=ago)
    AnswerTime.objects.create(
        id=uuid4(),
        system=SYSTEM,
        resource="real-estate",
        consumer="lanchuan.fire",
        asked_at=at - timedelta(seconds=seconds),
        ended_at=at,
        fault=fault,
    )


def test_a_question_that_ended_is_kept_with_its_seconds_and_its_fault(
    province: Province, caller: Calling
) -> None:
    bind(province.address)
    reply = answer(place(), caller())
    province.behave = lambda asked: asked.say(b"{}", status=500)
    refusal(place(), caller())
    failed, well = ended_calls(province.address.removesuffix("/share"))
    assert (well.query, well.resource, well.consumer, well.fault) == (
        reply.query,
        "real-estate",
        "lanchuan.fire",
        "",
    )
    assert well.seconds is not None
    assert 0 < well.seconds < 0.6
    assert failed.fault_words == "报告自身出错"


def test_times_are_those_of_answers_and_failures_are_counted_beside() -> None:
    for tenths in range(1, 11):
        ended(tenths / 10)
    ended(30, fault="timeout")
    told = times_of([SYSTEM, "https://nobody.asked.example:443"])
    assert list(told) == [SYSTEM]
    times = told[SYSTEM]
    assert (times.asked, times.failed) == (11, 1)
    assert times.p50_s == pytest.approx(0.55)
    assert times.p95_s == pytest.approx(0.955)


def test_only_the_newest_are_told_of() -> None:
    now = clock.real_now()
    AnswerTime.objects.bulk_create(
        AnswerTime(
            id=uuid4(),
            system=SYSTEM,
            resource="real-estate",
            consumer="lanchuan.fire",
            asked_at=now - timedelta(seconds=n),
            ended_at=now - timedelta(seconds=n),
        )
        for n in range(NEWEST)
    )
    ended(9, ago=NEWEST + 1)
    times = times_of([SYSTEM])[SYSTEM]
    assert (times.asked, times.p95_s) == (NEWEST, 0)


def test_old_times_are_forgotten() -> None:
    ended(1, ago=29 * 86400)
    ended(1, ago=31 * 86400)
    forget_answer_times()
    assert len(ended_calls(SYSTEM)) == 1
