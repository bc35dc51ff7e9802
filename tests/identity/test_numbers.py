"""Identity numbers: check digits of people and bodies, and what is shown of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.identity.api import is_credit_code, is_id_number, masked
from tongban.identity.numbers import new_credit_code


def test_the_vector_of_the_standard_is_valid() -> None:
    assert is_id_number("11010519491231002X")
    assert not is_id_number("110105194912310021")
    assert not is_id_number("11010519491231002")


@given(st.integers(0, 17), st.integers(1, 9))
def test_one_changed_digit_is_found(at: int, plus: int) -> None:
    number = "990102199106185241"
    changed = number[:at] + str((int(number[at]) + plus) % 10) + number[at + 1 :]
    assert not is_id_number(changed)


@pytest.mark.parametrize("_", range(20))
def test_a_new_firm_gets_a_valid_code_of_its_area(_: int) -> None:
    code = new_credit_code("990102")
    assert is_credit_code(code)
    assert code.startswith("92990102MA")


def test_a_number_is_shown_without_its_middle() -> None:
    assert masked("990102199106185241") == "990102********5241"
    assert masked("123") == "123"
