"""A rule as SQL says of every row what the person's own check says of her: answer, missing facts, reasons."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from tongban.rules.api import (
    BadRule,
    Column,
    Compiled,
    Rule,
    compile_rule,
    compile_rules,
    evaluate,
    read_rule,
)

duckdb = pytest.importorskip("duckdb")

KINDS: dict[str, Any] = {
    "age": "number",
    "income": "number",
    "local": "boolean",
    "card": "boolean",
    "grade": "text",
    "status": "text",
}
COLUMNS = {fact: Column(f'"{fact}"', kind) for fact, kind in KINDS.items()}
GRADES = ("一级", "二级", "三级", "O'Hara", "")


def clause(rng: random.Random) -> dict[str, Any]:
    fact = rng.choice(list(KINDS))
    match KINDS[fact]:
        case "number":
            operator = rng.choice(["equals", "not_equals", "at_least", "at_most", "one_of", "none_of"])
            value: Any = rng.randint(0, 9) if not operator.endswith("_of") else rng.sample(range(10), 3)
        case "boolean":
            operator, value = rng.choice(["equals", "not_equals"]), rng.random() < 0.5
        case _:
            operator = rng.choice(["equals", "not_equals", "one_of", "none_of"])
            value = rng.choice(GRADES) if not operator.endswith("_of") else rng.sample(GRADES, 2)
    if rng.random() < 0.03:  # a value that no column of that kind can hold
        operator, value = rng.choice(["equals", "not_equals"]), "nonsense" if fact != "grade" else 7
    return {"fact": fact, "operator": operator, "value": value, "says": "…"}


def tree(rng: random.Random, depth: int) -> dict[str, Any]:
    if depth == 0 or rng.random() < 0.3:
        return clause(rng)
    match rng.choice(["all", "any", "unless"]):
        case "unless":
            return {"rule": tree(rng, depth - 1), "unless": tree(rng, depth - 1)}
        case key:
            return {key: [tree(rng, depth - 1) for _ in range(rng.randint(1, 3))]}


def people(rng: random.Random, rows: int) -> list[tuple[Any, ...]]:
    def one(kind: str) -> Any:
        if rng.random() < 0.3:
            return None
        return {"number": rng.randint(0, 9), "boolean": rng.random() < 0.5, "text": rng.choice(GRADES)}[kind]

    return [tuple(one(kind) for kind in KINDS.values()) for _ in range(rows)]


def agree(
    rule: Rule, compiled: Compiled, rows: Sequence[tuple[Any, ...]], said: Sequence[tuple[Any, ...]]
) -> None:
    assert len(rows) == len(said) > 0
    for held, (answer, missing, reasons) in zip(rows, said, strict=True):
        facts = dict(zip(KINDS, held, strict=True))
        result = evaluate(rule, facts)
        assert {True: "yes", False: "no", None: "unknown"}[answer] == result.answer, facts
        assert set(compiled.missing_of(missing)) == set(result.missing), facts
        assert reasons.bit_count() == len(result.reasons), facts


def asked(compiled: Compiled, rows: str) -> str:
    """What a rule says of each of `rows`."""
    masks = f"{compiled.missing}, {compiled.reasons}"
    return f"select {compiled.answer}, {masks} from (select {compiled.marks} from {rows}) marked"  # noqa: S608


def run(seed: int, *, rules: int, rows: int) -> set[str]:
    """Random rules over random people with NULLs; the answers that came up."""
    import pyarrow as pa

    rng = random.Random(seed)
    met: set[str] = set()
    for _ in range(rules):
        rule = read_rule(tree(rng, 3))
        compiled, held = compile_rule(rule, COLUMNS), people(rng, rows)
        kinds = {"number": pa.int64(), "boolean": pa.bool_(), "text": pa.string()}
        table = pa.table(
            {
                fact: pa.array([row[n] for row in held], kinds[kind])
                for n, (fact, kind) in enumerate(KINDS.items())
            }
        )
        with duckdb.connect() as duck:
            duck.register("people", table)
            said = duck.execute(asked(compiled, "people")).fetchall()
        agree(rule, compiled, held, said)
        met |= {str(row[0]) for row in said}
    return met


def test_the_two_evaluations_agree_row_by_row() -> None:
    assert run(20261125, rules=60, rows=300) == {"True", "False", "None"}


def test_rules_that_are_compiled_together_say_what_each_says_alone() -> None:
    import pyarrow as pa

    rng = random.Random(20261126)
    rules = [read_rule(tree(rng, 3)) for _ in range(60)]
    held = people(rng, 300)
    marks, compiled = compile_rules(rules, COLUMNS)
    assert "mask_1" in marks
    columns = {fact: pa.array([row[n] for row in held]) for n, fact in enumerate(KINDS)}
    with duckdb.connect() as duck:
        duck.register("people", pa.table(columns))
        duck.execute(f"create table marked as select {marks} from people")  # noqa: S608
        for rule, one in zip(rules, compiled, strict=True):
            agree(rule, one, held, duck.execute(asked(one, "marked")).fetchall())


@pytest.mark.slow
def test_the_two_evaluations_agree_on_a_million_rows() -> None:
    assert run(7, rules=500, rows=2_000) == {"True", "False", "None"}


def test_which_clauses_decide_is_said_clause_by_clause() -> None:
    rule = read_rule(
        {
            "all": [
                {"fact": "age", "operator": "at_least", "value": 8, "says": "满八"},
                {"any": [{"fact": "local", "value": True}, {"fact": "card", "value": True}]},
            ]
        }
    )
    compiled = compile_rule(rule, COLUMNS)
    people = (
        "(values (7, true, null), (9, false, true), (9, false, null), (9, false, false)) x (age, local, card)"
    )
    with duckdb.connect() as duck:
        rows = duck.execute(asked(compiled, people)).fetchall()
    assert [row[1:] for row in rows] == [(0, 0b001), (0, 0b101), (0b100, 0b101), (0, 0b110)]


def test_a_fact_without_a_column_is_never_known() -> None:
    compiled = compile_rule(read_rule({"fact": "unheard-of", "value": True}), COLUMNS)
    with duckdb.connect() as duck:
        assert duck.execute(asked(compiled, "(select 1) x")).fetchone() == (None, 1, 1)


def test_what_has_no_order_is_refused_before_it_runs() -> None:
    with pytest.raises(BadRule, match="cannot be ordered"):
        compile_rule(read_rule({"fact": "local", "operator": "at_least", "value": 1}), COLUMNS)


def test_a_rule_longer_than_a_mask_is_refused() -> None:
    long = {"all": [{"fact": "age", "value": n} for n in range(63)]}
    with pytest.raises(BadRule, match="at most 62 clauses"):
        compile_rule(read_rule(long), COLUMNS)
