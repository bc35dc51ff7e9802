"""Identity numbers of people (GB 11643) and of bodies (GB 32100): their check digits, and how they are shown."""

import re

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from tongban.kernel.ids import new_code


def is_id_number(number: str) -> bool:
    """Whether an 18-character identity number has the right form and check digit (GB 11643, MOD 11-2)."""
    return len(number) == 18 and number[:17].isdigit() and mod_11_2.is_valid(number)


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
