"""What plugs into the catalogue: how resource codes are made here, who keeps grants, who knows service items.

Shipped: the codes of the 2017 guide. A jurisdiction's own scheme is a class of an installed package, named under the
entry point `tongban.code_schemes`; a row of `schemes.yaml` puts it in force from a day on. The exchange, which keeps the
grants, and services, which know the items, are plugged in by site.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Protocol

from tongban.journal.api import Actor
from tongban.kernel.errors import Misconfigured
from tongban.kernel.sentences import say


class CodeScheme(Protocol):
    """Makes and reads the codes of resources in a jurisdiction."""

    def prefix(self, category: str, area: str) -> str:
        """What stands before the serial number for a class and the area of the agency."""
        ...

    def make(self, prefix: str, serial: int) -> str:
        """A whole code."""
        ...

    def serial(self, number: str) -> int | None:
        """The serial number of a code; None where the code is not of this scheme."""
        ...

    def fits(self, number: str, category: str) -> bool:
        """Whether a code of this scheme stands under a class."""
        ...


class NationalScheme:
    """The codes of the 2017 guide: class, a slash, a serial number of six digits."""

    _CODE = re.compile(r"[1-3][0-9]{2}[0-9]*/([0-9]{1,12})")

    def prefix(self, category: str, area: str) -> str:  # noqa: ARG002 - other schemes hold the area
        """The class alone."""
        return category

    def make(self, prefix: str, serial: int) -> str:
        """As 307016/000012."""
        return f"{prefix}/{serial:06d}"

    def serial(self, number: str) -> int | None:
        """The digits behind the slash."""
        found = self._CODE.fullmatch(number)
        return int(found[1]) if found else None

    def fits(self, number: str, category: str) -> bool:
        """Whether the front part begins with the class: items and sub-items stand below it."""
        return number.partition("/")[0].startswith(category)


@dataclass(frozen=True)
class Holder:
    """An agency that may read items of a resource under a grant."""

    agency: str
    grant: str
    items: tuple[str, ...]


class GrantKeeper(Protocol):
    """Knows and changes the grants on a resource, in the transaction of the caller."""

    def holders(self, resource: str) -> list[Holder]:
        """Who holds grants in force on a resource."""
        ...

    def suspend(self, resource: str, items: Sequence[str], *, why: str, by: Actor) -> list[Holder]:
        """Suspend just these items of running grants; gives the holders that had them, with what they lost."""
        ...

    def changed(self, resource: str) -> None:
        """What is offered of a resource has changed: whoever answers for it looks again at the next call."""
        ...

    def resume(self, resource: str, items: Sequence[str], *, by: Actor) -> list[Holder]:
        """Give back items that were suspended."""
        ...


#: Gives the titles of service items by code; codes that are none are left out.
ItemTitles = Callable[[Iterable[str]], Mapping[str, str]]

_schemes: dict[str, CodeScheme] = {"national-2017": NationalScheme()}
_keepers: list[GrantKeeper] = []
_titles: list[ItemTitles] = []


def register_scheme(program: str, scheme: CodeScheme) -> None:
    """Plug in the code scheme that a pack names."""
    _schemes[program] = scheme


def load_schemes() -> None:
    """Plug in the code schemes of installed packages: entry points `tongban.code_schemes`, each a class without arguments."""
    for found in entry_points(group="tongban.code_schemes"):
        register_scheme(found.name, found.load()())


def scheme_named(program: str) -> CodeScheme:
    """The code scheme of that name.

    Raises:
        Misconfigured: a pack names one that is not plugged in.
    """
    if program not in _schemes:
        raise Misconfigured(
            say(
                "没有名为「{program}」的资源代码编码程序，请安装它，或者改内容包的 schemes.yaml。",
                program=program,
            )
        )
    return _schemes[program]


def install_titles(titles: ItemTitles) -> None:
    """Plug in who knows the service items."""
    _titles[:] = [titles]


def item_titles(codes: Iterable[str]) -> Mapping[str, str] | None:
    """The titles of service items by code; None where nobody who knows them is plugged in."""
    return _titles[0](codes) if _titles else None


def install_keeper(keeper: GrantKeeper) -> None:
    """Plug in who keeps the grants."""
    _keepers[:] = [keeper]


def keeper() -> GrantKeeper:
    """Who keeps the grants.

    Raises:
        Misconfigured: nobody was plugged in; nothing may be withdrawn or tightened unseen.
    """
    if not _keepers:
        raise Misconfigured("没有接上交换模块，不能查出谁持有授权。")
    return _keepers[0]
