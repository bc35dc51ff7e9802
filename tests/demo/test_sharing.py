"""Requests between agencies before the visitor came: every state is there, made once, through the doors."""

from datetime import timedelta

import pytest

from tongban.demo.sharing import play_sharing
from tongban.exchange.api import (
    get_request,
    grants_on_mine,
    my_grants,
    my_requests,
    open_disputes,
    waiting_requests,
)
from tongban.exchange.sharing.models import SharingRequest
from tongban.identity.api import find_actor
from tongban.journal.models import Entry
from tongban.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def played(own_home: object) -> int:
    return len([*play_sharing(early=True), *play_sharing(early=False)])


def test_requests_are_in_every_state(played: int) -> None:
    assert played == SharingRequest.objects.count()
    states = {
        row.state
        for one in SharingRequest.objects.all()
        for row in [get_request(one.pk, by=find_actor("data-officer")).row]
    }
    assert states == {"asked", "returned", "granted", "part", "withdrawn"}
    tiers = {one.tier for one, _row in open_disputes(find_actor("data-officer"))}
    assert tiers == {2}


def test_the_lists_of_an_owner_are_lived_in(played: int) -> None:
    owner = find_actor("housing-owner")
    assert waiting_requests(owner)
    assert len(my_requests(owner)) == 3
    assert {view.state for view in my_grants(owner)} >= {"running", "stopped"}
    given = {view.state for view in grants_on_mine(owner) if view.code.startswith("request-")}
    assert given == {"running", "ending", "stopped"}
    assert open_disputes(owner)


def test_what_was_asked_before_the_story_is_late_after_it(played: int) -> None:
    (row,) = [row for row in waiting_requests(find_actor("land-owner")) if row.consumer == "lanchuan.civil"]
    with clock.fixed(clock.now() + timedelta(days=30)):
        assert get_request(row.id, by=find_actor("land-owner")).row.state == "late"


def test_what_was_played_is_not_played_again(played: int) -> None:
    entries = Entry.objects.count()
    assert [*play_sharing(early=True), *play_sharing(early=False)] == []
    assert Entry.objects.count() == entries
