"""换发: a certificate in the place of another, on a ground of the law; what differs from before is typed, the rest is kept."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.certificates.api import (
    CertificateView,
    Ground,
    Term,
    change_grounds,
    open_certificate,
    replace_certificate,
    types_issued_by,
)
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.packs.ports import Cite
from tongban.portals.counter.views.entering import CONTENT, day_of
from tongban.portals.counter.views.home import frame
from tongban.portals.counter.views.intake import seen_of
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.shown import citation


@officers("approver")
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """The form, filled with what the certificate says now; leads to the new certificate."""
    who = actor(request)
    view = open_certificate(certificate, by=who)
    names = _names(view, who)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            new = _replace(request, view, names, who)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("counter:certificate", args=[new]))
    grounds = change_grounds(["replace"])
    given = request.POST if problem else _now(view, names)
    fields = _fields(given, names, grounds, problem)
    context = {
        **frame(who, here="certificates"),
        "view": view,
        "fields": fields,
        "cites": [(one.title, citation(Cite.model_validate(one.cite))) for one in grounds],
        "errors": errors_of(fields),
    }
    return render(request, "counter/certificate_replace.html", context, status=422 if problem else 200)


def _names(view: CertificateView, by: Actor) -> list[tuple[str, str]]:
    """The fields of the type: name and title."""
    return next((list(one.fields) for one in types_issued_by(by.agency) if one.code == view.type), [])


def _now(view: CertificateView, names: list[tuple[str, str]]) -> dict[str, str]:
    """What the form proposes: the content as it is, from today on."""
    said = dict(view.fields)
    today = clock.today().isoformat()
    return {
        **{CONTENT + name: said.get(title, "") for name, title in names},
        "valid_from": today,
        "valid_to": view.valid_to.isoformat() if view.valid_to and view.valid_to >= clock.today() else "",
    }


def _replace(request: HttpRequest, view: CertificateView, names: list[tuple[str, str]], by: Actor) -> UUID:
    given: Mapping[str, str] = request.POST
    content = {name: given.get(CONTENT + name, "").replace("\0", "").strip() for name, _title in names}
    for name, title in names:
        if not content[name]:
            raise BadInput(_("请填写「{title}」。").format(title=title), field=CONTENT + name)
    last: date | None = day_of(given, "valid_to") if given.get("valid_to", "").strip() else None
    return replace_certificate(
        certificate=view.id,
        ground=given.get("ground", ""),
        words=given.get("words", "").replace("\0", ""),
        term=Term(clock.today(), day_of(given, "valid_from"), last),
        seen=seen_of(request),
        by=by,
        content=content,
    )


def _fields(
    given: Mapping[str, str],
    names: list[tuple[str, str]],
    grounds: list[Ground],
    problem: BadInput | None,
) -> list[Field]:
    errors = {problem.field or "ground": str(problem)} if problem else {}
    lines = [
        *((CONTENT + name, title, "") for name, title in names),
        ("valid_from", _("有效期起"), ""),
        ("valid_to", _("有效期止"), _("长期有效的不填。")),
    ]
    return [
        Field(
            name="ground",
            label=_("凭哪一种法定情形换发"),
            kind="radios",
            options=tuple(Option(one.code, one.title) for one in grounds),
            value=given.get("ground", ""),
            error=errors.get("ground", ""),
        ),
        Field(
            name="words",
            label=_("事实和理由"),
            kind="textarea",
            hint=_("持证人会看到，并且会被告知怎么申请行政复议。"),
            value=given.get("words", ""),
            error=errors.get("words", ""),
        ),
        *(
            Field(
                name=name,
                label=title,
                hint=hint,
                value=given.get(name, ""),
                required=name != "valid_to",
                error=errors.get(name, ""),
                width="medium" if name in {"valid_from", "valid_to"} else "long",
            )
            for name, title, hint in lines
        ),
    ]
