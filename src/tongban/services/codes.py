"""What a department's code is: published lists hold several kinds of value in one column.

A value is recognised by its form and check digit, or told apart with a reason; it is never repaired and never refused.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from tongban.identity.api import is_credit_code, is_organisation_code

CodeKind = Literal["credit-code", "organisation-code", "area-code", "words", "empty", "unknown"]
CODE_KINDS: tuple[CodeKind, ...] = (
    "credit-code",
    "organisation-code",
    "area-code",
    "words",
    "empty",
    "unknown",
)


@dataclass(frozen=True)
class ReadCode:
    """A recognised code as its standard writes it (`reads`), or the `reason` why it is none."""

    kind: CodeKind
    reads: str = ""
    reason: str = ""


def read_department_code(value: str, *, area: str) -> ReadCode:
    """Recognise one value of the column `dept_code`; `area` is the area code of the same row.

    Credit code: GB 32100, small letters and full-width forms read as capitals. Organisation code: GB/T 11714, with or
    without its hyphen. Area code: GB/T 2260 and 10114, 6, 9 or 12 digits inside the area of the row.
    """
    text = unicodedata.normalize("NFKC", value).strip().upper()
    if not text:
        return ReadCode("empty", reason="没有填写部门代码")
    if re.fullmatch(r"[0-9A-Z]{18}", text) and is_credit_code(text):
        return ReadCode("credit-code", text)
    if is_organisation_code(text):
        return ReadCode("organisation-code", text.replace("-", ""))
    if re.fullmatch(r"\d{6}|\d{9}|\d{12}", text) and len(area) >= 6 and text[:6] == area[:6]:
        return ReadCode("area-code", text)
    if not re.search(r"\d", text):
        return ReadCode("words", reason="填写的是文字，不是代码")
    return ReadCode("unknown", reason=_why_unknown(text))


def _why_unknown(text: str) -> str:
    head, mark, tail = text.partition("_")
    if mark:
        return f"带有后缀“_{tail}”，前段 {len(head)} 位，不是已知的代码形式"
    if re.fullmatch(r"[0-9A-Z]{18}", text):
        return "18 位，形似统一社会信用代码，校验位不对"
    if re.fullmatch(r"[0-9A-Z]{17}", text):
        return "17 位，比统一社会信用代码少一位"
    if re.fullmatch(r"[0-9A-Z]{8}-?[0-9X]", text):
        return "9 位，形似组织机构代码，校验位不对"
    if re.fullmatch(r"\d{16,}", text):
        return f"{len(text)} 位数字，像是其他系统的内部编号"
    return f"{len(text)} 位，不是已知的代码形式"
