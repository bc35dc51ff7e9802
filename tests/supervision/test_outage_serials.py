"""What a window received on paper during a declared outage: its days run from then, and nobody takes it for gaming."""

from tests.cases.conftest import story, view_of, who  # noqa: F401 - fixtures
from tests.supervision.conftest import City, at
from tongban.cases.api import (
    accept_case,
    acknowledge_notice,
    agree,
    application_timeline,
    enter_paper,
    get_block,
    issue_serials,
    key_questions,
    save_answers,
    submit_application,
    take_papers,
)
from tongban.demo.packs import StoryTerms
from tongban.kernel import clock
from tongban.services.api import get_guide
from tongban.supervision.api import confirm_outage, declare_outage
from tongban.supervision.models import GamingLead

RECEIVED = "2026-12-01 15:20"


def entered(city: City, story: StoryTerms) -> str:  # noqa: F811 - the fixture's value
    """Issued ahead, received on paper on the first day, entered and submitted on the third."""
    clerk = city.clerk
    with clock.fixed(at("2026-11-30 17:00")):
        block = issue_serials(count=3, words="12 月 1 日机房检修", by=clerk)
    serial = get_block(block, by=clerk).serials[0].number
    assert city.linxia.person
    with clock.fixed(at("2026-12-03 09:00")):
        number = enter_paper(
            serial=serial,
            received_at=at(RECEIVED),
            bundle="open-restaurant",
            applicant=city.linxia.person,
            shown="id-card",
            by=clerk,
        )
        answers = {**story.answers, **story.candidates[0].answers}
        keys = {question.code for question in key_questions(get_guide("open-restaurant"))}
        save_answers(number=number, answers={code: answers[code] for code in keys}, by=clerk)
        acknowledge_notice(number=number, by_hand=(), by=clerk)
        save_answers(number=number, answers=answers, by=clerk)
        view = view_of(number, clerk)
        agree(number=number, materials=[one.code for one in view.materials if one.kind != "upload"], by=clerk)
        take_papers(number=number, materials=[one.code for one in view.materials if one.by_hand], by=clerk)
        submit_application(number=number, seen=None, by=clerk)
    return number


def test_days_run_from_the_paper_and_a_declared_outage_excuses_the_late_entry(
    city: City,
    story: StoryTerms,  # noqa: F811 - the fixture
) -> None:
    number = entered(city, story)
    with clock.fixed(at("2026-12-03 10:00")):
        view = view_of(number, city.clerk)
        assert view.submitted_at == at(RECEIVED)
        licence = view.case("business-licence")
        told = next(one for one in application_timeline(view) if one.kind == "application.submitted.v1")
        assert told.occurred_at == at(RECEIVED)
        assert told.recorded_at >= at("2026-12-03 09:00")
        outage = declare_outage(
            begins_at=at("2026-12-01 08:00"),
            ends_at=at("2026-12-02 20:00"),
            serials=("", ""),
            reason="机房检修",
            by=city.clerk,
        )
        confirm_outage(outage=outage, agreed=True, seen=None, by=city.supervisor)
        accept_case(number=licence.number, seen=None, by=city.clerk)
    city.works("2026-12-03 11:00")
    assert not GamingLead.objects.exclude(told_at=None).exists()


def test_without_a_declared_outage_the_same_is_a_lead(city: City, story: StoryTerms) -> None:  # noqa: F811
    entered(city, story)
    city.works("2026-12-03 11:00")
    assert GamingLead.objects.filter(detector="late-entry").exclude(told_at=None).exists()
