"""Checking what somebody holds: a certificate by its code or its text, a paper by its file; and what checkers have to trust."""

from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.certificates.api import (
    BadCredential,
    CertificateView,
    CopyView,
    Credential,
    check_credential,
    check_shown,
    find_by_code,
    find_by_identifier,
    find_copy,
    is_identifier,
    is_shown_code,
    issuer_document,
)
from tongban.documents.api import CHECKED_BYTES_MAX, CheckedPaper, check_paper, is_pdf, seal_document
from tongban.identity.api import get_agency
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.ledger.api import trust_policy
from tongban.portals.design import limits, parts
from tongban.portals.design.access import everybody
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.public.standing import BesideTheLedger, EndedInWallet, as_of, standing_of

_TONES: dict[str, parts.Tone] = {"valid": "success", "expired": "warning", "suspended": "warning"}
PASTED_CHARACTERS_MAX = 20_000


@dataclass(frozen=True)
class Verdict:
    """What a check found: one word, what it is of, a sentence where one is due, and what was looked at."""

    word: str
    tone: parts.Tone
    title: str
    sentence: str = ""
    rows: tuple[parts.Row, ...] = ()
    checked: tuple[str, ...] = ()


@everybody
@limits.limited(lambda: limits.VERIFICATION, names="code")
@limits.limited(lambda: limits.VERIFICATION, names="file")
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """A box for the code on the paper or the certificate's text, and one for the file itself."""
    given = (request.POST.get("code", "") or code).strip()
    file = request.FILES.get("file")
    verdict, problem = None, None
    try:
        verdict = _of_file(file) if file else _of_text(given) if given else None
    except BadInput as bad:
        problem = bad
    fields = _fields(given, problem)
    context = {"fields": fields, "errors": errors_of(fields), "verdict": verdict, "here": "verify"}
    return render(request, "public/verify.html", context, status=404 if problem else 200)


def _fields(given: str, problem: BadInput | None) -> list[Field]:
    at, words = (problem.field, str(problem)) if problem else (None, "")
    typed = Field(
        name="code",
        label=_("证照上的核验码，或整份 SD-JWT 文本"),
        hint=_(
            "核验码是 16 位，印在证照右下角，例如 7K2M-4QZX-9T3B-HC8D；对方当面亮证的码是 10 位。字母不分大小写。"
        ),
        kind="textarea",
        value=given if at == "code" else "",
        error=words if at == "code" else "",
        width="long",
    )
    dropped = Field(
        name="file",
        label=_("或者整份文件"),
        hint=_("PDF 文书（证照、决定书、受理通知书、告知书、回执），或者 SD-JWT 文件。只核验，不保存。"),
        kind="file",
        accept=".pdf,.sd-jwt,.txt",
        error=words if at == "file" else "",
    )
    return [typed, dropped]


@everybody
@require_safe
def policy(_request: HttpRequest) -> HttpResponse:
    """The logs' public keys, as the file that `tongban verify` reads."""
    return HttpResponse(trust_policy(), content_type="text/plain; charset=utf-8")


@everybody
@require_safe
def seals(_request: HttpRequest) -> HttpResponse:
    """The certificates of the seals on papers."""
    return JsonResponse(seal_document(), json_dumps_params={"ensure_ascii": False, "indent": 1})


@everybody
@require_safe
def issuers(_request: HttpRequest) -> HttpResponse:
    """The issuers' public keys."""
    return JsonResponse(issuer_document(), json_dumps_params={"ensure_ascii": False, "indent": 1})


def _of_file(file: "UploadedFile[bytes]") -> Verdict:
    """The verdict on a file: a paper as PDF, or the text of a certificate.

    Raises:
        BadInput: it is neither.
    """
    data = file.read(CHECKED_BYTES_MAX + 1)
    if len(data) > CHECKED_BYTES_MAX:
        raise BadInput(_("这份文件太大，不是本市出具的文书。请选原来下载的文件。"), field="file")
    if is_pdf(data):
        return _of_paper(check_paper(data))
    try:
        text = data.decode().strip()
    except UnicodeDecodeError:
        text = ""
    if "~" not in text:
        raise BadInput(_("这既不是 PDF 文书，也不是 SD-JWT 证照。请选原来下载的文件。"), field="file")
    return _of_credential(text, field="file")


