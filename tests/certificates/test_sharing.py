"""Shared by a one-time code: what will be seen is told before, it opens once, and the holder sees who opened it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.cases.conftest import *  # noqa: F403 - somebody with a licence
from tests.cases.conftest import Who
from tests.certificates.test_changes import change, entered
from tests.portals.public.test_checking import brought
from tests.portals.public.test_public_pages import text
from tongban.certificates.api import (
    ShareTerms,
    find_share,
    get_copy,
    get_share,
    give_share,
    open_share,
    preview_share,
    revoke_share,
    uses_of,
)
from tongban.certificates.models import sharing
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.portals.design import limits

SignIn = Callable[[str], Client]
TERMS = ShareTerms("澜川公寓管理处", "租铺面时核对经营资格", ["holder-name", "address"], "21")


@pytest.fixture
def gunian(who: Who) -> Actor:
    return who("gunian")


@pytest.fixture
def permit(who: Who, gunian: Actor) -> UUID:
    return entered(who("food-approver"), gunian, days=200)


def given(permit: UUID, by: Actor, **changed: object) -> str:
    """The code of a new share."""
    share = give_share(certificate=permit, terms=replace(TERMS, **changed), by=by)  # type: ignore[arg-type]
    return get_share(share, by=by).code


def test_what_will_be_seen_is_told_before_and_only_that_is_seen(permit: UUID, gunian: Actor) -> None:
    seen = preview_share(permit, TERMS, by=gunian)
    assert [title for title, _value in seen.lines] == ["持证主体", "经营场所"]
    assert seen.last_day == clock.today() + timedelta(days=21)
    assert not sharing.CertificateShare.objects.exists()
    opened = open_share(code=given(permit, gunian), reader="澜川公寓", by=None)
    copy = get_copy(opened.copy, by=gunian)
    assert copy.lines == seen.lines
    assert (copy.reader, copy.cause) == ("澜川公寓", TERMS.cause)


def test_a_code_opens_once_however_it_is_typed(permit: UUID, gunian: Actor) -> None:
    code = given(permit, gunian)
    typed = f" {code[:4].lower()}-{code[4:8]}-{code[8:]} ".replace("1", "l").replace("0", "o")
    open_share(code=typed, reader="甲", by=None)
    with pytest.raises(Conflict, match="只能用一次"):
        open_share(code=code, reader="甲", by=None)
    assert sharing.CertificateCopy.objects.count() == 1


def test_what_was_taken_back_or_ran_out_opens_nothing(permit: UUID, gunian: Actor) -> None:
    share = give_share(certificate=permit, terms=TERMS, by=gunian)
    code = get_share(share, by=gunian).code
    revoke_share(share=share, by=gunian)
    with pytest.raises(Conflict, match="收回"):
        find_share(code)
    with pytest.raises(Conflict, match="收回"):
        revoke_share(share=share, by=gunian)
    short = given(permit, gunian, days="1")
    with clock.fixed(clock.now() + timedelta(days=1)):
        find_share(short)
    with clock.fixed(clock.now() + timedelta(days=2)), pytest.raises(Conflict, match="过期"):
        open_share(code=short, reader="甲", by=None)
    with pytest.raises(NotFound, match="没有这个共享码"):
        find_share("0" * 12)


def test_a_suspended_certificate_is_not_shown_by_a_code_given_before(
    who: Who, permit: UUID, gunian: Actor
) -> None:
    code = given(permit, gunian)
    change(permit, who("food-approver"), to="suspend", ground="suspend-penalty")
    with pytest.raises(Conflict, match="不是有效状态"):
        open_share(code=code, reader="甲", by=None)
    with pytest.raises(Conflict, match="不能共享"):
        give_share(certificate=permit, terms=TERMS, by=gunian)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"cause": " "}, "cause"),
        ({"cause": "长" * 201}, "cause"),
        ({"receiver": ""}, "receiver"),
        ({"items": []}, "items"),
        ({"items": ["secret"]}, "items"),
        ({"days": "22"}, "days"),
        ({"days": "0"}, "days"),
        ({"days": "²"}, "days"),
    ],
)
def test_terms_that_do_not_do_are_sent_back(
    permit: UUID, gunian: Actor, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        given(permit, gunian, **changed)
    assert caught.value.field == field


def test_nobody_shares_or_reads_what_is_somebody_elses(who: Who, permit: UUID, gunian: Actor) -> None:
    share = give_share(certificate=permit, terms=TERMS, by=gunian)
    for act in (
        lambda: give_share(certificate=permit, terms=TERMS, by=who("linxia")),
        lambda: revoke_share(share=share, by=who("linxia")),
        lambda: get_share(share, by=who("linxia")),
        lambda: uses_of(permit, by=who("linxia")),
    ):
        with pytest.raises(NotFound):
            act()
    opened = open_share(code=get_share(share, by=gunian).code, reader="", by=who("clerk1"))
    with pytest.raises(NotFound):
        get_copy(opened.copy, by=who("fire-examiner"))


def test_the_holder_sees_every_use_and_the_ledger_has_it(who: Who, permit: UUID, gunian: Actor) -> None:
    share = give_share(certificate=permit, terms=TERMS, by=gunian)
    open_share(code=get_share(share, by=gunian).code, reader="", by=who("clerk1"), case_number="9901-1")
    _view, uses = uses_of(permit, by=gunian)
    assert [one.way for one in uses] == ["opened", "given"]
    assert (uses[0].cause, uses[0].case_number) == (TERMS.cause, "9901-1")
    acts = timeline(objects=[f"share:{share}"])
    assert [one.kind for one in acts] == ["certificate.shared.v1", "certificate.read.v1"]
    assert acts[1].actor.startswith("officer:")
    assert TERMS.receiver not in str(acts[0].content)


def test_a_stranger_opens_it_on_a_page_and_takes_a_sealed_copy_away(permit: UUID, gunian: Actor) -> None:
    code, stranger = given(permit, gunian), Client()
    about = text(stranger.post("/shared/", {"code": code}))
    assert "租铺面时核对经营资格" in about
    assert "青石街 120 号" not in about
    refused = stranger.post("/shared/", {"code": code, "reader": " ", "confirmed": "1"})
    assert refused.status_code == 422
    assert "请写明是给谁看的" in text(refused)
    opened = stranger.post("/shared/", {"code": code, "reader": "澜川公寓", "confirmed": "1"})
    page = stranger.get(opened["Location"])
    assert "青石街 120 号" in text(page)
    assert "顾念" in text(page)
    assert "JY29901020001" not in text(page)
    assert page["Cache-Control"] == "no-store"
    pdf = stranger.get(f"{opened['Location']}copy.pdf").content
    known = PdfReader(BytesIO(pdf)).metadata
    assert known
    assert "仅供澜川公寓用于「租铺面时核对经营资格」，有效期截至" in str(known.subject)
    said = "".join(one.extract_text() for one in PdfReader(BytesIO(pdf)).pages)
    assert "加注件" in said
    status, word, verdict = brought(pdf, "加注件.pdf")
    assert (status, word) == (200, "可以使用")
    assert "只能由澜川公寓用于所写的用途" in verdict
    assert brought(pdf[:-1] + b"x", "加注件.pdf")[1] == "不一致"
    again = stranger.post("/shared/", {"code": code})
    assert (again.status_code, "只能用一次" in text(again)) == (409, True)


def test_the_page_of_a_stranger_closes_after_a_quarter_of_an_hour(permit: UUID, gunian: Actor) -> None:
    opened = open_share(code=given(permit, gunian), reader="甲", by=None)
    assert Client().get(f"/shared/{opened.token}/").status_code == 200
    sharing.CertificateCopy.objects.update(open_until=clock.real_now())
    assert Client().get(f"/shared/{opened.token}/").status_code == 404
    assert Client().get("/shared/guessed/").status_code == 404


def test_a_copy_after_its_last_day_or_after_a_change_says_so(who: Who, permit: UUID, gunian: Actor) -> None:
    number = get_copy(open_share(code=given(permit, gunian), reader="甲", by=None).copy, by=gunian).number

    def word() -> str:
        page = text(Client().get(f"/verify/{number}/"))
        return page.partition('tb-message__word">')[2].partition("<")[0]

    assert word() == "可以使用"
    with clock.fixed(clock.now() + timedelta(days=31)):
        assert word() == "已过期"
    change(permit, who("food-approver"), to="suspend", ground="suspend-penalty")
    assert word() == "证照已变动"


def test_guesses_of_codes_are_limited(db: None) -> None:
    stranger = Client()
    answers = [stranger.post("/shared/", {"code": f"{n:012}"}).status_code for n in range(32)]
    assert answers[: limits.SHARE_CODE.tries] == [404] * limits.SHARE_CODE.tries
    assert answers[limits.SHARE_CODE.tries :] == [429, 429]


def test_the_holder_gives_one_on_pages_and_takes_it_back(
    sign_in: SignIn, permit: UUID, gunian: Actor
) -> None:
    hers, address = sign_in("gunian"), f"/my/certificates/{permit}/share/"
    form = {"receiver": "甲公司", "cause": "投标", "items": ["operator"], "days": "3"}
    assert hers.post(address, form | {"cause": ""}).status_code == 422
    preview = text(hers.post(address, form))
    assert "对方会看到什么" in preview
    assert not sharing.CertificateShare.objects.exists()
    made = hers.post(address, form | {"confirmed": "1"})["Location"]
    page = text(hers.get(made))
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page)
    assert code
    assert "甲公司" in text(hers.get(address))
    assert hers.post(f"{made}revoke/").status_code == 302
    assert "已收回" in text(hers.get(made))
    assert code[0] not in text(hers.get(made))
    assert "收回共享码" in text(hers.get(f"/my/certificates/{permit}/uses/"))


def test_the_window_opens_a_code_for_its_agency(sign_in: SignIn, permit: UUID, gunian: Actor) -> None:
    code, clerk = given(permit, gunian), sign_in("clerk1")
    address = "/counter/certificates/shared/"
    assert "没有这个共享码" in text(clerk.post(address, {"code": "x" * 12}))
    assert "租铺面" in text(clerk.post(address, {"code": code, "case": "9901"}))
    made = clerk.post(address, {"code": code, "case": "9901", "confirmed": "1"})["Location"]
    page = text(clerk.get(made))
    assert "青石街 120 号" in page
    assert "9901" in page
    assert clerk.get(f"{made}copy.pdf").content.startswith(b"%PDF")
    assert sign_in("fire-examiner").get(made).status_code == 404
    assert sign_in("gunian").get(address).status_code == 403


def test_only_an_officer_of_the_agency_that_read_makes_a_copy_of_evidence(who: Who, permit: UUID) -> None:
    from tongban.certificates.api import copy_evidence

    for name in ("clerk1", "gunian"):
        with pytest.raises((NotFound, NotAllowed)):
            copy_evidence(evidence=permit, cause="归档", by=who(name))
    with pytest.raises(BadInput, match="200"):
        copy_evidence(evidence=permit, cause="长" * 201, by=who("clerk1"))
