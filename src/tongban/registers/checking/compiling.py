"""From a register's schema to checks: for each column its typed value, for each check a condition, as SQL of the bulk engine.

A column's text is called as the column (`"name"`, NULL where empty), its typed value `"name="`.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tongban.kernel.canonical import canonical
from tongban.kernel.quoting import named, quoted
from tongban.kernel.sentences import Sentence, say
from tongban.registers.checking.across import across_checks
from tongban.registers.checking.domains import Areas, domain_checks

#: The six dimensions of quality, in the order in which pages show them.
DIMENSIONS = ("completeness", "validity", "accuracy", "consistency", "uniqueness", "timeliness")
_FALSE, _TRUE = ("false", "0", "否", "f", "no", "n"), ("true", "1", "是", "t", "yes", "y")
_INTEGER, _NUMBER = r"[+-]?\d{1,19}", r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?"
_DAYS = ("%Y%m%d", "%Y年%m月%d日", "%Y.%m.%d", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_LUNAR = "农历|阴历|旧历|正月|冬月|腊月|闰|初[一二三四五六七八九十]|廿"
#: The months of the lunar calendar have 29 or 30 days.
_FEBRUARY = r"\d{4}[-/.]?0?2[-/.]?30"
_DIGITS = r"\d+"
#: A day that a spreadsheet keeps as a number: 1954 to 2173.
_SERIAL = r"[2-9]\d{4}(\.\d+)?"
_SCIENCE = r"\d(\.\d+)?[eE]\+?\d+"
_TYPES = {"integer": "整数", "number": "数字", "date": "日期", "boolean": "是或者否"}


@dataclass(frozen=True)
class Check:
    """A condition that is true where a row fails, what is said then, and of which column."""

    code: str
    column: str
    dimension: str
    fails: str
    sentence: Sentence
    refuses: bool = True
    #: The column that has to hold something for the check to be asked; empty: it is asked of every row.
    counted: str = ""
    #: What several conditions need, by the name under which they do: computed once for each row.
    helpers: Mapping[str, str] = field(default_factory=dict)


def typed_value(column: Mapping[str, Any]) -> str:
    """A column's typed value as an expression over its text; NULL where the text is none."""
    text = named(column["name"])
    match column["type"]:
        case "integer":
            return f"(case when regexp_full_match({text}, {quoted(_INTEGER)}) then try_cast({text} as bigint) end)"
        case "number":
            return f"(case when regexp_full_match({text}, {quoted(_NUMBER)}) and length({text}) <= 60 then {text} end)"
        case "boolean":
            true, false = (", ".join(map(quoted, words)) for words in (_TRUE, _FALSE))
            return f"(case when lower({text}) in ({true}) then true when lower({text}) in ({false}) then false end)"
        case "date":
            # The second is computed for those rows alone that the first leaves open.
            forms = ", ".join(map(quoted, _DAYS))
            return f"coalesce(try_cast({text} as date), try_strptime({text}, [{forms}])::date)"
        case _:
            return f"upper({text})" if column.get("domain") in {"id-number", "credit-code"} else text


def compile_checks(
    fields: Sequence[Mapping[str, Any]],
    across: Sequence[Mapping[str, Any]],
    *,
    key: str,
    today: date,
    areas: Areas,
) -> list[Check]:
    """Every check of a register: of each column in its order, then those across columns and registers."""
    made: list[Check] = []
    for column in fields:
        made += [Check(**one) for one in _of_schema(column, is_key=column["name"] == key)]
        made += [Check(**one) for one in domain_checks(column, today=today, areas=areas)]
    titles = {column["name"]: column["title"] for column in fields}
    return made + [Check(**one) for one in across_checks(across, titles, today=today)]


def plan_of(columns: Sequence[Mapping[str, Any]], checks: Sequence[Check]) -> dict[str, Any]:
    """The part of a plan of the bulk engine that schema and checks make."""
    return {
        "values": {column["name"]: typed_value(column) for column in columns},
        "helpers": {name: said for one in checks for name, said in one.helpers.items()},
        "fails": [one.fails for one in checks],
        "counts": [one.counted for one in checks],
        "about": [one.column for one in checks],
    }


def version_of(fields: Sequence[Mapping[str, Any]], across: Sequence[Mapping[str, Any]]) -> str:
    """The first 16 hex digits of the SHA-256 of schema and checks: a row says by which it was let in."""
    return hashlib.sha256(
        canonical([[dict(one) for one in fields], [dict(one) for one in across]])
    ).hexdigest()[:16]


def _of_schema(field: Mapping[str, Any], *, is_key: bool) -> Iterator[dict[str, Any]]:
    name, title = field["name"], field["title"]
    text, value = named(name), named(f"{name}=")
    if field.get("required") or is_key:
        yield {
            "code": f"{name}.required",
            "column": name,
            "dimension": "completeness",
            "fails": f"{text} is null",
            "sentence": say("「{title}」不能空着。", title=title),
        }
    own = {"column": name, "counted": name}
    if field["type"] != "string":
        yield from ({**own, "dimension": "validity", **one} for one in _of_type(field, text, value))
    else:
        yield {
            **own,
            "code": f"{name}.characters",
            "dimension": "validity",
            "fails": f"coalesce(contains({text}, chr(0)), false)",
            "sentence": say("「{title}」里有不能保存的字符。", title=title),
        }
    yield from ({**own, "dimension": "validity", **one} for one in _of_limits(field, text, value))
    if is_key:
        # The table's own primary key: asked of every row, and never broken.
        yield {
            **own,
            "code": f"{name}.key",
            "dimension": "uniqueness",
            "fails": "false",
            "sentence": say("「{title}」不止一行相同。", title=title),
            "refuses": False,
        }
    elif field.get("unique"):
        yield {
            **own,
            "code": f"{name}.unique",
            "dimension": "uniqueness",
            "fails": f"({value} is not null and count(*) over (partition by {value}) > 1)",
            "sentence": say("「{title}」在这一批里不止一行相同。", title=title),
        }


