"""Reading the catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.catalogue.models import SHARING_TYPES, Resource
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say


@dataclass(frozen=True)
class ItemView:
    """An information item and its terms."""

    code: str
    name: str
    type: str
    sharing: str
    condition: str


@dataclass(frozen=True)
class ResourceView:
    """A resource with its items."""

    code: str
    name: str
    agency: str
    summary: str
    sharing: str
    update_cycle: str
    version: int
    items: tuple[ItemView, ...]

    @property
    def sharing_title(self) -> str:
        """The sharing type in Chinese."""
        return SHARING_TYPES[self.sharing]

    def item_names(self, codes: Iterable[str]) -> list[str]:
        """The Chinese names of some items."""
        names = {item.code: item.name for item in self.items}
        return [names.get(code, code) for code in codes]


def get_resource(code: str) -> ResourceView:
    """The resource `code`.

    Raises:
        NotFound: the catalogue has none.
    """
    found = get_resources([code])
    if code not in found:
        raise NotFound(say("目录里没有「{code}」这项信息资源。", code=code))
    return found[code]


def get_resources(codes: Iterable[str]) -> dict[str, ResourceView]:
    """Resources by code, with items, in two queries."""
    rows = Resource.objects.filter(code__in=set(codes)).prefetch_related("items")
    return {
        row.code: ResourceView(
            row.code,
            row.name,
            row.agency,
            row.summary,
            row.sharing,
            row.update_cycle,
            row.version,
            tuple(
                ItemView(item.code, item.name, item.type, item.sharing, item.condition)
                for item in sorted(row.items.all(), key=lambda item: item.ordinal)
            ),
        )
        for row in rows
    }


def count_resources() -> int:
    """How many resources the catalogue has."""
    return Resource.objects.count()
