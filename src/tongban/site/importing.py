"""The command `certificates import`: takes over a file of old certificates and says what came of it."""

import csv
from pathlib import Path

from tongban.certificates.api import get_import, import_certificates, refused_rows
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
        with refused.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("行号", "证照编号", "异常说明"))
            writer.writerows((one.line, one.number, "；".join(one.reasons)) for one in rows)
    elif rows:
        _say(
            f"退回的行在柜台「成批补录」页，或者用 --refused 写成文件。第一行：{rows[0].line}，{rows[0].reasons[0]}"
        )
    return 1 if rows else 0


def _say(sentence: str) -> None:
    print(sentence)  # noqa: T201 - the terminal is the page here
