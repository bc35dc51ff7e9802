"""Orders at each stretch of their way, made through the doors; the worker's round over them."""

from collections.abc import Callable

import pytest

from tests.cases.conftest import (  # noqa: F401 - fixtures
    answers,
    begun,
    clerk,
    fetched,
    filled,
    licensed,
    linxia,
    story,
    submitted,
    who,
)
from tests.conftest import Speaking
from tongban.identity.api import find_actor
from tongban.journal.api import Actor, drain, run_subscribers
from tongban.participation.api import dispatch_order, place_order


@pytest.fixture
def resident(db: None, own_home: object) -> Actor:
    return find_actor("linxia")


@pytest.fixture
def operator(db: None) -> Actor:
    return find_actor("hotline1")


@pytest.fixture
def handler(db: None) -> Actor:
    return find_actor("food-approver")


@pytest.fixture
def order(resident: Actor) -> int:
    return place_order(
        order_class="stuck", words="去了三次，窗口都说系统坏了", item="food-permit", by=resident
    )


@pytest.fixture
def sent(order: int, operator: Actor, handler: Actor) -> int:
    dispatch_order(
        order=order, agency=handler.agency, order_class="stuck", urgency="ordinary", seen=1, by=operator
    )
    return order


@pytest.fixture
def works(db: None, speaking_as: Speaking) -> Callable[[], None]:
    """The worker's rounds until nothing is left."""

    def act() -> None:
        with speaking_as("sequencer"):
            drain()
            while run_subscribers():
                drain()

    return act
