"""The commitment's own writing of JSON is RFC 8785 for all that a commitment can state."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.canonical import canonical
from tongban.kernel.commitment import COLUMNS, commitment

#: Everything that UTF-8 can carry: PostgreSQL keeps no zero byte, JSON no lone half of a pair.
TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
VALUES = st.none() | TEXTS | st.integers(-(2**53) + 1, 2**53 - 1)


@given(
    st.fixed_dictionaries(dict.fromkeys(COLUMNS, VALUES)),
    st.lists(st.binary(min_size=32, max_size=32), max_size=4),
)
def test_a_commitment_is_over_the_canonical_statement(columns: dict[str, str], hashes: list[bytes]) -> None:
    statement = canonical({"columns": {**columns}, "parts": [one.hex() for one in hashes]})
    assert commitment(columns, hashes) == hashlib.sha256(b"tongban/commitment/v1\n" + statement).digest()
