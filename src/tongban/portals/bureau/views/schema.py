"""The items of a resource as a Table Schema, given out and read in."""

import json
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.catalogue.api import SchemaRead, get_desk, import_schema, read_vocabulary, table_schema
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict
from tongban.portals.bureau.framing import ROLES, frame
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor


@officers("resource-owner")
@require_http_methods(["GET", "HEAD", "POST"])
def schema(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a file; see which items it made, which it changed, and which fields come back."""
    who = actor(request)
    words = read_vocabulary(clock.today())
    desk = get_desk(code, words, by=who)
    if "save" not in desk.verbs:
        raise Conflict(_("现在不能修改这个资源。请先撤回提交，或者等审核、撤下的公告结束。"))
    made: SchemaRead | None = None
    error = ""
    if request.method == "POST":
        try:
            data = _bytes(request.FILES.get("file"))
            made = import_schema(code=code, data=data, seen=desk.version, words=words, by=who)
        except BadInput as bad:
            error = str(bad)
    field = Field(
        name="file",
        label=_("Table Schema 文件"),
        kind="file",
        hint=_("JSON，1 MB 以内；也可以是只有一个资源的 Data Package。"),
        accept=".json",
        error=error,
    )
    context = {
        **frame(who, here="resources"),
        "code": code,
        "name": desk.content.name,
        "field": field,
        "errors": errors_of([field]),
        "made": made,
    }
    return render(request, "bureau/schema.html", context, status=422 if error else 200)


@officers(*ROLES)
@require_safe
def schema_file(request: HttpRequest, code: str) -> HttpResponse:
    """The items at hand, drafts included, as a Table Schema to keep."""
    desk = get_desk(code, read_vocabulary(clock.today()), by=actor(request))
    content = desk.content
    made = table_schema(code, content.name, [content.terms_of(item) for item in content.items])
    response = HttpResponse(json.dumps(made, ensure_ascii=False, indent=2), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{code}.schema.json"'
    return response


def _bytes(given: "UploadedFile[Any] | None") -> bytes:
    if given is None:
        raise BadInput(_("请先选择文件。"), field="file")
    return bytes(given.read(1_000_001))
