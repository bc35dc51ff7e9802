"""A card on its way: explained, confirmed by a person, appealed, published by rule, withdrawn openly; never deleted."""

import pytest
from django.db import DatabaseError, transaction

from tests.supervision.conftest import City, at
from tests.supervision.test_watching import overdue
from tongban.journal.api import Actor, Sought, origin_of, search_entries
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed
from tongban.notices.api import notices_of_agency
from tongban.supervision.api import (
    answer_appeal,
    answer_letter,
    appeal_card,
    confirm_outage,
    declare_outage,
    explain_card,
    issue_letter,
    note_succession,
    rule_card,
    see_gaming_lead,
    withdraw_card,
)
from tongban.supervision.models import Card, GamingLead, Letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(city: City) -> int:
    overdue(city)
    city.works("2026-01-12 09:00")
    return Card.objects.get().pk


def confirmed(city: City, card: int) -> None:
    with clock.fixed(at("2026-01-13 09:00")):
        explain_card(card=card, words="检验机构出报告晚了两天", seen=None, by=city.approver)
        rule_card(card=card, confirmed=True, words="没有依法暂停", seen=None, by=city.supervisor)


def test_a_person_confirms_after_the_agency_spoke_and_the_rule_publishes(city: City, card: int) -> None:
    city.decided("2026-01-13 08:00")
    confirmed(city, card)
    row = Card.objects.get()
    assert (row.state, row.ruled_by) == ("confirmed", city.supervisor.key)
    city.works("2026-01-21 23:59")
    assert Card.objects.get().state == "confirmed"
    city.works("2026-01-22 00:01")
    assert Card.objects.get().state == "published"
    (published,) = search_entries(Sought(kind="card.published.v1"))
    assert published.content["level"] == "yellow"
    assert origin_of("card.published.v1") == origin_of("card.withdrawn.v1") == "public"


def test_a_confirmed_yellow_card_that_becomes_red_needs_a_person_again(city: City, card: int) -> None:
    confirmed(city, card)
    city.works("2026-01-14 00:00")
    row = Card.objects.get()
    assert (row.level, row.state) == (3, "proposed")


def test_nobody_confirms_before_the_agency_spoke_or_its_days_are_over(city: City, card: int) -> None:
    with clock.fixed(at("2026-01-13 09:00")), pytest.raises(Conflict, match="说明期还没有过"):
        rule_card(card=card, confirmed=True, words="明显", seen=None, by=city.supervisor)
    with clock.fixed(at("2026-01-16 09:00")):
        rule_card(card=card, confirmed=True, words="没有说明", seen=None, by=city.supervisor)
    assert Card.objects.get().state == "confirmed"


def test_only_the_agency_explains_and_only_supervisors_confirm(city: City, card: int) -> None:
    stranger = Actor(kind="officer", key="X", agency="lanchuan.fire", roles=frozenset({"approver"}))
    with pytest.raises(NotAllowed, match="被监察部门"):
        explain_card(card=card, words="不是我们", seen=None, by=stranger)
    with pytest.raises(NotAllowed, match="被监察部门"):
        explain_card(card=card, words="承办人", seen=None, by=city.examiner)
    with pytest.raises(NotAllowed, match="效能监督员"):
        rule_card(card=card, confirmed=False, words="自己认定", seen=None, by=city.approver)
    with pytest.raises(BadInput, match="请填写说明"):
        explain_card(card=card, words=" ", seen=None, by=city.approver)


def test_an_appeal_holds_up_publication_and_another_person_answers_it(city: City, card: int) -> None:
    confirmed(city, card)
    with clock.fixed(at("2026-01-14 09:00")):
        appeal_card(card=card, words="暂停通知书已经送达", seen=None, by=city.approver)
        with pytest.raises(Conflict, match="申诉一次"):
            appeal_card(card=card, words="再来", seen=None, by=city.approver)
        with pytest.raises(NotAllowed, match="另一位"):
            answer_appeal(card=card, upheld=False, words="维持", seen=None, by=city.supervisor)
    city.decided("2026-01-13 10:00")
    city.works("2026-02-02 09:00")
    assert Card.objects.get().state == "confirmed"
    assert Card.objects.get().appeal_due_on == at("2026-01-21").date()
    with clock.fixed(at("2026-02-02 09:00")):
        answer_appeal(card=card, upheld=True, words="送达回执属实", seen=None, by=city.cio)
    row = Card.objects.get()
    assert (row.state, row.appeal_outcome, row.withdrawn_why) == ("withdrawn", "withdrawn", "送达回执属实")