def _of_text(given: str) -> Verdict:
    """The verdict on what was typed or pasted.

    Raises:
        BadInput: there is no such certificate.
    """
    if "~" in given:
        return _of_credential(given, field="code")
    if is_shown_code(given):
        return _of_shown(given)
    if given.upper().startswith("JZ") and (found_copy := find_copy("".join(given.upper().split()))):
        return _of_copy(found_copy)
    found = find_by_code(given)
    if found is None:
        words = _("没有这个核验码的证照。请对照证照再输一次；如果仍查不到，这份证照不是本市签发的。")
        raise BadInput(words, field="code")
    return _of_certificate(found)


def _of_shown(code: str) -> Verdict:
    """The verdict on a code that a holder shows face to face.

    Raises:
        BadInput: there is no such code.
    """
    shown = check_shown(code)
    if shown.over:
        words = _("亮证码一分钟就失效，这个已经过了。照片和截图不能代替当面亮证，请持证人在手机上重新打开。")
        return Verdict(_("已失效"), "danger", _("亮证码"), words)
    if shown.view is None or shown.shown_at is None:
        raise BadInput(_("没有这个亮证码。请让持证人在手机上换一个新码，再输一次。"), field="code")
    moment = f"{clock.local(shown.shown_at):%Y-%m-%d %H:%M:%S}"
    said = _("持证人 {moment} 当面亮证；这个码是第 {n} 次被核验").format(moment=moment, n=shown.checks)
    return _of_certificate(shown.view, said)


def _of_copy(copy: CopyView, *checked: str) -> Verdict:
    """An annotated copy: for whom, what for, until when, and how its certificate stands now."""
    found = find_by_identifier(copy.identifier)
    rows = (
        parts.Row(_("证照"), copy.title),
        parts.Row(_("签发机关"), copy.issuer_name),
        parts.Row(_("仅供"), copy.reader),
        parts.Row(_("用于"), copy.cause),
        parts.Row(_("制作时间"), f"{clock.local(copy.made_at):%Y-%m-%d %H:%M}"),
        parts.Row(_("有效期截至"), copy.last_day.isoformat()),
        parts.Row(_("制作时的状态"), copy.status),
        parts.Row(_("证照现在的状态"), found.status_words if found else _("查不到")),
    )
    said = (*checked, _("加注件编号在证照库中查到，截至 {moment}").format(moment=as_of()))
    title = _("{title}的加注件").format(title=copy.title)
    if found is None or found.status != "valid":
        words = _("它照实写了制作时的内容，但证照现在已经不是有效状态。")
        return Verdict(_("证照已变动"), "warning", title, words, rows, said)
    if copy.expired:
        words = _("有效期已经过了，不能再用。请让持证人重新共享。")
        return Verdict(_("已过期"), "warning", title, words, rows, said)
    words = _("只能由{reader}用于所写的用途。").format(reader=copy.reader)
    return Verdict(_("可以使用"), "success", title, words, rows, said)


def _of_credential(text: str, *, field: str) -> Verdict:
    if len(text) > PASTED_CHARACTERS_MAX:
        raise BadInput(_("文本太长，不是一份证照。"), field=field)
    try:
        credential, found = check_credential(text)
    except BadCredential as refusal:
        if refusal.what == "altered":
            return _altered(_("证照"), str(refusal))
        raise BadInput(str(refusal), field=field) from refusal
    if found is None:
        raise BadInput(_("签名是真的，但证照库里没有这份证照，请向签发部门核实。"), field=field)
    return _of_certificate(found, credential=credential)


