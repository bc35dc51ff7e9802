"""Canonical JSON: the bytes of the reference library, whatever way they are made."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.canonical import canonical

WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | WHOLE | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)


@given(VALUES)
def test_the_bytes_are_those_of_the_reference_library(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [2**53, -(2**53), float("nan"), {"a": {1: "b"}}, "\ud800", b"bytes"])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever of the two found it
        canonical({"it": value})  # type: ignore[dict-item]


def test_names_sort_by_their_utf_16_units() -> None:
    assert canonical({"\U0001f600": 1, "\ufb33": 2}) == '{"\U0001f600":1,"\ufb33":2}'.encode()
