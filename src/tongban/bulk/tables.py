"""A file of rows as a DuckDB table of texts: CSV, XLSX, Parquet or JSON lines, whatever its encoding. In a child only.

The table is `given`: `row`, counted as a spreadsheet counts records below the head (from 1), and a text for each column
that was asked for. What is no row of the table (too few cells, too many, no JSON) lies in `ragged`: row, reason, text.
"""

import codecs
import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from tongban.kernel.quoting import named, quoted

#: One cell, or one record, may be so long; more is a quote that was never closed.
RECORD_MAX = 4 * 1024 * 1024
#: What an XLSX file may grow to when it is unpacked.
UNPACKED_MAX = 4 * 1024**3
#: Bytes read at a time: what is decoded of them stays in the processor's cache.
_PIECE = 1 << 16
#: Of the numbers that a spreadsheet holds, only so many digits are kept.
_DIGITS = 15
#: Blanks that are wide, do not break or are not seen; spaces, tabs and ends of lines are known to be everywhere.
BLANK = "\u3000\u00a0\ufeff\u200b"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class FileFault(Exception):  # noqa: N818 - a state of the file, said by the caller
    """A file that cannot be taken as a table; `code` says why, `values` are the words of its sentence."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Read:
    """Which columns the file has, its heads that nobody asked for, and which wide or invisible blanks may stand in it."""

    columns: list[str]
    more: list[str]
    blanks: str


def read_table(
    duck: Any, path: Path, form: str, columns: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> Read:
    """Make `given` and `ragged`; returns what the file has.

    `columns` are the heads by which a column is known; one that the file lacks is NULL everywhere. The file may be
    written anew beside itself, as UTF-8.

    Raises:
        FileFault: it is no table, it is cut off, or it lacks a `needed` column.
    """
    duck.execute("create table ragged (row bigint, reason varchar, text varchar)")
    if form == "parquet":
        return Read(*_of_parquet(duck, path, columns, needed), BLANK)
    text, blanks = (_unpacked(path), BLANK) if form == "xlsx" else _as_utf8(path)
    read = _of_lines if form == "ndjson" else _of_csv
    # What JSON escapes stands in no text of the file.
    return Read(*read(duck, text, columns, needed), BLANK if form == "ndjson" else blanks)


# -- heads -------------------------------------------------------------------------------------------


def _places(
    heads: Sequence[str], columns: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> tuple[dict[str, int], list[str]]:
    """Where each column stands, and the heads that are none of ours."""
    bare = [head.strip().lstrip("\ufeff") for head in heads]
    if twice := next((head for head in bare if head and bare.count(head) > 1), None):
        raise FileFault("head-twice", head=twice)
    places = {
        name: bare.index(known[0])
        for name, titles in columns.items()
        if (known := [t for t in titles if t in bare])
    }
    if missing := [columns[name][0] for name in needed if name not in places]:
        raise FileFault("column-missing", columns="、".join(missing))
    return places, [head for n, head in enumerate(bare) if head and n not in places.values()]


# -- CSV ---------------------------------------------------------------------------------------------


def _of_csv(
    duck: Any, path: Path, columns: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> tuple[list[str], list[str]]:
    heads, mark = _heads(path)
    places, more = _places(heads, columns, needed)
    types = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(len(heads)))
    chosen = [
        f"c{places[name]} as {named(name)}" if name in places else f"null::varchar as {named(name)}"
        for name in columns
    ]
    duck.execute("set preserve_insertion_order = true")
    duck.execute(
        f"create table given as select row_number() over () as row, {', '.join(chosen)} from read_csv({quoted(str(path))},"
        f" header=true, auto_detect=false, delim={quoted(mark)}, quote='\"', escape='\"', store_rejects=true,"
        f" max_line_size={RECORD_MAX}, columns={{{types}}})"
    )
    _place_rejects(duck, path, columns)
    return list(places), more


def _heads(path: Path) -> tuple[list[str], str]:
    """The cells of the head, and what separates them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        start = file.read(RECORD_MAX)
    line = start.split("\n", 1)[0]
    mark = max(",\t;|", key=line.count)
    try:
        heads = next(csv.reader(io.StringIO(start, newline=""), delimiter=mark), [])
    except csv.Error:
        heads = []
    if not any(head.strip() for head in heads):
        raise FileFault("empty")
    return heads, mark


