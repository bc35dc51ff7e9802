"""A drafted rule is run over past months before it is switched on, by a second officer; what cannot be a rule is refused."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.supervision.conftest import City, at
from tongban.identity.api import find_actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.supervision.api import (
    Trial,
    discard_rule,
    get_rule,
    propose_rule,
    switch_on_rule,
    try_rule,
)
from tongban.supervision.models import Card, Rule, Watch

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
NOW = "2026-03-02 10:00"
TERMS: dict[str, Any] = {
    "pattern": "limit",
    "key": "case",
    "starts": ["case.accepted.v1"],
    "ends": ["case.decided.v1"],
    "amount": 5,
    "yellow": {"days": 0, "points": 1},
    "red": {"days": 10, "points": 3},
}


def drafted(city: City, **changed: Any) -> int:
    said: dict[str, Any] = {
        "code": "five-days",
        "number": "JC-900",
        "title": "五天没有办完",
        "words": "受理以后五个工作日没有决定。",
        "terms": TERMS,
        "law": "通办监察操作规则",
        "article": "",
        "valid_from": date(2026, 3, 9),
        "by": city.supervisor,
    }
    with clock.fixed(at(NOW)):
        return propose_rule(**{**said, **changed})


def tried(city: City, rule: int, *, months: int = 3) -> Trial:
    with clock.fixed(at(NOW)):
        return try_rule(rule=rule, months=months, seen=None, by=city.supervisor)


def past(city: City, count: int = 12) -> None:
    """Cases of the past: every third one late, one of them very late; the worker gives them positions."""
    for number in range(1, count + 1):
        case = f"990100202601050{number:05}-01"
        city.opened("2026-01-05 09:00", case=case)
        city.accepted("2026-01-05 10:00", legal="2026-02-09", case=case)
        if number > 1:
            city.decided("2026-01-14 10:00" if number % 3 == 0 else "2026-01-07 10:00", case=case)
    city.works("2026-01-20 09:00")


def test_a_trial_says_what_it_would_have_done_by_agency_with_rows_and_tells_nobody(city: City) -> None:
    past(city)
    before = (Card.objects.count(), Watch.objects.count())
    trial = tried(city, drafted(city))
    assert (trial.watched, trial.yellow, trial.red) == (12, 4, 1)
    (agency,) = trial.agencies
    assert (agency.agency, agency.watched, agency.yellow, agency.red) == ("lanchuan.approval", 12, 4, 1)
    assert len(trial.rows) == 5
    assert {one.due_on for one in trial.rows} == {"2026-01-12"}
    assert trial.rows[0].breach_at == "2026-01-27 00:00"
    assert trial.warning == ""
    assert (Card.objects.count(), Watch.objects.count()) == before
    kept, _terms, _cite = get_rule(Rule.objects.get(code="five-days").pk)
    assert kept.tried["agencies"][0]["yellow"] == 4


def test_a_second_officer_switches_on_what_was_tried_and_it_works_from_its_day(city: City) -> None:
    past(city)
    rule = drafted(city)
    with clock.fixed(at(NOW)):
        with pytest.raises(Conflict, match="还没有试算过"):
            switch_on_rule(rule=rule, seen=None, by=city.cio)
        try_rule(rule=rule, months=3, seen=None, by=city.supervisor)
        with pytest.raises(NotAllowed, match="由另一位办理"):
            switch_on_rule(rule=rule, seen=None, by=city.supervisor)
        switch_on_rule(rule=rule, seen=None, by=city.cio)
        with pytest.raises(Conflict, match="不再是草案"):
            discard_rule(rule=rule, seen=None, by=city.supervisor)
    early, late = "99010020260302000001-01", "99010020260309000001-01"
    for case, day in ((early, "2026-03-03"), (late, "2026-03-09")):
        city.opened(f"{day} 09:00", case=case)
        city.accepted(f"{day} 10:00", legal="2026-05-09", case=case)
    city.works("2026-03-31 09:00")
    found = Card.objects.filter(rule__code="five-days").select_related("watch")
    assert [one.watch.key for one in found] == [late]


def test_a_rule_that_sees_nothing_or_hits_everything_is_not_switched_on(city: City) -> None:
    nothing = tried(city, empty := drafted(city))
    assert nothing.matches_nothing
    assert "一件也没有盯到" in str(nothing.warning)
    past(city)
    everything = drafted(city, code="all", terms={**TERMS, "amount": None, "due": "", "pattern": "act"})
    trial = tried(city, everything)
    assert trial.matches_everything
    assert str(trial.warning).startswith("盯到的 12 件里有 12 件要发牌")
    with clock.fixed(at(NOW)):
        with pytest.raises(Conflict, match="现在不能启用：盯到的 12 件"):
            switch_on_rule(rule=everything, seen=None, by=city.cio)
        with pytest.raises(Conflict, match="现在不能启用：试算的这段时间里一件也没有盯到"):
            switch_on_rule(rule=empty, seen=None, by=city.cio)
    none_late = tried(city, drafted(city, code="long", terms={**TERMS, "amount": 100}))
    assert "一张牌也不会发" in str(none_late.warning)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"terms": {**TERMS, "starts": ["case.imagined.v1"]}}, "没有这样的动作：case.imagined.v1"),
        ({"terms": {**TERMS, "starts": []}}, "请写明哪些动作开始计时"),
        ({"terms": {**TERMS, "ends": []}}, "要写明哪些动作算办完"),
        ({"terms": {**TERMS, "amount": None}}, "两样写一样"),
        ({"terms": {**TERMS, "due": "legal_due_on"}}, "两样写一样"),
        ({"terms": {**TERMS, "yellow": None, "red": None}}, "黄牌和红牌至少设一个"),
        ({"terms": {**TERMS, "amount": 4000}}, "规则写得不对"),
        ({"code": "Not A Code"}, "规则写得不对"),
        ({"title": " "}, "请填写规则名称"),
        ({"valid_from": date(2026, 3, 1)}, "规则不能追溯"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_with_its_sentence(
    city: City, changed: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        drafted(city, **changed)


def test_who_drafts_and_tries_and_for_how_long(city: City) -> None:
    with pytest.raises(NotAllowed, match="效能监督员"):
        drafted(city, by=find_actor("food-approver"))
    rule = drafted(city)
    with pytest.raises(Conflict, match="从这一天起的版本已经有了"):
        drafted(city)
    with pytest.raises(BadInput, match="试算 1 到 12 个月"):
        tried(city, rule, months=13)
    with clock.fixed(at(NOW)), pytest.raises(NotFound):
        try_rule(rule=10**6, months=1, seen=None, by=city.supervisor)
    with clock.fixed(at("2026-04-01 10:00")):
        past(city)
        try_rule(rule=rule, months=4, seen=None, by=city.supervisor)
        with pytest.raises(Conflict, match="生效日已经过了"):
            switch_on_rule(rule=rule, seen=None, by=city.cio)
        discard_rule(rule=rule, seen=None, by=city.supervisor)
    assert Rule.objects.get(pk=rule).state == "discarded"


def test_the_page_drafts_from_a_rule_tries_it_and_shows_what_it_would_do(sign_in: SignIn, city: City) -> None:
    past(city)
    with clock.fixed(at(NOW)):
        client = sign_in("supervisor")
        page = client.get("/supervision/rules/new/?from=case-legal").content.decode()
        assert "从 JC-001" in page
        assert "case.accepted.v1 case.deemed-accepted.v1" in page
        said = {
            "base": "case-legal",
            "code": "five-days",
            "number": "JC-900",
            "title": "五天没有办完",
            "words": "受理以后五个工作日没有决定。",
            "law": "通办监察操作规则",
            "article": "",
            "pattern": "limit",
            "starts": "case.accepted.v1",
            "ends": "case.decided.v1",
            "due": "",
            "amount": "5",
            "unit": "working_day",
            "key": "case",
            "agency": "item",
            "yellow_days": "0",
            "yellow_points": "1",
            "red_days": "10",
            "red_points": "3",
            "valid_from": "2026-03-09",
        }
        for wrong, sentence in (
            ({"starts": "case.imagined.v1"}, "没有这样的动作"),
            ({"valid_from": "下周"}, "2026-12-03 的样子"),
            ({"amount": "五"}, "0 到 400 的整数"),
        ):
            answer = client.post("/supervision/rules/new/", {**said, **wrong})
            assert answer.status_code == 422
            assert sentence in answer.content.decode()
        made = client.post("/supervision/rules/new/", said)
        assert made.status_code == 302
        address = made["Location"]
        assert "还没有试算过" in client.get(address).content.decode()
        assert client.post(address, {"verb": "try", "months": "99", "seen": "1"}).status_code == 422
        assert client.post(address, {"verb": "try", "months": "3", "seen": "1"}).status_code == 302
        page = client.get(address).content.decode()
        for words in ("盯到 12 件", "黄牌 ", "澜川市行政审批局", "2026-01-12", "由我启用"):
            assert words in page
        assert "试算过，等另一位启用" in client.get("/supervision/rules/").content.decode()
        assert client.post(address, {"verb": "switch-on", "seen": "2"}).status_code == 403
        assert sign_in("cio").post(address, {"verb": "switch-on", "seen": "2"}).status_code == 302
        page = sign_in("food-approver").get(address).content.decode()
        assert "从 2026-03-09 起有效" in page
        assert "由我启用" not in page
        assert sign_in("food-approver").get("/supervision/rules/new/").status_code == 403


def test_a_long_past_is_read_page_by_page(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongban.supervision import trying

    past(city, 5)
    monkeypatch.setattr(trying, "PAGE", 3)
    rule = drafted(city)
    assert tried(city, rule).watched == 5
    monkeypatch.setattr(trying, "ENTRIES_MAX", 6)
    trial = tried(city, rule)
    assert not trial.whole
    assert trial.entries == 6
    assert trial.until - trial.since == timedelta(days=93)
