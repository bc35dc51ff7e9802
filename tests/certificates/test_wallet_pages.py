"""放进钱包 on pages: the QR code and the six digits apart, the wallets with their dates, ending one."""

import json
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.test import Client

from tests.cases.conftest import Who
from tests.certificates.test_changes import change
from tests.certificates.wallet import Wallet
from tests.portals.public.test_public_pages import text
from tongban.certificates.models import wallets
from tongban.portals.design import limits

SignIn = Callable[[str], Client]


def opened(hers: Client, at: str, label: str = "我的手机") -> str:
    """The page of a new offer."""
    answer = hers.post(at, {"label": label})
    assert answer.status_code == 302
    return str(answer["Location"])


def link_on(page: str) -> str:
    """The link for a wallet on this telephone."""
    found = re.search(r'href="(openid-credential-offer:[^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def digits_on(page: str) -> str:
    return re.search(r"\b\d{6}\b", page.partition("tb-card__code")[2]).group()  # type: ignore[union-attr]


def test_link_and_digits_are_on_two_pages_that_nobody_keeps(sign_in: SignIn, food: UUID) -> None:
    hers = sign_in("gunian")
    assert "放进钱包" in text(hers.get(f"/my/certificates/{food}/"))
    at = opened(hers, f"/my/certificates/{food}/wallets/")
    first, second = hers.get(at), hers.get(f"{at}code/")
    assert (first["Cache-Control"], second["Cache-Control"]) == ("no-store", "no-store")
    digits = digits_on(text(second))
    assert digits not in text(first)
    assert "openid-credential-offer" not in text(second)
    assert "<svg" in text(first)
    offer = json.loads(parse_qs(urlsplit(link_on(text(first))).query)["credential_offer"][0])
    assert offer["grants"]
    assert "等钱包来取" in text(hers.get(f"/my/certificates/{food}/wallets/"))
    assert sign_in("linxia").get(at).status_code == 404


def test_a_wallet_that_fetched_it_is_listed_with_its_date_and_ended(sign_in: SignIn, food: UUID) -> None:
    hers, address = sign_in("gunian"), f"/my/certificates/{food}/wallets/"
    assert "还没有放进过钱包" in text(hers.get(address))
    at = opened(hers, address)
    wallet = Wallet()
    wallet.take(link_on(text(hers.get(at))))
    wallet.redeem(digits_on(text(hers.get(f"{at}code/"))))
    assert "正在取证照" in text(hers.get(at))
    assert wallet.ask().status_code == 200
    assert "已放进钱包" in text(hers.get(at))
    assert "验证码已经用过" in text(hers.get(f"{at}code/"))
    listed = text(hers.get(address))
    assert "我的手机" in listed
    assert "可以用" in listed
    copy = f"/my/wallet-copies/{wallets.WalletCopy.objects.get().id}/"
    assert copy in listed
    page = text(hers.get(copy))
    assert "停用不能撤销" in page
    assert f"/trust/entries/{wallets.WalletText.objects.get().entry}/" in page
    assert sign_in("linxia").post(copy).status_code == 404
    hers = sign_in("gunian")
    assert hers.post(copy)["Location"] == copy
    assert "您已停用" in text(hers.get(copy))
    used = text(hers.get(f"/my/certificates/{food}/uses/"))
    assert "签发到您的钱包" in used
    assert "钱包里的证照停用" in used


def test_what_no_longer_holds_is_not_offered(sign_in: SignIn, food: UUID, who: Who) -> None:
    change(food, who("food-approver"), to="suspend", ground="suspend-penalty")
    hers, address = sign_in("gunian"), f"/my/certificates/{food}/wallets/"
    assert "不能再放进钱包" in text(hers.get(address))
    refused = hers.post(address, {"label": ""})
    assert refused.status_code == 409
    assert "不能放进钱包" in text(refused)


def test_a_long_name_is_sent_back_and_offers_are_limited(
    sign_in: SignIn,
    food: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "WALLET_OFFER", limits.Limit("wallet-offer", 2, limits.WALLET_OFFER.window))
    hers, address = sign_in("gunian"), f"/my/certificates/{food}/wallets/"
    long = hers.post(address, {"label": "长" * 31})
    assert long.status_code == 422
    assert "请控制在 30 字以内，现在是 31 字。" in text(long)
    opened(hers, address)
    assert hers.post(address, {"label": ""}).status_code == 429


def test_an_offer_is_taken_back(sign_in: SignIn, food: UUID) -> None:
    hers = sign_in("gunian")
    at = opened(hers, f"/my/certificates/{food}/wallets/", label="")
    assert hers.post(f"{at}withdraw/")["Location"] == at
    page = text(hers.get(at))
    assert "已收回" in page
    assert "openid-credential-offer" not in page
    assert "没有起名的钱包" not in text(hers.get(f"/my/certificates/{food}/wallets/"))


def test_a_running_case_promises_its_certificate_to_a_wallet(sign_in: SignIn, permit: str) -> None:
    hers, address = sign_in("linxia"), f"/my/cases/{permit}/wallet/"
    assert address in text(hers.get(f"/my/applications/{permit.rpartition('-')[0]}/"))
    assert "办成后直接放进钱包" in text(hers.get(address))
    at = opened(hers, address)
    wallet = Wallet()
    wallet.take(link_on(text(hers.get(at))))
    wallet.redeem(digits_on(text(hers.get(f"{at}code/"))))
    assert wallet.ask().status_code == 202
    assert "办成后会自己来取" in text(hers.get(at))
    assert "钱包在等办结" in text(hers.get(address))
    assert hers.get("/my/cases/9901-77/wallet/").status_code == 404
    assert sign_in("gunian").get(address).status_code == 404
