"""One city for all attacks on the gateway."""

from collections.abc import Iterator

import pytest

from tests.faults.gateway_city import Gateway, gateway_city


@pytest.fixture(scope="session")
def gateway() -> Iterator[Gateway]:
    """A gateway of two servers over one database."""
    with gateway_city("attacked") as made:
        yield made
