"""The commands under `packs`: check, activate and export packs, import published items, list what searches missed."""

import sys
from collections.abc import Sequence
from pathlib import Path

from tongban.journal.api import system
from tongban.packs.api import activate_packs, check_packs, export_packs
from tongban.services.api import CODE_KINDS, list_unanswered
from tongban.services.api import import_items as take_over
from tongban.site.setup import check_migrated


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


def export(names: Sequence[str], into: Path) -> int:
    """Write the packs with what was edited here into a folder and say what came where."""
    check_migrated()
    done = export_packs(names, into=into)
    for name, codes in done.written.items():
        print(f"{into / name}: {', '.join(codes)}")  # noqa: T201
    if done.moved:
        print(f"cut out of their own files: {', '.join(done.moved)}")  # noqa: T201
    if not done.written:
        print("Nothing was edited here: the packs are copied as they are.")  # noqa: T201
    return 0


def import_items(path: Path) -> int:
    """Take over a file of published items; print what was made of it and every value that is no known code."""
    check_migrated()
    done = take_over(path=path, by=system("services"))
    lines = [
        f"{len(done.file.rows)} items in {done.file.name}, sha256 {done.file.sha256}",
        f"{done.new:7} new",
        f"{done.changed:7} changed",
        f"{done.unchanged:7} as they were",
        "",
        f"{'dept_code':20} {'rows':>6} {'values':>7}",
    ]
    for kind in CODE_KINDS:
        rows, values = done.kinds.get(kind, (0, 0))
        lines.append(f"{kind:20} {rows:6} {values:7}")
    flagged = done.flagged_codes
    lines += [
        "",
        f"{sum(one.rows for one in flagged)} rows with {len(flagged)} values that are no known code:",
    ]
    lines += [
        f"{one.rows:6}  {one.value or '(empty)':24} {one.reason} [{'、'.join(one.departments)}]"
        for one in flagged
    ]
    others = done.other_flags
    if others:
        lines += ["", f"{len(others)} other flags:", *(f"  line {line}: {reason}" for line, reason in others)]
    print("\n".join(lines))  # noqa: T201
    return 0


def print_unanswered() -> int:
    """Print the words that searches found nothing for: what titles, aliases and synonyms lack."""
    check_migrated()
    for one in list_unanswered():
        print(f"{one.times:6}  {one.words}")  # noqa: T201
    return 0
