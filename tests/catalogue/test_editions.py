"""A resource is written, reviewed by a second person, published, changed and withdrawn; grants feel what is tighter."""

from datetime import timedelta

import pytest

from tests.cases.conftest import *  # noqa: F403 - a case that reads
from tongban.catalogue.api import (
    Content,
    ItemContent,
    Vocabulary,
    acknowledge,
    announce_withdrawal,
    cancel_withdrawal,
    compare,
    discard_resource,
    get_desk,
    get_public,
    get_resource,
    list_editions,
    notices_of,
    publish_resource,
    recall_resource,
    return_resource,
    save_resource,
    settle_withdrawals,
    start_resource,
    submit_resource,
)
from tongban.clocks.api import due_before
from tongban.exchange.models import Grant
from tongban.identity.api import find_actor
from tongban.journal.api import Actor, StaleObject, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadAnswers, BadInput, Conflict, NotAllowed, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafted(owner: Actor, whole: Content) -> str:
    return start_resource(content=whole, by=owner)


@pytest.fixture
def published(drafted: str, owner: Actor, reviewer: Actor) -> str:
    submit_resource(code=drafted, seen=1, by=owner)
    publish_resource(code=drafted, seen=2, by=reviewer)
    return drafted


def lease(words: Vocabulary, owner: Actor) -> Content:
    return get_desk("lease-filing", words, by=owner).content


def with_item(content: Content, code: str, **fields: str) -> Content:
    items = tuple(item.model_copy(update=fields) if item.code == code else item for item in content.items)
    return content.model_copy(update={"items": items})


def change(code: str, content: Content, owner: Actor, reviewer: Actor) -> object:
    save_resource(code=code, content=content, seen=None, by=owner)
    submit_resource(code=code, seen=None, by=owner)
    return publish_resource(code=code, seen=None, by=reviewer)


def test_a_draft_is_seen_by_nobody_else_until_a_second_person_publishes_it(
    drafted: str, owner: Actor, reviewer: Actor
) -> None:
    with pytest.raises(NotFound):
        get_public(drafted)
    submit_resource(code=drafted, seen=1, by=owner)
    made = publish_resource(code=drafted, seen=2, by=reviewer)
    view = get_public(drafted)
    assert (made.edition, view.version, view.published_on) == (1, 1, clock.today())
    assert view.number.startswith("209/")
    assert [entry.kind for entry in timeline(objects=[f"resource:{drafted}"])] == [
        "resource.saved.v1",
        "resource.submitted.v1",
        "resource.published.v1",
    ]
    assert view.items[1].condition == "限于法定职责必需，只读与办件有关的人"
    assert view.items[1].cite is not None


def test_its_author_may_not_publish_it_nor_anybody_who_wrote_in_it(
    drafted: str, owner: Actor, other: Actor, whole: Content
) -> None:
    save_resource(code=drafted, content=whole, seen=1, by=other)
    submit_resource(code=drafted, seen=2, by=owner)
    for author in (owner, other):
        with pytest.raises(NotAllowed, match="要由另一个人审核"):
            publish_resource(code=drafted, seen=3, by=author)
    third = Actor("officer", "LC-ZJ-998", owner.agency, frozenset({"resource-owner"}))
    assert publish_resource(code=drafted, seen=3, by=third).edition == 1


def test_an_owner_of_another_agency_may_neither_see_nor_write_nor_review(
    drafted: str, whole: Content, words: Vocabulary
) -> None:
    stranger = find_actor("land-owner")
    with pytest.raises(NotAllowed):
        get_desk(drafted, words, by=stranger)
    with pytest.raises(NotAllowed):
        save_resource(code=drafted, content=whole, seen=1, by=stranger)
    with pytest.raises(NotAllowed):
        publish_resource(code=drafted, seen=1, by=stranger)
    with pytest.raises(NotAllowed):
        start_resource(content=whole, by=stranger)
    with pytest.raises(NotAllowed):
        list_editions(drafted, by=stranger)


def test_two_editors_at_once_lose_nothing(drafted: str, owner: Actor, other: Actor, whole: Content) -> None:
    save_resource(code=drafted, content=whole, seen=1, by=owner)
    with pytest.raises(StaleObject):
        save_resource(code=drafted, content=whole.model_copy(update={"name": "别的"}), seen=1, by=other)
    assert list_editions(drafted, by=owner)[0].content.name == whole.name


def test_what_blocks_is_told_for_every_field_and_nothing_moves(
    owner: Actor, whole: Content, words: Vocabulary
) -> None:
    poor = whole.model_copy(update={"summary": "", "ground": "", "records": "很多"})
    code = start_resource(content=poor, by=owner)
    with pytest.raises(BadAnswers) as caught:
        submit_resource(code=code, seen=1, by=owner)
    assert set(caught.value.problems) == {"summary", "ground", "records"}
    desk = get_desk(code, words, by=owner)
    assert (desk.state, desk.version) == ("draft", 1)
    with pytest.raises(BadInput, match="至少要有名称"):
        start_resource(content=whole.model_copy(update={"name": " "}), by=owner)


def test_a_returned_draft_says_why_and_can_be_handed_in_again(
    drafted: str, owner: Actor, reviewer: Actor, words: Vocabulary
) -> None:
    submit_resource(code=drafted, seen=1, by=owner)
    with pytest.raises(Conflict, match="待审核"):
        save_resource(code=drafted, content=Content(name="x"), seen=2, by=owner)
    with pytest.raises(BadInput):
        return_resource(code=drafted, words=" ", seen=2, by=reviewer)
    return_resource(code=drafted, words="摘要请写起始时间", seen=2, by=reviewer)
    desk = get_desk(drafted, words, by=owner)
    assert (desk.state, desk.note) == ("draft", "摘要请写起始时间")
    submit_resource(code=drafted, seen=3, by=owner)
    recall_resource(code=drafted, seen=4, by=owner)
    assert get_desk(drafted, words, by=owner).state == "draft"


