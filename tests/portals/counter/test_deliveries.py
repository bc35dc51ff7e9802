"""Delivery at the window: who took the decision, the paper shown, signed or by code; by post under a number."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.cases.conftest import Who, view_of
from tests.portals.conftest import browser_of
from tests.portals.public.test_public_pages import text
from tongban.cases.api import decide, examine
from tongban.identity.api import get_person
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock

pytestmark = pytest.mark.django_db
PASSPORT = {
    "step": "window",
    "taker": "self",
    "paper": "passport",
    "paper_number": "E12345678",
    "signed": "on",
}


@pytest.fixture
def window(db: None) -> Client:
    return browser_of("clerk1")


@pytest.fixture
def her(db: None) -> Client:
    return browser_of("linxia")


@pytest.fixture
def decided(permit: str, who: Who) -> str:
    """The number of a decided food permit whose decision waits at the window."""
    examine(number=permit, proposes="granted", words="可", seen=None, by=who("food-examiner"))
    decide(number=permit, result="granted", words="准予许可", seen=None, by=who("food-approver"))
    return permit


def proof_of(number: str, by: Actor) -> tuple[str, str, str]:
    held = view_of(number.rpartition("-")[0], by).case("food-permit").formality("deliver")
    assert held
    return held.state, held.way_words, held.answer


def own_number(who: Actor) -> str:
    assert who.person
    return get_person(who.person).id_number


def test_the_applicant_signs_on_paper_and_only_four_characters_of_her_number_are_kept(
    window: Client, decided: str, linxia: Actor
) -> None:
    assert f"/counter/deliveries/{decided}/" in text(window.get("/counter/deliveries/"))
    page = f"/counter/deliveries/{decided}/"
    number = own_number(linxia)
    taken = {"step": "window", "taker": "self", "paper": "id-card", "paper_number": number, "signed": "on"}
    assert window.post(page, taken).status_code == 302
    said = f"林夏（申请人本人）领取，出示居民身份证（尾号 {number[-4:]}），在送达回证上签名。"
    assert proof_of(decided, linxia) == ("done", "直接送达", said)
    shown = text(window.get(page))
    assert said in shown
    assert "送达回证" in shown
    assert number not in shown
    assert decided not in text(window.get("/counter/deliveries/"))
    again = window.post(page, taken)
    assert (again.status_code, "决定书已经送达，不用再送。" in text(again)) == (409, True)


def test_somebody_takes_it_for_her_with_her_code(
    window: Client, her: Client, decided: str, linxia: Actor
) -> None:
    page = f"/counter/deliveries/{decided}/"
    first, code = (
        re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", text(her.post(f"/my/cases/{decided}/pickup/")))
        for _ in range(2)
    )
    assert first
    assert code
    taken = {
        "step": "window",
        "taker": "other",
        "name": "许念",
        "relation": "朋友",
        "paper": "passport",
        "paper_number": "E12345678",
    }
    old = window.post(page, {**taken, "code": first[0]})
    assert (old.status_code, "领件码不对，或者已经过了时间" in text(old)) == (422, True)
    assert window.post(page, {**taken, "code": code[0].lower()}).status_code == 302
    said = "许念（代林夏领取，朋友）领取，出示护照（尾号 5678），凭申请人的领件码。"
    assert proof_of(decided, linxia) == ("done", "直接送达", said)
    (entry,) = timeline(case_numbers=[decided], kinds=["case.delivered.v1"])
    assert "许念" not in str(entry.content)
    assert her.post(f"/my/cases/{decided}/pickup/").status_code == 409


def test_a_code_ends_after_half_an_hour_and_is_the_applicants_own(
    window: Client, her: Client, decided: str
) -> None:
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", text(her.post(f"/my/cases/{decided}/pickup/")))
    assert code
    assert browser_of("xunian").post(f"/my/cases/{decided}/pickup/").status_code in {403, 404}
    with clock.fixed(clock.now() + timedelta(minutes=31)):
        late = window.post(f"/counter/deliveries/{decided}/", {**PASSPORT, "signed": "", "code": code[0]})
        assert late.status_code == 422


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"paper": "card"}, "请选择出示的证件。"),
        ({"paper_number": "12"}, "请填写证件号码。"),
        ({"signed": ""}, "请输入领件码，或者请领件人在送达回证上签名后勾选。"),
        (
            {"paper": "id-card", "paper_number": "110101190001010018"},
            "这不是申请人的身份证号码。别人代领的，请写明代领人。",
        ),
        ({"taker": "other", "name": "许念"}, "请填写和申请人的关系。"),
        ({"taker": "other", "relation": "朋友"}, "请填写领件人的姓名。"),
    ],
)
def test_a_delivery_without_proof_is_none(
    window: Client, decided: str, linxia: Actor, given: dict[str, str], sentence: str
) -> None:
    answer = window.post(f"/counter/deliveries/{decided}/", {**PASSPORT, **given})
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert proof_of(decided, linxia)[0] == "open"


def test_by_post_the_number_is_kept_and_the_signature_counts(
    window: Client, her: Client, decided: str, linxia: Actor
) -> None:
    page = f"/counter/deliveries/{decided}/"
    early = window.post(page, {"step": "received", "signer": "林夏", "day": clock.today().isoformat()})
    assert (early.status_code, "还没有记邮件编号" in text(early)) == (409, True)
    for wrong in ("", "短", "EE1", "E" * 21):
        answer = window.post(page, {"step": "post", "mail": wrong})
        assert (answer.status_code, "8 到 20 位字母和数字" in text(answer)) == (422, True)
    assert window.post(page, {"step": "post", "mail": "ee 1234 5678 9cn"}).status_code == 302
    again = window.post(page, {"step": "post", "mail": "EE123456789CN"})
    assert again.status_code == 409
    assert "EE123456789CN" in text(her.get(f"/my/cases/{decided}/steps/"))
    before = (clock.today() - timedelta(days=1)).isoformat()
    for day, sentence in ((before, "签收日期不能早于寄出"), ("", "请填写日期")):
        answer = window.post(page, {"step": "received", "signer": "林夏", "day": day})
        assert (answer.status_code, sentence in text(answer)) == (422, True)
    nobody = window.post(page, {"step": "received", "signer": "", "day": clock.today().isoformat()})
    assert (nobody.status_code, "请填写签收人。" in text(nobody)) == (422, True)
    day = clock.today().isoformat()
    assert window.post(page, {"step": "received", "signer": "林夏", "day": day}).status_code == 302
    assert proof_of(decided, linxia) == ("done", "邮寄送达", "邮件 EE123456789CN，林夏签收。")


def test_another_window_delivers_nothing(decided: str) -> None:
    assert browser_of("food-examiner").get(f"/counter/deliveries/{decided}/").status_code == 403
