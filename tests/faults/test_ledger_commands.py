"""`tongban ledger audit` and `ledger erase` in a city of their own: what they print, and how they end."""

from collections.abc import Iterator

import pytest

from tests.city import City, own_city


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    with own_city("audit") as city:
        city.prepare()
        yield city


def test_a_city_that_nobody_touched_has_no_findings(city: City) -> None:
    done = city.run("ledger", "audit")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("0 findings; ")


def test_an_edit_by_a_superuser_is_printed_with_row_and_column_and_ends_with_1(city: City) -> None:
    with city.database():
        (entry,) = city.rows(
            "update journal_entry set basis = 'x' where kind = 'pack.activated.v1' returning id"
        )[0]
    done = city.run("ledger", "audit")
    assert done.returncode == 1
    assert f"journal_entry.basis: was edited (entry {entry})" in done.stdout


@pytest.mark.parametrize("words", [["--sample", "-1"], ["--from", "0"], ["--sample", "5", "--from", "2"]])
def test_a_sample_or_a_position_that_cannot_be_is_one_sentence(city: City, words: list[str]) -> None:
    done = city.run("ledger", "audit", *words)
    assert done.returncode == 1
    assert done.stderr == (
        "tongban: Give either --sample N (1 or more entries) or --from POSITION (1 or more).\n"
    )


def test_erasures_that_nobody_confirmed_are_not_carried_out(city: City) -> None:
    done = city.run("ledger", "erase")
    assert (done.returncode, done.stdout) == (0, "0 confirmed requests of erasure carried out\n")
