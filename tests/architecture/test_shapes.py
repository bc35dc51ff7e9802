"""The shape of the house: small files, small functions, everything described, nothing unfinished."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tongban.site.home import checkout

ROOT = checkout()
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
BANNED_NAMES = {"utils", "helpers", "common", "manager", "tools", "misc", "base"}


def tracked(*patterns: str) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listing.stdout.split("\n") if name and (ROOT / name).is_file()]


PYTHON = [path for path in tracked("*.py") if "migrations" not in path.parts]
SOURCES = [path for path in PYTHON if "src" in path.parts]


def test_no_file_is_longer_than_500_lines() -> None:
    long = {str(path): lines for path in PYTHON if (lines := path.read_text().count("\n")) > FILE_LINES_MAX}
    assert not long


def test_no_function_is_longer_than_70_lines() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path in PYTHON
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES_MAX
    ]
    assert not long


def test_every_module_tells_what_it_is() -> None:
    assert not [str(path) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))]


def test_every_package_docstring_is_in_its_init() -> None:
    packages = {path.parent for path in SOURCES}
    bare = [
        str(folder)
        for folder in packages
        if "management" not in folder.parts and not (folder / "__init__.py").exists()
    ]
    assert not bare


def test_nothing_is_marked_unfinished() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
    found = [
        f"{path}:{n}"
        for path in SOURCES
        for n, line in enumerate(path.read_text().split("\n"), 1)
        if marks.search(line)
    ]
    assert not found


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert not [str(path) for path in SOURCES if path.stem in BANNED_NAMES]


@pytest.mark.parametrize("name", ["core.txt", "bulk.txt", "dev.txt"])
def test_lock_files_hold_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    assert not re.search(r"://|^-|file:", text, re.MULTILINE)
    assert text.count("--hash=sha256:") >= text.count("==")


def test_no_file_names_this_machine() -> None:
    words = re.compile(r"/(?:work|root|home)/\w|pypi\.|npmjs|deb\.debian")
    texts = [
        path
        for path in tracked()
        if path.suffix in {".py", ".toml", ".md", ".yaml", ".html", ".css", ".txt", ".yml", ""}
    ]
    own = Path(__file__).resolve()
    assert not [str(path) for path in texts if path != own and words.search(path.read_text(errors="ignore"))]
