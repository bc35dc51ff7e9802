"""What a clerk has open goes to a colleague, counted by both; a day is counted and closed once."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.portals.public.test_public_pages import text
from tongban.cases.api import held_originals, take_original
from tongban.journal.api import Actor

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def kept(submitted: str, clerk: Actor) -> str:
    take_original(number=submitted, title="房屋租赁合同", pieces=3, reason="比对印章", by=clerk)
    return submitted


def test_two_people_count_before_the_originals_change_their_keeper(
    sign_in: SignIn, kept: str, clerk: Actor
) -> None:
    giver = sign_in("clerk1")
    assert "房屋租赁合同" in text(giver.get("/counter/shifts/"))
    for wrong, sentence in (
        ({"receiver": "LC-ZX-001"}, "请选择接班的同事。"),
        ({"counted": ""}, "请清点原件，填写一共几件；没有就填 0。"),
        ({"counted": "2"}, "清点是 2 件，应是 3 件，请写明差在哪里。"),
    ):
        refused = giver.post(
            "/counter/shifts/", {"receiver": "LC-ZX-002", "counted": "3", "words": "", **wrong}
        )
        assert refused.status_code == 422
        assert sentence in text(refused)
    handed = giver.post(
        "/counter/shifts/", {"receiver": "LC-ZX-002", "counted": "3", "words": "合同等住建回话"}
    )
    assert handed.status_code == 302
    place = handed.headers["Location"]
    again = giver.post("/counter/shifts/", {"receiver": "LC-ZX-002", "counted": "3"})
    assert again.status_code == 409
    assert "您上一次交班还没有人接，请先请同事接班，或者撤回那一次。" in text(again)
    assert "这一班交给了方遇，请由本人接班。" in text(giver.post(place, {"counted": "3"}))
    day = giver.post("/counter/days/", {"received": "0", "papers": "0", "pieces": "3", "serials_left": "0"})
    assert "还有一班没有人接，请先接班或者撤回交班，再日结。" in text(day)

    receiver = sign_in("clerk2")
    page = text(receiver.get(place))
    assert "合同等住建回话" in page
    assert "清点无误，接班" in page
    short = receiver.post(place, {"counted": "2", "words": ""})
    assert "清点是 2 件，应是 3 件，请写明差在哪里。" in text(short)
    assert held_originals(clerk, keeper="LC-ZX-001")
    taken = receiver.post(place, {"counted": "2", "words": "一件在复印室，已取回"})
    assert taken.status_code == 302
    assert "一件在复印室，已取回" in text(receiver.get(place))
    assert [one.keeper_name for one in held_originals(clerk)] == ["方遇"]
    assert "这一班已经接了。" in text(receiver.post(place, {"counted": "3"}))


def test_a_hand_over_that_nobody_took_is_recalled(sign_in: SignIn, kept: str) -> None:
    giver = sign_in("clerk1")
    place = giver.post("/counter/shifts/", {"receiver": "LC-ZX-002", "counted": "3"}).headers["Location"]
    assert giver.post(place, {"verb": "recall"}).status_code == 302
    assert "已撤回" in text(giver.get(place))
    assert "这一次交班已经撤回。" in text(sign_in("clerk2").post(place, {"counted": "3"}))


def test_a_day_is_closed_once_and_a_difference_is_explained(sign_in: SignIn, kept: str) -> None:
    clerk = sign_in("clerk1")
    page = text(clerk.get("/counter/days/"))
    assert "系统里是 3" in page
    counted = {"received": "0", "papers": "0", "pieces": "2", "serials_left": "0"}
    assert "请填写清点的数，没有就填 0。" in text(clerk.post("/counter/days/", {**counted, "papers": "几份"}))
    sentence = "清点的数和系统里的不一样，请写明差在哪里、为什么。"
    assert sentence in text(clerk.post("/counter/days/", counted))
    assert "这一天还没有到，不能日结。" in text(clerk.post("/counter/days/?day=2099-01-01", counted))
    closed = clerk.post("/counter/days/", {**counted, "words": "一件借给住建部门"})
    assert closed.status_code == 302
    page = text(clerk.get("/counter/days/"))
    assert "一件借给住建部门" in page
    assert "（系统 3）" in page
    assert "这一天已经日结。" in page
    again = clerk.post("/counter/days/", {**counted, "words": "再结"})
    assert again.status_code == 409
    assert "这一天已经日结，不能再结一次。" in text(again)