def _of_type(field: Mapping[str, Any], text: str, value: str) -> Iterator[dict[str, Any]]:
    name, title, kind = field["name"], field["title"], field["type"]
    wrong = f"{text} is not null and {value} is null"
    if kind != "date":
        sentence = say("「{title}」应为{kind}。", title=title, kind=_TYPES[kind])
        yield {"code": f"{name}.type", "fails": f"({wrong})", "sentence": sentence}
        return
    bad = named(f"{name} day")
    helpers = {
        f"{name} day": f"coalesce(case when {value} is null or year({value}) not between 1000 and 9999 then {text} end, '')"
    }
    lunar = f"(regexp_matches({bad}, {quoted(_LUNAR)}) or regexp_full_match({bad}, {quoted(_FEBRUARY)}))"
    serial = f"regexp_full_match({bad}, {quoted(_SERIAL)})"
    yield {
        "code": f"{name}.lunar",
        "fails": _only(f"{bad} <> ''", lunar),
        "sentence": say("「{title}」像是农历日期，请换算成公历。", title=title),
        "helpers": helpers,
    }
    yield {
        "code": f"{name}.serial",
        "fails": _only(f"{bad} <> ''", serial),
        "sentence": say(
            "「{title}」像是电子表格里日期的序号，请把这一列设成日期，写成 2026-01-31 这样。", title=title
        ),
        "helpers": helpers,
    }
    yield {
        "code": f"{name}.type",
        "fails": _only(f"{bad} <> ''", f"not {lunar} and not {serial}"),
        "sentence": say("「{title}」不是公历日期，请写成 2026-01-31 这样。", title=title),
        "helpers": helpers,
    }


def _of_limits(field: Mapping[str, Any], text: str, value: str) -> Iterator[dict[str, Any]]:
    name, title = field["name"], field["title"]
    if pattern := field.get("pattern"):
        yield from _of_pattern(name, title, value if field["type"] == "string" else text, pattern)
    if choices := field.get("enum"):
        held = f"({value} is not null and {text} not in ({', '.join(map(quoted, choices))}))"
        sentence = say("「{title}」只能是{choices}。", title=title, choices="、".join(choices))
        yield {"code": f"{name}.enum", "fails": held, "sentence": sentence}
    for limit, sign, words in (
        ("minimum", "<", say("「{title}」不能小于 {limit}。", title=title, limit=field.get("minimum"))),
        ("maximum", ">", say("「{title}」不能大于 {limit}。", title=title, limit=field.get("maximum"))),
    ):
        if (bound := field.get(limit)) is not None:
            held = (
                f"try_cast({value} as date)"
                if field["type"] == "date"
                else f"try_cast({value} as decimal(38, 10))"
            )
            said = (
                f"date {quoted(str(bound))}"
                if field["type"] == "date"
                else f"{quoted(str(bound))}::decimal(38, 10)"
            )
            yield {
                "code": f"{name}.{limit}",
                "fails": f"coalesce({held} {sign} {said}, false)",
                "sentence": words,
            }
    for limit, sign, words in (
        ("min_length", "<", say("「{title}」至少 {n} 个字。", title=title, n=field.get("min_length"))),
        ("max_length", ">", say("「{title}」最多 {n} 个字。", title=title, n=field.get("max_length"))),
    ):
        if (bound := field.get(limit)) is not None:
            yield {
                "code": f"{name}.{limit}",
                "fails": f"coalesce(length({text}) {sign} {int(bound)}, false)",
                "sentence": words,
            }


def _of_pattern(name: str, title: str, text: str, pattern: str) -> Iterator[dict[str, Any]]:
    """The form of a text; what a spreadsheet is known to do to numbers is told as such."""
    wrong = named(f"{name} form")
    helpers = {f"{name} form": f"coalesce(not regexp_full_match({text}, {quoted(pattern)}), false)"}
    padded = " or ".join(
        f"regexp_full_match({quoted('0' * n)} || {text}, {quoted(pattern)})" for n in (1, 2, 3, 4)
    )
    zeros = f"(regexp_full_match({text}, {quoted(_DIGITS)}) and ({padded}))"
    science = f"regexp_full_match({text}, {quoted(_SCIENCE)})"
    yield {
        "code": f"{name}.zeros",
        "fails": _only(wrong, zeros),
        "sentence": say("「{title}」像是丢了开头的 0，请把这一列设成文本以后重新填写。", title=title),
        "helpers": helpers,
    }
    yield {
        "code": f"{name}.science",
        "fails": _only(wrong, science),
        "sentence": say(
            "「{title}」被电子表格改成了科学计数法，后几位已经丢了，请设成文本以后重新填写。", title=title
        ),
        "helpers": helpers,
    }
    yield {
        "code": f"{name}.pattern",
        "fails": _only(wrong, f"not {zeros} and not {science}"),
        "sentence": say("「{title}」的格式不合要求。", title=title),
        "helpers": helpers,
    }


def _only(where: str, costly: str) -> str:
    """`costly` looked at only where the first holds: the engine computes a branch for its rows alone."""
    return f"(case when {where} then {costly} else false end)"
