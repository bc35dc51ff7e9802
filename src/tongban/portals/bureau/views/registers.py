"""Base and agency registers: what each is, the batches gathered into it, and the rows that went back."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tongban.catalogue.api import write_csv, write_xlsx
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound, Unavailable
from tongban.portals.bureau.framing import frame
from tongban.portals.bureau.views.health import day_of
from tongban.portals.bureau.views.sheets import file_answer
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.registers.api import (
    ROW_HEAD,
    Handed,
    Lineage,
    LoadView,
    get_load,
    get_register,
    lineage_of,
    loads_of,
    order_load,
    registers_of,
    row_errors,
    take_bad_rows,
)

PAGE = 50
#: A load that has not ended is looked at again after so many seconds.
AGAIN_S = 3
TYPES = {
    "string": gettext_lazy("文本"),
    "integer": gettext_lazy("整数"),
    "number": gettext_lazy("数字"),
    "date": gettext_lazy("日期"),
    "boolean": gettext_lazy("是或者否"),
}
DOMAINS = {
    "id-number": gettext_lazy("公民身份号码"),
    "credit-code": gettext_lazy("统一社会信用代码"),
    "area": gettext_lazy("区划代码"),
    "phone": gettext_lazy("电话"),
    "birthday": gettext_lazy("出生日期"),
    "past-day": gettext_lazy("不晚于今天"),
}
MODES = {"incremental": gettext_lazy("增量"), "full": gettext_lazy("全量")}
_STATES: dict[str, tuple[Any, parts.Tone]] = {
    "ordered": (gettext_lazy("排队"), "plain"),
    "reading": (gettext_lazy("读文件、逐行核对"), "warning"),
    "landing": (gettext_lazy("入库"), "warning"),
    "done": (gettext_lazy("办完"), "success"),
    "refused": (gettext_lazy("整批退回"), "danger"),
}


@officers("resource-owner")
@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    """The agency's registers."""
    who = actor(request)
    context = {**frame(who, here="registers"), "rows": registers_of(who.agency)}
    return render(request, "bureau/registers.html", context)


@officers("resource-owner")
@require_safe
def register(request: HttpRequest, name: str) -> HttpResponse:
    """One register: its columns, its batches, and where one row came from."""
    who = actor(request)
    one = get_register(name, agency=who.agency)
    loads = loads_of(name, agency=who.agency, before=_id_of(request.GET.get("before", "")), limit=PAGE + 1)
    asked = request.GET.get("key", "").strip().replace("\0", "")[:200]
    key_title = next(field["title"] for field in one.fields if field["name"] == one.key)
    context = {
        **frame(who, here="registers"),
        "one": one,
        "columns": [_column(field, one.key) for field in one.fields],
        "loads": [(load, _state(load)) for load in loads[:PAGE]],
        "following": f"?before={loads[PAGE - 1].id}" if len(loads) > PAGE else "",
        "continued": "before" in request.GET,
        "field": Field(name="key", label=key_title, value=asked, width="medium"),
        "asked": asked,
        "lineage": [_lineage(line) for line in lineage_of(one, asked)] if asked else [],
    }
    return render(request, "bureau/register.html", context)


@officers("resource-owner")
@require_http_methods(["GET", "HEAD", "POST"])
def new_load(request: HttpRequest, name: str) -> HttpResponse:
    """Hand in a batch."""
    who = actor(request)
    one = get_register(name, agency=who.agency)
    mends = _id_of(request.GET.get("mends", ""))
    before = get_load(mends, agency=who.agency) if mends else None
    problem: BadInput | Conflict | Unavailable | None = None
    if request.method == "POST":
        try:
            load = _hand_in(request, name, before, by=who)
        except (BadInput, Conflict, Unavailable) as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("bureau:load", args=[name, load]))
    fields = _fields(request, problem, before)
    context = {
        **frame(who, here="registers"),
        "one": one,
        "mends": before,
        "fields": fields,
        "errors": errors_of(fields),
        "heads": [(field["title"], field["name"]) for field in one.fields],
    }
    return render(request, "bureau/load_new.html", context, status=problem.status if problem else 200)


