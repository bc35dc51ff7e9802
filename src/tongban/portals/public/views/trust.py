"""The ledger's home: both logs with their signed heads, and the proof of one act, checked before one's eyes.

Of an act in `acts` a stranger learns only that it is logged and unaltered; what it says is shown, and its proof
handed out, to the person it is about. What is in `public` is everybody's.
"""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.cases.api import application_timeline, get_application
from tongban.identity.api import get_agencies
from tongban.journal.api import Actor, EntryView, find_entries, is_about, opening
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed, NotFound, Unavailable
from tongban.ledger.api import (
    LogHead,
    Refused,
    Verified,
    log_heads,
    prove,
    read_policy,
    trust_policy,
    verify_proof,
)
from tongban.portals.design import parts
from tongban.portals.design.access import everybody
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import visitor

_UUID_CHARACTERS = 36


@dataclass(frozen=True)
class Asked:
    """What came of asking: a checked proof, a proof that failed, the acts of one's own application, or a sentence."""

    error: str = ""
    status: int = 200
    verified: Verified | None = None
    refused: Refused | None = None
    act: EntryView | None = None
    acts: tuple[EntryView, ...] = ()
    download_url: str = ""


@everybody
@require_safe
def ledgers(request: HttpRequest) -> HttpResponse:
    """Both logs, how to check them without us, and one act looked up."""
    given = request.GET.get("entry", "").strip()[:100]
    asked = _ask(given, visitor(request)) if given else Asked()
    field = Field(
        name="entry",
        label=_("账目编号，或您自己的办件编号"),
        hint=_("账目编号在办件的“账本证明”页上；用办件编号要先登录。"),
        value=given,
        error=asked.error,
        width="long",
    )
    heads = {head.origin: head for head in log_heads()}
    context = {
        "logs": [(heads[origin], title, words) for origin, title, words in _logs() if origin in heads],
        "field": field,
        "errors": errors_of([field]),
        "asked": asked,
        "rows": _rows(asked, heads) if asked.verified else [],
        "said": _said(asked.act) if asked.act else [],
    }
    return render(request, "public/trust.html", context, status=asked.status)


@everybody
@require_safe
def proof(request: HttpRequest, entry: UUID) -> HttpResponse:
    """The proof file, for whom its content is open: everybody in `public`, the person it is about in `acts`."""
    who = visitor(request)
    if not _may_read(entry, who):
        raise NotAllowed(_("这一条不在公开账本里。它说的是谁，谁登录后才能下载它的证明。"))
    text = prove(entry, for_subjects=[who.person] if who and who.person else [])
    (act,) = find_entries([entry])
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{act.kind}.tlog-proof"'
    return response


def _logs() -> tuple[tuple[str, str, str], ...]:
    return (
        ("acts", _("办理动作"), _("每一步办理、每一次读数的承诺值。内容不公开，当事人自己能打开自己的。")),
        ("public", _("公开事项"), _("内容包、办事指南、公钥这些人人可读的事，内容也在账里。")),
    )


def _ask(given: str, who: Actor | None) -> Asked:
    if len(given) == _UUID_CHARACTERS:
        try:
            return _check(UUID(given), who)
        except ValueError:
            return Asked(error=_("账目编号不对，请从“账本证明”页整段复制。"), status=422)
    if who is None or who.person is None:
        words = _("办件编号只有本人登录后可以查。核验一条账目，请填 36 位的账目编号。")
        return Asked(error=words, status=422)
    try:
        view = get_application(given, by=who)
    except NotFound:
        return Asked(error=_("没有这个编号的办件，或者它不属于您。"), status=404)
    return Asked(acts=tuple(act for act in application_timeline(view) if act.log_index is not None))


def _check(entry: UUID, who: Actor | None) -> Asked:
    """Make the proof and check it here, just as the offline command does."""
    try:
        may_read = _may_read(entry, who)
        text = prove(entry, for_subjects=[who.person] if may_read and who and who.person else [])
        verified = verify_proof(text.encode(), read_policy(trust_policy()))
    except (NotFound, Unavailable) as problem:
        return Asked(error=str(problem), status=problem.status)
    except Refused as refused:
        return Asked(refused=refused)
    if not may_read:
        return Asked(verified=verified)
    (act,) = find_entries([entry])
    return Asked(verified=verified, act=act, download_url=reverse("public:proof", args=[entry]))


def _may_read(entry: UUID, who: Actor | None) -> bool:
    """Whether what the entry says is open to this reader.

    Raises:
        NotFound: no such entry.
    """
    if opening(entry).origin == "public":
        return True
    return bool(who and who.person and is_about(who.person, entry))


def _rows(asked: Asked, heads: dict[str, LogHead]) -> list[parts.Row]:
    checked = asked.verified
    assert checked
    head = next((one for one in heads.values() if one.name == checked.log), None)
    place = _("账本 {log} 第 {index} 条；签名时共 {size} 条")
    rows = [parts.Row(_("在账"), place.format(log=checked.log, index=checked.index, size=checked.size))]
    if head and head.size == checked.size:
        moment = f"{clock.local(head.signed_at):%Y-%m-%d %H:%M:%S}"
        rows.append(parts.Row(_("时间"), _("不晚于检查点签名的 {moment}").format(moment=moment)))
    whole = _("由这一条和 {n} 个旁支哈希算到的根，等于签名的根").format(n=len(checked.path))
    rows.append(parts.Row(_("未改动"), whole))
    return rows


def _said(act: EntryView) -> list[parts.Row]:
    agency = get_agencies([act.agency]).get(act.agency)
    rows = [
        parts.Row(_("动作"), act.title),
        parts.Row(_("记账时间"), f"{clock.local(act.recorded_at):%Y-%m-%d %H:%M:%S}"),
    ]
    return rows + ([parts.Row(_("机关"), agency.name)] if agency else [])
