"""Licences undone with their certificates, slips put right, grants published; hearings and interested parties."""

from datetime import date, timedelta

import pytest

from tests.cases.conftest import Who, view_of
from tongban.cases.api import (
    CaseView,
    ask_hearing,
    correct,
    decide,
    examine,
    hear_interested,
    hold_hearing,
    publish,
    published_grants,
    set_hearing,
    tell_hearing,
    tell_interested,
    undo,
    undo_grounds,
)
from tongban.certificates.api import certificates_of_case
from tongban.clocks.api import add_working_days
from tongban.journal.api import Actor, StaleObject, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed


@pytest.fixture
def examiner(who: Who) -> Actor:
    return who("food-examiner")


@pytest.fixture
def approver(who: Who) -> Actor:
    return who("food-approver")


def food(number: str, by: Actor) -> CaseView:
    return view_of(number, by).case("food-permit")


@pytest.fixture
def granted(permit: str, examiner: Actor, approver: Actor) -> str:
    examine(number=permit, proposes="granted", words="可", seen=None, by=examiner)
    decide(number=permit, result="granted", words="准予许克", seen=None, by=approver)
    return permit


# -- undone and corrected -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "ground", "state", "status"),
    [
        ("revoke", "revoke-fraud", "revoked", "revoked"),
        ("call-back", "call-back-law", "called-back", "cancelled"),
        ("annul", "cancel-ended", "annulled", "cancelled"),
    ],
)
def test_what_undoes_a_licence_ends_its_certificate_in_the_same_act(
    granted: str, approver: Actor, linxia: Actor, how: str, ground: str, state: str, status: str
) -> None:
    undo(number=granted, how=how, ground=ground, words="查明属实", seen=None, by=approver)
    case = food(granted, linxia)
    held = case.formality(how)
    (certificate,) = certificates_of_case([granted])
    assert (case.state, certificate.status) == (state, status)
    assert held
    assert held.facts["review_body"] == "澜川市人民政府"
    assert held.facts["review_until"] == (clock.today() + timedelta(days=60)).isoformat()
    kinds = [one.kind for one in timeline(case_numbers=[granted])]
    assert kinds.count("case.undone.v1") == 1
    with pytest.raises(Conflict, match="不能再做「撤销许可」"):
        undo(number=granted, how="revoke", ground="revoke-fraud", words="再来", seen=None, by=approver)


def test_if_the_certificate_cannot_change_the_case_does_not_either(
    granted: str, approver: Actor, linxia: Actor
) -> None:
    from tongban.certificates.api import change_certificate

    (certificate,) = certificates_of_case([granted])
    change_certificate(
        certificate=certificate.id,
        change="cancel",
        ground="cancel-ended",
        words="终止",
        seen=None,
        by=approver,
    )
    with pytest.raises(Conflict, match="不能再撤销"):
        undo(number=granted, how="revoke", ground="revoke-fraud", words="骗取", seen=None, by=approver)
    assert food(granted, linxia).state == "granted"
    assert not timeline(case_numbers=[granted], kinds=["case.undone.v1"])


def test_what_was_called_back_or_revoked_is_annulled_afterwards(
    granted: str, approver: Actor, linxia: Actor
) -> None:
    undo(number=granted, how="call-back", ground="call-back-law", words="规章废止", seen=None, by=approver)
    undo(number=granted, how="annul", ground="cancel-withdrawn", words="已撤回", seen=None, by=approver)
    assert food(granted, linxia).state == "annulled"


def test_a_licence_is_undone_by_the_approver_on_a_ground_of_law(
    granted: str, examiner: Actor, approver: Actor, who: Who
) -> None:
    common = {"number": granted, "how": "revoke", "seen": None}
    for ground in ("", "cancel-ended", "call-back-law", "because"):
        with pytest.raises(BadInput, match="法定情形"):
            undo(ground=ground, words="x", by=approver, **common)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="事实和理由"):
        undo(ground="revoke-fraud", words=" ", by=approver, **common)  # type: ignore[arg-type]
    for other in (examiner, who("fire-approver")):
        with pytest.raises(NotAllowed, match="批准人"):
            undo(ground="revoke-fraud", words="x", by=other, **common)  # type: ignore[arg-type]
    assert {one.code for one in undo_grounds("call-back")} == {"call-back-law", "call-back-circumstances"}
    assert undo_grounds("burn") == []


