"""`tongban packs import-items` and `packs unanswered`, as an operator runs them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.city import City, own_city
from tests.services.conftest import FILE


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    with own_city("import") as city:
        yield city


@pytest.fixture(scope="module")
def migrated(city: City) -> City:
    assert city.run("migrate").returncode == 0
    return city


def test_an_import_prints_what_it_made_of_the_file_and_the_second_one_changes_nothing(city: City) -> None:
    early = city.run("packs", "import-items", str(FILE))
    assert (early.returncode, early.stdout) == (1, "")
    assert "tongban migrate" in early.stderr
    assert city.run("migrate").returncode == 0
    first = city.run("packs", "import-items", str(FILE))
    assert first.returncode == 0, first.stderr
    for words in ("13 new", "credit-code               2       2", "少一位", "示例区民政局", "第 2 次出现"):
        assert words in first.stdout, first.stdout
    second = city.run("packs", "import-items", str(FILE))
    assert "13 as they were" in second.stdout
    with city.database():
        assert city.count("select count(*) from services_listed_item") == 13
        assert city.count("select count(*) from journal_entry where kind = 'items.imported.v1'") == 1
        city.rows("insert into services_unanswered values ('飞天执照', 3, '2026-01-01', '2026-01-02')")
    assert city.run("packs", "unanswered").stdout == "     3  飞天执照\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "There is no file"),
        (b"", "is empty"),
        (b"a,b\n1,2\n", "lacks the column"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_bad_file_is_one_sentence_and_exit_1(
    migrated: City, content: bytes | None, sentence: str, tmp_path: Path
) -> None:
    file = tmp_path / "items.csv"
    if content is not None:
        file.write_bytes(content)
    done = migrated.run("packs", "import-items", str(file))
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
