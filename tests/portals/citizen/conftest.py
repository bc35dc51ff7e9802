"""Somebody at her own pages, and the worker's part in them."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.conftest import Speaking
from tongban.journal.api import drain

SignIn = Callable[[str], Client]


@pytest.fixture
def place(speaking_as: Speaking) -> Callable[[], None]:
    """The worker's part: committed entries get their positions."""

    def now() -> None:
        with speaking_as("sequencer"):
            while drain().placed:
                pass

    return now


@pytest.fixture
def her(sign_in: SignIn) -> Client:
    return sign_in("linxia")
