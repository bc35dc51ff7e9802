"""The commands `packs check` and `packs activate`."""

import sys
from collections.abc import Sequence

from tongban.packs.api import activate_packs, check_packs


def check(names: Sequence[str]) -> int:
    """Print every finding; 1 if one keeps the packs from being activated."""
    checked = check_packs(names)
    for finding in checked.errors:
        print(finding, file=sys.stderr)  # noqa: T201 - the terminal is the page here
    for finding in checked.findings:
        if finding.level != "error":
            print(f"{finding.level}: {finding}")  # noqa: T201
    print(f"{len(checked.errors)} mistakes, {len(checked.unverified)} facts not verified")  # noqa: T201
    return 1 if checked.errors else 0


def activate(names: Sequence[str]) -> int:
    """Activate the packs and say what was written."""
    stored = activate_packs(names)
    for noun, count in sorted(stored.written.items()):
        print(f"{count:6} {noun}")  # noqa: T201
    for conflict in stored.conflicts:
        print(f"left as it is: {conflict}")  # noqa: T201
    return 0
