"""Proposing on a page that a paper goes, answering on another, and reading of it in public."""

from collections.abc import Callable

import pytest
from django.test import Client

from tongban.services.models import ItemDraft, ProofRemoval

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db
PAPER = "/proofs/residence-for-work/"
NEW = "/bureau/proofs/new/residence-for-work/employment-filing/"


def proposed(officer: Client) -> str:
    return str(officer.post(NEW, {"words": "居住证信息查得到。"})["Location"])


def test_a_proposal_goes_from_the_public_list_to_the_draft_of_the_agency(sign_in: SignIn) -> None:
    officer = sign_in("data-officer")
    assert NEW in officer.get(PAPER).content.decode()
    form = officer.get(NEW).content.decode()
    assert "两个部门互相要对方的证明" in form
    page = proposed(officer)
    assert "等部门答复" in officer.get(page).content.decode()
    editor = sign_in("qingshi-hrss-owner")
    assert "等本部门答复的" in editor.get("/bureau/proofs/").content.decode()
    assert (
        editor.post(page, {"verb": "agree", "seen": "1", "text": "不再要居住证复印件。"}).status_code == 302
    )
    assert "拟稿已经写好" in editor.get(page).content.decode()
    assert (
        ItemDraft.objects.get(item="employment-filing").terms["dropped"][-1]["proof"] == "residence-for-work"
    )
    assert "同意，等新版本发布" in Client().get(PAPER).content.decode()


def test_nothing_typed_is_lost_and_the_sentence_stands_at_its_box(sign_in: SignIn) -> None:
    officer = sign_in("data-officer")
    empty = officer.post(NEW, {"words": "  "})
    assert empty.status_code == 422
    assert "请写明建议的理由" in empty.content.decode()
    page = proposed(officer)
    editor = sign_in("qingshi-hrss-owner")
    answer = editor.post(page, {"verb": "keep", "seen": "1", "words": "要核对原件。"})
    assert answer.status_code == 422
    assert "请写明哪部法第几条" in answer.content.decode()
    assert "要核对原件。" in answer.content.decode()
    assert editor.post(page, {"verb": "shout", "seen": "1"}).status_code == 404
    assert editor.post(page, {"verb": "agree", "seen": "7", "text": "不要了"}).status_code == 409
    assert ProofRemoval.objects.get().state == "proposed"


def test_others_see_no_way_to_propose(sign_in: SignIn) -> None:
    assert NEW not in Client().get(PAPER).content.decode()
    clerk = sign_in("clerk1")
    assert clerk.get(NEW).status_code == 403
    assert clerk.get("/bureau/proofs/").status_code == 403
    officer = sign_in("data-officer")
    assert officer.get("/bureau/proofs/new/floor-plan/business-licence/").status_code == 404
    assert "还没有建议" in officer.get("/bureau/proofs/").content.decode()


def test_what_was_removed_stands_with_what_it_saves_in_a_year(client: Client) -> None:
    page = client.get("/proofs/").content.decode()
    removed = page[page.index('id="removed"') :]
    assert "无房证明" in removed
    assert "5,200" in removed
    assert "无房证明：由我们查不动产登记信息" in client.get("/items/fund-rent/").content.decode()
