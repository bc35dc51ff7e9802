"""Somebody prepares and submits for another: what the mandate covers, what it does not, and what is told to whom."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from tests.cases.conftest import Who
from tests.conftest import Speaking
from tongban.cases.api import (
    accept_case,
    acknowledge_notice,
    agree,
    attach_document,
    find_gaps,
    get_application,
    key_questions,
    my_applications,
    prepare_application,
    save_answers,
    submit_application,
    supply,
    tell_once,
    waiting_for,
    withdraw_case,
)
from tongban.cases.kinds import ViewedByAgent
from tongban.cases.models import Application, Case, Defect
from tongban.demo.packs import StoryTerms
from tongban.demo.scene import picture
from tongban.exchange.kinds import Answered
from tongban.identity.api import (
    acting_for,
    answer_mandate,
    end_mandate,
    get_person,
    offer_mandate,
)
from tongban.journal.api import Actor, drain, find_trace, footprint, timeline
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed, NotFound
from tongban.services.api import get_guide

pytestmark = pytest.mark.django_db
Mandate = Callable[..., tuple[UUID, Actor]]


@pytest.fixture
def mandate(who: Who) -> Mandate:
    """林夏 lets 许年 act for her; gives the mandate and 许年 acting."""

    def make(matter: str = "", *, to: str = "xunian") -> tuple[UUID, Actor]:
        principal, agent = who("linxia"), who(to)
        assert agent.person
        person = get_person(agent.person)
        made = offer_mandate(
            name=person.name,
            id_number=person.id_number,
            relation="朋友",
            matter=matter,
            ends_on=clock.today() + timedelta(days=30),
            by=principal,
        )
        answer_mandate(mandate=made, accepts=True, by=agent)
        return made, acting_for(made, by=agent)[0]

    return make


def submit_for(by: Actor, answers: dict[str, str], story: StoryTerms) -> str:
    number = prepare_application(bundle="open-restaurant", by=by)
    keys = {question.code for question in key_questions(get_guide("open-restaurant"))}
    save_answers(number=number, answers={c: a for c, a in answers.items() if c in keys}, by=by)
    acknowledge_notice(number=number, by_hand=(), by=by)
    save_answers(number=number, answers=answers, by=by)
    view = get_application(number, by=by)
    agree(
        number=number,
        materials=[one.code for one in view.materials if one.kind in {"promise", "template"}],
        by=by,
    )
    for material, name in story.uploads.items():
        file, data = picture(name)
        attach_document(number=number, material=material, name=file, data=data, by=by)
    assert not find_gaps(number, by=by)
    submit_application(number=number, seen=None, by=by)
    return number


@pytest.fixture
def place(speaking_as: Speaking) -> Callable[[], None]:
    def now() -> None:
        with speaking_as("sequencer"):
            while drain().placed:
                pass

    return now


def test_an_agent_prepares_submits_and_supplies_for_whom_she_represents(
    mandate: Mandate, linxia: Actor, clerk: Actor, answers: dict[str, str], story: StoryTerms
) -> None:
    _made, agent = mandate("open-restaurant")
    number = submit_for(agent, answers, story)
    hers = get_application(number, by=linxia)
    assert (hers.applicant, hers.applicant_name, hers.agent_name) == (linxia.person, "林夏", "许年")
    tell_once(number=number, reasons={"floor-plan": "看不清"}, seen=None, by=clerk)
    file, data = picture("floor-plan.png")
    attach_document(number=number, material="floor-plan", name=file, data=data, by=agent)
    supply(number=number, seen=None, by=agent)
    assert get_application(number, by=clerk).state == "submitted"
    assert get_application(number, by=clerk).agent_name == "许年"


def test_every_act_says_for_whom_it_was_done(
    mandate: Mandate, linxia: Actor, answers: dict[str, str], story: StoryTerms
) -> None:
    made, agent = mandate()
    number = submit_for(agent, answers, story)
    with connection.cursor() as cursor:
        cursor.execute(
            "select entry.kind, entry.actor, entry.represented, own.subject, done.subject,"
            " convert_from(own.bytes, 'utf8')::jsonb ->> 'mandate', convert_from(own.bytes, 'utf8')::jsonb ->> 'agent'"
            " from journal_entry entry join journal_part own on own.entry = entry.id"
            " and entry.represented = 's' || own.ordinal join journal_part done on done.entry = entry.id"
            " and entry.actor = 's' || done.ordinal where starts_with(entry.case_number, %s)",
            [number],
        )
        rows = cursor.fetchall()
    kinds = {row[0] for row in rows}
    assert {
        "application.prepared.v1",
        "application.told.v1",
        "application.submitted.v1",
        "case.opened.v1",
    } <= kinds
    assert Answered.kind in kinds
    assert {row[3:] for row in rows} == {(linxia.person, agent.person, str(made), str(agent.person))}
    assert len(rows) == len(timeline(case_numbers=get_application(number, by=linxia).case_numbers))


def test_what_the_agent_reads_stands_in_her_footprint_and_not_in_the_agents(
    mandate: Mandate,
    linxia: Actor,
    who: Who,
    answers: dict[str, str],
    story: StoryTerms,
    place: Callable[[], None],
) -> None:
    _made, agent = mandate()
    number = submit_for(agent, answers, story)
    get_application(number, by=agent)
    place()
    kinds = (Answered.kind, ViewedByAgent.kind)
    hers = footprint(linxia.person, kinds=kinds)  # type: ignore[arg-type]
    assert {one.act.kind for one in hers} == set(kinds)
    assert {one.said["agent"] for one in hers} == {str(agent.person)}
    assert sum(one.act.kind == ViewedByAgent.kind for one in hers) == 1
    assert not footprint(who("xunian").person, kinds=kinds)  # type: ignore[arg-type]
    assert find_trace(who("xunian").person, hers[0].act.id) is None  # type: ignore[arg-type]


def test_an_agent_sees_only_what_he_prepared_under_a_mandate_that_covers_it(
    mandate: Mandate, linxia: Actor, who: Who
) -> None:
    own = prepare_application(bundle="retirement", by=linxia)
    _made, agent = mandate("open-restaurant")
    number = prepare_application(bundle="open-restaurant", by=agent)
    assert [row.number for row in my_applications(agent)] == [number]
    assert [one.number for one in waiting_for(agent)] == [number]
    assert {row.number for row in my_applications(linxia)} == {own, number}
    with pytest.raises(NotFound):
        get_application(own, by=agent)
    with pytest.raises(NotAllowed, match="权限不包括「退休一件事」"):
        prepare_application(bundle="retirement", by=agent)
    for nobody in (who("xunian"), who("zhouyan"), mandate(to="zhouyan")[1], mandate("social-card")[1]):
        with pytest.raises(NotFound):
            get_application(number, by=nobody)
        with pytest.raises(NotFound):
            save_answers(number=number, answers={}, by=nobody)


def test_an_agent_acting_for_another_does_not_reach_his_own_either(mandate: Mandate, who: Who) -> None:
    own = prepare_application(bundle="retirement", by=who("xunian"))
    _made, agent = mandate()
    assert not my_applications(agent)
    with pytest.raises(NotFound):
        get_application(own, by=agent)


def test_the_end_of_the_mandate_ends_everything_at_once(mandate: Mandate, linxia: Actor) -> None:
    made, agent = mandate()
    number = prepare_application(bundle="open-restaurant", by=agent)
    end_mandate(mandate=made, by=linxia)
    for act in (
        lambda: get_application(number, by=agent),
        lambda: my_applications(agent),
        lambda: save_answers(number=number, answers={}, by=agent),
        lambda: submit_application(number=number, seen=None, by=agent),
        lambda: prepare_application(bundle="retirement", by=agent),
    ):
        with pytest.raises(NotAllowed, match="已终止"):
            act()
    assert get_application(number, by=linxia).state == "preparing"
    assert Application.objects.filter(applicant=linxia.person).count() == 1


def test_an_agent_goes_on_with_what_she_began_and_she_is_told(mandate: Mandate, linxia: Actor) -> None:
    begun = prepare_application(bundle="open-restaurant", by=linxia)
    _made, agent = mandate()
    with pytest.raises(NotFound):
        get_application(begun, by=agent)
    assert prepare_application(bundle="open-restaurant", by=agent) == begun
    assert prepare_application(bundle="open-restaurant", by=agent) == begun
    assert get_application(begun, by=agent).agent_name == "许年"
    kinds = [act.kind for act in timeline(case_numbers=[begun])]
    assert kinds.count("application.entrusted.v1") == 1


def test_a_defect_waits_for_her_and_not_for_the_agent(
    mandate: Mandate, linxia: Actor, clerk: Actor, who: Who, answers: dict[str, str], story: StoryTerms
) -> None:
    _made, agent = mandate()
    number = submit_for(agent, answers, story)
    case = get_application(number, by=linxia).case("business-licence").number
    accept_case(number=case, seen=None, by=clerk)
    Case.objects.filter(pk=case).update(state="rectifying")
    Defect.objects.create(case_id=case, found_on=clock.today(), words="漏水", due_on=clock.today())
    assert [(one.what, one.number) for one in waiting_for(linxia)] == [("rectify", case)]
    assert waiting_for(agent) == []


def test_what_the_law_wants_of_the_person_herself_nobody_does_for_her(
    mandate: Mandate, answers: dict[str, str], story: StoryTerms
) -> None:
    _made, agent = mandate()
    with pytest.raises(NotAllowed, match="「结婚登记」不能代办.*婚姻登记条例"):
        prepare_application(bundle="marriage-registration", by=agent)
    number = submit_for(agent, answers, story)
    case = get_application(number, by=agent).cases[0].number
    with pytest.raises(NotAllowed, match="只能由申请人本人"):
        withdraw_case(number=case, seen=None, by=agent)
