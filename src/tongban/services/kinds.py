"""What this module journals: imports of published items, in the public log."""

from tongban.journal.api import Act, kind


@kind("items.imported.v1", "导入公布的事项", origin="public")
class ItemsImported(Act):
    """Items that another system publishes were taken over: whoever holds the file can recompute `sha256`."""

    file_name: str
    sha256: str
    rows: int
    new: int
    changed: int
    flagged: int
