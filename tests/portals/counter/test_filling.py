"""A clerk fills the form in with the person before her: one page, papers as they are, the receipt at the end."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cases.conftest import view_of
from tests.documents.examples import text_of
from tests.portals.public.test_public_pages import text
from tongban.cases.api import accept_case, application_timeline, begin_at_window, summarise, tell_once
from tongban.demo.packs import StoryTerms
from tongban.identity.api import get_person
from tongban.journal.api import Actor

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def card(person: Actor) -> dict[str, str]:
    assert person.person
    known = get_person(person.person)
    return {"words": "开餐馆一件事", "id_number": known.id_number, "name": known.name, "shown": "id-card"}


@pytest.fixture
def at_window(sign_in: SignIn, linxia: Actor) -> str:
    sent = sign_in("clerk1").post("/counter/start/", card(linxia))
    assert sent.status_code == 302, text(sent)
    return sent.headers["Location"]


def test_item_and_person_are_found_by_what_the_clerk_types(sign_in: SignIn, linxia: Actor) -> None:
    clerk = sign_in("clerk1")
    assert "当面收件" in text(clerk.get("/counter/start/"))
    for wrong, sentence in (
        ({"words": ""}, "请填写要办什么事。"),
        ({"words": "卖月亮土地"}, "没有找到这件事，请换个说法，例如「开饭店」。"),
        ({"words": "许可"}, "请选择是哪一件事。"),
        (
            {"id_number": "123"},
            "身份证号码不对：应是 18 位（最后一位可以是 X），或者旧的 15 位。请对照证件逐位核对。",
        ),
        (
            {"name": "许年"},
            "没有姓名和号码都相符的人。请对照证件核对；刚迁入、还没有登记的，请先联系公安部门。",
        ),
        ({"shown": "face"}, "请选择申请人出示的证件。"),
    ):
        refused = clerk.post("/counter/start/", {**card(linxia), **wrong})
        assert refused.status_code == 422
        assert sentence in text(refused), wrong


def test_one_page_takes_form_and_papers_and_ends_with_the_receipt(
    sign_in: SignIn, at_window: str, linxia: Actor, clerk: Actor, answers: dict[str, str], story: StoryTerms
) -> None:
    number = at_window.split("/")[3]
    desk = sign_in("clerk1")
    page = text(desk.get(at_window))
    assert 'accesskey="s"' in page
    assert "最低 C 级" in page
    early = desk.post(at_window, {"do": "submit"})
    assert early.status_code == 422
    assert "请先阅读数据读取告知。" in text(early)
    view = view_of(number, clerk)
    told = [one.code for one in view.materials if one.kind == "fetched"]
    wrong = desk.post(at_window, {**answers, "area": "很大", "do": "save"}) if "area" in answers else None
    if wrong is not None:
        assert wrong.status_code == 422
        assert "很大" in text(wrong)
    fetched = desk.post(at_window, {**answers, "fetch": told, "do": "fetch"})
    assert fetched.status_code == 302, text(fetched)
    view = view_of(number, clerk)
    agreed = [one.code for one in view.materials if one.kind in {"promise", "template"}]
    paper = [one.code for one in view.materials if one.by_hand]
    assert set(story.uploads) <= set(paper)
    sent = desk.post(at_window, {**answers, "agree": agreed, "paper": paper, "do": "submit"})
    assert sent.status_code == 302, text(sent)
    assert sent.headers["Location"] == f"/counter/intake/{number}/?taken=1"
    assert "请打印申请回执，交给申请人。" in text(desk.get(sent.headers["Location"]))
    assert "已收纸质件" in text_of(desk.get(f"/counter/applications/{number}/receipt.pdf").content)
    again = desk.post(at_window, {"do": "submit"})
    assert again.status_code == 404
    assert "这份申请已经提交，现在没有要填的。请到收件页办理。" in text(again)

    view = view_of(number, linxia)
    acts = {entry.kind: entry for entry in application_timeline(view)}
    assert acts["application.submitted.v1"].content["channel"] == "window"
    assert acts["application.begun-at-window.v1"].actor == "officer:LC-ZX-001"
    figures = {one.name: one for one in summarise(view).figures}
    assert figures["visits"].after == 1
    assert figures["materials_uploaded"].after == len(paper)
    accept_case(number=view.case("business-licence").number, seen=None, by=clerk)
    assert {one.outcome for one in view_of(number, clerk).materials if one.code in paper} == {"paper"}
    day = text(desk.get("/counter/days/"))
    assert f"系统里是 {len(paper)}" in day


def test_a_draft_from_home_is_gone_on_with_and_the_person_is_told(
    sign_in: SignIn, fetched: str, linxia: Actor, clerk: Actor
) -> None:
    assert linxia.person
    number = begin_at_window(bundle="open-restaurant", applicant=linxia.person, shown="id-card", by=clerk)
    assert number == fetched
    desk = sign_in("clerk2")
    assert desk.get(f"/counter/applications/{number}/filling/").status_code == 200
    assert "窗口当面填报" in text(sign_in("linxia").get(f"/my/applications/{number}/"))
    assert sign_in("food-examiner").get(f"/counter/intake/{number}/").status_code == 403
    dropped = sign_in("clerk1").post(f"/counter/applications/{number}/drop/")
    assert dropped.status_code == 302
    assert view_of(number, linxia).state == "withdrawn"


def test_a_draft_at_home_is_not_shown_to_the_window(sign_in: SignIn, fetched: str) -> None:
    assert sign_in("clerk1").get(f"/counter/applications/{fetched}/filling/").status_code == 404


def test_what_was_sent_back_is_brought_to_the_window(
    sign_in: SignIn, submitted: str, clerk: Actor, linxia: Actor
) -> None:
    tell_once(number=submitted, reasons={"drain-plan": "缺比例尺"}, seen=None, by=clerk)
    desk, place = sign_in("clerk1"), f"/counter/applications/{submitted}/filling/"
    page = text(desk.get(place))
    assert "缺比例尺" in page
    early = desk.post(place, {"do": "supply"})
    assert early.status_code == 422
    assert "还没有补齐：排水平面图。" in text(early)
    assert desk.post(place, {"do": "supply", "paper": "drain-plan"}).status_code == 302
    view = view_of(submitted, linxia)
    assert view.state == "submitted"
    supplied = next(one for one in application_timeline(view) if one.kind == "application.supplied.v1")
    assert supplied.content["channel"] == "window"
