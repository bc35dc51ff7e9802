"""The pages of sharing: ask, answer item by item, dispute, stop, hand back, the week on one page."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import Speaking
from tests.exchange.sharing import ASKER, HEALTH, OFFICER, OWNER, PAPER, after_limit, answer, ask
from tongban.exchange.api import get_request, my_requests, raise_dispute, send_digests
from tongban.exchange.models import Grant
from tongban.identity.api import find_actor
from tongban.journal.api import drain, run_subscribers
from tongban.kernel import clock

SignIn = Callable[[str], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]


def text(response: HttpResponse) -> str:
    return response.content.decode()


def file(name: str = "批准.pdf", data: bytes = PAPER) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def form(page: str, **more: Any) -> dict[str, Any]:
    """What an officer sends from the form of an asking page."""
    token = page.split('name="token" value="')[1].split('"', maxsplit=1)[0]
    given = {
        "token": token,
        "items": ["lessor", "use"],
        "purpose": "核对承租情况",
        "bases": ["food-licensing"],
        "case_kinds": ["food-permit"],
        "quota": "500",
        "valid_to": str(clock.today() + timedelta(days=300)),
        "approved_by": "负责人甲",
        "approval": file(),
        "agreement": file("协议.pdf"),
    }
    return {**given, **more}


def test_an_owner_of_another_agency_asks_from_the_page_of_a_resource(sign_in: SignIn) -> None:
    client = sign_in(ASKER)
    page = text(client.get("/catalogue/lease-filing/"))
    assert "以本部门名义申请" in page
    address = "/bureau/requests/new/lease-filing/"
    assert f'href="{address}"' in page
    page = text(client.get(address))
    assert "有条件共享：限于法定职责必需，只读申请人自己的租赁备案 《个人信息保护法》第三十四条" in page
    assert "食品经营许可" in page
    sent = form(page)
    made = client.post(address, sent)
    assert made.status_code == 302
    place = made.headers["Location"]
    sent |= {"approval": file(), "agreement": file()}
    assert client.post(address, sent).headers["Location"] == place
    page = text(client.get(place))
    assert "等待答复" in page
    assert "撤回还没有答复的部分" in page
    assert "怎么算的" in page
    assert "未核对" in page
    (row,) = my_requests(find_actor(ASKER))
    assert get_request(row.id, by=find_actor(ASKER)).quota == 500
    assert "500" in page
    listed = text(client.get("/bureau/requests/"))
    assert "核对承租情况" in listed


def test_the_button_is_not_for_people_nor_for_the_agency_itself(sign_in: SignIn, client: Client) -> None:
    for page in (client.get("/catalogue/lease-filing/"), sign_in(OWNER).get("/catalogue/lease-filing/")):
        assert "以本部门名义申请" not in text(page)
    assert "不用申请" in text(sign_in(OWNER).get("/bureau/requests/new/lease-filing/"))
    assert sign_in("linxia").get("/bureau/requests/new/lease-filing/").status_code == 403


def test_what_is_wrong_stands_at_its_field_and_the_papers_stay(sign_in: SignIn) -> None:
    client, address = sign_in(ASKER), "/bureau/requests/new/lease-filing/"
    bad = client.post(
        address, form(text(client.get(address)), purpose="", bases=[], quota="多", valid_to="明年")
    )
    assert bad.status_code == 422
    page = text(bad)
    for sentence in (
        "请写明用途",
        "请至少选一条履职依据",
        "每日次数请填",
        "请填写授权到期日",
        "已上传：批准.pdf",
    ):
        assert sentence in page
    assert page.count("checked") >= 3
    again = form(page, approval="", agreement="")
    for name in ("approval", "agreement"):
        again[f"{name}-kept"] = page.split(f'name="{name}-kept" value="')[1].split('"')[0]
    forged = {**again, "approval-kept": "00000000-0000-0000-0000-000000000001:x"}
    assert "请上传部门负责人批准" in text(client.post(address, forged))
    assert client.post(address, again).status_code == 302


def test_a_file_that_is_no_paper_is_told_at_its_field(sign_in: SignIn) -> None:
    client, address = sign_in(ASKER), "/bureau/requests/new/lease-filing/"
    sent = form(text(client.get(address)), approval=file("批准.exe", b"MZ"))
    response = client.post(address, sent)
    assert response.status_code == 422
    assert "不是可以接收的文件" in text(response)


def test_asking_twice_for_a_purpose_keeps_what_was_typed(sign_in: SignIn) -> None:
    ask()
    client, address = sign_in(ASKER), "/bureau/requests/new/lease-filing/"
    response = client.post(address, form(text(client.get(address))))
    assert response.status_code == 409
    assert "正在等答复" in text(response)
    assert "负责人甲" in text(response)


def test_the_owner_answers_item_by_item_and_may_grant_all_as_the_catalogue_says(sign_in: SignIn) -> None:
    request, second = ask(), ask(purpose="核对装修情况")
    client = sign_in(OWNER)
    page = text(client.get("/bureau/requests/inbox/"))
    assert page.index(f"{request} 号") < page.index(f"{second} 号")
    place = f"/bureau/requests/{request}/"
    page = text(client.get(place))
    assert "逐项答复" in page
    assert "这个资源已有的授权" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    sent = {
        "verb": "answer",
        "seen": seen,
        "result.lessor": "grant",
        "conditions.lessor": ["duty-subject"],
        "result.use": "refuse",
    }
    bad = client.post(place, sent)
    assert bad.status_code == 422
    assert "不同意要有法律依据" in text(bad)
    assert re.search(r'name="conditions.lessor" value="duty-subject"\s+checked', text(bad))
    sent |= {"ground.use": "beyond-duty", "reason.use": "与用途无关。"}
    assert client.post(place, sent).status_code == 302
    page = text(client.get(place))
    assert "部分同意" in page
    assert "与用途无关" in page
    stale = client.post(place, sent)
    assert stale.status_code == 409
    assert "刚被别人改过" in text(stale)
    everything = {"verb": "answer", "then": "all"}
    assert client.post(f"/bureau/requests/{second}/", everything).status_code == 302
    assert Grant.objects.get(pk=f"request-{second:06d}").items == ["lessor", "use"]
    assert client.post(place, {"verb": "no-such"}).status_code == 404


def test_missing_papers_are_told_once_and_handed_in_later(sign_in: SignIn) -> None:
    request = ask()
    place = f"/bureau/requests/{request}/"
    client = sign_in(OWNER)
    assert client.post(place, {"verb": "tell-missing", "missing": ""}).status_code == 422
    assert client.post(place, {"verb": "tell-missing", "missing": "协议没有盖章。"}).status_code == 302
    asker = sign_in(ASKER)
    page = text(asker.get(place))
    assert "协议没有盖章" in page
    assert "补齐材料" in page
    given = {"verb": "supplement", "supplement": "已盖章。", "agreement": file("新协议.pdf")}
    assert asker.post(place, given).status_code == 302
    assert "新协议.pdf" in text(asker.get(place))


def test_an_assessment_is_filed_on_the_page_before_sensitive_items_are_granted(sign_in: SignIn) -> None:
    request = ask(resource="health-certificate", items=["certificate_no"], bases=["food-workers-health"])
    place, client = f"/bureau/requests/{request}/", sign_in(HEALTH)
    assert "先在下面把影响评估存档" in text(client.get(place))
    assert client.post(place, {"verb": "answer", "then": "all"}).status_code == 422
    said = {"verb": "assess", "necessity": "必要。", "risks": "可控。", "measures": ""}
    bad = client.post(place, {**said, "document": file("评估.pdf")})
    assert bad.status_code == 422
    kept = text(bad).split('name="document-kept" value="')[1].split('"')[0]
    assert client.post(place, {**said, "measures": "只核对。", "document-kept": kept}).status_code == 302
    assert "至少保存到" in text(client.get(place))
    assert client.post(place, {"verb": "answer", "then": "all"}).status_code == 302


def test_a_dispute_goes_from_the_agencies_to_the_authority_on_the_pages(sign_in: SignIn) -> None:
    request = ask()
    answer(request, refused=("lessor", "use"))
    place = f"/bureau/requests/{request}/"
    asker = sign_in(ASKER)
    raised = {"verb": "dispute", "items": ["use"], "reason": "审查要用。"}
    assert asker.post(place, {**raised, "items": []}).status_code == 422
    assert asker.post(place, raised).status_code == 302
    assert "协商" in text(asker.get("/bureau/disputes/"))
    owner = sign_in(OWNER)
    settle = {"verb": "answer-dispute", "words": "维持。"}
    assert owner.post(place, {**settle, "words": ""}).status_code == 422
    assert owner.post(place, settle).status_code == 302
    asker = sign_in(ASKER)
    assert asker.post(place, raised).status_code == 302
    officer = sign_in(OFFICER)
    page = text(officer.get("/bureau/disputes/"))
    assert "主管部门协调" in page
    assert "处理争议" in text(officer.get(place))
    shared = {**settle, "shared": ["use"], "conditions": ["duty-subject"]}
    assert officer.post(place, shared).status_code == 302
    page = text(officer.get(place))
    assert "同意共享" in page
    assert Grant.objects.get(pk=f"request-{request:06d}").items == ["use"]


def test_requests_grants_and_papers_are_closed_to_other_agencies(sign_in: SignIn) -> None:
    request = ask()
    answer(request, refused=("use",))
    raise_dispute(request=request, items=["use"], reason="要用", seen=None, by=find_actor(ASKER))
    view = get_request(request, by=find_actor(ASKER))
    paper = f"/bureau/requests/{request}/papers/{view.approval}/"
    grant = f"/bureau/grants/of/{view.grant}/"
    dispute = f"/bureau/disputes/{view.disputes[0].id}/"
    for who in (ASKER, OWNER, OFFICER):
        client = sign_in(who)
        assert client.get(paper).content.startswith(b"%PDF")
        assert "sandbox" in client.get(paper).headers["Content-Security-Policy"]
        assert client.get(grant).status_code == 200
        assert client.get(dispute).headers["Location"].endswith(f"/{request}/#dispute")
    stranger = sign_in("land-owner")
    pages = (f"/bureau/requests/{request}/", paper, grant, dispute, f"{grant}widen/")
    assert {stranger.get(page).status_code for page in pages} == {404}
    assert stranger.post(grant, {"verb": "stop", "reason": "试"}).status_code == 404
    other = ask(purpose="别的用途")
    elsewhere = f"/bureau/requests/{other}/papers/{view.approval}/"
    assert sign_in(ASKER).get(elsewhere).status_code == 404
    for who in ("clerk1", "auditor"):
        assert sign_in(who).get(f"/bureau/requests/{request}/").status_code == 403


def test_a_grant_is_stopped_with_a_reason_and_once(sign_in: SignIn) -> None:
    request = ask()
    answer(request)
    place = f"/bureau/grants/of/request-{request:06d}/"
    owner = sign_in(OWNER)
    assert "核对承租情况" in text(owner.get("/bureau/grants/given/"))
    assert owner.post(place, {"verb": "stop", "reason": " "}).status_code == 422
    assert owner.post(place, {"verb": "stop", "reason": "超出用途使用"}).status_code == 302
    assert owner.post(place, {"verb": "stop", "reason": "再停一次"}).status_code == 409
    page = text(sign_in(ASKER).get(place))
    assert "超出用途使用" in page
    assert "这项授权已经结束" in page


def test_the_holder_hands_back_widens_and_renews_from_the_page_of_a_grant(sign_in: SignIn) -> None:
    request = ask(valid_to=clock.today() + timedelta(days=50))
    answer(request)
    place = f"/bureau/grants/of/request-{request:06d}/"
    client = sign_in(ASKER)
    page = text(client.get("/bureau/grants/"))
    assert "快到期" in page
    assert "登录已过期" not in page
    for mode, title in (("widen", "申请增加信息项"), ("renew", "申请续期")):
        page = text(client.get(f"{place}{mode}/"))
        assert title in page
        assert client.post(f"{place}{mode}/", form(page, items=["area"])).status_code == 302
    assert client.get(f"{place}other/").status_code == 404
    assert client.post(place, {"verb": "return", "reason": ""}).status_code == 422
    assert client.post(place, {"verb": "return", "reason": "不用了"}).status_code == 302
    assert "已停用或者交还" in text(client.get(place))


def test_the_week_of_an_owner_is_one_page_and_is_announced(sign_in: SignIn, speaking_as: Speaking) -> None:
    late, answered = ask(), ask(purpose="别的用途")
    answer(answered, refused=("use",))
    due = get_request(late, by=find_actor(OWNER)).row.due_on
    with after_limit(due):
        send_digests()
        with speaking_as("sequencer"):  # type: ignore[attr-defined]
            drain()
            run_subscribers()
        client = sign_in(OWNER)
        page = text(client.get("/bureau/messages/"))
        assert "编发数据共享周报" in page
        assert f"{late} 号 · 房屋租赁登记备案信息 · 核对承租情况" in page
        link = page.split("/bureau/digest/?week=")[1].split('"')[0]
        assert client.get(f"/bureau/digest/?week={link}").status_code == 200
        page = text(client.get("/bureau/digest/"))
        assert "1 项等答复，其中 1 项超期" in page
        assert "没有部门读取" in page
        until = text(client.get("/bureau/messages/")).split('name="until" value="')[1].split('"')[0]
        assert client.post("/bureau/messages/", {"until": until}).status_code == 302
        assert 'name="until"' not in text(client.get("/bureau/messages/"))
    for week in ("x", "1-1", "9999-12-31", "0001-01-01"):
        assert client.get("/bureau/digest/", {"week": week}).status_code == 200
    assert sign_in(OFFICER).get("/bureau/digest/").status_code == 403


def test_lists_of_pages_ask_as_much_for_many_as_for_one(sign_in: SignIn) -> None:
    counts = []
    for purpose in ("甲用途", "乙用途", "丙用途"):
        answer(ask(purpose=purpose))
        request = ask(purpose=f"{purpose}之二")
        answer(request, refused=("use",))
        raise_dispute(request=request, items=["use"], reason="要用", seen=None, by=find_actor(ASKER))
        ask(purpose=f"{purpose}之三")
        asked = 0
        for who, pages in (
            (ASKER, ["requests/", "grants/", "messages/", "disputes/"]),
            (OWNER, ["requests/inbox/", "grants/given/", "digest/"]),
        ):
            client = sign_in(who)
            for page in pages:
                client.get(f"/bureau/{page}")
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(f"/bureau/{page}").status_code == 200
                asked += len(queries)
        counts.append(asked)
    assert counts[0] == counts[2]


def test_pages_go_on_after_the_last_row_and_take_no_nonsense(sign_in: SignIn) -> None:
    request = ask()
    client = sign_in(OWNER)
    due = get_request(request, by=find_actor(OWNER)).row.due_on
    assert f"{request} 号" not in text(client.get(f"/bureau/requests/inbox/?after={due}_{request}"))
    for page in ("requests/inbox/?after=x", "requests/?before=²", "disputes/?after=_", "messages/?before=x"):
        assert client.get(f"/bureau/{page}").status_code == 200
    assert client.get("/bureau/grants/given/?after=%00").status_code == 200
    assert client.get("/bureau/requests/99999999999999999999/").status_code == 404
