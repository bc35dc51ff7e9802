"""证明清理: circles as sentences and pictures, papers ranked by people, and the rows behind every figure."""

import re

import pytest
from django.test import Client

from tests.portals.public.test_public_pages import text
from tongban.cases.models import Application
from tongban.catalogue.models import Resource
from tongban.portals.public.chains import Link, draw_chain
from tongban.services.models import AskedProof

pytestmark = pytest.mark.django_db


def plain(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page)


def test_a_circle_is_told_as_a_sentence_and_its_picture_leads_to_items_and_papers(client: Client) -> None:
    page = text(client.get("/proofs/"))
    said = plain(page)
    assert "办“就业登记（用工备案）”，要澜川市公安局青石分局的“居住证复印件”" in said
    assert "办“居住证申领”，要青石区人力资源和社会保障局的“就业登记证明”" in said
    picture = page[page.index("<svg") : page.index("</svg>")]
    for address in ("/items/residence-permit/", "/items/employment-filing/", "/proofs/work-for-residence/"):
        assert f'href="{address}"' in picture


def test_papers_stand_by_the_people_they_meet(client: Client) -> None:
    page = text(client.get("/proofs/"))
    table = page[page.index("<tbody") :]
    people = [int(one.replace(",", "")) for one in re.findall(r'影响人数"><span>([\d,]+)<', table)]
    assert len(people) >= 7
    assert people == sorted(people, reverse=True)


def test_a_paper_opens_into_who_asks_who_issues_the_law_and_the_answer(client: Client) -> None:
    page = plain(text(client.get("/proofs/dismissal-paper/")))
    for words in (
        "失业登记",
        "原单位",
        "能由部门之间核查的，不设证明",
        "《优化营商环境条例》第四十四条",
        "3,100",
        "就业和用工备案信息",
    ):
        assert words in page


def test_an_unread_test_of_the_law_shows_so(client: Client) -> None:
    page = text(client.get("/proofs/insurance-payment-paper/"))
    unread = page[page.index("没有写明依据的") :]
    assert "未核对" in unread[: unread.index("</li>")]
    assert "未核对" not in page[page.index("能由部门之间核查的") : page.index("没有写明依据的")]


def test_people_of_real_cases_replace_the_figure_of_the_pack(client: Client, submitted: Application) -> None:
    page = text(client.get("/proofs/floor-plan/"))
    assert "最近 1,000 件申请里不同的人" in page


def test_a_resource_that_is_not_public_is_not_named(client: Client) -> None:
    Resource.objects.filter(code="employment").update(public=False)
    page = text(client.get("/proofs/dismissal-paper/"))
    assert "就业和用工备案信息" not in page
    assert "一项不公开目录的信息资源" in page


def test_a_paper_that_nobody_asks_for_any_more_says_what_to_do(client: Client) -> None:
    answer = client.get("/proofs/no-such-paper/")
    assert answer.status_code == 404
    assert "请从证明清理的列表里选" in text(answer)


def test_a_city_without_faults_says_so(client: Client) -> None:
    AskedProof.objects.all().delete()
    page = text(client.get("/proofs/"))
    assert "没有找到互相要证明的事项。" in page


def test_the_list_of_topics_leads_here(client: Client) -> None:
    assert 'href="/proofs/"' in text(client.get("/topics/"))


@pytest.mark.parametrize("closed", [True, False])
def test_words_that_do_not_fit_are_cut_and_said_in_full(closed: bool) -> None:
    long = "很长的事项名称" * 12
    for chain in draw_chain(
        [Link(long, "局", "/a/", "要证明"), Link("短", "局", "/b/", "要证明")], closed=closed
    ):
        first, second = chain.boxes
        assert first.title.endswith("…")
        assert long.startswith(first.title[:-1])
        assert long in first.whole
        assert second.title == "短"
        assert len(chain.arrows) == (2 if closed else 1)
        assert len(first.title) * 14 < chain.box_width
