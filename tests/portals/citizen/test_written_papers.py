"""What agencies give in writing, as she downloads it: only hers, as it stood, with law, remedies and a way to check."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client

from tests.cases.conftest import Who, view_of
from tests.documents.examples import alternatives_of, text_of
from tests.portals.public.test_public_pages import text
from tongban.cases.api import accept_case, decide, examine, inspect, refuse_acceptance, tell_once
from tongban.certificates.api import certificates_of
from tongban.journal.api import Actor
from tongban.kernel import clock

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def her(sign_in: SignIn) -> Client:
    return sign_in("linxia")


def words(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, text(response)
    return text_of(response.content)


def refused(client: Client, address: str) -> tuple[int, str]:
    response = client.get(address)
    return response.status_code, text(response)


def test_a_paper_is_a_file_with_a_chinese_name_that_no_cache_keeps(her: Client, submitted: str) -> None:
    response = her.get(f"/my/applications/{submitted}/receipt.pdf")
    kept_as = unquote(response.headers["Content-Disposition"])
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    assert kept_as == f"attachment; filename*=utf-8''申请回执 {submitted}.pdf"
    assert response.content.startswith(b"%PDF-1.7")


def test_the_receipt_says_what_came_what_is_next_and_that_it_accepts_nothing(
    her: Client, submitted: str
) -> None:
    said = words(her, f"/my/applications/{submitted}/receipt.pdf")
    for one in ("林夏", submitted, "食品经营许可", "排水平面图", "已收到", "不一致", "不是受理决定", "第三十二条", "澜川市政务服务中心"):  # fmt: skip
        assert one in said, one


def test_the_receipt_stays_as_it_stood(her: Client, submitted: str, clerk: Actor, linxia: Actor) -> None:
    first = words(her, f"/my/applications/{submitted}/receipt.pdf")
    tell_once(number=submitted, reasons={"floor-plan": "请标出消毒间"}, seen=None, by=clerk)
    assert view_of(submitted, linxia).material("floor-plan").state == "returned"
    assert words(her, f"/my/applications/{submitted}/receipt.pdf") == first


def test_the_one_notice_lists_each_material_its_fault_its_day_and_the_law(
    her: Client,
    submitted: str,
    clerk: Actor,
    linxia: Actor,
) -> None:
    address = f"/my/applications/{submitted}/notice.pdf"
    assert refused(her, address)[0] == 404
    tell_once(
        number=submitted, reasons={"floor-plan": "请标出消毒间", "drain-plan": "缺标高"}, seen=None, by=clerk
    )
    said = words(her, address)
    due = view_of(submitted, linxia).supplement
    assert due
    day = f"{due.due_on.year}年{due.due_on.month}月{due.due_on.day}日"
    for one in ("请标出消毒间", "缺标高", day, "《行政许可法》第三十二条第一款第四项", "不再要求补正"):
        assert one in said, one


def test_an_acceptance_says_since_when_until_when_and_by_which_law(her: Client, permit: str) -> None:
    said = words(her, f"/my/cases/{permit}/acceptance.pdf")
    for one in ("受理通知书", permit, "予以受理", "第三十二条第一款第五项", "法定期限届满日", "承诺办结日"):
        assert one in said, one


def test_a_case_that_the_law_accepted_says_so(her: Client, licensed: str, linxia: Actor) -> None:
    case = view_of(licensed, linxia).case("food-permit")
    address = f"/my/cases/{case.number}/acceptance.pdf"
    assert refused(her, address)[0] == 404
    with clock.fixed(clock.now() + timedelta(days=20)):
        said = words(her, address)
    assert "起视为受理" in said
    assert "第三十二条第一款第四项" in said
    assert "申请材料齐全" not in said


def test_a_grant_is_written_with_law_remedies_and_the_code_of_its_certificate(
    her: Client,
    licensed: str,
    linxia: Actor,
) -> None:
    case = view_of(licensed, linxia).case("business-licence")
    response = her.get(f"/my/cases/{case.number}/decision.pdf")
    said = text_of(response.content)
    assert linxia.person
    (certificate,) = certificates_of(linxia.person)
    for one in ("准予登记决定书", "林夏：", "《市场主体登记管理条例》", certificate.number, "60日内", "申请行政复议", "行政诉讼"):  # fmt: skip
        assert one in said, one
    assert any(f"/verify/{certificate.check_code}/" in one for one in alternatives_of(response.content))


def test_a_refusal_of_a_licence_carries_its_reasons_and_remedies(her: Client, permit: str, who: Who) -> None:
    address = f"/my/cases/{permit}/decision.pdf"
    assert refused(her, address)[0] == 404
    on_site = ("LC-SP-003", "LC-SP-004")
    inspect(number=permit, finding="没有水池", officers=on_site, seen=None, by=who("food-examiner"))
    examine(number=permit, proposes="refused", words="没有水池", seen=None, by=who("food-examiner"))
    decide(
        number=permit, result="refused", words="经审查，场所没有专用水池", seen=None, by=who("food-approver")
    )
    response = her.get(address)
    said = text_of(response.content)
    for one in ("不予行政许可决定书", "场所没有专用水池", "申请行政复议", "本机关决定：不予行政许可"):
        assert one in said, one
    assert said.count("经审查") == 1
    assert any("/ledger/" in one for one in alternatives_of(response.content))


def test_not_accepting_is_a_written_decision_of_the_agency(
    her: Client,
    licensed: str,
    clerk: Actor,
    linxia: Actor,
) -> None:
    number = view_of(licensed, linxia).case("drainage-permit").number
    refuse_acceptance(number=number, reason="不属于本机关职权，请向水务部门申请", seen=None, by=clerk)
    said = words(her, f"/my/cases/{number}/decision.pdf")
    for one in ("不予受理决定书", "不属于本机关职权", "第三十二条第一款第一项、第二项", "申请行政复议"):
        assert one in said, one
    assert "经审查" not in said


def test_guidance_decides_nothing(her: Client, licensed: str, clerk: Actor, linxia: Actor, who: Who) -> None:
    number = view_of(licensed, linxia).case("signboard-guidance").number
    accept_case(number=number, seen=None, by=clerk)
    decide(number=number, result="advised", words="招牌高度不超过一米", seen=None, by=who("urban-adviser"))
    said = words(her, f"/my/cases/{number}/decision.pdf")
    assert "招牌设置指导意见" in said
    assert "招牌高度不超过一米" in said
    assert "行政复议" not in said


def test_a_certificate_is_a_sheet_with_its_code(her: Client, licensed: str, linxia: Actor) -> None:
    assert linxia.person
    (certificate,) = certificates_of(linxia.person)
    response = her.get(f"/my/certificates/{certificate.id}/certificate.pdf")
    said = text_of(response.content)
    for one in ("营业执照", certificate.number, certificate.printed_code, certificate.identifier, "长期有效"):
        assert one in said, one
    assert any(f"/verify/{certificate.check_code}/" in one for one in alternatives_of(response.content))


def test_nobody_elses_papers(sign_in: SignIn, permit: str, licensed: str, linxia: Actor) -> None:
    assert linxia.person
    (certificate,) = certificates_of(linxia.person)
    licence = view_of(licensed, linxia).case("business-licence").number
    addresses = (
        f"/my/applications/{licensed}/receipt.pdf",
        f"/my/applications/{licensed}/notice.pdf",
        f"/my/cases/{permit}/acceptance.pdf",
        f"/my/cases/{licence}/decision.pdf",
        f"/my/certificates/{certificate.id}/certificate.pdf",
    )
    other = sign_in("xunian")
    assert [refused(other, one)[0] for one in addresses] == [404] * 5
    officer = sign_in("clerk1")
    assert [refused(officer, one)[0] for one in addresses] == [403] * 5


def test_a_draft_has_no_papers(her: Client, begun: str) -> None:
    status, page = refused(her, f"/my/applications/{begun}/receipt.pdf")
    assert status == 404
    assert "还没有提交" in page
    assert refused(her, f"/my/cases/{begun}/decision.pdf")[0] == 404


def test_a_character_that_cannot_be_printed_is_said_in_one_sentence(
    her: Client,
    submitted: str,
    clerk: Actor,
) -> None:
    tell_once(number=submitted, reasons={"floor-plan": "签名应为𠮷野"}, seen=None, by=clerk)
    status, page = refused(her, f"/my/applications/{submitted}/notice.pdf")
    assert status == 503
    assert "「需要补正的内容」里的「𠮷」（U+20BB7）字库里没有" in page
    assert "到窗口领取" in page


def test_each_paper_has_its_link_where_it_is_spoken_of(
    her: Client,
    licensed: str,
    permit: str,
    linxia: Actor,
) -> None:
    assert linxia.person
    (certificate,) = certificates_of(linxia.person)
    licence = view_of(licensed, linxia).case("business-licence").number
    page = text(her.get(f"/my/applications/{licensed}/"))
    assert f"/my/cases/{licence}/decision.pdf" in page
    assert f"/my/cases/{permit}/acceptance.pdf" in page
    assert f"/my/cases/{permit}/decision.pdf" not in page
    assert f"/my/applications/{licensed}/receipt.pdf" in page
    assert f"/my/applications/{licensed}/notice.pdf" not in page
    assert f"/my/applications/{licensed}/receipt.pdf" in text(
        her.get(f"/my/applications/{licensed}/receipt/")
    )
    shown = text(her.get(f"/my/certificates/{certificate.id}/"))
    assert f"/my/certificates/{certificate.id}/certificate.pdf" in shown


def test_the_notice_has_its_link_where_she_answers_it(her: Client, submitted: str, clerk: Actor) -> None:
    tell_once(number=submitted, reasons={"floor-plan": "请标出消毒间"}, seen=None, by=clerk)
    link = f"/my/applications/{submitted}/notice.pdf"
    assert link in text(her.get(f"/my/applications/{submitted}/supplement/"))
    assert link in text(her.get(f"/my/applications/{submitted}/"))


def test_a_decision_takes_few_queries(
    her: Client,
    licensed: str,
    linxia: Actor,
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    address = f"/my/cases/{view_of(licensed, linxia).case('business-licence').number}/decision.pdf"
    her.get(address)
    with django_assert_max_num_queries(34):  # type: ignore[attr-defined]
        her.get(address)
