"""The docs are true: generated pages equal the code, settings and commands are all named, words are in the glossary."""

import importlib.util
import re

import pytest
from django.apps import apps

from tests.architecture.test_shapes import ROOT, SOURCES

DOCS = ROOT / "docs"


def generator() -> object:
    found = importlib.util.spec_from_file_location("docs_tool", ROOT / "tools" / "docs.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["regimes.md", "kinds.md"])
def test_generated_pages_equal_what_is_committed(name: str) -> None:
    pages = generator().pages()  # type: ignore[attr-defined]
    assert (DOCS / "reference" / name).read_text("utf-8") == pages[name], "run: make docs"


def test_every_setting_is_described() -> None:
    described = (DOCS / "reference" / "settings.md").read_text("utf-8")
    named = {
        name for path in SOURCES for name in re.findall(r"TONGBAN_[A-Z_]*[A-Z]", path.read_text("utf-8"))
    }
    assert not [name for name in named if f"`{name}" not in described]


def test_every_table_and_kind_has_its_noun_in_the_glossary() -> None:
    nouns = set(re.findall(r"^\| ([a-z ]+?) \|", (DOCS / "glossary.md").read_text("utf-8"), re.MULTILINE))
    words = {word for noun in nouns for word in noun.split()}
    unknown = []
    for model in apps.get_models():
        if model.__module__.startswith("tongban."):
            parts = [part.lower() for part in re.findall(r"[A-Z][a-z]+", model.__name__)]
            unknown += [model.__name__] if not set(parts) & words else []
    assert not unknown


def test_decisions_have_numbers_that_are_used_once() -> None:
    numbers = [path.name[:4] for path in (DOCS / "decisions").glob("*.md")]
    assert numbers
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"])
def test_every_path_a_page_names_exists(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for path in re.findall(r"`((?:src/|docs/|packs/|tests/)?[a-z_]+(?:/[a-z_]+)+\.(?:py|md|yaml))`", text):
        candidates = [ROOT / path, ROOT / "src" / "tongban" / path]
        assert any(one.exists() for one in candidates), path


def test_the_readme_fits_on_one_screen() -> None:
    assert (ROOT / "README.md").read_text("utf-8").count("\n") <= 60
