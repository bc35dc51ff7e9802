"""An application at each stretch of its way, made through the doors with the story's own words."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tongban.cases.api import (
    ApplicationView,
    accept_case,
    acknowledge_notice,
    agree,
    attach_document,
    decide,
    examine,
    get_application,
    key_questions,
    prepare_application,
    save_answers,
    submit_application,
)
from tongban.demo.models import Story
from tongban.demo.packs import StoryTerms
from tongban.demo.scene import picture
from tongban.identity.api import find_actor
from tongban.journal.api import Actor
from tongban.services.api import get_guide

Who = Callable[[str], Actor]


@pytest.fixture
def who(db: None, own_home: Path) -> Who:
    return find_actor


@pytest.fixture
def story(db: None) -> StoryTerms:
    return StoryTerms.model_validate(Story.objects.get(pk="open-restaurant").terms)


@pytest.fixture
def answers(story: StoryTerms) -> dict[str, str]:
    return {**story.answers, **story.candidates[0].answers}


@pytest.fixture
def linxia(who: Who) -> Actor:
    return who("linxia")


@pytest.fixture
def clerk(who: Who) -> Actor:
    return who("clerk1")


@pytest.fixture
def begun(linxia: Actor) -> str:
    return prepare_application(bundle="open-restaurant", by=linxia)


@pytest.fixture
def fetched(begun: str, answers: dict[str, str], linxia: Actor) -> str:
    keys = {question.code for question in key_questions(get_guide("open-restaurant"))}
    first = {code: answer for code, answer in answers.items() if code in keys}
    save_answers(number=begun, answers=first, by=linxia)
    acknowledge_notice(number=begun, by_hand=(), by=linxia)
    return begun


@pytest.fixture
def filled(fetched: str, answers: dict[str, str], linxia: Actor, story: StoryTerms) -> str:
    save_answers(number=fetched, answers=answers, by=linxia)
    view = get_application(fetched, by=linxia)
    replaced = [one.code for one in view.materials if one.kind in {"promise", "template"}]
    agree(number=fetched, materials=replaced, by=linxia)
    for material, name in story.uploads.items():
        file, data = picture(name)
        attach_document(number=fetched, material=material, name=file, data=data, by=linxia)
    return fetched


@pytest.fixture
def submitted(filled: str, linxia: Actor) -> str:
    submit_application(number=filled, seen=None, by=linxia)
    return filled


def view_of(number: str, by: Actor) -> ApplicationView:
    return get_application(number, by=by)


@pytest.fixture
def licensed(submitted: str, linxia: Actor, clerk: Actor, who: Who) -> str:
    """The business licence is granted; the other four wait to be accepted."""
    first = view_of(submitted, linxia).case("business-licence").number
    accept_case(number=first, seen=None, by=clerk)
    examine(number=first, proposes="granted", words="齐全", seen=None, by=who("registration-examiner"))
    decide(number=first, result="granted", words="准予登记", seen=None, by=who("registration-approver"))
    return submitted


@pytest.fixture
def permit(licensed: str, linxia: Actor, clerk: Actor) -> str:
    """The number of the accepted food permit."""
    number = view_of(licensed, linxia).case("food-permit").number
    accept_case(number=number, seen=None, by=clerk)
    return number
