"""Mandates through the doors: both sides confirm, either side ends one at once, nobody else learns of it."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from tongban.identity.api import (
    acting_for,
    answer_mandate,
    check_mandate,
    end_mandate,
    find_actor,
    get_mandate,
    get_person,
    last_day,
    mandates_of,
    offer_mandate,
    offers_to,
)
from tongban.identity.models import Mandate
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def linxia() -> Actor:
    return find_actor("linxia")


@pytest.fixture
def other() -> Actor:
    return find_actor("xunian")


def offer(by: Actor, to: Actor, **more: object) -> UUID:
    assert to.person
    person = get_person(to.person)
    terms = {
        "name": person.name,
        "id_number": person.id_number,
        "relation": "朋友",
        "matter": "",
        "ends_on": clock.today() + timedelta(days=30),
        **more,
    }
    return offer_mandate(**terms, by=by)  # type: ignore[arg-type]


@pytest.fixture
def accepted(linxia: Actor, other: Actor) -> UUID:
    made = offer(linxia, other)
    answer_mandate(mandate=made, accepts=True, by=other)
    return made


def test_it_holds_only_once_both_have_confirmed(linxia: Actor, other: Actor) -> None:
    made = offer(linxia, other)
    with pytest.raises(NotAllowed, match="不能再代办"):
        acting_for(made, by=other)
    assert [one.id for one in offers_to(other.person)] == [made]  # type: ignore[arg-type]
    answer_mandate(mandate=made, accepts=True, by=other)
    acting, view = acting_for(made, by=other)
    assert (acting.person, acting.represents, acting.party) == (other.person, linxia.person, linxia.person)
    assert view.in_force
    assert not offers_to(other.person)  # type: ignore[arg-type]


def test_only_who_was_asked_can_accept(linxia: Actor, other: Actor) -> None:
    made = offer(linxia, other)
    for nobody in (linxia, find_actor("zhouyan")):
        with pytest.raises(NotFound):
            answer_mandate(mandate=made, accepts=True, by=nobody)
    with pytest.raises(NotAllowed):
        answer_mandate(mandate=made, accepts=True, by=find_actor("clerk1"))


def test_a_declined_one_cannot_be_accepted_later(linxia: Actor, other: Actor) -> None:
    made = offer(linxia, other)
    answer_mandate(mandate=made, accepts=False, by=other)
    answer_mandate(mandate=made, accepts=False, by=other)
    with pytest.raises(Conflict):
        answer_mandate(mandate=made, accepts=True, by=other)
    with pytest.raises(Conflict):
        end_mandate(mandate=made, by=linxia)


@pytest.mark.parametrize(("who", "state"), [("linxia", "revoked"), ("xunian", "resigned")])
def test_either_of_the_two_ends_it_at_once(who: str, state: str, accepted: UUID, other: Actor) -> None:
    acting, _view = acting_for(accepted, by=other)
    check_mandate(acting)
    end_mandate(mandate=accepted, by=find_actor(who))
    end_mandate(mandate=accepted, by=find_actor(who))
    assert get_mandate(accepted, by=other).state == state
    with pytest.raises(NotAllowed, match="已终止"):
        check_mandate(acting)
    with pytest.raises(NotAllowed, match="林夏的委托已终止"):
        acting_for(accepted, by=other)
    with pytest.raises(Conflict):
        answer_mandate(mandate=accepted, accepts=True, by=other)


def test_it_ends_with_its_last_day(accepted: UUID, other: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    acting, view = acting_for(accepted, by=other)
    monkeypatch.setattr(clock, "today", lambda: view.ends_on)
    check_mandate(acting)
    monkeypatch.setattr(clock, "today", lambda: view.ends_on + timedelta(days=1))
    with pytest.raises(NotAllowed):
        check_mandate(acting)
    assert get_mandate(accepted, by=other).state == "expired"


def test_it_lasts_a_year_at_most(linxia: Actor, other: Actor) -> None:
    last = last_day(clock.today())
    with pytest.raises(BadInput, match="最长一年") as caught:
        offer(linxia, other, ends_on=last + timedelta(days=1))
    assert caught.value.field == "ends_on"
    with pytest.raises(BadInput, match="已经过去"):
        offer(linxia, other, ends_on=clock.today() - timedelta(days=1))
    assert offer(linxia, other, ends_on=last)
    assert last_day(date(2028, 2, 29)) == date(2029, 2, 28)


def test_the_database_keeps_a_mandate_within_a_year_and_between_two(accepted: UUID, linxia: Actor) -> None:
    rows = Mandate.objects.filter(pk=accepted)
    for wrong in (
        {"ends_on": clock.today() + timedelta(days=367)},
        {"agent": linxia.person},
        {"state": "lost"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_name_and_number_must_both_fit_and_the_answer_tells_nobody_more(linxia: Actor, other: Actor) -> None:
    sentences = set()
    for wrong in ({"name": "王不存在"}, {"id_number": "990100199001010010"}):
        with pytest.raises(BadInput) as caught:
            offer(linxia, other, **wrong)
        assert caught.value.field == "id_number"
        sentences.add(str(caught.value))
    assert len(sentences) == 1
    with pytest.raises(BadInput, match="不能委托自己"):
        offer(linxia, linxia)
    with pytest.raises(BadInput, match="什么人"):
        offer(linxia, other, relation="同事")


def test_two_clicks_make_one_offer(linxia: Actor, other: Actor) -> None:
    assert offer(linxia, other) == offer(linxia, other)
    assert offer(linxia, other, matter="social-card") != offer(linxia, other)
    assert len(mandates_of(linxia.person)) == 2  # type: ignore[arg-type]


def test_an_agent_gives_no_mandate_of_whom_she_represents(accepted: UUID, other: Actor) -> None:
    acting, _view = acting_for(accepted, by=other)
    for act in (
        lambda: offer(acting, find_actor("zhouyan")),
        lambda: end_mandate(mandate=accepted, by=acting),
        lambda: answer_mandate(mandate=accepted, accepts=True, by=acting),
    ):
        with pytest.raises(NotAllowed, match="代别人办事的时候"):
            act()


def test_a_third_person_does_not_learn_that_it_exists(accepted: UUID) -> None:
    third = find_actor("zhouyan")
    with pytest.raises(NotFound):
        get_mandate(accepted, by=third)
    with pytest.raises(NotFound):
        end_mandate(mandate=accepted, by=third)
    with pytest.raises(NotAllowed) as caught:
        acting_for(accepted, by=third)
    assert "林夏" not in str(caught.value)


def test_children_are_represented_by_law_and_not_like_this(linxia: Actor) -> None:
    child = find_actor("tongqi")
    for giver, taker in ((linxia, child), (child, linxia)):
        with pytest.raises(NotAllowed, match="未满十八周岁"):
            offer(giver, taker)


def test_every_step_is_journalled_with_its_articles_and_names_nobody(accepted: UUID, linxia: Actor) -> None:
    end_mandate(mandate=accepted, by=linxia)
    acts = timeline(objects=[f"mandate:{accepted}"])
    assert [act.kind for act in acts] == ["mandate.offered.v1", "mandate.answered.v1", "mandate.ended.v1"]
    assert [act.object_version for act in acts] == [1, 2, 3]
    assert all("《民法典》第一百六十五条" in act.basis for act in acts)
    assert "林夏" not in str([act.content for act in acts])


def test_a_list_costs_one_query_however_long(
    accepted: UUID, linxia: Actor, django_assert_num_queries: object
) -> None:
    offer(linxia, find_actor("zhouyan"))
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(mandates_of(linxia.person)) == 2  # type: ignore[arg-type]
