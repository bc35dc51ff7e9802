"""What the tests of calls share: nothing of one is in the memory of the next."""

from collections.abc import Iterator

import pytest

from tongban.exchange.metering.leases import forget
from tongban.exchange.metering.shares import forget_shares


@pytest.fixture(autouse=True)
def _process_anew() -> Iterator[None]:
    forget()
    forget_shares()
    yield
    forget()
    forget_shares()