@officers("resource-owner")
@require_safe
def load(request: HttpRequest, name: str, load: UUID) -> HttpResponse:
    """One batch: how far it is, what came of it, which checks sent rows back."""
    who = actor(request)
    view = _load(name, load, who)
    context = {
        **frame(who, here="registers"),
        "view": view,
        "state": _state(view),
        "mode": MODES[view.mode],
        "share": 100 * view.landed // view.to_land if view.to_land else 0,
        "failed": [check for check in view.checks if check.failed],
        "again": AGAIN_S,
    }
    answer = render(request, "bureau/load.html", context)
    if view.at_work:
        answer.headers["Refresh"] = str(AGAIN_S)
    return answer


@officers("resource-owner")
@require_safe
def load_errors(request: HttpRequest, name: str, load: UUID) -> HttpResponse:
    """The rows that a batch sent back, each with column, text and reason; one check alone if asked so."""
    who = actor(request)
    view = _load(name, load, who)
    code = request.GET.get("check", "")
    row, _dot, seen = request.GET.get("after", "").partition(".")
    after = (int(row), int(seen)) if _is_place(row) and _is_place(seen) else (0, 0)
    found = row_errors(view, code=code, after=after, limit=PAGE + 1)
    rows = found[:PAGE]
    check = f"check={code}&" if code else ""
    context = {
        **frame(who, here="registers"),
        "view": view,
        "rows": rows,
        "check": next((one for one in view.checks if one.code == code), None),
        "following": f"?{check}after={rows[-1].row}.{rows[-1].id}" if len(found) > PAGE else "",
        "continued": "after" in request.GET,
    }
    return render(request, "bureau/load_errors.html", context)


@officers("resource-owner")
@require_http_methods(["POST"])
def bad_rows(request: HttpRequest, name: str, load: UUID, form: str) -> HttpResponse:
    """The rows that went back as a file, to be mended and handed in again; a text is never a formula."""
    who = actor(request)
    view = _load(name, load, who)
    if form not in {"csv", "xlsx"}:
        raise NotFound(_("只有 xlsx 和 csv。"))
    columns, rows = take_bad_rows(load, by=who)
    heads = {"row": ROW_HEAD, "reason": "退回原因", **dict(columns)}
    if form == "csv":
        return file_answer(write_csv(rows, heads), f"{view.title} {view.batch}", "csv")
    return file_answer(write_xlsx(rows, heads, title=_("退回的行")), f"{view.title} {view.batch}", "xlsx")


def _load(name: str, load: UUID, who: Actor) -> LoadView:
    view = get_load(load, agency=who.agency)
    if view.register != name:
        raise NotFound(_("这个登记簿没有这一批。"))
    return view


def _hand_in(request: HttpRequest, name: str, before: LoadView | None, *, by: Actor) -> UUID:
    given: UploadedFile[Any] | None = request.FILES.get("file")
    if given is None:
        raise BadInput(_("请先选择文件。"), field="file")
    said = request.POST
    as_of, declared = said.get("as_of", "").strip(), said.get("rows", "").strip()
    if as_of and day_of(as_of) is None:
        raise BadInput(_("数据截止日写成 2026-01-31 这样。"), field="as_of")
    if declared and not (declared.isascii() and declared.isdigit() and len(declared) < 12):
        raise BadInput(_("声明的行数是整数。"), field="rows")
    handed = Handed(
        register=name,
        batch=said.get("batch", "").strip(),
        file_name=given.name or "",
        mode="incremental" if before else said.get("mode", ""),
        as_of=before.as_of if before else day_of(as_of),
        declared=int(declared) if declared else None,
        may_shrink="may_shrink" in said,
        mends=before.id if before else None,
    )
    return order_load(handed, _pieces(given), by=by)


