"""The commands `certificates import`, which takes over a file of old certificates, and `certificates reseal`."""

import sys
from pathlib import Path

from tongban.catalogue.api import write_csv
from tongban.certificates.api import (
    begin_resealing,
    get_import,
    import_certificates,
    refused_rows,
    reseal,
    resealings,
)
from tongban.identity.api import find_actor


def import_file(path: Path, *, type_code: str, username: str, refused: Path | None) -> int:
    """Import, print the quality report, write the rows that were sent back; 1 if there were any."""
    by = find_actor(username)
    run = import_certificates(path, type_code=type_code, by=by)
    view = get_import(run, by=by)
    _say(f"{view.title}：{view.file_name}，SHA-256 {view.sha256}")
    _say(f"共 {view.rows} 行：补录 {view.taken}，已在库 {view.known}，退回 {view.refused}。")
    for words, count in view.reasons:
        _say(f"  退回原因 {words}：{count} 行")
    for title, count in view.filled:
        share = 100 * count / view.rows if view.rows else 0.0
        _say(f"  {title} 填写率 {share:.1f}%")
    rows = refused_rows(run, limit=None)
    if refused is not None:
        columns = {"line": "行号", "number": "证照编号", "reasons": "异常说明"}
        said = (
            {"line": str(one.line), "number": one.number, "reasons": "；".join(one.reasons)} for one in rows
        )
        refused.write_bytes(write_csv(said, columns))
    elif rows:
        _say(
            f"退回的行在柜台「成批补录」页，或者用 --refused 写成文件。第一行：{rows[0].line}，{rows[0].reasons[0]}"
        )
    return 1 if rows else 0


def reseal_issuer(issuer: str, *, number: int) -> None:
    """Sign the certificates of an issuer anew, for a revoked key; one that was killed half-way goes on.

    Raises:
        NotFound, Conflict: there is no such key, or it is not revoked.
    """
    run = begin_resealing(issuer, number=number)

    def show(seen: int, total: int) -> None:
        print(f"\r{seen}/{total}", end="", file=sys.stderr, flush=True)  # noqa: T201

    reseal(run, progress=show if sys.stderr.isatty() else None)
    view = next(one for one in resealings(issuer) if one.id == run)
    _say(f"{issuer} 第 {number} 把密钥：看过 {view.seen} 份证照，换签 {view.signed} 份。")
    if view.ended_at is None:
        _say("另一个进程正在换签，进度在「密钥」页。")


def _say(sentence: str) -> None:
    print(sentence)  # noqa: T201 - the terminal is the page here
