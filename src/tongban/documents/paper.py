"""What each paper says: plain data, the same words for a page, a printer and a test.

The fixed words of a paper stand in its template (`papers/<template>.typ`); a field here holds what differs from one
case to the next. `metadata["title"]` is the field's name in Chinese, for the sentence that names a missing character.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any, ClassVar, NamedTuple


class Pair(NamedTuple):
    """A term and its value, as a table of facts prints them."""

    term: str
    value: str


def _said(title: str, **options: Any) -> Any:
    """A field with its name in Chinese."""
    return field(metadata={"title": title}, **options)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What all papers have: whose it is, its title, number and day, and how to check it.

    `agency` is the code under whose key the paper is sealed; `verify_at` is the address in the QR code, empty for none.
    """

    template: ClassVar[str]

    agency: str
    issuer: str = _said("发文机关")
    title: str = _said("标题")
    number: str = _said("编号")
    addressee: str = _said("申请人")
    issued_on: date
    imprint: tuple[str, ...] = _said("版记", default=())
    verify_at: str = _said("核验地址", default="")

    @property
    def description(self) -> str:
        """What the file says of itself in its metadata."""
        return f"{self.issuer}，{day_words(self.issued_on)}"

    @property
    def file_name(self) -> str:
        """What the file is called when it is kept."""
        return f"{self.title} {self.number}.pdf"


@dataclass(frozen=True)
class CaseLine:
    """One case of an application."""

    title: str = _said("事项")
    agency: str = _said("决定机关")
    number: str = _said("办件编号")


@dataclass(frozen=True)
class MaterialLine:
    """One material and what came of it."""

    title: str = _said("材料名称")
    way: str = _said("提供方式")
    outcome: str = _said("材料状态")


@dataclass(frozen=True)
class MissingLine:
    """One material to put right."""

    title: str = _said("材料名称")
    reason: str = _said("需要补正的内容")
    needed_by: str = _said("用于办理")


@dataclass(frozen=True, kw_only=True)
class ReceiptPaper(Paper):
    """申请回执: what was received and what comes next."""

    template: ClassVar[str] = "receipt"

    matter: str = _said("申请事项")
    submitted_on: date
    facts: tuple[Pair, ...] = _said("申请情况")
    cases: tuple[CaseLine, ...] = _said("申请办理的事项")
    materials: tuple[MaterialLine, ...] = _said("材料")
    next: tuple[str, ...] = _said("接下来")


@dataclass(frozen=True, kw_only=True)
class NoticePaper(Paper):
    """一次性告知书: everything that is missing; `basis` cites the law, empty where a regime has none."""

    template: ClassVar[str] = "notice"

    matter: str = _said("申请事项")
    application: str = _said("申请编号")
    submitted_on: date
    due_on: date
    basis: str = _said("依据")
    lines: tuple[MissingLine, ...] = _said("需要补正的材料")
    contact: str = _said("联系方式")


@dataclass(frozen=True, kw_only=True)
class AcceptancePaper(Paper):
    """受理通知书; `deemed` where the law accepted because nobody spoke in time."""

    template: ClassVar[str] = "acceptance"

    matter: str = _said("申请事项")
    accepted_on: date
    deemed: bool
    basis: str = _said("依据")
    facts: tuple[Pair, ...] = _said("受理情况")
    contact: str = _said("联系方式")


@dataclass(frozen=True, kw_only=True)
class DecisionPaper(Paper):
    """决定书. `decision` in a few words, `reasons` as the approver wrote them, `follows` what the decision brings."""

    template: ClassVar[str] = "decision"

    matter: str = _said("申请事项")
    case_number: str = _said("办件编号")
    submitted_on: date
    accepted: str = _said("受理情况")
    reasons: str = _said("理由")
    basis: str = _said("依据")
    decision: str = _said("决定")
    follows: tuple[str, ...] = _said("决定之后")
    remedies: str = _said("救济途径")


@dataclass(frozen=True, kw_only=True)
class GuidancePaper(Paper):
    """指导意见: advice that decides nothing."""

    template: ClassVar[str] = "guidance"

    matter: str = _said("申请事项")
    case_number: str = _said("办件编号")
    submitted_on: date
    basis: str = _said("依据")
    advice: str = _said("指导意见")


@dataclass(frozen=True, kw_only=True)
class LetterPaper(Paper):
    """A letter whose paragraphs come from a pack, with how to contest it where it is an act of its own."""

    template: ClassVar[str] = "plain"

    text: tuple[str, ...] = _said("正文")
    remedies: str = _said("救济途径", default="")


@dataclass(frozen=True, kw_only=True)
class CertificatePaper(Paper):
    """A certificate as a sheet; `verify_at` leads to its check, `code` is what a stranger types."""

    template: ClassVar[str] = "certificate"

    fields: tuple[Pair, ...] = _said("证照内容")
    code: str = _said("核验码")
    verify_page: str = _said("核验页")
    identifier: str = _said("证照标识")


@dataclass(frozen=True, kw_only=True)
class CopyPaper(Paper):
    """加注件: what a reader was shown of a certificate; reader, cause and last day stand on its face and in the file.

    `number` is the copy's own, `made_at` when it was made, `status` how the certificate stood then.
    """

    template: ClassVar[str] = "copy"

    fields: tuple[Pair, ...] = _said("证照内容")
    reader: str = _said("查看的单位或者个人")
    cause: str = _said("用途")
    made_at: str = _said("制作时间")
    last_day: date
    status: str = _said("证照状态")
    case_number: str = _said("办件编号", default="")
    verify_page: str = _said("核验页")
    identifier: str = _said("证照标识")

    @property
    def description(self) -> str:
        """Reader, cause and last day: whoever opens the file's properties reads them without opening the file."""
        return f"加注件：仅供{self.reader}用于「{self.cause}」，有效期截至{day_words(self.last_day)}"


def words_of(value: Any, title: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a paper with the name of its field: (name, text)."""
    if isinstance(value, str):
        yield title, value
    elif is_dataclass(value):
        for one in fields(value):
            yield from words_of(getattr(value, one.name), one.metadata.get("title", title))
    elif isinstance(value, Pair):
        yield title, value.term
        yield value.term, value.value
    elif isinstance(value, tuple):
        for one in value:
            yield from words_of(one, title)


def day_words(day: date) -> str:
    """2026年12月3日, as papers write a day."""
    return f"{day.year}年{day.month}月{day.day}日"
