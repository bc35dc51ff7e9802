"""Readings for our own cases from a source outside: never without an entry, and never a wait for the person."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from tests.cases.conftest import *  # noqa: F403 - somebody with an application
from tests.conftest import Speaking
from tests.exchange.outside import RECORD, Asked, Province, bind, province  # noqa: F401
from tests.exchange.test_upstream import Meanwhile, all_of, hanging, kinds_of
from tongban.exchange.api import EvidenceView, Question, evidence_of, read_evidence, sources
from tongban.exchange.models import Grant
from tongban.exchange.ports import register_source
from tongban.journal.api import Actor, drain, run_subscribers
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed

# ruff: noqa: F811 - fixtures come from the modules beside


def read(number: str, by: Actor) -> EvidenceView:
    assert by.person
    return read_evidence(
        Question("real-estate", {"certificate_no": "x"}, ["area", "address"], {"area": "96.5"}),
        consumer="lanchuan.approval",
        case_number=number,
        subject=by.person,
        purpose="试",
        by=by,
    )


def test_evidence_from_outside_holds_the_granted_items_and_is_journalled_twice(
    province: Province, begun: str, linxia: Actor
) -> None:
    bind(province.address)
    evidence = read(begun, linxia)
    assert (evidence.outcome, evidence.compared) == ("fetched", {"area": True})
    assert evidence.values == {"area": "96.5", "address": RECORD["zl"]}
    assert kinds_of([f"query:{evidence.id}", f"evidence:{evidence.id}"]) == [
        "exchange.answered.v1",
        "exchange.asked.v1",
    ]


@pytest.mark.parametrize("behave", [hanging, lambda asked: asked.say(b"{", status=500)])
def test_a_source_that_fails_is_silent_and_says_why_in_the_journal(
    province: Province, begun: str, linxia: Actor, behave: Callable[[Asked], None]
) -> None:
    bind(province.address)
    province.behave = behave
    evidence = read(begun, linxia)
    assert (evidence.outcome, evidence.values) == ("silent", {})
    assert kinds_of([f"query:{evidence.id}"]) == ["exchange.asked.v1", "exchange.failed.v1"]


def test_a_failed_question_is_in_the_footprint_and_counts_as_silence_of_the_source(
    province: Province, begun: str, linxia: Actor, speaking_as: Speaking, sign_in: Callable[[str], Client]
) -> None:
    bind(province.address)
    province.behave = hanging
    read(begun, linxia)
    with speaking_as("sequencer"):
        while drain().placed:
            pass
        while run_subscribers():
            pass
    page = sign_in("linxia").get("/my/footprint/").content.decode()
    assert "对方系统没有响应" in page
    (source,) = [one for one in sources() if one.resource == "real-estate"]
    assert source.silent == 1


def test_where_none_is_asked_the_evidence_is_silent_without_a_question(
    province: Province, begun: str, linxia: Actor
) -> None:
    bind(province.address)
    province.behave = lambda asked: asked.say(b"{}", status=500)
    for _ in range(6):
        evidence = read(begun, linxia)
    assert (evidence.outcome, len(province.questions)) == ("silent", 5)
    assert len(all_of("exchange.asked.v1")) == 5


def test_a_grant_that_is_withdrawn_while_the_source_answers_leaves_no_evidence(
    begun: str, linxia: Actor
) -> None:
    past = clock.today() - timedelta(days=1)
    register_source(
        "meanwhile",
        Meanwhile(
            lambda: Grant.objects.filter(resource="real-estate").update(valid_to=past),
            keys={"certificate_no": "x"},
        ),
    )
    bind("http://127.0.0.1/", adapter="meanwhile")
    before = len(evidence_of(begun))
    with pytest.raises(NotAllowed, match="没有读取这项信息资源的授权"):
        read(begun, linxia)
    assert len(evidence_of(begun)) == before
    assert [one["fault"] for one in all_of("exchange.failed.v1")] == ["stopped"]


def test_nobody_asks_outside_within_a_transaction(province: Province, begun: str, linxia: Actor) -> None:
    bind(province.address)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        read(begun, linxia)
    assert province.questions == []
