"""Her certificates: shown on the telephone, shared with a stranger who opens it once, and what became of it."""

import re

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
