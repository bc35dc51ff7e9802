"""Whom an outside system names in a case of its own sees agency, system and number, and may ask why."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from tests.conftest import Speaking
from tongban.exchange.api import Caller, put_case, register_subsystem, trust_address
from tongban.exchange.models import Grant
from tongban.identity.api import find_actor
from tongban.identity.models import Person
from tongban.journal.api import drain
from tongban.kernel import clock

pytestmark = pytest.mark.django_db
CODE = "GOV/lanchuan.fire/inspection"


def test_a_case_registered_about_her_is_in_her_footprint_and_can_be_questioned(
    sign_in: Callable[[str], Client], speaking_as: Speaking
) -> None:
    officer, linxia = find_actor("data-officer"), Person.objects.get(name="林夏")
    register_subsystem(code=CODE, title="消防检查系统", by=officer)
    trust_address(subsystem=CODE, address="10.1.2.3", valid_to=None, by=officer)
    Grant.objects.create(
        code="fire-place", consumer="lanchuan.fire", subsystem=CODE, resource="real-estate",
        items=["area"], purpose="核对场所", cites=[{"law": "消防法", "article": "第十五条"}],
        case_kinds=["fire-check"], valid_from=date(2026, 1, 1), source="test",
    )  # fmt: skip
    put_case(
        number="XF-2026-1",
        kinds=["fire-check"],
        people=[linxia.id_number],
        until=clock.today() + timedelta(days=9),
        caller=Caller(CODE, "address:10.1.2.3", 0, "n1"),
    )
    with speaking_as("sequencer"):
        drain()
    client = sign_in("linxia")
    page = client.get("/my/footprint/").content.decode()
    line = next(part for part in page.split("<li id=") if "XF-2026-1" in part)
    for words in ("澜川市消防救援支队", "消防检查系统", "外部系统登记办件", "这样对吗？"):
        assert words in line, words
    assert f"{CODE}/XF" not in line, "she reads the number that the agency would name"
    assert client.get(f"/my/footprint/{line.split(chr(34))[1].removeprefix('use-')}/").status_code == 200
