"""A file of old certificates: sound rows come in signed and journalled, the others go back with every reason."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from django.test import Client

from tests.cases.conftest import *  # noqa: F403 - somebody with a licence
from tests.cases.conftest import Who
from tests.conftest import Speaking
from tests.portals.public.test_public_pages import text
from tongban.certificates.api import (
    ImportView,
    certificates_of,
    check_credential,
    get_import,
    import_certificates,
    refused_rows,
)
from tongban.certificates.models import Certificate, importing
from tongban.journal.api import Actor, drain, timeline, unsealed_entries
from tongban.kernel.errors import BadInput, NotAllowed, NotFound
from tongban.site.importing import import_file

SignIn = Callable[[str], Client]
HEADS = ("证照编号", "统一社会信用代码", "经营者名称", "法定代表人（负责人）", "经营场所", "经营项目", "签发日期", "有效期至")  # fmt: skip
FIRM = "92990102MA990001X1"


@pytest.fixture
def gunian(who: Who) -> Actor:
    return who("gunian")


@pytest.fixture
def approver(who: Who) -> Actor:
    return who("food-approver")


def row(number: str, **changed: str) -> tuple[str, ...]:
    sound = dict(zip(HEADS, (number, FIRM, "顾念面馆", "顾念", "青石街 120 号", "热食", "2022-03-01", "2027-02-28"), strict=True))  # fmt: skip
    return tuple({**sound, **changed}.values())


def written(
    folder: Path, rows: Sequence[Sequence[str]], *, encoding: str = "utf-8", heads: Sequence[str] = HEADS
) -> Path:
    path = folder / "旧证.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([heads, *rows])
    return path


def imported(path: Path, by: Actor) -> ImportView:
    return get_import(import_certificates(path, type_code="food-permit", by=by), by=by)


def test_a_sound_row_is_signed_proven_and_the_holders(
    tmp_path: Path, approver: Actor, gunian: Actor, speaking_as: Speaking
) -> None:
    run = imported(written(tmp_path, [row("A1"), row("A2")]), approver)
    assert (run.rows, run.taken, run.known, run.refused) == (2, 2, 0, 0)
    assert gunian.person
    held = {one.number: one for one in certificates_of(gunian.person)}
    first = held["A1"]
    credential, found = check_credential(first.sd_jwt)
    assert found
    assert found.id == first.id
    (entry,) = timeline(objects=[f"certificate:{first.id}"])
    assert (entry.kind, entry.content["token_sha256"]) == ("certificate.entered.v1", credential.token_sha256)
    assert (entry.agency, entry.actor) == ("lanchuan.approval", "officer:LC-SP-005")
    assert timeline(objects=[f"import:{run.id}"])[0].content["taken"] == 2
    with speaking_as("sequencer"):
        drain()
    assert list(unsealed_entries()) == []
    assert 'tb-message__word">有效' in text(Client().get(f"/verify/{first.check_code}/"))


def test_what_is_wrong_is_sent_back_with_every_reason(tmp_path: Path, approver: Actor) -> None:
    rows = [
        row("B1"),
        row("B2", 签发日期="昨天", 经营项目=""),
        row("B3", 统一社会信用代码="92990102MA990001X2"),
        row("B4", 有效期至="2021-01-01"),
        row("B5", 签发日期="2098-01-01", 有效期至="长期"),
        row("B1"),
        row("", 统一社会信用代码=""),
        row("B8", 经营场所="长" * 2001),
    ]
    run = imported(written(tmp_path, rows), approver)
    assert (run.rows, run.taken, run.refused) == (8, 1, 7)
    back = {one.line: one.reasons for one in refused_rows(run.id)}
    assert back[3] == ("没有「经营项目」", "签发日期「昨天」不是日期")
    assert "校验码不对" in back[4][0]
    assert back[5] == ("有效期止早于有效期起或者签发日期",)
    assert back[6] == ("签发日期晚于今天",)
    assert back[7] == ("证照编号在这份文件里出现过",)
    assert back[8] == ("没有证照编号", "没有持证主体代码", "没有「统一社会信用代码」")
    assert back[9] == ("「经营场所」超过 2000 字",)
    assert dict(run.filled)["经营项目"] == 7
    assert Certificate.objects.filter(number__startswith="B").count() == 1


def test_the_same_file_again_writes_nothing_twice(tmp_path: Path, approver: Actor) -> None:
    path = written(tmp_path, [row("C1"), row("C2")])
    imported(path, approver)
    again = imported(path, approver)
    assert (again.taken, again.known, again.refused) == (0, 2, 0)
    assert Certificate.objects.filter(number__startswith="C").count() == 2


def test_dates_and_encodings_as_old_systems_write_them(
    tmp_path: Path, approver: Actor, gunian: Actor
) -> None:
    rows = [
        row("D1", 签发日期="2022/3/1", 有效期至="长期"),
        row("D2", 签发日期="20220301", 有效期至="2027年2月28日"),
    ]
    run = imported(written(tmp_path, rows, encoding="gb18030"), approver)
    assert run.taken == 2
    assert gunian.person
    held = {one.number: one for one in certificates_of(gunian.person)}
    assert held["D1"].valid_to is None
    assert f"{held['D2'].issued_on}—{held['D2'].valid_to}" == "2022-03-01—2027-02-28"


def test_parquet_is_read_by_the_same_titles(tmp_path: Path, approver: Actor) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [row("E1"), row("E2")]
    table = arrow.table({head: [one[at] for one in rows] for at, head in enumerate(HEADS)})
    parquet.write_table(table, tmp_path / "old.parquet")
    assert imported(tmp_path / "old.parquet", approver).taken == 2
    whole = (tmp_path / "old.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[:200])
    with pytest.raises(BadInput, match="不是完整的 Parquet"):
        imported(tmp_path / "cut.parquet", approver)


def test_a_file_that_cannot_be_taken_leaves_nothing(tmp_path: Path, approver: Actor, who: Who) -> None:
    lacking = written(tmp_path, [["x"]], heads=["证照编号"])
    with pytest.raises(BadInput, match="缺少这些列：持证主体代码、证照颁发日期、经营者名称"):
        imported(lacking, approver)
    with pytest.raises(BadInput, match=r"没有文件 .*none.csv，请核对路径"):
        imported(tmp_path / "none.csv", approver)
    with pytest.raises(BadInput, match="没有「none」"):
        import_certificates(lacking, type_code="none", by=approver)
    for name in ("food-examiner", "fire-approver", "gunian"):
        with pytest.raises(NotAllowed):
            imported(lacking, who(name))
    assert not importing.CertificateImport.objects.exists()


def test_the_command_says_what_came_of_it_and_writes_what_was_sent_back(
    tmp_path: Path, approver: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    path, back = written(tmp_path, [row("G1"), row("=cmd|G2", 经营项目="")]), tmp_path / "back.csv"
    assert approver
    assert import_file(path, type_code="food-permit", username="food-approver", refused=back) == 1
    assert "共 2 行：补录 1，已在库 0，退回 1。" in capsys.readouterr().out
    assert "3,'=cmd|G2,没有「经营项目」" in back.read_text("utf-8-sig")
    sound = written(tmp_path, [row("G1")])
    assert import_file(sound, type_code="food-permit", username="food-approver", refused=None) == 0


def test_the_agency_sees_the_report_and_keeps_the_table_of_errors(
    tmp_path: Path, approver: Actor, sign_in: SignIn, who: Who
) -> None:
    run = imported(written(tmp_path, [row("F1"), row("F2", 经营项目="")]), approver)
    hers = sign_in("food-approver")
    address = f"/counter/certificates/imports/{run.id}/"
    assert address in text(hers.get("/counter/certificates/imports/"))
    page = text(hers.get(address))
    assert "没有「经营项目」" in page
    assert "50.0%" in page
    table = hers.get(f"{address}refused.csv").content.decode("utf-8-sig")
    assert "3,F2,没有「经营项目」" in table
    assert sign_in("fire-approver").get(address).status_code == 404
    with pytest.raises(NotFound):
        get_import(run.id, by=who("fire-approver"))
