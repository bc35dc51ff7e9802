"""What people ask of the agency: why were my data used. Any officer of it may answer but the one who used them."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.catalogue.api import get_resources
from tongban.exchange.api import ObjectionView, answer_objection, get_objection, open_objections
from tongban.identity.api import officer_posts
from tongban.journal.api import find_entries, title_of
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.portals.counter.views.home import frame
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor

PAGE = 50


@officers()
@require_safe
def objections(request: HttpRequest) -> HttpResponse:
    """Open objections, the most urgent first; paged by due day and id."""
    who = actor(request)
    found = open_objections(who, after=after_key(request.GET.get("after", "")), limit=PAGE + 1)
    rows = found[:PAGE]
    context = {
        **frame(who, here="objections"),
        "rows": [(row, title_of(row.kind), _lamp(row)) for row in rows],
        "following": f"?after={rows[-1].due_on}_{rows[-1].id}" if len(found) > PAGE else "",
    }
    return render(request, "counter/objections.html", context)


@officers()
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, objection: UUID) -> HttpResponse:
    """One objection beside the use it is about, and the answer to it."""
    who = actor(request)
    view = get_objection(objection, by=who)
    problem: BadInput | None = None
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            answer_objection(
                objection=objection,
                outcome=request.POST.get("outcome", ""),
                words=request.POST.get("words", ""),
                seen=int(seen) if seen.isdigit() else None,
                by=who,
            )
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("counter:objections"))
    fields = _fields(request, problem)
    context = {
        **frame(who, here="objections"),
        "objection": view,
        "lamp": _lamp(view),
        "facts": _facts(view),
        "mine": view.reader == f"officer:{who.key}",
        "fields": fields,
        "errors": errors_of(fields),
    }
    return render(request, "counter/objection.html", context, status=422 if problem else 200)


def after_key(given: str) -> tuple[date, UUID] | None:
    """The key of the last row seen; anything else starts at the beginning."""
    day, _bar, last = given.partition("_")
    try:
        return date.fromisoformat(day), UUID(last)
    except ValueError:
        return None


def _lamp(row: ObjectionView) -> parts.Lamp:
    if row.answered_at:
        return parts.Lamp("green", _("已答复"))
    if row.state == "overdue":
        return parts.Lamp("red", _("超期，应在 {day} 前答复").format(day=row.due_on))
    last = row.due_on == clock.today()
    return parts.Lamp("yellow" if last else "green", _("{day} 前答复").format(day=row.due_on))


def _facts(view: ObjectionView) -> list[parts.Row]:
    (used,) = find_entries([view.entry])
    number = used.actor.removeprefix("officer:")
    post = officer_posts([number]).get(number, _("系统按申请自动读取"))
    code = str(used.content.get("resource", ""))
    read = get_resources([code]).get(code)
    return [
        parts.Row(
            _("做了什么"), _("{what}：{name}").format(what=used.title, name=read.name) if read else used.title
        ),
        parts.Row(_("什么岗位"), post),
        parts.Row(_("什么时候"), f"{clock.local(used.occurred_at):%Y-%m-%d %H:%M:%S}"),
        parts.Row(_("目的"), used.purpose or _("没有写明")),
        parts.Row(_("法律依据"), used.basis or _("没有写明")),
        parts.Row(_("办件"), used.case_number or _("没有办件")),
    ]


def _fields(request: HttpRequest, problem: BadInput | None) -> list[Field]:
    errors = {problem.field: str(problem)} if problem else {}
    return [
        Field(
            name="outcome",
            label=_("这次使用数据有没有依据"),
            kind="radios",
            options=(
                Option("explained", _("有依据"), _("请在下面说明依据和用途")),
                Option("upheld", _("确有不当"), _("请在下面说明怎么纠正")),
            ),
            value=request.POST.get("outcome", ""),
            error=errors.get("outcome", ""),
        ),
        Field(
            name="words",
            label=_("给本人的答复"),
            kind="textarea",
            value=request.POST.get("words", ""),
            error=errors.get("words", ""),
        ),
    ]
