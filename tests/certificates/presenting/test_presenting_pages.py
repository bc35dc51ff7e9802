"""The pages of presenting, without a script: on this device, on another one, at the window; each state says what to do."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.test import Client

from tests.cases.conftest import Who
from tests.certificates.presenting.conftest import MATERIAL
from tests.certificates.presenting.wallet import Wallet
from tests.certificates.test_changes import change
from tests.portals.public.test_public_pages import text
from tongban.cases.api import (
    acknowledge_notice,
    attach_document,
    get_application,
    save_answers,
    submit_application,
    tell_once,
)
from tongban.cases.models import Handed
from tongban.certificates.api import get_presentation
from tongban.certificates.presenting.models import Presentation
from tongban.demo.scene import picture
from tongban.exchange.api import evidence_of
from tongban.identity.api import find_account
from tongban.journal.api import Actor
from tongban.kernel import clock

SignIn = Callable[[str], Client]


@pytest.fixture
def her(sign_in: SignIn, gunian: Actor) -> Client:
    assert gunian
    return sign_in("gunian")


def begin(her: Client, draft: str, *, device: str) -> str:
    """The address of a presentation that she began on the page."""
    answer = her.post(f"/my/applications/{draft}/present/{MATERIAL}/", {"device": device})
    assert answer.status_code == 302
    return str(answer["Location"])


def link_on(page: str) -> str:
    """The link into a wallet on a page."""
    (found,) = re.findall(r'href="(openid4vp://[^"]+)"', page)
    return html.unescape(found)


def test_she_sees_what_will_be_asked_before_anything_is(her: Client, draft: str) -> None:
    form = text(her.get(f"/my/applications/{draft}/form/papers/"))
    assert f"/my/applications/{draft}/present/{MATERIAL}/" in form
    page = text(her.get(f"/my/applications/{draft}/present/{MATERIAL}/"))
    for words in (
        "澜川市公安局青石分局",
        "不动产权证号、权利人、登簿日期、电子证照标识",
        "办理「居住证申领」",
        "居住证暂行条例",
    ):
        assert words in page
    assert not Presentation.objects.exists()


def test_on_the_same_device_the_wallet_leads_back_and_only_then_it_counts(
    her: Client, draft: str, holding: Wallet, gunian: Actor
) -> None:
    address = begin(her, draft, device="here")
    waiting = her.get(address)
    assert waiting["Refresh"] == "5"
    request = holding.fetch(link_on(text(waiting)))
    back = holding.show(request).json()["redirect_uri"]
    assert not evidence_of(draft)
    assert "还没有采用" in text(her.get(address))
    found = urlsplit(back)
    assert found.path == address
    assert len(parse_qs(found.query)["response_code"][0]) >= 32
    answer = her.get(f"{found.path}?{found.query}")
    assert (answer.status_code, answer["Location"]) == (302, address)
    page = text(her.get(address))
    assert "已经作为材料收下" in page
    assert "顾念" in page
    (read,) = evidence_of(draft)
    assert read.values["holder_name"] == "顾念"
    assert get_application(draft, by=gunian).material(MATERIAL).outcome == "presented"
    assert "已从钱包出示，不用上传" in text(her.get(f"/my/applications/{draft}/form/papers/"))
    again = her.get(f"{found.path}?{found.query}")
    assert again.status_code == 409
    assert "已经有了结果" in text(again)


def test_a_link_back_that_arrives_in_another_session_is_not_taken(
    her: Client, draft: str, holding: Wallet
) -> None:
    address = begin(her, draft, device="here")
    back = urlsplit(holding.show(holding.fetch(link_on(text(her.get(address))))).json()["redirect_uri"])
    elsewhere = Client()
    elsewhere.force_login(find_account("gunian"))
    answer = elsewhere.get(f"{back.path}?{back.query}")
    assert answer.status_code == 409
    assert "这次出示不是从这个浏览器窗口发起的，不能采用。请在原来的窗口打开，或者重新出示。" in text(answer)
    stranger = Client()
    stranger.force_login(find_account("linxia"))
    assert stranger.get(f"{back.path}?{back.query}").status_code == 404
    assert not evidence_of(draft)
    assert her.get(f"{back.path}?{back.query}").status_code == 302


def test_a_guessed_response_code_is_not_taken(her: Client, draft: str, holding: Wallet) -> None:
    address = begin(her, draft, device="here")
    holding.show(holding.fetch(link_on(text(her.get(address)))))
    answer = her.get(f"{address}?response_code=guessed")
    assert answer.status_code == 409
    assert "回来的链接不是这次出示的。请从钱包里重新出示。" in text(answer)
    assert not evidence_of(draft)


def test_who_does_not_come_back_leaves_nothing_behind(her: Client, draft: str, holding: Wallet) -> None:
    address = begin(her, draft, device="here")
    back = urlsplit(holding.show(holding.fetch(link_on(text(her.get(address))))).json()["redirect_uri"])
    row = Presentation.objects.get()
    assert row.held is not None
    assert "顾念".encode() not in bytes(row.held)
    Presentation.objects.update(ends_at=clock.real_now() - timedelta(seconds=1))
    answer = her.get(f"{back.path}?{back.query}")
    assert answer.status_code == 409
    assert "内容已经删除" in text(answer)
    assert "重新出示" in text(her.get(address))


def test_what_was_suspended_before_she_came_back_is_not_taken(
    her: Client, draft: str, holding: Wallet, title: UUID, who: Who
) -> None:
    address = begin(her, draft, device="here")
    back = urlsplit(holding.show(holding.fetch(link_on(text(her.get(address))))).json()["redirect_uri"])
    change(title, who("lanchuan-land-approver"), to="suspend", ground="suspend-penalty")
    answer = her.get(f"{back.path}?{back.query}")
    assert answer.status_code == 409
    assert "这份证照的状态变了，不能采用" in text(answer)
    assert not evidence_of(draft)


def test_a_wallet_that_declines_leads_back_without_a_code(her: Client, draft: str, holding: Wallet) -> None:
    address = begin(her, draft, device="here")
    back = urlsplit(holding.decline(holding.fetch(link_on(text(her.get(address))))).json()["redirect_uri"])
    assert (back.path, back.query) == (address, "")
    page = text(her.get(address))
    assert "持证人没有同意出示。" in page
    assert "不出示不影响申请" in page


def test_another_device_scans_a_code_and_the_page_finds_out_by_itself(
    her: Client, draft: str, holding: Wallet, gunian: Actor
) -> None:
    address = begin(her, draft, device="other")
    waiting = her.get(address)
    page = text(waiting)
    assert "openid4vp://" not in page
    assert "<svg" in waiting.content.decode()
    assert "等钱包出示" in page
    view = get_presentation(UUID(address.split("/")[-2]), by=gunian)
    request = holding.fetch(view.link)
    assert "钱包已取走请求，等持证人同意" in text(her.get(address))
    holding.show(request)
    received = her.get(address)
    assert "Refresh" not in received
    assert "已经作为材料收下" in text(received)


def test_who_waits_long_is_told_what_may_be_the_matter_and_may_stop_the_page(her: Client, draft: str) -> None:
    address = begin(her, draft, device="other")
    assert "等得有点久" not in text(her.get(address))
    Presentation.objects.update(ends_at=clock.real_now() + timedelta(minutes=3))
    assert "先从「我的证照」领到钱包里" in text(her.get(address))
    stopped = her.get(f"{address}?still=1")
    assert "Refresh" not in stopped
    assert "恢复自动更新" in text(stopped)
    Presentation.objects.update(ends_at=clock.real_now() - timedelta(seconds=1))
    over = her.get(address)
    assert "五分钟里没有收到钱包的答复" in text(over)
    assert f"/my/applications/{draft}/present/{MATERIAL}/" in text(over)


def test_what_is_not_believed_is_said_with_the_way_to_try_again(
    her: Client, draft: str, holding: Wallet
) -> None:
    address = begin(her, draft, device="here")
    request = holding.fetch(link_on(text(her.get(address))))
    holding.show(request, holding.bound(holding.chosen(["number"]), request))
    page = text(her.get(address))
    assert "出示的内容里没有：持证主体、登簿日期。请重新出示，并同意给出这几项。" in page
    assert "出示的内容没有保存。" in page
    assert "重新出示" in page


def test_an_agent_shows_nobodys_wallet(her: Client, draft: str, client: Client) -> None:
    client.force_login(find_account("linxia"))
    assert client.get(f"/my/applications/{draft}/present/{MATERIAL}/").status_code == 404
    assert her


@pytest.fixture
def returned(draft: str, gunian: Actor, who: Who) -> str:
    """Her application at the window, where the paper that she handed in was not good enough."""
    save_answers(
        number=draft, answers={"home-address": "青石街 118 号", "contact-phone": "16099010016"}, by=gunian
    )
    acknowledge_notice(number=draft, by_hand=(), by=gunian)
    for material in (MATERIAL, "photo"):
        name, data = picture("agreement.pdf")
        attach_document(number=draft, material=material, name=name, data=data, by=gunian)
    submit_application(number=draft, seen=None, by=gunian)
    tell_once(number=draft, reasons={MATERIAL: "看不清"}, seen=None, by=who("clerk3"))
    return draft


def test_at_the_window_the_clerk_asks_and_sees_what_was_received(
    returned: str, client: Client, holding: Wallet, who: Who
) -> None:
    client.force_login(find_account("clerk3"))
    intake = text(client.get(f"/counter/intake/{returned}/"))
    assert f"/counter/intake/{returned}/present/{MATERIAL}/" in intake
    before = text(client.get(f"/counter/intake/{returned}/present/{MATERIAL}/"))
    assert "青石区综合窗口" in before or "政务服务中心" in before
    address = client.post(f"/counter/intake/{returned}/present/{MATERIAL}/")["Location"]
    assert "不要替申请人操作" in text(client.get(address))
    view = get_presentation(UUID(address.split("/")[-2]), by=who("clerk3"))
    assert holding.show(holding.fetch(view.link)).json() == {}
    page = text(client.get(address))
    assert "已经作为材料收下" in page
    assert "顾念" in page
    (read,) = [one for one in evidence_of(returned) if one.resource == "e-real-estate-certificate"]
    assert read.consumer == "qingshi.center"
    assert Handed.objects.get(application=returned, material=MATERIAL).state == "ready"
    her = Client()
    her.force_login(find_account("gunian"))
    assert her.get(f"/my/presentations/{view.id}/").status_code == 404


def test_she_answers_the_notice_from_her_wallet(returned: str, her: Client) -> None:
    page = text(her.get(f"/my/applications/{returned}/supplement/"))
    assert f"/my/applications/{returned}/present/{MATERIAL}/" in page


def test_only_the_window_asks(returned: str, client: Client) -> None:
    address = f"/counter/intake/{returned}/present/{MATERIAL}/"
    client.force_login(find_account("clerk1"))
    assert client.get(address).status_code == 404
    client.force_login(find_account("qingshi-police-examiner"))
    assert client.get(address).status_code == 403
