"""Acts beside the table on the pages of officers and applicant: forms, lists, tasks, letters, deputies."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.cases.conftest import view_of
from tests.documents.examples import text_of
from tests.portals.public.test_public_pages import text
from tongban.cases.api import CaseView, ask_recusal, decide, examine, tended
from tongban.identity.api import find_actor
from tongban.journal.api import Actor
from tongban.kernel import clock

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def food(number: str, by: Actor) -> CaseView:
    return view_of(number, by).case("food-permit")


@pytest.fixture
def granted(permit: str) -> str:
    examine(number=permit, proposes="granted", words="可", seen=None, by=find_actor("food-examiner"))
    decide(number=permit, result="granted", words="准予许可", seen=None, by=find_actor("food-approver"))
    return permit


def test_the_head_extends_from_the_workbench_and_the_letter_says_why(
    sign_in: SignIn, permit: str, linxia: Actor
) -> None:
    address = f"/counter/cases/{permit}/"
    assert "延长的理由" not in text(sign_in("food-examiner").get(address))
    head = sign_in("approval-head")
    page = text(head.get(address))
    assert "延长的理由" in page
    refused = head.post(address, {"verb": "extend", "extend-words": " "})
    assert refused.status_code == 422
    assert "请填写延长的理由" in text(refused)
    sent = head.post(address, {"verb": "extend", "extend-words": "检验机构排期"})
    assert sent.status_code == 302
    page = text(head.get(address))
    assert "检验机构排期" in page
    assert "延长的理由" not in page
    held = food(permit, linxia).formality("extend")
    assert held
    for who, place in (("approval-head", "counter"), ("linxia", "my")):
        letter = sign_in(who).get(f"/{place}/cases/{permit}/letters/{held.id}.pdf")
        words = text_of(letter.content)
        assert "延长办理期限告知书" in words
        assert "因检验机构排期，不能在" in words
        assert "《行政许可法》第四十二条第一款" in words
        assert "延长10个工作日" in words


def test_a_formality_without_a_letter_has_no_file(sign_in: SignIn, granted: str, linxia: Actor) -> None:
    held = food(granted, linxia).formality("publish")
    assert held
    officer = sign_in("food-examiner")
    assert officer.get(f"/counter/cases/{granted}/letters/{held.id}.pdf").status_code == 404
    other = "00000000-0000-7000-8000-000000000000"
    assert officer.get(f"/counter/cases/{granted}/letters/{other}.pdf").status_code == 404


def test_a_review_is_asked_listed_answered_and_shown(sign_in: SignIn, permit: str, linxia: Actor) -> None:
    material = next(
        one.code
        for one in view_of(permit, linxia).materials
        if one.document and "food-permit" in one.needed_by_codes
    )
    form = {
        "verb": "consult",
        "consult-agency": "lanchuan.urban",
        "consult-materials": [material],
        "consult-words": "门前占道吗",
    }
    examiner = sign_in("food-examiner")
    assert examiner.post(f"/counter/cases/{permit}/", form).status_code == 302
    assert "撤回会签：澜川市城市管理局" in text(examiner.get(f"/counter/cases/{permit}/"))
    urban = sign_in("urban-adviser")
    listed = text(urban.get("/counter/formalities/"))
    assert "并联审查（会签）" in listed
    (row,) = [one for one in tended(find_actor("urban-adviser")) if one.case == permit]
    address = f"/counter/reviews/{row.view.id}/"
    page = text(urban.get(address))
    assert "门前占道吗" in page
    assert "林夏" not in page
    assert urban.get(f"{address}{material}/").status_code == 200
    assert urban.get(f"{address}floor-plan-2/").status_code == 404
    assert urban.post(address, {"words": "x"}).status_code == 422
    assert urban.post(address, {"agrees": "yes", "words": "不占道"}).status_code == 302
    assert "不占道" in text(sign_in("food-examiner").get(f"/counter/cases/{permit}/"))
    assert sign_in("fire-examiner").get(address).status_code == 403


def test_a_hand_over_is_claimed_on_its_page(sign_in: SignIn, granted: str) -> None:
    inspector = sign_in("market-inspector")
    (row,) = [one for one in tended(find_actor("market-inspector")) if one.case == granted]
    address = f"/counter/hand-overs/{row.view.id}/"
    assert address in text(inspector.get("/counter/formalities/"))
    assert "青石区林夏小馆" in text(inspector.get(address))
    assert inspector.post(address, {"seen": row.view.version}).status_code == 302
    assert "认领日期" in text(inspector.get(address))
    assert inspector.post(address, {"seen": row.view.version}).status_code == 409


def test_the_head_decides_a_recusal_on_the_workbench(sign_in: SignIn, permit: str, linxia: Actor) -> None:
    ask_recusal(number=permit, officer="LC-SP-003", words="有亲属关系", seen=None, by=linxia)
    address = f"/counter/cases/{permit}/"
    assert "提交审查意见" not in text(sign_in("food-examiner").get(address))
    head = sign_in("approval-head")
    assert "决定回避：韩笛" in text(head.get(address))
    form = {"verb": "recuse-decided", "target": "LC-SP-003", "recuse-decided-words-LC-SP-003": "属实"}
    wrong = head.post(address, form)
    assert wrong.status_code == 422
    assert "请选择回避还是不回避" in text(wrong)
    assert head.post(address, {**form, "recuse-decided-withdraws-LC-SP-003": "yes"}).status_code == 302
    assert "属实" in text(head.get(address))


def test_a_deputy_is_named_on_the_page_and_decides_on_the_workbench(sign_in: SignIn, permit: str) -> None:
    examine(number=permit, proposes="granted", words="可", seen=None, by=find_actor("food-examiner"))
    assert "理由和依据" not in text(sign_in("food-inspector").get(f"/counter/cases/{permit}/"))
    approver = sign_in("food-approver")
    today = clock.today()
    form = {"deputy": "LC-SP-004", "begins_on": f"{today}", "ends_on": "", "reason": "出差"}
    assert approver.post("/counter/deputies/", form).status_code == 422
    form["ends_on"] = f"{today + timedelta(days=2)}"
    assert approver.post("/counter/deputies/", form).status_code == 302
    again = approver.post("/counter/deputies/", form)
    assert again.status_code == 409
    assert "已经有人代理您" in text(again)
    assert "代理中" in text(approver.get("/counter/deputies/"))
    deputy = sign_in("food-inspector")
    assert "指定代理人" not in text(deputy.get("/counter/deputies/"))
    sent = deputy.post(
        f"/counter/cases/{permit}/", {"verb": "decide", "result": "granted", "reasons": "准予"}
    )
    assert sent.status_code == 302
    assert "由乔木（代葛岩）批准" in text(deputy.get(f"/counter/cases/{permit}/"))


def test_the_applicant_signs_for_the_decision_and_has_the_proof_in_writing(
    sign_in: SignIn, granted: str, linxia: Actor
) -> None:
    person = sign_in("linxia")
    number = granted.rpartition("-")[0]
    assert "决定书还没有送达，去签收" in text(person.get(f"/my/applications/{number}/"))
    address = f"/my/cases/{granted}/steps/"
    refused = person.post(address, {"step": "receive"})
    assert refused.status_code == 422
    assert "请先勾选同意电子送达" in text(refused)
    assert person.post(address, {"step": "receive", "receive-agreed": "on"}).status_code == 302
    page = text(person.get(address))
    assert "电子送达" in page
    held = food(granted, linxia).formality("deliver")
    assert held
    letter = text_of(person.get(f"/my/cases/{granted}/letters/{held.id}.pdf").content)
    assert "送达回证" in letter
    assert "本人登录签收" in letter
    assert person.post(address, {"step": "fly"}).status_code == 404


def test_the_applicant_asks_for_recusal_by_post_and_reads_no_officers_name(
    sign_in: SignIn, permit: str
) -> None:
    person = sign_in("linxia")
    address = f"/my/cases/{permit}/steps/"
    page = text(person.get(address))
    assert "食品经营许可承办人" in page
    assert "韩笛" not in page
    form = {"step": "recuse-asked", "recuse-asked-officer": "LC-SP-003", "recuse-asked-words": ""}
    assert person.post(address, form).status_code == 422
    assert person.post(address, {**form, "recuse-asked-words": "有纠纷"}).status_code == 302
    page = text(person.get(address))
    assert "有纠纷" in page
    assert "韩笛" not in page


def test_an_archived_case_says_so_and_offers_only_the_head_to_open_it(
    sign_in: SignIn, granted: str, linxia: Actor
) -> None:
    from tongban.cases.api import archive, claim, publish, receive

    receive(number=granted, agreed=True, seen=None, by=linxia)
    publish(number=granted, seen=None, by=find_actor("food-examiner"))
    inspector = find_actor("market-inspector")
    (row,) = [one for one in tended(inspector) if one.case == granted]
    claim(hand_over=row.view.id, seen=None, by=inspector)
    examiner = sign_in("food-examiner")
    assert "归档，以后不能再改" in text(examiner.get(f"/counter/cases/{granted}/"))
    archive(number=granted, seen=None, by=find_actor("food-examiner"))
    page = text(examiner.get(f"/counter/cases/{granted}/"))
    assert "归档，不能再改动" in page
    assert 'name="verb"' not in page
    assert "调卷的理由" in text(sign_in("approval-head").get(f"/counter/cases/{granted}/"))


def test_a_licence_is_revoked_on_the_workbench_with_letter_and_remedies(
    sign_in: SignIn, granted: str, linxia: Actor
) -> None:
    approver = sign_in("food-approver")
    address = f"/counter/cases/{granted}/"
    page = text(approver.get(address))
    assert "以欺骗、贿赂等不正当手段取得许可" in page
    form = {"verb": "revoke", "revoke-ground": "revoke-fraud", "revoke-words": ""}
    wrong = approver.post(address, form)
    assert wrong.status_code == 422
    assert "请填写事实和理由" in text(wrong)
    assert approver.post(address, {**form, "revoke-words": "提供了虚假的场地证明"}).status_code == 302
    assert "许可已撤销" in text(approver.get(address))
    held = food(granted, linxia).formality("revoke")
    assert held
    person = sign_in("linxia")
    letter = text_of(person.get(f"/my/cases/{granted}/letters/{held.id}.pdf").content)
    for words in (
        "撤销决定书",
        "以欺骗、贿赂等不正当手段",
        "提供了虚假的场地证明",
        "《行政许可法》第六十九条",
        "申请行政复议",
    ):
        assert words in letter, words
    assert "许可已撤销" in text(person.get(f"/my/applications/{granted.rpartition('-')[0]}/"))


def test_a_slip_is_corrected_and_the_grant_published_for_everybody(
    sign_in: SignIn, client: Client, granted: str
) -> None:
    approver = sign_in("food-approver")
    address = f"/counter/cases/{granted}/"
    form = {
        "verb": "correct",
        "correct-before": "许可",
        "correct-after": "食品经营许可",
        "correct-words": "笔误",
    }
    assert approver.post(address, {**form, "correct-before": "没有"}).status_code == 422
    assert approver.post(address, form).status_code == 302
    assert "许可 → 食品经营许可" in text(approver.get(address))
    assert approver.post(address, {"verb": "publish"}).status_code == 302
    client.logout()
    page = text(client.get("/decisions/?agency=lanchuan.approval"))
    assert "青石区林夏小馆" in page
    assert "还没有公开的许可决定" in text(client.get("/decisions/?agency=lanchuan.fire"))
    assert client.get("/decisions/?agency=nowhere&after=x").status_code == 200


def test_a_hearing_goes_its_way_over_the_pages(sign_in: SignIn, permit: str, linxia: Actor) -> None:
    address, mine = f"/counter/cases/{permit}/", f"/my/cases/{permit}/steps/"
    examiner = sign_in("food-examiner")
    form = {"verb": "hearing", "hearing-words": "拟不予许可"}
    assert examiner.post(address, form).status_code == 302
    assert "登记听证申请" in text(examiner.get(address))
    person = sign_in("linxia")
    number = permit.rpartition("-")[0]
    assert "您可以申请听证，去选择" in text(person.get(f"/my/applications/{number}/"))
    assert person.post(mine, {"step": "hearing-asked"}).status_code == 422
    assert person.post(mine, {"step": "hearing-asked", "hearing-asked-asks": "yes"}).status_code == 302
    examiner = sign_in("food-examiner")
    day = clock.today() + timedelta(days=8)
    notice = {
        "verb": "hearing-set",
        "hearing-set-held_on": "soon",
        "hearing-set-place": "三楼听证室",
        "hearing-set-presider": "LC-SP-007",
    }
    assert "请填写日期" in text(examiner.post(address, notice))
    assert examiner.post(address, {**notice, "hearing-set-held_on": day.isoformat()}).status_code == 302
    assert "三楼听证室" in text(sign_in("linxia").get(mine))
    party = {"verb": "interested", "interested-name": "楼上住户", "interested-words": "油烟"}
    examiner = sign_in("food-examiner")
    assert examiner.post(address, party).status_code == 302
    heard = {"verb": "interested-heard", "target": "楼上住户", "interested-heard-words-楼上住户": "装烟道"}
    assert examiner.post(address, heard).status_code == 302
    assert "装烟道" in text(examiner.get(address))
    page = text(sign_in("linxia").get(mine))
    assert "装烟道" not in page
    assert "楼上住户" not in page