def _place_rejects(duck: Any, path: Path, columns: Mapping[str, Sequence[str]]) -> None:
    """Give records that are no rows their places among the others, which so far were counted without them."""
    rejects = duck.execute(
        "select line, any_value(error_type::varchar), any_value(csv_line) from reject_errors group by line order by line"
    ).fetchall()
    if not rejects:
        return
    if rejects[-1][1] == "LINE SIZE OVER MAXIMUM":
        raise FileFault("quote-open", line=int(rejects[-1][0]))
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 1))
        ended = file.read(1) in {b"\n", b"\r"}
    last = str(rejects[-1][2]).strip("\r\n")
    if not ended and rejects[-1][1] in {"MISSING COLUMNS", "UNQUOTED VALUE"} and _ends_with(path, last):
        raise FileFault("cut", line=int(rejects[-1][0]))
    breaks = " + ".join(
        f"coalesce(length({named(name)}) - length(replace({named(name)}, chr(10), '')), 0)"
        for name in columns
    )
    # The line in which each row would begin if there were only rows, and each reject's in the same count.
    duck.execute(
        f"create table lines as select row, 2 + coalesce(sum(1 + {breaks}) over (order by row"
        " rows between unbounded preceding and 1 preceding), 0) as line from given"
    )
    before = taken = 0
    places = []
    for line, kind, text in rejects:
        places.append((int(line) - taken, before, kind, text))
        before, taken = before + 1, taken + 1 + str(text).strip("\r\n").count("\n")
    duck.execute("create table rejected (line bigint, before bigint, reason varchar, text varchar)")
    duck.executemany("insert into rejected values (?, ?, ?, ?)", places)
    duck.execute(
        "insert into ragged select (select count(*) from lines where lines.line < rejected.line) + before + 1, reason, text"
        " from rejected"
    )
    duck.execute(
        "update given set row = moved.row from (select lines.row as was, lines.row + count(*) as row from lines"
        " join rejected on rejected.line <= lines.line group by lines.row) moved where given.row = moved.was"
    )


def _ends_with(path: Path, last: str) -> bool:
    data = last.encode()
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - len(data)))
        return file.read() == data


def _as_utf8(path: Path) -> tuple[Path, str]:
    """The file itself if it is UTF-8, or a copy that is: from UTF-16 with its mark, or GB 18030. And the blanks in it."""
    with path.open("rb") as file:
        start = file.read(4)
    known = next((encoding for mark, encoding in _BOMS if start.startswith(mark)), "")
    for encoding in [known] if known else ["utf-8", "gb18030"]:
        try:
            return _decoded(path, encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8" and error.reason == "unexpected end of data":
                raise FileFault("cut-inside") from error
    raise FileFault("encoding")


def _decoded(path: Path, encoding: str) -> tuple[Path, str]:
    plain = encoding in {"utf-8", "utf-8-sig"}
    made = path if plain else path.with_name(f"{path.name}.utf8")
    decoder = codecs.getincrementaldecoder(encoding)()
    blanks: set[str] = set()
    with path.open("rb", buffering=0) as file, ExitStack() as ending:
        target = None if plain else ending.enter_context(made.open("w", encoding="utf-8", newline=""))
        while piece := file.read(_PIECE):
            text = decoder.decode(piece)
            blanks |= {one for one in BLANK if one in text}
            if target:
                target.write(text)
        decoder.decode(b"", final=True)
    return made, "".join(sorted(blanks))


# -- XLSX --------------------------------------------------------------------------------------------


def _unpacked(path: Path) -> Path:
    """The first sheet as CSV: days as days, numbers as they were typed, so far as the sheet still knows it."""
    import openpyxl  # noqa: PLC0415 - in a child only

    made = path.with_name(f"{path.name}.csv")
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(one.file_size for one in packed.infolist()) > UNPACKED_MAX:
                raise FileFault("too-large")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        with made.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerows(_even(sheet.iter_rows(values_only=True)))
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, EOFError, SyntaxError) as error:
        raise FileFault("not-xlsx") from error
    return made


