"""The pages of keys: who has which, handed over by the security officer, revoked by two, signed anew before one's eyes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cases.conftest import *  # noqa: F403 - somebody with a licence
from tests.cases.conftest import Who
from tests.certificates.test_changes import entered
from tests.portals.public.test_public_pages import text
from tongban.certificates.api import begin_resealing, reseal
from tongban.kernel import clock
from tongban.keys.api import ensure_key, key_generations, key_orders, revoke_key, rotate_key

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
NAME = "issuer.lanchuan.approval"
PAGE = f"/bureau/keys/{NAME}/"
YESTERDAY = "2026-01-05"


def ordered(client: Client, **changed: str) -> str:
    given = {"verb": "order", "number": "1", "since": YESTERDAY, "at": "08:30", "reason": "密钥文件被拷走"}
    return text(client.post(PAGE, {**given, **changed}, follow=True))


def test_every_key_is_listed_with_whose_it_is_and_what_it_signs(sign_in: SignIn) -> None:
    page = text(sign_in("operator").get("/bureau/keys/"))
    for words in ("澜川市行政审批局", "签发证照，签状态名单", NAME, "在签", "给外面的人看的公钥"):
        assert words in page


def test_the_list_asks_as_much_for_many_keys_as_for_few(sign_in: SignIn) -> None:
    client = sign_in("operator")
    asked = []
    for more in (0, 30):
        for n in range(more):
            ensure_key(f"seal.bench.{n}", "ES256")
        client.get("/bureau/keys/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/bureau/keys/")
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_key_is_handed_over_on_its_page_and_both_sign_for_a_while(sign_in: SignIn) -> None:
    client = sign_in("security-officer")
    page = text(client.post(PAGE, {"verb": "rotate", "overlap": "14"}, follow=True))
    assert "新旧并用" in page
    assert len(key_generations(NAME)) == 2
    assert "旧的签到" in text(client.get("/bureau/keys/"))
    again = client.post(PAGE, {"verb": "rotate", "overlap": "14"})
    assert again.status_code == 422
    assert "上一次更换还没有结束" in text(again)


@pytest.mark.parametrize("given", ["", "多", "-1", "9999"])
def test_days_that_are_none_are_said_at_their_field_and_kept(sign_in: SignIn, given: str) -> None:
    response = sign_in("security-officer").post(PAGE, {"verb": "rotate", "overlap": given})
    assert response.status_code == 422
    assert "新旧并用的天数请填 0 到 365。" in text(response)
    assert f'value="{given}"' in text(response) or not given
    assert len(key_generations(NAME)) == 1


def test_one_orders_another_confirms_and_the_revoked_key_says_why_to_everybody(
    sign_in: SignIn,
) -> None:
    page = ordered(sign_in("security-officer"))
    assert "等复核" in page
    assert "复核同意" not in page
    (order,) = key_orders(NAME)
    assert clock.local(order.since).isoformat(timespec="minutes") == f"{YESTERDAY}T08:30+08:00"
    auditor = sign_in("auditor")
    assert "等复核的吊销" in text(auditor.get("/bureau/keys/"))
    page = text(auditor.get(PAGE))
    assert "复核同意，马上吊销" in page
    assert "提出吊销" not in page
    sent = {"verb": "confirm", "order": str(order.id), "seen": str(order.version)}
    page = text(auditor.post(PAGE, sent, follow=True))
    assert "已吊销" in page
    assert "密钥文件被拷走" in page
    assert [bool(key.revoked) for key in key_generations(NAME)] == [True, False]
    outside = text(Client().get("/trust/keys/"))
    assert "密钥文件被拷走" in outside
    assert f"{NAME}@2" in outside
    assert "/.well-known/jwt-vc-issuer/issuers/lanchuan.approval" in outside


def test_what_is_sent_back_leaves_the_key_signing(sign_in: SignIn) -> None:
    ordered(sign_in("security-officer"))
    (order,) = key_orders(NAME)
    page = text(sign_in("auditor").post(PAGE, {"verb": "return", "order": str(order.id)}, follow=True))
    assert "已退回" in page
    assert key_generations(NAME)[0].revoked is None


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"since": "昨天"}, "请写明从什么时候起可能被别人掌握，不能晚于现在。"),
        ({"at": "25:00"}, "请写明从什么时候起可能被别人掌握，不能晚于现在。"),
        ({"since": "2999-01-01"}, "不能晚于现在"),
        ({"reason": ""}, "请写明吊销的原因，500 字以内，任何人都能看到。"),
        ({"number": "7"}, "没有这一把密钥，请从列表里打开。"),
    ],
)
def test_an_order_that_lacks_something_is_said_at_its_field_and_nothing_typed_is_lost(
    sign_in: SignIn, changed: dict[str, str], sentence: str
) -> None:
    given = {"verb": "order", "number": "1", "since": YESTERDAY, "at": "08:30", "reason": "密钥文件被拷走"}
    response = sign_in("security-officer").post(PAGE, {**given, **changed})
    assert response.status_code == 422
    assert sentence in text(response)
    assert "密钥文件被拷走" in text(response) or not changed.get("reason", "x")
    assert key_orders(NAME) == []


def test_signing_anew_is_seen_with_how_far_it_is(sign_in: SignIn, who: Who) -> None:
    entered(who("food-approver"), who("gunian"), days=200)
    rotate_key(NAME, overlap=timedelta(0))
    revoke_key(NAME, number=1, since=clock.real_now() - timedelta(hours=1), reason="被盗")
    run = begin_resealing("lanchuan.approval", number=1)
    client = sign_in("operator")
    page = text(client.get(PAGE))
    assert "换签进度" in page
    assert "正在换签" in page
    assert "0 / 1" in page
    reseal(run)
    page = text(client.get(PAGE))
    assert "换签完毕" in page
    assert "1 / 1" in page


def test_others_are_kept_out_and_what_no_form_sends_is_not_found(sign_in: SignIn) -> None:
    assert sign_in("clerk1").get(PAGE).status_code == 403
    guard = sign_in("security-officer")
    assert guard.get("/bureau/keys/issuer.nobody/").status_code == 404
    for sent in ({"verb": "burn"}, {"verb": "confirm", "order": "x"}):
        assert guard.post(PAGE, sent).status_code == 404
    refused = sign_in("operator").post(PAGE, {"verb": "rotate", "overlap": "1"})
    assert refused.status_code == 403
    assert "由安全管理员办理" in text(refused)
    page = text(sign_in("operator").get("/bureau/keys/"))
    assert "我的资源" not in page
    assert "待审核" not in page


def test_strangers_see_which_key_is_whose(db: None) -> None:
    page = text(Client().get("/trust/keys/"))
    assert "澜川市行政审批局" in page
    assert "这个机关的 JWKS" in page
    assert "storage." not in page
    assert "/trust/keys/" in text(Client().get("/verify/"))
