"""Each rule and detector of the pack sees what it is for: ratings, orders, breaches, shares, corrections."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.supervision.conftest import City, at
from tongban.cases.formalities.kinds import HandedOver, HandOverClaimed
from tongban.cases.kinds import Rated, RatedAgain, RaterContacted, RatingAnswered
from tongban.exchange.kinds import ObjectionAnswered, ObjectionRaised
from tongban.identity.api import find_actor
from tongban.journal.api import system
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotAllowed
from tongban.participation.kinds import (
    ExtensionAnswered,
    OrderAnswered,
    OrderDispatched,
    OrderQueued,
    OrderReceived,
    OrderReopened,
)
from tongban.supervision.api import get_card, get_gaming_lead, list_cards, report_breach
from tongban.supervision.models import Card, GamingLead, Tally, Watch

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
RATING = "rating:01a215c7-762e-7f61-a00f-669197664adb"


def cards(code: str) -> list[tuple[str, int, str]]:
    rows = Card.objects.filter(rule__code=code).select_related("watch").order_by("pk")
    return [(one.owner, one.level, f"{clock.local(one.breach_at):%Y-%m-%d %H:%M}") for one in rows]


def received(city: City, when: str, *, by: str = "2026-01-06T09:00:00+08:00", order: str = "7/1") -> None:
    act = OrderReceived(
        came_by="page",
        order_class="stuck",
        urgency="ordinary",
        item="food-permit",
        agency="lanchuan.approval",
        dispatch_by=by,
        again_of="",
        told=["lanchuan.center"],
    )
    city.does(act, when, by=city.linxia, on=f"order:{order}", case="")


def dispatched(city: City, when: str, *, due: str, order: str = "7/1") -> None:
    act = OrderDispatched(
        came_by="page",
        order_class="stuck",
        urgency="ordinary",
        item="food-permit",
        agency="lanchuan.approval",
        return_by="",
        due_on=due,
        told=["lanchuan.approval"],
    )
    city.does(act, when, by=find_actor("hotline1"), on=f"order:{order}", case="")


def test_a_bad_rating_that_nobody_contacts_or_answers_becomes_two_cards(city: City) -> None:
    city.opened("2026-01-05 09:00")
    given = Rated(item="food-permit", level=5, contact_due_on="2026-01-06", mend_due_on="2026-01-20")
    city.does(given, "2026-01-05 10:00", by=city.linxia, on=RATING)
    city.works("2026-01-08 09:00")
    assert [one[1:] for one in cards("rating-contact-late")] == [(2, "2026-01-07 00:00")]
    city.does(RaterContacted(due_on="2026-01-06"), "2026-01-08 10:00", on=RATING)
    city.works("2026-01-22 09:00")
    assert [one[1:] for one in cards("rating-unanswered")] == [(2, "2026-01-21 00:00")]
    assert Watch.objects.get(code="rating-unanswered").item == "food-permit"


def test_a_rating_answered_in_time_and_a_good_one_give_no_card_but_count(city: City) -> None:
    city.opened("2026-01-05 09:00")
    city.accepted("2026-01-05 10:00", legal="2026-02-09")
    city.decided("2026-01-06 10:00")
    good = Rated(item="food-permit", level=2, contact_due_on="", mend_due_on="")
    city.does(good, "2026-01-07 10:00", by=city.linxia, on=RATING)
    city.does(RatedAgain(level=2), "2026-01-08 10:00", by=city.linxia, on=RATING)
    city.works("2026-03-01 09:00")
    assert not Card.objects.exists()
    tally = Tally.objects.get()
    assert (tally.rated, tally.pleased) == (1, 1)
    bad = Rated(item="food-permit", level=5, contact_due_on="2026-03-03", mend_due_on="2026-03-17")
    other = "rating:01a215c7-762e-7f61-a00f-669197664adc"
    city.does(bad, "2026-03-02 10:00", by=city.linxia, on=other)
    city.does(RaterContacted(due_on=""), "2026-03-03 10:00", on=other)
    city.does(RatingAnswered(outcome="mended", due_on=""), "2026-03-04 10:00", on=other)
    city.works("2026-04-01 09:00")
    assert not Card.objects.exists()


def test_an_order_that_the_desk_keeps_is_late_at_its_hour_not_at_midnight(city: City) -> None:
    received(city, "2026-01-05 09:00")
    city.works("2026-01-06 08:59")
    assert cards("order-not-sent") == []
    city.works("2026-01-06 09:00")
    assert cards("order-not-sent") == [("lanchuan.center", 2, "2026-01-06 09:00")]
    city.works("2026-01-08 09:00")
    assert cards("order-not-sent") == [("lanchuan.center", 3, "2026-01-06 09:00")]
    dispatched(city, "2026-01-08 10:00", due="2026-01-15")
    queued = OrderQueued(
        item="food-permit", dispatch_by="2026-01-09T10:00:00+08:00", told=["lanchuan.center"]
    )
    city.does(queued, "2026-01-08 11:00", by=system("participation"), on="order:7/2", case="")
    city.works("2026-01-09 10:01")
    assert len(cards("order-not-sent")) == 2


def test_an_order_sent_in_time_gives_no_card_and_a_late_bridged_act_takes_one_back(city: City) -> None:
    received(city, "2026-01-05 09:00")
    city.works("2026-01-06 09:01")
    act = OrderDispatched(
        came_by="system",
        order_class="stuck",
        urgency="ordinary",
        item="",
        agency="lanchuan.approval",
        return_by="",
        due_on="2026-01-12",
        told=[],
    )
    city.does(
        act,
        "2026-01-05 10:00",
        entered="2026-01-06 12:00",
        by=find_actor("hotline1"),
        on="order:7/1",
        case="",
    )
    city.works("2026-01-06 12:01")
    assert Card.objects.get().state == "withdrawn"


def test_an_agency_that_does_not_answer_an_order_is_told_then_carded_and_more_days_count(
    city: City,
) -> None:
    dispatched(city, "2026-01-05 09:00", due="2026-01-12")
    dispatched(city, "2026-01-05 09:00", due="2026-01-12", order="8/1")
    more = ExtensionAnswered(
        agency="lanchuan.approval", agreed=True, due_on="2026-01-19", told=["lanchuan.approval"]
    )
    city.does(more, "2026-01-09 09:00", by=find_actor("hotline1"), on="order:8/1", case="")
    city.works("2026-01-13 09:00")
    assert cards("order-unanswered") == [("lanchuan.approval", 2, "2026-01-13 00:00")]
    card = get_card(Card.objects.get().pk, by=city.supervisor)
    assert (card.card.object, card.card.item) == ("order:7/1", "food-permit")
    city.works("2026-01-20 09:00")
    assert len(cards("order-unanswered")) == 2


def test_a_limit_whose_start_arrives_after_its_end_gives_no_card(city: City) -> None:
    answer = OrderAnswered(
        came_by="page",
        agency="lanchuan.approval",
        item="",
        due_on="2026-01-12",
        confirm_by="2026-01-19",
        alike="",
    )
    city.does(answer, "2026-01-08 09:00", on="order:9/1", case="")
    city.works("2026-01-08 10:00")
    assert not Watch.objects.filter(key="order:9/1").exists()
    act = OrderDispatched(
        came_by="page",
        order_class="stuck",
        urgency="ordinary",
        item="",
        agency="lanchuan.approval",
        return_by="",
        due_on="2026-01-12",
        told=["lanchuan.approval"],
    )
    by = find_actor("hotline1")
    city.does(act, "2026-01-05 09:00", entered="2026-01-20 09:00", by=by, on="order:9/1", case="")
    city.works("2026-01-21 09:00")
    watch = Watch.objects.get(key="order:9/1", code="order-unanswered")
    assert watch.ended_at == at("2026-01-08 09:00")
    assert not Card.objects.exists()


def test_answers_alike_and_orders_that_come_back_are_leads(city: City) -> None:
    for number in range(1, 4):
        answer = OrderAnswered(
            came_by="page",
            agency="lanchuan.approval",
            item="",
            due_on="2026-01-12",
            confirm_by="2026-01-19",
            alike="0123456789ab",
        )
        city.does(answer, f"2026-01-0{5 + number} 09:00", on=f"order:{number}/1", case="")
        again = OrderReopened(
            came_by="page",
            agency="lanchuan.approval",
            item="",
            due_on="2026-01-15",
            times=1,
            told=["lanchuan.approval"],
        )
        city.does(again, f"2026-01-0{5 + number} 10:00", by=city.linxia, on=f"order:{number}/2", case="")
    city.works("2026-01-09 09:00")
    found = {one.detector: one for one in GamingLead.objects.filter(told_at__isnull=False)}
    assert set(found) == {"template-answers", "unsolved"}
    page = get_gaming_lead(found["unsolved"].pk)
    assert (page.lead.agency, len(page.rows)) == ("lanchuan.approval", 3)
    assert "本人又提" in page.rows[0].note


def test_a_reported_fee_is_a_red_card_that_the_agency_is_heard_about_first(city: City) -> None:
    with pytest.raises(NotAllowed, match="效能监督员"):
        report_breach(
            matter="fee",
            agency="lanchuan.fire",
            item="",
            order="",
            words="收了加急费",
            by=find_actor("food-approver"),
        )
    with clock.fixed(at("2026-02-02 10:00")):
        made = report_breach(
            matter="fee",
            agency="lanchuan.fire",
            item="fire-check",
            order="工单〔2026〕000001",
            words="窗口收了加急费",
            by=city.supervisor,
        )
        report_breach(
            matter="paper",
            agency="lanchuan.fire",
            item="",
            order="",
            words="又要营业执照复印件",
            by=city.supervisor,
        )
    city.works("2026-02-02 10:05")
    assert cards("unlawful-fee") == [("lanchuan.fire", 3, "2026-02-02 10:00")]
    assert cards("breach-reported") == [("lanchuan.fire", 2, "2026-02-02 10:00")]
    card = next(one for one in list_cards(by=city.supervisor) if one.rule_number == "JC-008")
    page = get_card(card.id, by=city.supervisor)
    assert page.breach
    assert (page.breach.pk, page.breach.words) == (made, "窗口收了加急费")
    assert "加急费" not in str([one.content for one in page.acts_of_object])


def test_bad_input_of_a_report_has_its_sentence(city: City) -> None:
    right = {"matter": "fee", "agency": "lanchuan.fire", "item": "", "order": "", "words": "x"}
    for wrong, sentence in (
        ({"matter": "noise"}, "请选择举报的是什么"),
        ({"agency": "nowhere"}, "请选择被举报的部门"),
        ({"item": "nothing"}, "没有这个事项"),
        ({"words": " "}, "请填写举报的情况"),
    ):
        with pytest.raises(BadInput, match=sentence):
            report_breach(**{**right, **wrong}, by=city.supervisor)


def test_the_page_of_reports_takes_one_and_shows_it(sign_in: SignIn, city: City) -> None:
    client = sign_in("supervisor")
    page = client.get("/supervision/breaches/?order=工单〔2026〕000001&agency=lanchuan.fire").content.decode()
    assert "没有登记过举报" in page
    assert "工单〔2026〕000001" in page
    empty = client.post("/supervision/breaches/", {"matter": "fee", "agency": "lanchuan.fire", "words": ""})
    assert empty.status_code == 422
    assert "请填写举报的情况" in empty.content.decode()
    said = {"matter": "fee", "agency": "lanchuan.fire", "words": "窗口收了加急费"}
    assert client.post("/supervision/breaches/", said).status_code == 302
    assert "窗口收了加急费" in client.get("/supervision/breaches/").content.decode()
    assert sign_in("food-approver").get("/supervision/breaches/").status_code == 403


def test_an_objection_left_unanswered_is_carded_to_the_agency_that_read(city: City) -> None:
    act = ObjectionRaised(entry="e", agency="lanchuan.fire", due_on="2026-01-20")
    city.does(act, "2026-01-05 09:00", by=city.linxia, on="objection:1", case="")
    answered = ObjectionRaised(entry="e", agency="lanchuan.fire", due_on="2026-01-20")
    city.does(answered, "2026-01-05 09:00", by=city.linxia, on="objection:2", case="")
    city.does(
        ObjectionAnswered(entry="e", outcome="explained"), "2026-01-20 23:59", on="objection:2", case=""
    )
    city.works("2026-01-21 00:00")
    assert cards("objection-late") == [("lanchuan.fire", 2, "2026-01-21 00:00")]


def test_a_hand_over_that_nobody_claims_is_carded_to_the_supervising_agency(city: City) -> None:
    for number in (1, 2):
        act = HandedOver(agency="lanchuan.market", due_on="2026-01-07")
        city.does(act, "2026-01-05 09:00", on=f"formality:{number}")
    city.does(HandOverClaimed(due_on="2026-01-07"), "2026-01-07 16:00", on="formality:2")
    city.works("2026-01-08 00:00")
    assert cards("hand-over-unclaimed") == [("lanchuan.market", 2, "2026-01-08 00:00")]


def test_a_renamed_agency_keeps_its_open_cards_under_its_new_name(
    sign_in: SignIn, city: City, write_as_owner: Callable[..., None]
) -> None:
    dispatched(city, "2026-01-05 09:00", due="2026-01-12")
    city.works("2026-01-13 09:00")
    write_as_owner("update identity_agency set name = '澜川市行政服务局' where code = 'lanchuan.approval'")
    page = sign_in("supervisor").get(f"/supervision/cards/{Card.objects.get().pk}/").content.decode()
    assert "澜川市行政服务局" in page
    assert "澜川市行政审批局" not in page
