"""Logs to write into."""

from pathlib import Path

import pytest

from tests.conftest import Speaking
from tongban.kernel import clock
from tongban.ledger.api import create_logs


@pytest.fixture
def logs(speaking_as: Speaking, own_home: Path) -> None:
    with speaking_as("owner"):
        create_logs(inception=clock.real_now().astimezone(clock.CITY_ZONE).date())