def test_a_running_licence_and_a_registration_are_not_revoked(
    permit: str, licensed: str, linxia: Actor, approver: Actor, who: Who
) -> None:
    act = {"how": "revoke", "ground": "revoke-fraud", "words": "x", "seen": None}
    with pytest.raises(Conflict, match="不能再做「撤销许可」"):
        undo(number=permit, by=approver, **act)  # type: ignore[arg-type]
    first = view_of(licensed, linxia).case("business-licence").number
    with pytest.raises(NotAllowed, match="程序里没有这一步"):
        undo(number=first, by=who("registration-approver"), **act)  # type: ignore[arg-type]


def test_of_two_who_revoke_at_once_the_second_is_told(granted: str, approver: Actor, linxia: Actor) -> None:
    seen = food(granted, linxia).version
    act = {"number": granted, "how": "revoke", "ground": "revoke-fraud", "words": "骗取", "seen": seen}
    undo(by=approver, **act)  # type: ignore[arg-type]
    with pytest.raises(StaleObject):
        undo(by=approver, **act)  # type: ignore[arg-type]


def test_a_slip_is_put_right_and_both_readings_are_kept(
    granted: str, examiner: Actor, approver: Actor, linxia: Actor
) -> None:
    common = {"number": granted, "words": "笔误", "seen": None}
    for before, after, sentence in (
        ("没有的字", "x", "没有这几个字"),
        ("许克", "许克", "没有这几个字"),
        ("", "x", "写错的文字"),
        ("许克", " ", "更正后的文字"),
    ):
        with pytest.raises(BadInput, match=sentence):
            correct(before=before, after=after, by=approver, **common)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed, match="批准人"):
        correct(before="许克", after="许可", by=examiner, **common)  # type: ignore[arg-type]
    correct(before="许克", after="许可", by=approver, **common)  # type: ignore[arg-type]
    case = food(granted, linxia)
    held = case.formality("correct")
    assert case.decision
    assert held
    assert case.decision.words == "准予许可"
    assert (held.facts["before_text"], held.facts["after_text"]) == ("许克", "许可")
    assert case.state == "granted"


def test_everybody_reads_published_grants_and_that_one_was_revoked(
    granted: str, examiner: Actor, approver: Actor
) -> None:
    assert granted not in str(published_grants())
    publish(number=granted, seen=None, by=examiner)
    (row,) = [one for one in published_grants(agency="lanchuan.approval") if one.title == "食品经营许可"]
    assert (row.holder, row.state) == ("青石区林夏小馆", "granted")
    assert "林夏" not in row.holder.replace("林夏小馆", "")
    assert published_grants(agency="lanchuan.fire") == []
    undo(number=granted, how="revoke", ground="revoke-fraud", words="骗取", seen=None, by=approver)
    (row,) = [one for one in published_grants() if one.id == row.id]
    assert row.state_title == "许可已撤销"


# -- hearing and interested parties ---------------------------------------------------------


def test_a_hearing_is_told_asked_announced_held_and_then_decided(
    permit: str, examiner: Actor, linxia: Actor, who: Who
) -> None:
    tell_hearing(number=permit, words="拟不予许可：布局不合规定", seen=None, by=examiner)
    told = food(permit, linxia).formality("hearing")
    assert told
    assert told.due_on == add_working_days(clock.today(), 5)
    with pytest.raises(Conflict, match="「听证」还没有结束"):
        examine(number=permit, proposes="refused", words="不可", seen=None, by=examiner)
    with pytest.raises(Conflict, match="还没有人申请听证"):
        announce(permit, examiner, days=8)
    ask_hearing(number=permit, asks=True, words="", seen=None, by=linxia)
    with pytest.raises(Conflict, match="已经申请"):
        ask_hearing(number=permit, asks=True, words="", seen=None, by=linxia)
    asked = food(permit, linxia).formality("hearing")
    assert asked
    assert asked.due_on == add_working_days(clock.today(), 20)
    with pytest.raises(Conflict, match="还没有发出听证通知"):
        hold_hearing(number=permit, record="x", seen=None, by=examiner)
    announce(permit, examiner, days=8)
    with pytest.raises(Conflict, match="还没有举行"):
        hold_hearing(number=permit, record="x", seen=None, by=examiner)
    with clock.fixed(clock.now() + timedelta(days=8)):
        with pytest.raises(BadInput, match="听证笔录"):
            hold_hearing(number=permit, record="", seen=None, by=examiner)
        hold_hearing(number=permit, record="双方质证，申请人同意整改", seen=None, by=examiner)
        examine(number=permit, proposes="granted", words="根据笔录", seen=None, by=examiner)
        case = food(permit, linxia)
    held = case.formality("hearing")
    assert held
    assert (held.state, case.state) == ("done", "examined")


