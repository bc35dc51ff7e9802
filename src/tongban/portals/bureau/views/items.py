"""Service items: the list of an agency, the editor with its preview, the acts on a draft, versions side by side."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from pydantic import ValidationError

from tongban.identity.api import officer_posts
from tongban.journal.api import Actor
from tongban.kernel.errors import BadAnswers, BadInput, NotFound
from tongban.portals.bureau.framing import EDITOR, OFFICER, frame
from tongban.portals.bureau.items import item_fields, read_item
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.guided import item_body
from tongban.portals.design.middleware import actor
from tongban.services.api import (
    ItemDesk,
    Offers,
    Problem,
    ServiceItem,
    VersionView,
    differences,
    discard_item,
    drafts_to_review,
    get_item_desk,
    judge_items,
    list_versions,
    my_items,
    publish_item,
    read_offers,
    recall_item,
    return_item,
    save_item,
    start_item,
    submit_item,
)

PAGE = 50


@officers(EDITOR, OFFICER)
@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """The agency's items with what breaks the standard, and above them what waits for this officer's review."""
    who = actor(request)
    after = request.GET.get("after", "")
    found = my_items(who, after=after, limit=PAGE + 1) if who.has_role(EDITOR) else []
    faults = {one.code: one.faults for one in judge_items(deciding=who.agency)} if found else {}
    context = {
        **frame(who, here="items"),
        "edits": who.has_role(EDITOR),
        "waiting": drafts_to_review(who),
        "rows": [(row, faults.get(row.code, ())) for row in found[:PAGE]],
        "following": f"?after={found[PAGE - 1].code}" if len(found) > PAGE else "",
    }
    return render(request, "bureau/items.html", context)


@officers(EDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """An item begins with a code and a name; all else is written in its editor."""
    who = actor(request)
    code, title = request.POST.get("code", "").strip(), request.POST.get("title", "").strip()
    fields = [_short("code", _("事项代码"), code), _short("title", _("事项名称"), title)]
    if request.method == "POST":
        try:
            begun = {"title": title, "deciding": who.agency, "competent": who.agency}
            start_item(code=code, terms=begun, by=who)
        except BadInput as bad:
            given = {"code": code, "title": title}
            fields = [
                _short(one.name, str(one.label), given[one.name], str(bad) if one.name == bad.field else "")
                for one in fields
            ]
        else:
            return HttpResponseRedirect(reverse("bureau:item", args=[code]))
    errors = errors_of(fields)
    context = {**frame(who, here="items"), "fields": fields, "errors": errors}
    return render(request, "bureau/item_new.html", context, status=422 if errors else 200)


@officers(EDITOR, OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, code: str) -> HttpResponse:
    """The form for its editors, the guide as people would see it for both, and what may be done."""
    who, offers = actor(request), read_offers()
    desk = get_item_desk(code, offers, by=who)
    if request.method == "POST":
        terms, seen = read_item(request.POST, desk.terms), _seen(request)
        try:
            version = save_item(code=code, terms=terms, seen=seen, by=who)
            if request.POST.get("then") == "submit":
                submit_item(code=code, seen=version, by=who)
        except BadAnswers as bad:
            desk = get_item_desk(code, offers, by=who)
            found = [Problem(field, sentence) for field, sentence in bad.problems.items()]
            return _page(request, who, desk, offers, found, status=422)
        except BadInput as bad:
            found = [Problem(bad.field or "title", str(bad))]
            return _page(request, who, desk, offers, found, terms=terms, status=422)
        return HttpResponseRedirect(reverse("bureau:item", args=[code]))
    return _page(request, who, desk, offers, desk.problems)


@officers(EDITOR, OFFICER)
@require_POST
def act(request: HttpRequest, code: str) -> HttpResponse:
    """Submit, recall, return, publish or give up the draft: a button each."""
    who, offers, verb = actor(request), read_offers(), request.POST.get("verb", "")
    if verb not in _ACTS:
        raise NotFound("没有这个动作。请从页面上的按钮办理。")
    words = request.POST.get("words", "")
    try:
        _ACTS[verb](code, words, _seen(request), who)
    except BadInput as bad:
        desk = get_item_desk(code, offers, by=who)
        return _page(request, who, desk, offers, desk.problems, refused=str(bad), words=words, status=422)
    there = reverse("bureau:items") if verb == "discard" else reverse("bureau:item", args=[code])
    return HttpResponseRedirect(there)


@officers(EDITOR, OFFICER)
@require_safe
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """All versions with where they came from, and two of them side by side: the newest beside the one before it."""
    who = actor(request)
    found = list_versions(code, by=who)
    after = _chosen(found, request.GET.get("to", ""), 0)
    before = _chosen(found, request.GET.get("from", ""), found.index(after) + 1)
    posts = officer_posts({key for one in found for key in (*one.authors, one.reviewer) if key})
    context = {
        **frame(who, here="items"),
        "code": code,
        "title": found[0].terms["title"],
        "rows": [
            (
                one,
                "、".join(posts.get(key, key) for key in one.authors),
                posts.get(one.reviewer, one.reviewer),
            )
            for one in found
        ],
        "before": before,
        "after": after,
        "differences": differences(before.terms, after.terms, read_offers()),
    }
    return render(request, "bureau/item_versions.html", context)


_ACTS: Mapping[str, Callable[[str, str, int | None, Actor], object]] = {
    "submit": lambda code, _words, seen, by: submit_item(code=code, seen=seen, by=by),
    "recall": lambda code, _words, seen, by: recall_item(code=code, seen=seen, by=by),
    "return": lambda code, words, seen, by: return_item(code=code, words=words, seen=seen, by=by),
    "publish": lambda code, _words, seen, by: publish_item(code=code, seen=seen, by=by),
    "discard": lambda code, _words, seen, by: discard_item(code=code, seen=seen, by=by),
}


def _page(
    request: HttpRequest,
    who: Actor,
    desk: ItemDesk,
    offers: Offers,
    problems: Sequence[Problem],
    *,
    terms: Mapping[str, Any] | None = None,
    refused: str = "",
    words: str = "",
    status: int = 200,
) -> HttpResponse:
    held = desk.terms if terms is None else terms
    told = problems if status == 422 and not refused else ()
    groups = item_fields(held, offers, told) if "save" in desk.verbs else []
    reason = Field(name="words", label=_("退回的原因"), kind="textarea", value=words, error=refused)
    fields = [field for _group, some in groups for field in some]
    context = {
        **frame(who, here="items"),
        "desk": desk,
        "title": held.get("title") or desk.code,
        "groups": groups,
        "advice": [one for one in problems if not one.blocks],
        "blocking": [one for one in problems if one.blocks] if status == 200 else [],
        "errors": errors_of([*fields, reason]),
        "reason": reason,
        "differences": differences(desk.before, held, offers) if desk.before else [],
        "preview": _preview(desk.code, held, offers),
        "state": parts.Status(_("拟稿") if desk.state == "draft" else _("待审核"), "info")
        if desk.state
        else None,
    }
    return render(request, "bureau/item.html", context, status=status)


def _preview(code: str, terms: Mapping[str, Any], offers: Offers) -> dict[str, Any] | None:
    """The guide as people would see it; None while the draft cannot be read as one."""
    try:
        made = ServiceItem.model_validate({**terms, "code": code})
    except ValidationError:
        return None
    return item_body(made, offers)


def _short(name: str, label: str, value: str, error: str = "") -> Field:
    hint = _("用在网址里，以后不能改：小写字母、数字和短横。") if name == "code" else ""
    return Field(name=name, label=label, value=value, hint=hint, error=error)


def _chosen(found: Sequence[VersionView], given: str, otherwise: int) -> VersionView:
    for one in found:
        if given.isascii() and given.isdigit() and one.number == int(given[:9]):
            return one
    return found[min(otherwise, len(found) - 1)]


def _seen(request: HttpRequest) -> int | None:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
