"""A small invented file of published items, with every sort of department code that real ones hold."""

from pathlib import Path

import pytest

from tongban.journal.api import system
from tongban.services.api import Imported, import_items

FILE = Path(__file__).parent / "data" / "published-items.csv"


@pytest.fixture
def published(db: None) -> Imported:
    """The file, imported."""
    return import_items(path=FILE, by=system("services"))