def announce(number: str, by: Actor, *, days: int, presider: str = "LC-SP-007") -> None:
    day = clock.today() + timedelta(days=days)
    set_hearing(number=number, held_on=day, place="三楼听证室", presider=presider, seen=None, by=by)


def test_a_hearing_has_seven_days_notice_its_last_day_and_another_presider(
    permit: str, examiner: Actor, linxia: Actor
) -> None:
    tell_hearing(number=permit, words="拟不予许可", seen=None, by=examiner)
    ask_hearing(number=permit, asks=True, words="", seen=None, by=linxia)
    for days, presider, sentence in (
        (6, "LC-SP-007", "7 日前通知"),
        (60, "LC-SP-007", "前举行"),
        (8, "LC-SP-003", "以外的人员"),
        (8, "LC-XF-001", "本机关"),
    ):
        with pytest.raises(BadInput, match=sentence):
            announce(permit, examiner, days=days, presider=presider)


def test_nobody_asked_in_five_days_and_the_hearing_lapses_by_itself(
    permit: str, examiner: Actor, linxia: Actor
) -> None:
    tell_hearing(number=permit, words="拟不予许可", seen=None, by=examiner)
    told = food(permit, linxia).formality("hearing")
    assert told
    assert told.due_on
    late = (told.due_on - clock.today()).days + 1
    with clock.fixed(clock.now() + timedelta(days=late)):
        with pytest.raises(Conflict, match="期限已经过了"):
            ask_hearing(number=permit, asks=True, words="", seen=None, by=linxia)
        examine(number=permit, proposes="refused", words="不可", seen=None, by=examiner)
        (waived,) = timeline(case_numbers=[permit], kinds=["case.hearing-waived.v1"])
        with pytest.raises(Conflict, match="已经告知过"):
            tell_hearing(number=permit, words="再告知", seen=None, by=examiner)
    assert clock.local(waived.occurred_at).date() == told.due_on


def test_whoever_wants_no_hearing_says_so_and_others_may_not_ask_for_her(
    permit: str, examiner: Actor, linxia: Actor, who: Who
) -> None:
    tell_hearing(number=permit, words="拟不予许可", seen=None, by=examiner)
    with pytest.raises(NotAllowed, match="申请人本人"):
        ask_hearing(number=permit, asks=True, words="", seen=None, by=who("xunian"))
    ask_hearing(number=permit, asks=False, words="", seen=None, by=linxia)
    examine(number=permit, proposes="refused", words="不可", seen=None, by=examiner)


def test_the_promise_regime_has_no_hearing(licensed: str, linxia: Actor, clerk: Actor, who: Who) -> None:
    from tongban.cases.api import accept_case

    number = view_of(licensed, linxia).case("fire-check").number
    accept_case(number=number, seen=None, by=clerk)
    with pytest.raises(NotAllowed, match="程序里没有这一步"):
        tell_hearing(number=number, words="x", seen=None, by=who("fire-examiner"))


def test_an_interested_party_is_told_and_heard_before_anybody_proposes(
    permit: str, examiner: Actor, linxia: Actor
) -> None:
    tell_interested(number=permit, name="楼上住户代表", words="油烟影响", seen=None, by=examiner)
    with pytest.raises(Conflict, match="「告知利害关系人」还没有结束"):
        examine(number=permit, proposes="granted", words="可", seen=None, by=examiner)
    with pytest.raises(Conflict, match="没有等着听取意见"):
        hear_interested(number=permit, name="别人", words="x", seen=None, by=examiner)
    hear_interested(number=permit, name="楼上住户代表", words="要求装专用烟道", seen=None, by=examiner)
    examine(number=permit, proposes="granted", words="可", seen=None, by=examiner)
    entries = timeline(case_numbers=[permit], kinds=["case.interested-told.v1", "case.interested-heard.v1"])
    assert len(entries) == 2
    assert "住户" not in str([one.content for one in entries])


def test_a_party_that_says_nothing_in_its_days_holds_nobody_up(permit: str, examiner: Actor) -> None:
    tell_interested(number=permit, name="楼上住户代表", words="油烟影响", seen=None, by=examiner)
    later: date = add_working_days(clock.today(), 6)
    with clock.fixed(clock.now() + timedelta(days=(later - clock.today()).days)):
        examine(number=permit, proposes="granted", words="可", seen=None, by=examiner)
