"""The ledger's home says who watches and what the last audit found; files and places lead to acts; entries are open."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.conftest import Speaking
from tests.portals.public.test_public_pages import text
from tests.portals.public.test_trust import logged, public_act  # noqa: F401 - an application in the log
from tongban.certificates.api import certificates_of
from tongban.journal.api import Actor, drain, find_entries, run_subscribers, timeline
from tongban.kernel import clock
from tongban.ledger.api import audit, create_logs, log_heads, prove, sequence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]
SignIn = Callable[[str], Client]


def log_all(speaking_as: Speaking) -> None:
    with speaking_as("sequencer"):
        while drain().placed:
            pass
        for origin in ("acts", "public"):
            while sequence(origin):
                pass
        while run_subscribers():
            pass


def test_without_outside_witness_and_audit_the_page_says_so(logged: str, client: Client) -> None:  # noqa: F811
    page = text(client.get("/trust/"))
    assert "没有设置外部见证人" in page
    assert "还没有做过自查" in page


def test_the_last_audit_is_shown_with_its_findings(
    logged: str,  # noqa: F811
    client: Client,
    speaking_as: Speaking,
) -> None:
    with speaking_as("owner"), connection.cursor() as cursor:
        cursor.execute(
            "update journal_entry set basis = 'x' where id = (select entry from journal_placed order by position limit 1)"
        )
    audit()
    log_all(speaking_as)
    page = text(client.get("/trust/"))
    assert "发现 1 处问题" in page
    assert "逐条核对" in page


def test_a_log_that_stands_still_is_said_in_red(logged: str, client: Client, clerk: Actor) -> None:  # noqa: F811
    from tongban.cases.api import get_application
    from tongban.portals.public.views import trust

    get_application(logged, by=clerk)
    assert "这本账停了" not in text(client.get("/trust/"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trust, "STOPPED_AFTER", timedelta(0))
        page = text(client.get("/trust/"))
    assert "这本账停了" in page
    assert "有 1 条已经记录，还没有入账" in page


def test_the_public_log_is_browsed_by_kind_and_page(
    logged: str,  # noqa: F811
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tongban.portals.public.views import trust

    monkeypatch.setattr(trust, "PAGE", 2)
    page = text(client.get("/trust/entries/"))
    assert page.count('role="rowheader"') == 2
    assert "提交申请" not in page
    size = next(head.size for head in log_heads() if head.origin == "public")
    assert f"before={size - 2}" in page
    only = text(client.get("/trust/entries/", {"kind": "pack.activated.v1"}))
    assert only.count("启用内容包</a>") + only.count("启用内容包<span") == 2
    assert "启用密钥<span" not in only


def test_a_public_entry_shows_its_content_and_holds(client: Client, public_act: UUID) -> None:  # noqa: F811
    page = text(client.get(f"/trust/entries/{public_act}/"))
    assert "在账、未改动" in page
    assert "lanchuan" in page
    assert f"/trust/proofs/{public_act}/" in page


def test_an_entry_of_acts_shows_nothing_of_what_it_says(client: Client, logged: str) -> None:  # noqa: F811
    entry = timeline(case_numbers=[logged], kinds=["application.submitted.v1"])[0]
    page = text(client.get(f"/trust/entries/{entry.id}/"))
    assert "在账、未改动" in page
    assert "提交申请" not in page
    assert "账里的内容" not in page


def test_an_unknown_entry_has_no_page(client: Client, logged: str) -> None:  # noqa: F811
    answer = client.get(f"/trust/entries/{UUID(int=7)}/")
    assert answer.status_code == 404
    assert "账本里没有这一条记录" in text(answer)


def test_a_place_in_a_log_leads_to_its_entry(client: Client, public_act: UUID) -> None:  # noqa: F811
    (act,) = find_entries([public_act])
    page = text(client.get("/trust/", {"entry": f"public {act.log_index}"}))
    assert "启用内容包" in page
    beyond = client.get("/trust/", {"entry": "public 123456789"})
    assert beyond.status_code == 404
    assert "这本账里没有这个序号" in text(beyond)


@pytest.fixture
def issued(licensed: str, speaking_as: Speaking, linxia: Actor) -> tuple[str, str, UUID]:
    """林夏's certificate: its text, its check code, its entry; everything logged."""
    with speaking_as("owner"):
        create_logs(inception=clock.real_now().astimezone(clock.CITY_ZONE).date())
    log_all(speaking_as)
    one = certificates_of(UUID(linxia.key))[0]
    return one.sd_jwt, one.printed_code, one.entry


def test_a_certificates_file_and_code_lead_to_its_issuance(
    client: Client, issued: tuple[str, str, UUID]
) -> None:
    token, code, entry = issued
    (act,) = find_entries([entry])
    place = f"第 {act.log_index} 条"
    digest = hashlib.sha256(token.split("~", 1)[0].encode()).hexdigest()
    for asked in (code, digest, digest.upper()):
        page = text(client.get("/trust/", {"entry": asked}))
        assert "在账、未改动" in page, asked
        assert place in page
    sent = client.post("/trust/file/", {"file": SimpleUploadedFile("zheng.txt", f"{token}\n".encode())})
    assert sent.headers["Location"] == f"/trust/?entry={digest}#checked"


def test_a_proof_file_is_checked_when_it_is_sent(client: Client, public_act: UUID) -> None:  # noqa: F811
    proof = prove(public_act)
    good = client.post("/trust/file/", {"file": SimpleUploadedFile("a.tlog-proof", proof.encode())})
    assert "在账、未改动" in text(good)
    spoiled = proof.replace("index ", "index 1", 1)
    bad = client.post("/trust/file/", {"file": SimpleUploadedFile("a.tlog-proof", spoiled.encode())})
    assert "没有核对上" in text(bad)


def test_an_unknown_file_is_told_what_can_be_checked(client: Client, logged: str) -> None:  # noqa: F811
    answer = client.get("/trust/", {"entry": "ab" * 32})
    assert answer.status_code == 404
    assert "没有哪一步写着这份文件的指纹" in text(answer)
    nothing = client.post("/trust/file/", {})
    assert nothing.status_code == 422
    assert "请先选择一个文件" in text(nothing)
