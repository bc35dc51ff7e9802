"""A co-applicant signs from an own account; a form that changed under a draft is shown before it goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from tests.portals.public.test_public_pages import text
from tongban.cases.api import prepare_application, save_answers
from tongban.demo.scene import Scene, open_scene
from tongban.demo.steps import steps_of
from tongban.identity.api import find_account
from tongban.journal.api import Actor
from tongban.services.models import Question

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(own_home: Path) -> Scene:
    """A buyer who has asked the seller and his wife to sign."""
    found = open_scene("buy-house")
    for step in steps_of(found.story)[:4]:
        step.play(found)
    return found


def page_of(username: str) -> Client:
    client = Client()
    client.force_login(find_account(username))
    return client


def test_the_seller_finds_the_part_reads_it_and_signs(scene: Scene) -> None:
    seller = page_of(scene.signers["seller-consent"])
    address = f"/my/applications/{scene.number()}/sign/seller-consent/"
    assert address in text(seller.get("/my/"))
    shown = text(seller.get(address))
    assert scene.answers["house-contract-number"] in shown
    assert scene.answers["contact-phone"] not in shown
    assert seller.post(address, {"answer": "sign"}).headers["Location"] == address
    assert "已签名" in text(seller.get(address))


def test_who_declines_says_why_and_the_buyer_reads_it(scene: Scene) -> None:
    seller = page_of(scene.signers["seller-consent"])
    address = f"/my/applications/{scene.number()}/sign/seller-consent/"
    refused = seller.post(address, {"answer": "decline", "reason": " "})
    assert refused.status_code == 422
    seller.post(address, {"answer": "decline", "reason": "价款还没有付清"})
    papers = text(page_of(scene.username).get(f"/my/applications/{scene.number()}/form/papers/"))
    assert "价款还没有付清" in papers


def test_the_part_is_nobody_elses(scene: Scene) -> None:
    address = f"/my/applications/{scene.number()}/sign/seller-consent/"
    assert page_of("linxia").get(address).status_code == 404
    assert Client().get(address).headers["Location"].startswith("/sign-in/")


def test_a_form_changed_under_a_draft_is_shown_and_what_changed_is_asked_again(
    own_home: Path, linxia: Actor, sign_in: Callable[[str], Client]
) -> None:
    number = prepare_application(bundle="social-card", by=linxia)
    save_answers(
        number=number, answers={"home-address": "槐安路 1 号", "contact-phone": "16099010001"}, by=linxia
    )
    question = Question.objects.get(pk="home-address")
    question.terms = {**question.terms, "title": "实体卡寄到哪里"}
    question.save()
    her = sign_in("linxia")
    form = f"/my/applications/{number}/form"
    assert her.get(f"{form}/").headers["Location"] == f"{form}/changes/"
    assert "问题改了，请重新回答：实体卡寄到哪里" in text(her.get(f"{form}/changes/"))
    assert "请先看改了什么" in text(her.post(f"{form}/check/"))
    her.post(f"{form}/changes/")
    page = text(her.get(f"{form}/pages/family/"))
    assert "实体卡寄到哪里" in page
    assert "槐安路 1 号" not in page
    assert "16099010001" in text(her.get(f"{form}/check/"))
