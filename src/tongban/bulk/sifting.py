"""Rows against their checks, in one scan: which fail, by which check, and what is new to the table that they are for.

The plan is made by who knows the schema: an expression for each column's typed value, a condition for each check. Here
they are put into one SELECT whose failures are bits, so that a row of a hundred checks is read once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tongban.bulk.child import connect, in_child
from tongban.bulk.tables import FileFault, read_table
from tongban.kernel.quoting import named, quoted

#: Bits of a mask: whole numbers of 64 bits with a sign.
BITS = 62
_FULL = ("No space left", "File too large", "disk full", "max_temp_directory_size")


@dataclass(frozen=True)
class Plan:
    """What is to be done with a file of rows.

    `columns`: the heads by which each is known. `values`: the typed value of each over its text, which is called as the
    column. `fails`: conditions over texts (`"name"`) and values (`"name="`) that are true where a row fails, `counts`
    the conditions under which it is counted at all; `about` names the columns whose texts a failure shows. `tables`:
    other tables by the name that conditions use, as Parquet.
    """

    path: str
    form: str
    columns: dict[str, list[str]]
    needed: list[str]
    key: str
    values: dict[str, str]
    #: What several conditions need, over texts and values, by the name under which they do.
    helpers: dict[str, str]
    fails: list[str]
    counts: list[str]
    about: list[str]
    tables: dict[str, str] = field(default_factory=dict)
    #: The texts of the keys that are there already, one a line as CSV; none if nothing is to land.
    present: str = ""
    #: Where files are written, and what stands behind each good row.
    folder: str = ""
    stamp: list[str] = field(default_factory=list)
    #: The file is one of ours: no cell has blanks around it.
    clean: bool = False
    #: A column of the file that names rows of another one, which these mend.
    mark: str = ""
    bad_max: int = 100_000


@dataclass(frozen=True)
class Sifted:
    """What came of it. `fault`: the code and words for which the whole file is refused; else counts of rows.

    `failed` and `counted` are in the order of the plan's checks; `ragged` are records that are no rows. Files in the
    folder: `bad` (row, key, check, text), and if rows are to land `new`, `known` (columns of the file, then the stamp), `gone`
    (keys), `cells` (bad rows, as JSON), `marked` (what the mark says).
    """

    fault: str = ""
    words: Mapping[str, str | int] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    rows: int = 0
    bad: int = 0
    ragged: int = 0
    twice: int = 0
    new: int = 0
    known: int = 0
    gone: int = 0
    failed: tuple[int, ...] = ()
    counted: tuple[int, ...] = ()


def sift(plan: Plan) -> Sifted:
    """Read a file, hold its rows against the checks, write what is good, what is bad and why.

    Raises:
        Unavailable: the bulk engine is not installed.
        BulkFailed: the engine failed.
    """
    said = in_child("tongban.bulk.sifting:evaluate", asdict(plan))
    found: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in said.items()}
    return Sifted(**found)


def evaluate(request: dict[str, Any]) -> dict[str, Any]:
    """In a child: the same, as JSON."""
    plan = Plan(**request)
    try:
        with connect(plan.folder) as duck:
            return asdict(_sifted(duck, plan))
    except FileFault as fault:
        return {"fault": fault.code, "words": fault.values}
    except Exception as error:
        if any(words in str(error) for words in _FULL):
            return {"fault": "disk-full"}
        raise


def _sifted(duck: Any, plan: Plan) -> Sifted:
    read = read_table(duck, Path(plan.path), plan.form, plan.columns, plan.needed)
    blanks = "" if plan.clean else read.blanks
    for name, path in plan.tables.items():
        duck.execute(f"create view {named(name)} as select * from read_parquet({quoted(path)})")
    masks = _check(duck, plan, blanks)
    _find_twice(duck, plan)
    bad = " or ".join([*(f"{mask} <> 0" for mask in masks), "row in (select row from again where differs)"])
    duck.execute(f"create table bad as select row from checked where {bad}")
    total, failed, counted = _count(duck, plan)
    (wrong,), (ragged,), (twice,) = (
        duck.execute(statement).fetchone()
        for statement in (
            "select count(*) from bad",
            "select count(*) from ragged",
            "select count(*) from again where not differs and row not in (select row from bad)",
        )
    )
    written: dict[str, Any] = {}
    if plan.folder:
        _write_bad(duck, plan, masks, failed)
    if plan.present:
        written = _write(duck, plan, read.columns)
    return Sifted(
        columns=tuple(read.columns),
        more=tuple(read.more),
        rows=total + ragged,
        bad=wrong + ragged,
        ragged=ragged,
        twice=twice,
        failed=failed,
        counted=counted,
        **written,
    )


def _check(duck: Any, plan: Plan, blanks: str) -> list[str]:
    """One scan: `checked` has row, typed values, and the masks of failures, whose names are returned."""
    groups = [range(start, min(start + BITS, len(plan.fails))) for start in range(0, len(plan.fails), BITS)]
    texts = ", ".join(f"{_text(named(name), blanks)} as {named(name)}" for name in plan.columns)
    values = ", ".join(f"{expression} as {named(name + '=')}" for name, expression in plan.values.items())
    masks = [
        " | ".join(f"(case when {plan.fails[n]} then {1 << (n % BITS)}::bigint else 0 end)" for n in group)
        for group in groups
    ]
    helpers = "".join(f", {expression} as {named(name)}" for name, expression in plan.helpers.items())
    kept = "".join(f", {named(name + '=')}" for name in plan.values)
    bits = "".join(f", {mask} as fails_{n}" for n, mask in enumerate(masks))
    duck.execute(
        f"create table checked as with said as (select row, {texts} from given), held as (select *, {values} from said),"
        f" helped as (select *{helpers} from held) select row{kept}{bits} from helped"
    )
    return [f"fails_{n}" for n in range(len(groups))]


def _text(cell: str, blanks: str) -> str:
    """A cell's text: NULL if empty, without blanks around it or the mark that keeps spreadsheets from computing it.

    Nearly every cell is looked at by its first and last character alone: what can need more begins below an opening bracket.
    """
    around = quoted(f" \t\r\n{blanks}")
    bare = f"nullif(trim({cell}, {around}), '')"
    marked = f"starts_with({cell}, chr(39)) and substr({cell}, 2, 1) in ('=', '+', '-', '@')"
    odd = f"case when {marked} then substr({cell}, 2) else {bare} end"
    if blanks:
        return f"({odd})"
    # The last character of what ends in a blank, or is empty, sorts below the exclamation mark.
    return f"(case when {cell} < '(' or right({cell}, 1) < '!' then {odd} else {cell} end)"


def _find_twice(duck: Any, plan: Plan) -> None:
    """`again`: the rows whose key stands more than once. Rows that say the same are one; others, `differs`, are all bad."""
    duck.execute("create table again (row bigint, differs boolean)")
    key = named(plan.key + "=")
    duck.execute(
        f"create table twice as select {key} as key from checked where {key} is not null group by 1 having count(*) > 1"
    )
    every = ", ".join(named(name + "=") for name in plan.values)
    duck.execute(
        f"insert into again select row, differs from (select row, count(distinct hash({every})) over (partition by {key}) > 1"
        f" as differs, row_number() over (partition by {key} order by row) as place"
        f" from checked where {key} in (select key from twice)) where differs or place > 1"
    )


def _count(duck: Any, plan: Plan) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """How many rows there are, how many fail each check, how many each was asked of."""
    failed = "".join(
        f", count(*) filter (fails_{n // BITS} & {1 << (n % BITS)} <> 0)" for n in range(len(plan.fails))
    )
    asked = "".join(f", count({named(name + '=')})" for name in plan.values)
    total, *found = duck.execute(f"select count(*){failed}{asked} from checked").fetchone()
    filled = dict(zip(plan.values, found[len(plan.fails) :], strict=True))
    counts = tuple(total if not of else max(filled[of], 0) for of in plan.counts)
    return total, tuple(found[: len(plan.fails)]), counts


def _write(duck: Any, plan: Plan, columns: Sequence[str]) -> dict[str, int]:
    """Good rows by whether their key is there already, the keys that are there and not in the file, the bad rows' cells."""
    key = named(plan.key + "=")
    present = (
        f"read_csv({quoted(plan.present)}, header=false, auto_detect=false, columns={{'key': 'VARCHAR'}})"
    )
    duck.execute(f"create table present as select key from {present}")
    landing = [name for name in columns if name in plan.values]
    chosen = ", ".join([*(named(name + "=") for name in landing), *map(quoted, plan.stamp)])
    good = f"from checked where row not in (select row from bad) and row not in (select row from again) and {key}::varchar"
    cells = ", ".join(f"{quoted(name)}, {named(name)}" for name in plan.values)
    files = {
        "new": f"select {chosen} {good} not in (select key from present)",
        "known": f"select {chosen} {good} in (select key from present)",
        "gone": f"select key from present where key not in (select {key}::varchar from checked where {key} is not null)",
        "cells": f"select row, json_object({cells}) from seen order by row",
        "marked": f"select distinct trim({named(plan.mark)}) from given"
        if plan.mark
        else "select null where false",
    }
    counted = {name: _copy(duck, plan, name, statement) for name, statement in files.items()}
    return {name: counted[name] for name in ("new", "known", "gone")}


