"""From the request under 我的 to two officers and back, by the pages; notices and parked objects."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from tests.conftest import Speaking
from tests.ledger.behind import *  # noqa: F403 - a superuser
from tests.ledger.behind import LogAll, act
from tests.ledger.conftest import logs  # noqa: F401 - used by name
from tests.portals.public.test_public_pages import text
from tongban.exchange.api import carry_out_erasures, erasures_of
from tongban.journal.api import Actor, run_subscribers
from tongban.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]
SignIn = Callable[[str], Client]


@pytest.fixture
def later(linxia: Actor, log_all: LogAll) -> Iterator[None]:
    act("早年的事", linxia.person)
    log_all()
    with clock.fixed(clock.now() + timedelta(days=4 * 366)):
        yield


@pytest.fixture
def asked(later: None, sign_in: SignIn, linxia: Actor) -> UUID:
    answer = sign_in("linxia").post("/my/erasure/", {"reason": "早已办完"})
    assert answer.status_code == 302
    return erasures_of(UUID(linxia.key))[0].id


def test_she_sees_what_may_go_before_she_asks(later: None, sign_in: SignIn) -> None:
    page = text(sign_in("linxia").get("/my/erasure/"))
    assert "可以删除 1 条" in page
    assert "《个人信息保护法》第四十七条第一款第一项" in page
    assert "未核对" in page


def test_without_a_reason_nothing_is_asked(later: None, sign_in: SignIn) -> None:
    answer = sign_in("linxia").post("/my/erasure/", {"reason": ""})
    assert answer.status_code == 422
    assert "请写明理由" in text(answer)


def test_two_officers_agree_and_she_reads_the_day_the_last_backup_dies(
    asked: UUID, sign_in: SignIn, speaking_as: Speaking
) -> None:
    page = text(sign_in("linxia").get("/my/erasure/"))
    assert "已收到，等审查" in page
    assert 'name="reason"' not in page
    examiner = sign_in("data-officer")
    assert f"/counter/erasures/{asked}/" in text(examiner.get("/counter/erasures/"))
    assert "可以销毁 1 条" in text(examiner.get(f"/counter/erasures/{asked}/"))
    form = {"verb": "order", "seen": "1", "ground": ""}
    assert examiner.post(f"/counter/erasures/{asked}/", form).status_code == 422
    form["ground"] = "purpose-ended"
    assert examiner.post(f"/counter/erasures/{asked}/", form).status_code == 302
    assert "没有等您处理的" in text(examiner.get("/counter/erasures/"))
    second = sign_in("security-officer")
    assert "复核同意" in text(second.get(f"/counter/erasures/{asked}/"))
    assert second.post(f"/counter/erasures/{asked}/", {"verb": "confirm", "seen": "2"}).status_code == 302
    with speaking_as("sequencer"):
        assert carry_out_erasures() == 1
    page = text(sign_in("linxia").get("/my/erasure/"))
    day = clock.today() + timedelta(days=35)
    assert "销毁了 1 条" in page
    assert f"{day.year}年{day.month}月{day.day}日" in page


def test_a_refusal_comes_with_reasons_and_remedies(sign_in: SignIn, linxia: Actor, log_all: LogAll) -> None:
    act("今天的事", linxia.person)
    log_all()
    her = sign_in("linxia")
    her.post("/my/erasure/", {"reason": "删了吧"})
    (view,) = erasures_of(UUID(linxia.key))
    examiner = sign_in("data-officer")
    page = text(examiner.get(f"/counter/erasures/{view.id}/"))
    assert "提出销毁，送复核" not in page
    form = {"verb": "refuse", "seen": "1", "words": "保存期限没有届满。"}
    assert examiner.post(f"/counter/erasures/{view.id}/", form).status_code == 302
    page = text(sign_in("linxia").get("/my/erasure/"))
    for words in (
        "不予删除",
        "保存期限没有届满。",
        "《网络安全法》第二十三条第三项",
        "人民法院",
        "停止其他处理",
    ):
        assert words in page, words


def test_other_officers_have_no_such_page(asked: UUID, sign_in: SignIn) -> None:
    refused = sign_in("clerk1").get(f"/counter/erasures/{asked}/")
    assert refused.status_code == 403
    assert "数据专员" in text(refused)


def test_she_is_told_what_the_agencies_did_and_reads_it_away(
    licensed: str, log_all: LogAll, sign_in: SignIn, speaking_as: Speaking
) -> None:
    log_all()
    with speaking_as("sequencer"):
        while run_subscribers():
            pass
    her = sign_in("linxia")
    assert "条未读" in text(her.get("/my/"))
    page = text(her.get("/my/notices/"))
    assert "作出决定" in page
    assert f"/my/applications/{licensed}/" in page
    until = page.split('name="until" value="')[1].split('"')[0]
    her.post("/my/notices/", {"until": until})
    assert "没有未读的消息" in text(her.get("/my/"))
    assert "还没有消息" in text(sign_in("xunian").get("/my/notices/"))


def test_an_operator_sees_what_is_parked_and_has_it_tried_again(
    sign_in: SignIn, linxia: Actor, log_all: LogAll, speaking_as: Speaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.journal import subscribers
    from tongban.journal.api import Delivery, subscribe

    def fails(_delivery: Delivery) -> None:
        raise ValueError("no")

    monkeypatch.setattr(subscribers, "_subscribers", {})
    seen: list[Delivery] = []
    subscribe("test-page", kinds=["test.done.v1"], effect=fails)
    act("卡住", linxia.person)

    def work() -> None:
        log_all()
        with speaking_as("sequencer"):
            while run_subscribers():
                pass

    work()
    operator = sign_in("operator")
    page = text(operator.get("/counter/parked/"))
    assert "thing:卡住" in page
    assert "ValueError" in page
    subscribe("test-page", kinds=["test.done.v1"], effect=seen.append)
    answer = operator.post("/counter/parked/", {"subscriber": "test-page", "object": "thing:卡住"})
    assert answer.status_code == 302
    work()
    assert [one.entry.object for one in seen] == ["thing:卡住"]
    assert "没有停放的对象" in text(operator.get("/counter/parked/"))
