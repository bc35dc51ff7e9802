"""The guide's sheet: taken over, and given out. A sheet with mistakes comes back with the reason in each row."""

import base64
from typing import Any
from urllib.parse import quote

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.catalogue.api import (
    COLUMNS,
    Imported,
    contents_of,
    import_resources,
    read_vocabulary,
    sheet_rows,
    write_csv,
    write_xlsx,
)
from tongban.identity.api import get_agency
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.bureau.framing import frame
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@officers("resource-owner")
@require_http_methods(["GET", "HEAD", "POST"])
def sheets(request: HttpRequest) -> HttpResponse:
    """Choose a file; see what became a draft and what comes back."""
    who = actor(request)
    given = request.FILES.get("file")
    made: Imported | None = None
    error = ""
    if request.method == "POST":
        try:
            made = import_resources(name=_name(given), data=_bytes(given), by=who)
        except BadInput as bad:
            error = str(bad)
    field = Field(
        name="file",
        label=_("目录文件"),
        kind="file",
        hint=_("XLSX 或者 CSV，5 MB 以内；用下面的空白表，不要改表头。"),
        accept=".xlsx,.csv",
        error=error,
    )
    kind = "csv" if _name(given).lower().endswith(".csv") else "xlsx"
    context = {
        **frame(who, here="sheets"),
        "field": field,
        "errors": errors_of([field]),
        "made": made,
        "bad_file": base64.b64encode(made.as_file(xlsx=kind == "xlsx")).decode() if made and made.bad else "",
        "kind": kind,
        "type": TYPES[kind],
    }
    return render(request, "bureau/sheets.html", context, status=422 if error else 200)


@officers("resource-owner")
@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The agency's resources as `xlsx` or `csv`; `blank` is the sheet with its heads alone."""
    who = actor(request)
    if form not in {"xlsx", "csv", "blank"}:
        raise NotFound("只有 xlsx、csv 和空白表。")
    agency = get_agency(who.agency)
    words = read_vocabulary(clock.today())
    rows = (
        []
        if form == "blank"
        else [
            row
            for _code, content, day in contents_of(who.agency)
            for row in sheet_rows(content, agency, words, published_on=day)
        ]
    )
    if form == "csv":
        return file_answer(write_csv(rows, COLUMNS), agency.short_name, "csv")
    return file_answer(write_xlsx(rows, COLUMNS, title=_("信息资源目录")), agency.short_name, "xlsx")


def file_answer(data: bytes, name: str, kind: str) -> HttpResponse:
    """A file to keep."""
    response = HttpResponse(data, content_type=TYPES[kind])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{kind}"
    return response


def _name(given: "UploadedFile[Any] | None") -> str:
    return (given.name or "") if given else ""


def _bytes(given: "UploadedFile[Any] | None") -> bytes:
    if given is None:
        raise BadInput(_("请先选择文件。"), field="file")
    return bytes(given.read(5_000_001))
