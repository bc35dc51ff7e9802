"""Questions that are asked row by row; data of a child under fourteen waits for the guardian's consent."""

import pytest
from django.test import Client

from tests.cases.conftest import view_of
from tests.portals.public.test_public_pages import text
from tongban.cases.api import acknowledge_notice, prepare_application, save_answers
from tongban.journal.api import Actor, timeline
from tongban.kernel.errors import BadInput

pytestmark = pytest.mark.django_db
GROUP = "household-members"


@pytest.fixture
def household(linxia: Actor) -> str:
    return prepare_application(bundle="subsistence", by=linxia)


def row(n: int, name: str, kinship: str = "配偶", income: str = "0") -> dict[str, str]:
    return {f"{GROUP}.{n}.name": name, f"{GROUP}.{n}.kinship": kinship, f"{GROUP}.{n}.income": income}


def test_rows_are_added_and_taken_away_on_the_page_and_kept_when_they_fit(
    her: Client, household: str, linxia: Actor
) -> None:
    page = f"/my/applications/{household}/form/pages/family/"
    typed = {"household-size": "3", "home-address": "青石路 9 号", "hardship": "住院"}
    assert "一起生活的家人" in text(her.get(page))
    first = text(her.post(page, {**typed, GROUP: "0", "add": GROUP}))
    assert "第 1 位家人" in first
    assert "青石路 9 号" in first
    assert GROUP not in view_of(household, linxia).answers
    both = {GROUP: "1", **row(1, "古丽米热·买买提")}
    second = text(her.post(page, {**typed, **both, "add": GROUP}))
    assert "第 2 位家人" in second
    assert "古丽米热·买买提" in second
    wrong = her.post(page, {**typed, GROUP: "2", **row(1, "甲一"), **row(2, "", "邻居", "很多")})
    assert wrong.status_code == 422
    assert "请填写「第 2 位家人的姓名」。" in text(wrong)
    assert "请从「第 2 位家人的关系」的选项中选择一个。" in text(wrong)
    dropped = text(
        her.post(page, {**typed, GROUP: "2", **row(1, "甲一"), **row(2, "乙二"), "drop": f"{GROUP}.1"})
    )
    assert "乙二" in dropped
    assert "甲一" not in dropped
    assert "第 2 位家人" not in dropped
    assert (
        her.post(page, {**typed, GROUP: "2", **row(1, "甲一"), **row(2, "乙二", "子女")}).status_code == 302
    )
    shown = text(her.get(f"/my/applications/{household}/form/check/"))
    assert "第 2 位家人" in shown
    assert "姓名 乙二；关系 子女；每月收入 0 元" in shown
    assert her.post(page, {**typed, GROUP: "1", **row(1, "乙二")}).status_code == 302
    answers = view_of(household, linxia).answers
    assert (answers[GROUP], f"{GROUP}.2.name" in answers) == ("1", False)


@pytest.mark.parametrize("count", ["-1", "百", "999", "13"])
def test_a_forged_count_makes_no_more_rows_than_the_form_has(her: Client, household: str, count: str) -> None:
    page = text(her.post(f"/my/applications/{household}/form/pages/family/", {GROUP: count, "add": GROUP}))
    assert "第 13 位家人" not in page
    assert page.count('name="drop"') <= 12


def test_a_guardian_agrees_before_data_of_a_child_under_fourteen_is_read(her: Client, linxia: Actor) -> None:
    number = prepare_application(bundle="vaccination-card", by=linxia)
    save_answers(
        number=number,
        answers={
            "birth-certificate-number": "T990100318",
            "child-name": "林小满",
            "contact-phone": "13800000001",
        },
        by=linxia,
    )
    page = f"/my/applications/{number}/form/notice/"
    shown = text(her.get(page))
    assert "不满十四周岁孩子的信息" in shown
    assert "第三十一条" in shown
    sentence = "里面有不满十四周岁孩子的信息，要由父母或者其他监护人同意，请先勾选。"
    for pressed in ({}, {"by-hand": "yes"}):
        refused = her.post(page, pressed)
        assert (refused.status_code, sentence in text(refused)) == (422, True)
    with pytest.raises(BadInput, match=sentence):
        acknowledge_notice(number=number, by_hand=(), by=linxia)
    assert not timeline(case_numbers=[number], kinds=["application.told.v1"])
    assert her.post(page, {"guardian": "yes", "by-hand": "yes"}).status_code == 302
    (told,) = timeline(case_numbers=[number], kinds=["application.told.v1"])
    assert told.content["guardian"] is True


def test_what_touches_no_child_asks_no_guardian(her: Client, begun: str) -> None:
    assert "监护人" not in text(her.get(f"/my/applications/{begun}/form/notice/"))
