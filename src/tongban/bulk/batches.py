"""A rule over a whole snapshot: the facts of every row, what the rule says of them, and how often each."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tongban.bulk.child import connect, in_child
from tongban.kernel.quoting import named, quoted

_COUNTED = (
    "true",
    "answer = 'yes'",
    "answer = 'no'",
    "answer = 'unknown' and bit_count(missing) = 1",
    "answer = 'unknown' and bit_count(missing) > 1",
)


def run_rule(
    *,
    tables: dict[str, Path],
    rows: str,
    marks: str,
    names: Sequence[str],
    answer: str,
    missing: str,
    reasons: str,
    facts: Sequence[str],
    unknown: Sequence[str],
    clauses: int,
    out: Path,
) -> dict[str, Any]:
    """Evaluate a compiled rule over `rows`, a SELECT of `key`, `name` and the `facts` over the snapshot's `tables`.

    `marks` makes of a row the columns `names`, which `answer`, `missing` and `reasons` are over; the last two are masks,
    `unknown` the facts in the order of the bits of the first. Writes `out` as text: key, name, answer (yes, no, unknown), the missing facts as an array of PostgreSQL, and the facts as JSON.
    Returns how many rows there are by answer, how many miss exactly one fact, and in `decided` how many of the noes each
    of the `clauses` decided.

    Raises:
        Unavailable: the bulk engine is not installed.
        BulkFailed: the engine failed.
    """
    return in_child(
        "tongban.bulk.batches:evaluate",
        {
            "tables": {name: str(path) for name, path in tables.items()},
            "rows": rows,
            "marks": marks,
            "names": ", ".join(names),
            "answer": answer,
            "missing": missing,
            "reasons": reasons,
            "facts": list(facts),
            "unknown": list(unknown),
            "clauses": clauses,
            "out": str(out),
        },
    )


def evaluate(request: dict[str, Any]) -> dict[str, Any]:
    """In a child: make the table of answers, count it, write it out by key."""
    with connect() as duck:
        for name, path in request["tables"].items():
            duck.execute(f"create view {named(name)} as select * from read_parquet({quoted(path)})")
        masks = request["names"]
        duck.execute(f"create table marked as select *, {request['marks']} from ({request['rows']}) facts")
        duck.execute(
            f"create table verdicts as select *, case {request['answer']} when true then 'yes' when false then 'no'"
            f" else 'unknown' end as answer, {request['missing']} as missing, {request['reasons']} as reasons"
            f" from (select {masks}, count(*) as people from marked group by {masks}) alike"
        )
        deciding = [f"answer = 'no' and reasons & {1 << n} <> 0" for n in range(request["clauses"])]
        sums = ", ".join(
            f"coalesce(sum(people) filter ({where}), 0)::bigint" for where in (*_COUNTED, *deciding)
        )
        counted = duck.execute(f"select {sums} from verdicts").fetchone()
        duck.execute(
            f"copy (select key, name, answer, lacking, {_json(request['facts'])}"
            f" from marked join (select *, {_array(request['unknown'])} as lacking from verdicts) said using ({masks})"
            f" order by key) to {quoted(request['out'])} (format csv, header false)"
        )
        Path(request["out"]).chmod(0o600)
    names = ("people", "yes", "no", "one_missing", "more_missing")
    return {**dict(zip(names, counted, strict=False)), "decided": list(counted[len(names) :])}


def _array(facts: Sequence[str]) -> str:
    """The facts of the mask as an array of PostgreSQL."""
    bits = [
        f"case when missing & {1 << n} <> 0 then {quoted(named(fact))} end" for n, fact in enumerate(facts)
    ]
    return f"'{{' || concat_ws(',', {', '.join(bits)}) || '}}'"


def _json(facts: Sequence[str]) -> str:
    if not facts:
        return "'{}'"
    return f"json_object({', '.join(f'{quoted(fact)}, {named(fact)}' for fact in facts)})"
