"""What a check says it checked: signature, issuer, status, ledger; a file that was touched in any way is refused."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader, PdfWriter

from tests.cases.conftest import Who
from tests.certificates.test_changes import entered
from tests.portals.public.test_checking import brought, licence, sheet  # noqa: F401 - fixtures
from tests.portals.public.test_public_pages import text
from tongban.certificates.api import CertificateView
from tongban.certificates.models import Certificate

pytestmark = pytest.mark.django_db


def words_of(code: str) -> str:
    return text(Client().get(f"/verify/{code}/"))


def test_it_says_what_was_checked_and_as_of_when(licence: CertificateView) -> None:  # noqa: F811
    page = words_of(licence.check_code)
    for sentence in ("签名：用签发机关的公钥核对过", "密钥 issuer.lanchuan.approval", "直接读证照库，截至", "账本：签发记录"):  # fmt: skip
        assert sentence in page


def test_a_certificate_that_was_signed_beside_the_ledger_is_refused(
    licence: CertificateView,  # noqa: F811
    who: Who,
) -> None:
    other = Certificate.objects.get(pk=entered(who("food-approver"), who("gunian"), days=9))
    Certificate.objects.filter(pk=licence.id).update(entry=other.entry)
    page = words_of(licence.check_code)
    assert "不一致" in page
    assert "签发时记入账本的不是这一份" in page
    assert licence.number not in page


def test_a_text_altered_in_the_library_is_refused(licence: CertificateView) -> None:  # noqa: F811
    at = licence.sd_jwt.index(".") + 40
    spoiled = licence.sd_jwt[:at] + ("A" if licence.sd_jwt[at] != "A" else "B") + licence.sd_jwt[at + 1 :]
    Certificate.objects.filter(pk=licence.id).update(sd_jwt=spoiled)
    assert "不一致" in words_of(licence.check_code)


def resaved(pdf: bytes) -> bytes:
    """The file as another program writes it."""
    writer, out = PdfWriter(clone_from=PdfReader(BytesIO(pdf))), BytesIO()
    writer.write(out)
    return out.getvalue()


def appended(pdf: bytes) -> bytes:
    """A revision behind the seal, as an editor saves it."""
    writer, out = PdfWriter(BytesIO(pdf), incremental=True), BytesIO()
    writer.add_metadata({"/Title": "另一份"})
    writer.write(out)
    return out.getvalue()


def one_byte(pdf: bytes) -> bytes:
    """One bit turned in the middle."""
    at = len(pdf) // 2
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


@pytest.mark.parametrize("touch", [resaved, appended, one_byte])
def test_a_sheet_that_was_touched_in_any_way_is_refused(
    sheet: bytes,  # noqa: F811
    licence: CertificateView,  # noqa: F811
    touch: Callable[[bytes], bytes],
) -> None:
    assert brought(sheet)[1] == "有效"
    touched = touch(sheet)
    assert touched != sheet
    _status, word, page = brought(touched)
    assert word in {"不一致", "不能确认"}
    assert licence.number not in page


@pytest.mark.parametrize("touch", [resaved, appended, one_byte])
def test_the_offline_program_refuses_it_too(
    sheet: bytes,  # noqa: F811
    touch: Callable[[bytes], bytes],
    tmp_path: object,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from pathlib import Path

    from tongban.site.checking import FAILS, HOLDS, verify_files

    folder = Path(str(tmp_path))
    (folder / "seals.json").write_bytes(Client().get("/trust/seals.json").content)
    (folder / "whole.pdf").write_bytes(sheet)
    (folder / "touched.pdf").write_bytes(touch(sheet))
    assert verify_files([str(folder / "whole.pdf")], folder) == HOLDS
    assert "sealed by lanchuan.approval" in capsys.readouterr().out
    assert verify_files([str(folder / "touched.pdf")], folder) == FAILS
    assert "FAIL" in capsys.readouterr().err


def test_the_register_of_types_is_open_to_all(db: None) -> None:
    page = text(Client().get("/certificate-types/"))
    assert "食品经营许可证" in page
    assert "11990000009901542AW02" in page
    one = text(Client().get("/certificate-types/food-permit/"))
    assert "食品安全法实施条例" in one
    assert "5 年" in one
    assert Client().get("/certificate-types/none/").status_code == 404
