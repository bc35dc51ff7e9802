"""Invented rows of an interface, made from its schema: the same ones each time, people and firms that do not exist."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from tongban.kernel.canonical import Json

#: How many rows each interface has, and people and firms there are.
ROWS = 12
#: Code of an area that the national table does not give, and no pack uses.
_AREA = "999999"
_DIGITS = "一二三四五六七八九十"
_BORN = date(1961, 3, 8)
_PERSON, _FIRM = r"\d{17}[\dX]", "[0-9A-HJ-NPQRTUWXY]{18}"
_TIMES = re.compile(r"\\d\{(\d{1,2})\}")


@dataclass(frozen=True)
class SampleField:
    """A column: its code, Chinese name, Table Schema type, and what narrows its values."""

    code: str
    title: str
    type: str
    pattern: str = ""
    enum: tuple[str, ...] = ()
    length: int | None = None


@dataclass(frozen=True)
class Invented:
    """Person or firm number `place` of the sandbox."""

    place: int
    name: str
    number: str
    sex: str
    born_on: date
    firm: str
    credit_code: str


@lru_cache(1)
def invented() -> tuple[Invented, ...]:
    """The people and firms of the sandbox. Check digits are right, the area does not exist."""
    return tuple(_invent(n) for n in range(ROWS))


def rows_of(resource: str, fields: Sequence[SampleField]) -> list[dict[str, Json]]:
    """The rows of a resource, each about the person and the firm of its place."""
    return [{field.code: _value(resource, field, fields, n) for field in fields} for n in range(ROWS)]


def _invent(n: int) -> Invented:
    born = _BORN + timedelta(days=n * 1009)
    sex = "女" if n % 2 else "男"
    body = f"{_AREA}{born:%Y%m%d}{n:02}{1 + n % 2 if sex == '男' else 2}"
    organisation = f"AAAA{n:04}0"
    head = f"91{_AREA}{organisation}"
    word = _DIGITS[n] if n < len(_DIGITS) else f"十{_DIGITS[n - len(_DIGITS)]}"
    return Invented(
        place=n,
        name=f"试例{word}",
        number=body + mod_11_2.calc_check_digit(body),
        sex=sex,
        born_on=born,
        firm=f"沙箱示例{word}有限公司",
        credit_code=head + uscc.calc_check_digit(head),
    )


def _value(resource: str, field: SampleField, fields: Sequence[SampleField], n: int) -> Json:
    about = invented()[n]
    known: Mapping[str, Json] = {
        "name": about.name if _has(fields, _PERSON, "id_number") else about.firm,
        "holder_name": about.name,
        "sex": about.sex,
        "born_on": about.born_on.isoformat(),
        "id_number": about.number,
        "holder_number": about.number,
        "uscc": about.credit_code,
    }
    if field.code in known and (not field.enum or known[field.code] in field.enum):
        return known[field.code]
    if field.pattern in {_PERSON, _FIRM}:
        other = invented()[(n + 1) % ROWS]
        return other.number if field.pattern == _PERSON else other.credit_code
    return _made(field, n, _turn(resource, field.code))


def _made(field: SampleField, n: int, turn: int) -> Json:
    """A value of the field's type; `turn` differs from field to field, so that columns do not run in step."""
    if field.enum:
        return field.enum[(n + turn) % len(field.enum)]
    match field.type:
        case "boolean":
            return "是" if (n + turn) % 2 else "否"
        case "date":
            return (date(2019, 1, 7) + timedelta(days=(n * 211 + turn * 17) % 2500)).isoformat()
        case "integer":
            return (n * 7 + turn) % 97 + 1
        case "number":
            return f"{(n * 1350 + turn * 25) % 20000 / 100 + 30:.2f}"
        case _:
            return _text(field, n, turn)


def _text(field: SampleField, n: int, turn: int) -> str:
    if field.pattern:
        numbered = _TIMES.sub(lambda found: f"{n + 1 + turn:0{found[1]}}"[-int(found[1]) :], field.pattern)
        plain = re.sub(r"\\(.)", r"\1", numbered)
        if re.fullmatch(field.pattern, plain):
            return plain
    if field.code.endswith(("_no", "number", "identifier")):
        return f"TEST-{turn:02}-{n + 1:04}"
    text = f"示例{field.title}{n + 1}"
    return text[-field.length :] if field.length else text


def _has(fields: Sequence[SampleField], pattern: str, code: str) -> bool:
    return any(field.pattern == pattern or field.code == code for field in fields)


def _turn(resource: str, code: str) -> int:
    return hashlib.sha256(f"{resource}.{code}".encode()).digest()[0] % 90
