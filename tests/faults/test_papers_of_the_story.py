"""The story with its database killed under it; then its papers, checked as a stranger would and altered."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.city import STEP_LINE, City, own_city, read_until
from tests.faults.whole import check_whole
from tongban.site.checking import verify_files

#: Steps of the story after which the database is killed, each time under a running act.
KILLED_AFTER = (2, 3, 2)


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    """A city whose story ran while its database was killed three times; the story itself was not started again."""
    with own_city("papers") as city:
        story = city.start("story")
        for steps in KILLED_AFTER:
            read_until(story, STEP_LINE, times=steps)
            city.kill_postmaster()
        assert story.stdout
        last_words = story.stdout.read()
        assert story.wait(timeout=60) == 0, last_words
        yield city


@pytest.fixture(scope="module")
def papers(city: City) -> list[Path]:
    return sorted(city.home.glob("story/*/*"))


def test_a_killed_database_is_back_and_the_story_goes_on(city: City) -> None:
    check_whole(city)


def test_one_altered_byte_of_any_paper_is_found_and_named(
    city: City, papers: list[Path], tmp_path: Path
) -> None:
    chance = random.Random(3)
    for number, paper in enumerate(papers):
        copy = bytearray(paper.read_bytes())
        copy[chance.randrange(len(copy))] ^= 1 << chance.randrange(7)
        (tmp_path / f"{number:03}{paper.suffix}").write_bytes(copy)
    altered = sorted(map(str, tmp_path.iterdir()))
    done = city.run("verify", *altered)
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"FAIL  {name}" for name in altered]
    assert min(len(line.split(": ", 1)[1]) for line in lines) > len("entry. ")


@pytest.mark.parametrize("kind", ["*.tlog-proof", "*.sd-jwt"])
def test_no_byte_of_a_paper_may_be_another_one(
    city: City, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paper = next(iter(sorted(city.home.glob(f"story/*/{kind}"))))
    whole, copy = paper.read_bytes(), tmp_path / paper.name
    copy.write_bytes(whole)
    assert verify_files([str(copy)], city.home / "trust") == 0
    passed = []
    for at in range(len(whole)):
        copy.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        if verify_files([str(copy)], city.home / "trust") == 0:
            passed.append(at)
    capsys.readouterr()
    assert not passed, [whole[max(0, at - 20) : at + 20] for at in passed]


def test_what_is_no_paper_is_told_so(city: City, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear city,")
    (tmp_path / "empty").touch()
    done = city.run("verify", *(str(tmp_path / name) for name in ("letter.txt", "empty", "absent")))
    assert done.returncode == 1
    neither, empty, absent = done.stderr.splitlines()
    assert "neither a proof" in neither
    assert "neither a proof" in empty
    assert absent.endswith("cannot be read: No such file or directory.")


def test_without_keys_to_trust_nothing_is_called_good(city: City, papers: list[Path], tmp_path: Path) -> None:
    done = city.run("verify", "--trust", str(tmp_path), str(papers[0]))
    assert done.returncode == 2
    assert "policy.txt cannot be read" in done.stderr
