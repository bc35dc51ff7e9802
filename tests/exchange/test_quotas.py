"""Quotas: leased in blocks, never exceeded over all processes, begun anew each day, told when they are used up."""

import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.test_gateway import CASE, caller, linxia, place, refusal
from tongban.exchange.answering.call import CallRefused, answer
from tongban.exchange.answering.values import Caller
from tongban.exchange.api import Question, QuotaExceeded, read_evidence, write_case_ref
from tongban.exchange.metering.leases import (
    BLOCK_MAX,
    LEASE_S,
    block_of,
    forget,
    forget_passed_days,
    give_back,
    lease,
    leased_calls,
    unused_of,
)
from tongban.exchange.metering.models import Lease, Quota
from tongban.exchange.models import Grant
from tongban.identity.models import Person
from tongban.journal.api import system, timeline
from tongban.kernel import clock

__all__ = ["caller", "linxia"]
GRANT = "fire-place"


@given(st.integers(min_value=-1000, max_value=10**9))
def test_a_block_is_of_what_is_left_and_never_nothing_while_something_is(available: int) -> None:
    block = block_of(available)
    assert 0 <= block <= max(0, min(available, BLOCK_MAX))
    assert (block > 0) == (available > 0)


@given(st.integers(min_value=1, max_value=BLOCK_MAX), st.integers(min_value=0, max_value=10**6))
def test_what_comes_back_of_a_lapsed_lease_is_at_most_what_was_not_read(size: int, read: int) -> None:
    back = unused_of(size, read)
    assert 0 <= back <= size
    assert back + min(read, size) == size


@given(
    st.integers(min_value=1, max_value=3000),
    st.lists(st.tuples(st.sampled_from(["take", "use", "return", "die"]), st.integers(0, 3)), max_size=200),
)
def test_processes_that_take_use_return_and_die_never_use_more_than_the_quota(
    quota: int, steps: list[tuple[str, int]]
) -> None:
    taken, used = 0, 0
    leases: dict[int, tuple[int, int]] = {}
    for step, process in steps:
        size, left = leases.get(process, (0, 0))
        if step == "take" and not left:
            block = block_of(quota - taken)
            taken += block
            leases[process] = (block, block)
        elif step == "use" and left:
            used += 1
            leases[process] = (size, left - 1)
        elif step == "return":
            taken -= left
            leases.pop(process, None)
        elif step == "die":
            taken -= unused_of(
                size, used
            )  # the journal shows every process's readings, never fewer than its own
            leases.pop(process, None)
        assert used <= quota
        assert used + sum(left for _size, left in leases.values()) <= taken <= quota


def use(quota: int) -> None:
    Grant.objects.filter(pk=GRANT).update(quota=quota)


@pytest.mark.django_db
def test_a_grant_answers_as_often_as_its_quota_says_and_then_says_when_again(
    caller: Callable[..., Caller],
) -> None:
    use(5)
    noon = datetime.combine(clock.today(), time(12), clock.CITY_ZONE)
    with clock.fixed(noon):
        for _call in range(5):
            assert answer(place(), caller()).outcome == "fetched"
        refused = refusal(place(), caller())
    assert (refused.code, refused.answer_status) == ("Server.ServerProxy.QuotaExceeded", 429)
    assert "每天 5 次，今天的已经用完" in str(refused)
    assert 0 < refused.again_s <= 12 * 3600
    forget()
    with clock.fixed(noon + timedelta(days=1)):
        assert answer(place(), caller()).outcome == "fetched"


@pytest.mark.django_db
def test_that_a_quota_is_used_up_is_one_entry_an_hour(caller: Callable[..., Caller]) -> None:
    use(1)
    noon = datetime.combine(clock.today(), time(12), clock.CITY_ZONE)
    with clock.fixed(noon):
        answer(place(), caller())
    for minutes in (0, 1, 20, 61):
        forget()
        with clock.fixed(noon + timedelta(minutes=minutes)):
            refusal(place(), caller())
    told = timeline(objects=[f"grant:{GRANT}"], kinds=["grant.used-up.v1"])
    assert [one.content["quota"] for one in told] == [1, 1]


@pytest.mark.django_db
def test_calls_are_leased_in_blocks_and_then_cost_no_question(caller: Callable[..., Caller]) -> None:
    use(80)
    answer(place(), caller())
    assert Lease.objects.get().size == 10
    for _call in range(9):
        answer(place(), caller())
    assert Quota.objects.get().taken == 10
    answer(place(), caller())
    assert Quota.objects.get().taken == 10 + 70 // 8


@pytest.mark.django_db
def test_what_was_refused_or_replayed_is_not_counted(caller: Callable[..., Caller]) -> None:
    use(3)
    once = caller()
    answer(place(), once)
    for _call in range(5):
        refusal(place(), once)
        refusal(place(items=("owner",)), caller())
        with pytest.raises(CallRefused), transaction.atomic():
            answer(place(keys={"area": "大"}), caller())
    assert answer(place(), caller()).outcome == "fetched"
    assert answer(place(), caller()).outcome == "fetched"
    assert refusal(place(), caller()).answer_status == 429


