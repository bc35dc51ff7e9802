"""The identifier of GB/T 36904: root, type code, issuer, serial, version, check character. Pure."""

from stdnum.iso7064 import mod_37_36

ROOT = "1.2.156.3005.2"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def make_identifier(*, type_code: str, issuer: str, serial: str, version: int = 1) -> str:
    """An identifier; the check (ISO 7064 MOD 37,36) runs over the parts without dots and without the root."""
    parts = [type_code, issuer, serial, f"{version:03}"]
    return ".".join([ROOT, *parts, _check_character("".join(parts))])


def next_version(identifier: str) -> str:
    """The identifier of the certificate that takes this one's place: the same serial, the next version.

    Raises:
        ValueError: there is no version after 999, or it is no identifier.
    """
    type_code, issuer, serial, version, _check = identifier.removeprefix(f"{ROOT}.").split(".")
    if int(version) == 999:
        raise ValueError(f"{identifier} has no next version")
    return make_identifier(type_code=type_code, issuer=issuer, serial=serial, version=int(version) + 1)


def is_identifier(text: str) -> bool:
    """Whether the text has the form of an identifier and its check character fits."""
    root, _, rest = text.partition(f"{ROOT}.")
    parts = rest.split(".")
    if root or len(parts) != 5 or not all(part.isalnum() and part.isascii() for part in parts):
        return False
    type_code, issuer, _, version, check = parts
    if len(type_code) != 21 or len(issuer) != 18 or len(version) != 3 or len(check) != 1:
        return False
    return bool(mod_37_36.is_valid("".join(parts)))


def _check_character(text: str) -> str:
    """ISO 7064 MOD 37,36 over digits and capitals, as python-stdnum has it; a fifth of its time, for imports."""
    check = 18
    for one in text:
        check = ((check or 36) * 2 % 37 + int(one, 36)) % 36
    return _ALPHABET[(1 - (check or 36) * 2 % 37) % 36]
