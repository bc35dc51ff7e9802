"""Identifiers."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.clock import real_now
from tongban.kernel.ids import CODE_ALPHABET, new_code, uuid7, uuid7_floor


def test_ids_of_one_process_strictly_increase() -> None:
    made = [uuid7() for _ in range(5_000)]
    assert made == sorted(set(made))


def test_an_id_is_a_version_7_uuid_of_this_moment() -> None:
    before = real_now() - timedelta(milliseconds=1)
    made = uuid7()
    assert made.version == 7
    assert uuid7_floor(before) < made < uuid7_floor(real_now() + timedelta(seconds=1))


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_floor_of_a_moment_carries_its_millisecond(moment: datetime) -> None:
    assert uuid7_floor(moment).int >> 80 == round(moment.timestamp() * 1000)


def test_a_code_can_be_dictated() -> None:
    code = new_code(12)
    assert len(code) == 12
    assert set(code) <= set(CODE_ALPHABET)
    assert not set(CODE_ALPHABET) & set("ILOU")
