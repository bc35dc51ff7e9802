"""Proving one act: by its number, its place in a log, a certificate's code, a file or the hash of one.

Of an act in `acts` a stranger learns only that it is logged and unaltered; what it says is shown, and its proof
handed out, to the person it is about. What is in `public` is everybody's.
"""

import hashlib
import re
from dataclasses import dataclass
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongban.cases.api import application_timeline, get_application
from tongban.certificates.api import find_by_code
from tongban.identity.api import get_agencies
from tongban.journal.api import (
    ORIGINS,
    Actor,
    EntryView,
    entry_at,
    find_by_digest,
    find_entries,
    is_about,
    opening,
)
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotAllowed, NotFound, Unavailable
from tongban.ledger.api import (
    HEADER,
    LogHead,
    Refused,
    Verified,
    log_heads,
    prove,
    read_policy,
    trust_policy,
    verify_proof,
)
from tongban.portals.design import limits, parts
from tongban.portals.design.access import everybody
from tongban.portals.design.middleware import visitor

_UUID_CHARACTERS = 36
_PLACE = re.compile(rf"({'|'.join(ORIGINS)})[ #:]*([0-9]{{1,18}})")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[0-9A-Za-z]{4}(-?[0-9A-Za-z]{4}){3}")
FILE_BYTES_MAX = 20 * 1024 * 1024


@dataclass(frozen=True)
class Asked:
    """What came of asking: a checked proof, a proof that failed, several acts to choose from, or a sentence."""

    error: str = ""
    status: int = 200
    verified: Verified | None = None
    refused: Refused | None = None
    act: EntryView | None = None
    acts: tuple[EntryView, ...] = ()
    download_url: str = ""


@everybody
@require_safe
def entry(request: HttpRequest, entry: UUID) -> HttpResponse:
    """One entry: in the log, when, unaltered, checked anew; and what it says, to whom that is open."""
    asked = check_entry(entry, visitor(request))
    if asked.error:
        raise (Unavailable if asked.status == Unavailable.status else NotFound)(asked.error)
    return render(request, "public/entry.html", {"entry": entry, **shown(asked)})


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


@everybody
@require_POST
def of_file(request: HttpRequest) -> HttpResponse:
    """A file sent whole, where the browser did not hash it: a proof is checked, of others only the hash is kept."""
    limits.spend(limits.VERIFICATION, limits.address_of(request))
    given = request.FILES.get("file")
    if not isinstance(given, UploadedFile):
        raise BadInput(_("请先选择一个文件。"))
    if (given.size or 0) > FILE_BYTES_MAX:
        raise BadInput(_("文件超过 20 MB。请在自己的电脑上算出 SHA-256，填在上面的框里。"))
    data = given.read()
    if not data.startswith(HEADER.encode()):
        return HttpResponseRedirect(f"{reverse('public:trust')}?entry={file_digest(data)}#checked")
    try:
        asked = Asked(verified=verify_proof(data, read_policy(trust_policy())))
    except Refused as refused:
        asked = Asked(refused=refused)
    return render(request, "public/entry.html", {"entry": None, **shown(asked)})


def file_digest(data: bytes) -> str:
    """The SHA-256 that an act would name: of a certificate's text only the part that the issuer signed."""
    if data.lstrip().startswith(b"eyJ") and b"~" in data:
        data = data.strip().split(b"~", 1)[0]
    return hashlib.sha256(data).hexdigest()


def ask(given: str, who: Actor | None) -> Asked:
    """Look up what was typed, whatever of the five it is."""
    if len(given) == _UUID_CHARACTERS:
        try:
            return check_entry(UUID(given), who)
        except ValueError:
            return Asked(error=_("账目编号不对，请从“账本证明”页整段复制。"), status=422)
    if found := _PLACE.fullmatch(given.lower()):
        at = entry_at(found[1], int(found[2]))
        return check_entry(at, who) if at else Asked(error=_("这本账里没有这个序号。"), status=404)
    if _SHA256.fullmatch(given.lower()):
        return _of_digest(given.lower(), who)
    if _CODE.fullmatch(given):
        certificate = find_by_code(given)
        words = _("没有这个核验码的证照。请对照证照再输一次。")
        return check_entry(certificate.entry, who) if certificate else Asked(error=words, status=404)
    return _of_application(given, who)


def check_entry(entry: UUID, who: Actor | None) -> Asked:
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


def shown(asked: Asked) -> dict[str, object]:
    """What a page shows of it."""
    heads = {head.origin: head for head in log_heads()}
    return {
        "asked": asked,
        "rows": _rows(asked, heads) if asked.verified else [],
        "said": _said(asked.act) if asked.act else [],
    }


def _of_digest(digest: str, who: Actor | None) -> Asked:
    entries = find_by_digest(bytes.fromhex(digest))
    if len(entries) == 1:
        return check_entry(entries[0], who)
    if entries:
        return Asked(acts=tuple(act for act in find_entries(entries) if act.log_index is not None))
    words = _(
        "账本里没有哪一步写着这份文件的指纹。能这样查的是电子证照的文本和导入过的清单，文件要和当时一字不差。"
    )
    return Asked(error=words, status=404)


def _of_application(given: str, who: Actor | None) -> Asked:
    if who is None or who.person is None:
        words = _("办件编号只有本人登录后可以查。核验一条账目，请填 36 位的账目编号。")
        return Asked(error=words, status=422)
    try:
        view = get_application(given, by=who)
    except NotFound:
        return Asked(error=_("没有这个编号的办件，或者它不属于您。"), status=404)
    return Asked(acts=tuple(act for act in application_timeline(view) if act.log_index is not None))


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
    rows += [parts.Row(_("机关"), agency.name)] if agency else []
    rows += [parts.Row(_("依据"), act.basis)] if act.basis else []
    return rows
