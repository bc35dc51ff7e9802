"""What two records are compared by: the columns of each kind of field, and the levels at which two of them agree.

Conditions are SQL that DuckDB and Spark both read, over the columns of a pair (`name_l`, `name_r`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tongban.bulk.normalising import (
    Column,
    normal_names,
    normal_numbers,
    normal_phones,
    normal_texts,
    sounds,
    split_addresses,
)
from tongban.kernel.quoting import quoted

#: `number`: of a person or body; `text`: a word of another script, by its letters; `code`: as it is, or not.
FieldKind = Literal["number", "name", "day", "phone", "address", "text", "code"]


@dataclass(frozen=True)
class Level:
    """How two values agree. `frequency`: the column whose rarer values say more where they agree."""

    code: str
    condition: str
    frequency: str = ""


def parts_of(kind: FieldKind) -> tuple[str, ...]:
    """What stands behind a field's name in the names of its columns; the empty one is the field itself."""
    return {"name": ("", "_sound"), "address": ("_road", "_place"), "day": ("", "_year")}.get(kind, ("",))


def normal_columns(name: str, kind: FieldKind, values: Column) -> dict[str, Column]:
    """The columns by which a field is compared, from its values."""
    match kind:
        case "number":
            return {name: normal_numbers(values)}
        case "name":
            names = normal_names(values)
            return {name: names, f"{name}_sound": sounds(names)}
        case "day":
            days = [value[:10] if value else None for value in values]
            return {name: days, f"{name}_year": [day[:4] if day else None for day in days]}
        case "phone":
            return {name: normal_phones(values)}
        case "address":
            _areas, roads, numbers = split_addresses(values)
            places = [
                f"{road} {number}" if road and number else None
                for road, number in zip(roads, numbers, strict=True)
            ]
            return {f"{name}_road": roads, f"{name}_place": places}
        case "text" | "code":
            return {name: normal_texts(values)}


def levels_of(name: str, kind: FieldKind) -> list[Level]:
    """The levels of a field from the strongest down; the first that holds is the pair's, `differs` if none does."""
    same = f"{name}_l = {name}_r"
    one_off = f"levenshtein({name}_l, {name}_r) <= 1"
    match kind:
        case "number" | "phone":
            return [Level("same", same), Level("near", one_off)]
        case "name":
            near = f"{one_off} and length({name}_l) >= 3 and length({name}_r) >= 3"
            sound = f"{name}_sound_l = {name}_sound_r"
            return [Level("same", same, name), Level("sound", sound, f"{name}_sound"), Level("near", near)]
        case "day":
            swapped = " and ".join(
                f"substr({name}_l, {n}, {size}) = substr({name}_r, {m}, {size})"
                for n, m, size in ((1, 1, 4), (6, 9, 2), (9, 6, 2))
            )
            year = f"{name}_year_l = {name}_year_r"
            return [Level("same", same), Level("near", f"{one_off} or ({swapped})"), Level("year", year)]
        case "address":
            road = f"{name}_road_l = {name}_road_r"
            place = f"{name}_place_l = {name}_place_r"
            return [Level("same", place, f"{name}_place"), Level("road", road, f"{name}_road")]
        case "text":
            alike = f"{_ALIKE}({name}_l, {name}_r)"
            return [
                Level("same", same, name),
                Level("near", f"{alike} >= 0.92"),
                Level("alike", f"{alike} >= 0.8"),
            ]
        case "code":
            return [Level("same", same)]


#: The engines' one name for it, by Splink.
_ALIKE = "jaro_winkler_similarity"
#: Of records of one person, how many agree at a level, before anything was learnt.
_USUAL = {"same": 0.8, "sound": 0.08, "near": 0.06, "alike": 0.05, "road": 0.08, "year": 0.05}
#: Numbers are given once: two that differ by more than a slip are nearly always of two.
_USUAL_OF_NUMBERS = {"same": 0.97, "near": 0.025}


def comparison(name: str, kind: FieldKind, apart: Mapping[str, float]) -> dict[str, Any]:
    """A field's comparison as Splink has it; `apart`: of records of two people, how many agree at each level."""
    levels = levels_of(name, kind)
    usual = _USUAL_OF_NUMBERS if kind == "number" else _USUAL
    rest = 1 - sum(usual[one.code] for one in levels)
    return {
        "output_column_name": name,
        "comparison_levels": [
            {
                "sql_condition": _empty(name, kind),
                "label_for_charts": "empty",
                "is_null_level": True,
            },
            *(
                {
                    "sql_condition": one.condition,
                    "label_for_charts": one.code,
                    "m_probability": usual[one.code],
                    "u_probability": apart[one.code],
                    **({"tf_adjustment_column": one.frequency} if one.frequency else {}),
                }
                for one in levels
            ),
            {
                "sql_condition": "ELSE",
                "label_for_charts": "differs",
                "m_probability": rest,
                "u_probability": apart["differs"],
            },
        ],
    }


def counting(fields: Mapping[str, FieldKind], records: str) -> str:
    """A SELECT of how often pairs of records that were drawn together agree at each level of each field, in their order.

    Two who agree fully on two telling fields are left out: they are most likely one, and the levels are those of two.
    """
    levels = ", ".join(f"{level_case(name, kind)} as level_{name}" for name, kind in fields.items())
    counts = ", ".join(
        f"sum(case when level_{name} = {quoted(code)} then 1 else 0 end) as {name}_{code}"
        for name, kind in fields.items()
        for code in codes_of(name, kind)
    )
    told = " + ".join(
        f"case when level_{name} = 'same' then 1 else 0 end"
        for name, kind in fields.items()
        if kind != "code"
    )
    pairs = f"{records} l join {records} r on l.draw = r.draw and l.uid < r.uid"
    levelled = f"select {levels} from (select {paired(fields)} from {pairs}) pairs"
    return f"select {counts} from ({levelled}) levelled where {told} < 2"


def paired(fields: Mapping[str, FieldKind]) -> str:
    """The columns of a pair, of which conditions are, from its records `l` and `r`."""
    return ", ".join(f"l.{one} as {one}_l, r.{one} as {one}_r" for one in block_parts(fields))


def level_case(name: str, kind: FieldKind) -> str:
    """An expression for the code of the level that a pair is at; `empty` where one has no value."""
    cases = " ".join(f"when {one.condition} then {quoted(one.code)}" for one in levels_of(name, kind))
    return f"case when {_empty(name, kind)} then 'empty' {cases} else 'differs' end"


def codes_of(name: str, kind: FieldKind) -> list[str]:
    """The codes of a field's levels from the strongest down to `differs`."""
    return [*(one.code for one in levels_of(name, kind)), "differs"]


def _empty(name: str, kind: FieldKind) -> str:
    """That one of two has no value to compare."""
    held = f"{name}_road" if kind == "address" else name
    return f"{held}_l is null or {held}_r is null"


def block_parts(fields: Mapping[str, FieldKind]) -> list[str]:
    """The columns of fields that blocks may name."""
    return [f"{name}{part}" for name, kind in fields.items() for part in parts_of(kind)]
