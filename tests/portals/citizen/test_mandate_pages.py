"""请家人代办 on pages: giving, accepting, acting, ending, and the words in the header that say for whom."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from tests.cases.conftest import *  # noqa: F403 - 林夏
from tests.conftest import Speaking
from tests.portals.public.test_public_pages import text
from tongban.identity.api import find_account, get_person
from tongban.identity.models import Mandate
from tongban.journal.api import Actor, drain
from tongban.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def her() -> Client:
    client = Client()
    client.force_login(find_account("linxia"))
    return client


@pytest.fixture
def him() -> Client:
    client = Client()
    client.force_login(find_account("xunian"))
    return client


def form(**more: str) -> dict[str, str]:
    person = find_account("xunian").person
    assert person
    return {
        "name": "许年",
        "id_number": person.id_number,
        "relation": "朋友",
        "matter": "one",
        "of": "open-restaurant",
        "ends_on": (clock.today() + timedelta(days=30)).isoformat(),
        "agreed": "1",
        **more,
    }


@pytest.fixture
def offered(her: Client) -> str:
    answer = her.post("/my/mandates/new/", form())
    assert answer.status_code == 302
    return str(answer.headers["Location"])


@pytest.fixture
def acting(offered: str, him: Client) -> Client:
    him.post(f"{offered}answer/", {"answer": "accept"})
    assert him.post(f"{offered}act/").headers["Location"] == "/bundles/open-restaurant/"
    return him


def band(page: str) -> str:
    found = re.search(r'class="tb-acting".*?</form>', page, re.DOTALL)
    return found[0] if found else ""


def test_it_is_given_from_the_guide_and_says_what_it_means(her: Client) -> None:
    assert "/my/mandates/new/?matter=open-restaurant" in text(her.get("/bundles/open-restaurant/"))
    assert "/my/mandates/new/?matter=social-card" in text(her.get("/items/social-card/"))
    assert "/my/mandates/new/" not in text(her.get("/items/marriage-registration/"))
    page = text(her.get("/my/mandates/new/?matter=open-restaurant"))
    for words in ("只办「开餐馆一件事」", "最长一年", "马上生效", "第一百六十一条", "未核对"):
        assert words in page
    assert her.get("/my/mandates/new/?matter=nothing").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "请填写代办人的姓名"),
        ("id_number", "990102197911235776", "没有找到姓名和身份证号码都相符的人"),
        ("relation", "", "请选择这个人是您的什么人"),
        ("ends_on", "明天", "请填写截止日期"),
        ("ends_on", "2099-01-01", "委托最长一年"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    her: Client, field: str, value: str, sentence: str
) -> None:
    answer = her.post("/my/mandates/new/", form(**{field: value}))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert f'href="#f-{field}"' in text(answer)
    if field != "name":
        assert 'value="许年"' in text(answer)
    assert not Mandate.objects.exists()


def test_without_the_confirmation_nothing_is_given(her: Client) -> None:
    sent = form()
    del sent["agreed"]
    answer = her.post("/my/mandates/new/", sent)
    assert answer.status_code == 422
    assert "请确认您知道代办人能看到和能做什么" in text(answer)


def test_guessing_identity_numbers_gets_no_further_than_ten(her: Client) -> None:
    tries = [her.post("/my/mandates/new/", form(name=f"王{n}")).status_code for n in range(11)]
    assert tries == [422] * 10 + [429]


def test_the_other_one_is_asked_on_the_front_page_and_accepts(offered: str, her: Client, him: Client) -> None:
    assert "等许年在自己的账户里确认" in text(her.get(offered))
    assert "林夏请您代办，等您确认" in text(him.get("/"))
    page = text(him.get(offered))
    assert "接受委托" in page
    assert "990102" not in re.sub(r"990102\*+\d{4}", "", page)
    him.post(f"{offered}answer/", {"answer": "accept"})
    assert "生效中" in text(her.get(offered))
    assert "代林夏办" in text(him.get("/my/mandates/"))
    assert "林夏请您代办" not in text(him.get("/"))


def test_every_page_says_for_whom_until_it_is_ended(acting: Client) -> None:
    for address in (
        "/",
        "/my/",
        "/search/?q=公积金",
        "/bundles/open-restaurant/",
        "/trust/",
        "/no/such/page/",
    ):
        words = band(text(acting.get(address)))
        assert "代 林夏 办" in words, address
        assert "只办「开餐馆一件事」" in words
    assert acting.post("/my/mandates/stop/").headers["Location"] == "/my/mandates/"
    assert not band(text(acting.get("/my/")))


def test_the_form_is_filled_in_for_her_and_the_receipt_is_the_agents_too(
    acting: Client, her: Client, linxia: Actor
) -> None:
    resume = acting.post("/my/apply/open-restaurant/").headers["Location"]
    first = acting.get(resume, follow=True)
    assert first.status_code == 200
    assert band(text(first))
    number = resume.split("/")[3]
    assert f"/my/applications/{number}/" in text(her.get("/my/"))
    hers = text(her.get(f"/my/applications/{number}/"))
    assert "由许年代办" in hers
    assert "代办人" in hers[hers.index('id="timeline"') :]
    assert "您代 林夏 办的" in text(acting.get("/my/"))
    acting.post("/my/mandates/stop/")
    assert acting.get(resume).status_code == 404


def test_pages_of_her_own_are_closed_to_the_agent(acting: Client) -> None:
    for address in ("/my/certificates/", "/my/footprint/", "/my/mandates/", "/my/mandates/new/"):
        answer = acting.get(address)
        assert answer.status_code == 403, address
        assert "您正在代别人办事" in text(answer)
        assert band(text(answer))


def test_taking_it_back_stops_the_agent_at_the_next_step(acting: Client, her: Client, offered: str) -> None:
    her.post(f"{offered}end/")
    answer = acting.post("/my/apply/open-restaurant/")
    assert answer.status_code == 403
    assert "林夏的委托已终止或者到期" in text(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not band(text(answer))
    assert acting.get("/my/").status_code == 200
    assert "委托人已收回" in text(acting.get(offered))


def test_nobody_acts_under_a_mandate_of_others(offered: str, him: Client) -> None:
    him.post(f"{offered}answer/", {"answer": "accept"})
    third = Client()
    third.force_login(find_account("zhouyan"))
    assert third.get(offered).status_code == 404
    assert third.post(f"{offered}act/").status_code == 403
    assert not band(text(third.get("/my/")))


def test_signing_out_ends_acting(acting: Client) -> None:
    acting.post("/sign-out/")
    acting.force_login(find_account("xunian"))
    assert not band(text(acting.get("/my/")))


def test_she_sees_what_the_agent_opened(
    acting: Client, her: Client, offered: str, linxia: Actor, speaking_as: Speaking
) -> None:
    resume = acting.post("/my/apply/open-restaurant/").headers["Location"]
    acting.get(resume, follow=True)
    with speaking_as("sequencer"):
        while drain().placed:
            pass
    page = text(her.get("/my/footprint/"))
    assert "许年" in page
    assert "代办人，依您的委托" in page
    assert offered in page
    assert get_person(UUID(linxia.key)).masked_number not in page


def test_the_elder_page_explains_how_the_family_helps(client: Client) -> None:
    client.post("/appearance/", {"size": "lg", "next": "/"})
    page = text(client.get("/"))
    for words in ("请家人代办", "不用告诉他密码", "/my/mandates/new/", "点一下就收回"):
        assert words in page
