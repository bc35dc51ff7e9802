"""校核 at the officers' desks: asked by the agency that read, listed at the owner's, never in a query a row."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.portals.public.test_public_pages import text
from tongban.cases.api import get_application
from tongban.demo.city import play_city
from tongban.exchange.api import evidence_of
from tongban.journal.api import Actor

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def test_the_agency_that_read_asks_and_the_case_page_says_how_it_stands(
    sign_in: SignIn, permit: str, linxia: Actor
) -> None:
    number = permit.rpartition("-")[0]
    credit = next(one for one in evidence_of(number) if one.resource == "credit-list")
    ask = f"/counter/corrections/{credit.id}/ask/"
    examiner = sign_in("food-examiner")
    assert ask in text(examiner.get(f"/counter/cases/{permit}/"))
    assert "照常办理" in text(examiner.get(ask))
    response = examiner.post(ask, {"reason": "x"})
    assert response.status_code == 422
    assert "请至少选一项" in text(response)
    form = {"items": ["listed"], "reason": "处罚决定书上写着列入名单"}
    assert "校核中" in text(examiner.post(ask, form, follow=True))
    page = text(examiner.get(f"/counter/cases/{permit}/"))
    assert "校核中，提供部门应在" in page
    assert get_application(number, by=linxia).case("food-permit").state == "accepted"
    desk = sign_in("market-owner")
    assert "澜川市行政审批局的工作人员" in text(desk.get(f"/counter/corrections/{credit.id}/"))
    assert "处罚决定书上写着列入名单" in text(sign_in("linxia").get(f"/my/corrections/{credit.id}/"))


def test_an_owner_with_nothing_to_check_is_told_why(sign_in: SignIn) -> None:
    assert "没有等本部门答复的校核请求" in text(sign_in("ecology-owner").get("/counter/corrections/"))


@pytest.mark.usefixtures("own_home")
def test_lists_take_the_same_queries_however_long_they_are(
    sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    list(play_city())
    for name, address in (
        ("fund-owner", "/counter/corrections/"),
        ("food-approver", "/counter/certificates/"),
    ):
        client = sign_in(name)
        with django_assert_max_num_queries(16):
            page = text(client.get(address))
        assert "tb-table" in page