def test_an_edition_in_force_stands_while_a_change_is_written_and_given_up(
    published: str, owner: Actor, whole: Content, words: Vocabulary
) -> None:
    save_resource(code=published, content=whole.model_copy(update={"name": "改名"}), seen=3, by=owner)
    assert get_public(published).name == whole.name
    assert get_desk(published, words, by=owner).content.name == "改名"
    discard_resource(code=published, seen=4, by=owner)
    assert get_desk(published, words, by=owner).content.name == whole.name


def test_editions_are_kept_and_compared_in_words(
    published: str, owner: Actor, reviewer: Actor, whole: Content, words: Vocabulary
) -> None:
    items = (*whole.items[:2], ItemContent(code="judged_on", name="鉴定日期", type="date"))
    change(published, whole.model_copy(update={"update_cycle": "4", "items": items}), owner, reviewer)
    newest, oldest = list_editions(published, by=owner)
    assert (newest.number, oldest.number, newest.reviewer) == (2, 1, reviewer.key)
    found = {one.label: (one.before, one.after) for one in compare(oldest.content, newest.content, words)}
    assert found["更新周期"] == ("每日", "每月")
    assert found["信息项「危险性等级」"] == ("有", "没有")
    assert found["信息项「鉴定日期」"] == ("没有", "有")


def test_items_that_follow_their_resource_are_told_in_one_line(whole: Content, words: Vocabulary) -> None:
    refused = whole.model_copy(update={"sharing": "refused", "ground": "beyond-duty"})
    found = {one.label: one.after for one in compare(whole, refused, words)}
    assert found["共享类型"] == "不予共享"
    assert found["随资源一起变的信息项"] == "房屋所有权人、危险性等级"
    assert len(found) == 3


def test_a_tighter_edition_suspends_just_those_items_of_running_grants_and_tells_their_holders(
    owner: Actor, reviewer: Actor, words: Vocabulary
) -> None:
    content = lease(words, owner)
    tight = with_item(content, "area", sharing="refused", ground="beyond-duty")
    made = change("lease-filing", tight, owner, reviewer)
    assert made.tightened == ("area",)  # type: ignore[attr-defined]
    grant = Grant.objects.get(code="approval-lease")
    assert grant.suspended == ["area"]
    assert "address" in grant.items
    (entry,) = timeline(objects=["grant:approval-lease"])
    assert entry.content["items"] == ["area"]
    (told, *_rest) = notices_of(find_actor("approval-owner"))
    assert told.what == "tightened"
    assert "area" in told.words
    change("lease-filing", content, owner, reviewer)
    assert Grant.objects.get(code="approval-lease").suspended == []


def test_a_refused_publication_suspends_nothing(owner: Actor, words: Vocabulary) -> None:
    tight = with_item(lease(words, owner), "area", sharing="refused", ground="beyond-duty")
    save_resource(code="lease-filing", content=tight, seen=None, by=owner)
    submit_resource(code="lease-filing", seen=None, by=owner)
    with pytest.raises(NotAllowed):
        publish_resource(code="lease-filing", seen=None, by=owner)
    assert not Grant.objects.exclude(suspended=[]).exists()


def test_withdrawal_tells_the_holders_and_waits_for_its_day(
    owner: Actor, reviewer: Actor, words: Vocabulary
) -> None:
    with pytest.raises(BadInput):
        announce_withdrawal(code="lease-filing", words="", seen=None, by=owner)
    day = announce_withdrawal(code="lease-filing", words="并入不动产登记信息", seen=None, by=owner)
    assert day > clock.today()
    assert ("resource:lease-filing", "withdraw", day) in due_before(day + timedelta(days=1))
    held_by = find_actor("approval-owner")
    (told, *_rest) = notices_of(held_by)
    assert (told.what, told.effective_on, told.seen_at) == ("withdrawal", day, None)
    with pytest.raises(NotFound):
        acknowledge(notice=told.id, by=reviewer)
    acknowledge(notice=told.id, by=held_by)
    acknowledge(notice=told.id, by=held_by)
    assert notices_of(held_by)[0].seen_at is not None
    assert get_resource("lease-filing").offered
    assert settle_withdrawals() == 0
    with pytest.raises(Conflict, match="已公告撤下"):
        save_resource(code="lease-filing", content=lease(words, owner), seen=None, by=owner)
    with clock.fixed(clock.now() + timedelta(days=40)):
        assert not get_resource("lease-filing").offered
        assert settle_withdrawals() == 1
        assert settle_withdrawals() == 0
        with pytest.raises(NotFound, match="并入不动产登记信息"):
            get_public("lease-filing")
        last = timeline(objects=["resource:lease-filing"])[-1]
        assert (last.kind, last.content["withdraw_on"]) == ("resource.withdrawn.v1", day.isoformat())


def test_a_withdrawal_can_be_taken_back_before_its_day(owner: Actor) -> None:
    announce_withdrawal(code="lease-filing", words="并入不动产登记信息", seen=None, by=owner)
    cancel_withdrawal(code="lease-filing", seen=None, by=owner)
    assert get_resource("lease-filing").state == "published"
    assert [told.what for told in notices_of(find_actor("approval-owner"))] == [
        "withdrawal-cancelled",
        "withdrawal",
    ]
    assert not [
        due for due in due_before(clock.today() + timedelta(days=90)) if due[0] == "resource:lease-filing"
    ]
