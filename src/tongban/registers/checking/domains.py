"""What a column holds beyond its type: numbers with check digits, areas with their history, telephones, days that are past."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from tongban.kernel.quoting import named, quoted
from tongban.kernel.sentences import say

Domain = Literal["id-number", "credit-code", "area", "phone", "birthday", "past-day"]

_ID_DIGITS = "10X98765432"
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_FORM = f"[{_CREDIT}]{{2}}\\d{{6}}[{_CREDIT}]{{10}}"
_AREA = r"\d{6}(\d{6})?"
_PHONE = r"1[3-9]\d{9}|(0\d{2,3}-?)?\d{7,8}(-\d{1,6})?|[48]00-?\d{3}-?\d{4}|1\d{4}|9\d{4,5}"
#: The year of birth of the oldest person whom a register can still hold.
_OLDEST = 1850


@dataclass(frozen=True)
class Areas:
    """The areas that are known, by six digits, with the last day of each (None: it still is one).

    A province of which counties are listed is listed whole; of another one any county may be.
    """

    until: Mapping[str, date | None]

    @property
    def provinces(self) -> list[str]:
        """The first two digits of every code."""
        return sorted({code[:2] for code in self.until})

    @property
    def whole(self) -> list[str]:
        """The first two digits of provinces that are listed with their counties."""
        return sorted({code[:2] for code in self.until if not code.endswith("00")})


def domain_checks(field: Mapping[str, Any], *, today: date, areas: Areas) -> Iterator[dict[str, Any]]:
    """The checks of a column's domain, none without one."""
    name, title = field["name"], field["title"]
    text, value = named(name), named(f"{name}=")
    helpers: dict[str, str] = {}
    own = {"column": name, "counted": name, "helpers": helpers}
    match field.get("domain"):
        case "id-number":
            helpers |= id_body(name)
            found = _of_id_number(title, value, named(f"{name} body"))
        case "credit-code":
            found = _of_credit_code(title, value)
        case "phone":
            wrong = f"({text} is not null and not regexp_full_match({text}, {quoted(_PHONE)}))"
            found = iter([("phone", "validity", wrong, say("「{title}」不是电话号码。", title=title))])
        case "birthday" | "past-day":
            found = _of_day(title, value, today, is_birth=field["domain"] == "birthday")
        case "area":
            helpers[f"{name} area"] = f"regexp_full_match({text}, {quoted(_AREA)})"
            found = _of_area(title, text, named(f"{name} area"), today, areas)
        case _:
            return
    for code, dimension, fails, sentence in found:
        # Credit codes of real lists include a few that bodies without one made up: told, not sent back.
        refuses = field["domain"] != "credit-code"
        yield {
            **own,
            "code": f"{name}.{code}",
            "dimension": dimension,
            "fails": fails,
            "sentence": sentence,
            "refuses": refuses,
        }


def id_body(name: str) -> dict[str, str]:
    """The helper `{name} body`: the 17 digits before the check digit as one whole number, NULL where they are none."""
    value = named(f"{name}=")
    return {f"{name} body": f"case when length({value}) = 18 then try_cast(left({value}, 17) as bigint) end"}


_Found = Iterator[tuple[str, str, str, Any]]


