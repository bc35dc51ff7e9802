"""Holding rows against what a certificate must have; everything that is wrong with a row is said at once. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tongban.certificates.importing.reading import Raw
from tongban.identity.api import is_credit_code, is_id_number
from tongban.kernel.sentences import say

VALUE_MAX = 2000
#: How files write an end that never comes.
_ENDLESS = frozenset({"", "长期", "长期有效", "永久", "9999-12-31", "99991231", "2099-12-31"})
#: Firms hold many licences: a file says the same codes again and again.
_is_credit_code = lru_cache(maxsize=1 << 16)(is_credit_code)
_DAYS = {"issued_on": "签发日期", "valid_from": "有效期起", "valid_to": "有效期止"}


@dataclass(frozen=True)
class Checked:
    """A row with nothing wrong in itself."""

    line: int
    number: str
    holder_number: str
    issued_on: date
    valid_from: date
    valid_to: date | None
    content: Mapping[str, str]


@dataclass(frozen=True)
class Refusal:
    """A row that is sent back. `codes` are counted in the report, `reasons` are read by people."""

    line: int
    number: str
    codes: tuple[str, ...]
    reasons: tuple[str, ...]


def check_row(
    line: int, raw: Raw, *, fields: Sequence[tuple[str, str]], holder: str, today: date
) -> Checked | Refusal:
    """A row as it would be written, or everything that is wrong with it. `holder`: person or firm."""
    wrong: list[tuple[str, str]] = []
    number, owner = raw["number"], raw["holder_number"].upper()
    if not number:
        wrong.append(("number-missing", "没有证照编号"))
    known = is_id_number(owner) if holder == "person" else _is_credit_code(owner)
    if not owner:
        wrong.append(("holder-missing", "没有持证主体代码"))
    elif not known:
        what = "公民身份号码" if holder == "person" else "统一社会信用代码"
        wrong.append(
            ("holder-number", say("持证主体代码不是有效的{what}（校验码不对或者位数不对）", what=what))
        )
    content = {name: raw[f"content.{name}"] for name, _title in fields}
    wrong += [
        ("field-missing", say("没有「{title}」", title=title)) for name, title in fields if not content[name]
    ]
    wrong += [
        ("too-long", say("「{title}」超过 {n} 字", title=title, n=VALUE_MAX))
        for name, title in fields
        if len(content[name]) > VALUE_MAX
    ]
    days = _days(raw, wrong)
    issued, first, last = days["issued_on"], days["valid_from"] or days["issued_on"], days["valid_to"]
    if issued and issued > today:
        wrong.append(("issued-ahead", "签发日期晚于今天"))
    if issued and first and last and last < max(first, issued):
        wrong.append(("term", "有效期止早于有效期起或者签发日期"))
    if wrong or issued is None or first is None:
        return Refusal(
            line, number, tuple(code for code, _ in wrong), tuple(str(words) for _, words in wrong)
        )
    return Checked(line, number, owner, issued, first, last, content)


def _days(raw: Raw, wrong: list[tuple[str, str]]) -> dict[str, date | None]:
    days: dict[str, date | None] = {}
    for name, title in _DAYS.items():
        given = raw.get(name, "")
        endless = name == "valid_to" and given in _ENDLESS
        days[name] = None if endless or not given else _day(given)
        if name == "issued_on" and not given:
            wrong.append(("day-missing", say("没有{title}", title=title)))
        elif given and not endless and days[name] is None:
            wrong.append(("day", say("{title}「{given}」不是日期", title=title, given=given[:20])))
    return days


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        pass
    digits = "".join(one if one.isdigit() else " " for one in given.split("T", maxsplit=1)[0]).split()
    if len(digits) == 1 and len(digits[0]) == len("20260131"):
        digits = [digits[0][:4], digits[0][4:6], digits[0][6:]]
    try:
        year, month, day = map(int, digits[:3])
        return date(year, month, day)
    except ValueError:
        return None
