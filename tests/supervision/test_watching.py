"""Rules over the journal: dated to the due moment, the same however acts arrive, and nothing doubled by a replay."""

from datetime import timedelta

import pytest
from django.db import connection

from tests.supervision.conftest import CASE, City, at
from tongban.cases.formalities.kinds import Extended
from tongban.cases.kinds import DeemedAccepted, ToldOnce
from tongban.exchange.kinds import CorrectionAnswered, CorrectionAsked
from tongban.exchange.sharing.kinds import MissingTold, SharingAsked, Supplemented
from tongban.journal.api import Actor, Sought, find_entries, parked_objects, search_entries, system
from tongban.supervision import storing
from tongban.supervision.models import Card, GamingLead, Tally, Watch, WatchedCase
from tongban.supervision.moments import moved_day

pytestmark = pytest.mark.django_db


def kinds(prefix: str) -> list[tuple[str, str]]:
    """What supervision journalled about cards, by kind and moment, oldest first."""
    found = []
    for name in ("reminder.sent.v1", "card.proposed.v1", "card.raised.v1", "card.changed.v1"):
        found += search_entries(Sought(kind=name))
    return [
        (one.kind, one.occurred_at.astimezone(at("2026-01-01").tzinfo).strftime("%m-%d %H:%M"))
        for one in sorted(found, key=lambda one: (one.occurred_at, one.id))
        if one.kind.startswith(prefix)
    ]


def overdue(city: City) -> None:
    """Accepted on the 5th of January, due by law on the 9th, nothing decided."""
    city.opened("2026-01-05 09:00")
    city.accepted("2026-01-05 10:00", legal="2026-01-09")


def test_a_card_is_dated_to_the_due_moment_however_late_the_worker_looks(city: City) -> None:
    overdue(city)
    city.works("2026-01-20 12:00")
    assert kinds("") == [
        ("reminder.sent.v1", "01-08 00:00"),
        ("card.proposed.v1", "01-10 00:00"),
        ("card.raised.v1", "01-14 00:00"),
    ]
    card = Card.objects.get()
    assert (card.level, card.state, card.owner) == (3, "proposed", "lanchuan.approval")
    assert card.breach_at == at("2026-01-10 00:00")


def test_nothing_is_told_a_second_before_the_due_moment_and_all_of_it_at_it(city: City) -> None:
    overdue(city)
    city.works("2026-01-09 23:59:59")
    assert not Card.objects.exists()
    city.works("2026-01-10 00:00:00")
    assert Card.objects.get().level == 2


def test_a_decision_in_the_last_second_of_the_last_day_gives_no_card(city: City) -> None:
    overdue(city)
    city.decided("2026-01-09 23:59:59")
    city.works("2026-01-30 09:00")
    assert not Card.objects.exists()
    tally = Tally.objects.get()
    assert (tally.decided, tally.on_legal, tally.late) == (1, 1, 0)


