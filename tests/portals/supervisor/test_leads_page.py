"""Who watches sees leads with the entries behind them, writes down what one was, and how often strangers were refused."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from tests.exchange.test_anomalies import hours, run_of
from tests.exchange.test_gateway import CLIENT, caller, linxia
from tongban.exchange.answering.values import Caller
from tongban.exchange.api import REFUSED, UNKNOWN, find_leads, list_leads
from tongban.journal.api import timeline

__all__ = ["caller", "linxia"]
pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def lead(caller: Callable[..., Caller]) -> UUID:
    run_of(caller, 5)
    assert find_leads() == 1
    return list_leads()[0].id


def test_a_lead_stands_in_the_list_and_its_page_shows_every_entry_behind_it(
    sign_in: SignIn, lead: UUID
) -> None:
    auditor = sign_in("auditor")
    page = auditor.get("/audit/leads/").content.decode()
    assert "一个挨一个地试号码" in page
    assert "消防检查系统" in page
    assert "待核看" in page
    assert f'href="/audit/leads/{lead}/"' in page
    shown = auditor.get(f"/audit/leads/{lead}/").content.decode()
    for entry in list_leads()[0].evidence:
        assert f"/{entry}/" in shown
    assert shown.count("查询的不是这个事项的当事人") == 5
    assert "990111" not in shown


def test_what_it_was_is_written_down_and_in_the_log(sign_in: SignIn, lead: UUID) -> None:
    auditor = sign_in("auditor")
    address = f"/audit/leads/{lead}/"
    empty = auditor.post(address, {"seen": "1", "words": " "})
    assert empty.status_code == 422
    assert "请写明理由" in empty.content.decode()
    assert auditor.post(address, {"seen": "1", "words": "已约谈，停止试号"}).headers["Location"] == address
    page = auditor.get(address).content.decode()
    assert "已约谈，停止试号" in page
    assert "<textarea" not in page
    assert "已核看" in auditor.get("/audit/leads/").content.decode()
    assert timeline(objects=[f"lead:{lead}"])[-1].kind == "exchange.anomaly-seen.v1"


def test_two_who_look_at_once_do_not_overwrite_each_other(sign_in: SignIn, lead: UUID) -> None:
    auditor = sign_in("auditor")
    address = f"/audit/leads/{lead}/"
    auditor.post(address, {"seen": "1", "words": "正常"})
    assert auditor.post(address, {"seen": "1", "words": "不正常"}).status_code == 409
    assert list_leads()[0].words == "正常"


def test_refusals_stand_beside_with_those_of_callers_that_nobody_knows(sign_in: SignIn) -> None:
    auditor = sign_in("auditor")
    assert "最近一天没有被拒绝的调用" in auditor.get("/audit/leads/").content.decode()
    hours(3, who="Client.Unauthorized", what=UNKNOWN)
    hours(7, who=CLIENT, what=REFUSED)
    page = auditor.get("/audit/leads/").content.decode()
    unknown = page[page.index("认不出是谁的") :]
    assert "Client.Unauthorized" in unknown
    assert ">3<" in unknown
    known = page[page.index("认得出的子系统") : page.index("认不出是谁的")]
    assert CLIENT in known
    assert ">7<" in known


def test_others_have_no_such_page(sign_in: SignIn, lead: UUID) -> None:
    for username in ("data-officer", "clerk1"):
        for address in ("/audit/leads/", f"/audit/leads/{lead}/"):
            assert sign_in(username).get(address).status_code == 403
    assert sign_in("auditor").get(f"/audit/leads/{UUID(int=7)}/").status_code == 404
    assert "没有异常线索" not in sign_in("auditor").get("/audit/leads/").content.decode()


def test_without_leads_the_page_says_so(sign_in: SignIn) -> None:
    assert "没有异常线索" in sign_in("auditor").get("/audit/leads/").content.decode()
