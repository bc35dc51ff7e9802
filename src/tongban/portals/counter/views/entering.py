"""补录存量证照: a certificate that the agency issued on paper before comes into the library, with its own days."""

from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.certificates.api import Holder, Term, TypeView, enter_certificate, types_issued_by
from tongban.identity.api import find_holder
from tongban.journal.api import Actor
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.counter.views.home import frame
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor

#: The names of a form's boxes for the fields of a type begin so.
CONTENT = "content-"


@officers("approver")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """The form of one type; what is wrong is sent back with everything that was typed."""
    who = actor(request)
    kind = next((one for one in types_issued_by(who.agency) if one.code == code), None)
    if kind is None:
        raise NotFound(_("本部门不签发这种证照。"))
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            certificate = _enter(request.POST, kind, who)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("counter:certificate", args=[certificate]))
    fields = _fields(request.POST, kind, problem)
    context = {
        **frame(who, here="certificates"),
        "kind": kind,
        "fields": fields,
        "errors": errors_of(fields),
    }
    return render(request, "counter/certificate_enter.html", context, status=422 if problem else 200)


def _enter(given: Mapping[str, str], kind: TypeView, by: Actor) -> object:
    number = given.get("number", "").strip()
    if not number:
        raise BadInput(_("请填写证照编号。"), field="number")
    holder = find_holder(given.get("holder", ""))
    if holder is None:
        raise BadInput(_("没有找到这个号码的人或者单位，请核对。"), field="holder")
    content = {name: given.get(CONTENT + name, "").strip() for name, _title in kind.fields}
    for name, title in kind.fields:
        if not content[name]:
            raise BadInput(_("请填写「{title}」。").format(title=title), field=CONTENT + name)
    first, last = day_of(given, "valid_from"), given.get("valid_to", "").strip()
    return enter_certificate(
        type_code=kind.code,
        number=number,
        holder=Holder(holder.name, holder.number, holder.person),
        content=content,
        term=Term(day_of(given, "issued_on"), first, day_of(given, "valid_to") if last else None),
        by=by,
    )


def day_of(given: Mapping[str, str], name: str) -> date:
    """The day that was typed.

    Raises:
        BadInput: at its box.
    """
    try:
        return date.fromisoformat(given.get(name, "").strip())
    except ValueError:
        raise BadInput(_("请填写日期，例如 2026-12-10。"), field=name) from None


def _fields(given: Mapping[str, str], kind: TypeView, problem: BadInput | None) -> list[Field]:
    errors = {problem.field or "number": str(problem)} if problem else {}
    person = kind.holder == "person"
    asked = [
        ("number", _("证照编号"), _("照纸质证照填。")),
        ("holder", _("公民身份号码") if person else _("统一社会信用代码"), ""),
        *((CONTENT + name, title, "") for name, title in kind.fields),
        ("issued_on", _("签发日期"), _("例如 2022-03-01")),
        ("valid_from", _("有效期起"), ""),
        ("valid_to", _("有效期止"), _("长期有效的不填。")),
    ]
    return [
        Field(
            name=name,
            label=title,
            hint=hint,
            value=given.get(name, ""),
            required=name != "valid_to",
            error=errors.get(name, ""),
            width="medium" if name in {"issued_on", "valid_from", "valid_to"} else "long",
        )
        for name, title, hint in asked
    ]
