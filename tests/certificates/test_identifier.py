"""The identifier of GB/T 36904: the two real vectors of the reference, and every single error found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.certificates.api import is_identifier, make_identifier

VECTORS = [
    ("11100000000013338W032", "11220000013544541J", "2430599", "F"),
    ("11100000000013338W011", "11430000006122244L", "20230000403", "U"),
]


@pytest.mark.parametrize(("type_code", "issuer", "serial", "check"), VECTORS)
def test_real_identifiers_have_the_computed_check_character(
    type_code: str, issuer: str, serial: str, check: str
) -> None:
    made = make_identifier(type_code=type_code, issuer=issuer, serial=serial)
    assert made == f"1.2.156.3005.2.{type_code}.{issuer}.{serial}.001.{check}"
    assert is_identifier(made)


@given(st.integers(0, 40), st.sampled_from("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"))
def test_one_changed_character_is_found(at: int, other: str) -> None:
    made = make_identifier(type_code=VECTORS[0][0], issuer=VECTORS[0][1], serial="20261123ABCDEFGH")
    head, body = made[:15], made[15:]
    at %= len(body)
    if body[at] in {".", other}:
        return
    assert not is_identifier(head + body[:at] + other + body[at + 1 :])


@pytest.mark.parametrize(
    "text", ["", "1.2.156.3005.2", "1.2.156.3005.2.a.b.c.d.e", "2.2.156.3005.2.A.B.C.001.X"]
)
def test_what_is_no_identifier_is_not_taken_for_one(text: str) -> None:
    assert not is_identifier(text)
