"""Permits, the breaker and credentials of sources outside."""

import os
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection
from pydantic import ValidationError

from tests.city import until
from tests.exchange.outside import Province, bind, interface, province  # noqa: F401
from tests.exchange.test_gateway import caller, linxia, place, refusal  # noqa: F401 - fixtures
from tests.exchange.test_upstream import Calling, all_of
from tongban.exchange.answering.call import answer
from tongban.exchange.api import source_health
from tongban.exchange.ports import SourceDown
from tongban.exchange.upstream import gate
from tongban.exchange.upstream.asking import sending
from tongban.exchange.upstream.models import UpstreamState
from tongban.exchange.upstream.settings import HttpUpstream
from tongban.exchange.upstream.source import UpstreamHttp
from tongban.kernel import clock

# ruff: noqa: F811 - fixtures come from the modules beside
pytestmark = pytest.mark.django_db


# -- permits and the breaker ----------------------------------------------------------------------


def test_none_free_is_told_at_once_whoever_holds_the_permits(province: Province, caller: Calling) -> None:
    bind(province.address, permits=2)
    system = UpstreamHttp().reach("real-estate").system
    with psycopg.connect(**_address()) as other:  # another process of ours
        for number in range(2):
            other.execute("select pg_advisory_lock(%s, %s)", [gate._LOCKS, gate._slot(system, number)])
        began = time.monotonic()
        refused = refusal(place(), caller())
        assert time.monotonic() - began < 0.5
    with psycopg.connect(**_address(), autocommit=True) as look:
        until(
            lambda: not look.execute("select from pg_locks where classid = %s", [gate._LOCKS]).fetchall(),
            what="the server noticed that the process is gone",
        )
    assert (refused.answer_status, refused.again_s) == (503, gate.BUSY_AGAIN_S)
    assert province.questions == []
    assert not all_of("exchange.asked.v1")
    assert answer(place(), caller()).outcome == "fetched"  # it died, and its permits are free


def _address() -> dict[str, Any]:
    held = connection.settings_dict
    return {"dbname": held["NAME"], "user": held["USER"], "host": held["HOST"], "port": held["PORT"] or None}


def test_a_process_keeps_half_of_its_threads_for_pages(province: Province, caller: Calling) -> None:
    bind(province.address, permits=16)
    reach = UpstreamHttp().reach("real-estate")
    held = [gate.take(reach) for _ in range(gate.calls_at_a_time())]
    assert len(held) == settings.TONGBAN_WEB_THREADS // 2
    assert refusal(place(), caller()).answer_status == 503
    for permit in held:
        gate.give_back(permit)
    assert answer(place(), caller()).outcome == "fetched"


def test_a_permit_is_given_back_where_the_transaction_does_not_commit(
    province: Province, caller: Calling
) -> None:
    bind(province.address)

    def lose() -> None:
        with sending() as taken:
            taken.append(gate.take(UpstreamHttp().reach("real-estate")))
            raise OperationalError

    for _ in range(3):
        with pytest.raises(OperationalError):
            lose()
    assert answer(place(), caller()).outcome == "fetched"


def test_the_breaker_opens_is_known_to_everybody_and_closes_with_an_answer(
    province: Province, caller: Calling
) -> None:
    bind(province.address)
    well, province.behave = province.behave, lambda asked: asked.say(b"{}", status=500)
    for _ in range(gate.FAILURES_TO_OPEN):
        assert refusal(place(), caller()).answer_status == 502
    refused = refusal(place(), caller())
    assert (refused.answer_status, len(province.questions)) == (503, gate.FAILURES_TO_OPEN)
    assert 0 < refused.again_s <= gate.OPEN_S
    (health,) = source_health()
    assert (health.state, health.failures, health.fault_words) == ("open", 5, "报告自身出错")
    _wait_until_half_open()
    assert source_health()[0].state == "trying"
    assert refusal(place(), caller()).answer_status == 502  # the probe fails: open again, for longer
    assert gate.OPEN_S < refusal(place(), caller()).again_s <= 2 * gate.OPEN_S
    _wait_until_half_open()
    province.behave = well
    assert answer(place(), caller()).outcome == "fetched"
    (health,) = source_health()
    assert (health.state, health.failures, health.resources) == ("well", 0, ("real-estate",))


def _wait_until_half_open() -> None:
    UpstreamState.objects.update(open_until=clock.real_now() - timedelta(seconds=1))


def test_of_many_processes_one_tries_whether_the_source_is_back(province: Province) -> None:
    bind(province.address)
    reach = UpstreamHttp().reach("real-estate")
    UpstreamState.objects.create(system=reach.system, failures=9, openings=1)
    _wait_until_half_open()
    first = gate.take(reach)
    with pytest.raises(SourceDown, match="failed too often"):
        gate.take(reach)
    gate.give_back(first)


def test_questions_that_a_source_cannot_take_do_not_open_its_breaker(
    province: Province, caller: Calling
) -> None:
    bind(province.address)
    province.behave = lambda asked: asked.say(b"{}", status=400)
    for _ in range(gate.FAILURES_TO_OPEN + 1):
        assert refusal(place(), caller()).answer_status == 502
    assert source_health()[0].state == "well"


# -- credentials ----------------------------------------------------------------------------------


def test_a_credential_is_read_where_the_binding_points_and_missing_it_nobody_is_asked(
    province: Province, caller: Calling, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    name = "TONGBAN_UPSTREAM_SECRET_HUB"
    bind(province.address, credential={"header": "X-Key", "environment": name})
    with suppress(KeyError):
        del os.environ[name]
    assert refusal(place(), caller()).answer_status == 503
    monkeypatch.setenv(name, "s3cret")
    answer(place(), caller())
    assert province.questions[0].headers["X-Key"] == "s3cret"
    bind(province.address, credential={"file": "hub", "prefix": "Bearer "})
    path = own_home / "keys" / "upstream" / "hub"
    path.parent.mkdir(parents=True)
    path.write_text("from-file\n")
    path.chmod(0o644)
    assert refusal(place(), caller()).answer_status == 503
    path.chmod(0o600)
    answer(place(), caller())
    assert province.questions[1].headers["Authorization"] == "Bearer from-file"


def test_what_a_pack_says_of_an_interface_is_checked() -> None:
    HttpUpstream.model_validate(interface("https://hub.example/x"))
    for wrong in (
        {"address": "ftp://hub.example/"},
        {"address": "https://user:word@hub.example/"},
        {"address": "https:///x"},
        {"address": "https://hub.example:99999/"},
        {"address": "https://hub.example/a b"},
        {"method": "GET", "address": "https://hub.example/?a=1"},
        {"keys": {"certificate_no": "bdcqzh"}},
        {"keys": {"certificate_no": "$[0]"}},
        {"items": {"address": "$..zl"}},
        {"items": {"address": "$[*]"}},
        {"credential": {"environment": "TONGBAN_SECRET_KEY"}},
        {"credential": {"environment": "TONGBAN_UPSTREAM_SECRET_A", "file": "b"}},
        {"credential": {}},
        {"whole_s": 60},
        {"connect_s": 5, "whole_s": 1},
        {"permits": 0},
        {"same": ["1"], "differs": ["1"]},
        {"verify_tls": False},
    ):
        with pytest.raises(ValidationError):
            HttpUpstream.model_validate(interface("https://hub.example/x") | wrong)
