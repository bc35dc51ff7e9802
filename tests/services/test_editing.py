"""Items in the editor's hands: a draft, a second person, a version from a day on; packs never overwrite it."""

from datetime import timedelta
from typing import Any

import pytest

from tongban.clocks.api import take_up_what_counts
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadAnswers, BadInput, Conflict, NotAllowed, NotFound
from tongban.packs.api import content_held
from tongban.services.api import (
    ELEMENTS,
    chosen,
    differences,
    discard_item,
    get_item,
    get_item_desk,
    get_items,
    list_versions,
    my_items,
    publish_item,
    read_offers,
    read_terms,
    recall_item,
    return_item,
    save_item,
    start_item,
    submit_item,
    written,
)
from tongban.services.models import Item

pytestmark = pytest.mark.django_db

CODE = "business-licence"
EDITOR = Actor("officer", "LC-SP-901", "lanchuan.approval", frozenset({"item-editor"}))
COLLEAGUE = Actor("officer", "LC-SP-902", "lanchuan.approval", frozenset({"item-editor"}))
OFFICER = Actor("officer", "LC-SJ-901", "lanchuan.data", frozenset({"data-officer"}))
STRANGER = Actor("officer", "LC-XF-901", "lanchuan.fire", frozenset({"item-editor"}))


def terms(**changed: Any) -> dict[str, Any]:
    held = Item.objects.filter(code=CODE).order_by("-version")[0].terms
    return {**held, "valid_from": clock.today().isoformat(), **changed}


def drafted(**changed: Any) -> int:
    return save_item(code=CODE, terms=terms(**changed), seen=None, by=EDITOR)


def test_a_request_sees_what_it_published_itself() -> None:
    with content_held(take_up_what_counts()):
        assert get_item(CODE).title == "营业执照"
        drafted(title="营业执照（新）")
        submit_item(code=CODE, seen=1, by=EDITOR)
        publish_item(code=CODE, seen=2, by=OFFICER)
        assert get_item(CODE).title == "营业执照（新）"
    with content_held(take_up_what_counts()):
        assert get_item(CODE).title == "营业执照（新）"


def test_a_second_person_puts_the_next_version_in_force_from_its_day_on() -> None:
    stamp = take_up_what_counts()
    tomorrow = clock.today() + timedelta(days=1)
    drafted(title="营业执照（新）", valid_from=tomorrow.isoformat())
    submit_item(code=CODE, seen=1, by=EDITOR)
    assert publish_item(code=CODE, seen=2, by=OFFICER) == 2
    assert get_item(CODE).title == "营业执照"
    Item.objects.filter(code=CODE, version=2).update(valid_from=clock.today())
    assert get_item(CODE).title == "营业执照（新）"
    assert get_items([CODE], versions={CODE: 1})[CODE].title == "营业执照"
    assert take_up_what_counts() > stamp
    newest, _first = list_versions(CODE, by=EDITOR)
    assert (newest.authors, newest.reviewer) == ((EDITOR.key,), OFFICER.key)
    assert newest.source.startswith("edit:")


def test_whoever_wrote_in_it_may_not_publish_it_and_others_may_not_write() -> None:
    drafted()
    save_item(code=CODE, terms=terms(title="改"), seen=1, by=COLLEAGUE)
    submit_item(code=CODE, seen=2, by=EDITOR)
    for who in (EDITOR, COLLEAGUE, STRANGER):
        with pytest.raises(NotAllowed):
            publish_item(code=CODE, seen=3, by=who)
    with pytest.raises(NotAllowed):
        get_item_desk(CODE, read_offers(), by=STRANGER)
    with pytest.raises(NotAllowed):
        save_item(code="fire-check", terms={"title": "x"}, seen=None, by=EDITOR)


def test_the_standard_blocks_it_with_every_reason_at_once() -> None:
    drafted(fee=None, promised={"amount": 90, "unit": "working_day"}, materials=["nothing"])
    with pytest.raises(BadAnswers) as blocked:
        submit_item(code=CODE, seen=1, by=EDITOR)
    assert {"fee", "promised", "materials"} <= set(blocked.value.problems)
    desk = get_item_desk(CODE, read_offers(), by=EDITOR)
    assert {one.rule for one in desk.blocking} >= {"guide-fee", "guide-promise"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"regime": "wish"}, "regime"),
        ({"steps": [{"title": "审", "agency": "lanchuan.nobody", "verb": "accept"}]}, "steps"),
        ({"steps": [{"title": "审", "agency": "lanchuan.center", "verb": "dance"}]}, "steps"),
        ({"basis": [{"law": "没有的法"}]}, "basis"),
        ({"valid_from": "2020-01-01"}, "valid_from"),
        ({"valid_from": "下周"}, "valid_from"),
        ({"valid_to": "2030-01-01"}, "valid_to"),
        ({"level": "9"}, "level"),
        ({"successor": "nothing"}, "successor"),
        ({"codes": {"国家": "9" * 65}}, "codes"),
        ({"conditions": [{"text": "没有依据"}]}, "conditions"),
    ],
)
def test_what_names_nothing_or_cannot_be_read_blocks(changed: dict[str, Any], field: str) -> None:
    drafted(**changed)
    with pytest.raises(BadAnswers) as blocked:
        submit_item(code=CODE, seen=1, by=EDITOR)
    assert field in blocked.value.problems


