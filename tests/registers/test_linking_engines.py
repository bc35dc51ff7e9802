"""The same linkage on both engines gives the same groups; a run that was killed goes on with the step that it was in."""

import csv
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from tongban.bulk.api import FieldKind, LinkPlan, link_step, waiting_steps
from tongban.bulk.inventing import COLUMNS, invent, write_invented

FIELDS: dict[str, FieldKind] = {
    "number": "number",
    "name": "name",
    "born_on": "day",
    "phone": "phone",
    "address": "address",
}
BLOCKS = [["number"], ["name", "born_on"], ["name_sound", "born_on"], ["phone"], ["born_on", "address_place"]]


@pytest.fixture
def plan(tmp_path: Path) -> Callable[[str], LinkPlan]:
    """Two thousand records of invented people, to be linked by an engine."""
    people = tmp_path / "people.parquet"
    write_invented(people, 2_000, 7)

    def made(engine: str) -> LinkPlan:
        folder = tmp_path / engine
        folder.mkdir()
        return LinkPlan(
            tables={"people": str(people)},
            keys={"people": "key"},
            columns={"people": {name: name for name in FIELDS}},
            fields=FIELDS,
            blocks=BLOCKS,
            certain=[["number"], ["name", "born_on"]],
            same=0.95,
            review=0.2,
            folder=str(folder),
            engine=engine,
        )

    return made


def groups(plan: LinkPlan) -> set[frozenset[str]]:
    for step in waiting_steps(plan):
        link_step(plan, step)
    found: dict[str, set[str]] = {}
    with plan.file("group").open(encoding="utf-8", newline="") as file:
        for group, _source, key in csv.reader(file):
            found.setdefault(group, set()).add(key)
    return {frozenset(keys) for keys in found.values()}


def test_people_who_were_written_down_with_errors_are_found_again(plan: Callable[[str], LinkPlan]) -> None:
    linkage = plan("duckdb")
    assert waiting_steps(linkage) == ["normalise", "compare", "group"]
    found = groups(linkage)
    people: dict[str, set[str]] = {}
    for record in invent(2_000, 7):
        row = dict(zip(COLUMNS, record, strict=True))
        people.setdefault(row["person"], set()).add(row["key"])
    truth = {frozenset(keys) for keys in people.values() if len(keys) > 1}
    assert len(found & truth) / len(truth) > 0.97
    assert waiting_steps(linkage) == []
    linkage.file("group").unlink()
    assert waiting_steps(linkage) == ["group"]
    assert groups(linkage) == found


@pytest.mark.slow
def test_spark_on_two_workers_finds_the_same_groups(
    plan: Callable[[str], LinkPlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    if find_spec("pyspark") is None or find_spec("pandas") is None:
        pytest.skip("Spark is not installed: pip install -r requirements/spark.txt")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17: apt-get install default-jre-headless")
    home = find_spec("pyspark")
    assert home
    assert home.submodule_search_locations
    monkeypatch.setenv("SPARK_HOME", home.submodule_search_locations[0])
    monkeypatch.setenv("TONGBAN_SPARK_MASTER", "local-cluster[2,1,1024]")
    assert groups(plan("spark")) == groups(plan("duckdb"))
