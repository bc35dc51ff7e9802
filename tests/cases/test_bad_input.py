"""What people and machines send wrong: two at once, long and rare names, old numbers, files, the same paper twice."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cases.conftest import Who, view_of
from tongban.cases.api import attach_document, decide, examine, prepare_application, save_answers
from tongban.documents.api import UPLOAD_BYTES_MAX
from tongban.identity.api import find_account
from tongban.journal.api import Actor, StaleObject, timeline
from tongban.kernel.errors import BadAnswers, Conflict, NotAllowed

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 50
NEWBORN = "newborn"


def test_of_two_who_decide_from_the_same_page_the_second_changes_nothing(
    permit: str, who: Who, linxia: Actor
) -> None:
    application = permit.rpartition("-")[0]
    examine(number=permit, proposes="granted", words="可", seen=None, by=who("food-examiner"))
    seen = view_of(application, linxia).case("food-permit").version
    approver = who("food-approver")
    decide(number=permit, result="granted", words="准予", seen=seen, by=approver)
    with pytest.raises(StaleObject):
        decide(number=permit, result="refused", words="不准", seen=seen, by=approver)
    with pytest.raises(Conflict, match="办件现在是「已办结：准予许可」，不能再做「不予许可」。"):
        decide(number=permit, result="refused", words="不准", seen=None, by=approver)
    assert len(timeline(case_numbers=[permit], kinds=["case.decided.v1"])) == 1
    assert view_of(application, linxia).case("food-permit").state == "granted"


def test_a_decision_by_one_who_may_not_is_told_who_may(permit: str, who: Who) -> None:
    examine(number=permit, proposes="granted", words="可", seen=None, by=who("food-examiner"))
    for other in ("clerk1", "food-examiner", "linxia"):
        with pytest.raises(NotAllowed, match="这一步由澜川市行政审批局的批准人办理"):
            decide(number=permit, result="granted", words="准予", seen=None, by=who(other))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("阿依古丽\uff0e买买提", "阿依古丽·买买提"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        (" 李\u3000𬱖 ", "李 𬱖"),
        ("䶮㛃", "䶮㛃"),
    ],
)
def test_names_with_dots_and_rare_characters_are_kept_in_one_form(
    linxia: Actor, typed: str, kept: str
) -> None:
    number = prepare_application(bundle=NEWBORN, by=linxia)
    save_answers(number=number, answers={"other-parent-name": typed}, by=linxia)
    assert view_of(number, linxia).answers["other-parent-name"] == kept


@pytest.mark.parametrize(
    ("code", "typed", "sentence"),
    [
        ("other-parent-name", "长" * 2000, "「另一方父母的姓名」最多 200 个字。"),
        ("other-parent-name", "长" * 101, "姓名有 101 个字"),
        ("other-parent-name", "李\ue000", "自造字 U+E000"),
        ("other-parent-name", "李<b>", "姓名里不能有「<」"),
        ("other-parent-name", "阿依古丽.买买提", "间隔号用“·”"),
        ("child-name", "长" * 2000, "「孩子的姓名」最多 20 个字。"),
        ("other-parent-number", "11010119000101001", "身份证号码不对：应是 18 位"),
        ("other-parent-number", "110101190001010010", "身份证号码不对：应是 18 位"),
        ("child-born", "2026-02-30", "「孩子的出生日期」请写成年-月-日"),
    ],
)
def test_what_no_name_and_no_number_is_is_told_in_a_sentence(
    linxia: Actor, code: str, typed: str, sentence: str
) -> None:
    number = prepare_application(bundle=NEWBORN, by=linxia)
    with pytest.raises(BadAnswers) as told:
        save_answers(number=number, answers={code: typed}, by=linxia)
    assert sentence in told.value.problems[code]
    assert code not in view_of(number, linxia).answers


def test_an_old_number_of_fifteen_digits_is_brought_to_todays_form(linxia: Actor) -> None:
    number = prepare_application(bundle=NEWBORN, by=linxia)
    save_answers(number=number, answers={"other-parent-number": "110101 800101 001"}, by=linxia)
    kept = view_of(number, linxia).answers["other-parent-number"]
    assert (len(kept), kept[:17]) == (18, "11010119800101001")


def test_the_same_material_twice_is_one_material_with_the_newer_file(filled: str, linxia: Actor) -> None:
    for name in ("图一.png", "图二.png", "图二.png"):
        attach_document(number=filled, material="floor-plan", name=name, data=PNG, by=linxia)
    held = [one for one in view_of(filled, linxia).materials if one.code == "floor-plan"]
    assert [one.document.name for one in held if one.document] == ["图二.png"]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        (
            "承诺.docm",
            b"PK\x03\x04" + b"x" * 50,
            "「承诺.docm」不是可以接收的文件。请上传 JPG、PNG 图片或 PDF。",
        ),
        ("承诺.pdf", b"%PDF-1.7\n<< /S /JavaScript /JS (app.alert(1)) >>", "里带有脚本"),
        ("图.pdf", PNG, "与文件名不符"),
        ("图.png", b"", "是空文件"),
        ("图.png", PNG + b"x" * UPLOAD_BYTES_MAX, "超过 10 MB"),
    ],
)
def test_on_the_page_a_wrong_file_is_told_and_the_one_before_stays(
    filled: str, linxia: Actor, name: str, data: bytes, sentence: str
) -> None:
    browser = Client()
    browser.force_login(find_account("linxia"))
    answer = browser.post(
        f"/my/applications/{filled}/form/papers/", {"file-floor-plan": SimpleUploadedFile(name, data)}
    )
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    document = view_of(filled, linxia).material("floor-plan").document
    assert document
    assert document.name == "floor-plan-first.png"
