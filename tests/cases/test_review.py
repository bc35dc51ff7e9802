"""After acceptance: site checks, defects with a date, pauses on legal grounds, two pairs of eyes, decisions."""

from datetime import timedelta

import pytest

from tests.cases.conftest import Who, view_of
from tests.documents.test_upload import PNG
from tongban.cases.api import (
    CaseView,
    accept_case,
    confirm_rectified,
    decide,
    examine,
    find_defect,
    inspect,
    pause_case,
    rectify,
    resume_case,
)
from tongban.certificates.api import certificates_of, check_credential, find_by_code
from tongban.clocks.api import add_working_days
from tongban.journal.api import Actor, StaleObject, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed

ON_SITE = ("LC-SP-003", "LC-SP-004")


@pytest.fixture
def examiner(who: Who) -> Actor:
    return who("food-examiner")


@pytest.fixture
def approver(who: Who) -> Actor:
    return who("food-approver")


def food(number: str, by: Actor) -> CaseView:
    return view_of(number, by).case("food-permit")


@pytest.mark.parametrize(
    ("officers", "sentence"),
    [
        (("LC-SP-003",), "2 名以上工作人员"),
        (("LC-SP-003", "LC-SP-003"), "2 名以上工作人员"),
        (("LC-SP-003", "LC-XF-001"), "不属于本部门"),
    ],
)
def test_on_the_spot_there_are_two_officers_of_the_agency(
    permit: str, examiner: Actor, officers: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        inspect(number=permit, officers=officers, finding="整洁", seen=None, by=examiner)


def test_a_defect_is_put_right_while_the_clock_runs(permit: str, examiner: Actor, linxia: Actor) -> None:
    inspect(number=permit, officers=ON_SITE, finding="水池未分开", seen=None, by=examiner)
    due_on = add_working_days(clock.today(), 2)
    find_defect(number=permit, words="请分开三个水池", due_on=due_on, seen=None, by=examiner)
    with pytest.raises(Conflict, match="不能再做"):
        examine(number=permit, proposes="granted", words="可", seen=None, by=examiner)
    with pytest.raises(Conflict, match="还没有完成整改"):
        confirm_rectified(number=permit, seen=None, by=examiner)
    with clock.fixed(clock.now() + timedelta(days=1)):
        rectify(number=permit, words="已分开", photo=("照片.png", PNG), seen=None, by=linxia)
        confirm_rectified(number=permit, seen=None, by=examiner)
        case = food(permit, linxia)
    assert case.state == "accepted"
    assert case.clocks
    assert case.clocks.promised.paused == ""
    assert case.defects[0].document
    assert case.defects[0].confirmed_on == case.defects[0].rectified_on


@pytest.mark.parametrize("days", [0, -1, 400])
def test_a_defect_has_a_day_in_the_future_within_the_legal_limit(
    permit: str, examiner: Actor, days: int
) -> None:
    with pytest.raises(BadInput, match="整改期限"):
        find_defect(
            number=permit, words="x", due_on=clock.today() + timedelta(days=days), seen=None, by=examiner
        )


def test_only_the_applicant_reports_that_it_is_put_right(permit: str, examiner: Actor, who: Who) -> None:
    find_defect(number=permit, words="x", due_on=add_working_days(clock.today(), 2), seen=None, by=examiner)
    for name in ("xunian", "food-examiner"):
        with pytest.raises(NotAllowed, match="申请人本人"):
            rectify(number=permit, words="好了", photo=None, seen=None, by=who(name))


def test_a_pause_needs_a_ground_of_the_closed_list(permit: str, examiner: Actor, linxia: Actor) -> None:
    with pytest.raises(BadInput, match="不是法定的暂停事由"):
        pause_case(number=permit, ground="现场核查", seen=None, by=examiner)
    pause_case(number=permit, ground="检验", seen=None, by=examiner)
    before = food(permit, linxia).promised_due_on
    with clock.fixed(clock.now() + timedelta(days=7)):
        paused = food(permit, linxia)
        assert paused.clocks
        assert (paused.clocks.promised.used, paused.clocks.promised.paused) == (0, "检验")
        resume_case(number=permit, seen=None, by=examiner)
        after = food(permit, linxia).promised_due_on
    assert before
    assert after
    assert after > before


def test_a_registration_has_no_pause(submitted: str, linxia: Actor, clerk: Actor, who: Who) -> None:
    number = view_of(submitted, linxia).case("business-licence").number
    accept_case(number=number, seen=None, by=clerk)
    with pytest.raises(NotAllowed, match="程序里没有这一步"):
        pause_case(number=number, ground="听证", seen=None, by=who("registration-examiner"))


def test_examining_and_deciding_are_two_peoples_work(permit: str, examiner: Actor, approver: Actor) -> None:
    examine(number=permit, proposes="granted", words="可", seen=None, by=examiner)
    with pytest.raises(NotAllowed, match="批准人"):
        decide(number=permit, result="granted", words="准予", seen=None, by=examiner)
    both = Actor("officer", examiner.key, examiner.agency, examiner.roles | {"approver"})
    with pytest.raises(NotAllowed, match="不能是同一个人"):
        decide(number=permit, result="granted", words="准予", seen=None, by=both)
    decide(number=permit, result="granted", words="准予", seen=None, by=approver)


def test_an_officer_of_another_agency_decides_nothing(permit: str, who: Who, examiner: Actor) -> None:
    for name in ("fire-examiner", "housing-examiner"):
        with pytest.raises(NotAllowed, match="澜川市行政审批局的承办人"):
            examine(number=permit, proposes="granted", words="x", seen=None, by=who(name))
    examine(number=permit, proposes="granted", words="x", seen=None, by=examiner)
    with pytest.raises(NotAllowed, match="澜川市行政审批局的批准人"):
        decide(number=permit, result="granted", words="x", seen=None, by=who("fire-approver"))


def test_two_officers_on_one_case_the_second_is_told(
    permit: str, examiner: Actor, who: Who, linxia: Actor
) -> None:
    seen = food(permit, linxia).version
    examine(number=permit, proposes="granted", words="可", seen=seen, by=examiner)
    with pytest.raises(StaleObject):
        examine(number=permit, proposes="refused", words="不可", seen=seen, by=who("food-inspector"))
    opinion = food(permit, linxia).opinion
    assert opinion
    assert opinion.proposes == "granted"


def test_a_grant_gives_the_certificate_and_the_remedy(
    permit: str, examiner: Actor, approver: Actor, linxia: Actor
) -> None:
    examine(number=permit, proposes="granted", words="可", seen=None, by=examiner)
    decide(number=permit, result="granted", words="准予许可", seen=None, by=approver)
    case = food(permit, linxia)
    assert case.decision
    assert case.decision.review_body == "澜川市人民政府"
    assert case.decision.review_until == clock.today() + timedelta(days=60)
    assert linxia.person
    certificate = next(one for one in certificates_of(linxia.person) if one.type == "food-permit")
    assert certificate.holder_name == "青石区林夏小馆"
    assert certificate.id == case.decision.certificate
    assert find_by_code(certificate.printed_code.lower()) == certificate
    credential, row = check_credential(certificate.sd_jwt)
    assert row == certificate
    assert credential.claims["number"] == certificate.number


def test_a_refusal_gives_reasons_and_remedy_and_no_certificate(
    permit: str, examiner: Actor, approver: Actor, linxia: Actor
) -> None:
    examine(number=permit, proposes="refused", words="布局不合规定", seen=None, by=examiner)
    with pytest.raises(BadInput, match="理由和依据"):
        decide(number=permit, result="refused", words="", seen=None, by=approver)
    decide(number=permit, result="refused", words="布局不符合食品安全法第三十三条", seen=None, by=approver)
    case = food(permit, linxia)
    assert case.state == "refused"
    assert case.decision
    assert case.decision.certificate is None
    assert case.decision.review_until


def test_the_fire_check_is_decided_on_promise_without_an_examiner(
    licensed: str, linxia: Actor, clerk: Actor, who: Who
) -> None:
    number = view_of(licensed, linxia).case("fire-check").number
    accept_case(number=number, seen=None, by=clerk)
    decide(number=number, result="granted", words="按承诺准予", seen=None, by=who("fire-approver"))
    assert view_of(licensed, linxia).case("fire-check").state == "granted"


def test_guidance_is_no_permit(licensed: str, linxia: Actor, clerk: Actor, who: Who) -> None:
    number = view_of(licensed, linxia).case("signboard-guidance").number
    accept_case(number=number, seen=None, by=clerk)
    with pytest.raises(NotAllowed, match="程序里没有这一步"):
        decide(number=number, result="granted", words="x", seen=None, by=who("urban-approver"))
    decide(number=number, result="advised", words="高度一米二以内", seen=None, by=who("urban-adviser"))
    decision = view_of(licensed, linxia).case("signboard-guidance").decision
    assert decision
    assert (decision.result, decision.review_until, decision.certificate) == ("advised", None, None)


def test_what_was_said_of_the_person_is_only_in_her_part(permit: str, examiner: Actor, linxia: Actor) -> None:
    find_defect(
        number=permit,
        words="林夏的水池没有分开",
        due_on=add_working_days(clock.today(), 2),
        seen=None,
        by=examiner,
    )
    (entry,) = timeline(case_numbers=[permit], kinds=["case.defect-found.v1"])
    assert "林夏" not in str(entry.content)