def test_an_appeal_after_its_days_is_refused_with_the_day(city: City, card: int) -> None:
    confirmed(city, card)
    with clock.fixed(at("2026-01-21 09:00")), pytest.raises(Conflict, match="2026-01-20"):
        appeal_card(card=card, words="迟了", seen=None, by=city.approver)


def test_a_wrong_card_is_withdrawn_openly_and_cannot_be_deleted(city: City, card: int) -> None:
    confirmed(city, card)
    with clock.fixed(at("2026-01-14 09:00")):
        withdraw_card(card=card, why="期限算错", seen=None, by=city.cio)
    (said,) = search_entries(Sought(kind="card.withdrawn.v1"))
    assert said.content["why"] == "期限算错"
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Card.objects.all().delete()


def test_a_dismissed_card_stays_dismissed_whatever_comes_due(city: City, card: int) -> None:
    with clock.fixed(at("2026-01-12 10:00")):
        rule_card(card=card, confirmed=False, words="测试件", seen=None, by=city.supervisor)
    city.works("2026-02-20 09:00")
    row = Card.objects.get()
    assert (row.state, row.level) == ("dismissed", 2)


def test_a_letter_asks_for_something_by_a_day_and_the_agency_answers(city: City, card: int) -> None:
    with clock.fixed(at("2026-01-13 09:00")):
        with pytest.raises(BadInput, match="今天之后"):
            issue_letter(card=card, words="三日内办结", due_on=at("2026-01-13").date(), by=city.supervisor)
        letter = issue_letter(
            card=card, words="三日内办结", due_on=at("2026-01-16").date(), by=city.supervisor
        )
        answer_letter(letter=letter, words="已经办结", seen=None, by=city.approver)
        with pytest.raises(Conflict, match="答复过"):
            answer_letter(letter=letter, words="再答", seen=None, by=city.approver)
    assert Letter.objects.get().answer == "已经办结"


def test_the_agency_is_told_of_its_card(city: City, card: int) -> None:
    city.works("2026-01-12 09:10")
    told = [row.kind for row in notices_of_agency("lanchuan.approval")]
    assert {"card.proposed.v1", "reminder.sent.v1"} <= set(told)


def test_open_cards_of_a_merged_agency_are_its_successors(city: City, card: int) -> None:
    heir = Actor(kind="officer", key="H", agency="lanchuan.market", roles=frozenset({"approver"}))
    with clock.fixed(at("2026-01-13 09:00")):
        day = at("2026-01-13").date()
        moved = note_succession(
            agency="lanchuan.approval", successor="lanchuan.market", since=day, by=city.supervisor
        )
        assert moved == 1
        explain_card(card=card, words="承接后已经办结", seen=None, by=heir)
        with pytest.raises(NotAllowed, match="被监察部门"):
            explain_card(card=card, words="旧部门", seen=None, by=city.approver)
    row = Card.objects.get()
    assert (row.agency, row.owner) == ("lanchuan.approval", "lanchuan.market")
    city.accepted("2026-01-13 10:00", legal="2026-01-15", case="99010020260113000002-01")
    city.opened("2026-01-13 09:00", case="99010020260113000002-01")
    city.works("2026-01-17 09:00")
    assert Card.objects.latest("id").owner == "lanchuan.market"


def test_a_merger_in_a_circle_is_refused(city: City) -> None:
    day = clock.today()
    note_succession(agency="lanchuan.fire", successor="lanchuan.market", since=day, by=city.cio)
    with pytest.raises(BadInput, match="互相承接"):
        note_succession(agency="lanchuan.market", successor="lanchuan.fire", since=day, by=city.cio)


