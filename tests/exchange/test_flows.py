"""Flows: what moved, counted once by the day on which it happened, whatever comes late or twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.cases.conftest import *  # noqa: F403 - somebody with an application
from tests.cases.conftest import Who
from tests.conftest import Speaking
from tongban.exchange.kinds import Answered, Refused
from tongban.exchange.models import flows
from tongban.journal.api import Actor, Subject, drain, record, run_subscribers
from tongban.kernel import clock

pytestmark = pytest.mark.django_db
Work = Callable[[], None]


@pytest.fixture
def work(speaking_as: Speaking) -> Work:
    """The worker's part: positions, then subscribers, until nothing is left."""

    def now() -> None:
        with speaking_as("sequencer"):
            while drain().placed:
                pass
            while run_subscribers():
                pass

    return now


@contextmanager
def replayed(speaking_as: Speaking) -> Iterator[None]:
    """The subscriber begins again at the first position."""
    with speaking_as("sequencer"), connection.cursor() as cursor:
        cursor.execute("update journal_cursor set position = 0 where subscriber = 'flows'")
    yield


def read(consumer: str, *, days_ago: int = 0, outcome: str = "fetched", number: str = "") -> None:
    """One reading of the place of a business, journalled as the exchange does."""
    act = Answered(
        resource="real-estate",
        resource_version=1,
        provider="lanchuan.land",
        items=["address", "area"],
        grant="a-grant",
        mode="query",
        outcome=outcome,
    )
    with transaction.atomic():
        record(
            act,
            on=Subject("query", str(uuid4()), 1),
            by=Actor("subsystem", "GOV/x/y"),
            agency=consumer,
            case_number=number,
            occurred_at=clock.now() - timedelta(days=days_ago),
        )


def state() -> tuple[object, ...]:
    """All that was counted."""
    return (
        sorted(flows.Flow.objects.values_list("entry", "day", "what", "source", "target", "outcome")),
        sorted(flows.FlowDay.objects.values_list("day", "what", "source", "target", "resource", "uses", "late")),
        sorted(flows.FlowPart.objects.values_list("resource", "day", "grant_code", "part", "code", "uses")),
        sorted(flows.SourceState.objects.values_list("resource", "answered_at", "silent_at", "updated_at")),
    )  # fmt: skip


def test_a_replay_from_the_first_position_doubles_nothing(
    submitted: str, work: Work, speaking_as: Speaking
) -> None:
    work()
    before = state()
    assert flows.Flow.objects.filter(what="read", outcome="fetched").count() > 3
    with replayed(speaking_as):
        work()
    assert state() == before


def test_every_reading_is_counted_with_parties_grant_items_and_kinds(fetched: str, work: Work) -> None:
    work()
    row = flows.FlowDay.objects.get(resource="real-estate", what="read")
    assert (row.source, row.target, row.uses, row.late) == ("lanchuan.land", "lanchuan.approval", 1, 0)
    assert row.grant_code
    parts = flows.FlowPart.objects.filter(resource="real-estate", grant_code=row.grant_code)
    assert "business-licence" in set(parts.filter(part="case-kind").values_list("code", flat=True))
    assert set(parts.filter(part="item").values_list("uses", flat=True)) == {1}
    assert flows.SourceState.objects.get(pk="real-estate").answered_at


def test_what_is_entered_late_counts_for_its_day_and_says_that_it_was_late(db: None, work: Work) -> None:
    read("lanchuan.fire", days_ago=3)
    read("lanchuan.fire", days_ago=3)
    read("lanchuan.fire")
    work()
    rows = dict((row.day, (row.uses, row.late)) for row in flows.FlowDay.objects.filter(what="read"))
    assert rows == {clock.today() - timedelta(days=3): (2, 2), clock.today(): (1, 0)}


def test_many_entries_cost_no_more_statements_than_one(db: None, work: Work, speaking_as: Speaking) -> None:
    def cost(count: int) -> int:
        for _one in range(count):
            read("lanchuan.fire")
        with CaptureQueriesContext(connection) as asked:
            work()
        return len(asked)

    work()
    assert cost(40) == cost(1)
    assert flows.FlowDay.objects.get(what="read").uses == 41


def test_a_refused_and_a_silent_one_are_counted_apart(db: None, work: Work) -> None:
    read("lanchuan.fire", outcome="silent")
    with transaction.atomic():
        record(
            Refused(resource="real-estate", items=["mortgaged"], reason="没有授权"),
            on=Subject("resource", "real-estate", 1),
            by=Actor("subsystem", "GOV/x/y"),
            agency="lanchuan.fire",
        )
    work()
    found = {
        (row.outcome, row.source, row.target) for row in flows.FlowDay.objects.filter(resource="real-estate")
    }
    assert found == {
        ("silent", "lanchuan.land", "lanchuan.fire"),
        ("refused", "lanchuan.land", "lanchuan.fire"),
    }


def test_one_entry_that_cannot_be_counted_parks_its_object_and_the_others_are_counted(
    db: None, work: Work
) -> None:
    read("lanchuan.fire", outcome="no such outcome")
    read("lanchuan.fire")
    work()
    assert flows.FlowDay.objects.get(what="read").uses == 1


def test_people_hand_in_and_get_decisions(licensed: str, work: Work, who: Who) -> None:
    work()
    found = {
        (row.what, row.source, row.target)
        for row in flows.FlowDay.objects.exclude(what__in=["read", "certificate"])
    }
    assert ("handed-in", "", "lanchuan.center") in found
    assert any(what == "decided" and source and not target for what, source, target in found)
    assert any(what == "issued" and source and not target for what, source, target in found)
