"""Areas by name: whole codes, the long codes of lists, and codes that only lie in an area that has a name."""

import pytest

from tongban.packs.api import AreaName, area_names

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("990100", AreaName("云岭省澜川市", exact=True)),
        ("990102", AreaName("云岭省澜川市青石区", exact=True)),
        ("990102000000", AreaName("云岭省澜川市青石区", exact=True)),
        ("990102003000", AreaName("云岭省澜川市青石区", exact=False)),
        ("990199", AreaName("云岭省澜川市", exact=False)),
        ("330783", AreaName("浙江省", exact=False)),
    ],
)
def test_an_area_has_its_whole_name_or_that_of_the_nearest_area_around_it(code: str, name: AreaName) -> None:
    assert area_names([code]) == {code: name}


@pytest.mark.parametrize("code", ["", "000000", "青石区", "12", "８８"])
def test_what_is_no_known_code_has_no_name(code: str) -> None:
    assert area_names([code]) == {}


def test_a_page_of_codes_costs_one_query(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(area_names(["990100", "990102", "330783", "x"])) == 3
