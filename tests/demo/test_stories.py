"""Stories of other regimes, played through the doors: who signs does it from an own account, and everything ends."""

from pathlib import Path

import pytest

from tongban.cases.api import find_gaps, get_application, parts_to_sign, save_answers, sign_part, summarise
from tongban.demo.scene import Scene, open_scene
from tongban.demo.steps import steps_of
from tongban.identity.api import find_actor, get_person
from tongban.kernel.errors import NotFound

pytestmark = pytest.mark.django_db


def played(code: str, *, until: str = "") -> Scene:
    """The story played by its first person, up to a step."""
    scene = open_scene(code)
    for step in steps_of(scene.story):
        step.play(scene)
        if step.name == until:
            break
    return scene


@pytest.mark.parametrize("code", ["retirement", "buy-house", "newborn"])
def test_a_story_is_played_to_its_end_and_its_figures_are_counted(code: str, own_home: Path) -> None:
    scene = played(code)
    view = scene.view()
    assert view.state == "closed"
    assert {case.state for case in view.cases} == {"granted"}
    summary = summarise(view)
    assert summary.figure("visits").after == 0
    assert summary.figure("visits").before == len(view.cases)


def test_nothing_is_submitted_before_both_sides_signed_and_each_sees_only_the_own_part(
    own_home: Path,
) -> None:
    scene = played("buy-house", until="apply")
    number = scene.number()
    assert set(find_gaps(number, by=scene.person)) == {"seller-consent", "seller-spouse-consent"}
    seller = find_actor(scene.signers["seller-consent"])
    assert [part.material for part in parts_to_sign(seller)] == ["seller-consent"]
    with pytest.raises(NotFound):
        get_application(number, by=seller)
    with pytest.raises(NotFound):
        sign_part(number=number, material="seller-spouse-consent", by=seller)


def test_a_signature_falls_when_what_was_signed_is_changed(own_home: Path) -> None:
    scene = played("buy-house", until="sign")
    number = scene.number()
    assert find_gaps(number, by=scene.person) == {}
    save_answers(number=number, answers={"house-contract-number": "990100-2026-00302"}, by=scene.person)
    assert "等" in find_gaps(number, by=scene.person)["seller-consent"]


def test_where_the_house_is_not_shared_the_spouse_is_neither_asked_for_nor_signs(own_home: Path) -> None:
    scene = played("buy-house", until="fetch")
    save_answers(number=scene.number(), answers={"seller-married": "否"}, by=scene.person)
    view = scene.view()
    assert "seller-spouse-consent" not in {one.code for one in view.materials}
    asked = {question.code for page in view.guide.pages for question in page.questions}
    assert "seller-spouse-name" not in asked
    assert "seller-name" in asked


def test_a_child_without_a_number_keeps_its_subject_when_the_police_give_it_one(own_home: Path) -> None:
    scene = played("newborn", until="submit")
    child = scene.view().child
    assert child
    assert child.id_number == ""
    for step in steps_of(scene.story)[-1:]:
        step.play(scene)
    after = scene.view().child
    assert after
    assert after.id == child.id
    person = get_person(child.id)
    assert person.id_number == after.id_number
    assert person.born_on == child.born_on


def test_an_unknown_story_is_refused_with_the_stories_there_are() -> None:
    with pytest.raises(
        NotFound,
        match=r"no story 'marriage'; choose one of: buy-house, newborn, open-restaurant, retirement\.",
    ):
        open_scene("marriage")