@pytest.mark.django_db
def test_a_stop_acts_on_the_next_call_though_calls_are_leased(caller: Callable[..., Caller]) -> None:
    use(800)
    answer(place(), caller())
    Grant.objects.filter(pk=GRANT).update(stopped_at=clock.now())
    assert "没有读取" in str(refusal(place(), caller()))


@pytest.mark.django_db
def test_a_process_that_ends_returns_what_it_did_not_use(caller: Callable[..., Caller]) -> None:
    use(80)
    answer(place(), caller())
    give_back(everything=True)
    assert Quota.objects.get().taken == 1
    assert not Lease.objects.exists()


@pytest.mark.django_db
def test_a_process_that_was_killed_loses_a_block_until_it_lapses(
    caller: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    use(8)
    for _call in range(3):
        answer(place(), caller())
    monkeypatch.setattr("tongban.exchange.metering.leases.PARTS", 1)
    answer(place(), caller())
    assert Quota.objects.get().taken == 8
    forget()  # killed: it had taken all that was left, and used one of it
    assert refusal(place(), caller()).again_s <= LEASE_S
    Lease.objects.update(until=clock.real_now())
    forget()
    for _call in range(4):
        answer(place(), caller())
    assert refusal(place(), caller()).answer_status == 429
    assert len(timeline(case_numbers=[CASE], kinds=["exchange.answered.v1"])) == 8


@pytest.mark.django_db
def test_leases_and_counts_of_past_days_go_and_those_of_today_stay(caller: Callable[..., Caller]) -> None:
    use(8)
    with clock.fixed(clock.now() - timedelta(days=3)):
        answer(place(), caller())
    forget()
    answer(place(), caller())
    assert (Lease.objects.count(), Quota.objects.count()) == (2, 2)
    forget_passed_days()
    assert (
        {one.day for one in Lease.objects.all()}
        == {one.day for one in Quota.objects.all()}
        == {clock.today()}
    )


@pytest.mark.django_db
def test_threads_of_a_process_share_a_lease_exactly(caller: Callable[..., Caller]) -> None:
    use(1000)
    with leased_calls("x", "y"):
        lease("x", "y", GRANT, day=clock.today())
    size = Lease.objects.get().size
    used: list[int] = []

    def work() -> None:
        while True:
            with leased_calls("x", "y") as calls:
                if not calls.grants:
                    connection.close()
                    return
                calls.used = GRANT
                used.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(used) == size


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("terms", "hour", "is_open"),
    [
        ({"window_from": time(8), "window_until": time(18)}, 12, True),
        ({"window_from": time(8), "window_until": time(18)}, 18, False),
        ({"window_from": time(22), "window_until": time(6)}, 23, True),
        ({"window_from": time(22), "window_until": time(6)}, 5, True),
        ({"window_from": time(22), "window_until": time(6)}, 12, False),
        ({"window_days": [1, 2, 3, 4, 5]}, 12, True),
        ({"window_days": [6, 7]}, 12, False),
    ],
)
def test_a_grant_is_used_in_its_hours_alone_at_both_doors(
    caller: Callable[..., Caller], linxia: Person, terms: dict[str, object], hour: int, is_open: bool
) -> None:
    Grant.objects.filter(pk=GRANT).update(**terms)
    ours = Grant.objects.get(pk=GRANT)
    ours.pk, ours.subsystem, ours.case_kinds = "fire-ours", "", ["fire-check"]
    ours.save(force_insert=True)
    write_case_ref(number="9901990077", kinds=["fire-check"], subjects=[linxia.pk], state="open")
    asked = Question("real-estate", place().keys, ["area"])

    def at_our_door() -> str:
        return read_evidence(
            asked,
            consumer="lanchuan.fire",
            case_number="9901990077",
            subject=linxia.pk,
            purpose="x",
            by=system("test"),
        ).outcome

    wednesday = datetime(2026, 11, 25, hour, tzinfo=clock.CITY_ZONE)
    with clock.fixed(wednesday):
        if is_open:
            assert answer(place(), caller()).outcome == "fetched"
            assert at_our_door() == "fetched"
            return
        assert "不在时段内" in str(refusal(place(), caller()))
        with pytest.raises(Exception, match="不在时段内"):
            at_our_door()


@pytest.mark.django_db
def test_a_reading_on_this_platform_is_counted_too(linxia: Person) -> None:
    Grant.objects.create(
        code="fire-ours",
        consumer="lanchuan.fire",
        resource="real-estate",
        items=["area"],
        purpose="x",
        cites=[{"law": "消防法", "article": "第十五条"}],
        case_kinds=["fire-check"],
        valid_from=clock.today(),
        quota=2,
        source="test",
    )
    write_case_ref(number=CASE, kinds=["fire-check"], subjects=[linxia.pk], state="open")
    given = {"consumer": "lanchuan.fire", "case_number": CASE, "subject": linxia.pk, "purpose": "x"}
    for _call in range(2):
        read_evidence(Question("real-estate", place().keys, ["area"]), by=system("test"), **given)  # type: ignore[arg-type]
    with pytest.raises(QuotaExceeded, match="每天 2 次"):
        read_evidence(Question("real-estate", place().keys, ["area"]), by=system("test"), **given)  # type: ignore[arg-type]
