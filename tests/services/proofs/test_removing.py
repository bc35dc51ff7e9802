"""证明清理: somebody proposes, the agency answers, a second person publishes; then the paper is gone and counted."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongban.journal.api import Actor
from tongban.journal.models import Entry
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.services.api import (
    RemovalView,
    agree_removal,
    discard_item,
    find_proofs,
    get_item,
    get_removal,
    keep_proof,
    propose_removal,
    publish_item,
    removals_around,
    removals_of,
    removals_to_answer,
    submit_item,
    withdraw_removal,
)
from tongban.services.models import ItemDraft

pytestmark = pytest.mark.django_db

OFFICER = Actor("officer", "LC-SJ-901", "lanchuan.data", frozenset({"data-officer"}))
EDITOR = Actor("officer", "QS-RS-901", "qingshi.hrss", frozenset({"item-editor"}))
STRANGER = Actor("officer", "LC-XF-901", "lanchuan.fire", frozenset({"item-editor"}))
CLERK = Actor("officer", "LC-CK-901", "lanchuan.window", frozenset({"window-clerk"}))
WORK = {"proof": "residence-for-work", "item": "employment-filing"}
GUIDE = {"proof": "dismissal-paper", "item": "unemployment-registration"}


def proposed(where: dict[str, str] = WORK, by: Actor = OFFICER) -> UUID:
    return propose_removal(**where, words="居住证信息在目录里查得到。", by=by)


def view(removal: UUID, by: Actor = EDITOR) -> RemovalView:
    return get_removal(removal, by=by)


def asked_in(proof: str) -> set[str]:
    return {
        asking.item
        for one in find_proofs(people={}).papers
        if one.paper.code == proof
        for asking in one.paper.askings
    }


def published(code: str) -> None:
    """What the agency and a second person do with the draft."""
    submit_item(code=code, seen=ItemDraft.objects.get(item=code, state="draft").version, by=EDITOR)
    publish_item(code=code, seen=None, by=OFFICER)


def test_a_paper_of_a_guide_is_gone_when_the_version_without_it_is_published() -> None:
    removal = proposed(GUIDE)
    assert "dismissal-paper" in get_item("unemployment-registration").materials
    agree_removal(removal=removal, text="不再要终止劳动关系的证明，由我们查用工备案。", seen=1, by=EDITOR)
    assert view(removal).state == "agreed"
    assert asked_in("dismissal-paper") == {"unemployment-registration"}
    published("unemployment-registration")
    gone = view(removal)
    item = get_item("unemployment-registration")
    assert (gone.state, gone.number, gone.removed_on) == ("removed", item.version, clock.today())
    assert "dismissal-paper" not in item.materials
    assert item.dropped[0].text == "不再要终止劳动关系的证明，由我们查用工备案。"
    assert item.dropped[0].cite
    assert asked_in("dismissal-paper") == set()
    assert Entry.objects.filter(kind="proof.removed.v1").count() == 1


def test_what_was_removed_is_counted_by_people_and_by_the_way_to_whoever_issued_it() -> None:
    assert len(find_proofs(people={}).cycles) == 1
    agree_removal(removal=proposed(), text="不再要居住证复印件，由我们查。", seen=None, by=EDITOR)
    published("employment-filing")
    after = find_proofs(people={})
    assert after.cycles == ()
    (saved,) = [one for one in after.saved if one.paper.code == "residence-for-work"]
    assert (saved.materials, saved.visits, saved.days) == (2600, 0, None)
    since = find_proofs(people={"employment-filing": 7}).saved
    assert [one.materials for one in since if one.paper.code == "residence-for-work"] == [2600]


def test_an_agency_that_keeps_a_paper_names_its_law() -> None:
    removal = proposed()
    for basis, words, sentence in (
        ("", "要核对", "保留证明要有法律、法规或者国务院决定作依据"),
        ("《居住证暂行条例》第八条", " ", "请写明为什么仍然要"),
    ):
        with pytest.raises(BadInput, match=sentence):
            keep_proof(removal=removal, basis=basis, words=words, seen=None, by=EDITOR)
    keep_proof(removal=removal, basis="《居住证暂行条例》第八条", words="要核对原件。", seen=None, by=EDITOR)
    assert (view(removal).state, view(removal).basis) == ("kept", "《居住证暂行条例》第八条")
    with pytest.raises(Conflict, match="现在是「部门保留，有依据」，不能同意取消"):
        agree_removal(removal=removal, text="不要了", seen=None, by=EDITOR)
    assert not ItemDraft.objects.exists()
    assert proposed() != removal


def test_only_editors_and_data_officers_propose_and_only_the_deciding_agency_answers() -> None:
    with pytest.raises(NotAllowed, match="由事项管理员或者数据专员建议"):
        proposed(by=CLERK)
    removal = proposed()
    for who in (OFFICER, STRANGER, CLERK):
        with pytest.raises(NotAllowed):
            agree_removal(removal=removal, text="不要了", seen=None, by=who)
        with pytest.raises(NotAllowed):
            keep_proof(removal=removal, basis="某法", words="要", seen=None, by=who)
    with pytest.raises(NotAllowed, match="只有提建议的部门可以撤回"):
        withdraw_removal(removal=removal, seen=None, by=STRANGER)
    with pytest.raises(NotAllowed):
        get_removal(removal, by=CLERK)
    assert view(removal, STRANGER).verbs == frozenset()
    assert view(removal, OFFICER).verbs == {"withdraw"}
    assert view(removal).verbs == {"agree", "keep"}
    withdraw_removal(removal=removal, seen=1, by=OFFICER)
    assert view(removal).state == "withdrawn"


@pytest.mark.parametrize(
    ("where", "error", "sentence"),
    [
        ({"proof": "residence-for-work", "item": "food-permit"}, NotFound, "现在不要"),
        ({"proof": "none", "item": "food-permit"}, NotFound, "请从证明清单里选"),
        ({"proof": "floor-plan", "item": "food-permit"}, Conflict, "没有发现问题，不能建议取消"),
    ],
)
def test_what_is_not_asked_for_or_has_no_fault_cannot_be_proposed(
    where: dict[str, str], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        proposed(where)


def test_one_place_is_proposed_once_at_a_time_and_a_stale_answer_changes_nothing() -> None:
    removal = proposed()
    with pytest.raises(Conflict, match="已经有人建议取消，正在办理"):
        proposed(by=STRANGER)
    with pytest.raises(Conflict):
        agree_removal(removal=removal, text="不要了", seen=9, by=EDITOR)
    assert view(removal).state == "proposed"


def test_giving_up_the_draft_asks_the_agency_anew() -> None:
    removal = proposed()
    agree_removal(removal=removal, text="不再要居住证复印件。", seen=None, by=EDITOR)
    discard_item(code="employment-filing", seen=None, by=EDITOR)
    assert (view(removal).state, view(removal).answer) == ("proposed", "")
    assert asked_in("residence-for-work") == {"employment-filing"}


def test_a_draft_under_review_is_not_written_into() -> None:
    removal, other = proposed(), proposed(GUIDE)
    agree_removal(removal=other, text="不再要。", seen=None, by=EDITOR)
    submit_item(code="unemployment-registration", seen=None, by=EDITOR)
    agree_removal(removal=removal, text="不再要。", seen=None, by=EDITOR)
    submit_item(code="employment-filing", seen=None, by=EDITOR)
    assert {view(one).state for one in (removal, other)} == {"agreed"}


def test_lists_show_what_waits_and_what_became_of_it_in_a_fixed_number_of_queries() -> None:
    first, second = proposed(), proposed(GUIDE)
    with CaptureQueriesContext(connection) as queries:
        waiting = removals_to_answer(EDITOR)
    assert [one.id for one in waiting] == [first, second]
    assert len(queries) <= 4
    assert removals_to_answer(STRANGER) == []
    assert [one.id for one in removals_around(OFFICER)] == [second, first]
    assert removals_around(EDITOR) == []
    withdraw_removal(removal=first, seen=None, by=OFFICER)
    assert [one.state for one in removals_around(EDITOR)] == ["withdrawn"]
    (one,) = removals_of("dismissal-paper")
    assert (one.title, one.item_title, one.late) == ("终止或者解除劳动关系的证明", "失业登记", False)


def test_an_entry_tells_the_grounds_as_they_were_found() -> None:
    removal = proposed()
    assert {"circular", "obtainable"} <= set(view(removal).grounds)
    (entry,) = Entry.objects.filter(kind="proof.removal-proposed.v1")
    assert str(removal) in entry.object
