"""The supervisor sees how many cases outside systems register and are refused."""

from collections.abc import Callable

import pytest
from django.test import Client

from tongban.exchange.api import register_subsystem
from tongban.exchange.outside.models import CaseDay
from tongban.identity.api import find_actor
from tongban.kernel import clock

pytestmark = pytest.mark.django_db


def test_the_numbers_of_each_system_are_there_and_what_stands_out_is_said(
    sign_in: Callable[[str], Client],
) -> None:
    officer = find_actor("data-officer")
    for system, registered, refused in (("calm", 4, 1), ("trying", 1, 9), ("full", 500, 0)):
        code = f"GOV/lanchuan.fire/{system}"
        register_subsystem(code=code, title=f"系统 {system}", by=officer)
        CaseDay.objects.create(subsystem=code, day=clock.today(), registered=registered, refused=refused)
    page = sign_in("auditor").get("/audit/outside-cases/").content.decode()
    rows = {line.split("</a>")[0].rpartition("系统 ")[2]: line for line in page.split("<tr")[2:]}
    assert "正常" in rows["calm"]
    assert "被拒的比登记的多" in rows["trying"]
    assert "今天到了上限" in rows["full"]
    assert "object=subsystem" in rows["full"]


def test_without_any_the_page_says_so_and_only_auditors_open_it(sign_in: Callable[[str], Client]) -> None:
    assert "没有系统登记过外部办件" in sign_in("auditor").get("/audit/outside-cases/").content.decode()
    assert sign_in("data-officer").get("/audit/outside-cases/").status_code == 403
