"""After the calendar changed: running cases are counted anew, what the law did by itself stays and is questioned."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.cases.conftest import Who, view_of
from tongban.cases.actions import recount
from tongban.cases.api import accept_case, pause_case, recount_days, resume_case
from tongban.cases.models import Case
from tongban.clocks.api import CalendarLine, due_before, import_calendar, working_day
from tongban.clocks.calendar import ImportedDays, install_days
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock


@pytest.fixture(autouse=True)
def _the_librarys_calendar() -> Iterator[None]:
    yield
    install_days(ImportedDays())


def holiday(days: int, by: Actor, *, after: int = 0) -> None:
    """The next days become a holiday of the year at hand."""
    first = clock.today() + timedelta(days=1 + after)
    rest = [first + timedelta(days=n) for n in range(days)]
    lines = [CalendarLine(day, works=False, title="示例") for day in rest if day.year == first.year]
    import_calendar(year=first.year, paper="示例：临时放假", lines=lines, by=by)


def test_a_holiday_announced_later_moves_the_days_of_running_cases(
    permit: str, linxia: Actor, who: Who
) -> None:
    before = Case.objects.get(pk=permit)
    holiday(7, who("operator"))
    assert recount_days() >= 1
    after = Case.objects.get(pk=permit)
    assert before.legal_due_on
    assert after.legal_due_on
    assert after.promised_due_on
    assert before.promised_due_on
    assert after.legal_due_on > before.legal_due_on
    assert after.promised_due_on > before.promised_due_on
    case = view_of(permit, linxia).case("food-permit")
    assert case.clocks
    assert case.clocks.legal
    assert case.clocks.legal.due_on == after.legal_due_on
    later = after.legal_due_on + timedelta(days=1)
    assert (f"case:{permit}", "decide", after.legal_due_on) in due_before(later, what=["decide"], limit=1000)


def test_nothing_is_counted_while_the_calendar_is_the_same(permit: str, who: Who) -> None:
    holiday(7, who("operator"))
    recount_days()
    assert recount_days() == 0


def test_batches_leave_nobody_out(permit: str, who: Who, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recount, "BATCH", 1)
    holiday(7, who("operator"))
    assert recount_days() == Case.objects.filter(accepted_on__isnull=False, decided_on=None).count()


def test_a_case_that_was_paused_keeps_its_pause(permit: str, who: Who, linxia: Actor) -> None:
    examiner = who("food-examiner")
    pause_case(number=permit, ground="检验", seen=None, by=examiner)
    with clock.fixed(clock.now() + timedelta(days=7)):
        resume_case(number=permit, seen=None, by=examiner)
        before = Case.objects.get(pk=permit).promised_due_on
        holiday(5, who("operator"))
        recount_days()
        case = view_of(permit, linxia).case("food-permit")
        assert before
        assert case.promised_due_on
        assert case.promised_due_on > before
        assert case.clocks
        assert case.clocks.promised.due_on == case.promised_due_on


def test_deemed_acceptance_is_questioned_and_never_undone(
    licensed: str, linxia: Actor, clerk: Actor, who: Who
) -> None:
    number = view_of(licensed, linxia).case("food-permit").number
    with clock.fixed(clock.now() + timedelta(days=15)):
        deemed = view_of(licensed, linxia).case("food-permit")
        assert deemed.state == "accepted"
        start = deemed.accepted_on
        assert start
        lines = [
            CalendarLine(start + timedelta(days=n), works=False, title="示例")
            for n in range(1, 6)
            if (start + timedelta(days=n)).year == start.year
        ]
        import_calendar(year=start.year, paper="示例：补公布", lines=lines, by=who("operator"))
        recount_days()
        after = view_of(licensed, linxia).case("food-permit")
        (questioned,) = timeline(case_numbers=[number], kinds=["case.effect-questioned.v1"])
    assert (after.state, after.accepted_on) == ("accepted", start)
    assert questioned.content["dated_on"] != questioned.content["now_due_on"]


def test_the_first_days_of_two_units_are_counted_once_each(
    licensed: str, linxia: Actor, clerk: Actor, who: Who
) -> None:
    for item in ("food-permit", "drainage-permit"):
        accept_case(number=view_of(licensed, linxia).case(item).number, seen=None, by=clerk)
    holiday(7, who("operator"))
    recount_days()
    for item in ("food-permit", "drainage-permit"):
        case = view_of(licensed, linxia).case(item)
        assert case.clocks
        assert case.clocks.promised.due_on == case.promised_due_on


def test_a_clock_that_ends_in_a_year_without_holidays_says_that_it_is_provisional(
    permit: str, linxia: Actor, who: Who
) -> None:
    pause_case(number=permit, ground="检验", seen=None, by=who("food-examiner"))
    with clock.fixed(clock.now() + timedelta(days=400)):
        resume_case(number=permit, seen=None, by=who("food-examiner"))
        case = view_of(permit, linxia).case("food-permit")
    assert case.clocks
    assert case.clocks.legal
    assert case.clocks.legal.due_on.year > clock.today().year
    assert case.clocks.legal.provisional is working_day(case.clocks.legal.due_on)[1] is True
