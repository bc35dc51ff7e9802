"""The pages of 免申即享: the agency orders, looks and approves; the person reads why and begins."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tongban.identity.api import find_actor
from tongban.services.api import run_screenings, screenings_of

pytest.importorskip("duckdb")
pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
AGE = "update services_item set terms = jsonb_set(terms, '{eligibility,rule,all,0,value}', '30') where code = %s"


def ordered(sign_in: SignIn) -> str:
    answer = sign_in("qingshi-civil-examiner").post("/counter/entitled/", {"item": "elder-allowance"})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def text_of(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.content.decode())


def test_what_waits_says_so_and_can_be_taken_back(sign_in: SignIn) -> None:
    page = ordered(sign_in)
    client = sign_in("qingshi-civil-examiner")
    assert "核对由后台进行" in text_of(client, page)
    client.post(page, {"verb": "cancel"})
    assert "已取消" in text_of(client, page)
    assert run_screenings() == 0


def test_the_lists_give_reasons_with_their_law_and_hide_the_middle_of_numbers(sign_in: SignIn) -> None:
    page = ordered(sign_in)
    run_screenings()
    client = sign_in("qingshi-civil-examiner")
    shown = text_of(client, page)
    assert "年满八十周岁" in shown
    assert "老年人权益保障法" in shown
    assert "请批准人在这一页批准" in shown
    no = text_of(client, f"{page}?list=no")
    assert "不符：年满八十周岁" in no
    assert "990102199106185241" not in no
    assert "批准告知" not in shown
    assert text_of(client, f"{page}?list=nobody", status=404)


def test_an_approver_has_them_told_and_she_reads_why(sign_in: SignIn, write_as_owner: Any) -> None:
    write_as_owner(AGE, "elder-allowance")
    page = ordered(sign_in)
    run_screenings()
    client = sign_in("qingshi-civil-approver")
    assert "批准告知" in text_of(client, page)
    assert client.post(page, {"verb": "approve"}).status_code == 302
    run_screenings()
    assert "人没有账户，请上门或者打电话告知" in text_of(client, page)
    hers = sign_in("linxia")
    assert "您可能符合条件的" in text_of(hers, "/my/")
    told = text_of(hers, "/my/entitled/")
    assert "登记的户口：是" in told
    assert 'action="/my/apply/elder-allowance/"' in told
    assert hers.post("/my/apply/elder-allowance/").status_code == 302


def test_whom_nobody_told_anything_reads_what_the_page_is_for(sign_in: SignIn) -> None:
    assert "还没有部门告诉您可以办什么" in text_of(sign_in("linxia"), "/my/entitled/")


def test_what_cannot_be_screened_is_said_on_the_form(sign_in: SignIn) -> None:
    client = sign_in("qingshi-civil-examiner")
    answer = client.post("/counter/entitled/", {"item": ""})
    assert answer.status_code == 422
    assert "它可能已更名或停办" in unescape(answer.content.decode())
    assert not screenings_of(find_actor("qingshi-civil-examiner").agency)


def test_the_window_and_other_agencies_have_no_part_in_it(sign_in: SignIn) -> None:
    page = ordered(sign_in)
    assert sign_in("clerk1").get("/counter/entitled/").status_code == 403
    assert sign_in("registration-examiner").get(page).status_code == 404
    assert sign_in("linxia").get(page).status_code == 403
