"""A cited rule over a whole register: who fits, who misses one fact, who does not, and what they are told."""

from datetime import date
from typing import Any

import pytest

from tongban.cases.registers import read_fact
from tongban.exchange.api import pages_about
from tongban.identity.api import find_actor, get_person, people_numbered
from tongban.journal.api import Actor, find_entries
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, NotAllowed, NotFound
from tongban.rules.api import evaluate, read_rule
from tongban.services.api import (
    ScreeningView,
    approve_telling,
    cancel_screening,
    entitled_of,
    get_item,
    get_screening,
    order_screening,
    run_screenings,
    screened_in,
    screenings_of,
)
from tongban.services.entitling.models import Screened

pytest.importorskip("duckdb")
pytestmark = pytest.mark.django_db
AGENCY, LINXIA = "qingshi.civil", "990102199106185241"


@pytest.fixture
def examiner() -> Actor:
    return find_actor("qingshi-civil-examiner")


@pytest.fixture
def approver() -> Actor:
    return find_actor("qingshi-civil-approver")


@pytest.fixture
def linxia_is_old(write_as_owner: Any) -> None:
    """Her number cannot change, so the age that the law asks for does: everybody of 30 fits."""
    with_ = "update services_item set terms = jsonb_set(terms, '{eligibility,rule,all,0,value}', '30') where code = %s"
    write_as_owner(with_, "elder-allowance")


def done(item: str, by: Actor) -> ScreeningView:
    order_screening(item=item, by=by)
    assert run_screenings() == 1
    view = screenings_of(AGENCY)[0]
    assert view.state == "done", view.fault
    return view


def test_everybody_in_the_register_is_in_exactly_one_list(examiner: Actor) -> None:
    view = done("elder-allowance", examiner)
    assert view.people == 300 == view.yes + view.one_missing + view.more_missing + view.no
    assert view.yes > 0
    assert view.no > 0
    assert sum(n for _clause, n in view.decided) >= view.no
    assert {one["resource"] for one in view.sources} == {"population", "household"}
    for one in screened_in(view, "yes"):
        assert one.evaluation.answer == "yes"
        assert {reason.clause.fact for reason in one.evaluation.reasons} == {
            "applicant.age",
            "applicant.local",
        }
    for one in screened_in(view, "no"):
        assert one.evaluation.answer == "no"
        assert one.evaluation.reasons


def test_a_fact_that_no_register_answers_is_the_one_that_is_missing(examiner: Actor) -> None:
    view = done("disability-allowance", examiner)
    asked = screened_in(view, "one-missing")
    assert asked
    assert {one.evaluation.missing for one in asked} == {("applicant.care",)}


@pytest.mark.parametrize("item", ["elder-allowance", "disability-allowance"])
def test_it_says_of_each_row_what_her_own_check_says_of_the_same_records(item: str, examiner: Actor) -> None:
    view = done(item, examiner)
    terms = get_item(item)
    assert terms.eligibility
    rule, today = read_rule(terms.eligibility.rule), clock.today()
    rows = list(Screened.objects.filter(screening=view.id))
    assert len(rows) == view.people
    for row in rows:
        facts = {fact.code: _asked(row.number, fact, today) for fact in terms.eligibility.facts}
        hers = evaluate(rule, facts)
        assert (row.answer, set(row.missing)) == (hers.answer, set(hers.missing)), facts


def _asked(number: str, fact: Any, today: date) -> Any:
    """The fact as one reading of one person's record answers it."""
    from tongban.registers.api import HostedRegisters

    if fact.own == "age":
        born = date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    resources = {
        "household-record": "household",
        "disability-record": "disability",
        "subsistence-record": "subsistence",
    }
    if fact.reads is None:
        return None
    values = HostedRegisters().query(resources[fact.reads.material], {"id_number": number}, [fact.reads.item])
    return read_fact(fact, "fetched" if values else "none", values or {}, on=today)


