"""Flows: what moved, counted once by the day on which it happened, whatever comes late or twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.cases.conftest import *  # noqa: F403 - somebody with an application
from tests.cases.conftest import Who, view_of
from tests.conftest import Speaking
from tongban.cases.kinds import Viewed
from tongban.exchange.api import (
    Ribbon,
    flows_in,
    fold_small,
    period_at,
    raise_objection,
    rows_behind,
    sources,
    what_is_late,
)
from tongban.exchange.kinds import Answered, Fed, Refused, UpstreamFailed
from tongban.exchange.models import flows
from tongban.journal.api import Actor, Subject, drain, footprint, record, run_subscribers
from tongban.kernel import clock
from tongban.registers.api import pause_register, resume_register

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
    rows = {row.day: (row.uses, row.late) for row in flows.FlowDay.objects.filter(what="read")}
    assert rows == {clock.today() - timedelta(days=3): (2, 2), clock.today(): (1, 0)}


def test_many_entries_cost_no_more_statements_than_one(db: None, work: Work, speaking_as: Speaking) -> None:
    def cost(count: int) -> int:
        for _one in range(count):
            read("lanchuan.fire")
        with CaptureQueriesContext(connection) as asked:
            work()
        return len([one for one in asked if "exchange_flow" in one["sql"] or "source_state" in one["sql"]])

    work()
    assert cost(40) == cost(1) == 2
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


def test_a_source_outside_that_failed_counts_as_silent_and_a_fallen_ground_as_refused(
    db: None, work: Work
) -> None:
    for fault in ("timeout", "stopped"):
        act = UpstreamFailed(
            resource="real-estate",
            provider="lanchuan.land",
            items=["area"],
            grant="g",
            mode="query",
            fault=fault,
        )
        with transaction.atomic():
            record(
                act,
                on=Subject("query", str(uuid4()), 1),
                by=Actor("subsystem", "GOV/x/y"),
                agency="lanchuan.fire",
            )
    work()
    rows = flows.FlowDay.objects.filter(resource="real-estate").values_list("outcome", "uses")
    assert dict(rows) == {"silent": 1, "refused": 1}
    state = flows.SourceState.objects.get(pk="real-estate")
    assert state.silent_at
    assert state.answered_at is None


def test_a_page_of_a_register_is_one_reading_of_its_items(db: None, work: Work) -> None:
    act = Fed(
        resource="real-estate",
        resource_version=1,
        provider="lanchuan.land",
        items=["area"],
        grant="g",
        form="",
        narrowed={},
        as_of=1,
        after=1,
        upto=1,
        rows=1,
        page=1,
        reading="",
        digest="",
        request="",
        user="",
    )
    with transaction.atomic():
        record(
            act, on=Subject("feed", str(uuid4()), 1), by=Actor("subsystem", "GOV/x/y"), agency="lanchuan.fire"
        )
    work()
    row = flows.FlowDay.objects.get(resource="real-estate")
    assert (row.source, row.target, row.outcome, row.uses) == ("lanchuan.land", "lanchuan.fire", "fetched", 1)
    assert flows.FlowPart.objects.get(resource="real-estate", part="item").code == "area"


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


def ribbon(source: str, target: str, count: int, band: str = "across") -> Ribbon:
    return Ribbon(band=band, source=source, target=target, answered=count, refused=0, silent=0)


@pytest.mark.parametrize(
    ("counts", "shown", "folded"),
    [
        ([9, 7], [9, 7], None),
        ([9, 7, 3], [9], (10, 2)),
        ([9, 4, 3], [9], (7, 2)),
        ([9, 1, 1], [], (11, 3)),
        ([2], [], (2, 1)),
        ([], [], None),
    ],
)
def test_no_total_tells_a_small_number(
    counts: list[int], shown: list[int], folded: tuple[int, int] | None
) -> None:
    rows = fold_small([ribbon(f"a{place}", "b", count) for place, count in enumerate(counts)])
    assert [row.total for row in rows if not row.folded] == shown
    assert [(row.total, row.folded) for row in rows if row.folded] == ([folded] if folded else [])
    assert all(row.hidden == (row.total < 5) for row in rows)


def test_bands_go_by_the_levels_of_agencies(db: None, work: Work) -> None:
    for consumer in ("lanchuan.fire", "qingshi.civil", "lanchuan.land"):
        for _one in range(6):
            read(consumer)
    work()
    made = flows_in(period_at("day", clock.today()))
    assert {(one.band, one.target) for one in made.ribbons} == {
        ("across", "lanchuan.fire"),
        ("levels", "qingshi.civil"),
    }
    assert made.inside == 6
    (row,) = rows_behind(made.period, band="levels", source="lanchuan.land", target="qingshi.civil")
    assert (row.resource, row.what, row.total) == ("real-estate", "read", 6)
    assert rows_behind(made.period.before) == []


@pytest.mark.parametrize(
    ("by", "first", "last"),
    [
        ("day", date(2026, 12, 2), date(2026, 12, 2)),
        ("week", date(2026, 11, 30), date(2026, 12, 6)),
        ("month", date(2026, 12, 1), date(2026, 12, 31)),
        ("eternity", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_a_day_a_week_or_a_month(by: str, first: date, last: date) -> None:
    made = period_at(by, date(2026, 12, 2))
    assert (made.first, made.last) == (first, last)
    assert made.before.last == first - timedelta(days=1)
    assert made.after.first == last + timedelta(days=1)


def test_a_source_that_is_silent_or_stopped_stands_first_and_says_since_when(
    db: None, work: Work, who: Who
) -> None:
    for outcome in ("fetched", "silent"):
        read("lanchuan.fire", outcome=outcome)
    pause_register(name="population", reason="检修", by=who("police-owner"))
    work()
    first, second, *_others = sources()
    assert (first.resource, first.stopped_at is not None) == ("population", True)
    assert (second.resource, second.silent_share, second.asked) == ("real-estate", 0.5, 2)
    assert second.answered_at
    assert second.silent_at
    resume_register(name="population", by=who("police-owner"))
    work()
    assert sources()[0].resource == "real-estate"


def test_data_older_than_their_own_cycle_are_late(db: None, work: Work) -> None:
    work()
    assert not [one for one in what_is_late() if one.what == "update"]
    assert flows.SourceState.objects.exclude(updated_at=None).count() > 20
    with clock.fixed(clock.now() + timedelta(days=40)):
        late = [one for one in what_is_late() if one.what == "update"]
    assert [one.days for one in late] == sorted((one.days for one in late), reverse=True)
    assert {one.days for one in late} >= {39, 9}


def test_what_nobody_answered_is_late_with_agency_days_and_law(
    submitted: str, linxia: Actor, who: Who, work: Work
) -> None:
    view_of(submitted, who("clerk1"))
    work()
    assert linxia.person
    (use,) = footprint(linxia.person, kinds=[Viewed.kind])
    raise_objection(entry=use.act.id, reason="不对", by=linxia)
    assert [one for one in what_is_late() if one.what == "objection"] == []
    with clock.fixed(clock.now() + timedelta(days=60)):
        (late,) = [one for one in what_is_late() if one.what == "objection"]
        assert what_is_late(agency="lanchuan.fire") != what_is_late()
    assert late.agency == "lanchuan.center"
    assert late.days > 30
    assert late.basis
