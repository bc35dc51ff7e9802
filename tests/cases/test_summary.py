"""Before and after: every figure is counted, and its rows add up to it."""

from pathlib import Path

from tests.cases.conftest import Who, view_of
from tests.packs.test_doable import apply_for
from tongban.cases.api import summarise
from tongban.clocks.api import Limit, due_day
from tongban.demo.play import Played
from tongban.journal.api import Actor
from tongban.kernel import clock


def test_every_figure_is_the_count_of_its_rows(licensed: str, linxia: Actor) -> None:
    summary = summarise(view_of(licensed, linxia))
    for name in (
        "visits",
        "materials_total",
        "materials_from_data",
        "materials_replaced",
        "materials_uploaded",
        "agencies",
        "certificates",
        "acts",
    ):
        figure = summary.figure(name)
        assert figure.after == len(figure.rows_after), name
    parts = [
        summary.figure(name).after
        for name in ("materials_from_data", "materials_replaced", "materials_uploaded")
    ]
    assert sum(parts) == summary.figure("materials_total").after


def test_before_is_the_packs_and_says_whether_it_is_an_example(licensed: str, linxia: Actor) -> None:
    view = view_of(licensed, linxia)
    summary, before = summarise(view), view.guide.bundle.before
    assert before
    assert summary.before_is_example
    assert summary.figure("visits").before == sum(row.visits for row in before.rows)
    assert summary.figure("days_promised").before == sum(row.days for row in before.rows)


def test_a_material_she_uploaded_herself_counts_as_hers_however_it_was_meant(
    licensed: str, linxia: Actor
) -> None:
    uploaded = summarise(view_of(licensed, linxia)).figure("materials_uploaded")
    assert {title for title, _ in uploaded.rows_after} == {"经营场所布局和操作流程图", "排水平面图"}


def test_days_of_two_units_stand_beside_each_other(who: Who) -> None:
    luoan = who("luoan")
    number = apply_for("fund-rent", luoan)
    view = view_of(number, luoan)
    terms = view.guide.items[0].promised
    assert terms.unit == "day"
    assert view.promised_on == due_day(Limit(terms.amount, terms.unit, ""), clock.today())
    promised = summarise(view).figure("days_promised")
    assert (promised.after, promised.calendar_days) == (0, terms.amount)
    played = Played(person="", number=number, folder=Path(), figures={promised.name: promised})
    assert played.as_json()["days_promised"] == {
        "before": None,
        "after": 0,
        "after_calendar_days": terms.amount,
    }


def test_a_bundle_of_working_days_alone_says_no_other(licensed: str, linxia: Actor) -> None:
    promised = summarise(view_of(licensed, linxia)).figure("days_promised")
    played = Played(person="", number=licensed, folder=Path(), figures={promised.name: promised})
    assert set(played.as_json()["days_promised"]) == {"before", "after"}
