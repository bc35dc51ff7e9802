"""Quality: every check over a register in one look, scored, followed over days, with issues that come and go."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from stdnum.cn import uscc

from tests.conftest import Speaking
from tests.registers.gathering import card, csv_of, gather, number
from tongban.identity.api import find_actor
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed, NotFound
from tongban.registers.api import issues_of, order_measurement, quality_of, run_measurements
from tongban.registers.models import Register
from tongban.registers.quality.models import Issue, Measurement

pytestmark = pytest.mark.django_db
AGENCY = "yunling.hrss"


@pytest.fixture(autouse=True)
def _worker(own_home: Path, speaking_as: Speaking) -> Iterator[None]:
    with speaking_as("sequencer"):  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute("delete from register.social_card")
        yield


def look() -> None:
    order_measurement("social-card")
    assert run_measurements() == 1


def change(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def failed() -> dict[str, int]:
    return {one.code: one.failed for one in quality_of("social-card").checks if one.failed}


def test_a_load_is_followed_by_a_look_which_scores_six_dimensions() -> None:
    gather(csv_of([card(1), card(2)]))
    assert run_measurements() == 1
    found = quality_of("social-card")
    assert (found.rows, found.issues, found.waits, found.fault) == (2, 0, False, "")
    assert [score.dimension for score in found.scores] == [
        "completeness",
        "validity",
        "accuracy",
        "consistency",
        "uniqueness",
        "timeliness",
    ]
    assert found.scores[0].points == 100
    assert found.scores[4].points == 100
    assert found.scores[5].points is None


def test_a_row_that_went_wrong_is_an_issue_until_a_look_finds_it_right() -> None:
    gather(csv_of([card(1), card(2)]))
    change("update register.social_card set issued_on = '2099-01-01' where id_number = %s", number(1))
    look()
    assert failed() == {"issued_on.future": 1}
    (issue,) = issues_of("social-card", agency=AGENCY)
    assert (issue.key, issue.value, str(issue.sentence)) == (
        number(1),
        "2099-01-01",
        "「发卡日期」晚于今天，请核对。",
    )
    assert issue.hides_key
    assert not issues_of("social-card", agency="lanchuan.police")
    change("update register.social_card set issued_on = '2026-01-01' where id_number = %s", number(1))
    look()
    assert issues_of("social-card", agency=AGENCY) == []
    assert Issue.objects.get().gone_on == clock.today()
    change("update register.social_card set issued_on = '2099-01-01' where id_number = %s", number(1))
    look()
    assert len(issues_of("social-card", agency=AGENCY)) == 1
    assert Issue.objects.count() == 1


def _declare(checks: list[dict[str, object]], **columns: dict[str, object]) -> None:
    row = Register.objects.get(pk="social-card")
    fields = [{**field, **columns.get(field["name"], {})} for field in row.fields]
    Register.objects.filter(pk="social-card").update(fields=fields, checks=checks)


def test_checks_across_columns_registers_and_time_make_issues_and_refuse_no_row() -> None:
    _declare(
        [
            {"code": "fresh", "fresh": {"column": "issued_on", "days": 365}},
            {"code": "needs-bank", "needs": {"column": "bank", "where": "status", "equals": "正常"}},
            {"code": "known", "refers": {"column": "id_number", "among": "population", "by": "id_number"}},
            {"code": "agrees", "agree": {"number": "id_number", "born_on": "issued_on"}},
        ]
    )
    load = gather(
        csv_of([card(1), card(2, issued_on="2020-01-01", bank=""), card(3, status="挂失", bank="")])
    )
    assert (load.inserted, load.bad) == (3, 0)
    assert run_measurements() == 1
    assert failed() == {"known": 3, "agrees.born": 3, "fresh": 1, "needs-bank": 1}
    scores = {score.dimension: score for score in quality_of("social-card").scores}
    assert (scores["timeliness"].asked, scores["timeliness"].failed) == (3, 1)
    assert [one.key for one in issues_of("social-card", agency=AGENCY, code="fresh")] == [number(2)]
    assert [one.key for one in issues_of("social-card", agency=AGENCY, dimension="completeness")] == [
        number(2)
    ]


def test_a_check_digit_that_is_wrong_in_a_credit_code_is_told_and_lands() -> None:
    _declare([], card_no={"domain": "credit-code"})
    body = "91990102MA9900000"
    load = gather(
        csv_of(
            [
                card(1, card_no=body + ("0" if uscc.calc_check_digit(body) != "0" else "1")),
                card(2, card_no=f"{body}{uscc.calc_check_digit(body)}"),
                card(3, card_no="X"),
            ]
        )
    )
    assert load.inserted == 3
    run_measurements()
    assert failed() == {"card_no.credit-digit": 1, "card_no.credit-form": 1}


def test_looks_of_several_days_are_a_trend_and_a_day_has_its_last() -> None:
    gather(csv_of([card(1), card(2)]))
    for day in (24, 25):
        with clock.fixed(datetime(2026, 11, day, 4, tzinfo=UTC)):
            look()
    change("update register.social_card set issued_on = '2099-01-01' where id_number = %s", number(1))
    with clock.fixed(datetime(2026, 11, 25, 5, tzinfo=UTC)):
        look()
    trend = quality_of("social-card").trend
    assert [day.day for day, _scores in trend] == [24, 25]
    accuracy = [scores[2].failed for _day, scores in trend]
    assert accuracy == [0, 1]


def test_what_was_looked_at_is_looked_at_again_the_next_day_and_nothing_else() -> None:
    with clock.fixed(datetime(2026, 11, 24, 4, tzinfo=UTC)):
        look()
        assert run_measurements() == 0
    with clock.fixed(datetime(2026, 11, 25, 4, tzinfo=UTC)):
        assert run_measurements() == 1
        assert run_measurements() == 0
    assert set(Measurement.objects.values_list("register", flat=True)) == {"social-card"}


def test_only_the_agency_orders_a_look() -> None:
    with pytest.raises(NotAllowed, match="资源管理员可以核对质量"):
        order_measurement("social-card", by=find_actor("police-owner"))
    with pytest.raises(NotFound, match="没有登记簿「nothing」"):
        order_measurement("nothing")


def test_a_register_that_is_paused_says_why_it_was_not_looked_at() -> None:
    Register.objects.filter(pk="social-card").update(paused=True)
    look()
    assert quality_of("social-card").fault == "「社会保障卡持有信息」正在停机维护，等它恢复以后再运行。"
