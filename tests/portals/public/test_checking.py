"""Anybody brings a paper or a certificate and hears one word: valid, expired, revoked, altered, or that we cannot say."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.documents.test_upload import PNG
from tests.portals.public.test_public_pages import text
from tongban.certificates.api import CertificateView, certificates_of
from tongban.certificates.models import Certificate
from tongban.documents.api import CHECKED_BYTES_MAX
from tongban.documents.checking import certificate_path
from tongban.journal.api import Actor
from tongban.kernel import clock

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def licence(licensed: str, linxia: Actor) -> CertificateView:
    assert linxia.person
    return certificates_of(linxia.person)[0]


@pytest.fixture
def sheet(sign_in: SignIn, licence: CertificateView) -> bytes:
    return sign_in("linxia").get(f"/my/certificates/{licence.id}/certificate.pdf").content


def brought(data: bytes, name: str = "营业执照.pdf") -> tuple[int, str, str]:
    """What a stranger hears of a file: status, the one word, the page."""
    response = Client().post("/verify/", {"code": "", "file": SimpleUploadedFile(name, data)})
    page = text(response)
    word = page.partition('tb-message__word">')[2].partition("<")[0]
    return response.status_code, word, page


def test_a_sealed_certificate_is_valid_and_says_what_it_says(sheet: bytes, licence: CertificateView) -> None:
    status, word, page = brought(sheet)
    assert (status, word) == (200, "有效")
    assert licence.number in page
    assert "整份文件与签名一致" in page


@pytest.mark.parametrize(
    ("status", "word"), [("revoked", "撤销"), ("suspended", "暂扣"), ("cancelled", "注销")]
)
def test_a_sealed_certificate_that_was_ended_says_how(
    sheet: bytes, licence: CertificateView, status: str, word: str
) -> None:
    Certificate.objects.filter(pk=licence.id).update(status=status)
    assert brought(sheet)[1] == word


def test_a_sealed_certificate_that_ran_out_is_expired(sheet: bytes, licence: CertificateView) -> None:
    yesterday = clock.today() - timedelta(days=1)
    Certificate.objects.filter(pk=licence.id).update(valid_from=yesterday, valid_to=yesterday)
    assert brought(sheet)[1] == "已过期"


def test_a_paper_with_any_altered_byte_is_said_to_differ_and_tells_nothing(
    sheet: bytes, licence: CertificateView
) -> None:
    whole = len(sheet)
    words = set()
    for at in range(9, whole - 1, whole // 11):
        altered = bytearray(sheet)
        altered[at] ^= 1
        status, word, page = brought(bytes(altered))
        assert licence.number not in page
        words.add((status, word))
    assert words == {(200, "不一致")}


def test_a_paper_cut_short_or_lengthened_is_said_to_differ(sheet: bytes) -> None:
    assert brought(sheet[:-40])[1] == "不一致"
    assert brought(sheet + b"\n% added")[1] == "不一致"


def test_a_decision_is_unaltered_and_names_who_gave_it(sign_in: SignIn, licensed: str, linxia: Actor) -> None:
    pdf = sign_in("linxia").get(f"/my/cases/{licensed}-01/decision.pdf").content
    status, word, page = brought(pdf)
    assert (status, word) == (200, "未改动")
    assert "澜川市行政审批局出具" in page


def test_a_paper_still_holds_after_the_seals_certificate_was_made_anew(
    sign_in: SignIn, sheet: bytes, licence: CertificateView
) -> None:
    certificate_path(licence.issuer).unlink()
    sign_in("linxia").get(f"/my/certificates/{licence.id}/certificate.pdf")
    assert brought(sheet)[1] == "有效"


def test_a_paper_without_our_seal_proves_nothing(sheet: bytes) -> None:
    assert brought(b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF")[1] == "不能确认"
    certificates = list(certificate_path("x").parent.glob("*.cer"))
    assert certificates
    for one in certificates:
        one.unlink()
    _status, word, page = brought(sheet)
    assert word == "不能确认"
    assert "不是本市机关的" in page


def test_the_text_of_a_certificate_may_come_as_a_file(licence: CertificateView) -> None:
    assert brought(licence.sd_jwt.encode(), "business-licence.sd-jwt")[1] == "有效"
    last = licence.sd_jwt[-40]
    spoiled = f"{licence.sd_jwt[:-40]}{'A' if last != 'A' else 'B'}{licence.sd_jwt[-39:]}"
    assert brought(spoiled.encode(), "business-licence.sd-jwt")[1] == "不一致"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (PNG, "既不是 PDF 文书"),
        (b"hello", "既不是 PDF 文书"),
        (b"%PDF-" + b"x" * CHECKED_BYTES_MAX, "这份文件太大"),
    ],
)
def test_what_is_no_paper_is_told_at_its_box(data: bytes, sentence: str) -> None:
    status, _word, page = brought(data)
    assert status == 404
    assert sentence in page
    assert 'href="#f-file"' in page
