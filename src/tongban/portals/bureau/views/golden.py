"""Golden records for the data officer of the agency that keeps them: by number and with a purpose, which its subject sees."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongban.kernel.errors import BadInput
from tongban.portals.bureau.framing import frame
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.golden import golden_lines
from tongban.portals.design.middleware import actor
from tongban.registers.api import GoldenView, ask_about_lost, golden_records, view_golden


@officers("data-officer")
@require_http_methods(["GET", "HEAD", "POST"])
def golden(request: HttpRequest) -> HttpResponse:
    """The question (whose, why), and the record. It is sent as a form: no number stands in an address."""
    who = actor(request)
    kept = golden_records(who)
    number = request.POST.get("number", "").strip().upper()
    problem: BadInput | None = None
    found: GoldenView | None = None
    if request.method == "POST":
        try:
            found = view_golden(
                code=request.POST.get("code", ""),
                number=number,
                purpose=request.POST.get("purpose", ""),
                by=who,
            )
        except BadInput as bad:
            problem = bad
    fields = _fields(request, kept, problem)
    context = {
        **frame(who, here="golden"),
        "kept": kept,
        "fields": fields,
        "errors": errors_of(fields),
        "found": found,
        "number": number,
        "lines": golden_lines(found) if found else [],
        "ask": reverse("bureau:golden-ask", args=[found.code]) if found else "",
        "asked": "asked" in request.GET,
    }
    return render(request, "bureau/golden.html", context, status=422 if problem else 200)


@officers("data-officer")
@require_POST
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the keeper of a register about a value that lost."""
    ask_about_lost(
        code=code,
        number=request.POST.get("number", ""),
        field=request.POST.get("field", ""),
        register=request.POST.get("register", ""),
        by=actor(request),
    )
    return HttpResponseRedirect(f"{reverse('bureau:golden')}?asked")


def _fields(request: HttpRequest, kept: list[tuple[str, str]], problem: BadInput | None) -> list[Field]:
    errors = {problem.field or "number": str(problem)} if problem else {}
    return [
        Field(
            name="code",
            label=_("看哪一种主数据"),
            kind="radios",
            options=tuple(Option(code, title) for code, title in kept),
            value=request.POST.get("code", kept[0][0] if kept else ""),
        ),
        Field(
            name="number",
            label=_("公民身份号码或者统一社会信用代码"),
            value=request.POST.get("number", ""),
            error=errors.get("number", ""),
        ),
        Field(
            name="purpose",
            label=_("为什么要看"),
            kind="textarea",
            hint=_("本人会在数据足迹里看到是谁、为什么看的。"),
            value=request.POST.get("purpose", ""),
            error=errors.get("purpose", ""),
        ),
    ]
