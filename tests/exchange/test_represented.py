"""Reading in another's name: only where the grant names that party, told in the entry, the proof and the footprint."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from tests.conftest import Speaking
from tests.exchange.test_gateway import caller, linxia, place, refusal
from tongban.exchange.answering.call import answer
from tongban.exchange.answering.values import Caller
from tongban.exchange.models import Grant
from tongban.identity.api import get_agencies
from tongban.identity.models import Person
from tongban.journal.api import drain, footprint, opening, timeline
from tongban.journal.marks import marks_of
from tongban.kernel.commitment import commitment, part_hash

__all__ = ["caller", "linxia"]
pytestmark = pytest.mark.django_db
PARTY = "GOV/lanchuan.housing"
FIRM = "COM/91360100MA35TEST1X"


@pytest.fixture
def mandated(caller: Callable[..., Caller]) -> None:
    Grant.objects.filter(pk="fire-place").update(represented=[PARTY, FIRM])


@pytest.mark.usefixtures("mandated")
@pytest.mark.parametrize("party", [PARTY, FIRM])
def test_a_party_that_the_grant_names_stands_in_the_entry_and_its_proof(
    caller: Callable[..., Caller], linxia: Person, speaking_as: Speaking, party: str
) -> None:
    reply = answer(replace(place(), represented=party), caller())
    with speaking_as("sequencer"):
        assert drain().unsealed == 0
    shown = opening(reply.query, for_subjects=None)
    assert shown.columns["represented"] == party
    hashes = [part_hash(salt or b"", content or b"") for _digest, salt, content in shown.parts]
    assert commitment(shown.columns, hashes) == shown.commitment
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select marks from journal_entry where id = %s", [reply.query])
        marks = bytes((cursor.fetchone() or (b"",))[0])
    assert marks == marks_of(reply.query, shown.columns, [salt or b"" for _digest, salt, _ in shown.parts])
    (told,) = [
        one.act for one in footprint(linxia.pk, kinds=["exchange.answered.v1"]) if one.act.id == reply.query
    ]
    assert (told.agency, told.represented) == ("lanchuan.fire", party)


@pytest.mark.usefixtures("mandated")
def test_with_such_a_grant_one_reads_in_ones_own_name_too(caller: Callable[..., Caller]) -> None:
    reply = answer(place(), caller())
    (entry,) = timeline(objects=[f"query:{reply.query}"])
    assert entry.represented == ""


def test_a_party_that_no_grant_names_is_refused_and_the_refusal_journalled(
    caller: Callable[..., Caller],
) -> None:
    refused = refusal(replace(place(), represented=PARTY), caller())
    assert (refused.code, refused.answer_status) == ("Server.ServerProxy.AccessDenied", 403)
    assert f"没有写明可以代 {PARTY} 读取" in str(refused)
    (entry,) = timeline(objects=["resource:real-estate"], kinds=["exchange.refused.v1"])
    assert PARTY in str(entry.content["reason"])


@pytest.mark.usefixtures("mandated")
def test_taking_a_party_out_of_the_grant_acts_on_the_next_call(caller: Callable[..., Caller]) -> None:
    asked = replace(place(), represented=PARTY)
    answer(asked, caller())
    Grant.objects.filter(pk="fire-place").update(represented=[FIRM])
    assert "没有写明可以代" in str(refusal(asked, caller()))
    Grant.objects.filter(pk="fire-place").update(represented=[])
    assert "没有写明可以代" in str(refusal(replace(asked, represented="s1"), caller()))


@pytest.mark.usefixtures("mandated")
@pytest.mark.parametrize("party", [PARTY, FIRM])
def test_the_person_reads_in_words_in_whose_name_it_was_read(
    caller: Callable[..., Caller],
    linxia: Person,
    speaking_as: Speaking,
    sign_in: Callable[[str], Client],
    party: str,
) -> None:
    reply = answer(replace(place(), represented=party), caller())
    with speaking_as("sequencer"):
        drain()
    page = sign_in("linxia").get("/my/footprint/").content.decode()
    line = next(part for part in page.split("<li id=") if str(reply.query) in part)
    words = {PARTY: get_agencies({"lanchuan.housing"})["lanchuan.housing"].name, FIRM: FIRM[4:]}[party]
    assert f"消防检查系统，代{words}" in line
