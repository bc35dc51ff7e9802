"""An editor writes the next version of an item and sees it as people will; a data officer publishes it."""

from collections.abc import Callable

import pytest
from django.test import Client

from tongban.kernel import clock
from tongban.services.api import ELEMENTS, chosen, get_item, written
from tongban.services.models import Item

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db
PAGE = "/bureau/items/business-licence/"


def typed(**changed: object) -> dict[str, object]:
    terms = Item.objects.get(code="business-licence").terms
    sent: dict[str, object] = {
        one.name: chosen(one, terms) if one.kind == "several" else written(one, terms) for one in ELEMENTS
    }
    return {**sent, "valid_from": clock.today().isoformat(), **changed}


def test_an_item_goes_from_the_form_through_review_into_the_public_guide(sign_in: SignIn) -> None:
    editor = sign_in("approval-owner")
    assert "营业执照" in editor.get("/bureau/items/").content.decode()
    assert "办事人会看到的样子" in editor.get(PAGE).content.decode()
    sent = editor.post(PAGE, typed(summary="一张表，当天拿照。", then="submit"))
    assert sent.status_code == 302
    officer = sign_in("data-officer")
    assert "等第二个人审核" in officer.get("/bureau/items/").content.decode()
    page = officer.get(PAGE).content.decode()
    assert "和现行版本的不同" in page
    assert officer.post(f"{PAGE}act/", {"verb": "return", "seen": "2", "words": ""}).status_code == 422
    assert officer.post(f"{PAGE}act/", {"verb": "publish", "seen": "2"}).status_code == 302
    assert get_item("business-licence").version == 2
    assert "一张表，当天拿照。" in officer.get("/items/business-licence/").content.decode()
    assert "一句话说明" in officer.get(f"{PAGE}versions/").content.decode()


def test_what_breaks_the_standard_is_told_at_its_field_and_nothing_is_lost(sign_in: SignIn) -> None:
    editor = sign_in("approval-owner")
    answer = editor.post(PAGE, typed(**{"fee.cents": "", "promised.amount": "90", "then": "submit"}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有写收不收费" in page
    assert "长。把承诺改短" in page
    assert 'value="90"' in page


def test_a_new_item_needs_a_code_that_is_free(sign_in: SignIn) -> None:
    editor = sign_in("approval-owner")
    assert editor.get("/bureau/items/new/").status_code == 200
    taken = editor.post("/bureau/items/new/", {"code": "business-licence", "title": "新"})
    assert taken.status_code == 422
    assert editor.post("/bureau/items/new/", {"code": "new-thing", "title": "新"}).status_code == 302
    assert "必填的还没有填齐" in editor.get("/bureau/items/new-thing/").content.decode()


def test_others_are_kept_out(sign_in: SignIn) -> None:
    assert sign_in("housing-owner").get(PAGE).status_code == 403
    assert sign_in("clerk1").get("/bureau/items/").status_code == 403
