"""The front of the city: what is asked for most, topics, agencies, and no entry that leads to nothing."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from tests.cases.conftest import *  # noqa: F403 - somebody with an application
from tests.portals.public.test_public_pages import text
from tongban.cases.api import prepare_application, tell_once
from tongban.certificates.models import Certificate
from tongban.identity.api import find_actor
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.services.api import items_of_topic
from tongban.services.models import Item

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
LISTS = re.compile(r'href="(/(?:topics|agencies|bundles)/[^"#]*)"')


def links(client: Client, address: str) -> set[str]:
    return set(LISTS.findall(text(client.get(address))))


def test_no_entry_of_a_menu_leads_to_an_empty_list(client: Client) -> None:
    seen, ahead = set[str](), {"/", "/topics/", "/agencies/", "/bundles/"}
    while ahead:
        address = ahead.pop()
        seen.add(address)
        page = client.get(address)
        if page.status_code == 302 and "/sign-in/" in page.headers["Location"]:
            continue
        assert page.status_code == 200, address
        assert "tb-nothing" not in text(page), address
        ahead |= {one for one in LISTS.findall(text(page)) if not one.startswith("/bundles/o")} - seen
    assert len([one for one in seen if one.startswith("/topics/")]) > 25
    assert len([one for one in seen if one.startswith("/agencies/")]) > 15


def test_the_numbers_beside_topics_are_what_their_pages_list(client: Client) -> None:
    page = text(client.get("/topics/"))
    entries = re.findall(r'href="(/topics/[^"]+)">[^<]+</a> <span class="tb-source tb-num">(\d+)', page)
    assert entries
    for address, number in entries:
        assert text(client.get(address)).count("<h2><a ") == int(number), address


def test_items_for_people_and_for_firms_stand_apart(client: Client) -> None:
    people = text(client.get("/topics/property/?for=people"))
    firms = text(client.get("/topics/set-up/?for=firms"))
    assert "二手房转移登记" in people
    assert "公司设立登记" in firms
    assert "公司设立登记" not in text(client.get("/topics/set-up/?for=people"))
    assert "社会保障卡申领" not in text(client.get("/topics/insurance/?for=firms"))


def test_a_row_says_how_often_to_come_how_many_days_and_who_handles(client: Client) -> None:
    page = text(client.get("/topics/marriage/"))
    for words in ("结婚登记", "跑 1 次", "承诺 1 个工作日", "青石区民政局"):
        assert words in page


def test_an_agency_says_where_it_is_and_what_it_does(client: Client) -> None:
    page = text(client.get("/agencies/lanchuan.fund/"))
    for words in ("云岭省澜川市", "办公时间", "住房公积金贷款", "租房提取住房公积金"):
        assert words in page
    assert client.get("/agencies/nowhere/").status_code == 404


def test_topics_are_paged_by_key_to_and_fro(django_assert_num_queries: Callable[..., object]) -> None:
    row = Item.objects.get(code="fund-loan")
    for n in range(45):
        row.pk, row.code, row.sorts_as = None, f"made-{n:02}", f"zz{n // 7}"
        row.terms = {**row.terms, "code": row.code}
        row.save(force_insert=True)
    clock.today()  # the city's offset is read once
    pages, after = [], ""
    while True:
        with django_assert_num_queries(1):  # type: ignore[attr-defined]
            page = items_of_topic("住房", after=after)
        pages.append(page)
        if not page.after:
            break
        after = page.after
    codes = [item.code for page in pages for item in page.items]
    assert len(codes) == len(set(codes)) == 49
    assert [one.code for one in items_of_topic("住房", before=pages[2].before).items] == [
        one.code for one in pages[1].items
    ]
    assert items_of_topic("住房", before=pages[1].before).before == ""
    assert items_of_topic("住房", after="~").items == pages[0].items


def test_what_is_asked_for_most_stands_on_the_front_page(client: Client, submitted: str) -> None:
    page = text(client.get("/"))
    titles = re.findall(r"<h2><a [^>]+>([^<]+)</a></h2>", page)
    assert len(titles) == 3
    assert titles[0] == "开餐馆一件事"
    assert "全部 8 件事" in page
    assert "我的待办" not in page


def test_what_waits_for_somebody_stands_on_the_front_page(
    sign_in: SignIn, submitted: str, linxia: Actor, clerk: Actor
) -> None:
    prepare_application(bundle="retirement", by=linxia)
    tell_once(number=submitted, reasons={"floor-plan": "看不清"}, seen=None, by=clerk)
    page = text(sign_in("linxia").get("/"))
    waits = page[page.index("我的待办") : page.index("一件事一次办")]
    assert waits.index("要补材料：开餐馆一件事") < waits.index("没有填完：退休一件事")
    assert f"/my/applications/{submitted}/supplement/" in waits


@pytest.mark.usefixtures("licensed")
def test_a_certificate_that_soon_ends_waits_for_its_owner(sign_in: SignIn, linxia: Actor) -> None:
    held = Certificate.objects.get(owner=linxia.person)
    Certificate.objects.filter(pk=held.pk).update(valid_to=clock.today() + timedelta(days=59))
    assert "快到期：" in text(sign_in("linxia").get("/"))
    Certificate.objects.filter(pk=held.pk).update(valid_to=clock.today() + timedelta(days=61))
    assert "快到期：" not in text(sign_in("linxia").get("/"))


def test_the_front_page_costs_the_same_however_much_there_is(
    client: Client, django_assert_max_num_queries: Callable[..., object], submitted: str
) -> None:
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        client.get("/")


def test_search_results_name_areas(client: Client) -> None:
    page = text(client.get("/search/?q=营业执照"))
    assert "云岭省澜川市" in page
    assert "区划代码 9901" not in page


@pytest.mark.parametrize("words", ["營業執照", "社會保障卡", "開飯店"])
def test_traditional_characters_find_what_simplified_ones_do(client: Client, words: str) -> None:
    simple = {"營業執照": "营业执照", "社會保障卡": "社会保障卡", "開飯店": "开饭店"}[words]
    first = re.compile(r'<h2><a href="([^"]+)"')
    found, same = (first.findall(text(client.get(f"/search/?q={one}"))) for one in (words, simple))
    assert found
    assert found == same


class TestElders:
    """The 长辈版 of the front page."""

    def test_it_has_six_big_tasks_the_number_to_call_and_everything_else_too(self, client: Client) -> None:
        usual = links(client, "/")
        client.post("/appearance/", {"size": "lg", "next": "/"})
        page = text(client.get("/"))
        tasks = re.findall(r'<li><a href="([^"]+)"><strong>', page)
        assert len(tasks) == len(set(tasks)) == 6
        for address in tasks:
            assert client.get(address).status_code in {200, 302}, address
        assert "0990-0012345" in page
        assert usual <= links(client, "/")

    def test_the_usual_page_names_the_number_too(self, client: Client) -> None:
        assert "0990-0012345" in text(client.get("/"))


class TestEnded:
    """An item that ended, of the demonstration city."""

    CODE = "signboard-approval"

    @pytest.mark.parametrize("address", ["/items/{}/", "/bundles/{}/"])
    def test_its_page_says_when_why_and_what_stands_in_its_place(self, client: Client, address: str) -> None:
        page = client.get(address.format(self.CODE))
        assert page.status_code == 410
        for words in ("2026年3月31日为止", "取消部分市级事项的决定", "未核对", "/items/signboard-guidance/"):
            assert words in text(page)

    def test_search_and_topics_do_not_list_it(self, client: Client) -> None:
        assert f"/items/{self.CODE}/" not in text(client.get("/search/?q=店铺招牌设置审批"))
        assert f"/items/{self.CODE}/" not in text(client.get("/topics/licences/"))

    def test_nobody_can_begin_it(self, sign_in: SignIn) -> None:
        page = sign_in("linxia").post(f"/my/apply/{self.CODE}/")
        assert page.status_code == 410
        assert not Item.objects.filter(code=self.CODE, valid_to=None).exists()

    def test_a_form_begun_before_its_end_cannot_be_submitted_after(self, sign_in: SignIn) -> None:
        by = find_actor("linxia")
        number = prepare_application(bundle="fund-rent", by=by)
        row = Item.objects.get(code="fund-rent")
        ended = {"text": "停办", "cite": {"law": "民法典"}}
        row.terms = {**row.terms, "valid_to": "2026-01-02", "ended": ended}
        row.valid_to = date(2026, 1, 2)
        row.save()
        assert "「租房提取住房公积金」已停办" in text(
            sign_in("linxia").get(f"/my/applications/{number}/form/check/")
        )

    def test_it_was_in_force_until_the_end_of_its_last_day(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(clock, "today", lambda: date(2026, 3, 31))
        assert client.get(f"/items/{self.CODE}/").status_code == 200
        assert f"/items/{self.CODE}/" in text(client.get("/topics/licences/"))
        monkeypatch.setattr(clock, "today", lambda: date(2026, 4, 1))
        assert client.get(f"/items/{self.CODE}/").status_code == 410
