"""The areas that checks know: what the packs say of them, with the last day of those that are no more."""

from tongban.packs.api import code_values
from tongban.registers.checking.domains import Areas


def known_areas() -> Areas:
    """Every area code of the active packs. One query."""
    return Areas({value.code[:6]: value.until for value in code_values(["area"])})
