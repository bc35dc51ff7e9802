"""A firm's footprint: its representative sees, keeps and questions it; nobody else does."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from tests.cases.conftest import view_of
from tests.conftest import Speaking
from tests.portals.citizen.test_footprint import TRAIL, SignIn, entries
from tests.portals.public.test_public_pages import text
from tongban.exchange.api import Question, answer_objection, raise_objection, read_evidence, write_case_ref
from tongban.exchange.kinds import Answered
from tongban.exchange.models import Objection
from tongban.identity.models import Account, Firm
from tongban.journal.api import Actor, Subject, footprint, record, run_subscribers
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed, NotFound
from tongban.portals.citizen.uses import USES

pytestmark = pytest.mark.django_db
NOODLES = "92990102MA990001X1"


@pytest.fixture
def keeper(sign_in: SignIn) -> Client:
    """Whoever runs 青石区顾念面馆."""
    person = Firm.objects.get(pk=NOODLES).representative
    return sign_in(Account.objects.get(person=person).username)


@pytest.fixture
def asked_about_firm(place: Callable[[], None]) -> None:
    """The fire brigade's system registers a case of the noodle shop, and asks for it at the gateway."""
    firm = Firm.objects.get(pk=NOODLES)
    write_case_ref(number="9901990002", kinds=["fire-check"], subjects=[firm.subject], state="open")
    with transaction.atomic():
        record(
            Answered(
                resource="market-entity",
                resource_version=1,
                provider="lanchuan.market",
                items=["name"],
                grant="a-grant",
                mode="query",
                outcome="fetched",
            ),
            on=Subject("query", str(uuid4()), 1),
            by=Actor("subsystem", "GOV/lanchuan.fire/inspection"),
            agency="lanchuan.fire",
            case_number="9901990002",
            private={firm.subject: {"items": ["名称"]}},
        )
    place()


def test_a_firms_footprint_is_its_representatives_to_see_and_apart_from_his_own(
    keeper: Client, asked_about_firm: None
) -> None:
    own = text(keeper.get(TRAIL))
    assert entries(own) == []
    assert "青石区顾念面馆" in own
    page = text(keeper.get(TRAIL, {"firm": NOODLES}))
    assert len(entries(page)) == 1
    assert "澜川市消防救援支队" in page
    assert f'name="firm" value="{NOODLES}"' in page
    file = keeper.get(f"{TRAIL}file/", {"firm": NOODLES}).content.decode("utf-8-sig")
    assert file.count("\r\n") == 2


def test_nobody_else_sees_a_firms_footprint_or_objects_for_it(
    keeper: Client, her: Client, asked_about_firm: None, linxia: Actor
) -> None:
    subject = Firm.objects.get(pk=NOODLES).subject
    entry = footprint(subject, kinds=USES)[0].act.id
    her.force_login(Account.objects.get(username="linxia"))
    for address in (TRAIL, f"{TRAIL}file/", f"{TRAIL}{entry}/"):
        assert her.get(address, {"firm": NOODLES}).status_code == 404
    assert her.get(f"{TRAIL}{entry}/").status_code == 404
    with pytest.raises(NotFound, match="不是这家经营主体"):
        raise_objection(entry=entry, reason="不对", by=linxia, firm=NOODLES)


def test_the_representative_asks_for_the_firm_whether_a_reading_was_right(
    keeper: Client, asked_about_firm: None
) -> None:
    subject = Firm.objects.get(pk=NOODLES).subject
    entry = footprint(subject, kinds=USES)[0].act.id
    address = f"{TRAIL}{entry}/?firm={NOODLES}"
    assert address.replace("&", "&amp;") in text(keeper.get(TRAIL, {"firm": NOODLES}))
    answer = keeper.post(address, {"reason": "本店没有办过这件事"})
    assert answer.status_code == 302
    assert Objection.objects.get().subject == subject
    assert "本店没有办过这件事" in text(keeper.get(answer.headers["Location"].partition("#")[0]))
    assert "已提出异议，等答复" in text(keeper.get(TRAIL, {"firm": NOODLES}))


def test_a_firm_that_a_licence_brought_into_being_sees_who_opens_its_case(
    her: Client, licensed: str, clerk: Actor, linxia: Actor, place: Callable[[], None]
) -> None:
    assert linxia.person
    number = view_of(licensed, clerk).firm
    place()
    with clock.fixed(clock.now() + timedelta(hours=2)):
        view_of(licensed, clerk)
        place()
        page = text(her.get(TRAIL, {"firm": number}))
    assert "综合窗口收件员" in page
    assert licensed in page


def test_a_question_about_a_firm_is_told_to_the_firm_and_to_the_person_of_the_case(
    her: Client, licensed: str, linxia: Actor, place: Callable[[], None]
) -> None:
    assert linxia.person
    firm = view_of(licensed, linxia).firm
    with pytest.raises(NotAllowed):
        read_evidence(
            Question("market-entity", {"uscc": firm}, ["name"]),
            consumer="lanchuan.center",
            case_number=licensed,
            subject=linxia.person,
            purpose="核对主体",
            by=linxia,
        )
    place()
    for asked in ({}, {"firm": firm}):
        assert "核对主体" in text(her.get(TRAIL, asked))


def test_an_answered_question_of_a_firm_is_told_to_whoever_represents_it(
    keeper: Client,
    asked_about_firm: None,
    place: Callable[[], None],
    speaking_as: Speaking,
) -> None:
    firm = Firm.objects.get(pk=NOODLES)
    entry = footprint(firm.subject, kinds=USES)[0].act.id
    person = Actor(kind="person", key=str(firm.representative_id))
    asked = raise_objection(entry=entry, reason="不对", by=person, firm=NOODLES)
    officer = Actor("officer", "990199", "lanchuan.fire", frozenset({"resource-owner"}), "试员")
    answer_objection(objection=asked, outcome="explained", words="依法检查。", seen=None, by=officer)
    place()
    with speaking_as("sequencer"):
        while run_subscribers():
            pass
    assert "青石区顾念面馆" in text(keeper.get("/my/notices/"))
    assert "有 1 条未读" in text(keeper.get("/my/"))
    page = text(keeper.get("/my/notices/"))
    (until,) = re.findall(r'name="until" value="(\d+)"', page)
    keeper.post("/my/notices/", {"until": until})
    assert "未读" not in text(keeper.get("/my/notices/"))
    keeper.force_login(Account.objects.get(username="linxia"))
    assert "青石区顾念面馆" not in text(keeper.get("/my/notices/"))