def _of_paper(paper: CheckedPaper) -> Verdict:
    if paper.finding == "altered":
        agency = get_agency(paper.agency).name
        words = _("文件上有{agency}的电子签名，但文件与签名不符：盖章以后被改动过，或者损坏了。")
        return _altered(_("文书"), words.format(agency=agency))
    if paper.finding == "revoked" and paper.revoked:
        return _of_revoked_seal(paper, paper.revoked)
    if paper.finding != "intact" or paper.sealed_at is None:
        known = _("文件上的电子签名不是本市机关的，")
        words = (known if paper.finding == "foreign" else _("文件上没有电子签名，")) + _(
            "不能证明是本市出具的。打印件、扫描件请用上面的核验码核验。"
        )
        return Verdict(_("不能确认"), "warning", _("文书"), words)
    agency = get_agency(paper.agency).name
    sealed = f"{clock.local(paper.sealed_at):%Y-%m-%d %H:%M}"
    checked = (
        _("{agency}的电子签名，{moment} 盖上").format(agency=agency, moment=sealed),
        _("整份文件与签名一致，未被改动"),
    )
    copies = [copy for word in paper.keywords if (copy := find_copy(word))]
    if copies:
        return _of_copy(copies[0], *checked)
    if found := _named_by(paper):
        return _of_certificate(found, *checked)
    rows = (parts.Row(_("文书"), paper.title), parts.Row(_("出具机关"), agency))
    words = _("这份文书由{agency}出具，内容没有改动。").format(agency=agency)
    return Verdict(_("未改动"), "success", paper.title, words, rows, checked)


def _named_by(paper: CheckedPaper) -> CertificateView | None:
    """The certificate whose identifier a paper bears."""
    named = (find_by_identifier(word) for word in paper.keywords if is_identifier(word))
    return next((one for one in named if one), None)


def _of_revoked_seal(paper: CheckedPaper, since: datetime) -> Verdict:
    """A paper under a seal that others may hold: it proves nothing; what the library says stands beside it."""
    moment = f"{clock.local(since):%Y-%m-%d %H:%M}"
    words = _(
        "文件上{agency}的签名密钥自 {moment} 起已吊销，别人也可能签得出来，这份文件本身不再能证明什么。请持证人重新下载一份，重新下载的由新密钥签。"
    ).format(agency=get_agency(paper.agency).name, moment=moment)
    found = _named_by(paper)
    if found is None:
        return Verdict(_("不能确认"), "warning", _("文书"), words)
    words += _("下面是证照库里的内容，请与文件逐项对照。")
    said = (
        _("状态：{status}，直接读证照库，截至 {moment}").format(status=found.status_words, moment=as_of()),
    )
    return Verdict(_("不能确认"), "warning", found.title, words, _rows(found), said)


def _altered(title: str, sentence: str) -> Verdict:
    return Verdict(_("不一致"), "danger", title, sentence + _("请不要采信，向出具机关核实。"))


def _of_certificate(found: CertificateView, *checked: str, credential: Credential | None = None) -> Verdict:
    """A certificate that is what it says; its word is how it stands now. One signed beside the ledger is refused."""
    try:
        checked = (*checked, *standing_of(found, credential))
    except BesideTheLedger as refusal:
        return _altered(_("证照"), str(refusal))
    except EndedInWallet as ended:
        return Verdict(_("已停用"), "danger", found.title, str(ended))
    tone = _TONES.get(found.status, "danger")
    words = ""
    if found.following:
        words = _("已经换发新证，请持证人出示新证：{identifier}").format(identifier=found.following[1])
    return Verdict(found.status_words, tone, found.title, words, _rows(found), checked)


def _rows(found: CertificateView) -> tuple[parts.Row, ...]:
    """What a certificate says, as the library holds it."""
    valid_to = found.valid_to.isoformat() if found.valid_to else _("长期")
    return (
        parts.Row(_("证照"), found.title),
        parts.Row(_("证照编号"), found.number),
        parts.Row(_("持证主体"), found.holder_name),
        parts.Row(_("签发机关"), found.issuer_name),
        parts.Row(_("有效期"), _("{first} 至 {last}").format(first=found.valid_from, last=valid_to)),
        parts.Row(_("证照标识"), found.identifier),
        *(parts.Row(title, value) for title, value in found.fields),
    )
