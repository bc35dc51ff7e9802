"""The arithmetic a page prints, the words of numbers and days, the words around every page."""

from datetime import UTC, date, datetime

from django.test import RequestFactory

from tongban.portals.design.context import Page, page
from tongban.portals.design.parts import Clock, Colour, Lamp, Material
from tongban.portals.design.templatetags import tb


def test_a_running_clock_shows_a_cell_for_each_day() -> None:
    clock = Clock(title="承诺时限", used=3, limit=5)
    assert (clock.left, clock.over) == (2, 0)
    assert clock.cells == ["used", "used", "used", "left", "left"]


def test_an_overdue_clock_counts_what_is_too_much() -> None:
    clock = Clock(title="法定时限", used=7, limit=5, state="overdue")
    assert (clock.left, clock.over) == (0, 2)
    assert clock.cells == ["used"] * 5 + ["over"] * 2


def test_a_long_limit_is_a_number_and_no_row_of_cells() -> None:
    assert Clock(title="公示", used=10, limit=90).cells == []


def test_a_lamp_can_be_read_in_greyscale() -> None:
    colours: tuple[Colour, ...] = ("green", "yellow", "red", "none")
    assert len({Lamp(colour, "").shape for colour in colours}) == len(colours)


def test_a_material_says_what_came_of_it() -> None:
    assert Material("身份证明", "fetched").lamp is None
    lamp = Material("房屋用途", "fetched", outcome="mismatch").lamp
    assert lamp
    assert (lamp.colour, str(lamp.words)) == ("yellow", "不一致")


def test_days_are_prose_in_sentences_and_iso_in_tables_on_the_citys_calendar() -> None:
    late = datetime(2026, 12, 2, 17, 5, 9, tzinfo=UTC)
    assert tb.day(late) == "2026年12月3日"
    assert tb.moment(late) == "2026年12月3日 01:05"
    assert tb.iso(late) == "2026-12-03"
    assert tb.iso_moment(late) == "2026-12-03 01:05:09"
    assert tb.day(date(2017, 11, 24)) == "2017年11月24日"


def test_numbers_are_grouped_sizes_worded_and_identities_masked() -> None:
    assert tb.grouped(1_820_401) == "1,820,401"
    assert [tb.filesize_words(size) for size in (12, 402_000, 1_482_240)] == ["1 KB", "393 KB", "1.4 MB"]
    assert tb.masked("990106199204110023") == "990106********0023"
    assert tb.masked("13800138000") == "*******8000"


def test_the_words_around_a_page_always_have_the_same_keys() -> None:
    request = RequestFactory().get("/")
    assert page(request) == Page().__dict__
    request.page = Page(city_name="澜川市", days_ahead=10)  # type: ignore[attr-defined]
    assert page(request)["city_name"] == "澜川市"
    request.page = type("Partial", (), {"staff": True})()  # type: ignore[attr-defined]
    assert page(request) == {**Page().__dict__, "staff": True}
