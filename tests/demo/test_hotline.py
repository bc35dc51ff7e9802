"""The hotline of the demonstration is lived in: orders in every state, played once."""

import pytest

from tongban.demo.hotline import play_hotline
from tongban.identity.api import find_actor
from tongban.participation.api import call_backs, desk_orders

pytestmark = pytest.mark.django_db


def test_orders_stand_in_every_state_the_lot_fell_on_one_and_nothing_is_played_twice(
    own_home: object,
) -> None:
    assert len(list(play_hotline())) == 6
    operator = find_actor("hotline1")
    states = [one.state for one in desk_orders(by=operator, state="")]
    assert sorted(states) == ["answered", "closed", "closed", "dispatched", "dispatched", "received"]
    (drawn,) = call_backs(by=operator)
    assert drawn.order.solved
    assert list(play_hotline()) == []
    assert len(call_backs(by=operator)) == 1
