"""One resource: the form, the acts on it, its editions side by side."""

from collections.abc import Callable, Mapping, Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.catalogue.api import (
    Content,
    Desk,
    EditionView,
    Finding,
    Hit,
    announce_withdrawal,
    cancel_withdrawal,
    compare,
    confirm_resource,
    discard_resource,
    find_problems,
    get_desk,
    impact_of,
    item_words,
    label_of,
    list_editions,
    publish_resource,
    read_vocabulary,
    recall_resource,
    return_resource,
    save_resource,
    score,
    start_resource,
    submit_resource,
)
from tongban.identity.api import get_agencies, get_agency, officer_posts
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadAnswers, BadInput, NotFound
from tongban.portals.bureau.forms import read_form, resource_form
from tongban.portals.bureau.framing import ROLES, frame
from tongban.portals.bureau.views.desk import TONES
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor
from tongban.services.api import get_items


@officers("resource-owner")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A resource begins as a draft; the page is that of a change."""
    who = actor(request)
    content = (
        read_form(request.POST, agency=who.agency) if request.method == "POST" else Content(agency=who.agency)
    )
    problems: Sequence[Finding] = ()
    if request.method == "POST":
        try:
            code = start_resource(content=content, by=who)
        except BadInput as bad:
            problems = [Finding(bad.field or "name", str(bad))]
        else:
            return _saved(request, code, 1, who)
    return _form(request, who, content, problems, None, status=422 if problems else 200)


@officers(*ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def resource(request: HttpRequest, code: str) -> HttpResponse:
    """The form for its owners; what is written, for a reviewer; both with what blocks and what may be done."""
    who = actor(request)
    words = read_vocabulary(clock.today())
    desk = get_desk(code, words, by=who)
    if request.method == "POST":
        content = read_form(request.POST, agency=desk.agency)
        try:
            save_resource(code=code, content=content, seen=_seen(request), by=who)
        except BadInput as bad:
            found = [Finding(bad.field or "name", str(bad))]
            return _form(request, who, content, found, desk, status=422)
        return _saved(request, code, (_seen(request) or desk.version) + 1, who)
    if "save" in desk.verbs:
        return _form(request, who, desk.content, desk.problems, desk)
    return render(request, "bureau/review.html", _reading(who, desk))


@officers(*ROLES)
@require_POST
def act(request: HttpRequest, code: str) -> HttpResponse:
    """Submit, recall, return, publish, give up, announce or cancel a withdrawal: a button each."""
    who = actor(request)
    verb = request.POST.get("verb", "")
    if verb not in _ACTS:
        raise NotFound("没有这个动作。请从页面上的按钮办理。")
    try:
        _ACTS[verb](code, request.POST.get("words", ""), _seen(request), who)
    except BadInput as bad:
        desk = get_desk(code, read_vocabulary(clock.today()), by=who)
        context = _reading(who, desk, bad, words=request.POST.get("words", ""))
        return render(request, "bureau/review.html", context, status=422)
    return HttpResponseRedirect(reverse("bureau:resource", args=[code]))


@officers(*ROLES)
@require_safe
def editions(request: HttpRequest, code: str) -> HttpResponse:
    """All editions, and two of them side by side: by default the newest beside the one before it."""
    who = actor(request)
    found = list_editions(code, by=who)
    after = _chosen(found, request.GET.get("to", ""), 0)
    before = _chosen(found, request.GET.get("from", ""), found.index(after) + 1)
    posts = officer_posts({key for one in found for key in (*one.authors, one.reviewer) if key})
    context = {
        **frame(who, here="resources"),
        "code": code,
        "name": found[0].content.name,
        "rows": [
            (one, "、".join(posts.get(key, key) for key in one.authors), posts.get(one.reviewer, ""))
            for one in found
        ],
        "before": before,
        "after": after,
        "differences": compare(before.content, after.content, read_vocabulary(clock.today()))
        if before is not after
        else [],
    }
    return render(request, "bureau/editions.html", context)


_Act = Callable[[str, str, int | None, Actor], object]
_ACTS: Mapping[str, _Act] = {
    "submit": lambda code, _words, seen, by: submit_resource(code=code, seen=seen, by=by),
    "recall": lambda code, _words, seen, by: recall_resource(code=code, seen=seen, by=by),
    "return": lambda code, words, seen, by: return_resource(code=code, words=words, seen=seen, by=by),
    "publish": lambda code, _words, seen, by: publish_resource(code=code, seen=seen, by=by),
    "discard": lambda code, _words, seen, by: discard_resource(code=code, seen=seen, by=by),
    "announce-withdrawal": lambda code, words, seen, by: announce_withdrawal(
        code=code, words=words, seen=seen, by=by
    ),
    "confirm": lambda code, _words, seen, by: confirm_resource(code=code, seen=seen, by=by),
    "cancel-withdrawal": lambda code, _words, seen, by: cancel_withdrawal(code=code, seen=seen, by=by),
}


def _chosen(found: Sequence[EditionView], given: str, otherwise: int) -> EditionView:
    """The edition of that number (0 is the draft); else the one at a place, the last where the list is shorter."""
    for one in found:
        if given.isascii() and given.isdigit() and one.number == int(given[:9]):
            return one
    return found[min(otherwise, len(found) - 1)]


def _saved(request: HttpRequest, code: str, version: int, who: Actor) -> HttpResponse:
    """The draft is kept; with the second button it is handed in as well, or the form says what blocks."""
    if request.POST.get("then") == "submit":
        try:
            submit_resource(code=code, seen=version, by=who)
        except BadAnswers as bad:
            desk = get_desk(code, read_vocabulary(clock.today()), by=who)
            found = [Finding(field, sentence) for field, sentence in bad.problems.items()]
            return _form(request, who, desk.content, found, desk, status=422)
    return HttpResponseRedirect(reverse("bureau:resource", args=[code]))


def _form(
    request: HttpRequest,
    who: Actor,
    content: Content,
    problems: Sequence[Finding],
    desk: Desk | None,
    *,
    status: int = 200,
) -> HttpResponse:
    words = read_vocabulary(clock.today())
    form = resource_form(content, words, problems)
    made = score(content, find_problems(content, words))
    context = {
        **frame(who, here="resources"),
        "agency": get_agency(content.agency).name,
        "form": form,
        "desk": desk,
        "state": parts.Status(desk.state_title, TONES[desk.state]) if desk else None,
        "score": made,
        "gains": [(label_of(gain.field), gain.points) for gain in made.gains[:5]],
        "blocking": [(f"f-{one.field}", one.sentence) for one in problems if one.blocks and status == 200],
        "errors": errors_of(form.fields) if status == 422 else (),
        "linked": _linked(content),
        "withdrawal": [_words_field(_("为什么撤下"))] if desk and "announce-withdrawal" in desk.verbs else [],
    }
    return render(request, "bureau/resource.html", context, status=status)


def _reading(
    who: Actor, desk: Desk, problem: BadInput | None = None, *, words: str = ""
) -> dict[str, object]:
    """What a reviewer reads: every element in words, what changed against the edition in force, what may be done."""
    vocabulary = read_vocabulary(clock.today())
    in_force = next((one for one in list_editions(desk.code, by=who) if one.state == "published"), None)
    field = _words_field(_("退回的原因"), value=words, error=str(problem) if problem else "")
    empty, shown = Content(standing=""), desk.content.model_copy(update={"items": ()})
    return {
        **frame(who, here="reviews" if desk.state in {"review", "change-review"} else "resources"),
        "agency": get_agency(desk.agency).name,
        "desk": desk,
        "state": parts.Status(desk.state_title, TONES[desk.state]),
        "rows": [parts.Row(one.label, one.after) for one in compare(empty, shown, vocabulary) if one.after],
        "differences": compare(in_force.content, desk.content, vocabulary) if in_force and desk.draft else [],
        "impact": _impact(desk) if "publish" in desk.verbs else [],
        "linked": _linked(desk.content),
        "items": [
            (item, *(item_words(item, name, vocabulary) for name in ("type", "sharing", "open")))
            for item in map(desk.content.terms_of, desk.content.items)
        ],
        "withdrawal": [_words_field(_("为什么撤下"))] if "announce-withdrawal" in desk.verbs else [],
        "mine": who.key in desk.authors,
        "fields": [field],
        "errors": errors_of([field]) if problem else (),
    }


def _impact(desk: Desk) -> list[tuple[str, Hit]]:
    """The grants that publishing would touch, each under the name of its agency."""
    found = impact_of(desk.code, desk.content)
    agencies = get_agencies({one.agency for one in found})
    return [(agencies[one.agency].name if one.agency in agencies else one.agency, one) for one in found]


def _linked(content: Content) -> list[tuple[str, str, str]]:
    """The service items that produce or need it: what they are to it, title, address."""
    items = get_items({*content.produced_by, *content.needed_by})
    return [
        (label, items[code].title, reverse("public:item", args=[code]))
        for label, codes in ((_("产生"), content.produced_by), (_("要用"), content.needed_by))
        for code in codes
        if code in items
    ]


def _words_field(label: str, *, value: str = "", error: str = "") -> Field:
    return Field(name="words", label=label, kind="textarea", value=value, error=error)


def _seen(request: HttpRequest) -> int | None:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
