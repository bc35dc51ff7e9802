"""Beside the state table: extension, joint review, recusal and deputies, delivery, publication, hand-over, archive."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.cases.conftest import Who, view_of
from tongban.cases.api import (
    CaseView,
    TendedRow,
    accept_case,
    answer_review,
    archive,
    ask_recusal,
    ask_review,
    claim,
    decide,
    decide_recusal,
    deliver,
    end_deputy,
    examine,
    extend,
    get_review,
    name_deputy,
    pause_case,
    publish,
    recall_review,
    receive,
    recount_days,
    shared_file,
    tended,
    unarchive,
)
from tongban.clocks.api import CalendarLine, add_working_days, due_before, import_calendar
from tongban.clocks.calendar import ImportedDays, install_days
from tongban.journal.api import Actor, StaleObject, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound

FOOD_EXAMINER, FOOD_APPROVER = "LC-SP-003", "LC-SP-005"


@pytest.fixture
def examiner(who: Who) -> Actor:
    return who("food-examiner")


@pytest.fixture
def approver(who: Who) -> Actor:
    return who("food-approver")


@pytest.fixture
def head(who: Who) -> Actor:
    return who("approval-head")


def food(number: str, by: Actor) -> CaseView:
    return view_of(number, by).case("food-permit")


def task(number: str, by: Actor) -> TendedRow:
    """What an agency has to do beside the table of one case."""
    return next(one for one in tended(by) if one.case == number)


@pytest.fixture
def granted(permit: str, examiner: Actor, approver: Actor) -> str:
    """The food permit, granted."""
    examine(number=permit, proposes="granted", words="可", seen=None, by=examiner)
    decide(number=permit, result="granted", words="准予许可", seen=None, by=approver)
    return permit


# -- extension ------------------------------------------------------------------------------


def test_the_head_extends_once_and_the_applicant_is_told_why(permit: str, head: Actor, linxia: Actor) -> None:
    before = food(permit, linxia)
    extend(number=permit, words="检验机构排期", seen=before.version, by=head)
    after = food(permit, linxia)
    assert before.legal_due_on
    assert after.legal_due_on == add_working_days(before.legal_due_on, 10)
    assert after.clocks
    assert after.clocks.legal
    assert after.clocks.legal.due_on == after.legal_due_on
    assert after.promised_due_on == before.promised_due_on
    held = after.formality("extend")
    assert held
    assert (held.words, held.facts["days"], held.basis) == (
        "检验机构排期",
        10,
        "《行政许可法》第四十二条第一款",
    )
    (entry,) = timeline(case_numbers=[permit], kinds=["case.extended.v1"])
    assert "检验" not in str(entry.content)
    assert (f"case:{permit}", "decide", after.legal_due_on) in due_before(
        after.legal_due_on + timedelta(days=1), what=["decide"], limit=1000
    )
    with pytest.raises(Conflict, match="只能延长一次"):
        extend(number=permit, words="再延", seen=None, by=head)


def test_nobody_but_the_head_extends_and_not_without_a_reason(
    permit: str, head: Actor, examiner: Actor, who: Who
) -> None:
    for officer in (examiner, who("food-approver"), who("fire-head")):
        with pytest.raises(NotAllowed, match="机关负责人"):
            extend(number=permit, words="忙", seen=None, by=officer)
    with pytest.raises(BadInput, match="请填写延长的理由"):
        extend(number=permit, words="  ", seen=None, by=head)


def test_what_has_passed_is_not_extended(permit: str, head: Actor, linxia: Actor) -> None:
    due = food(permit, linxia).legal_due_on
    assert due
    days = (due - clock.today()).days + 1
    with clock.fixed(clock.now() + timedelta(days=days)), pytest.raises(Conflict, match="已经过了"):
        extend(number=permit, words="忙", seen=None, by=head)


def test_guidance_has_no_extension_and_a_decided_case_neither(
    licensed: str, granted: str, linxia: Actor, clerk: Actor, who: Who, head: Actor
) -> None:
    number = view_of(licensed, linxia).case("signboard-guidance").number
    accept_case(number=number, seen=None, by=clerk)
    with pytest.raises(NotAllowed, match="程序里没有这一步"):
        extend(number=number, words="忙", seen=None, by=who("urban-head"))
    with pytest.raises(Conflict, match="不能再做「延长办理期限」"):
        extend(number=granted, words="忙", seen=None, by=head)


def test_two_extend_at_once_and_the_second_is_told(permit: str, head: Actor, linxia: Actor) -> None:
    seen = food(permit, linxia).version
    extend(number=permit, words="检验机构排期", seen=seen, by=head)
    with pytest.raises(StaleObject):
        extend(number=permit, words="检验机构排期", seen=seen, by=head)


def test_an_extended_case_keeps_its_days_when_the_holidays_change_afterwards(
    permit: str, head: Actor, linxia: Actor, who: Who
) -> None:
    extend(number=permit, words="检验机构排期", seen=None, by=head)
    before = food(permit, linxia).legal_due_on
    first = clock.today() + timedelta(days=1)
    days = [first + timedelta(days=n) for n in range(7)]
    lines = [CalendarLine(day, works=False, title="示例") for day in days if day.year == first.year]
    import_calendar(year=first.year, paper="示例：临时放假", lines=lines, by=who("operator"))
    recount_days()
    case = food(permit, linxia)
    install_days(ImportedDays())
    assert before
    assert case.legal_due_on
    assert case.legal_due_on > before
    assert case.clocks
    assert case.clocks.legal
    assert case.clocks.legal.due_on == case.legal_due_on
    assert case.clocks.legal.limit.amount == 20


# -- joint review ---------------------------------------------------------------------------


@pytest.fixture
def consulted(permit: str, examiner: Actor, linxia: Actor) -> str:
    """Urban management is asked, and one material is shared with it."""
    held = [one.code for one in view_of(permit, linxia).materials if "food-permit" in one.needed_by_codes]
    upload = next(code for code in held if view_of(permit, linxia).material(code).document)
    ask_review(
        number=permit, agency="lanchuan.urban", materials=[upload], words="门前占道吗", seen=None, by=examiner
    )
    return permit


def test_whoever_is_asked_sees_its_member_and_what_is_shared_and_nothing_else(
    consulted: str, who: Who, linxia: Actor
) -> None:
    urban = who("urban-approver")
    row = task(consulted, urban)
    review = get_review(row.view.id, by=urban)
    shared = [one.code for one in review.materials]
    assert (review.case, review.view.words, len(shared)) == (consulted, "门前占道吗", 1)
    assert not hasattr(review, "answers")
    _document, data = shared_file(row.view.id, shared[0], by=urban)
    assert data
    with pytest.raises(NotFound, match="没有共享给本部门"):
        shared_file(row.view.id, "floor-plan-of-others", by=urban)
    with pytest.raises(NotAllowed):
        get_review(row.view.id, by=who("fire-examiner"))
    viewed = timeline(case_numbers=[consulted], kinds=["formality.viewed.v1"])
    assert len(viewed) == 1


def test_nobody_proposes_while_an_opinion_is_awaited(
    consulted: str, examiner: Actor, who: Who, linxia: Actor
) -> None:
    with pytest.raises(Conflict, match="「并联审查（会签）」还没有结束"):
        examine(number=consulted, proposes="granted", words="可", seen=None, by=examiner)
    row = task(consulted, who("urban-adviser"))
    answer_review(
        review=row.view.id, agrees=True, words="不占道", seen=row.view.version, by=who("urban-adviser")
    )
    with pytest.raises(StaleObject):
        answer_review(
            review=row.view.id, agrees=False, words="占", seen=row.view.version, by=who("urban-approver")
        )
    with pytest.raises(Conflict, match="已经办完了"):
        answer_review(review=row.view.id, agrees=False, words="占", seen=None, by=who("urban-approver"))
    examine(number=consulted, proposes="granted", words="可", seen=None, by=examiner)
    held = food(consulted, linxia).formality("consult")
    assert held
    assert (held.state, held.answer, held.facts["agrees"]) == ("done", "不占道", True)


def test_an_opinion_is_asked_once_of_each_and_may_be_recalled(consulted: str, examiner: Actor) -> None:
    again = {"materials": [], "words": "再看", "seen": None, "by": examiner}
    with pytest.raises(Conflict, match="不能再开一次"):
        ask_review(number=consulted, agency="lanchuan.urban", **again)  # type: ignore[arg-type]
    recall_review(number=consulted, agency="lanchuan.urban", seen=None, by=examiner)
    with pytest.raises(Conflict, match="没有等这个部门"):
        recall_review(number=consulted, agency="lanchuan.urban", seen=None, by=examiner)
    examine(number=consulted, proposes="granted", words="可", seen=None, by=examiner)


@pytest.mark.parametrize(
    ("agency", "materials", "sentence"),
    [
        ("lanchuan.approval", [], "另一个部门"),
        ("lanchuan.nowhere", [], "没有这个部门"),
        ("lanchuan.urban", ["drain-plan-x"], "不用这些材料"),
    ],
)
def test_only_what_the_case_needs_is_shared_and_only_with_others(
    permit: str, examiner: Actor, agency: str, materials: list[str], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        ask_review(number=permit, agency=agency, materials=materials, words="看看", seen=None, by=examiner)


# -- recusal and deputies -------------------------------------------------------------------


def test_whoever_withdrew_does_nothing_more_on_the_case(
    permit: str, examiner: Actor, head: Actor, who: Who, linxia: Actor
) -> None:
    ask_recusal(number=permit, officer=FOOD_EXAMINER, words="申请人是我表妹", seen=None, by=examiner)
    with pytest.raises(NotAllowed, match="回避"):
        examine(number=permit, proposes="granted", words="可", seen=None, by=examiner)
    decide_recusal(number=permit, officer=FOOD_EXAMINER, withdraws=True, words="属实", seen=None, by=head)
    with pytest.raises(NotAllowed, match="回避"):
        pause_case(number=permit, ground="检验", seen=None, by=examiner)
    examine(number=permit, proposes="granted", words="可", seen=None, by=who("food-inspector"))
    with pytest.raises(Conflict, match="没有等您决定"):
        decide_recusal(number=permit, officer=FOOD_EXAMINER, withdraws=True, words="x", seen=None, by=head)


def test_the_applicant_asks_and_a_refusal_lets_him_go_on(
    permit: str, linxia: Actor, approver: Actor, examiner: Actor, head: Actor, who: Who
) -> None:
    with pytest.raises(NotAllowed, match="申请人本人"):
        ask_recusal(number=permit, officer=FOOD_APPROVER, words="x", seen=None, by=who("xunian"))
    ask_recusal(number=permit, officer=FOOD_APPROVER, words="以前和我有纠纷", seen=None, by=linxia)
    examine(number=permit, proposes="granted", words="可", seen=None, by=examiner)
    with pytest.raises(NotAllowed, match="还没有决定"):
        decide(number=permit, result="granted", words="准", seen=None, by=approver)
    with pytest.raises(NotAllowed, match="机关负责人"):
        decide_recusal(
            number=permit, officer=FOOD_APPROVER, withdraws=False, words="x", seen=None, by=examiner
        )
    decide_recusal(
        number=permit, officer=FOOD_APPROVER, withdraws=False, words="查无此事", seen=None, by=head
    )
    decide(number=permit, result="granted", words="准", seen=None, by=approver)
    (entry,) = timeline(case_numbers=[permit], kinds=["case.recusal-asked.v1"])
    assert "纠纷" not in str(entry.content)


def test_a_recusal_names_somebody_who_handles_cases_and_nobody_decides_his_own(
    permit: str, linxia: Actor, head: Actor
) -> None:
    with pytest.raises(BadInput, match="办理这一件的工作人员"):
        ask_recusal(number=permit, officer="LC-XF-001", words="x", seen=None, by=linxia)
    ask_recusal(number=permit, officer="LC-SP-007", words="x", seen=None, by=linxia)
    with pytest.raises(NotAllowed, match="不能由自己决定"):
        decide_recusal(number=permit, officer="LC-SP-007", withdraws=False, words="x", seen=None, by=head)


Days = Callable[[int, int], tuple[date, date]]


def from_to(begins: int, ends: int) -> tuple[date, date]:
    return clock.today() + timedelta(days=begins), clock.today() + timedelta(days=ends)


def test_a_deputy_decides_in_the_days_named_and_the_decision_says_for_whom(
    permit: str, examiner: Actor, approver: Actor, who: Who, linxia: Actor
) -> None:
    deputy = who("food-inspector")
    examine(number=permit, proposes="granted", words="可", seen=None, by=examiner)
    with pytest.raises(NotAllowed, match="批准人"):
        decide(number=permit, result="granted", words="准", seen=None, by=deputy)
    first, last = from_to(1, 2)
    name_deputy(deputy=deputy.key, begins_on=first, ends_on=last, reason="出差", by=approver)
    with pytest.raises(NotAllowed, match="批准人"):
        decide(number=permit, result="granted", words="准", seen=None, by=deputy)
    with clock.fixed(clock.now() + timedelta(days=1)):
        decide(number=permit, result="granted", words="准", seen=None, by=deputy)
        decision = food(permit, linxia).decision
    assert decision
    assert (decision.officer, decision.deputy_for) == (deputy.key, FOOD_APPROVER)


def test_after_the_last_day_or_once_ended_nobody_stands_in(
    permit: str, examiner: Actor, approver: Actor, who: Who
) -> None:
    deputy = who("food-inspector")
    examine(number=permit, proposes="granted", words="可", seen=None, by=examiner)
    first, last = from_to(0, 3)
    named = name_deputy(deputy=deputy.key, begins_on=first, ends_on=last, reason="休假", by=approver)
    with clock.fixed(clock.now() + timedelta(days=4)), pytest.raises(NotAllowed, match="批准人"):
        decide(number=permit, result="granted", words="准", seen=None, by=deputy)
    with pytest.raises(NotAllowed, match="本人"):
        end_deputy(deputy=named, seen=None, by=deputy)
    end_deputy(deputy=named, seen=1, by=approver)
    with pytest.raises(Conflict, match="已经结束"):
        end_deputy(deputy=named, seen=None, by=approver)
    with pytest.raises(NotAllowed, match="批准人"):
        decide(number=permit, result="granted", words="准", seen=None, by=deputy)


def test_a_deputy_neither_decides_what_he_examined_nor_for_somebody_who_withdrew(
    permit: str, examiner: Actor, approver: Actor, head: Actor, who: Who
) -> None:
    inspector = who("food-inspector")
    first, last = from_to(0, 3)
    name_deputy(deputy=inspector.key, begins_on=first, ends_on=last, reason="出差", by=approver)
    examine(number=permit, proposes="granted", words="可", seen=None, by=inspector)
    with pytest.raises(NotAllowed, match="不能是同一个人"):
        decide(number=permit, result="granted", words="准", seen=None, by=inspector)
    ask_recusal(number=permit, officer=FOOD_APPROVER, words="x", seen=None, by=examiner)
    with pytest.raises(NotAllowed, match="代理人也不能办理"):
        decide(number=permit, result="granted", words="准", seen=None, by=inspector)


@pytest.mark.parametrize(
    ("deputy", "begins", "ends", "sentence"),
    [
        ("LC-SP-005", 0, 1, "不能是本人"),
        ("LC-XF-001", 0, 1, "本部门"),
        ("LC-SP-004", -1, 1, "今天或者以后"),
        ("LC-SP-004", 3, 1, "不能早于"),
    ],
)
def test_a_deputy_is_a_colleague_and_has_days(
    approver: Actor, deputy: str, begins: int, ends: int, sentence: str
) -> None:
    first, last = from_to(begins, ends)
    with pytest.raises(BadInput, match=sentence):
        name_deputy(deputy=deputy, begins_on=first, ends_on=last, reason="出差", by=approver)


def test_two_deputies_for_one_officer_do_not_overlap_and_none_is_passed_on(
    approver: Actor, head: Actor, examiner: Actor, who: Who
) -> None:
    first, last = from_to(0, 3)
    name_deputy(deputy="LC-SP-004", begins_on=first, ends_on=last, reason="出差", by=approver)
    with pytest.raises(Conflict, match="已经有人代理您"):
        name_deputy(deputy="LC-SP-003", begins_on=last, ends_on=last, reason="出差", by=approver)
    with pytest.raises(Conflict, match="请另选一位"):
        name_deputy(deputy="LC-SP-005", begins_on=first, ends_on=last, reason="出差", by=head)
    with pytest.raises(NotAllowed, match="批准人和机关负责人"):
        name_deputy(deputy="LC-SP-004", begins_on=first, ends_on=last, reason="出差", by=examiner)


# -- delivery, publication, hand-over, archive ------------------------------------------------


def test_a_grant_owes_delivery_publication_and_hand_over_each_with_its_day(
    granted: str, linxia: Actor
) -> None:
    case = food(granted, linxia)
    owed = {one.code: (one.state, one.due_on) for one in case.formalities}
    today = clock.today()
    assert owed == {
        "deliver": ("open", add_working_days(today, 10)),
        "publish": ("open", add_working_days(today, 7)),
        "hand-over": ("open", add_working_days(today, 2)),
    }


def test_the_applicant_receives_it_electronically_only_if_she_agrees(
    granted: str, linxia: Actor, who: Who, examiner: Actor
) -> None:
    with pytest.raises(BadInput, match="同意电子送达"):
        receive(number=granted, agreed=False, seen=None, by=linxia)
    for other in (who("xunian"), examiner):
        with pytest.raises(NotAllowed, match="申请人本人"):
            receive(number=granted, agreed=True, seen=None, by=other)
    receive(number=granted, agreed=True, seen=None, by=linxia)
    held = food(granted, linxia).formality("deliver")
    assert held
    assert (held.state, held.way_words, held.answered_on) == ("done", "电子送达", clock.today())
    with pytest.raises(Conflict, match="已经送达"):
        receive(number=granted, agreed=True, seen=None, by=linxia)


def test_an_officer_notes_a_delivery_with_its_proof_and_an_announced_one_counts_later(
    granted: str, linxia: Actor, clerk: Actor, who: Who
) -> None:
    today = clock.today()
    common = {"number": granted, "seen": None, "by": clerk}
    for way, day, proof, sentence in (
        ("electronic", today, "x", "选择送达方式"),
        ("pigeon", today, "x", "选择送达方式"),
        ("post", today - timedelta(days=1), "x", "不能早于作出决定"),
        ("post", today + timedelta(days=1), "x", "不能晚于今天"),
        ("post", today, " ", "邮件编号"),
    ):
        with pytest.raises(BadInput, match=sentence):
            deliver(way=way, day=day, proof=proof, **common)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        deliver(number=granted, way="post", day=today, proof="x", seen=None, by=who("fire-examiner"))
    deliver(way="announced", day=today, proof="大厅公告栏；电话、地址都联系不上", **common)  # type: ignore[arg-type]
    held = food(granted, linxia).formality("deliver")
    assert held
    assert held.answered_on == today + timedelta(days=30)


def test_the_supervising_agency_claims_once_within_its_clock(
    granted: str, examiner: Actor, who: Who, linxia: Actor
) -> None:
    inspector = who("market-inspector")
    row = task(granted, inspector)
    assert (row.view.code, row.case, row.view.due_on) == (
        "hand-over",
        granted,
        add_working_days(clock.today(), 2),
    )
    with pytest.raises(NotAllowed, match="市场监督管理局"):
        claim(hand_over=row.view.id, seen=None, by=examiner)
    claim(hand_over=row.view.id, seen=row.view.version, by=inspector)
    with pytest.raises(Conflict, match="已经办完了"):
        claim(hand_over=row.view.id, seen=None, by=inspector)
    assert granted not in {one.case for one in tended(inspector)}
    kinds = [one.kind for one in timeline(case_numbers=[granted])]
    assert kinds.count("case.handed-over.v1") == kinds.count("case.hand-over-claimed.v1") == 1


def test_an_archived_case_is_not_changed_until_the_head_has_it_opened(
    granted: str, examiner: Actor, head: Actor, linxia: Actor, who: Who
) -> None:
    with pytest.raises(Conflict, match="还有没办完的：送达决定书、公开许可决定、移交监管部门"):
        archive(number=granted, seen=None, by=examiner)
    receive(number=granted, agreed=True, seen=None, by=linxia)
    publish(number=granted, seen=None, by=examiner)
    with pytest.raises(Conflict, match="已经公开"):
        publish(number=granted, seen=None, by=examiner)
    row = task(granted, who("market-inspector"))
    claim(hand_over=row.view.id, seen=None, by=who("market-inspector"))
    archive(number=granted, seen=None, by=examiner)
    case = food(granted, linxia)
    held = case.formality("archive")
    assert held
    assert case.archived_on == clock.today()
    titles = [line["title"] for line in held.facts["lines"]]
    assert case.decision
    assert case.decision.paper in titles
    assert "作出决定" in titles
    for act in (archive, publish):
        with pytest.raises(Conflict, match="归档，不能再改动"):
            act(number=granted, seen=None, by=examiner)
    with pytest.raises(BadInput, match="调卷的理由"):
        unarchive(number=granted, words="", seen=None, by=head)
    with pytest.raises(NotAllowed, match="机关负责人"):
        unarchive(number=granted, words="补材料", seen=None, by=examiner)
    unarchive(number=granted, words="法院调取", seen=None, by=head)
    with pytest.raises(Conflict, match="没有归档"):
        unarchive(number=granted, words="再来", seen=None, by=head)
    archive(number=granted, seen=None, by=examiner)


def test_a_running_case_is_neither_delivered_nor_archived(permit: str, examiner: Actor) -> None:
    with pytest.raises(Conflict, match="不能再做「归档」"):
        archive(number=permit, seen=None, by=examiner)
    with pytest.raises(Conflict, match="不能再做「送达决定书」"):
        deliver(number=permit, way="post", day=clock.today(), proof="x", seen=None, by=examiner)
