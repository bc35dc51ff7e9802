"""Writes the generated pages under docs/reference; `make check` fails when they differ from what is committed.

Usage: python tools/docs.py
"""

import contextlib
import importlib
import io
import sys
from pathlib import Path

from tongban.packs.ports import Cite
from tongban.site import setup
from tongban.site.cli import main
from tongban.site.home import checkout

FOLDER = checkout() / "docs" / "reference"
COMMANDS = (
    "demo",
    "story",
    "serve",
    "work",
    "migrate",
    "packs",
    "ledger",
    "witness",
    "keys",
    "verify",
    "bench",
    "check",
    "django",
)


def pages() -> dict[str, str]:
    """Every generated page by name."""
    return {"regimes.md": regimes(), "kinds.md": kinds(), "commands.md": commands()}


def regimes() -> str:
    """The state tables of the packs, as diagrams with the article of every verb."""
    from tongban.packs.api import check_packs
    from tongban.services.schema import with_formalities

    parts = [
        "# Regimes",
        "Generated from `packs/base/regimes*.yaml`. 未核对: nobody has read the article yet.",
        "",
    ]
    (pack,) = [one for one in check_packs(["base"]).packs if one.info.code == "base"]
    for regime in with_formalities(document.data for document in pack.documents["regimes"]):
        parts += [f"## {regime.title} `{regime.code}`", "", f"{regime.law}", ""]
        parts += ["```mermaid", "stateDiagram-v2"]
        titles = {state.code: state.title for state in regime.states}
        parts += [f'  state "{title}" as {code.replace("-", "_")}' for code, title in titles.items()]
        parts.append(f"  [*] --> {regime.states[0].code.replace('-', '_')}")
        for verb in regime.verbs:
            for begin in verb.begins:
                arrow = f"{begin.replace('-', '_')} --> {verb.leads.replace('-', '_')}"
                parts.append(f"  {arrow}: {verb.title}")
        parts += [f"  {state.code.replace('-', '_')} --> [*]" for state in regime.states if state.final]
        parts += ["```", "", "| verb | 动作 | by | law |", "|---|---|---|---|"]
        for verb in regime.verbs:
            parts.append(f"| `{verb.code}` | {verb.title} | {verb.by} | {_source(verb.cite)} |")
        if regime.pauses:
            parts += ["", f"Pauses, a closed list: {'、'.join(one.ground for one in regime.pauses)}."]
        if regime.formalities:
            parts += ["", "Beside the table, leaving the state as it is:", ""]
            parts += ["| formality | 动作 | stage | by | limit | law |", "|---|---|---|---|---|---|"]
            for one in regime.formalities:
                limit = f"`{one.limit}`" if one.limit else "-"
                parts.append(
                    f"| `{one.code}` | {one.title} | {', '.join(one.stages)} | {', '.join(one.by)} | {limit} | {_source(one.cite)} |"
                )
        parts.append("")
    return "\n".join(parts)


def _source(cite: Cite) -> str:
    return f"{cite}{'' if cite.verified_by else ' 未核对'}"


def kinds() -> str:
    """Every kind of act with its title, log and meaning."""
    from tongban.journal.api import all_kinds

    for module in sorted((checkout() / "src" / "tongban").glob("*/kinds.py")):
        importlib.import_module(f"tongban.{module.parent.name}.kinds")
    rows = [
        f"| `{name}` | {kind.title} | {kind.origin} | {(kind.__doc__ or '').splitlines()[0]} |"
        for name, kind in sorted(all_kinds().items())
        if not name.startswith("test.")
    ]
    head = [
        "# Kinds of acts",
        "Generated from the modules' `kinds.py`.",
        "",
        "| kind | 名称 | log | meaning |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def commands() -> str:
    """The help of every command."""
    parts = ["# Commands", "Generated from `tongban COMMAND --help`.", ""]
    for words in ([], *([name] for name in COMMANDS)):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
            main([*words, "--help"])
        parts += ["```", printed.getvalue().rstrip(), "```", ""]
    return "\n".join(parts)


if __name__ == "__main__":
    setup.start_django("app")
    for page, text in pages().items():
        Path(FOLDER / page).write_text(text, "utf-8")
    sys.exit(0)
