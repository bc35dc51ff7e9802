"""The catalogue's people and a whole resource."""

from tests.catalogue.conftest import other, owner, reviewer, whole, words  # noqa: F401 - fixtures