def test_only_an_examiner_of_the_deciding_agency_orders_it(approver: Actor) -> None:
    with pytest.raises(NotAllowed, match="决定部门的承办人"):
        order_screening(item="elder-allowance", by=approver)
    with pytest.raises(NotAllowed, match="决定部门的承办人"):
        order_screening(item="elder-allowance", by=find_actor("registration-examiner"))


def test_without_a_batch_grant_nothing_is_read(examiner: Actor, write_as_owner: Any) -> None:
    write_as_owner(
        "update exchange_grant set stopped_at = now() where code = 'qingshi-civil-batch-household'"
    )
    with pytest.raises(NotAllowed, match="没有成批核对「常住户口登记信息」的授权"):
        order_screening(item="elder-allowance", by=examiner)
    assert not screenings_of(AGENCY)


def test_an_item_without_conditions_cannot_be_screened(examiner: Actor) -> None:
    with pytest.raises(Conflict, match="没有写明可以自动核对的条件"):
        order_screening(item="temporary-aid", by=examiner)


def test_one_screening_of_an_item_waits_at_a_time_and_can_be_taken_back(examiner: Actor) -> None:
    number = order_screening(item="elder-allowance", by=examiner)
    with pytest.raises(Conflict, match="已经有一次核对"):
        order_screening(item="elder-allowance", by=examiner)
    cancel_screening(screening=number, by=examiner)
    assert run_screenings() == 0
    with pytest.raises(Conflict, match="不能取消"):
        cancel_screening(screening=number, by=examiner)


def test_a_paused_register_fails_it_in_words_and_leaves_nothing(examiner: Actor, write_as_owner: Any) -> None:
    order_screening(item="elder-allowance", by=examiner)
    write_as_owner("update registers_register set paused = true where name = 'household'")
    assert run_screenings() == 1
    view = screenings_of(AGENCY)[0]
    assert (view.state, view.fault) == ("failed", "「常住户口登记信息」正在停机维护，等它恢复以后再运行。")
    assert not Screened.objects.filter(screening=view.id).exists()


def test_the_reading_is_in_the_footprint_of_whom_it_held(examiner: Actor) -> None:
    person = people_numbered([LINXIA])[LINXIA]
    before = set(pages_about(person))
    done("elder-allowance", examiner)
    new = set(pages_about(person)) - before
    assert {entry.content["resource"] for entry in find_entries(new)} == {"population", "household"}


@pytest.mark.usefixtures("linxia_is_old")
def test_whom_the_rule_fits_is_told_once_a_second_officer_approved(examiner: Actor, approver: Actor) -> None:
    view = done("elder-allowance", examiner)
    person = people_numbered([LINXIA])[LINXIA]
    assert not entitled_of(person)
    with pytest.raises(NotAllowed, match="批准人"):
        approve_telling(screening=view.id, seen=view.version, by=examiner)
    approve_telling(screening=view.id, seen=None, by=approver)
    assert run_screenings() == 1
    told = get_screening(view.id, agency=AGENCY)
    assert told.told_at
    assert told.told > 0
    assert told.told + told.unreached == told.yes
    (hers,) = entitled_of(person)
    assert (hers.item, hers.evaluation.answer) == ("elder-allowance", "yes")
    assert hers.values["applicant.age"] == get_person(person).age_on(clock.today())
    with pytest.raises(Conflict, match="已经决定告知"):
        approve_telling(screening=view.id, seen=None, by=approver)


@pytest.mark.usefixtures("linxia_is_old")
def test_a_newer_screening_drops_what_was_said_of_whom_it_did_not_fit(
    examiner: Actor, approver: Actor
) -> None:
    older = done("elder-allowance", examiner)
    done("elder-allowance", examiner)
    assert set(Screened.objects.filter(screening=older.id).values_list("answer", flat=True)) == {"yes"}
    with pytest.raises(Conflict, match="更新的核对结果"):
        approve_telling(screening=older.id, seen=None, by=approver)


def test_another_agency_sees_none_of_it(examiner: Actor) -> None:
    view = done("elder-allowance", examiner)
    with pytest.raises(NotFound):
        get_screening(view.id, agency="lanchuan.approval")
    with pytest.raises(NotFound):
        screened_in(view, "maybe")
