"""A system asks for numbers one after another over HTTP; the worker notices, and the supervisor sees it."""

import json

from playwright.sync_api import Browser

from tests.city import until
from tests.faults.gateway_city import POLICE, gateway_city
from tests.journeys.visitor import visiting


def test_numbers_tried_one_after_another_are_shown_to_the_supervisor(browser: Browser) -> None:
    with gateway_city("watched") as gateway:
        for n in range(6):
            asked = {"keys": {"id_number": f"99011119900101{n:03}X"}, "claims": {"name": "无名"}}
            reply = gateway.signed(gateway.posted(json.dumps(asked).encode(), POLICE))
            assert reply.status == 403, reply.body.decode()
        until(
            lambda: gateway.city.count("select count(*) from exchange_lead where pattern = 'sequence'"),
            what="the worker finds the run",
        )
        with visiting(browser, f"http://localhost:{gateway.ports[0]}") as come:
            visitor = come()
            visitor.open("/audit/leads/")
            visitor.sign_in_as("席慎")
            assert "一个挨一个地试号码" in visitor.words()
            visitor.look()
            visitor.page.get_by_role("link", name="一个挨一个地试号码").click()
            assert visitor.page.get_by_role("link", name="拒绝读取数据").count() == 6
            visitor.look()
            visitor.answer({"words": "对方测试时循环调用，已停"})
            visitor.press("记入账本")
            assert "对方测试时循环调用，已停" in visitor.words()
