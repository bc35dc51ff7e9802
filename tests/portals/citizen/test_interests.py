"""An interested party with an account: told, reads what concerns him, says his opinion, asks for a hearing."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.cases.conftest import Who, view_of
from tests.portals.conftest import browser_of
from tests.portals.public.test_public_pages import text
from tongban.cases.api import decide, examine, interests_of, tell_hearing, tell_interested
from tongban.identity.api import get_person
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def examiner(who: Who) -> Actor:
    return who("food-examiner")


@pytest.fixture
def neighbour(who: Who) -> Actor:
    return who("gunian")


@pytest.fixture
def told(permit: str, examiner: Actor, neighbour: Actor) -> str:
    """The address of the page of whoever lives above the restaurant."""
    tell_neighbour(permit, neighbour, by=examiner)
    (one,) = interests_of(neighbour)
    return f"/my/interests/{one.view.id}/"


def tell_neighbour(permit: str, neighbour: Actor, *, by: Actor) -> None:
    assert neighbour.person
    person = get_person(neighbour.person)
    tell_interested(
        number=permit,
        name=person.name,
        id_number=person.id_number,
        words="油烟影响楼上住户",
        seen=None,
        by=by,
    )


@pytest.fixture
def his(db: None) -> Client:
    return browser_of("gunian")


def test_he_reads_what_concerns_him_and_says_his_opinion_once(
    his: Client, her: Client, permit: str, told: str, examiner: Actor, linxia: Actor
) -> None:
    assert told in text(his.get("/my/"))
    page = text(his.get(told))
    assert "油烟影响楼上住户" in page
    assert "青石区林夏小馆" in page
    assert "林夏<" not in page
    assert "990102-2026-00318" not in page
    empty = his.post(told, {"words": " "})
    assert (empty.status_code, "请填写您的意见" in text(empty)) == (422, True)
    assert his.post(told, {"words": "要求装专用烟道"}).status_code == 302
    assert "要求装专用烟道" in text(his.get(told))
    again = his.post(told, {"words": "再说一遍"})
    assert again.status_code == 409
    assert "您的意见已经听取过" in text(again)
    held = view_of(permit.rpartition("-")[0], examiner).case("food-permit").formality("interested")
    assert held
    assert (held.state, held.answer) == ("done", "要求装专用烟道")
    number = permit.rpartition("-")[0]
    for address in (f"/my/cases/{permit}/steps/", f"/my/applications/{number}/"):
        assert "要求装专用烟道" not in text(her.get(address))
    examine(number=permit, proposes="granted", words="可", seen=None, by=examiner)


def test_nobody_else_opens_his_page(her: Client, told: str) -> None:
    for other in (her, browser_of("xunian")):
        response = other.get(told)
        assert response.status_code == 404
        assert "没有找到这件事，或者它和您没有利害关系。" in text(response)
        assert other.post(told, {"words": "插话"}).status_code == 404


def test_he_asks_for_the_hearing_that_was_offered(
    his: Client, permit: str, told: str, examiner: Actor
) -> None:
    assert his.post(told, {"step": "hearing"}).status_code == 409
    tell_hearing(number=permit, words="拟准予，涉及楼上住户", seen=None, by=examiner)
    assert "拟准予，涉及楼上住户" in text(his.get(told))
    assert his.post(told, {"step": "hearing"}).status_code == 302
    assert "已经有人申请听证" in text(his.get(told))
    again = his.post(told, {"step": "hearing"})
    assert (again.status_code, "已经申请了听证" in text(again)) == (409, True)
    (asked,) = timeline(case_numbers=[permit], kinds=["case.hearing-asked.v1"])
    assert "顾年" not in str(asked.content)


def test_when_his_days_have_passed_he_is_told_so_and_of_the_decision(
    his: Client, permit: str, told: str, examiner: Actor, who: Who
) -> None:
    with clock.fixed(clock.now() + timedelta(days=12)):
        late = his.post(told, {"words": "现在才说"})
        assert (late.status_code, "期限已经过了" in text(late)) == (409, True)
        examine(number=permit, proposes="granted", words="可", seen=None, by=examiner)
        decide(number=permit, result="granted", words="可", seen=None, by=who("food-approver"))
        assert f"〔{clock.today():%Y}〕{permit}" in text(his.get(told))
    (decided,) = timeline(case_numbers=[permit], kinds=["case.decided.v1"])
    assert decided.id in {one.id for one in timeline(case_numbers=[permit])}


def test_whoever_is_told_is_somebody_else_and_known_by_both_name_and_number(
    permit: str, examiner: Actor, linxia: Actor, neighbour: Actor
) -> None:
    assert linxia.person
    hers = get_person(linxia.person)
    common = {"number": permit, "words": "油烟", "seen": None, "by": examiner}
    for name, id_number, sentence in (
        (hers.name, hers.id_number, "利害关系人不能是申请人自己"),
        ("别人", hers.id_number, "没有找到姓名和身份证号码都相符的人；没有账户的不填号码，用书面告知。"),
        (hers.name, "110101700101001", "没有找到姓名和身份证号码都相符的人"),
    ):
        with pytest.raises(BadInput, match=sentence):
            tell_interested(name=name, id_number=id_number, **common)  # type: ignore[arg-type]
    assert interests_of(linxia) == interests_of(neighbour) == []
