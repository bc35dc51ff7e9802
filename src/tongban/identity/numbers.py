"""Identity numbers of people (GB 11643) and of bodies (GB 32100): their check digits, and how they are shown."""

import re
from collections.abc import Collection
from datetime import date

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from tongban.kernel.errors import Conflict
from tongban.kernel.ids import new_code


def is_id_number(number: str) -> bool:
    """Whether an 18-character identity number has the right form and check digit (GB 11643, MOD 11-2)."""
    return len(number) == 18 and number[:17].isdigit() and mod_11_2.is_valid(number)


def full_id_number(number: str) -> str | None:
    """An identity number in today's form: 18 characters as they are, the old 15 digits with century and check digit.

    None if it is neither, if the check digit is wrong or the day of birth is none (GB 11643). The sequence numbers 996
    to 999 of the old form were kept for people born before 1900.
    """
    if len(number) == 15 and number.isascii() and number.isdigit():
        century = "18" if number[12:] >= "996" else "19"
        body = number[:6] + century + number[6:]
        number = body + str(mod_11_2.calc_check_digit(body))
    if not (number.isascii() and is_id_number(number)):
        return None
    try:
        date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        return None
    return number


def new_id_number(area: str, born_on: date, *, male: bool, taken: Collection[str]) -> str:
    """The next free identity number of an area for somebody born that day; odd sequence numbers are men's.

    Raises:
        Conflict: the area has given all numbers of the day.
    """
    for sequence in range(1 if male else 2, 1000, 2):
        body = f"{area}{born_on:%Y%m%d}{sequence:03}"
        number = body + str(mod_11_2.calc_check_digit(body))
        if number not in taken:
            return number
    raise Conflict("这一天的公民身份号码已经编完，请与户政部门联系。")


def is_credit_code(code: str) -> bool:
    """Whether a unified social credit code has the right form and check digit (GB 32100)."""
    return bool(uscc.is_valid(code))


def is_organisation_code(code: str) -> bool:
    """Whether nine characters are an organisation code with the right check digit (GB/T 11714), hyphen or not."""
    body, check = code.replace("-", "", 1)[:8], code[-1:]
    formed = re.fullmatch(r"[0-9A-Z]{8}-?[0-9X]", code)
    return bool(formed) and _organisation_check(body) == check


def masked(number: str) -> str:
    """A number as a page shows it before somebody asks for all of it: `990102********0023`."""
    return f"{number[:6]}{'*' * max(len(number) - 10, 0)}{number[-4:]}" if len(number) > 10 else number


def new_credit_code(area: str) -> str:
    """A new code for an individual business (92) of the six-digit `area`, with both check digits."""
    while True:
        body = f"MA{new_code(6)}"
        if set(body) & set("IOSVZ"):
            continue
        subject = body + _organisation_check(body)
        code = f"92{area}{subject}"
        return code + str(uscc.calc_check_digit(code))


def _organisation_check(body: str) -> str:
    """The check digit of GB/T 11714 over eight characters."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    check = 11 - sum(weight * values.index(char) for weight, char in zip(weights, body, strict=True)) % 11
    return {10: "X", 11: "0"}.get(check, str(check))
