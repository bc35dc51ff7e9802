"""Before submission: drafts, the notice, what is fetched, her own papers."""

import pytest

from tests.cases.conftest import Who, view_of
from tests.documents.test_upload import PNG
from tongban.cases.api import (
    acknowledge_notice,
    attach_document,
    fetch_materials,
    find_gaps,
    get_application,
    my_applications,
    prepare_application,
    remove_document,
    save_answers,
    submit_application,
)
from tongban.exchange.api import evidence_of
from tongban.journal.api import Actor, timeline
from tongban.kernel.errors import BadAnswers, BadInput, Conflict, NotAllowed, NotFound
from tongban.registers.api import pause_register, resume_register


def test_beginning_twice_goes_on_with_the_same_draft(begun: str, linxia: Actor) -> None:
    assert prepare_application(bundle="open-restaurant", by=linxia) == begun
    assert len(my_applications(linxia)) == 1


def test_an_officer_cannot_apply_with_a_work_account(clerk: Actor) -> None:
    with pytest.raises(NotAllowed, match="用个人账户申请"):
        prepare_application(bundle="open-restaurant", by=clerk)


def test_a_bundle_that_does_not_exist_is_one_sentence(linxia: Actor) -> None:
    with pytest.raises(NotFound, match="可能已更名或停办"):
        prepare_application(bundle="open-casino", by=linxia)


def test_wrong_answers_are_told_all_at_once_and_nothing_is_kept(begun: str, linxia: Actor) -> None:
    given = {"premises-area": "很大", "business-name": "", "own-flue": "也许", "contact-phone": "12"}
    with pytest.raises(BadAnswers) as bad:
        save_answers(number=begun, answers=given, by=linxia)
    assert set(bad.value.problems) == set(given)
    assert "只填数字" in bad.value.problems["premises-area"]
    assert view_of(begun, linxia).answers == {}


def test_unknown_answers_are_left_out(begun: str, linxia: Actor) -> None:
    save_answers(
        number=begun, answers={"nonsense": "x", "premises-area": " 92,5 ".replace(",", ".")}, by=linxia
    )
    assert view_of(begun, linxia).answers == {"premises-area": "92.5"}


def test_nothing_is_read_before_the_keys_are_known(begun: str, linxia: Actor) -> None:
    with pytest.raises(BadInput, match="请先回答"):
        acknowledge_notice(number=begun, by_hand=(), by=linxia)
    assert evidence_of(begun) == []


def test_what_agencies_hold_is_fetched_and_a_mismatch_stops_nobody(fetched: str, linxia: Actor) -> None:
    view = view_of(fetched, linxia)
    outcomes = {one.code: one.outcome for one in view.materials if one.evidence}
    assert outcomes["identity"] == "verified"
    assert outcomes["premises-title"] == "fetched"
    assert outcomes["lease"] == "mismatch"
    lease = view.material("lease")
    assert lease.state == "ready"
    assert lease.evidence
    assert [(name, said) for name, said, _held in lease.evidence.differences] == [
        ("租赁面积（平方米）", "96")
    ]
    assert lease.evidence.correction_due_on


def test_a_source_that_only_verifies_gives_no_value(fetched: str, linxia: Actor) -> None:
    evidence = view_of(fetched, linxia).material("identity").evidence
    assert evidence
    assert evidence.values == {}
    assert evidence.compared == {"name": True}


def test_every_reading_is_in_the_journal_with_its_grant_and_law(fetched: str) -> None:
    readings = timeline(case_numbers=[fetched], kinds=["exchange.answered.v1"])
    assert len(readings) == len(evidence_of(fetched))
    for reading in readings:
        assert reading.content["grant"]
        assert reading.basis.startswith("《")
        assert reading.purpose == "办理「开餐馆一件事」"


def test_reading_again_reads_nothing_twice(fetched: str, linxia: Actor) -> None:
    before = [one.id for one in evidence_of(fetched)]
    acknowledge_notice(number=fetched, by_hand=(), by=linxia)
    fetch_materials(fetched, by=linxia)
    assert [one.id for one in evidence_of(fetched)] == before


