"""The bench."""

import pytest

pytest.register_assert_rewrite("tests.city", "tests.exchange.calling", "tests.faults.gateway_city")
