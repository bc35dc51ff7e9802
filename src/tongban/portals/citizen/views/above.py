"""Certificates that are kept above us: fetched for their holder, with the day on which they were, and their use."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.certificates.api import (
    FetchedAbove,
    UpperUse,
    UpperView,
    fetch_mine,
    get_mirrored,
    list_libraries,
    uses_above,
)
from tongban.kernel import clock
from tongban.portals.design import limits, parts
from tongban.portals.design.access import people
from tongban.portals.design.middleware import actor


@people
@require_http_methods(["GET", "HEAD", "POST"])
def above(request: HttpRequest) -> HttpResponse:
    """Ask the libraries above. What is only shown stands here once; what is kept is among her certificates."""
    found: FetchedAbove | None = None
    if request.method == "POST":
        who = actor(request)
        limits.spend(limits.ABOVE, who.key)
        found = fetch_mine(by=who)
        if found.kept and not found.shown and not found.silent:
            return HttpResponseRedirect(reverse("citizen:certificates"))
    context = {
        "libraries": list_libraries(),
        "found": found,
        "shown": [(one, upper_rows(one)) for one in found.shown] if found else [],
        "here": "mine",
    }
    return render(request, "citizen/above.html", context)


@people
@require_http_methods(["GET", "HEAD", "POST"])
def mirrored(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """One of them, as it was fetched last; a press fetches it anew."""
    who = actor(request)
    view = get_mirrored(certificate, by=who)
    silent: list[str] = []
    if request.method == "POST":
        limits.spend(limits.ABOVE, who.key)
        silent = fetch_mine(by=who).silent
        if not silent:
            return HttpResponseRedirect(request.path)
    context = {
        "view": view,
        "status": upper_status(view),
        "rows": upper_rows(view),
        "silent": silent,
        "here": "mine",
    }
    return render(request, "citizen/mirrored.html", context, status=503 if silent else 200)


@people
@require_safe
def uses(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """What it was fetched and read for, newest first."""
    view, found = uses_above(certificate, by=actor(request))
    context = {"view": view, "uses": [(one, _what(one)) for one in found], "here": "mine"}
    return render(request, "citizen/mirrored_uses.html", context)


def mirrored_card(one: UpperView) -> parts.Certificate:
    """A card among her other certificates; its origin is said in words."""
    return parts.Certificate(
        title=one.title,
        number=one.number,
        holder=one.holder_name,
        issuer=one.issuer_name,
        issued=one.issued_on,
        valid=_valid(one),
        status=upper_status(one),
        specimen=False,
        url=reverse("citizen:mirrored", args=[one.id]),
        origin=_("由上级签发：以{library}的记录为准，这里是 {moment} 取回的一份").format(
            library=one.library_title, moment=_moment(one)
        ),
    )


def upper_status(one: UpperView) -> parts.Status:
    """How it stands, as of the day on which it was fetched."""
    tones: dict[str, parts.Tone] = {"valid": "success", "expired": "warning", "suspended": "warning"}
    return parts.Status(one.status_words, tones.get(one.status, "danger"))


def upper_rows(one: UpperView) -> list[parts.Row]:
    """What stands on it, and where it comes from."""
    return [
        parts.Row(_("证照编号"), one.number),
        parts.Row(_("持证人"), one.holder_name),
        *(parts.Row(title, value) for title, value in one.fields if value != one.holder_name),
        parts.Row(_("签发机关"), one.issuer_name),
        parts.Row(_("签发日期"), one.issued_on.isoformat()),
        parts.Row(_("有效期"), _valid(one)),
        parts.Row(_("记录在"), one.library_title),
        parts.Row(_("取回时间"), _moment(one)),
        parts.Row(
            _("上级编号、版本、批次"),
            _("{number}，第 {version} 版，批次 {batch}").format(
                number=one.upper_id, version=one.upper_version, batch=one.batch or "—"
            ),
        ),
        parts.Row(_("证照标识"), one.identifier),
    ]


def _moment(one: UpperView) -> str:
    return f"{clock.local(one.fetched_at):%Y-%m-%d %H:%M}"


def _valid(one: UpperView) -> str:
    last = one.valid_to.isoformat() if one.valid_to else _("长期")
    return _("{first} 至 {last}").format(first=one.valid_from, last=last)


def _what(use: UpperUse) -> str:
    words = {
        "fetched": _("您向上级证照库取回"),
        "failed": _("您向上级证照库查，没有答复"),
        "read": _("通过数据交换读取"),
        "copied": _("为办件制作加注件"),
    }
    return words[use.way]