def _write_bad(duck: Any, plan: Plan, masks: Sequence[str], failed: Sequence[int]) -> None:
    """The first bad rows: each failure with the text that fails."""
    duck.execute(
        f"create table seen as select * from given where row in (select row from bad order by row limit {plan.bad_max})"
    )
    pieces = [
        f"select row, {n} as failure, {named(about)} as text from seen join checked using (row)"
        f" where {masks[n // BITS]} & {1 << (n % BITS)} <> 0"
        for n, about in enumerate(plan.about)
        if failed[n]
    ]
    pieces.append(
        f"select row, -1 as failure, {named(plan.key)} as text from seen where row in (select row from again where differs)"
    )
    pieces.append(
        "select row, case reason when 'MISSING COLUMNS' then -2 when 'TOO MANY COLUMNS' then -3 else -4 end as failure, text"
        " from ragged"
    )
    _copy(
        duck,
        plan,
        "bad",
        f"select row, {named(plan.key)}, failure, left(text, 500) from ({' union all '.join(pieces)}) failing"
        " left join seen using (row) order by row, failure",
    )


def _copy(duck: Any, plan: Plan, name: str, statement: str) -> int:
    path = Path(plan.folder, f"{name}.csv")
    (count,) = duck.execute(
        f"copy ({statement}) to {quoted(str(path))} (format csv, header false)"
    ).fetchone()
    path.chmod(0o600)
    return int(count)