def test_late_entries_become_a_lead_with_its_rows_but_not_those_of_a_declared_outage(city: City) -> None:
    with clock.fixed(at("2026-01-20 09:00")):
        outage = declare_outage(
            begins_at=at("2026-01-12 00:00"),
            ends_at=at("2026-01-13 23:59"),
            serials=("纸001", "纸030"),
            reason="机房停电",
            by=city.approver,
        )
    for number in range(4):
        case = f"9901002026011000001{number}-01"
        city.opened("2026-01-05 09:00", case=case)
        city.decided("2026-01-12 10:00", entered="2026-01-20 10:00", case=case)
    with clock.fixed(at("2026-01-20 11:00")):
        confirm_outage(outage=outage, agreed=True, seen=None, by=city.supervisor)
    city.works("2026-01-20 12:00")
    told = [one.content["detector"] for one in search_entries(Sought(kind="gaming-lead.found.v1"))]
    assert "late-entry" not in told
    for number in range(3):
        city.decided("2026-01-15 10:00", entered="2026-01-20 13:00", case=f"9901002026011000002{number}-01")
    city.works("2026-01-20 14:00")
    lead = GamingLead.objects.get(detector="late-entry")
    assert lead.told_at
    assert lead.evidence.filter(note="晚报 5 天").count() == 3
    assert not Card.objects.exclude(rule__code="platform-bypassed").exists()
    with clock.fixed(at("2026-01-20 15:00")):
        see_gaming_lead(lead=lead.pk, words="补录，已约谈", seen=None, by=city.supervisor)
    assert GamingLead.objects.get(pk=lead.pk).seen_by == city.supervisor.key


def test_an_outage_needs_a_second_person_and_an_end(city: City) -> None:
    with pytest.raises(BadInput, match="结束时间"):
        declare_outage(
            begins_at=at("2026-01-12 10:00"),
            ends_at=at("2026-01-12 10:00"),
            serials=("", ""),
            reason="停电",
            by=city.approver,
        )


def lead_of(detector: str) -> list[str]:
    rows = GamingLead.objects.filter(detector=detector).order_by("id")
    return [row.note for lead in rows for row in lead.evidence.order_by("id")]


def test_each_pattern_of_gaming_is_found_with_its_row(city: City) -> None:
    city.opened("2026-01-05 09:00")
    city.accepted("2026-01-05 10:00", legal="2026-03-09", promised="2026-01-09")
    city.paused("2026-03-10 10:00")
    city.resumed("2026-03-11 10:00")
    city.paused("2026-03-12 10:00")
    city.decided("2026-03-12 11:00")
    quick = "99010020260105000009-01"
    city.opened("2026-01-05 09:00", case=quick)
    city.accepted("2026-01-05 10:00:00", legal="2026-01-30", case=quick)
    city.decided("2026-01-05 10:00:00", case=quick)
    city.withdrawn("2026-01-06 09:00", case="99010020260105000010-01")
    city.opened("2026-01-04 09:00", case="99010020260105000010-01")
    city.opened("2026-01-08 09:00", case="99010020260105000011-01")
    city.works("2026-03-12 12:00")
    assert lead_of("promise-edited") == ["法定期限应到 2026-02-02，受理时写成 2026-03-09"]
    assert lead_of("pause-after-expiry") == [
        "到期日 2026-03-09，到期后才暂停",
        "到期日 2026-03-09，到期后才暂停",
    ]
    assert lead_of("repeated-special") == ["第 2 次暂停"]
    assert lead_of("same-second") == ["受理与办结在同一秒"]
    assert lead_of("unsolved")[0].startswith("2 天前同一事项没有办成就结了")


def test_same_words_again_and_again_are_a_lead(city: City) -> None:
    for number in range(3):
        case = f"990100202601050001{number}0-01"
        city.opened("2026-01-05 09:00", case=case)
        city.accepted("2026-01-05 10:00", legal="2026-01-09", case=case)
    city.works("2026-01-12 09:00")
    with clock.fixed(at("2026-01-13 09:00")):
        for card in Card.objects.order_by("id"):
            explain_card(card=card.pk, words="因业务繁忙，今后改进。", seen=None, by=city.approver)
    city.works("2026-01-13 10:00")
    assert GamingLead.objects.get(detector="template-answers").rows == 3
