"""The agency's pages of libraries above: the outbox, the error-return table, reconciliation; who sees and does what."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cases.conftest import *  # noqa: F403 - people
from tests.cases.conftest import Who
from tests.certificates.above import LIBRARY, Above, above
from tests.certificates.test_changes import entered, gunian
from tests.certificates.test_feeding_above import follow, paper, returned, send
from tests.portals.public.test_public_pages import text
from tongban.certificates.api import ask_reconciliation, reconcile, returned_rows
from tongban.certificates.mirroring.models import Difference, UpwardRow
from tongban.certificates.models import Certificate
from tongban.journal.api import Actor

__all__ = ["above", "follow", "gunian", "paper", "returned"]
SignIn = Callable[[str], Client]
HOME, RETURNED = "/bureau/above/", "/bureau/above/returned/"
PAGE = f"{HOME}{LIBRARY}/"


def test_what_came_back_is_found_mended_and_sent_again(above: Above, returned: UUID, sign_in: SignIn) -> None:
    client = sign_in("approval-owner")
    home = text(client.get(HOME))
    assert RETURNED in home
    listed = text(client.get(RETURNED))
    assert "E102" in listed
    assert "属地区划代码应到县（市、区）一级" in listed
    row = UpwardRow.objects.get()
    address = f"{HOME}rows/{row.id}/"
    assert address in listed
    page = text(client.get(address))
    assert f"/counter/certificates/{returned}/" in page
    wrong = client.post(
        address, {"area": "9901", "holder_code_type": "001", "matter": "", "seen": row.version}
    )
    assert wrong.status_code == 422
    assert "属地区划代码是六位数字，例如 990102。" in text(wrong)
    right = {"area": "990102", "holder_code_type": "001", "matter": "", "seen": row.version}
    assert client.post(address, right)["Location"] == RETURNED
    assert "没有退回的报送" in text(client.get(RETURNED))
    assert client.post(address, right).status_code == 409
    assert send() == 1
    assert "这一行没有退回，不用改。" in text(client.get(address))


def test_a_data_officer_sees_every_row_and_mends_none(above: Above, returned: UUID, sign_in: SignIn) -> None:
    row = UpwardRow.objects.get()
    address = f"{HOME}rows/{row.id}/"
    page = text(sign_in("data-officer").get(address))
    assert "由澜川市行政审批局的资源管理员改正。" in page
    assert sign_in("data-officer").post(address, {"area": "990102"}).status_code == 403
    assert sign_in("housing-owner").get(address).status_code == 404
    assert "没有退回的报送" in text(sign_in("housing-owner").get(RETURNED))
    for name, status in (("food-approver", 403), ("linxia", 403)):
        for page in (HOME, RETURNED, PAGE, address):
            assert sign_in(name).get(page).status_code == status


def test_a_library_that_cannot_be_reached_says_since_when_and_when_it_is_tried_again(
    above: Above, paper: UUID, sign_in: SignIn
) -> None:
    above.faults(down=True)
    send()
    client = sign_in("approval-owner")
    home = text(client.get(HOME))
    assert "连不通：报告自身出错" in home
    assert "发了 1 次" in home
    assert "起连不通：报告自身出错。报送会自动再发，存的副本还能看。" in text(client.get(PAGE))


def test_reconciliation_shows_what_differs_and_what_to_do_and_does_it(
    above: Above, paper: UUID, sign_in: SignIn
) -> None:
    send()
    identifier = Certificate.objects.get(pk=paper).identifier
    above.control(forget=identifier)
    client = sign_in("approval-owner")
    assert "还没有对过账" in text(client.get(PAGE))
    assert client.post(PAGE)["Location"] == PAGE
    assert "正在对账，做完会出现在下面" in text(client.get(PAGE))
    assert client.post(PAGE).status_code == 409
    reconcile()
    page = text(client.get(PAGE))
    for words in (identifier, "上级没有", "以本市的记录为准：重新报送。", "1 条差异待处理"):
        assert words in page
    settle = f"{PAGE}differences/{Difference.objects.get().pk}/"
    assert settle in page
    assert sign_in("data-officer").post(settle).status_code == 403
    client = sign_in("approval-owner")
    assert client.post(settle)["Location"] == PAGE
    page = text(client.get(PAGE))
    assert "差异已处理" in page
    assert settle not in page
    assert client.post(settle).status_code == 404
    assert send() == 1


def test_a_run_that_failed_says_why(above: Above, sign_in: SignIn, who: Who) -> None:
    above.faults(down=True)
    ask_reconciliation(LIBRARY, by=who("data-officer"))
    reconcile()
    assert "没有对成：报告自身出错" in text(sign_in("data-officer").get(PAGE))


@pytest.mark.parametrize("asked", ["run=x", "after=x", "after=%00", "run=" + "0" * 40, "after=" + "9" * 30])
def test_addresses_that_nobody_made_show_the_page(above: Above, sign_in: SignIn, asked: str) -> None:
    client = sign_in("data-officer")
    assert client.get(f"{PAGE}?{asked}").status_code == 200
    assert client.get(f"{RETURNED}?{asked}").status_code == 200
    assert client.get(f"{HOME}nowhere/").status_code == 404


def test_pages_ask_as_often_however_many_rows(
    above: Above, who: Who, gunian: Actor, follow: Callable[[], None], sign_in: SignIn
) -> None:
    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    client = sign_in("approval-owner")
    entered(who("food-approver"), gunian, days=10)
    follow()
    assert send() == 1
    before = {address: queries(address) for address in (HOME, RETURNED, PAGE)}
    for n in range(4):
        entered(who("food-approver"), gunian, days=10, number=f"JY2990102200{n}")
    follow()
    assert send() == 4
    assert len(returned_rows(who("approval-owner"))) == 5
    assert {address: queries(address) for address in before} == before
