"""The ledger's home: signed heads of both logs, and the proof of one act checked before one's eyes."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from tests.conftest import Speaking
from tests.portals.public.test_public_pages import text
from tongban.cases.api import get_application
from tongban.journal.api import Actor, drain, timeline
from tongban.kernel import clock
from tongban.ledger.api import create_logs, log_heads, read_policy, sequence, trust_policy, verify_proof

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]
SignIn = Callable[[str], Client]


@pytest.fixture
def logged(submitted: str, own_home: Path, speaking_as: Speaking) -> str:
    """林夏's submitted application, every act of it in the log."""
    with speaking_as("owner"):
        create_logs(inception=clock.real_now().astimezone(clock.CITY_ZONE).date())
    with speaking_as("sequencer"):
        while drain().placed:
            pass
        for origin in ("acts", "public"):
            while sequence(origin):
                pass
    return submitted


@pytest.fixture
def act(logged: str) -> UUID:
    """Her pressing 提交申请."""
    (entry,) = timeline(case_numbers=[logged], kinds=["application.submitted.v1"])
    return entry.id


@pytest.fixture
def public_act(logged: str) -> UUID:
    """The activation of a pack: in the log that everybody reads."""
    return timeline(objects=["pack:lanchuan"])[-1].id


def test_before_there_is_a_log_the_page_says_how_one_is_made(client: Client) -> None:
    assert "tongban ledger create" in text(client.get("/trust/"))


def test_both_logs_show_size_root_and_signed_checkpoint(logged: str, client: Client) -> None:
    page = text(client.get("/trust/"))
    heads = log_heads()
    assert {head.origin for head in heads} == {"acts", "public"}
    for head in heads:
        assert head.size > 0
        assert f"{head.size:,} 条" in page
        assert head.root.hex() in page
        assert head.checkpoint.split("\n")[-2] in page.replace("&#x27;", "'").replace("&quot;", '"')
    assert "/trust/policy.txt" in page
    assert "tongban verify --trust" in page


def test_every_page_leads_to_it(client: Client) -> None:
    assert 'href="/trust/"' in text(client.get("/"))


def test_a_stranger_sees_that_an_act_is_logged_and_unaltered_but_not_what_it_says(
    client: Client, act: UUID, logged: str
) -> None:
    page = text(client.get("/trust/", {"entry": str(act)}))
    assert "在账、未改动" in page
    assert "旁支 1" in page
    head = next(one for one in log_heads() if one.origin == "acts")
    assert page.count(head.root.hex()) == 2
    for hidden in ("提交申请", logged, "审批局", "下载证明文件", "林夏"):
        assert hidden not in page, hidden
    refused = client.get(f"/trust/proofs/{act}/")
    assert refused.status_code == 403
    assert "谁登录后才能下载" in text(refused)


def test_she_sees_what_it_says_and_takes_a_proof_that_holds_offline(
    sign_in: SignIn, act: UUID, linxia: Actor
) -> None:
    her = sign_in("linxia")
    page = text(her.get("/trust/", {"entry": str(act)}))
    assert "提交申请" in page
    assert f"/trust/proofs/{act}/" in page
    proof = her.get(f"/trust/proofs/{act}/")
    assert proof.headers["Content-Disposition"].endswith('"application.submitted.v1.tlog-proof"')
    checked = verify_proof(proof.content, read_policy(trust_policy()))
    assert any(part and part.get("subject") == linxia.key for part in checked.contents)


def test_another_person_is_a_stranger(sign_in: SignIn, act: UUID) -> None:
    other = sign_in("xunian")
    assert "提交申请" not in text(other.get("/trust/", {"entry": str(act)}))
    assert other.get(f"/trust/proofs/{act}/").status_code == 403


def test_what_is_in_the_public_log_is_everybodys(client: Client, public_act: UUID) -> None:
    page = text(client.get("/trust/", {"entry": str(public_act)}))
    assert "启用内容包" in page
    checked = verify_proof(client.get(f"/trust/proofs/{public_act}/").content, read_policy(trust_policy()))
    assert checked.kind == "pack.activated.v1"


def test_her_application_number_lists_its_acts(sign_in: SignIn, logged: str, act: UUID) -> None:
    page = text(sign_in("linxia").get("/trust/", {"entry": logged}))
    assert f"/trust/?entry={act}#checked" in page
    assert page.count('href="/trust/?entry=') == len(
        timeline(case_numbers=[logged, *[f"{logged}-0{n}" for n in range(1, 6)]])
    )


@pytest.mark.parametrize(
    ("given", "status", "sentence"),
    [
        ("99010020261125000000", 422, "只有本人登录后可以查"),
        ("01a21610-24ed-7458-9553-b69580f9f7e5", 404, "账本里没有这一条记录"),
        ("x" * 36, 422, "账目编号不对"),
        ("<script>", 422, "只有本人"),
    ],
)
def test_what_cannot_be_found_is_said_at_the_box(
    client: Client, logged: str, given: str, status: int, sentence: str
) -> None:
    response = client.get("/trust/", {"entry": given})
    assert response.status_code == status
    assert sentence in text(response)
    assert "<title>错误：" in text(response)
    assert "<script>" not in text(response).replace("<script src=", "")


def test_anothers_application_number_is_as_if_there_were_none(sign_in: SignIn, logged: str) -> None:
    response = sign_in("xunian").get("/trust/", {"entry": logged})
    assert response.status_code == 404
    assert "不属于您" in text(response)


def test_an_act_altered_in_the_database_is_found_out(
    client: Client, act: UUID, speaking_as: Speaking
) -> None:
    with speaking_as("owner"), connection.cursor() as cursor:
        cursor.execute("update journal_entry set agency = 'lanchuan.fire' where id = %s", [act])
        assert cursor.rowcount == 1
    page = text(client.get("/trust/", {"entry": str(act)}))
    assert "算不到签名的根" in page
    assert "在账、未改动" not in page


def test_an_act_just_recorded_is_asked_to_wait(client: Client, logged: str, clerk: Actor) -> None:
    get_application(logged, by=clerk)
    (viewed,) = timeline(case_numbers=[logged], kinds=["application.viewed.v1"])
    response = client.get("/trust/", {"entry": str(viewed.id)})
    assert response.status_code == 503
    assert "几秒后进入账本" in text(response)
