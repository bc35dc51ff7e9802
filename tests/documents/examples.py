"""One paper of each sort with everything in it, and what a test reads out of a PDF."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from tongban.documents.api import (
    AcceptancePaper,
    CaseLine,
    CertificatePaper,
    DecisionPaper,
    GuidancePaper,
    LetterPaper,
    MaterialLine,
    MissingLine,
    NoticePaper,
    Pair,
    Paper,
    ReceiptPaper,
)

DAY = date(2026, 11, 25)
ADDRESS = "http://localhost:8000/verify/7K2M4QZX9T3BHC8D/"
_HEAD: dict[str, Any] = {
    "agency": "papers.test",
    "issuer": "澜川市行政审批局",
    "number": "9901-02",
    "addressee": "槐安小馆",
    "issued_on": DAY,
    "imprint": ("咨询：澜川市行政审批局",),
}
_CASE: dict[str, Any] = {**_HEAD, "matter": "食品经营许可", "basis": "《食品安全法》第三十五条"}

RECEIPT = ReceiptPaper(
    **_HEAD,
    title="申请回执",
    matter="开餐馆一件事",
    submitted_on=DAY,
    facts=(Pair("申请人", "林夏"),),
    cases=(CaseLine("食品经营许可", "澜川市行政审批局", "9901-02"),),
    materials=(MaterialLine("排水平面图", "申请人上传", "已收到"),),
    next=("承诺在 2026年12月4日前全部办结。",),
)
NOTICE = NoticePaper(
    **_CASE,
    title="一次性告知书",
    application="9901",
    submitted_on=DAY,
    due_on=date(2026, 12, 16),
    lines=(MissingLine("排水平面图", "缺隔油池的接口标高", "食品经营许可"),),
    contact="联系窗口：政务服务中心。",
)
ACCEPTANCE = AcceptancePaper(
    **_CASE,
    title="受理通知书",
    accepted_on=DAY,
    deemed=False,
    facts=(Pair("承诺时限", "6 个工作日"),),
    contact="联系方式：电话 0990-0020003。",
)
DECISION = DecisionPaper(
    **_CASE,
    title="准予行政许可决定书",
    case_number="9901-02",
    submitted_on=DAY,
    accepted="本机关于 2026年11月25日受理。",
    reasons="经审查，符合条件。",
    decision="准予行政许可",
    follows=("随本决定颁发《食品经营许可证》。",),
    remedies="如不服本决定，可以申请行政复议。",
    verify_at=ADDRESS,
)
GUIDANCE = GuidancePaper(
    **_CASE, title="招牌设置指导意见", case_number="9901-04", submitted_on=DAY, advice="招牌高度不超过一米。"
)
LETTER = LetterPaper(
    **_HEAD,
    title="延长办理期限告知书",
    text=("因检验机构排期，不能按期作出决定。", "期限只延长这一次。"),
    remedies="如不服本决定，可以申请行政复议。",
)
CERTIFICATE = CertificatePaper(
    **_HEAD,
    title="食品经营许可证",
    verify_at=ADDRESS,
    fields=(Pair("经营者名称", "槐安小馆"), Pair("经营场所", "槐安路 18 号")),
    code="7K2M-4QZX-9T3B-HC8D",
    verify_page="http://localhost:8000/verify/",
    identifier="1.2.156.3005.2.1",
)
ALL: tuple[Paper, ...] = (
    RECEIPT,
    NOTICE,
    ACCEPTANCE,
    replace(ACCEPTANCE, deemed=True),
    DECISION,
    GUIDANCE,
    CERTIFICATE,
)


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """All text of a PDF without white space, as somebody would copy it."""
    return "".join("".join(page.extract_text() for page in reader(pdf).pages).split())


def alternatives_of(pdf: bytes) -> list[str]:
    """What a screen reader says in the place of pictures."""
    read = reader(pdf)
    objects = (read.get_object(number) for number in range(1, int(read.trailer["/Size"])))  # type: ignore[arg-type]
    return [str(one["/Alt"]) for one in objects if isinstance(one, dict) and "/Alt" in one]
