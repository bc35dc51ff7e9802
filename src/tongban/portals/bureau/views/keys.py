"""The keys of this installation: all of them, and one with its hand-overs, revocations and re-sealing."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tongban.certificates.api import ResealingView, resealings
from tongban.identity.api import officer_posts
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.keys.api import (
    CONFIRMS,
    GUARDS,
    ROTATABLE,
    OrderView,
    decide_revocation,
    hand_over,
    key_orders,
    order_revocation,
)
from tongban.portals.bureau.framing import KEEPERS, frame
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.keys import KeyRow, key_rows
from tongban.portals.design.middleware import actor

PAGE = 60
OVERLAP_DAYS = 30
_ISSUERS = "issuer."
_STATES = {
    "ordered": parts.Status(gettext_lazy("等复核"), "warning"),
    "done": parts.Status(gettext_lazy("已吊销"), "danger"),
    "returned": parts.Status(gettext_lazy("已退回"), "plain"),
}


@officers(*KEEPERS)
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """What waits for a second person first; then every key by what it signs."""
    who, after = actor(request), request.GET.get("after", "")
    rows = key_rows()
    begin = next((n + 1 for n, row in enumerate(rows) if row.name == after), 0)
    shown = rows[begin : begin + PAGE]
    context = {
        **frame(who, here="keys"),
        "waiting": [one for one in key_orders() if one.state == "ordered"],
        "rows": shown,
        "following": f"?after={shown[-1].name}" if begin + PAGE < len(rows) else "",
    }
    return render(request, "bureau/keys.html", context)


@officers(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def key(request: HttpRequest, name: str) -> HttpResponse:
    """One key; each act is a form of this page, what was typed is kept when something is wrong."""
    who = actor(request)
    if not any(row.name == name for row in key_rows(name)):
        raise NotFound(_("没有这个名字的密钥。"))
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            _act(request, name, who)
        except BadInput as bad:
            wrong = {bad.field or "reason": str(bad)}
        except Conflict as conflict:
            wrong = {"overlap" if request.POST.get("verb") == "rotate" else "reason": str(conflict)}
        else:
            return HttpResponseRedirect(reverse("bureau:key", args=[name]))
    return _key(request, who, name, wrong)


def _act(request: HttpRequest, name: str, who: Actor) -> None:
    """Do what a form of the page asks.

    Raises:
        BadInput, Conflict: at its field.
        NotFound: no form of the page sends this.
    """
    sent = {one: request.POST.get(one, "").replace("\0", "").strip() for one in request.POST}
    match sent.get("verb", ""):
        case "rotate":
            hand_over(name, overlap=_days(sent.get("overlap", "")), by=who)
        case "order":
            number, since = sent.get("number", ""), _moment(sent.get("since", ""), sent.get("at", ""))
            chosen = int(number) if number.isascii() and number.isdigit() else 0
            order_revocation(name, number=chosen, since=since, reason=sent.get("reason", ""), by=who)
        case "confirm" | "return" as verb:
            seen = sent.get("seen", "")
            decide_revocation(
                _order(sent.get("order", "")),
                agreed=verb == "confirm",
                seen=int(seen) if seen.isascii() and seen.isdigit() else None,
                by=who,
            )
        case _:
            raise NotFound(_("没有这个动作。请从页面上的按钮办理。"))


def _key(request: HttpRequest, who: Actor, name: str, wrong: dict[str, str]) -> HttpResponse:
    (row,) = (row for row in key_rows(name) if row.name == name)
    post, verb = request.POST if wrong else {}, request.POST.get("verb", "")
    guards = who.has_role(GUARDS) and name.startswith(ROTATABLE)
    rotating = _rotating(str(post.get("overlap", OVERLAP_DAYS)), wrong) if guards else None
    ordering = _ordering(row, {one: str(post.get(one, "")) for one in post}, wrong) if guards else []
    orders = key_orders(name)
    posts = officer_posts({key for one in orders for key in (one.ordered_by, one.decided_by) if key})
    context = {
        **frame(who, here="keys"),
        "row": row,
        "rotating": rotating,
        "ordering": ordering,
        "errors": errors_of([rotating] if rotating and verb == "rotate" else ordering),
        "ordering_open": verb == "order",
        "orders": [
            (
                one,
                posts.get(one.ordered_by, one.ordered_by),
                posts.get(one.decided_by, one.decided_by),
                _STATES[one.state],
                _decides(who, one),
            )
            for one in orders
        ],
        "runs": [_run(one) for one in resealings(name.removeprefix(_ISSUERS))]
        if name.startswith(_ISSUERS)
        else [],
        "issues": name.startswith(_ISSUERS),
        "seals": name.startswith("seal."),
    }
    return render(request, "bureau/key.html", context, status=422 if wrong else 200)


def _decides(who: Actor, one: OrderView) -> bool:
    return one.state == "ordered" and who.has_role(CONFIRMS) and one.ordered_by != who.key


def _run(one: ResealingView) -> tuple[ResealingView, parts.Status, int]:
    """A run, whether it is over, and how much of it is done in hundredths."""
    done = 100 * one.seen // one.total if one.total else 100
    status = parts.Status(_("换签完毕"), "success") if one.ended_at else parts.Status(_("正在换签"), "info")
    return one, status, 100 if one.ended_at else min(done, 99)


def _rotating(days: str, wrong: dict[str, str]) -> Field:
    return Field(
        name="overlap",
        label=_("新旧并用几天"),
        kind="number",
        value=days,
        width="tiny",
        suffix=_("天"),
        hint=_("这几天里两把都签，让核验的人换上新的公钥；过了就只有新的签，旧的签过的照样有效。"),
        error=wrong.get("overlap", ""),
    )


def _ordering(row: KeyRow, given: dict[str, str], wrong: dict[str, str]) -> list[Field]:
    now = clock.local(clock.real_now())
    numbers = [line for line in row.lines if line.revoked is None]
    return [
        Field(
            name="number",
            label=_("吊销哪一把"),
            kind="select",
            options=tuple(
                Option(
                    str(line.number), _("第 {n} 把，{print}").format(n=line.number, print=line.fingerprint)
                )
                for line in numbers
            ),
            value=given.get("number", str(numbers[0].number) if numbers else ""),
            error=wrong.get("number", ""),
        ),
        Field(
            name="since",
            label=_("从哪天起可能被别人掌握"),
            kind="date",
            value=given.get("since", now.date().isoformat()),
            width="short",
            error=wrong.get("since", ""),
        ),
        Field(
            name="at",
            label=_("几点起"),
            value=given.get("at", "00:00"),
            width="tiny",
            hint=_(
                "24 小时制，如 08:30。拿不准就往早写：从这一刻起它签的都不再采信，在这之前签的要有账本记录。"
            ),
        ),
        Field(
            name="reason",
            label=_("原因"),
            kind="textarea",
            value=given.get("reason", ""),
            hint=_("任何人都能看到，会写进公开账本；不要写个人信息。"),
            error=wrong.get("reason", ""),
        ),
    ]


def _days(given: str) -> timedelta | None:
    return timedelta(days=int(given)) if given.isascii() and given.isdigit() and len(given) <= 4 else None


def _moment(day: str, at: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(day), time.fromisoformat(at or "00:00"), clock.CITY_ZONE)
    except ValueError:
        return None


def _order(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError as error:
        raise NotFound(_("没有这份吊销。")) from error
