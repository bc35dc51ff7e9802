"""Kinds of acts: each a frozen dataclass whose fields are the common part. A kind is superseded, never removed."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import ClassVar, TypeVar, cast, dataclass_transform

from tongban.kernel.canonical import Json

#: Leaves of `acts` hide their content behind salted commitments; leaves of `public` are readable by all.
ORIGINS = ("acts", "public")


class Act:
    """What is done. Fields hold only what everybody may see who may see the entry."""

    kind: ClassVar[str]
    title: ClassVar[str]
    origin: ClassVar[str]


ActType = TypeVar("ActType", bound=Act)

_kinds: dict[str, type[Act]] = {}


@dataclass_transform(kw_only_default=True, frozen_default=True)
def kind(name: str, title: str, *, origin: str = "acts") -> Callable[[type[ActType]], type[ActType]]:
    """Register a class as the kind `name` (`noun.verb.vN`) with the Chinese `title` that timelines show."""
    if name in _kinds:
        raise ValueError(f"the kind {name} is declared twice")
    if origin not in ORIGINS:
        raise ValueError(f"the kind {name} names the unknown origin {origin}")

    def register(declared: type[ActType]) -> type[ActType]:
        made = dataclass(frozen=True, kw_only=True)(declared)
        made.kind, made.title, made.origin = name, title, origin
        _kinds[name] = made
        return made

    return register


def common_content(act: Act) -> dict[str, Json]:
    """The common part of an act: its fields by name."""
    return cast("dict[str, Json]", asdict(act))  # type: ignore[call-overload]


def title_of(name: str) -> str:
    """The Chinese title of a kind; the name itself for a kind this program does not know."""
    known = _kinds.get(name)
    return known.title if known else name


def origin_of(name: str) -> str:
    """The log a kind goes to.

    Raises:
        KeyError: this program does not know the kind.
    """
    return _kinds[name].origin


def find_kind(name: str) -> type[Act] | None:
    """The class of a kind; None for one this program does not know."""
    return _kinds.get(name)


def all_kinds() -> dict[str, type[Act]]:
    """Every registered kind by name."""
    return dict(_kinds)