@pytest.mark.parametrize("many", [storing.MANY, 0], ids=["small rounds", "large rounds"])
def test_replay_from_the_start_doubles_nothing(
    city: City, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(storing, "MANY", many)
    overdue(city)
    city.submitted("2026-01-05 09:01", channel="window")
    city.decided("2026-01-12 09:00")
    city.works("2026-01-20 12:00")
    before = [list(model.objects.order_by("pk").values()) for model in (Card, WatchedCase, Tally, GamingLead)]
    told = kinds("")
    city.replays("2026-02-20 12:00")
    assert kinds("") == told
    assert before == [
        list(model.objects.order_by("pk").values()) for model in (Card, WatchedCase, Tally, GamingLead)
    ]
    assert Tally.objects.get().visits == 1


def test_days_of_a_legal_pause_do_not_count_also_when_its_acts_arrive_out_of_order(city: City) -> None:
    city.resumed("2026-01-13 09:00")
    city.accepted("2026-01-05 10:00", legal="2026-01-09", entered="2026-01-13 10:00")
    city.paused("2026-01-07 09:00", entered="2026-01-13 11:00")
    city.opened("2026-01-05 09:00")
    city.works("2026-01-15 23:59")
    watch = Watch.objects.get(code="case-legal")
    assert watch.due_on == at("2026-01-15").date()
    assert not Card.objects.exists()
    city.works("2026-01-16 00:00")
    assert Card.objects.get().breach_at == at("2026-01-16 00:00")


def test_an_extension_moves_the_due_day_also_when_it_arrives_before_the_acceptance(city: City) -> None:
    extended = Extended(days=10, legal_due_on="2026-01-23")
    city.does(extended, "2026-01-08 09:00")
    city.opened("2026-01-05 09:00")
    city.accepted("2026-01-05 10:00", legal="2026-01-09", entered="2026-01-08 10:00")
    city.works("2026-01-22 23:59")
    assert Watch.objects.get(code="case-legal").due_on == at("2026-01-23").date()
    city.decided("2026-01-23 16:00")
    city.works("2026-01-24 09:00")
    assert not Card.objects.filter(rule__code="case-legal").exists()
    city.replays("2026-01-24 10:00")
    assert [(one.legal, one.on_legal) for one in Tally.objects.all()] == [(1, 1)]
    assert not GamingLead.objects.filter(detector="promise-edited").exists()


def test_a_late_decision_withdraws_the_card_openly_and_says_what_arrived_late(city: City) -> None:
    overdue(city)
    city.works("2026-01-12 09:00")
    assert Card.objects.get().state == "proposed"
    city.decided("2026-01-08 16:00", entered="2026-01-19 09:00")
    city.works("2026-01-19 09:01")
    card = Card.objects.get()
    assert card.state == "withdrawn"
    assert "作出决定" in card.late_words
    assert "晚报 10 天" in card.late_words
    assert card.late_words in card.withdrawn_why
    assert [one.content["number"] for one in search_entries(Sought(kind="card.withdrawn.v1"))]
    tally = Tally.objects.get()
    assert (tally.decided, tally.on_legal, tally.late) == (1, 0, 1)


def test_a_late_act_that_leaves_a_smaller_breach_turns_red_into_yellow(city: City) -> None:
    overdue(city)
    city.works("2026-01-20 09:00")
    assert Card.objects.get().level == 3
    city.decided("2026-01-12 16:00", entered="2026-01-21 09:00")
    city.works("2026-01-21 09:01")
    card = Card.objects.get()
    assert (card.level, card.state) == (2, "proposed")
    assert ("card.changed.v1", "01-21 09:01") in kinds("card.changed")


def test_a_share_request_has_a_clock_that_stands_while_something_is_missing(city: City) -> None:
    owner = Actor(kind="officer", key="LC-X", agency="lanchuan.land")
    asked = SharingAsked(
        resource="real-estate",
        items=["a"],
        at_once=[],
        renews="",
        widens="",
        due_on="2026-01-16",
        told=["lanchuan.land"],
    )
    city.does(asked, "2026-01-05 09:00", on="request:7", case="")
    told = MissingTold(words="缺影响评估报告，请补", due_on="2026-01-20", told=["lanchuan.approval"])
    city.does(told, "2026-01-08 09:00", on="request:7", case="", by=owner)
    city.works("2026-01-19 09:00")
    assert not Card.objects.exists()
    city.does(
        Supplemented(due_on="2026-01-22", told=["lanchuan.land"]), "2026-01-19 10:00", on="request:7", case=""
    )
    city.works("2026-01-23 00:00")
    card = Card.objects.get()
    assert (card.agency, card.breach_at) == ("lanchuan.land", at("2026-01-23 00:00"))


def test_a_late_correction_is_the_providers(city: City) -> None:
    asked = CorrectionAsked(resource="real-estate", items=["area"], due_on="2026-01-09")
    city.does(asked, "2026-01-05 09:00", on="evidence:1", case=CASE)
    city.does(
        CorrectionAsked(resource="real-estate", items=["area"], due_on="2026-01-09"),
        "2026-01-05 09:00",
        on="evidence:2",
    )
    answered = CorrectionAnswered(resource="real-estate", outcome="kept", corrected=[])
    city.does(answered, "2026-01-09 20:00", on="evidence:2")
    city.works("2026-01-12 09:00")
    card = Card.objects.get()
    assert (card.agency, card.watch.object) == ("lanchuan.land", "evidence:1")


def test_single_acts_that_break_the_law_propose_a_card_at_once(city: City) -> None:
    city.opened("2026-01-05 09:00")
    city.submitted("2026-01-05 09:01")
    again = ToldOnce(materials=["a"], due_on="2026-02-02")
    city.does(again, "2026-01-06 09:00", by=city.clerk, case=CASE[:-3], on=f"application:{CASE[:-3]}")
    deemed = DeemedAccepted(item="food-permit", legal_due_on="2026-02-09")
    city.does(deemed, "2026-01-12 23:59", by=system("settle"))
    city.decided("2026-01-13 09:00", result="refused", basis="")
    city.works("2026-01-13 09:01")
    found = {card.rule.code: card.agency for card in Card.objects.select_related("rule").order_by("id")}
    assert found == {
        "held-paper-asked": "lanchuan.center",
        "step-acceptance": "lanchuan.center",
        "refusal-without-basis": "lanchuan.approval",
    }


def test_asking_for_what_nobody_holds_gives_no_card(city: City) -> None:
    city.opened("2026-01-05 09:00")
    city.submitted("2026-01-05 09:01")
    again = ToldOnce(materials=["d"], due_on="2026-02-02")
    city.does(again, "2026-01-06 09:00", by=city.clerk, case=CASE[:-3], on=f"application:{CASE[:-3]}")
    city.works("2026-01-06 09:01")
    assert not Card.objects.exists()


def test_an_act_that_cannot_be_taken_parks_only_its_object(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "MANY", 0)
    other = CASE[:-1] + "2"
    bad = city.opened("2026-01-05 09:00")
    city.opened("2026-01-05 09:00", case=other)
    real = storing.Following.take

    def take(self: object, entry: object, subjects: object) -> None:
        if entry.id == bad:  # type: ignore[attr-defined]
            raise ValueError("personal words")
        real(self, entry, subjects)  # type: ignore[arg-type]

    monkeypatch.setattr(storing.Following, "take", take)
    city.accepted("2026-01-05 10:00", legal="2026-01-09")
    city.accepted("2026-01-05 10:00", legal="2026-01-09", case=other)
    city.works("2026-01-12 09:00")
    assert [(one.subscriber, one.object) for one in parked_objects()] == [("supervision", f"case:{CASE}")]
    assert [card.watch.key for card in Card.objects.select_related("watch")] == [other]


def test_a_round_asks_the_database_as_often_for_many_acts_as_for_few(
    city: City, django_assert_max_num_queries: object
) -> None:
    for number in range(1, 31):
        overdue_case = f"{CASE[:-3]}-{number:02}"
        city.opened("2026-01-05 09:00", case=overdue_case)
        city.accepted("2026-01-05 10:00", legal="2026-01-09", case=overdue_case)
    city.works("2026-01-05 11:00")
    deliveries = [
        storing.Delivery(entry, {})
        for entry in find_entries(one.id for one in search_entries(Sought(kind="case.accepted.v1"), limit=30))
    ]
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        storing.follow(deliveries)


def test_pauses_move_a_due_day_over_a_weekend_and_a_year(db: None) -> None:
    stated = at("2026-01-09").date()
    begins, ends = [at("2026-01-08").date()], [at("2026-01-12").date()]
    assert moved_day(stated, "working_day", begins, ends)[0] == at("2026-01-13").date()
    assert moved_day(stated, "day", begins, ends)[0] == at("2026-01-13").date()
    assert moved_day(stated, "working_day", begins, []) == (stated, begins[0])


def test_the_worker_tells_within_its_second(city: City) -> None:
    from tongban.site.work import SUPERVISE_EVERY_S

    assert timedelta(seconds=5).total_seconds() >= SUPERVISE_EVERY_S
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from supervision_watch where next_at is not null")
        assert cursor.fetchone() == (0,)
