"""身份归并: a data officer says that two identities are one person; names are shown before it is done."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.identity.api import merge_people, preview_merger
from tongban.kernel.errors import BadInput, Conflict
from tongban.kernel.words import check_written
from tongban.portals.bureau.framing import OFFICER, frame
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor

_NAMES = ("gone", "kept", "words")


@officers(OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def merging(request: HttpRequest) -> HttpResponse:
    """The form; then both names; then it is done."""
    who = actor(request)
    given = {name: request.POST.get(name, "").replace("\0", "").strip() for name in _NAMES}
    wrong: dict[str, str] = {}
    rows: list[parts.Row] = []
    if request.method == "POST" and "back" not in request.POST:
        try:
            seen = preview_merger(gone=given["gone"], kept=given["kept"], by=who)
            check_written(given["words"], missing=_("请写明怎么核实的：这两个号码是同一个人。"))
            if "confirmed" in request.POST:
                merge_people(**given, by=who)
                return HttpResponseRedirect(f"{reverse('bureau:merging')}?done=1")
        except (BadInput, Conflict) as problem:
            wrong = {(problem.field if isinstance(problem, BadInput) else "") or "gone": str(problem)}
        else:
            rows = [
                parts.Row(_("不再使用的身份"), f"{seen.gone} {given['gone']}"),
                parts.Row(_("保留的身份"), f"{seen.kept} {given['kept']}"),
                parts.Row(_("核实情况"), given["words"]),
            ]
    fields = _fields(given, wrong)
    context = {
        **frame(who, here="merging"),
        "fields": fields,
        "errors": errors_of(fields),
        "rows": rows,
        "given": given.items(),
        "done": "done" in request.GET,
    }
    return render(request, "bureau/merging.html", context, status=422 if wrong else 200)


def _fields(given: dict[str, str], wrong: dict[str, str]) -> list[Field]:
    return [
        Field(
            name="gone",
            label=_("不再使用的公民身份号码"),
            hint=_("例如号码更正以前的。它名下的证照、账户和经营主体转到保留的身份。"),
            value=given["gone"],
            error=wrong.get("gone", ""),
            width="medium",
        ),
        Field(
            name="kept",
            label=_("保留的公民身份号码"),
            value=given["kept"],
            error=wrong.get("kept", ""),
            width="medium",
        ),
        Field(
            name="words",
            label=_("怎么核实的"),
            kind="textarea",
            hint=_("本人会看到。归并不能撤回，请先向公安机关核实。"),
            value=given["words"],
            error=wrong.get("words", ""),
        ),
    ]
