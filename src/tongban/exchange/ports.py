"""What plugs into the exchange: sources of data. Shipped: hosted registers (`tongban.registers`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Protocol, runtime_checkable

from psycopg import sql

from tongban.journal.api import Actor
from tongban.kernel.canonical import Json

#: Why a source outside gave no answer that we use, as pages say it.
FAULT_WORDS = {
    "address": "接口地址指向不允许访问的网段",
    "busy": "正在处理的查询已满",
    "changed": "的接口约定在等候答复时有变更",
    "cut": "答复中途断开",
    "down": "暂停服务",
    "malformed": "答复的内容与约定的格式不符",
    "open": "连续失败，暂停查询",
    "redirected": "要求转到别的地址",
    "refused": "不接受这次查询",
    "status": "报告自身出错",
    "stopped": "等答复的时候授权或者办件已经停用",
    "timeout": "没有在时限内答复",
    "too-large": "答复超过约定的大小",
    "type": "答复不是约定的类型",
    "unreachable": "连接不上",
    "unset": "本方还没有配置访问它的凭证",
    "unsuccessful": "答复说没有成功",
}


class SourceDown(Exception):  # noqa: N818 - a state, not a fault of ours
    """The source gives no answer now: `fault` is one of `FAULT_WORDS`.

    `blames`: it counts as a failure of the source (what the question itself brought about does not). `again_s`: after
    so many seconds it is worth while to ask again; 0 where nobody can say.
    """

    def __init__(self, what: str, *, fault: str = "down", blames: bool = True, again_s: int = 0) -> None:
        super().__init__(what)
        self.fault, self.blames, self.again_s = fault, blames, again_s


class Source(Protocol):
    """Answers for a resource. Keys find the record; items are its columns."""

    def query(self, target: str, keys: Mapping[str, str], items: Sequence[str]) -> Mapping[str, Json] | None:
        """The values of `items`, or None when there is no such record.

        Raises:
            SourceDown: no answer now.
        """
        ...

    def verify(
        self, target: str, keys: Mapping[str, str], claims: Mapping[str, str]
    ) -> Mapping[str, bool] | None:
        """For each claimed item whether it is so; None when there is no such record.

        Raises:
            SourceDown: no answer now.
        """
        ...


@dataclass(frozen=True)
class Column:
    """A column of a relation: an SQL expression and its Table Schema type."""

    expression: sql.Composable
    type: str


@dataclass(frozen=True)
class Relation:
    """Where a source that lives in our own database keeps what it answers, for the gateway's one statement.

    `restriction` is a condition on every row, `up` one on whether the source answers now; a question finds its record
    where each key equals its column, and only if exactly one row does (`newest`, an ordering, takes the first).
    """

    table: sql.Composable
    columns: Mapping[str, Column]
    #: The columns that a record is known by; a question may search by others only where the grant gives them.
    keys: frozenset[str] = frozenset()
    restriction: sql.Composable | None = None
    up: sql.Composable | None = None
    newest: sql.Composable | None = None


@runtime_checkable
class RelationSource(Source, Protocol):
    """A source whose records the gateway's statement can read by itself."""

    def relation(self, target: str) -> Relation:
        """The relation behind `target`.

        Raises:
            KeyError: there is no such target.
        """
        ...


@dataclass(frozen=True)
class Feed:
    """Where a source keeps the order of its changes, as far as it reaches now.

    `key` is the column that names a record; `changes` a relation with `feed_position` (dense, from 1), `feed_key` (text),
    `feed_op` (insert, update, correct, delete) and `feed_at`; `closed` are the columns whose values are from a short list.
    Positions from `first` to `last` are there.
    """

    key: str
    changes: sql.Composable
    closed: Mapping[str, tuple[str, ...]]
    first: int
    last: int


@runtime_checkable
class FeedSource(RelationSource, Protocol):
    """A source that gives its records page by page, and their changes in order."""

    def feed(self, target: str) -> Feed:
        """The order of the changes behind `target`."""
        ...


@dataclass(frozen=True)
class Reach:
    """How a source outside our database is asked: `system` is what permits and the breaker are kept for.

    At most `permits` questions are on their way to it at a time, each for `longest_s` seconds at most; `keys` and
    `items` are what it understands.
    """

    system: str
    title: str
    permits: int
    longest_s: float
    keys: frozenset[str]
    items: frozenset[str]


@runtime_checkable
class RemoteSource(Source, Protocol):
    """A source outside our database: asked with no transaction open, journalled before and after."""

    def reach(self, target: str) -> Reach:
        """How `target` is asked."""
        ...


@runtime_checkable
class CausedSource(RemoteSource, Protocol):
    """A source outside that wants to be told why it is asked."""

    def because(self, cause: str) -> RemoteSource:
        """The same source, told `cause` with every question."""
        ...


@runtime_checkable
class DescribedSource(Protocol):
    """A source that has a schema: developers are told of it, and the sandbox invents rows from it."""

    def describe(self, target: str) -> tuple[str, Sequence[Mapping[str, Json]]]:
        """The column that usually finds a record, and the columns (Table Schema: name, title, type, constraints).

        Raises:
            KeyError: there is no such target.
        """
        ...


@runtime_checkable
class CorrectableSource(Protocol):
    """A source whose records are kept here, so that their owner can put them right."""

    def correct(
        self, target: str, keys: Mapping[str, str], values: Mapping[str, str], *, origin: str, by: Actor
    ) -> list[str]:
        """Write `values` into the one record that `keys` find, in the transaction at hand; returns what changed.

        Raises:
            BadInput: a value does not fit its column, or is of the key; names the item.
            NotFound: there is no such record.
        """
        ...


def agrees(held: Json, claimed: str) -> bool:
    """Whether a stated value is the held one: numbers by value (92.5 is 92.50), text without outer spaces."""
    shown, stated = "" if held is None else str(held).strip(), claimed.strip()
    try:
        return shown == stated or Decimal(shown) == Decimal(stated)
    except InvalidOperation:
        return False


_sources: dict[str, Source] = {}


def register_source(adapter: str, source: Source) -> None:
    """Plug in the adapter that bindings name."""
    _sources[adapter] = source


def source_of(adapter: str) -> Source:
    """The adapter of that name.

    Raises:
        KeyError: none is plugged in.
    """
    return _sources[adapter]


def correctable(adapter: str) -> CorrectableSource | None:
    """The adapter of that name, if its records are kept here and can be put right."""
    source: object = _sources.get(adapter)
    return source if isinstance(source, CorrectableSource) else None


def adapters() -> list[str]:
    """The names of the adapters that are plugged in."""
    return sorted(_sources)
