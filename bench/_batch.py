"""A rule over a snapshot of a million invented people, and a hundred rules over it.

The rules are those that packs can say, made at random from seven facts; people have NULLs in three facts of ten. Run it
alone with `python bench/_batch.py`.
"""

import os
import random
import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tongban.bulk.child import connect, in_child
from tongban.kernel.quoting import quoted
from tongban.rules.api import Column, Compiled, Kind, compile_rule, compile_rules, read_rule
from tongban.site.benchmarks import Metric

PEOPLE = 1_000_000
RULES = 100
#: So many are run one by one, for the seconds of one.
ALONE = 15
SEED = 20_261_125
KINDS: dict[str, Kind] = {
    "age": "number",
    "income": "number",
    "local": "boolean",
    "card": "boolean",
    "care": "boolean",
    "grade": "text",
    "status": "text",
}
#: One of ten thousand incomes; four grades; seven facts in ten known.
_PEOPLE = """
select i as key, case when random() < 0.7 then cast(floor(random() * 100) as bigint) end as age,
    case when random() < 0.7 then cast(floor(random() * 10000) as bigint) end as income,
    case when random() < 0.7 then random() < 0.5 end as local,
    case when random() < 0.7 then random() < 0.2 end as card,
    case when random() < 0.7 then random() < 0.3 end as care,
    case when random() < 0.7 then ['一级', '二级', '三级', '四级'][1 + cast(floor(random() * 4) as bigint)] end as grade,
    case when random() < 0.7 then ['有效', '注销'][1 + cast(floor(random() * 2) as bigint)] end as status
from range({people}) numbers (i)
"""


def measure() -> list[Metric]:
    """The seconds of one rule and of a hundred, each with its missing facts, and what the snapshot cost."""
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)  # the child finds this file
    rng = random.Random(SEED)  # noqa: S311 - invented people
    columns = {fact: Column(fact, kind) for fact, kind in KINDS.items()}
    rules = [read_rule(_rule(rng)) for _ in range(RULES)]
    marks, together = compile_rules(rules, columns)
    alone = [compile_rule(rule, columns) for rule in rules[:ALONE]]
    with TemporaryDirectory() as folder:
        path = Path(folder, "people.parquet")
        found = in_child(
            "_batch:evaluate",
            {
                "path": str(path),
                "people": PEOPLE,
                "alone": [_statements(one, "people") for one in alone],
                "marks": f"create table marked as select key, {marks} from people",  # noqa: S608
                "together": [_statements(one, "marked") for one in together],
            },
        )
    return [
        Metric("batch_rule_1m_s", found["one"], "s", goal=0.2),
        Metric("batch_100_rules_1m_s", found["all"], "s", goal=5.0),
        Metric("batch_snapshot_1m_s", found["snapshot"], "s"),
    ]


def evaluate(request: dict[str, Any]) -> dict[str, Any]:
    """In a child: make the snapshot, then run rules over it, alone and together, each into tables that are dropped again."""
    with connect() as duck:
        began = time.perf_counter()
        duck.execute(
            f"copy ({_PEOPLE.format(people=request['people'])}) to {quoted(request['path'])} (format parquet)"
        )
        snapshot = time.perf_counter() - began
        duck.execute(f"create table people as select * from read_parquet({quoted(request['path'])})")  # noqa: S608
        alone = sorted(_seconds(duck, statements) for statements in request["alone"])
        every = _seconds(duck, [request["marks"], *chain.from_iterable(request["together"])])
        said = duck.execute("select count(*) from said").fetchone()
        told = duck.execute("select sum(people) from verdicts").fetchone()
        assert said == told == (request["people"],)
    return {"one": alone[len(alone) // 2], "all": every, "snapshot": snapshot}


def _seconds(duck: Any, statements: Sequence[str]) -> float:
    began = time.perf_counter()
    for statement in statements:
        duck.execute(statement)
    return time.perf_counter() - began


def _statements(compiled: Compiled, rows: str) -> list[str]:
    """What a rule says: a row for each person with her masks, and for each combination of them how many have it and what they are told."""
    masks = ", ".join(compiled.names)
    alike = f"select {masks}, count(*) as people from said group by {masks}"  # noqa: S608
    told = f"{compiled.answer} as answer, {compiled.missing} as missing"
    said = f"select key, {compiled.marks} from {rows}"  # noqa: S608
    verdicts = f"select *, {told} from ({alike}) alike"  # noqa: S608
    return [f"create or replace table said as {said}", f"create or replace table verdicts as {verdicts}"]


def _rule(rng: random.Random) -> dict[str, Any]:
    """Five clauses as an allowance has them: all of two, and one of two ways, unless something."""
    return {
        "rule": {"all": [_clause(rng), _clause(rng), {"any": [_clause(rng), _clause(rng)]}]},
        "unless": _clause(rng),
    }


def _clause(rng: random.Random) -> dict[str, Any]:
    fact = rng.choice(list(KINDS))
    match KINDS[fact]:
        case "number":
            top = 100 if fact == "age" else 10_000
            return {
                "fact": fact,
                "operator": rng.choice(["at_least", "at_most"]),
                "value": rng.randrange(top),
            }
        case "boolean":
            return {"fact": fact, "value": rng.random() < 0.5}
        case _:
            values = ["一级", "二级", "三级", "四级"] if fact == "grade" else ["有效", "注销"]
            return {"fact": fact, "operator": "one_of", "value": rng.sample(values, rng.randint(1, 2))}


if __name__ == "__main__":
    for one in measure():
        print(one.metric, round(one.value, 3), one.unit, one.goal, one.met)
