"""The command `registers gather`: hands a batch in and carries it out, telling how far it is."""

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from tongban.identity.api import find_actor
from tongban.kernel.errors import BadInput
from tongban.kernel.sentences import say
from tongban.registers.api import (
    Handed,
    LoadView,
    feed_pieces,
    feed_position,
    get_load,
    order_load,
    row_errors,
    run_load,
    table_pieces,
)

_PIECE = 1 << 20
_STATES = {"reading": "读文件、逐行核对", "landing": "入库", "done": "办完", "refused": "整批退回"}


def gather(
    register: str,
    *,
    file: Path | None,
    table: tuple[str, str] | None,
    feed: str,
    since: tuple[str, str] | None,
    batch: str,
    full: bool,
    as_of: date | None,
    declared: int | None,
    may_shrink: bool,
    username: str,
) -> int:
    """Hand in and carry out; 1 if the batch or any of its rows was sent back."""
    by = find_actor(username)
    pieces, source, name = _from(file, table, feed, since)
    if feed:
        batch = batch or feed_position(feed)
    handed = Handed(
        register=register,
        batch=batch,
        file_name=name,
        mode="full" if full or feed else "incremental",
        source=source,
        as_of=as_of,
        declared=declared,
        may_shrink=may_shrink,
    )
    load = order_load(handed, pieces, by=by)
    before = get_load(load, agency=by.agency)
    if before.at_work:
        run_load(
            load,
            tell=lambda row: _tell(
                row.state, row.inserted + row.updated + row.same + row.older + row.deleted, row.to_land
            ),
        )
    view = get_load(load, agency=by.agency)
    _say(_summary(view))
    for check in view.checks:
        if check.failed:
            _say(f"  {check.failed} 行：{check.sentence}")
    for error in row_errors(view, limit=3):
        _say(f"  第 {error.row} 行 {error.sentence}")
    return 1 if view.state == "refused" or view.bad else 0


def _from(
    file: Path | None, table: tuple[str, str] | None, feed: str, since: tuple[str, str] | None
) -> tuple[Iterable[bytes], str, str]:
    """Its pieces, what its batches are numbered in, and the name of its file."""
    if file:
        return _pieces(file), "file", file.name
    if table:
        variable, name = table
        return (
            table_pieces(variable, name, since=since),
            f"table:{variable.removeprefix('TONGBAN_UPSTREAM_SECRET_').lower()}:{name}",
            f"{name}.csv",
        )
    return feed_pieces(feed), f"feed:{feed}", f"{feed}.ndjson"


def _pieces(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as opened:
            while piece := opened.read(_PIECE):
                yield piece
    except OSError as error:
        raise BadInput(say("文件 {name} 读不了：{why}。", name=file.name, why=error.strerror)) from error


def _tell(state: str, landed: int, to_land: int) -> None:
    share = f" {landed:,}/{to_land:,}" if state == "landing" else ""
    _say(f"{_STATES.get(state, state)}{share}")


def _summary(view: LoadView) -> str:
    if view.state == "refused":
        return f"{view.title}，批次 {view.batch}：整批退回。{view.reason}"
    return (
        f"{view.title}，批次 {view.batch}：共 {view.rows:,} 行，新增 {view.inserted:,}，变更 {view.updated:,}，"
        f"没有变化 {view.same:,}，库里更新 {view.older:,}，删去 {view.deleted:,}，批内重复 {view.twice:,}，退回 {view.bad:,}。"
    )


def _say(sentence: str) -> None:
    print(sentence, flush=True, file=sys.stdout)  # noqa: T201 - the terminal is the page here
