"""The window's page asks groups row by row, and notes the guardian's consent before data of a child is read."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cases.conftest import Who, view_of
from tests.portals.public.test_public_pages import text
from tongban.cases.api import application_timeline, begin_at_window
from tongban.journal.api import Actor

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
GROUP = "household-members"


def row(n: int, name: str, kinship: str = "配偶", income: str = "0") -> dict[str, str]:
    return {f"{GROUP}.{n}.name": name, f"{GROUP}.{n}.kinship": kinship, f"{GROUP}.{n}.income": income}


def begun(bundle: str, person: Actor, clerk: Actor) -> tuple[str, str]:
    assert person.person
    number = begin_at_window(bundle=bundle, applicant=person.person, shown="id-card", by=clerk)
    return number, f"/counter/applications/{number}/filling/"


def test_a_clerk_adds_rows_takes_them_away_and_keeps_a_group_as_a_whole(
    sign_in: SignIn, linxia: Actor, who: Who
) -> None:
    clerk = who("clerk3")
    number, page = begun("subsistence", linxia, clerk)
    desk, typed = sign_in("clerk3"), {"hardship": "住院"}
    assert "一起生活的家人" in text(desk.get(page))
    added = desk.post(page, {**typed, GROUP: "0", "add": GROUP})
    assert (added.status_code, "第 1 位家人" in text(added)) == (200, True)
    kept = view_of(number, clerk).answers
    assert (kept["hardship"], GROUP in kept) == ("住院", False)
    wrong = desk.post(
        page,
        {"hardship": "住院三周", GROUP: "2", **row(1, "甲一"), **row(2, "", "邻居", "很多"), "do": "save"},
    )
    assert wrong.status_code == 422
    assert "请填写「第 2 位家人的姓名」。" in text(wrong)
    assert "甲一" in text(wrong)
    kept = view_of(number, clerk).answers
    assert (kept["hardship"], GROUP in kept) == ("住院三周", False)
    both = {GROUP: "2", **row(1, "甲一"), **row(2, "乙二", "子女")}
    dropped = text(desk.post(page, {**both, "drop": f"{GROUP}.1"}))
    assert ("乙二" in dropped, "甲一" in dropped, "第 2 位家人" in dropped) == (True, False, False)
    assert desk.post(page, {**both, "do": "save"}).status_code == 302
    assert desk.post(page, {"hardship": "住院", "do": "save"}).status_code == 302
    assert view_of(number, clerk).answers[f"{GROUP}.2.name"] == "乙二"
    assert "第 2 位家人" in text(desk.get(page))


def test_the_guardian_agrees_at_the_window_before_anything_is_read(
    sign_in: SignIn, linxia: Actor, who: Who
) -> None:
    clerk = who("clerk3")
    number, page = begun("vaccination-card", linxia, clerk)
    desk = sign_in("clerk3")
    typed = {
        "birth-certificate-number": "T990100318",
        "child-name": "林小满",
        "contact-phone": "13800000001",
    }
    assert "申请人当面确认：是孩子的父母或者其他监护人" in text(desk.get(page))
    sentence = "里面有不满十四周岁孩子的信息，要由父母或者其他监护人同意，请先勾选。"
    refused = desk.post(page, {**typed, "do": "fetch"})
    assert (refused.status_code, text(refused).count(sentence)) == (422, 2)
    assert view_of(number, clerk).told_at is None
    assert desk.post(page, {**typed, "guardian": "yes", "do": "fetch"}).status_code == 302
    (told,) = [
        one for one in application_timeline(view_of(number, clerk)) if one.kind == "application.told.v1"
    ]
    assert (told.content["guardian"], told.actor) == (True, "officer:LC-QS-001")
    assert 'name="guardian"' not in desk.get(page).content.decode()
