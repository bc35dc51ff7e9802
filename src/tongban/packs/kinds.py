"""What this module journals: activations, in the public log."""

from tongban.journal.api import Act, kind


@kind("pack.activated.v1", "启用内容包", origin="public")
class PackActivated(Act):
    """A pack was activated: whoever holds its files can recompute `digest`."""

    pack: str
    version: str
    digest: str
    demonstration: bool
