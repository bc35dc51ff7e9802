"""An auditor searches the journal: read-only, with a reason, and every search is itself an act in the log."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongban.certificates.api import issuer_document
from tongban.identity.api import get_agencies, officer_posts
from tongban.journal.api import EntryView, Sought, all_kinds
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.ledger.api import pack_evidence, search_journal
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.supervisor.views.framing import frame

PAGE = 50
_NAMES = ("object", "actor", "case", "words", "kind", "since", "until")
_TEXT_MAX = 200


@officers("auditor")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The form, and what was found; paged by id, each page a search of its own."""
    who = actor(request)
    given = {name: request.GET.get(name, "").strip()[:_TEXT_MAX] for name in (*_NAMES, "reason")}
    asked = any(given.values())
    problem: BadInput | None = None
    found: list[EntryView] = []
    if asked:
        try:
            found = search_journal(
                _sought(given),
                reason=given["reason"],
                by=who,
                before=_id(request.GET.get("before", "")),
                limit=PAGE + 1,
            )
        except BadInput as bad:
            problem = bad
    fields = _fields(given, problem)
    rows = found[:PAGE]
    context = {
        **frame(who, here="search"),
        "pack_url": reverse("supervisor:pack"),
        "fields": fields,
        "errors": errors_of(fields),
        "rows": _rows(rows),
        "asked": asked and not problem,
        "given": list(given.items()),
        "following": f"?{urlencode({**given, 'before': rows[-1].id})}" if len(found) > PAGE else "",
    }
    return render(request, "supervisor/search.html", context, status=422 if problem else 200)


@officers("auditor")
@require_POST
def pack(request: HttpRequest) -> HttpResponse:
    """The evidence pack of a search: proofs, manifest and how to check them without us."""
    given = _given(request.POST)
    issuers = json.dumps(issuer_document(), ensure_ascii=False, indent=1).encode()
    what = "，".join(f"{name}={given[name]}" for name in _NAMES if given[name])
    data = pack_evidence(
        _sought(given),
        reason=given["reason"],
        what=what,
        by=actor(request),
        more={"trust/issuers.json": issuers},
    )
    response = HttpResponse(data, content_type="application/zip")
    stamp = f"{clock.local(clock.now()):%Y%m%d-%H%M%S}"
    response.headers["Content-Disposition"] = f'attachment; filename="evidence-{stamp}.zip"'
    return response


def _given(sent: QueryDict) -> dict[str, str]:
    return {name: sent.get(name, "").strip()[:_TEXT_MAX] for name in (*_NAMES, "reason")}


def _sought(given: Mapping[str, str]) -> Sought:
    since, until = _day(given, "since"), _day(given, "until")
    return Sought(
        object=given["object"],
        actor=given["actor"].removeprefix("officer:"),
        case=given["case"],
        words=given["words"],
        kind=given["kind"] if given["kind"] != "all" else "",
        since=since,
        until=until + timedelta(days=1) if until else None,
    )


def _day(given: Mapping[str, str], name: str) -> datetime | None:
    if not given[name]:
        return None
    try:
        return datetime.combine(date.fromisoformat(given[name]), time(), clock.CITY_ZONE)
    except ValueError as error:
        raise BadInput(_("请按 2026-12-03 的样子填日期。"), field=name) from error


def _id(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


def _rows(found: list[EntryView]) -> list[tuple[EntryView, str, str]]:
    """The entries with agency and post in words; two queries, however many."""
    agencies = get_agencies({row.agency for row in found if row.agency})
    posts = officer_posts(row.actor.removeprefix("officer:") for row in found)
    return [
        (
            row,
            agencies[row.agency].name if row.agency in agencies else "",
            posts.get(
                row.actor.removeprefix("officer:"),
                _("当事人") if row.actor[:1] == "s" and ":" not in row.actor else row.actor,
            ),
        )
        for row in found
    ]


def _fields(given: Mapping[str, str], problem: BadInput | None) -> list[Field]:
    errors = {problem.field or "reason": str(problem)} if problem else {}
    kinds = (
        Option("all", _("全部")),
        *(Option(name, kind.title) for name, kind in sorted(all_kinds().items())),
    )
    told: tuple[tuple[str, str, str], ...] = (
        ("reason", _("为什么查"), _("例如：核查某投诉、年度抽查。这次检索连同理由一起入账。")),
        ("case", _("办件或申请编号"), ""),
        ("object", _("对象"), _("例如 certificate:… 、objection:…")),
        ("actor", _("工作人员编号"), _("例如 LC-ZX-001")),
        ("words", _("目的或依据里的字"), ""),
    )
    fields = [
        Field(
            name=name,
            label=label,
            hint=hint,
            value=given[name],
            error=errors.get(name, ""),
            width="long",
            required=name == "reason",
        )
        for name, label, hint in told
    ]
    fields.append(
        Field(
            name="kind",
            label=_("动作"),
            kind="select",
            options=kinds,
            value=given["kind"] or "all",
            required=False,
        )
    )
    fields += [
        Field(
            name=name,
            label=label,
            kind="date",
            value=given[name],
            error=errors.get(name, ""),
            width="short",
            required=False,
        )
        for name, label in (("since", _("从哪天")), ("until", _("到哪天")))
    ]
    return fields
