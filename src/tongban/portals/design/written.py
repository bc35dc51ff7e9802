"""From what the modules answer to what papers say. Law comes from the packs; what nobody has read is marked 未核对."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tongban.cases.api import ApplicationView, CaseView, MaterialView
from tongban.cases.kinds import Accepted, DeemedAccepted, Submitted, ToldOnce
from tongban.certificates.api import CertificateView, CopyView
from tongban.clocks.api import Limit, limit_of
from tongban.documents.api import (
    AcceptancePaper,
    CaseLine,
    CertificatePaper,
    CopyPaper,
    DecisionPaper,
    GuidancePaper,
    MaterialLine,
    MissingLine,
    NoticePaper,
    Pair,
    ReceiptPaper,
    day_words,
)
from tongban.exchange.api import OUTCOME_WORDS
from tongban.journal.api import EntryView
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.packs.ports import Cite
from tongban.services.api import RegimeTable

_LICENCE = "行政许可"
_VERBS = {"granted": "grant", "refused": "refuse", "not-accepted": "refuse-acceptance"}
_SUBMITTED_WORDS = {
    "uploaded": "已收到",
    "paper": "已收纸质件",
    "replaced": "已确认",
    "": "待取得",
    **OUTCOME_WORDS,
}
_SCAN = "扫描右侧二维码"


def receipt_paper(
    view: ApplicationView, entries: Sequence[EntryView], regimes: Iterable[RegimeTable]
) -> ReceiptPaper:
    """申请回执, as things stood when the application was submitted.

    Raises:
        NotFound: it is not submitted yet.
    """
    entry = next((one for one in entries if one.kind == Submitted.kind), None)
    if entry is None or view.submitted_at is None or view.promised_on is None:
        raise NotFound(_("这份申请还没有提交，没有回执。"))
    submitted = clock.local(view.submitted_at)
    came = entry.content.get("materials")
    outcomes = came if isinstance(came, dict) else {}
    facts = (
        Pair("申请人", view.applicant_name),
        *([Pair("代办人", f"{view.agent_name}（依申请人的委托）")] if view.agent_name else []),
        Pair("申请编号", view.number),
        Pair("收到时间", f"{day_words(submitted.date())} {submitted:%H:%M}"),
        Pair("收件窗口", f"{view.window_name}　电话 {view.window_phone}"),
    )
    return ReceiptPaper(
        agency=view.window,
        issuer=view.window_name,
        title="申请回执",
        number=view.number,
        addressee=view.applicant_name,
        issued_on=submitted.date(),
        imprint=(f"账本记录 {entry.id}", _contact(view)),
        matter=view.title,
        submitted_on=submitted.date(),
        facts=facts,
        cases=tuple(CaseLine(one.title, one.agency_name, one.number) for one in view.cases),
        materials=tuple(
            MaterialLine(
                one.title, _way(one), _SUBMITTED_WORDS.get(str(outcomes.get(one.code, "")), "待取得")
            )
            for one in view.materials
        ),
        next=tuple(_next(view.promised_on, regimes, on=submitted.date())),
    )


def notice_paper(
    view: ApplicationView, entries: Sequence[EntryView], regimes: Iterable[RegimeTable]
) -> NoticePaper:
    """一次性告知书.

    Raises:
        NotFound: nothing was told.
    """
    told = view.supplement
    if told is None or view.submitted_at is None:
        raise NotFound(_("这份申请没有一次性告知书：窗口没有要求补正。"))
    needed_by = {one.code: "、".join(one.needed_by) for one in view.materials}
    return NoticePaper(
        agency=view.window,
        issuer=view.window_name,
        title="一次性告知书",
        number=view.number,
        addressee=view.applicant_name,
        issued_on=told.told_on,
        imprint=(*_entry_line(entries, ToldOnce.kind), _contact(view)),
        matter=view.title,
        application=view.number,
        submitted_on=clock.local(view.submitted_at).date(),
        due_on=told.due_on,
        basis="；".join(
            dict.fromkeys(cited(one.deemed_acceptance) for one in regimes if one.deemed_acceptance)
        ),
        lines=tuple(
            MissingLine(line["title"], line["reason"], needed_by.get(line["material"], ""))
            for line in told.lines
        ),
        contact=f"联系窗口：{view.window_name}，电话 {view.window_phone}。",
    )


def acceptance_paper(
    view: ApplicationView, case: CaseView, entries: Sequence[EntryView], regime: RegimeTable
) -> AcceptancePaper:
    """受理通知书; its days are those that were set when the case was accepted.

    Raises:
        NotFound: the case is not accepted.
    """
    kinds = {Accepted.kind, DeemedAccepted.kind}
    entry = next((one for one in entries if one.kind in kinds and one.case_number == case.number), None)
    if entry is None or case.accepted_on is None:
        raise NotFound(_("这一件还没有受理，没有受理通知书。"))
    deemed = entry.kind == DeemedAccepted.kind
    accept = next((one.cite for one in regime.verbs if one.code == "accept"), None)
    facts = [
        Pair("办件编号", case.number),
        Pair("受理日期", day_words(case.accepted_on)),
        *([Pair("法定时限", _limit(case))] if case.item.legal else []),
        Pair("承诺时限", f"{case.item.promised.amount} {_unit(case.item.promised.unit)}（自受理的次日起算）"),
        *_due(entry),
        Pair("办理结果", case.item.result.title),
    ]
    return AcceptancePaper(
        agency=case.agency,
        issuer=case.agency_name,
        title="受理通知书",
        number=case.number,
        addressee=addressee_of(view, case),
        issued_on=clock.local(entry.occurred_at).date(),
        imprint=(f"账本记录 {entry.id}", f"咨询：{case.agency_name}　电话 {case.agency_phone}"),
        matter=case.title,
        accepted_on=case.accepted_on,
        deemed=deemed,
        basis=cited(regime.deemed_acceptance if deemed else accept),
        facts=tuple(facts),
        contact=f"联系方式：{case.agency_name}，电话 {case.agency_phone}。",
    )


def decision_paper(
    view: ApplicationView,
    case: CaseView,
    regime: RegimeTable,
    certificate: CertificateView | None,
    *,
    verify_at: str,
) -> DecisionPaper | GuidancePaper:
    """决定书, or 指导意见 where nothing is decided. `verify_at` goes into the QR code.

    Raises:
        NotFound: the case is not decided.
    """
    made = case.decision
    if made is None or view.submitted_at is None:
        raise NotFound(_("这一件还没有作出决定，没有决定书。"))
    check = "核验证照的真伪和现状。" if certificate else "登录后下载本件的账本证明，可以离线核验。"
    decision = _decision_words(case, regime)
    common: dict[str, Any] = {
        "agency": case.agency,
        "issuer": case.agency_name,
        "number": made.paper,
        "addressee": addressee_of(view, case),
        "issued_on": made.decided_on,
        "verify_at": verify_at,
        "imprint": (
            f"{_SCAN}，{check}",
            f"账本记录 {made.entry}",
            f"咨询：{case.agency_name}　电话 {case.agency_phone}",
        ),
        "matter": case.title,
        "case_number": case.number,
        "submitted_on": clock.local(view.submitted_at).date(),
        "basis": _basis(made.basis, case, regime),
    }
    if made.result == "advised":
        return GuidancePaper(title=case.item.result.title, advice=made.words, **common)
    return DecisionPaper(
        title=f"{decision}决定书",
        accepted=f"本机关于 {day_words(case.accepted_on)}受理。" if case.accepted_on else "",
        reasons=made.words
        if made.words.startswith("经") or not case.accepted_on
        else f"经审查，{made.words}",
        decision=decision,
        follows=_follows(certificate),
        remedies=_remedies(case),
        **common,
    )


def certificate_paper(view: CertificateView, *, verify_at: str, verify_page: str) -> CertificatePaper:
    """A certificate as a sheet; one that is no longer valid says so on its face."""
    first, named = day_words(view.valid_from), any(value == view.holder_name for _, value in view.fields)
    valid = f"{first}至{day_words(view.valid_to)}" if view.valid_to else f"自{first}起，长期有效"
    holder = () if named else (Pair("持证人", view.holder_name),)
    state = () if view.status == "valid" else (Pair("现在的状态", view.status_words),)
    return CertificatePaper(
        agency=view.issuer,
        issuer=view.issuer_name,
        title=view.title,
        number=view.number,
        addressee=view.holder_name,
        issued_on=view.issued_on,
        verify_at=verify_at,
        fields=(*holder, *(Pair(*one) for one in view.fields), Pair("有效期", valid), *state),
        code=view.printed_code,
        verify_page=verify_page,
        identifier=view.identifier,
    )


def copy_paper(view: CopyView, *, verify_at: str, verify_page: str) -> CopyPaper:
    """加注件 of a certificate: what one reader was shown, with reader, cause and last day on its face."""
    return CopyPaper(
        agency=view.issuer,
        issuer=view.issuer_name,
        title=view.title,
        number=view.number,
        addressee=view.reader,
        issued_on=clock.local(view.made_at).date(),
        verify_at=verify_at,
        fields=tuple(Pair(*one) for one in view.lines),
        reader=view.reader,
        cause=view.cause,
        made_at=f"{day_words(clock.local(view.made_at).date())} {clock.local(view.made_at):%H:%M}",
        last_day=view.last_day,
        status=view.status,
        case_number=view.case_number,
        verify_page=verify_page,
        identifier=view.identifier,
    )


def cited(cite: Cite | None) -> str:
    """A source of law as papers print it; 未核对 where nobody has read the article."""
    if cite is None:
        return ""
    return str(cite) if cite.verified_by else f"{cite}（条文未核对）"


def addressee_of(view: ApplicationView, case: CaseView) -> str:
    """The firm once there is one; the item that brings it into being still speaks to the person."""
    return view.applicant_name if case.item.registers_firm else view.firm_name or view.applicant_name


def _contact(view: ApplicationView) -> str:
    return f"咨询：{view.window_name}　电话 {view.window_phone}"


def _way(one: MaterialView) -> str:
    return "申请人上传" if one.kind == "upload" else one.way_words


def _entry_line(entries: Sequence[EntryView], kind: str) -> tuple[str, ...]:
    found = next((one for one in entries if one.kind == kind), None)
    return (f"账本记录 {found.id}",) if found else ()


def _next(promised_on: date, regimes: Iterable[RegimeTable], *, on: date) -> Iterable[str]:
    said = dict.fromkeys(
        f"{limit_of(one.acceptance, on=on)}内一次告知是否需要补正；逾期不告知的，自收到申请材料之日起视为受理"
        f"（{cited(one.deemed_acceptance)}）。"
        for one in regimes
        if one.acceptance and one.deemed_acceptance
    )
    yield from said
    yield f"承诺在 {day_words(promised_on)}前全部办结。"


def _unit(unit: str) -> str:
    return "个工作日" if unit == "working_day" else "日"


def _limit(case: CaseView) -> str:
    assert case.item.legal
    return f"{case.item.legal.amount} {_unit(case.item.legal.unit)}，{cited(case.item.legal.cite)}"


def _due(entry: EntryView) -> Iterable[Pair]:
    for name, title in (("legal_due_on", "法定期限届满日"), ("promised_due_on", "承诺办结日")):
        day = entry.content.get(name)
        if isinstance(day, str) and day:
            yield Pair(title, day_words(date.fromisoformat(day)))


def _decision_words(case: CaseView, regime: RegimeTable) -> str:
    """What is decided, in the words of the regime: 准予行政许可, 准予登记, 不予受理."""
    made = case.decision
    verb = _VERBS.get(made.result, "") if made else ""
    if case.item.kind == _LICENCE and verb in {"grant", "refuse"}:
        return f"准予{_LICENCE}" if verb == "grant" else f"不予{_LICENCE}"
    return next((one.title for one in regime.verbs if one.code == verb), case.state_title)


def _basis(basis: str, case: CaseView, regime: RegimeTable) -> str:
    """The basis as it was decided, with its unread articles marked."""
    cites = [*case.item.basis, *(one.cite for one in regime.verbs)]
    unread = {str(one) for one in cites if not one.verified_by} - {
        str(one) for one in cites if one.verified_by
    }
    parts = [f"{one}（条文未核对）" if one in unread else one for one in basis.split("；")]
    return "、".join(parts)


def _follows(certificate: CertificateView | None) -> tuple[str, ...]:
    if certificate is None:
        return ()
    last = f"有效期至 {day_words(certificate.valid_to)}" if certificate.valid_to else "长期有效"
    return (f"随本决定颁发《{certificate.title}》，编号 {certificate.number}，{last}。",)


def _remedies(case: CaseView) -> str:
    made = case.decision
    if made is None or made.review_until is None:
        return ""
    limit: Limit = limit_of("administrative-review", on=made.decided_on)
    cite = limit.cite if limit.verified else f"{limit.cite}，条文未核对"
    return (
        f"如不服本决定，可以自知道本决定之日起 {limit}内（自作出之日起算，至 {day_words(made.review_until)}）"
        f"向{made.review_body}申请行政复议（{cite}），也可以依法向人民法院提起行政诉讼。"
    )
