"""Kinds of acts: each a frozen dataclass whose fields are the common part. A kind is superseded, never removed."""

from collections.abc import Callable, Mapping, Sequence
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
#: Makes the content of a newer kind from the content of the one it supersedes.
Upcast = Callable[[Mapping[str, Json]], Mapping[str, Json]]

_kinds: dict[str, type[Act]] = {}
#: By superseded kind: the kind that takes its place, and how.
_newer: dict[str, tuple[str, Upcast]] = {}


@dataclass_transform(kw_only_default=True, frozen_default=True)
def kind(
    name: str, title: str, *, origin: str = "acts", supersedes: str = "", upcast: Upcast | None = None
) -> Callable[[type[ActType]], type[ActType]]:
    """Register a class as the kind `name` (`noun.verb.vN`) with the Chinese `title` that timelines show.

    A kind that `supersedes` an older one says how to `upcast` its content; the older class stays, entries of it are
    read in the newest form, and only their proofs show what was written.

    Raises:
        ValueError: the name is taken, the origin unknown, or the older kind unknown, superseded or without upcast.
    """
    if name in _kinds:
        raise ValueError(f"the kind {name} is declared twice")
    if supersedes and (supersedes not in _kinds or supersedes in _newer or upcast is None):
        raise ValueError(f"the kind {name} cannot supersede {supersedes}")
    if origin not in ORIGINS:
        raise ValueError(f"the kind {name} names the unknown origin {origin}")

    def register(declared: type[ActType]) -> type[ActType]:
        made = dataclass(frozen=True, kw_only=True)(declared)
        made.kind, made.title, made.origin = name, title, origin
        _kinds[name] = made
        if supersedes and upcast:
            _newer[supersedes] = (name, upcast)
        return made

    return register


def common_content(act: Act) -> dict[str, Json]:
    """The common part of an act: its fields by name."""
    said: dict[str, Json] = dict(vars(act))
    if all(isinstance(value, str | int | None) for value in said.values()):
        return said
    return cast("dict[str, Json]", asdict(act))  # type: ignore[call-overload]


def newest(name: str, content: Mapping[str, Json]) -> tuple[str, Mapping[str, Json]]:
    """The kind and content of an entry in the newest form; an erased content stays empty."""
    while name in _newer:
        name, upcast = _newer[name]
        content = upcast(content) if content else content
    return name, content


def with_older(names: Sequence[str]) -> list[str]:
    """These kinds and all that they superseded: what a reader of the newest form has to look for."""
    found = list(names)
    for name in found:
        found += [older for older, (newer, _) in _newer.items() if newer == name and older not in found]
    return found


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