def test_a_draft_is_returned_recalled_and_given_up() -> None:
    drafted(title="改")
    submit_item(code=CODE, seen=1, by=EDITOR)
    with pytest.raises(BadInput):
        return_item(code=CODE, words=" ", seen=2, by=OFFICER)
    return_item(code=CODE, words="写短些", seen=2, by=OFFICER)
    assert get_item_desk(CODE, read_offers(), by=EDITOR).note == "写短些"
    submit_item(code=CODE, seen=3, by=EDITOR)
    recall_item(code=CODE, seen=4, by=EDITOR)
    discard_item(code=CODE, seen=5, by=EDITOR)
    assert get_item_desk(CODE, read_offers(), by=EDITOR).terms["title"] == "营业执照"
    with pytest.raises(NotFound):
        submit_item(code=CODE, seen=6, by=EDITOR)


def test_two_who_write_at_once_are_told() -> None:
    drafted()
    with pytest.raises(Conflict):
        save_item(code=CODE, terms=terms(), seen=None, by=COLLEAGUE)
    save_item(code=CODE, terms=terms(), seen=1, by=EDITOR)
    with pytest.raises(Conflict):
        save_item(code=CODE, terms=terms(), seen=1, by=COLLEAGUE)


def test_a_new_item_begins_as_a_draft_under_a_code_of_its_own() -> None:
    for code in (CODE, "x", "中文", "Upper"):
        with pytest.raises(BadInput):
            start_item(code=code, terms={"title": "新"}, by=EDITOR)
    with pytest.raises(BadInput):
        start_item(code="new-thing", terms={}, by=EDITOR)
    start_item(code="new-thing", terms=terms(title="新事项", eligibility=None), by=EDITOR)
    assert "new-thing" in {row.code for row in my_items(EDITOR)}
    submit_item(code="new-thing", seen=1, by=EDITOR)
    assert publish_item(code="new-thing", seen=2, by=OFFICER) == 1
    assert get_item("new-thing").title == "新事项"


def test_an_item_is_withdrawn_by_a_version_that_ends_it() -> None:
    why = {"text": "并入另一件事", "cite": {"law": "行政许可法"}}
    drafted(valid_to=clock.today().isoformat(), ended=why, successor="food-permit")
    submit_item(code=CODE, seen=1, by=EDITOR)
    publish_item(code=CODE, seen=2, by=OFFICER)
    assert get_item(CODE).successor == "food-permit"


def test_what_the_form_shows_is_what_it_reads() -> None:
    for row in Item.objects.order_by("code", "version"):
        given = {one.name: written(one, row.terms) for one in ELEMENTS if one.kind != "several"}
        several = {one.name: chosen(one, row.terms) for one in ELEMENTS if one.kind == "several"}
        read = read_terms(given, several, row.terms)
        assert not differences(row.terms, read, read_offers()), row.code
        assert read["basis"] == row.terms["basis"]
        assert read.get("eligibility") == row.terms["eligibility"]


def test_differences_name_the_elements_that_changed() -> None:
    before = terms()
    changed = terms(visits=1, visits_why="核对原件", channels=["1", "2"])
    found = {one.label: (one.before, one.after) for one in differences(before, changed, read_offers())}
    assert found == {
        "到现场几次": ("0", "1"),
        "为什么要到现场": ("", "核对原件"),
        "办理形式": ("", "窗口办理、电脑端办理"),
    }


def test_activation_leaves_what_was_edited_and_lists_the_conflict() -> None:
    from tongban.packs.ports import Document, Source
    from tongban.services.packs import load_items
    from tongban.services.schema import ItemFile, ServiceItem

    drafted(title="本地改的")
    submit_item(code=CODE, seen=1, by=EDITOR)
    publish_item(code=CODE, seen=2, by=OFFICER)
    edited = ServiceItem.model_validate(Item.objects.get(code=CODE, version=2).terms)
    source = Source("lanchuan", "1", "f" * 64, demonstration=True)

    def load(*items: ServiceItem) -> list[str]:
        data = ItemFile(items=items)
        return load_items([Document("lanchuan", None, "x", data, {})], source).conflicts  # type: ignore[arg-type]

    (told,) = load(edited.model_copy(update={"title": "包里改的"}))
    assert "edited here" in told
    (told,) = load(edited.model_copy(update={"title": "包里改的", "version": 3}))
    assert "export" in told
    assert not Item.objects.filter(code=CODE, version=3).exists()
    assert load(edited, edited.model_copy(update={"title": "包里改的", "version": 3})) == []
    assert str(Item.objects.get(code=CODE, version=2).source).startswith("pack:lanchuan@")
    assert get_item(CODE).title == "包里改的"
