"""A wallet that others wrote shows a certificate for a material of a case: asked for little, checked wholly, kept as evidence."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from tests.certificates.presenting.conftest import MATERIAL, Fetched
from tests.certificates.presenting.wallet import Wallet
from tests.conftest import Speaking
from tests.portals.public.test_public_pages import text
from tongban.cases.api import ask_presentation, find_gaps, get_application
from tongban.certificates.api import get_presentation, uses_of
from tongban.certificates.presenting.models import Presentation
from tongban.exchange.api import evidence_of
from tongban.journal.api import Actor, drain, timeline
from tongban.kernel.errors import Conflict

SignIn = Callable[[str], Client]
ITEMS = ["number", "holder_name", "registered_on", "identifier"]


def test_only_what_the_material_needs_is_asked_for(asked: UUID, request_of: Fetched) -> None:
    request = request_of(asked)
    query = request.query
    assert query["format"] == "dc+sd-jwt"
    assert query["meta"]["vct_values"] == ["https://lanchuan.tongban.example/vct/11990000009901542AW14/1"]
    assert request.names == ITEMS
    assert request.claims["client_metadata"]["client_name"] == "澜川市公安局青石分局"
    assert len(request.claims["dcql_query"]["credentials"]) == 1


def test_a_wallet_that_cannot_post_fetches_the_same_request(
    asked: UUID, holding: Wallet, gunian: Actor
) -> None:
    link = get_presentation(asked, by=gunian).link
    assert holding.fetch(link, by="GET").claims["nonce"] == holding.fetch(link).claims["nonce"]


def test_what_is_shown_becomes_evidence_of_the_case(
    asked: UUID, draft: str, holding: Wallet, request_of: Fetched, gunian: Actor, title: UUID
) -> None:
    answer = holding.show(request_of(asked))
    assert (answer.status_code, answer.json()) == (200, {})
    view = get_presentation(asked, by=gunian)
    assert (view.state, view.beyond) == ("kept", 0)
    assert dict(view.lines)["权利人"] == "顾念"
    (read,) = evidence_of(draft)
    assert (read.resource, read.level, read.outcome) == ("e-real-estate-certificate", "A", "fetched")
    assert sorted(read.values) == sorted(ITEMS)
    material = get_application(draft, by=gunian).material(MATERIAL)
    assert (material.outcome, material.state, material.outcome_words) == (
        "presented",
        "ready",
        "已从钱包出示",
    )
    assert not material.by_hand
    assert title


def test_who_asked_for_what_and_why_is_in_the_journal_and_in_her_footprint(
    asked: UUID, draft: str, holding: Wallet, request_of: Fetched, gunian: Actor, title: UUID,
    speaking_as: Speaking, sign_in: SignIn,
) -> None:  # fmt: skip
    holding.show(request_of(asked))
    acts = timeline(objects=[f"presentation:{asked}"])
    assert [act.kind for act in acts] == ["certificate.presentation-asked.v1", "certificate.presented.v1"]
    for act in acts:
        assert (act.content["items"], act.content["material"]) == (ITEMS, MATERIAL)
        assert (act.agency, act.case_number, act.purpose) == ("qingshi.police", draft, "办理「居住证申领」")
        assert "居住证暂行条例" in act.basis
    assert "顾念" not in str(acts[1].content)
    with speaking_as("sequencer"):
        drain()
    her = sign_in("gunian")
    page = text(her.get("/my/footprint/"))
    assert "您在申请里从钱包出示" in page
    assert "电子不动产权证书" in page
    _view, uses = uses_of(title, by=gunian)
    assert [(one.way, one.case_number) for one in uses if one.way == "presented"] == [("presented", draft)]
    assert "从钱包出示" in text(her.get(f"/my/certificates/{title}/uses/"))


def test_what_a_wallet_shows_beyond_the_question_is_dropped(
    asked: UUID, draft: str, holding: Wallet, request_of: Fetched, gunian: Actor
) -> None:
    request = request_of(asked)
    assert holding.show(request, holding.bound(holding.held, request)).status_code == 200
    assert get_presentation(asked, by=gunian).beyond == 3
    (read,) = evidence_of(draft)
    assert sorted(read.values) == sorted(ITEMS)
    assert "990102198603091866" not in str(read.values)
    row = Presentation.objects.get(pk=asked)
    assert (row.held, row.response_code) == (None, None)


def test_a_holder_who_does_not_agree_is_told_as_such(
    asked: UUID, holding: Wallet, request_of: Fetched, gunian: Actor, draft: str
) -> None:
    assert holding.decline(request_of(asked)).status_code == 200
    view = get_presentation(asked, by=gunian)
    assert (view.state, view.sentence) == ("declined", "持证人没有同意出示。")
    assert timeline(objects=[f"presentation:{asked}"])[-1].content["error"] == "access_denied"
    assert not evidence_of(draft)


def test_an_error_that_nobody_knows_is_kept_as_such(
    asked: UUID, holding: Wallet, request_of: Fetched, gunian: Actor
) -> None:
    holding.decline(request_of(asked), error="我<b>就是</b>不")
    assert get_presentation(asked, by=gunian).sentence == "钱包没有出示，原因没有说明。"


def test_an_upload_is_not_missing_once_it_was_shown(
    asked: UUID, draft: str, holding: Wallet, request_of: Fetched, gunian: Actor
) -> None:
    assert MATERIAL in find_gaps(draft, by=gunian)
    holding.show(request_of(asked))
    assert MATERIAL not in find_gaps(draft, by=gunian)
    with pytest.raises(Conflict, match="已经有了"):
        ask_presentation(number=draft, material=MATERIAL, session="", by=gunian)
