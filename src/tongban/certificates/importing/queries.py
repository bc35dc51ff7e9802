"""Imports as the agency sees them: the runs, the quality report of one, and the rows that were sent back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.certificates.importing.models import CertificateImport, RefusedRow
from tongban.certificates.importing.reading import COLUMNS
from tongban.journal.api import Actor
from tongban.kernel.errors import NotFound

REASON_WORDS: Mapping[str, str] = {
    "number-missing": "没有证照编号",
    "number-twice": "编号在文件里重复",
    "number-of-another": "编号已属于另一个持证主体",
    "holder-missing": "没有持证主体代码",
    "holder-number": "持证主体代码无效",
    "holder-unknown": "主体库里没有这个持证主体",
    "field-missing": "缺少证照内容",
    "too-long": "内容过长",
    "day-missing": "没有签发日期",
    "day": "日期写法不对",
    "issued-ahead": "签发日期晚于今天",
    "term": "有效期前后不一致",
}


@dataclass(frozen=True)
class ImportView:
    """A run. `filled` is (column, rows with a value), `reasons` is (what was wrong, rows), the most frequent first."""

    id: UUID
    title: str
    file_name: str
    sha256: str
    began_at: datetime
    ended_at: datetime | None
    rows: int
    taken: int
    known: int
    refused: int
    filled: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class RefusedView:
    """A row that was sent back."""

    line: int
    number: str
    reasons: tuple[str, ...]


def imports_of(by: Actor, *, limit: int = 50) -> list[ImportView]:
    """The runs of an officer's agency, newest first."""
    rows = CertificateImport.objects.filter(agency=by.agency).select_related("type").order_by("-id")
    return [_view(row) for row in rows[:limit]] if by.kind == "officer" and by.agency else []


def get_import(run: UUID, *, by: Actor) -> ImportView:
    """A run of the officer's agency.

    Raises:
        NotFound: there is none, or it is another agency's.
    """
    rows = CertificateImport.objects.select_related("type").filter(pk=run, agency=by.agency)
    row = rows.first() if by.kind == "officer" and by.agency else None
    if row is None:
        raise NotFound("没有找到这次补录，或者它不是贵部门的。")
    return _view(row)


def refused_rows(run: UUID, *, after: int = 0, limit: int | None = 100) -> list[RefusedView]:
    """What was sent back, by line; `after` is the last line seen, no `limit` gives all."""
    rows = RefusedRow.objects.filter(run=run, line__gt=after).order_by("line")
    return [RefusedView(row.line, row.number, tuple(row.reasons)) for row in rows[:limit]]


def _view(row: CertificateImport) -> ImportView:
    titles = {f"content.{field['name']}": field["title"] for field in row.type.fields}
    titles |= {name: words[0] for name, words in COLUMNS.items()}
    reasons = sorted(row.reasons.items(), key=lambda one: -one[1])
    return ImportView(
        id=row.id,
        title=row.type.title,
        file_name=row.file_name,
        sha256=bytes(row.sha256).hex(),
        began_at=row.began_at,
        ended_at=row.ended_at,
        rows=row.rows,
        taken=row.taken,
        known=row.known,
        refused=row.refused,
        filled=tuple((titles.get(name, name), count) for name, count in row.filled.items()),
        reasons=tuple((REASON_WORDS.get(code, code), count) for code, count in reasons),
    )