def test_a_register_that_is_down_leaves_the_material_pending_and_the_form_goes_on(
    begun: str, answers: dict[str, str], linxia: Actor, who: Who
) -> None:
    pause_register(name="lease-filing", reason="机房检修", by=who("housing-owner"))
    save_answers(number=begun, answers=answers, by=linxia)
    acknowledge_notice(number=begun, by_hand=(), by=linxia)
    lease = view_of(begun, linxia).material("lease")
    assert (lease.outcome, lease.state, lease.outcome_words) == ("silent", "pending", "对方系统没有响应")
    assert "lease" not in find_gaps(begun, by=linxia)
    resume_register(name="lease-filing", by=who("housing-owner"))
    fetch_materials(begun, by=linxia)
    assert view_of(begun, linxia).material("lease").state == "ready"


def test_what_is_not_found_is_asked_for_as_a_paper(
    begun: str, answers: dict[str, str], linxia: Actor
) -> None:
    save_answers(number=begun, answers={**answers, "lease-number": "990102-2026-99999"}, by=linxia)
    acknowledge_notice(number=begun, by_hand=(), by=linxia)
    assert view_of(begun, linxia).material("lease").outcome == "none"
    assert "改为自己上传" in find_gaps(begun, by=linxia)["lease"]
    attach_document(number=begun, material="lease", name="合同.png", data=PNG, by=linxia)
    assert "lease" not in find_gaps(begun, by=linxia)


def test_what_she_wants_to_hand_in_herself_is_not_read(
    begun: str, answers: dict[str, str], linxia: Actor
) -> None:
    save_answers(number=begun, answers=answers, by=linxia)
    acknowledge_notice(number=begun, by_hand=("lease",), by=linxia)
    assert "lease-filing" not in {one.resource for one in evidence_of(begun)}
    assert view_of(begun, linxia).material("lease").by_hand
    told = timeline(case_numbers=[begun], kinds=["application.told.v1"])
    assert told[0].content["by_hand"] == ["lease"]


def test_a_file_can_be_taken_out_of_the_draft_again(filled: str, linxia: Actor) -> None:
    remove_document(number=filled, material="floor-plan", by=linxia)
    assert find_gaps(filled, by=linxia)["floor-plan"].startswith("请上传")


def test_a_refused_file_keeps_the_one_before(filled: str, linxia: Actor) -> None:
    with pytest.raises(BadInput, match="不是可以接收的文件"):
        attach_document(number=filled, material="floor-plan", name="a.png", data=b"<html>", by=linxia)
    document = view_of(filled, linxia).material("floor-plan").document
    assert document
    assert document.name == "floor-plan-first.png"


def test_another_person_cannot_touch_or_see_the_draft(filled: str, who: Who) -> None:
    other = who("xunian")
    for act in (
        lambda: get_application(filled, by=other),
        lambda: save_answers(number=filled, answers={}, by=other),
        lambda: submit_application(number=filled, seen=None, by=other),
        lambda: remove_document(number=filled, material="floor-plan", by=other),
    ):
        with pytest.raises(NotFound, match="不属于您"):
            act()


def test_a_submitted_form_cannot_be_changed(submitted: str, linxia: Actor) -> None:
    with pytest.raises(Conflict, match="已经提交"):
        save_answers(number=submitted, answers={}, by=linxia)
    with pytest.raises(Conflict, match="不需要再上传"):
        attach_document(number=submitted, material="floor-plan", name="a.png", data=PNG, by=linxia)


def test_a_number_that_was_corrected_is_read_again(fetched: str, linxia: Actor) -> None:
    before = view_of(fetched, linxia).material("premises-title").evidence
    other = {"premises-certificate-number": "云(2018)澜川市不动产权第0001311号"}
    save_answers(number=fetched, answers=other, by=linxia)
    count = len(evidence_of(fetched))
    acknowledge_notice(number=fetched, by_hand=(), by=linxia)
    after = view_of(fetched, linxia).material("premises-title").evidence
    assert before
    assert after
    assert after.id != before.id
    assert after.keys == {"certificate_no": other["premises-certificate-number"]}
    read_again = {one.resource for one in evidence_of(fetched)[count:]}
    assert read_again == {"real-estate", "fire-acceptance", "drainage-access"}
