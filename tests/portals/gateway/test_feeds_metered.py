"""Feeds under quota and in another's name, as single calls are."""

import secrets

import pytest

from tests.exchange.calling import Answer, Message, Signer, send
from tests.portals.gateway.test_feeds import CLIENT, PATH, _no_plans, ask, fed, follow, key, lines, officer
from tests.portals.gateway.test_xroad import told
from tongban.exchange.metering.leases import forget
from tongban.exchange.models import Grant
from tongban.journal.api import timeline

__all__ = ["_no_plans", "fed", "key", "officer"]
pytestmark = pytest.mark.django_db


def test_each_page_is_a_call_of_the_quota_and_then_the_caller_is_told_when_to_come_again(
    fed: Grant, key: Signer
) -> None:
    Grant.objects.filter(pk=fed.pk).update(quota=2)
    forget()
    first, second, third = follow(key, limit=10)
    assert (len(lines(first)), len(lines(second))) == (10, 10)
    assert third.status == 429
    assert third.headers["x-road-error"] == "Server.ServerProxy.QuotaExceeded"
    assert int(third.headers["retry-after"]) > 0
    assert "每天 2 次" in told(third)[2]
    Grant.objects.filter(pk=fed.pk).update(quota=3)
    forget()
    rest = send(ask(key, limit=10, cursor=second.headers["tongban-cursor"]))
    assert [row["record"] for row in lines(rest)] == ["B020", "B021", "B022", "B023", "B024"]


def test_a_page_that_was_refused_is_no_call_of_the_quota(fed: Grant, key: Signer) -> None:
    Grant.objects.filter(pk=fed.pk).update(quota=1)
    forget()
    for _call in range(3):
        assert send(ask(key, items="owner")).status in {400, 403}
        assert send(ask(key, limit=0)).status == 400
    assert send(ask(key)).status == 200
    assert send(ask(key)).status == 429


def test_a_feed_is_read_in_anothers_name_only_where_the_grant_names_that_party(
    fed: Grant, key: Signer
) -> None:
    def asked(party: str) -> Answer:
        headers = {"x-road-client": f"LC/{CLIENT}", "x-road-id": secrets.token_hex(8)}
        headers["x-road-represented-party"] = party
        return send(key.sign(Message(f"{PATH}/batch", headers=headers)))

    refused = asked("GOV/lanchuan.housing")
    assert refused.status == 403
    assert "没有写明可以代 GOV/lanchuan.housing 读取" in told(refused)[2]
    Grant.objects.filter(pk=fed.pk).update(represented=["GOV/lanchuan.housing"])
    assert asked("GOV/lanchuan.housing").status == 200
    assert timeline(objects=["feed:real-estate"])[-1].represented == "GOV/lanchuan.housing"
    assert send(ask(key)).status == 200
    assert timeline(objects=["feed:real-estate"])[-1].represented == ""
