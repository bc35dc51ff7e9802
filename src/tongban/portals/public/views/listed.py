"""An item as another system publishes it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.packs.api import area_names
from tongban.portals.design import parts
from tongban.portals.design.access import everybody
from tongban.services.api import Listed, get_listed


@everybody
@require_safe
def listed(request: HttpRequest, number: int) -> HttpResponse:
    """Every value as published, what was recognised in it, and from which file it was taken."""
    found = get_listed(number)
    context = {
        "item": found,
        "published": _published(found),
        "taken": [
            parts.Row(_("文件"), found.file_name),
            parts.Row(_("行"), str(found.line)),
            parts.Row(_("文件的 SHA-256"), found.sha256),
            parts.Row(_("版本"), str(found.version)),
        ],
    }
    return render(request, "public/listed.html", context)


def _published(found: Listed) -> list[parts.Row]:
    kinds = {
        "credit-code": _("统一社会信用代码，校验位正确"),
        "organisation-code": _("组织机构代码，校验位正确"),
        "area-code": _("由区划代码构成"),
        "words": _("没有识别"),
        "empty": _("没有识别"),
        "unknown": _("没有识别"),
    }
    values, empty = found.values, _("（没有填写）")
    task_type = found.task_type_title
    code_notes = [kinds[found.code_kind]]
    if found.code_reads and found.code_reads != values["dept_code"]:
        code_notes.append(_("标准写法为 {code}").format(code=found.code_reads))
    rows = [
        parts.Row(_("事项名称"), values["name"] or empty),
        parts.Row(_("主项名称"), values["main_item"] or empty),
        parts.Row(_("公布的部门"), values["department"] or empty),
        parts.Row(_("事项编码"), values["item_code"] or empty),
        parts.Row(
            _("事项类型"),
            values["task_type"] or empty,
            _("GB/T 39046 代码：{title}").format(title=task_type) if task_type else "",
        ),
        parts.Row(_("部门代码"), values["dept_code"] or empty, _("；").join(code_notes)),
        parts.Row(_("区划代码"), values["area_code"] or empty, _area(values["area_code"])),
    ]
    return rows + [parts.Row(name, value or empty) for name, value in found.others.items()]


def _area(code: str) -> str:
    found = area_names([code]).get(code)
    return found.name if found else ""
