"""Papers: set as PDF/A from plain words, whole or not at all, and sealed so that any change is found."""

from dataclasses import replace
from pathlib import Path

import pytest
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from tests.documents.examples import (
    ALL,
    CERTIFICATE,
    DECISION,
    NOTICE,
    RECEIPT,
    alternatives_of,
    reader,
    text_of,
)
from tongban.documents.api import MissingGlyph, MissingLine, Pair, Paper, make_paper
from tongban.documents.checking import certificate_path
from tongban.documents.typesetting import typeset
from tongban.journal.api import timeline
from tongban.kernel.errors import Unavailable
from tongban.keys.api import custody

NAMES = [f"{one.template}-{n}" for n, one in enumerate(ALL)]
#: Rare characters of names: the fonts have these two, and lack this one.
HAVE, LACK = "䶮𫖯", "𠮷"


def status_of(pdf: bytes) -> PdfSignatureStatus | None:
    """What pyHanko says of the one seal, trusting the agency's certificate; None where it cannot even be read."""
    import io

    from asn1crypto import x509

    root = x509.Certificate.load(certificate_path("papers.test").read_bytes())
    try:
        (seal,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        return validate_pdf_signature(seal, ValidationContext(trust_roots=[root]))
    except (PdfReadError, SignatureValidationError, ValueError):
        return None


@pytest.mark.parametrize("paper", ALL, ids=NAMES)
def test_a_paper_is_archivable_titled_tagged_and_in_chinese(paper: Paper) -> None:
    read = reader(typeset(paper, specimen=True))
    root = read.trailer["/Root"]
    about = root["/Metadata"].get_data().decode()
    assert ("pdfaid:part>2<" in about, "pdfaid:conformance>A<" in about) == (True, True)
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    assert read.metadata
    assert read.metadata.title == f"{paper.title} {paper.number}"


@pytest.mark.parametrize("paper", ALL, ids=NAMES)
def test_every_page_without_a_statutory_seal_says_that_it_is_a_specimen(paper: Paper) -> None:
    pages = [page.extract_text().replace(" ", "") for page in reader(typeset(paper, specimen=True)).pages]
    assert pages
    for page in pages:
        assert "样\n张" in page or "样张" in page
        assert "不具法律效力" in page


@pytest.mark.parametrize("paper", ALL, ids=NAMES)
def test_under_a_statutory_seal_nothing_says_specimen(paper: Paper) -> None:
    words = text_of(typeset(paper, specimen=False))
    assert paper.issuer in words
    assert "样张" not in words
    assert "法律效力" not in words


def test_the_words_of_a_case_are_never_markup() -> None:
    hostile = '#panic("no") *粗* _斜_ $x^2$ `码` @ref <b> = 题 // 注 \\ #sys.inputs'
    words = text_of(typeset(replace(DECISION, reasons=hostile), specimen=True))
    assert "".join(hostile.split()) in words


def test_the_same_words_give_the_same_bytes_before_the_seal() -> None:
    assert typeset(DECISION, specimen=True) == typeset(DECISION, specimen=True)


def test_a_rare_character_that_the_fonts_have_is_printed() -> None:
    assert f"林{HAVE}" in text_of(typeset(replace(DECISION, addressee=f"林{HAVE}"), specimen=True))


@pytest.mark.parametrize(
    ("paper", "field"),
    [
        (replace(DECISION, addressee=f"林{LACK}"), "申请人"),
        (replace(DECISION, follows=("甲", LACK)), "决定之后"),
        (replace(NOTICE, lines=(MissingLine("图", f"改{LACK}", "许可"),)), "需要补正的内容"),
        (replace(CERTIFICATE, fields=(Pair("经营者名称", f"{LACK}野家"),)), "经营者名称"),
        (replace(RECEIPT, facts=(Pair("申请人", LACK),)), "申请人"),
    ],
)
def test_a_character_that_no_font_has_is_named_with_its_field_and_nothing_is_printed(
    paper: Paper, field: str
) -> None:
    with pytest.raises(MissingGlyph, match=f"「{field}」里的「{LACK}」（U\\+20BB7）") as refusal:
        make_paper(paper)
    assert refusal.value.status == 503


def test_an_unprintable_sign_in_a_text_is_refused_too() -> None:
    with pytest.raises(MissingGlyph, match="「理由」.*U\\+0007"):
        make_paper(replace(DECISION, reasons="甲\a乙"))


def test_a_paper_with_a_way_to_check_it_has_a_code_that_says_where_it_leads() -> None:
    assert [DECISION.verify_at in words for words in alternatives_of(typeset(DECISION, specimen=True))] == [
        True
    ]
    assert alternatives_of(typeset(NOTICE, specimen=True)) == []


def test_a_long_table_runs_over_pages_and_repeats_its_head() -> None:
    lines = tuple(MissingLine(f"材料{n}", "重新拍清楚" * 8, "食品经营许可") for n in range(60))
    pages = [
        page.extract_text() for page in reader(typeset(replace(NOTICE, lines=lines), specimen=True)).pages
    ]
    assert len(pages) > 2
    assert all("需要补正的内容" in page for page in pages[:2])
    assert "材料59" in "".join("".join(pages).split())


def test_a_template_that_is_missing_is_one_clear_sentence() -> None:
    class Odd(Paper):
        template = "no-such-template"

    odd = Odd(agency="x", issuer="甲", title="乙", number="1", addressee="丙", issued_on=DECISION.issued_on)
    with pytest.raises(Unavailable, match="不能生成 PDF"):
        make_paper(odd)


@pytest.mark.django_db
def test_a_sealed_paper_is_intact_whole_and_the_agencys() -> None:
    status = status_of(make_paper(DECISION))
    assert status
    assert (status.intact, status.valid, status.trusted, status.bottom_line) == (True, True, True, True)
    subject = status.signing_cert.subject.native
    assert subject["organization_name"] == "澜川市行政审批局"
    assert "不是法定电子印章" in subject["common_name"]


@pytest.mark.django_db
def test_any_altered_byte_is_found() -> None:
    pdf = make_paper(DECISION)
    whole = len(pdf)
    for at in [9, *range(whole // 17, whole - 1, whole // 17)]:
        altered = bytearray(pdf)
        altered[at] ^= 1
        status = status_of(bytes(altered))
        assert status is None or not status.bottom_line, at


@pytest.mark.django_db
def test_something_added_behind_the_seal_is_found() -> None:
    from io import BytesIO

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    later = IncrementalPdfFileWriter(BytesIO(make_paper(DECISION)))
    page = later.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = page["/MediaBox"][0]
    later.update_container(page)
    out = BytesIO()
    later.write(out)
    status = status_of(out.getvalue())
    assert status
    assert not status.bottom_line


@pytest.mark.django_db
def test_the_key_is_made_once_journalled_and_stays_in_custody(own_home: Path) -> None:
    first, second = status_of(make_paper(DECISION)), status_of(make_paper(NOTICE))
    assert first
    assert second
    assert first.signing_cert.dump() == second.signing_cert.dump()
    assert first.signing_cert.public_key.native["public_key"] == custody().public("seal.papers.test")
    assert len(timeline(objects=["key:seal.papers.test"])) == 1


def test_papers_may_be_set_at_the_same_time() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(lambda n: typeset(replace(DECISION, number=f"9901-{n}"), specimen=True), range(12))
        )
    assert [f"9901-{n}号" in text_of(pdf) for n, pdf in enumerate(made)] == [True] * 12


@pytest.mark.django_db
def test_a_certificate_of_another_key_is_not_used() -> None:
    make_paper(DECISION)
    own = certificate_path("papers.test")
    make_paper(replace(DECISION, agency="papers.other"))
    other = certificate_path("papers.other").read_bytes()
    own.write_bytes(other)
    assert status_of(make_paper(DECISION))
    assert own.read_bytes() != other


@pytest.mark.django_db
def test_a_key_that_others_may_read_seals_nothing(own_home: Path) -> None:
    path = custody().folder / "seal.papers.open.key"  # type: ignore[attr-defined]
    custody().create("seal.papers.open", "ES256")
    path.chmod(0o644)
    try:
        with pytest.raises(Unavailable, match="盖不了电子签名"):
            make_paper(replace(DECISION, agency="papers.open"))
    finally:
        path.unlink()