def _even(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[str]]:
    """Rows as wide as the head; empty ones at the end are none."""
    width, blank = 0, 0
    for row in rows:
        cells = [_cell(value) for value in row]
        while cells and not cells[-1] and (not width or len(cells) > width):
            cells.pop()
        if not width:
            if not cells:
                continue
            width = len(cells)
        if not any(cells):
            blank += 1
            continue
        for _ in range(blank):
            yield [""] * width
        blank = 0
        yield cells + [""] * (width - len(cells))


def _cell(value: Any) -> str:
    match value:
        case None | bool():
            return {None: "", True: "true", False: "false"}[value]
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
        case date():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 10**_DIGITS:
            return str(int(value))
        case int() | float() if abs(value) >= 10**_DIGITS:
            return f"{value:.14E}"
        case _:
            return str(value)


# -- Parquet and JSON lines --------------------------------------------------------------------------


def _of_parquet(
    duck: Any, path: Path, columns: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> tuple[list[str], list[str]]:
    import duckdb  # noqa: PLC0415 - in a child only

    source = f"read_parquet({quoted(str(path))})"
    try:
        heads = [row[0] for row in duck.execute(f"describe select * from {source}").fetchall()]
        places, more = _places(heads, columns, needed)
        chosen = [
            f"{named(heads[places[name]])}::varchar as {named(name)}"
            if name in places
            else f"null::varchar as {named(name)}"
            for name in columns
        ]
        duck.execute("set preserve_insertion_order = true")
        duck.execute(
            f"create table given as select row_number() over () as row, {', '.join(chosen)} from {source}"
        )
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        if "space" in str(error):
            raise
        raise FileFault("not-parquet") from error
    return list(places), more


def _of_lines(
    duck: Any, path: Path, columns: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> tuple[list[str], list[str]]:
    """One JSON object a line. A number keeps its digits; a list or an object is no value."""
    duck.execute("set preserve_insertion_order = true")
    duck.execute(
        f"create table said as select row_number() over () as row, line from read_csv({quoted(str(path))}, header=false,"
        f" auto_detect=false, delim='\\x01', quote='', escape='', max_line_size={RECORD_MAX}, columns={{'line': 'VARCHAR'}})"
        " where trim(line) <> ''"
    )
    broken = "coalesce(case when json_valid(line) then json_type(line) end <> 'OBJECT', true)"
    total, bad, last = duck.execute(
        f"select count(*), count(*) filter (where {broken}), coalesce(max_by({broken}, row), false) from said"
    ).fetchone()
    if not total:
        raise FileFault("empty")
    if last and path.read_bytes()[-1:] not in {b"\n", b"}"}:
        raise FileFault("cut", line=int(total))
    if bad == total:
        raise FileFault("not-lines")
    duck.execute(f"insert into ragged select row, 'NO JSON', left(line, 2000) from said where {broken}")
    heads = [
        row[0]
        for row in duck.execute(
            f"select distinct unnest(json_keys(line)) from (select line from said where not {broken} limit 10000)"
        ).fetchall()
    ]
    known = {name: [title for title in titles if title in heads] for name, titles in columns.items()}
    if missing := [columns[name][0] for name in needed if not known[name]]:
        raise FileFault("column-missing", columns="、".join(missing))
    chosen = [
        f"coalesce({', '.join([*map(_member, titles), 'null'])}) as {named(name)}"
        for name, titles in known.items()
    ]
    duck.execute(f"create table given as select row, {', '.join(chosen)} from said where not {broken}")
    ours = {title for titles in known.values() for title in titles}
    return [name for name, titles in known.items() if titles], sorted(set(heads) - ours)


def _member(name: str) -> str:
    path = "$." + json.dumps(name, ensure_ascii=False)
    return f"line ->> {quoted(path)}"


def form_of(name: str) -> str:
    """The form of a file by its name; empty for one that is not taken."""
    found = re.search(r"\.(csv|tsv|txt|xlsx|parquet|ndjson|jsonl)$", name.lower())
    return {"tsv": "csv", "txt": "csv", "jsonl": "ndjson"}.get(found[1], found[1]) if found else ""
