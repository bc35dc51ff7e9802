"""The list of the forty checks tells the truth: every test it names exists, every walk has its small picture."""

import re

from tests.architecture.test_shapes import ROOT

PAGE = (ROOT / "docs" / "checks.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\d+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
PICTURE_BYTES_MAX = 60_000


def test_all_forty_are_there_each_with_a_test_or_the_issue_it_waits_for() -> None:
    assert [int(number) for number, *_ in ROWS] == list(range(1, 41))
    bare = [number for number, _, shown in ROWS if "::test_" not in shown and "(issue " not in shown]
    assert bare == []


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) >= 40
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).exists() or f"def {name}(" not in (ROOT / path).read_text("utf-8")
    ]
    assert missing == []


def test_every_walk_has_a_small_picture_and_every_check_names_walks_that_exist() -> None:
    pictures = dict(re.findall(r"^\| (\w), [^|]+\| \[[^\]]+\]\((pictures/[\w.-]+)\)", PAGE, re.MULTILINE))
    assert {letter for _, _, shown in ROWS for letter in re.findall(r"walk (\w)", shown)} == set(pictures)
    sizes = {path: (ROOT / "docs" / path).stat().st_size for path in pictures.values()}
    assert not [path for path, size in sizes.items() if not 5_000 < size < PICTURE_BYTES_MAX], sizes
