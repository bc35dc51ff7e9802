"""Journeys: people at real browsers over a real city."""

import pytest

pytest.register_assert_rewrite("tests.journeys.visitor")
