"""Her certificates: shown on the telephone, shared with a stranger who opens it once, and what became of it."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from tests.certificates.wallet import Wallet, claims_of
from tests.journeys.conftest import Arrive

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
SHOWN = re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}")


def test_she_shows_and_shares_a_certificate_and_sees_who_looked(come: Arrive) -> None:
    her, stranger, offline = come(), come(), come(without_scripts=True)
    her.sign_in_as("林夏")
    her.open("/my/certificates/")
    her.look()
    her.press("营业执照")
    sheet = her.path
    her.press("亮证")
    first = SHOWN.search(her.words())
    assert first
    offline.open(f"/verify/{first[0]}/")
    assert "当面亮证" in offline.words()
    her.press("换一个新码")
    assert first[0] not in her.words()
    her.open(sheet)
    her.press("共享给别人看")
    her.press("先看看对方会看到什么")
    assert her.page.title().startswith("错误：")
    her.answer({"receiver": "澜川公寓管理处", "cause": "租铺面时核对经营资格", "items": "holder-name"})
    her.press("先看看对方会看到什么")
    assert "租铺面时核对经营资格" in her.words()
    her.press("给出共享码")
    code = CODE.search(her.words())
    assert code
    stranger.open("/shared/")
    stranger.look()
    stranger.answer({"code": code[0]})
    stranger.press("下一步")
    stranger.press("打开，只能看一次")
    assert "这一页十五分钟后关上" in stranger.words()
    her.page.reload()
    assert "已用掉" in her.words()
    her.press("这份证照的使用记录")
    assert "凭共享码查看" in her.words()
    her.page.get_by_role("link", name=re.compile("看对方拿走的加注件")).first.click()
    her.look()
    assert "对方看到的内容" in her.words()
    her.complaints[:] = [one for one in her.complaints if "422" not in one]


def test_the_window_opens_what_she_shared_and_types_are_public(come: Arrive) -> None:
    clerk, stranger = come(), come()
    clerk.open("/counter/certificates/shared/")
    clerk.sign_in_as("苏棠")
    clerk.look()
    clerk.answer({"code": "0000-0000-0000"})
    clerk.press("下一步")
    assert "没有这个共享码" in clerk.words()
    clerk.complaints[:] = [one for one in clerk.complaints if "404" not in one]
    stranger.open("/certificate-types/")
    stranger.look()
    stranger.press("食品经营许可证")
    assert "食品安全法实施条例" in stranger.words()


def at_once(ask: Callable[[], Any]) -> list[str]:
    """The same asked twice at the same moment: each answer as its status, or the code of its refusal."""
    together = Barrier(2)

    def one() -> Any:
        together.wait()
        return ask()

    with ThreadPoolExecutor(2) as pool:
        answers = [answer.result() for answer in (pool.submit(one), pool.submit(one))]
    return sorted(str(one.json().get("error", one.status_code)) for one in answers)


def keep(answers: list[Any], answer: Any) -> Any:
    answers.append(answer)
    return answer


def test_she_puts_a_certificate_into_a_wallet_that_somebody_else_wrote_and_ends_it(come: Arrive) -> None:
    her, stranger = come(), come(without_scripts=True)
    her.sign_in_as("林夏")
    her.open("/my/certificates/")
    her.press("营业执照")
    her.press("放进钱包")
    assert "还没有放进过钱包" in her.words()
    her.answer({"label": "我的手机"})
    her.press("开一个领取码")
    link = her.page.get_by_role("link", name="在这部手机的钱包里打开").get_attribute("href")
    assert link
    wallet = Wallet(her.address)
    wallet.take(link)
    her.press("看验证码")
    digits = re.search(r"\b\d{6}\b", her.words())
    assert digits
    assert at_once(lambda: wallet.redeem(digits[0])) == ["200", "invalid_grant"]
    request = wallet.request()
    answers: list[Any] = []
    assert at_once(lambda: keep(answers, wallet.ask(request))) == ["200", "invalid_nonce"]
    [answer] = [one.json() for one in answers if one.status_code == 200]
    [given] = answer["credentials"]
    assert claims_of(given["credential"])["title"] == "营业执照"
    told = {"notification_id": answer["notification_id"], "event": "credential_accepted"}
    assert wallet.ask(told, at="notification_endpoint").status_code == 204
    her.press("领取码")
    assert "已放进钱包" in her.words()
    her.press("在哪些钱包里")
    her.press("我的手机")
    assert "钱包回报已存好" in her.words()
    stranger.open("/verify/")
    stranger.answer({"code": given["credential"]})
    stranger.press("核验")
    assert "钱包里的这一份" not in stranger.words()
    assert "有效" in stranger.words()
    her.press("停用这个钱包里的证照")
    assert "您已停用" in her.words()
    stranger.open("/verify/")
    stranger.answer({"code": given["credential"]})
    stranger.press("核验")
    assert "钱包里的这一份" in stranger.words()