def _of_id_number(title: str, value: str, body: str) -> _Found:
    """GB 11643: 18 places, a day, a check digit. As arithmetic on one whole number: a million a second and more."""
    # The weights are powers of two modulo 11, so that the sum of weighted digits needs one division for each digit.
    total = " + ".join(
        [f"{body} * 2", *(f"{body} // {10**n} * {-(2 ** (n + 3)) % 11}" for n in range(1, 17))]
    )
    digit = f"substr({quoted(_ID_DIGITS)}, (({total}) % 11 + 1)::integer, 1)"
    year, month, day = (f"({body} // {10**place} % {10**size})" for place, size in ((7, 4), (5, 2), (3, 2)))
    leap = f"({year} % 4 = 0 and ({year} % 100 <> 0 or {year} % 400 = 0))"
    length = (
        f"({day} <= 28 or {day} <= 30 and {month} <> 2 or {day} = 31 and {month} in (1, 3, 5, 7, 8, 10, 12)"
        f" or {day} = 29 and {leap})"
    )
    around = f"{year} between {_OLDEST} and 2199 and {month} between 1 and 12"
    born = f"({around} and {day} >= 1 and {length})"
    yield (
        "id-form",
        "validity",
        f"({value} is not null and {body} is null)",
        say("「{title}」应为 18 位公民身份号码；15 位的旧号码请换成 18 位。", title=title),
    )
    yield (
        "id-day",
        "accuracy",
        # Days that every month has are nearly all: for the others alone its length is looked at.
        f"(case when {day} between 1 and 28 and {around} then false else coalesce(not {born}, false) end)",
        say("「{title}」第 7 到 14 位不是出生日期。", title=title),
    )
    yield (
        "id-digit",
        "accuracy",
        f"coalesce(not suffix({value}, {digit}), false)",
        say("「{title}」的校验码不对，请逐位核对。", title=title),
    )


def _of_credit_code(title: str, value: str) -> _Found:
    """GB 32100: 18 places of an alphabet without I, O, S, V, Z; the last is the check digit, MOD 31."""
    formed = f"regexp_full_match({value}, {quoted(_CREDIT_FORM)})"
    total = " + ".join(
        f"(strpos({quoted(_CREDIT)}, substr({value}, {n + 1}, 1)) - 1) * {pow(3, n, 31)}" for n in range(17)
    )
    digit = f"substr({quoted(_CREDIT)}, ((31 - ({total}) % 31) % 31 + 1)::integer, 1)"
    yield (
        "credit-form",
        "validity",
        f"({value} is not null and not {formed})",
        say("「{title}」应为 18 位统一社会信用代码。", title=title),
    )
    yield (
        "credit-digit",
        "accuracy",
        f"coalesce({formed} and right({value}, 1) <> {digit}, false)",
        say("「{title}」的校验码不对，请逐位核对。", title=title),
    )


def _of_day(title: str, value: str, today: date, *, is_birth: bool) -> _Found:
    yield (
        "future",
        "accuracy",
        f"coalesce({value} > date '{today.isoformat()}', false)",
        say("「{title}」晚于今天，请核对。", title=title),
    )
    if is_birth:
        yield (
            "ancient",
            "accuracy",
            f"coalesce({value} < date '{_OLDEST}-01-01', false)",
            say("「{title}」早于 {year} 年，请核对。", title=title, year=_OLDEST),
        )


def _of_area(title: str, text: str, formed: str, today: date, areas: Areas) -> _Found:
    """GB/T 2260: six digits, or twelve as lists write them; one that is no more is told with its last day."""
    yield (
        "area-form",
        "validity",
        f"coalesce(not {formed}, false)",
        say("「{title}」应为 6 位或者 12 位区划代码。", title=title),
    )
    province, code = f"left({text}, 2)", f"left({text}, 6)"
    unknown = (
        f"{province} not in {_listed(areas.provinces)}"
        f" or {province} in {_listed(areas.whole)} and {code} not in {_listed(areas.until)}"
    )
    yield (
        "area-unknown",
        "accuracy",
        f"coalesce({formed} and ({unknown}), false)",
        say("没有「{title}」这个区划代码，请核对。", title=title),
    )
    gone = [one for one, last in areas.until.items() if last is not None and last < today]
    yield (
        "area-abolished",
        "accuracy",
        f"coalesce({code} in {_listed(gone)}, false)",
        say("「{title}」这个区划已经撤销，请换成现在的区划代码。", title=title),
    )


def _listed(codes: Iterable[str]) -> str:
    return f"({', '.join(quoted(one) for one in codes) or quoted('')})"
