"""Items that another system publishes, imported for a test."""

from pathlib import Path

import pytest

from tests.services.conftest import FILE
from tongban.journal.api import system
from tongban.services.api import Imported, import_items

PUBLISHED = 45


@pytest.fixture
def published(db: None) -> Imported:
    """The small invented file of tests/services, imported."""
    return import_items(path=FILE, by=system("services"))


@pytest.fixture
def many_published(db: None, tmp_path: Path) -> int:
    """More items than a page of results holds, all alike; gives their number."""
    head = FILE.read_text("utf-8").partition("\n")[0]
    lines = [f"示例部,未分类,第{n}号登记事项,N{n},20,00877836X,990101000000" for n in range(PUBLISHED)]
    file = tmp_path / "many.csv"
    file.write_text("\n".join([head, *lines]), "utf-8")
    import_items(path=file, by=system("services"))
    return PUBLISHED
