"""What a check says it checked: signature, issuer, status, ledger; a file that was touched in any way is refused."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from pypdf import PdfReader, PdfWriter

from tests.cases.conftest import Who
from tests.certificates.test_changes import change, entered
from tests.portals.public.test_checking import brought, licence, sheet  # noqa: F401 - fixtures
from tests.portals.public.test_public_pages import text
from tongban.certificates.api import CertificateView, publish_status_lists
from tongban.certificates.models import Certificate
from tongban.certificates.statuses.models import StatusList
from tongban.certificates.statuses.publishing import publish
from tongban.kernel import clock
from tongban.keys.api import revoke_key, rotate_key
from tongban.site.checking import FAILS, HOLDS, verify_files

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
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path
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


def published_ago(certificate: CertificateView, ago: timedelta) -> None:
    """The list of a certificate was published so long ago, as its newest edition."""
    publish_status_lists()
    issued = clock.real_now() - ago
    list_id = StatusList.objects.get(issuer=certificate.issuer).id
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "real_now", lambda: issued)
        publish(list_id)


@pytest.mark.parametrize(
    ("ago", "sentence"),
    [
        (timedelta(seconds=5), "状态名单：第 2 版，1 分钟前发布，写的也是这个状态；断网核验可以用到"),
        (timedelta(minutes=44), "第 2 版，44 分钟前发布"),
        (timedelta(hours=5), "第 2 版，5 小时前发布"),
        (
            timedelta(days=2),
            "状态名单：最近的第 2 版是 2 天前发布的，已经过期，断网核验不能再用它；上面的状态直接读自证照库",
        ),
    ],
)
def test_the_age_of_the_status_list_is_said_and_a_stale_one_plainly(
    licence: CertificateView,  # noqa: F811
    ago: timedelta,
    sentence: str,
) -> None:
    published_ago(licence, ago)
    assert sentence in words_of(licence.check_code)


def test_a_list_from_before_a_change_is_said_to_be_behind(
    licence: CertificateView,  # noqa: F811
    who: Who,
) -> None:
    publish_status_lists()
    change(licence.id, who("registration-approver"), to="suspend", ground="suspend-penalty")
    page = words_of(licence.check_code)
    assert "那时还不是这个状态，新的一版几秒内发布；请以证照库为准" in page
    assert 'tb-message__word">暂扣' in page
    publish_status_lists()
    assert "写的也是这个状态" in words_of(licence.check_code)


def test_before_the_first_list_that_is_said(licence: CertificateView) -> None:  # noqa: F811
    assert "状态名单：还没有发布过，断网不能核验它的状态" in words_of(licence.check_code)


def test_suspended_and_then_used_says_so_in_every_way(
    licence: CertificateView,  # noqa: F811
    sheet: bytes,  # noqa: F811
    who: Who,
) -> None:
    change(licence.id, who("registration-approver"), to="suspend", ground="suspend-penalty")
    for page in (
        words_of(licence.check_code),
        text(Client().post("/verify/", {"code": licence.sd_jwt})),
        brought(sheet)[2],
        brought(licence.sd_jwt.encode(), "证照.sd-jwt")[2],
    ):
        assert 'tb-message__word">暂扣' in page


def test_guessing_codes_is_limited(db: None) -> None:
    guesses = [Client().get(f"/verify/AAAA-BBBB-CCCC-{n:04}/").status_code for n in range(61)]
    assert set(guesses[:60]) == {404}
    assert guesses[60] == 429
    assert Client().post("/verify/", {"code": "AAAA-BBBB-CCCC-DDDD"}).status_code == 429


def test_a_sheet_under_a_revoked_seal_proves_nothing_and_the_library_is_shown_beside_it(
    sheet: bytes,  # noqa: F811
    licence: CertificateView,  # noqa: F811
    sign_in: Callable[[str], Client],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seal = f"seal.{licence.issuer}"
    rotate_key(seal, overlap=timedelta(0))
    newer = sign_in("linxia").get(f"/my/certificates/{licence.id}/certificate.pdf").content
    assert brought(sheet)[1] == brought(newer)[1] == "有效"
    revoke_key(seal, number=1, since=clock.real_now() - timedelta(hours=1), reason="被盗")
    _status, word, page = brought(sheet)
    assert word == "不能确认"
    assert "起已吊销，别人也可能签得出来，这份文件本身不再能证明什么" in page
    assert "下面是证照库里的内容，请与文件逐项对照。" in page
    assert licence.number in page
    assert brought(newer)[1] == "有效"
    (tmp_path / "seals.json").write_bytes(Client().get("/trust/seals.json").content)
    (tmp_path / "old.pdf").write_bytes(sheet)
    (tmp_path / "new.pdf").write_bytes(newer)
    assert verify_files([str(tmp_path / "new.pdf")], tmp_path) == HOLDS
    assert verify_files([str(tmp_path / "old.pdf")], tmp_path) == FAILS
    assert "is revoked since" in capsys.readouterr().err
