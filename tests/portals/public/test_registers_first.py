"""我能办吗 with registers asked first: told on one page, read only on her word, shown with source, day and 不对？."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.portals.public.test_public_pages import text
from tongban.cases.models import Application
from tongban.exchange.api import corrections_of, evidence_of
from tongban.exchange.models import Evidence
from tongban.identity.api import find_actor
from tongban.portals.design.limits import LOOKUP
from tongban.registers.api import pause_register

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
CHECK = "/bundles/open-restaurant/check/"
FIRST = f"{CHECK}registers/"
NUMBER = {"premises-certificate-number": "云(2016)澜川市不动产权第0001237号"}


@pytest.fixture
def linxia(sign_in: SignIn) -> Client:
    return sign_in("linxia")


def test_a_stranger_is_offered_it_and_signs_in_first(client: Client) -> None:
    assert FIRST in text(client.get(CHECK))
    response = client.get(FIRST)
    assert response.status_code == 302
    assert "/sign-in/" in response.headers["Location"]


def test_the_page_tells_what_from_whom_why_and_how_long_and_reads_nothing(linxia: Client) -> None:
    page = text(linxia.get(FIRST))
    for words in (
        "食品行业禁业",
        "餐饮场所油烟条件",
        "澜川市生态环境局",
        "澜川市行政审批局",
        "核对场所能不能开产生油烟的餐饮",
        "大气污染防治法",
        "30 日",
        "自动作废",
        "年龄用您登录的身份信息算",
    ):
        assert words in page, words
    assert not Evidence.objects.exists()
    assert not Application.objects.filter(applicant=find_actor("linxia").person).exists()


def test_what_was_found_is_answered_with_its_source_and_only_the_rest_is_asked(linxia: Client) -> None:
    answer = linxia.post(FIRST, NUMBER, follow=True)
    page = text(answer)
    assert answer.redirect_chain[-1][0] == CHECK
    assert page.count("不对？") == 3
    assert "商住综合楼（楼上住人）" in page
    assert "来自 餐饮场所油烟条件 · 20" in page
    assert "来自您登录的身份信息" in page
    assert "楼里有没有配套设立的专用烟道" in page
    done = {"asked": "premises.flue", "premises.flue": "true"}
    page = text(linxia.post(CHECK, done))
    assert "列出的条件都符合" in page
    assert "登记的建筑类型" in page
    assert "您答的专用烟道：是" in page
    assert "请保管数据的部门书面答复" in page


def test_her_own_answer_goes_before_the_registers(linxia: Client) -> None:
    linxia.post(FIRST, NUMBER)
    page = text(linxia.post(CHECK, {"change": "premises.building"}))
    assert "店面在什么样的楼里" in page
    page = text(linxia.post(CHECK, {"applicant.age": "35", "premises.building": "住宅楼"}))
    assert "按现在的情况不能办" in page
    assert "您答的建筑类型：住宅楼" in page


def test_a_missing_number_is_sent_back_and_nothing_is_begun(linxia: Client) -> None:
    response = linxia.post(FIRST, {})
    assert response.status_code == 422
    assert "请填写" in text(response)
    assert not Evidence.objects.exists()


def test_she_lets_the_draft_go_and_is_asked_everything_again(linxia: Client) -> None:
    linxia.post(FIRST, NUMBER)
    page = text(linxia.post(f"{CHECK}let-go/", follow=True))
    assert "不对？" not in page
    assert not Evidence.objects.exclude(values={}).exists()
    assert "没有提交" in text(linxia.get("/my/"))


def test_what_is_wrong_goes_to_the_owner_and_the_answer_comes_back(linxia: Client, sign_in: SignIn) -> None:
    linxia.post(FIRST, NUMBER)
    person = find_actor("linxia").person
    assert person
    number = Application.objects.get(applicant=person).number
    premises = next(one for one in evidence_of(number) if one.resource == "catering-premises")
    address = f"/my/corrections/{premises.id}/"
    assert address in text(linxia.get(CHECK))
    assert "请澜川市生态环境局核对" in text(linxia.get(address))
    response = linxia.post(address, {"items": ["building"], "reason": ""})
    assert response.status_code == 422
    assert "请写明理由" in text(response)
    form = {"items": ["building"], "right-building": "独立商业楼", "reason": "整栋都是商场"}
    assert "校核中" in text(linxia.post(address, form, follow=True))
    assert "餐饮场所油烟条件" in text(linxia.get("/my/corrections/"))
    (asked,) = corrections_of(person)

    owner = sign_in("ecology-owner")
    assert "/counter/corrections/" in text(owner.get("/counter/", follow=True))
    desk = f"/counter/corrections/{premises.id}/"
    assert desk in text(owner.get("/counter/corrections/"))
    page = text(owner.get(desk))
    assert "整栋都是商场" in page
    assert "独立商业楼" in page
    wrong = {"seen": str(asked.version), "outcome": "corrected", "right-building": "帐篷", "words": "x"}
    response = owner.post(desk, wrong)
    assert response.status_code == 422
    assert "只能是独立商业楼、商住综合楼、住宅楼" in text(response)
    right = wrong | {"right-building": "独立商业楼", "words": "查勘时写错，已更正"}
    assert owner.post(desk, right).headers["Location"] == "/counter/corrections/"
    assert "已更正" in text(owner.get("/counter/corrections/"))
    assert "查勘时写错，已更正" in text(sign_in("linxia").get(address))


def test_nobody_opens_a_correction_that_is_not_theirs(linxia: Client, sign_in: SignIn) -> None:
    linxia.post(FIRST, NUMBER)
    one = Evidence.objects.first()
    assert one
    assert sign_in("xunian").get(f"/my/corrections/{one.pk}/").status_code == 404
    assert sign_in("land-owner").get(f"/counter/corrections/{one.pk}/").status_code == 404
    assert sign_in("fire-examiner").get(f"/counter/corrections/{one.pk}/ask/").status_code == 404
    assert sign_in("food-examiner").get("/counter/corrections/").status_code == 403


def test_a_silent_register_is_named_and_its_question_asked(linxia: Client) -> None:
    pause_register(name="catering-premises", reason="维护", by=find_actor("ecology-owner"))
    page = text(linxia.post(FIRST, NUMBER, follow=True))
    assert "餐饮场所油烟条件现在没有响应，这几样请您自己回答" in page
    assert "店面在什么样的楼里" in page


def test_who_tries_number_after_number_is_stopped(linxia: Client) -> None:
    for _try in range(LOOKUP.tries):
        assert linxia.post(FIRST, {}).status_code == 422
    assert linxia.post(FIRST, NUMBER).status_code == 429
