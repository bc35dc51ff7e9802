"""Checks say the same of a cell as the frictionless library on what both know, and what only offices know besides."""

import csv
import random
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from frictionless import Resource, Schema, system
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from tongban.bulk.sifting import Plan, evaluate
from tongban.registers.checking.compiling import compile_checks, plan_of
from tongban.registers.checking.domains import Areas

TODAY = date(2026, 11, 26)
FIELDS: list[dict[str, Any]] = [
    {"name": "code", "type": "string", "required": True},
    {"name": "form", "type": "string", "pattern": r"[A-Z]{2}\d+"},
    {"name": "kind", "type": "string", "enum": ["甲", "乙"]},
    {"name": "short", "type": "string", "min_length": 2, "max_length": 4},
    {"name": "count", "type": "integer", "minimum": 1, "maximum": 9},
    {"name": "amount", "type": "number", "minimum": "0.5", "maximum": "99.5"},
    {"name": "day", "type": "date", "required": True, "minimum": "2000-01-01"},
    {"name": "sure", "type": "boolean"},
    {"name": "once", "type": "string", "unique": True},
]
CELLS = {
    "form": ["AB1", "AB", "ab1", "AB12x", "", "云1"],
    "kind": ["甲", "乙", "丙", "", "甲乙"],
    "short": ["云", "云试", "云试试试", "云试试试试", ""],
    "count": ["1", "9", "0", "10", "-3", "+4", "x", "1.0", "", "1e2"],
    "amount": ["0.5", "99.5", "0.4999", "100", "-1", ".7", "1e1", "1,5", "x", ""],
    "day": ["2026-01-31", "2026-02-30", "1999-12-31", "2000-01-01", "x", "", "2026-13-01"],
    "sure": ["true", "false", "1", "0", "TRUE", "maybe", "2", ""],
    "once": ["", *(f"o{n}" for n in range(60))],
}
_NAMES = {"min_length": "minLength", "max_length": "maxLength"}
_LIMITS = {"required", "unique", "pattern", "enum", "minimum", "maximum", "min_length", "max_length"}


def sifted(path: Path, fields: Sequence[dict[str, Any]], folder: Path) -> set[tuple[int, str]]:
    """Row and check of each failure."""
    said = [{"title": field["name"], **field} for field in fields]
    key = "code" if fields is FIELDS else "place"
    checks = compile_checks(said, [], key=key, today=TODAY, areas=Areas({}))
    plan = Plan(
        path=str(path),
        form="csv",
        columns={field["name"]: [field["name"]] for field in said},
        needed=[],
        key=key,
        folder=str(folder),
        **plan_of(said, checks),
    )
    found = evaluate(asdict(plan))
    assert not found.get("fault"), found
    with (folder / "bad.csv").open(encoding="utf-8", newline="") as lines:
        return {(int(row), checks[int(n)].code) for row, _key, n, _text in csv.reader(lines)}


def judged(path: Path) -> set[tuple[int, str]]:
    """Row and column of each cell that frictionless finds wrong, with what it calls the reason."""
    system.trusted = True
    schema = Schema.from_descriptor(
        {
            "fields": [
                {
                    "name": field["name"],
                    "type": field["type"],
                    "constraints": {_NAMES.get(one, one): field[one] for one in _LIMITS if one in field},
                }
                for field in FIELDS
            ]
        }
    )
    report = Resource(path=str(path), schema=schema).validate(limit_errors=10**6)
    return {
        (error.row_number - 1, error.field_name)
        for task in report.tasks
        for error in task.errors
        if error.type in {"type-error", "constraint-error", "unique-error"}
    }


def test_the_same_cells_are_wrong_as_for_frictionless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(20_261_126)
    rows = [
        {"code": str(n), **{name: rng.choice(cells) for name, cells in CELLS.items()}} for n in range(2_000)
    ]
    monkeypatch.chdir(tmp_path)
    path = Path("rows.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field["name"] for field in FIELDS])
        writer.writeheader()
        writer.writerows(rows)
    ours = sifted(path.resolve(), FIELDS, tmp_path)
    theirs = judged(path)
    unique = {(row, "once") for row, code in ours if code == "once.unique"}
    # Of rows that are the same, they keep the first one and we none: nobody knows which is right.
    first = {
        next(n for n, row in enumerate(rows, 1) if row["once"] == value) for value in CELLS["once"] if value
    }
    assert {(row, code.split(".")[0]) for row, code in ours} - {(row, "once") for row in first} == theirs
    assert unique - {(row, "once") for row in first} == {one for one in theirs if one[1] == "once"}
    assert len(theirs) > 2_000


def _failing(tmp_path: Path, field: dict[str, Any], cells: Sequence[str]) -> dict[str, str]:
    """Which check each cell fails first."""
    path = tmp_path / "cells.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [[field["name"], "place"], *([cell, str(n)] for n, cell in enumerate(cells))]
        )
    fields = [{"type": "string", **field}, {"name": "place", "type": "string"}]
    found = sorted(sifted(path, fields, tmp_path))
    return {cells[row - 1]: code.partition(".")[2] for row, code in reversed(found)}


def test_a_million_check_digits_would_be_as_the_library_says(tmp_path: Path) -> None:
    rng = random.Random(7)
    cells = []
    for n in range(500):
        body = f"990102{rng.randrange(1950, 2020)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}{n:03}"
        cells.append(body + rng.choice("0123456789X"))
    wrong = {cell for cell in cells if not mod_11_2.is_valid(cell)}
    assert set(_failing(tmp_path, {"name": "id", "domain": "id-number"}, cells)) == wrong


def test_a_credit_code_is_as_the_library_says(tmp_path: Path) -> None:
    rng = random.Random(7)
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    cells = [f"9{n % 3}990102" + "".join(rng.choice(alphabet) for _ in range(10)) for n in range(500)]
    cells += [cell[:17] + uscc.calc_check_digit(cell[:17]) for cell in cells[:50]]
    wrong = {cell for cell in cells if uscc.calc_check_digit(cell[:17]) != cell[17]}
    assert set(_failing(tmp_path, {"name": "uscc", "domain": "credit-code"}, cells)) == wrong


def test_telephones_and_days_of_birth_inside_numbers(tmp_path: Path) -> None:
    phones = ["16099010001", "0571-88001234", "88001234-8", "400-123-4567", "12345", "95588", "1234", "云"]
    assert set(_failing(tmp_path, {"name": "phone", "domain": "phone"}, phones)) == {"1234", "云"}
    numbers = []
    for day in ("19900229", "19960229", "19901301", "19900931", "18490101"):
        body = f"990102{day}001"
        numbers.append(body + str(mod_11_2.calc_check_digit(body)))
    found = _failing(tmp_path, {"name": "id", "domain": "id-number"}, [*numbers, "990102900101001"])
    assert found == {
        **dict.fromkeys([numbers[0], *numbers[2:]], "id-day"),
        "990102900101001": "id-form",
    }
