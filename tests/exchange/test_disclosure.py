"""Telling later: ordered by one, confirmed by another, withheld until its day and shown on it; both acts in the log."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from tests.conftest import Speaking
from tests.exchange.test_gateway import caller, linxia, place
from tongban.exchange.actions.delays import told_from
from tongban.exchange.answering.call import answer
from tongban.exchange.answering.values import Caller
from tongban.exchange.api import (
    Question,
    confirm_delay,
    delay_grounds,
    list_delays,
    order_delay,
    read_evidence,
)
from tongban.exchange.metering.models import Delay
from tongban.exchange.models import Grant
from tongban.identity.models import Person
from tongban.journal.api import (
    Actor,
    drain,
    find_trace,
    footprint,
    footprint_places,
    is_about,
    opening,
    system,
    timeline,
)
from tongban.journal.marks import marks_of
from tongban.kernel import clock
from tongban.kernel.commitment import commitment, part_hash
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound

__all__ = ["caller", "linxia"]
pytestmark = pytest.mark.django_db
ORDERS = Actor(kind="officer", key="LC-SJ-001", agency="lanchuan.data", roles=frozenset({"data-officer"}))
CONFIRMS = Actor(kind="officer", key="LC-SJ-009", agency="lanchuan.data", roles=frozenset({"auditor"}))
KIND = "exchange.answered.v1"


def ordered(days: int = 30, grant: str = "fire-place") -> UUID:
    return order_delay(
        grant=grant,
        ground="impedes-duty",
        reason="正在调查一起违法建设",
        ends_on=clock.today() + timedelta(days=days),
        by=ORDERS,
    )


def running(days: int = 30) -> date:
    confirm_delay(delay=ordered(days), agreed=True, seen=1, by=CONFIRMS)
    return clock.today() + timedelta(days=days)


def seen_by(person: Person) -> list[UUID]:
    return [one.act.id for one in footprint(person.pk, kinds=[KIND])]


def test_a_reading_is_withheld_until_its_day_and_shown_on_it(
    caller: Callable[..., Caller], linxia: Person, speaking_as: Speaking
) -> None:
    ends_on = running()
    reply = answer(place(), caller())
    with speaking_as("sequencer"):
        assert drain().unsealed == 0
    assert reply.query not in seen_by(linxia)
    assert find_trace(linxia.pk, reply.query) is None
    assert not is_about(linxia.pk, reply.query)
    with clock.fixed(told_from(ends_on) - timedelta(seconds=1)):
        assert reply.query not in seen_by(linxia)
        assert ("lanchuan.fire", "9901990001", "real-estate") not in footprint_places(linxia.pk, kinds=[KIND])
    with clock.fixed(told_from(ends_on)):
        assert reply.query in seen_by(linxia)
        assert is_about(linxia.pk, reply.query)
        assert ("lanchuan.fire", "9901990001", "real-estate") in footprint_places(linxia.pk, kinds=[KIND])


def test_the_day_is_bound_into_the_entry(caller: Callable[..., Caller], linxia: Person) -> None:
    ends_on = running()
    reply = answer(place(), caller())
    shown = opening(reply.query, for_subjects=None)
    assert shown.columns["disclose_after"] == told_from(ends_on).astimezone(clock.real_now().tzinfo).strftime(
        "%Y-%m-%dT%H:%M:%S.%fZ"
    )
    hashes = [part_hash(salt or b"", content or b"") for _digest, salt, content in shown.parts]
    assert commitment(shown.columns, hashes) == shown.commitment
    with connection.cursor() as cursor:
        cursor.execute("select marks from journal_entry where id = %s", [reply.query])
        marks = bytes((cursor.fetchone() or (b"",))[0])
    assert marks == marks_of(reply.query, shown.columns, [salt or b"" for _digest, salt, _ in shown.parts])


def test_after_its_end_readings_are_told_at_once(caller: Callable[..., Caller], linxia: Person) -> None:
    ends_on = running(0)
    with clock.fixed(told_from(ends_on) + timedelta(hours=1)):
        reply = answer(place(), caller())
        assert opening(reply.query).columns["disclose_after"] is None


def test_a_reading_on_this_platform_is_withheld_too(
    caller: Callable[..., Caller], linxia: Person, speaking_as: Speaking
) -> None:
    Grant.objects.filter(pk="fire-place").update(subsystem="")
    running()
    evidence = read_evidence(
        Question("real-estate", place().keys, ["area"]),
        consumer="lanchuan.fire",
        case_number="9901990001",
        subject=linxia.pk,
        purpose="x",
        by=system("test"),
    )
    with speaking_as("sequencer"):
        drain()
    assert evidence.entry not in seen_by(linxia)


def test_order_and_confirmation_are_in_the_log_with_reason_and_end(caller: Callable[..., Caller]) -> None:
    ends_on = running()
    (row,) = list_delays()
    told = timeline(objects=[f"delay:{row.id}"])
    assert [one.kind for one in told] == ["delay.ordered.v1", "delay.confirmed.v1"]
    assert {one.actor for one in told} == {"officer:LC-SJ-001", "officer:LC-SJ-009"}
    for one in told:
        assert one.content["reason"] == "正在调查一起违法建设"
        assert one.content["ends_on"] == ends_on.isoformat()
        assert one.basis == "《个人信息保护法》第三十五条"
    assert (row.state, row.verified) == ("running", True)


def test_until_it_is_confirmed_readings_are_told(caller: Callable[..., Caller], linxia: Person) -> None:
    delay = ordered()
    assert opening(answer(place(), caller()).query).columns["disclose_after"] is None
    confirm_delay(delay=delay, agreed=False, seen=1, by=CONFIRMS)
    assert opening(answer(place(), caller()).query).columns["disclose_after"] is None
    assert list_delays()[0].state == "returned"


def test_nobody_confirms_what_he_ordered(caller: Callable[..., Caller]) -> None:
    delay = ordered()
    both = replace(ORDERS, roles=frozenset({"data-officer", "auditor"}))
    with pytest.raises(NotAllowed, match="不能自己复核"), transaction.atomic():
        confirm_delay(delay=delay, agreed=True, seen=1, by=both)
    with pytest.raises(NotAllowed, match="监督员或者审计员"):
        confirm_delay(delay=delay, agreed=True, seen=1, by=ORDERS)
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        Delay.objects.filter(pk=delay).update(confirmed_by=ORDERS.key)


def test_an_order_names_a_grant_a_ground_a_reason_and_an_end_that_the_ground_allows(
    caller: Callable[..., Caller],
) -> None:
    most = next(one.days_max for one in delay_grounds() if one.code == "impedes-duty")
    for days in (-1, most + 1):
        with pytest.raises(BadInput, match=f"最多 {most} 天") as bad:
            ordered(days)
        assert bad.value.field == "ends_on"
    with pytest.raises(NotFound, match="没有授权"):
        ordered(grant="nothing")
    with pytest.raises(BadInput, match="有依据"):
        order_delay(grant="fire-place", ground="x", reason="x", ends_on=clock.today(), by=ORDERS)
    with pytest.raises(BadInput, match="写明理由"):
        order_delay(grant="fire-place", ground="secrecy", reason=" ", ends_on=clock.today(), by=ORDERS)
    with pytest.raises(NotAllowed):
        order_delay(grant="fire-place", ground="secrecy", reason="x", ends_on=clock.today(), by=CONFIRMS)
    ordered()
    with pytest.raises(Conflict, match="在等复核"):
        ordered()
