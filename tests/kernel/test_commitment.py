"""The commitment's own writing of JSON is RFC 8785 for all that a commitment can state."""

import hashlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.kernel.canonical import Json, canonical
from tongban.kernel.commitment import COLUMNS, commitment

#: Everything that UTF-8 can carry: PostgreSQL keeps no zero byte, JSON no lone half of a pair.
TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
VALUES = st.none() | TEXTS | st.integers(-(2**53) + 1, 2**53 - 1)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(VALUES, min_size=len(COLUMNS), max_size=len(COLUMNS)),
    st.lists(st.binary(min_size=32, max_size=32), max_size=4),
)
def test_a_commitment_is_over_the_canonical_statement(values: list[Json], hashes: list[bytes]) -> None:
    columns = dict(zip(COLUMNS, values, strict=True))
    statement = canonical({"columns": columns, "parts": [one.hex() for one in hashes]})
    assert commitment(columns, hashes) == hashlib.sha256(b"tongban/commitment/v1\n" + statement).digest()