def _pieces(given: "UploadedFile[Any]") -> Iterator[bytes]:
    yield from given.chunks(1 << 20)


def _fields(
    request: HttpRequest, problem: BadInput | Conflict | Unavailable | None, before: LoadView | None
) -> list[Field]:
    said = request.POST
    at_fault = (getattr(problem, "field", None) or "batch") if problem else ""

    def wrong(name: str) -> str:
        return str(problem) if problem and at_fault == name else ""

    batch = said.get("batch", f"{before.batch}-2" if before else f"{clock.today():%Y%m%d}-01")
    fields = [
        Field(
            name="file",
            label=_("文件"),
            kind="file",
            hint=_("CSV、XLSX、Parquet 或者 JSON 行（.ndjson）。第一行是表头，写中文名称或者列名。"),
            accept=".csv,.tsv,.txt,.xlsx,.parquet,.ndjson,.jsonl",
            error=wrong("file"),
        ),
        Field(
            name="batch",
            label=_("批次号"),
            hint=_("同一个批次号交两次，第二次什么都不改；内容变了请换一个号。"),
            value=batch,
            width="medium",
            error=wrong("batch"),
        ),
    ]
    return fields if before else [*fields, *_more_fields(said, wrong)]


def _more_fields(said: Mapping[str, str], wrong: Callable[[str], str]) -> list[Field]:
    """What a batch of its own says besides file and number."""
    return [
        Field(
            name="mode",
            label=_("全量还是增量"),
            kind="radios",
            value=said.get("mode", "incremental"),
            options=(
                Option("incremental", _("增量"), _("新的加进来，变了的改过来，别的不动。")),
                Option("full", _("全量"), _("文件里没有的记录会从登记簿里删去；删去以前的样子都留着。")),
            ),
            error=wrong("mode"),
        ),
        Field(
            name="as_of",
            label=_("数据截止日"),
            kind="date",
            hint=_("这一批说的是哪一天的情况。不填就是今天；库里更晚的记录不会被它改回去。"),
            value=said.get("as_of", ""),
            required=False,
            error=wrong("as_of"),
        ),
        Field(
            name="rows",
            label=_("应有多少行"),
            kind="number",
            hint=_("填了就核对；对不上说明文件没有传完，整批退回。"),
            value=said.get("rows", ""),
            required=False,
            width="short",
            error=wrong("rows"),
        ),
        Field(
            name="may_shrink",
            label=_("允许大量减少：全量批次可以删去三成以上的记录"),
            kind="checkbox",
            value="1" if "may_shrink" in said else "",
            required=False,
        ),
    ]


def _column(field: Mapping[str, Any], key: str) -> tuple[str, str, str, list[str]]:
    """Its title, name and type, and what else it has to fulfil."""
    rules = [_("主键")] if field["name"] == key else []
    rules += [_("不能空")] if field.get("required") else []
    rules += [str(DOMAINS[field["domain"]])] if field.get("domain") else []
    rules += [_("不重复")] if field.get("unique") else []
    rules += [_("只能是{choices}").format(choices="、".join(field["enum"]))] if field.get("enum") else []
    return field["title"], field["name"], str(TYPES[field["type"]]), rules


def _state(view: LoadView) -> parts.Status:
    words, tone = _STATES[view.state]
    if view.state == "done" and view.bad:
        return parts.Status(_("办完，有退回的行"), "warning")
    return parts.Status(str(words), tone)


def _lineage(line: Lineage) -> tuple[Lineage, str]:
    """A version, and in words what brought it."""
    sort, _colon, rest = line.version.source.partition(":")
    words = {
        "load": _("归集批次"),
        "drop": _("前置投放 {rest}").format(rest=rest),
        "pack": _("内容包装载"),
        "correction": _("更正，校核编号 {rest}").format(rest=rest),
    }
    return line, words.get(sort, line.version.source)


def _id_of(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


def _is_place(given: str) -> bool:
    return given.isascii() and given.isdigit() and len(given) < 18
